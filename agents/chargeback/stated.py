"""What the shop's own people stated of a dispute: which records are meant, never what they prove.

A statement chooses, answers a question or takes a record away. It makes no element true and takes
no contradiction away: what was at odds stays told and weighs against.
"""

from collections.abc import Mapping, Sequence
from typing import get_args

from pydantic import Field

from agents.chargeback.facts import flag_of, money_of, text_of
from tools.disputes.told import OWN, own_word
from tradewind.base import Record
from tradewind.commerce import StatedAbout
from tradewind.evidence import Evidence


class Stated(Record):
    """The statements that hold, by what they are about. `records` are by their source,
    `contradictions` by name; `figures` is what both were said over."""

    own: Mapping[StatedAbout, str] = Field(default_factory=dict)
    records: Mapping[str, bool] = Field(default_factory=dict)
    contradictions: Mapping[str, bool] = Field(default_factory=dict)

    def of(self, about: StatedAbout) -> str:
        return self.own.get(about, "")


def read_stated(
    evidence: Sequence[Evidence], dispute: Evidence, payment: Evidence | None,
    order: Evidence | None,
) -> Stated:  # fmt: skip
    """What holds beside these records. A statement that a tool of outsiders brings is none."""
    own: dict[StatedAbout, str] = {}
    records: dict[str, bool] = {}
    contradictions: dict[str, bool] = {}
    figures = figures_of(dispute, payment, order)
    for item in evidence:
        about = _about(item, dispute)
        if about is None:
            continue
        value, right, was = text_of(item, about), flag_of(item, "right"), text_of(item, "was")
        if about in OWN and was == own_word(dispute, about):
            own[about] = value
        elif about in ("record", "contradiction") and right is not None and was == figures:
            (records if about == "record" else contradictions)[value] = right
    return Stated(own=own, records=records, contradictions=contradictions)


def figures_of(dispute: Evidence, payment: Evidence | None, order: Evidence | None) -> str:
    """What can be at odds, as it stands: the amounts and the orders that are named."""
    told = (
        f"dispute {money_of(dispute, 'amount')} {text_of(dispute, 'order')}",
        f"payment {money_of(payment, 'amount')} {text_of(payment, 'order')}",
        f"order {money_of(order, 'total')} {text_of(order, 'id')}",
    )
    return "; ".join(" ".join(part.split()) for part in told)


def _about(item: Evidence, dispute: Evidence) -> StatedAbout | None:
    if item.kind != "statement" or item.trust != "stated":
        return None
    if text_of(item, "dispute") != text_of(dispute, "id"):
        return None
    return next((a for a in get_args(StatedAbout) if a == text_of(item, "about")), None)
