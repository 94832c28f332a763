"""Other payments of who paid."""

from collections.abc import Iterable

from tools.disputes.find import found_dispute, meant_payment
from tools.disputes.payments import prior_evidence
from tradewind.base import Time
from tradewind.commerce import Dispute, Payment
from tradewind.ports.storage import ShopReader
from tradewind.tool import ToolContext, ToolResult, tool

MOST = 60
"""Payments that are brought back, the newest."""


@tool("disputes.priors", effect="read")
def list_priors(context: ToolContext, dispute_id: str) -> ToolResult:
    """List the other payments of the card, account or customer behind a disputed payment that
    were made before the dispute, newest first, and whether they were disputed."""
    dispute = found_dispute(context.shop, dispute_id)
    payment = meant_payment(context.shop, dispute)
    if payment is None:
        return ToolResult(note=f"No payment is recorded for dispute {dispute.id}.")
    others = sorted(_others(context.shop, dispute, payment), key=_when, reverse=True)
    found = tuple(
        prior_evidence(
            other, context.shop.order(other.order_id) if other.order_id else None,
            _disputed(context.shop, other),
        )
        for other in others[:MOST]
    )  # fmt: skip
    cut = f"Only the newest {MOST} of {len(others)} are shown." if len(others) > MOST else ""
    return ToolResult(evidence=found, note=cut if found else "No other payment is recorded.")


def _others(shop: ShopReader, dispute: Dispute, payment: Payment) -> Iterable[Payment]:
    """By the same credential, or for orders of the same customer; each once, with a time, until
    the dispute was opened."""
    order = shop.order(payment.order_id or dispute.order_id)
    ours = shop.orders_of(order.customer_id) if order and order.customer_id else ()
    newest = sorted(ours, key=lambda o: o.placed_at.timestamp() if o.placed_at else 0.0)[-MOST:]
    found = {p.id: p for p in shop.payments_with(payment.fingerprint)}
    for other in newest:
        found |= {p.id: p for p in shop.payments_of(other.id)}
    found.pop(payment.id, None)
    end = dispute.opened_at or payment.created_at
    return [p for p in found.values() if p.created_at and (end is None or p.created_at < end)]


def _disputed(shop: ShopReader, payment: Payment) -> bool | None:
    """Whether it was ever disputed, by our records of disputes or the processor's word."""
    ids = [id_ for id_ in (payment.id, payment.intent) if id_]
    return True if any(shop.disputes_of(id_) for id_ in ids) else payment.disputed


def _when(payment: Payment) -> tuple[Time | None, str]:
    return payment.created_at, payment.id
