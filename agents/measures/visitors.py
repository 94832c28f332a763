"""The holdout: who of the consenting visitors is shown the chat, and who bought.

A visitor's id is made by the shop's page and named in the order. Only a keyed mark of it is
kept; by the same key the arm is drawn, so that a visitor is always in the same one.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Literal

from agents.measures.definitions import Conversion
from agents.measures.intervals import Interval, Share, difference, share
from tradewind.base import Record, Time
from tradewind.commerce import Order
from tradewind.measures import Arm, Visit

ATTRIBUTE = "tradewind_visitor"
"""The cart attribute in which the shop's page names the visitor."""
VISITOR = re.compile(r"twv_[0-9a-f]{32}")
_HUNDRED = 10_000
"""Marks are spread over so many places: a share of one per cent is a hundred of them."""
# As Shopify has it in JSON (`{"name": …, "value": …}`) and in its export ("name: value").
_NAMED = re.compile(
    rf'"?{ATTRIBUTE}\\?"?\s*(?:,\s*\\?"value\\?"\s*)?:\s*\\?"?(?P<id>{VISITOR.pattern})(?![0-9a-f])'
)

Verdict = Literal["no_holdout", "too_few", "cannot_tell", "more", "fewer"]


class ArmSeen(Record):
    """Visitors of one arm, and the share of them who bought in time."""

    arm: Arm
    bought: Share


class Uplift(Record):
    """What showing the chat did to sales, by the arms that visitors were drawn into, whether or not
    they opened it. `share` is the holdout's in per cent, `waiting` visitors whose time to buy is
    not over count nowhere, nor do orders of whom no day is known (`undated`).

    verdict: no_holdout and too_few tell nothing; cannot_tell: the interval holds 0.
    """

    share: int
    verdict: Verdict
    shown: ArmSeen
    holdout: ArmSeen
    difference: Interval | None
    waiting: int
    undated: int


def mark_of_visitor(secret: bytes, tenant: str, visitor: str) -> str:
    """A visitor as we know them; nobody without the key can make it from their id."""
    told = f"visitor\0{tenant}\0{visitor}".encode()
    return hmac.new(secret, told, hashlib.sha256).hexdigest()[:32]


def arm_of(mark: str, holdout: int) -> Arm:
    """Whose chat is held back, `holdout` of a hundred visitors."""
    return "holdout" if int(mark[:12], 16) % _HUNDRED < holdout * _HUNDRED // 100 else "shown"


def named_visitor(raw: str) -> str:
    """The visitor whom an imported order names; "" where it names none, or two."""
    found = {match["id"] for match in _NAMED.finditer(raw)}
    return found.pop() if len(found) == 1 else ""


def buyers(
    bought: Iterable[tuple[str, str, str]], secret: bytes, tenant: str
) -> Iterator[tuple[str, datetime | None]]:
    """The marks of visitors who are named in orders that stand, and when each order was placed."""
    for _, body, raw in bought:
        order = Order.model_validate_json(body)
        if (visitor := named_visitor(raw)) and order.status != "cancelled":
            yield mark_of_visitor(secret, tenant, visitor), order.placed_at


def uplift(
    visits: Iterable[Visit], bought: Iterable[tuple[str, datetime | None]], holdout: int,
    rules: Conversion, now: Time,
) -> Uplift:  # fmt: skip
    """Compare the arms of the visitors who came under the share of now."""
    within, orders, undated = timedelta(days=rules.order_days), dict[str, list[datetime]](), 0
    for mark, at in bought:
        undated += at is None
        if at is not None:
            orders.setdefault(mark, []).append(at)
    seen: dict[Arm, list[int]] = {"shown": [0, 0], "holdout": [0, 0]}
    waiting = 0
    for visit in visits:
        if visit.share != holdout or not holdout:
            continue
        if visit.at + within > now:
            waiting += 1
            continue
        placed = orders.get(visit.mark, ())
        seen[visit.arm][0] += any(visit.at <= at <= visit.at + within for at in placed)
        seen[visit.arm][1] += 1
    arms: dict[Arm, Share] = {
        arm: share(hits, of, rules.confidence) for arm, (hits, of) in seen.items()
    }
    between = difference(arms["shown"], arms["holdout"])
    return Uplift(
        share=holdout, verdict=_verdict(holdout, arms, between, rules),
        shown=ArmSeen(arm="shown", bought=arms["shown"]),
        holdout=ArmSeen(arm="holdout", bought=arms["holdout"]),
        difference=between, waiting=waiting, undated=undated,
    )  # fmt: skip


def _verdict(
    holdout: int, arms: dict[Arm, Share], between: Interval | None, rules: Conversion
) -> Verdict:
    if not holdout:
        return "no_holdout"
    few = any(
        arm.of < rules.least_visitors
        or min(arm.hits, arm.of - arm.hits) < rules.least_buyers
        for arm in arms.values()
    )  # fmt: skip
    if few or between is None:
        return "too_few"
    if between.low <= 0 <= between.high:
        return "cannot_tell"
    return "more" if between.low > 0 else "fewer"
