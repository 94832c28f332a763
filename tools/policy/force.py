"""Which wording of the shop's rules is in force: now, or for an order."""

from collections.abc import Sequence
from datetime import date

from tradewind.commerce import Order, Policy
from tradewind.ports.storage import ShopReader


def policies_for(shop: ShopReader, order: Order | None) -> Sequence[Policy]:
    """All policies, for an order in the wording that was in force when it was placed. One of which
    no such wording is known stands as it is now."""
    if order is None:
        return shop.policies()
    now = shop.policies()
    return [next(iter(wording_for(shop, policy, order)), policy) for policy in now]


def wording_for(shop: ShopReader, policy: Policy, order: Order) -> Sequence[Policy]:
    """A policy as it stood for the order: the wording with the latest start before it, of those
    that name no start the one that was seen then; none where that is not known."""
    placed = order.placed_at
    versions = shop.policy_versions(policy.id)
    texts = [v.record for v in versions if isinstance(v.record, Policy)] or [policy]
    if placed is None:
        return texts[-1:]
    begun = [p for p in texts if p.effective_from and p.effective_from <= placed.date()]
    if begun:
        return [max(begun, key=lambda p: p.effective_from or date.min)]
    seen = [v.record for v in versions if isinstance(v.record, Policy) and v.stood(placed)]
    undated = [p for p in texts if p.effective_from is None]
    return [p for p in seen if p.effective_from is None][:1] or undated[:1]
