"""Disputes and the payments behind them."""

from collections.abc import Sequence
from decimal import Decimal

from tools.disputes.payments import payment_evidence
from tools.disputes.told import read_meant
from tools.outsiders import as_word
from tradewind.commerce import Dispute, Order, Payment
from tradewind.disputes import waits
from tradewind.errors import ToolRetry
from tradewind.evidence import (
    Evidence,
    Fact,
    FlagFact,
    IdFact,
    MoneyFact,
    NameFact,
    NumberFact,
    TimeFact,
)  # fmt: skip
from tradewind.ports.storage import ShopReader
from tradewind.tool import ToolContext, ToolResult, tool


@tool("disputes.find", effect="read")
def find_dispute(context: ToolContext, dispute_id: str) -> ToolResult:
    """Look up one dispute by its id, with the payment that it is about, and what the shop's people
    stated of it."""
    dispute = found_dispute(context.shop, dispute_id)
    own, paid = own_evidence(context.shop, dispute)
    meant = read_meant(context.shop, dispute, own)
    stated = context.shop.payment(meant.payment) if meant.payment else None
    if stated:
        paid = payment_evidence(stated, _order_of(context.shop, stated.order_id))
    return ToolResult(evidence=(own, *([paid] if paid else []), *meant.evidence))


def own_evidence(shop: ShopReader, dispute: Dispute) -> tuple[Evidence, Evidence | None]:
    """The dispute and its payment by the records alone, whatever people stated."""
    payment = disputed_payment(shop, dispute)
    order = _order_of(shop, dispute.order_id or (payment.order_id if payment else ""))
    others = shop.disputes_of(payment.id) if payment else ()
    also = tuple(d.id for d in others if d.id != dispute.id)
    own = dispute_evidence(dispute, payment, order, also)
    return own, payment_evidence(payment, order) if payment else None


def _order_of(shop: ShopReader, order_id: str) -> Order | None:
    return shop.order(order_id) if order_id else None


@tool("disputes.list", effect="read")
def list_disputes(context: ToolContext) -> ToolResult:
    """List the disputes that still need a response, the earliest deadline first."""
    waiting = [d for d in context.shop.disputes() if needs_response(d)]
    return ToolResult(evidence=tuple(dispute_evidence(d, None) for d in waiting))


def found_dispute(shop: ShopReader, dispute_id: str) -> Dispute:
    """The dispute. Raises ToolRetry."""
    dispute = shop.dispute(dispute_id)
    if dispute is None:
        raise ToolRetry(
            f"there is no dispute {dispute_id}.", "Check the id, or list the open ones."
        )
    return dispute


def disputed_payment(shop: ShopReader, dispute: Dispute) -> Payment | None:
    """The payment that the dispute names; the order's only one where it names none."""
    if dispute.payment_id:
        return shop.payment(dispute.payment_id)
    paid = shop.payments_of(dispute.order_id) if dispute.order_id else ()
    if not paid and dispute.order_id and (order := shop.order(dispute.order_id)):
        paid = shop.payments_of(order.id)
    return paid[0] if len(paid) == 1 else None


def meant_payment(shop: ShopReader, dispute: Dispute) -> Payment | None:
    """The payment that a person of the shop stated, where one holds; else the dispute's."""
    own, _ = own_evidence(shop, dispute)
    stated = read_meant(shop, dispute, own).payment
    return (shop.payment(stated) if stated else None) or disputed_payment(shop, dispute)


def needs_response(dispute: Dispute) -> bool:
    """Whether the processor still waits for the merchant."""
    return waits(dispute.state, dispute.status)


def dispute_evidence(
    dispute: Dispute, payment: Payment | None, order: Order | None = None,
    also: Sequence[str] = (),
) -> Evidence:  # fmt: skip
    """`also` are other disputes over the same payment."""
    order_id = dispute.order_id or (payment.order_id if payment else "")
    facts: list[Fact] = [
        IdFact(name="id", value=dispute.id),
        MoneyFact(name="amount", value=dispute.amount),
        NameFact(name="category", value=dispute.category),
        NameFact(name="stage", value=dispute.stage),
        NameFact(name="status", value=dispute.status),
        NameFact(name="state", value=dispute.state),
    ]
    ids = {
        "payment": dispute.payment_id or (payment.id if payment else ""),
        "order": order.id if order else order_id, "reason_code": dispute.reason_code,
    }  # fmt: skip
    facts += [IdFact(name=k, value=v) for k, v in ids.items() if v]
    names = {"network": as_word(dispute.network), "processor": as_word(dispute.processor),
             "reason": as_word(dispute.reason)}  # fmt: skip
    facts += [NameFact(name=k, value=v) for k, v in names.items() if v]
    facts += [IdFact(name="also", value=other) for other in also]
    times = {
        "due_by": dispute.due_by, "opened_at": dispute.opened_at, "closed_at": dispute.closed_at
    }  # fmt: skip
    facts += [TimeFact(name=k, value=v) for k, v in times.items() if v]
    facts += _standing(dispute)
    return Evidence.of(
        "dispute", f"dispute/{dispute.id}", f"Dispute {dispute.id}",
        f"Dispute {dispute.id} over {dispute.amount}, {dispute.network} {dispute.reason_code} "
        f"({dispute.category}), stage {dispute.stage}, status {dispute.status}.{_due(dispute)}",
        tuple(facts), observed_at=dispute.opened_at,
    )  # fmt: skip


def _standing(dispute: Dispute) -> list[Fact]:
    """What may still be done, and what was sent."""
    flags = {
        "answerable": dispute.answerable, "past_due": dispute.past_due,
        "has_evidence": dispute.has_evidence, "refundable": dispute.refundable,
    }  # fmt: skip
    facts: list[Fact] = [FlagFact(name=k, value=v) for k, v in flags.items() if v is not None]
    if dispute.submissions is not None:
        facts.append(NumberFact(name="submissions", value=Decimal(dispute.submissions)))
    for programme in dispute.eligibility:
        facts.append(
            NameFact(name=f"eligible_{programme.programme}", value=programme.status or "named")
        )
        facts += [
            NameFact(name=f"required_{programme.programme}", value=word)
            for word in programme.required
        ]
    return facts


def _due(dispute: Dispute) -> str:
    if dispute.due_by:
        return f" Response due by {dispute.due_by:%Y-%m-%d %H:%M} UTC."
    if dispute.answerable is False:
        return " No response is taken."
    return " The processor told no deadline." if needs_response(dispute) else ""
