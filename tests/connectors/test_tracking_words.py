"""Trackers' words: each of their statuses, and what is done with one that is new."""

import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.words import doubt_of, tracking_state, vocabulary
from tradewind.commerce import TrackingEvent, TrackingState

STATES = set(get_args(TrackingState))
AFTERSHIP = {
    "Pending": ("unknown", 6), "InfoReceived": ("label_made", 1), "InTransit": ("moving", 9),
    "AttemptFail": ("attempt_failed", 3), "AvailableForPickup": ("pickup", 1),
    "Delivered": ("delivered", 5), "Exception": ("exception", 13), "Expired": ("stale", 1),
}  # fmt: skip
SPECIAL = {
    "InTransit_006": "customs", "Exception_004": "customs", "Exception_010": "returning",
    "Exception_011": "returned", "Exception_013": "lost",
}  # fmt: skip
SEVENTEEN = {
    "NotFound": ("unknown", "Other InvalidCode"), "OutForDelivery": ("out_for_delivery", "Other"),
    "InTransit": ("moving", "PickedUp Other Departure Arrival CustomsReleased"),
    "DeliveryFailure": ("attempt_failed", "Other NoBody Security Rejected InvalidAddress"),
    "AvailableForPickup": ("pickup", "Other"), "Delivered": ("delivered", "Other"),
    "Exception": ("exception", "Other NoBody Security Damage Rejected Delayed Destroyed Cancel"),
    "Expired": ("stale", "Other"),
}  # fmt: skip
DETAILS = (
    "address_correction arrived_at_destination arrived_at_facility arrived_at_pickup_location "
    "awaiting_information cancelled damaged delayed delivery_exception departed_facility "
    "departed_origin_facility expired failure held in_transit label_created lost missorted "
    "out_for_delivery received_at_destination_facility received_at_origin_facility refused return "
    "status_update transferred_to_destination_carrier transit_exception unknown weather_delay"
).split()
"""EasyPost's `status_detail`."""


def test_every_subtag_of_aftership_is_listed():
    known = vocabulary("aftership")["states"]
    for tag, (state, count) in AFTERSHIP.items():
        for number in range(1, count + 1):
            subtag = f"{tag}_{number:03}"
            assert known[subtag] == SPECIAL.get(subtag, state)
    for subtag in ("OutForDelivery_001", "OutForDelivery_003", "OutForDelivery_004"):
        assert known[subtag] == "out_for_delivery"
    for subtag in ("Exception_016", "Exception_017", "Exception_018"):
        assert known[subtag] == "exception"


def test_every_sub_status_of_17track_is_listed():
    known = vocabulary("seventeentrack")["states"]
    for main, (state, subs) in SEVENTEEN.items():
        assert [known[f"{main}_{sub}"] for sub in subs.split()] == [state] * len(subs.split())
    assert known["InfoReceived"] == "label_made"
    assert known["InTransit_CustomsProcessing"] == "customs"
    assert known["InTransit_CustomsRequiringInformation"] == "customs"
    assert [known[f"Exception_{sub}"] for sub in ("Returning", "Returned", "Lost")] == [
        "returning", "returned", "lost",
    ]  # fmt: skip


def test_every_detail_of_easypost_is_told_or_left_to_its_status():
    tables = vocabulary("easypost")
    for detail in DETAILS:
        assert (f"detail:{detail}" in tables["states"]) != (f"detail:{detail}" in tables["plain"])
    assert tracking_state("easypost", "detail:weather_delay", "in_transit") == "moving"
    assert tracking_state("easypost", "detail:return", "in_transit") == "returning"


@pytest.mark.parametrize("words", ["aftership", "seventeentrack", "easypost", "shopify"])
def test_all_lead_to_our_states(words: str):
    assert set(vocabulary(words)["states"].values()) <= STATES


@given(
    main=st.sampled_from(sorted({*AFTERSHIP, "OutForDelivery"})),
    rest=st.text(st.sampled_from("0123456789abcXYZ_"), min_size=1, max_size=6),
)
def test_a_subtag_that_is_new_is_taken_for_its_tag(main: str, rest: str):
    known = vocabulary("aftership")["states"]
    wanted = known.get(f"{main}_{rest}", known[main])
    assert tracking_state("aftership", f"{main}_{rest}") == wanted
    assert tracking_state("seventeentrack", f"Exception_New{rest}") == "exception"


def test_a_word_that_sources_differ_on_is_marked(opened: Any):
    scans = [
        {"tag": "OutForDelivery", "subtag": f"OutForDelivery_00{n}", "message": "m",
         "checkpoint_time": f"2026-02-2{n}T10:00:00Z"}
        for n in (1, 3, 4)
    ]  # fmt: skip
    told = {"id": "a", "tracking_number": "LP1CN", "slug": "c", "checkpoints": scans}
    result = opened(json.dumps(told))
    assert {event.state for event in result.of(TrackingEvent)} == {"out_for_delivery"}
    marks = ["_doubtful_state" in row.raw for row in result.rows[1:]]
    assert marks == [False, True, True]
    assert doubt_of("aftership", "Delivered_003") == ""
