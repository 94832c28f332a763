"""Disputes and the payments behind them."""

from tools.outsiders import as_name, as_token
from tradewind.commerce import Dispute, Payment
from tradewind.errors import ToolRetry
from tradewind.evidence import Evidence, Fact, IdFact, MoneyFact, NameFact, TimeFact
from tradewind.tool import ToolContext, ToolResult, tool


@tool("disputes.find", effect="read")
def find_dispute(context: ToolContext, dispute_id: str) -> ToolResult:
    """Look up one dispute by its id, with the payment that it is about."""
    dispute = context.shop.dispute(dispute_id)
    if dispute is None:
        raise ToolRetry(
            f"there is no dispute {dispute_id}.", "Check the id, or list the open ones."
        )
    payment = context.shop.payment(dispute.payment_id) if dispute.payment_id else None
    found = [dispute_evidence(dispute, payment)]
    if payment:
        found.append(payment_evidence(payment))
    return ToolResult(evidence=tuple(found))


@tool("disputes.list", effect="read")
def list_disputes(context: ToolContext) -> ToolResult:
    """List the disputes that still need a response, the earliest deadline first."""
    waiting = [d for d in context.shop.disputes() if needs_response(d)]
    return ToolResult(evidence=tuple(dispute_evidence(d, None) for d in waiting))


def needs_response(dispute: Dispute) -> bool:
    """Whether the processor still waits for the merchant (Stripe's *needs_response states)."""
    return dispute.status.endswith("needs_response")


def dispute_evidence(dispute: Dispute, payment: Payment | None) -> Evidence:
    order_id = dispute.order_id or (payment.order_id if payment else "")
    facts: list[Fact] = [
        IdFact(name="id", value=dispute.id),
        MoneyFact(name="amount", value=dispute.amount),
        NameFact(name="category", value=dispute.category),
        NameFact(name="stage", value=dispute.stage),
        NameFact(name="status", value=dispute.status),
    ]
    ids = {"payment": dispute.payment_id, "order": order_id, "reason_code": dispute.reason_code}
    facts += [IdFact(name=k, value=v) for k, v in ids.items() if v]
    if dispute.network:
        facts.append(NameFact(name="network", value=dispute.network))
    times = {"due_by": dispute.due_by, "opened_at": dispute.opened_at}
    facts += [TimeFact(name=k, value=v) for k, v in times.items() if v]
    due = f" Response due by {dispute.due_by:%Y-%m-%d %H:%M} UTC." if dispute.due_by else ""
    return Evidence.of(
        "dispute", f"dispute/{dispute.id}", f"Dispute {dispute.id}",
        f"Dispute {dispute.id} over {dispute.amount}, {dispute.network} {dispute.reason_code} "
        f"({dispute.category}), stage {dispute.stage}, status {dispute.status}.{due}",
        tuple(facts), observed_at=dispute.opened_at,
    )  # fmt: skip


def payment_evidence(payment: Payment) -> Evidence:
    """The payment with what the issuer checked: AVS, CVC, 3-D Secure."""
    facts: list[Fact] = [
        IdFact(name="id", value=payment.id),
        MoneyFact(name="amount", value=payment.amount),
    ]
    names = {
        "brand": payment.brand, "name": as_name(payment.name), "avs_postcode": payment.avs_postcode,
        "avs_line1": payment.avs_line1, "cvc": payment.cvc, "three_ds": payment.three_ds,
        "method": payment.method,
    }  # fmt: skip
    facts += [NameFact(name=k, value=v) for k, v in names.items() if v]
    ids = {"last4": payment.last4, "eci": payment.eci, "ip": payment.ip, "device": payment.device}
    ids = {name: as_token(value) for name, value in ids.items()}
    facts += [IdFact(name=k, value=v) for k, v in ids.items() if v]
    if payment.bill_to and payment.bill_to.postcode:
        facts.append(IdFact(name="bill_postcode", value=payment.bill_to.postcode))
    if payment.created_at:
        facts.append(TimeFact(name="paid_at", value=payment.created_at))
    checks = ", ".join(f"{k} {v}" for k, v in (names | ids).items() if v)
    paid = f" on {payment.created_at:%Y-%m-%d %H:%M} UTC" if payment.created_at else ""
    return Evidence.of(
        "payment", f"payment/{payment.id}", f"Payment {payment.id}",
        f"Payment {payment.id} of {payment.amount}{paid}: {checks}.",
        tuple(facts), observed_at=payment.created_at,
    )  # fmt: skip
