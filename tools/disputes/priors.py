"""Other payments of the buyer behind a dispute: by the same customer, with the same card."""

from tools.disputes.find import buyer_facts
from tools.outsiders import as_name, as_token
from tradewind.commerce import Dispute, Order, Payment
from tradewind.errors import ToolRetry
from tradewind.evidence import Evidence, Fact, FlagFact, IdFact, MoneyFact, NameFact, TimeFact
from tradewind.tool import ToolContext, ToolResult, tool

FRAUD = "fraudulent"


@tool("disputes.priors", effect="read")
def prior_payments(context: ToolContext, dispute_id: str) -> ToolResult:
    """Look up the other payments of the customer whose payment is disputed: what was bought when,
    with which card, from which device and address, and whether any of them was disputed."""
    dispute = context.shop.dispute(dispute_id)
    if dispute is None:
        raise ToolRetry(
            f"there is no dispute {dispute_id}.", "Check the id, or list the open ones."
        )
    payment = context.shop.payment(dispute.payment_id) if dispute.payment_id else None
    order = context.shop.order(dispute.order_id or (payment.order_id if payment else ""))
    if order is None or payment is None:
        return ToolResult(note="The order or the payment of this dispute is not on record.")
    disputed = {d.payment_id: d for d in context.shop.disputes() if d.payment_id}
    found = tuple(
        prior_evidence(other, bought, disputed.get(other.id))
        for bought in context.shop.orders_of(order.customer_id)
        for other in context.shop.payments_of(bought.id)
        if other.id != payment.id
    )
    return ToolResult(evidence=found, note="" if found else "This buyer has no other payment.")


def prior_evidence(payment: Payment, order: Order, dispute: Dispute | None) -> Evidence:
    """One other payment, with what it was for and what became of it."""
    goods = ", ".join(sorted(line.title for line in order.lines))
    facts: list[Fact] = [
        IdFact(name="payment", value=payment.id),
        MoneyFact(name="amount", value=payment.amount),
        FlagFact(name="disputed", value=dispute is not None),
    ]
    if dispute:
        facts.append(FlagFact(name="fraud_reported", value=dispute.category == FRAUD))
    if payment.created_at:
        facts.append(TimeFact(name="processed_at", value=payment.created_at))
    ids = {"ip": payment.ip or order.ip, "device": payment.device or order.device}
    facts += [IdFact(name=k, value=as_token(v)) for k, v in ids.items() if as_token(v)]
    names = {"network": payment.brand, "description": goods, "name": as_name(payment.name)}
    facts += [NameFact(name=k, value=v) for k, v in names.items() if v]
    if payment.refunded is not None:
        facts.append(MoneyFact(name="refunded", value=payment.refunded))
    paid = f" on {payment.created_at:%Y-%m-%d %H:%M} UTC" if payment.created_at else ""
    ended = f", disputed as {dispute.category}" if dispute else ", not disputed"
    return Evidence.of(
        "prior", f"payment/{payment.id}#prior", f"Other payment {payment.id}",
        f"Payment {payment.id} of {payment.amount}{paid} for order {order.id}: {goods}{ended}.",
        (*facts, *buyer_facts(payment, order)), observed_at=payment.created_at,
    )  # fmt: skip
