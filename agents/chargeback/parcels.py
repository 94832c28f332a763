"""Parcels that may become disputes over goods not received, the most pressing first."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast, get_args

from agents.chargeback.facts import money_of, text_of, time_of, whole_of
from agents.chargeback.rules import Rules
from tradewind.base import Money, Record, Time
from tradewind.evidence import Evidence
from tradewind.prevention import Risk


class Risky(Record):
    """A parcel under way and all that speaks for a dispute, the first reason decides its rank.
    `over` are the days beyond those within which nearly all of its lane are there; `usual` those
    days, of `share` of 100 parcels, by the level of `lane_parcels` parcels. None: cannot be told.
    """

    order: str
    tracking_no: str
    carrier: str
    destination: str
    state: str
    language: str
    total: Money | None
    shipped_at: Time | None
    age: int
    usual: int | None
    share: int | None
    lane_level: str
    lane_parcels: int
    over: int | None
    reasons: tuple[Risk, ...]
    evidence: str


class Parcels(Record):
    """Those with a reason, ranked; `open` were looked at, for `no_history` of them the shop's own
    parcels cannot tell what is usual. The others say why more were not looked at."""

    open: int = 0
    no_history: int = 0
    settled: int = 0
    not_sent: int = 0
    no_order: int = 0
    too_old: int = 0
    risky: tuple[Risky, ...] = ()


def read_parcels(evidence: Sequence[Evidence], rules: Rules, now: datetime) -> Parcels:
    """What the records of `disputes.likely` come to."""
    head = next((item for item in evidence if text_of(item, "count") == "parcels"), None)
    items = [item for item in evidence if text_of(item, "count") == "parcel"]
    parcels = [_risky(item, rules, now) for item in items]
    risky = sorted((p for p in parcels if p.reasons), key=lambda p: _rank(p, rules))
    names = ("settled", "not_sent", "no_order", "too_old")
    return Parcels(
        open=len(items), no_history=sum(p.usual is None for p in parcels), risky=tuple(risky),
        **{name: whole_of(head, name) or 0 for name in names},
    )  # fmt: skip


def _risky(item: Evidence, rules: Rules, now: datetime) -> Risky:
    age, usual = whole_of(item, "age") or 0, whole_of(item, "usual")
    over = None if usual is None else age - usual
    return Risky(
        order=text_of(item, "order"), tracking_no=text_of(item, "tracking_no"),
        carrier=text_of(item, "carrier"), destination=text_of(item, "destination"),
        state=text_of(item, "state"), language=text_of(item, "language"),
        total=money_of(item, "total"), shipped_at=time_of(item, "shipped_at"), age=age,
        usual=usual, share=whole_of(item, "share"), lane_level=text_of(item, "lane_level"),
        lane_parcels=whole_of(item, "lane_parcels") or 0, over=over,
        reasons=_reasons(item, over, rules, now), evidence=item.id,
    )  # fmt: skip


def _reasons(
    item: Evidence, over: int | None, rules: Rules, now: datetime
) -> tuple[Risk, ...]:  # fmt: skip
    """All that apply, what weighs most first."""
    told: list[Risk] = []
    state = text_of(item, "state")
    if state in get_args(Risk):
        told.append(cast(Risk, state))
    if time_of(item, "wrote_at"):
        told.append("asked")
    if over is not None and over > 0:
        told.append("late")
    promised = time_of(item, "estimated_at")
    if promised and promised < now:
        told.append("past_promise")
    return tuple(sorted(told, key=rules.prevention.parcels.order.index))


def _rank(parcel: Risky, rules: Rules) -> tuple[int, int, int, str]:
    """The reason that weighs most, then the days beyond the usual, then the age."""
    first = rules.prevention.parcels.order.index(parcel.reasons[0])
    return first, -(parcel.over or 0), -parcel.age, parcel.order
