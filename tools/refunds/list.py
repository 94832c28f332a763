"""What went back of an order: money and goods."""

from collections.abc import Iterator

from tools.access import readable_order
from tools.outsiders import as_token, as_word
from tradewind.commerce import Order, Refund, Return
from tradewind.evidence import Evidence, Fact, IdFact, MoneyFact, NameFact, TimeFact
from tradewind.ports.storage import ShopReader
from tradewind.tool import ToolContext, ToolResult, tool


@tool("refunds.list", effect="read")
def list_refunds(context: ToolContext, order_id: str) -> ToolResult:
    """List the refunds and returns of one order, with amounts, times and the acquirer's number."""
    order = readable_order(context, order_id)
    refunds = [refund_evidence(refund, order) for refund in refunds_of(context.shop, order)]
    found = (*refunds, *(return_evidence(item, order) for item in order.returns))
    note = "" if found else f"No refund or return is recorded for order {order.id}."
    return ToolResult(evidence=found, note=note)


def refunds_of(shop: ShopReader, order: Order) -> list[Refund]:
    """By the order's number or inner id, and by its payments; each once, oldest first."""
    found = {refund.id: refund for refund in _refunds(shop, order)}
    return sorted(found.values(), key=lambda r: (r.at.timestamp() if r.at else 0.0, r.id))


def _refunds(shop: ShopReader, order: Order) -> Iterator[Refund]:
    yield from shop.refunds_of(order.id)
    if order.source_id:
        yield from shop.refunds_of(order.source_id)
    for payment in shop.payments_of(order.id):
        for id_ in filter(None, (payment.id, payment.intent)):
            yield from shop.refunds_to(id_)


def refund_evidence(refund: Refund, order: Order) -> Evidence:
    facts: list[Fact] = [
        IdFact(name="refund", value=refund.id),
        IdFact(name="order", value=order.id),
        MoneyFact(name="amount", value=refund.amount),
    ]
    ids = {"payment": refund.payment_id, "arn": as_token(refund.arn)}
    facts += [IdFact(name=k, value=v) for k, v in ids.items() if v]
    names = {"status": as_word(refund.status), "reason": as_word(refund.reason)}
    facts += [NameFact(name=k, value=v) for k, v in names.items() if v]
    if refund.at:
        facts.append(TimeFact(name="at", value=refund.at))
    when = f" on {refund.at:%Y-%m-%d %H:%M} UTC" if refund.at else ""
    arn = f", acquirer's number {refund.arn}" if refund.arn else ""
    return Evidence.of(
        "refund", f"refund/{refund.id}", f"Refund {refund.id}",
        f"Refund {refund.id} of {refund.amount}{when} for order {order.id}, "
        f"status {refund.status or 'not told'}{arn}.",
        tuple(facts), observed_at=refund.at,
    )  # fmt: skip


def return_evidence(item: Return, order: Order) -> Evidence:
    """A return; its source is the order that tells of it."""
    facts: list[Fact] = [
        IdFact(name="order", value=order.id), NameFact(name="state", value=item.state)
    ]  # fmt: skip
    times = {"asked_at": item.asked_at, "received_at": item.received_at}
    facts += [TimeFact(name=k, value=v) for k, v in times.items() if v]
    told = "".join(
        f", {word} {at:%Y-%m-%d}"
        for word, at in (("asked for on", item.asked_at), ("received on", item.received_at))
        if at
    )
    return Evidence.of(
        "return", f"order/{order.id}", f"Return of order {order.id}",
        f"Return of order {order.id}: {item.state}{told}.", tuple(facts),
        observed_at=item.received_at or item.asked_at,
    )  # fmt: skip
