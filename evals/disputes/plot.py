"""What is planted in one made dispute."""

from typing import Literal

from tradewind.base import Record
from tradewind.commerce import DisputeCategory, DisputeStage

Delivery = Literal[
    "none", "moving", "lost", "postcode", "signed", "family", "stranger", "wrong_city", "early",
    "city_only", "neighbour", "redirected", "taken_back", "one_of_two",
]  # fmt: skip
Refunded = Literal["none", "full", "after", "part", "failed"]
Checks = Literal["none", "pass", "fail"]
Shift = Literal["none", "authenticated", "attempted", "not"]
Before = Literal["none", "ce3", "known", "disputed", "stranger"]
Words = Literal[
    "none", "admitted", "denied", "defect", "return_asked", "cancelled_before", "received",
    "instructions",
]  # fmt: skip
Terms = Literal["none", "published", "accepted", "later"]
Listing = Literal["none", "sold", "later"]
Link = Literal["sound", "missing", "two", "cheaper", "other_currency"]
Disputed = Literal["whole", "part", "above", "other_currency"]
Due = Literal["open", "passed", "absent", "far"]
State = Literal["open", "won", "under_review"]
Back = Literal["none", "received", "late", "in_time"]
Second = Literal["none", "other_order", "twin", "twice"]
Code = Literal["known", "unknown", "vague"]


class Plot(Record):
    """One made dispute. What is not named is as in a sound purchase without any proof.

    `amount` is the order's, in minor units of USD. `tiny` amounts do not pay the work.
    """

    id: str
    category: DisputeCategory
    network: str
    stage: DisputeStage = "chargeback"
    amount: int = 20000
    code: Code = "known"
    delivery: Delivery = "none"
    refunded: Refunded = "none"
    checks: Checks = "none"
    shift: Shift = "none"
    before: Before = "none"
    words: Words = "none"
    terms: Terms = "none"
    listing: Listing = "none"
    link: Link = "sound"
    disputed: Disputed = "whole"
    due: Due = "open"
    state: State = "open"
    back: Back = "none"
    second: Second = "none"
    cancelled: bool = False
    billing_elsewhere: bool = False
    paid_otherwise: bool = False

    @property
    def inquiry(self) -> bool:
        return self.stage == "inquiry"


TINY = 500
"""An amount that does not pay anybody's work."""
