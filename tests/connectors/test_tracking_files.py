"""EasyPost, AfterShip and 17TRACK payloads: states, honest times, stable ids."""

import json

import pytest

from connectors.words import tracking_state
from tradewind.commerce import Shipment, TrackingEvent

TRACKER = {
    "object": "Tracker",
    "id": "trk_1",
    "tracking_code": "EZ1",
    "status": "delivered",
    "status_detail": "arrived_at_destination",
    "carrier": "USPS",
    "signed_by": "J DOE",
    "updated_at": "2025-02-09T00:00:00Z",
    "tracking_details": [
        {
            "status": "pre_transit",
            "message": "Label",
            "datetime": "2025-02-06T19:48:26Z",
            "tracking_location": {"city": None},
        },
        {
            "status": "in_transit",
            "message": "Left",
            "datetime": "2025-02-07T08:25:26Z",
            "tracking_location": {
                "city": "HOUSTON",
                "state": "TX",
                "zip": "77063",
                "country": "US",
            },
        },
        {
            "status": "delivered",
            "message": "Delivered",
            "datetime": "2025-02-08T08:00:00Z",
            "tracking_location": {"city": "CHARLESTON", "zip": "29401"},
        },
        {"status": "warp", "message": "?", "datetime": "2025-02-08T09:00:00Z"},
        {"status": "in_transit", "message": "bad", "datetime": "never"},
    ],
}


@pytest.mark.parametrize(
    "wrap",
    [
        lambda t: t,
        lambda t: {"trackers": [t], "has_more": False},
        lambda t: {"object": "Event", "description": "tracker.updated", "result": t},
        lambda t: {"interactions": [{"request": {}, "response": {"status": 200, "body": t}}] * 2},
    ],
)
def test_easypost(opened, wrap):
    result = opened(json.dumps(wrap(TRACKER)))
    (shipment,) = result.of(Shipment)
    assert result.kind == "easypost_tracker"
    assert (shipment.id, shipment.state, shipment.tracking_no) == ("trk_1", "delivered", "EZ1")
    assert shipment.delivered_at is not None
    assert shipment.shipped_at is not None
    assert (shipment.shipped_at.day, shipment.delivered_at.day) == (7, 8)
    events = result.of(TrackingEvent)
    assert [event.state for event in events] == ["label_made", "moving", "delivered", "unknown"]
    assert events[3].source_state == "warp"
    assert [event.signed_by for event in events] == ["", "", "J DOE", ""]
    assert [bad.field for bad in result.rejected] == ["tracking_details[4].datetime"]


def test_the_newest_of_a_tracker_seen_twice_stands(opened):
    older = {**TRACKER, "status": "in_transit", "status_detail": None, "updated_at": "2025-02-07"}
    (shipment,) = opened(json.dumps({"trackers": [TRACKER, older]})).of(Shipment)
    assert shipment.state == "delivered"


AFTERSHIP = {
    "id": "a1",
    "tracking_number": "LP1CN",
    "slug": "china-post",
    "tag": "Exception",
    "subtag": "Exception_011",
    "order_id": "#1001",
    "destination_country_iso3": "ESP",
    "expected_delivery": "2025-03-01",
    "checkpoints": [
        {
            "tag": "InTransit",
            "subtag": "InTransit_006",
            "message": "Customs",
            "checkpoint_time": "2025-02-20T10:00:00+08:00",
            "country_iso3": "CHN",
            "zip": "100000",
        },
        {
            "tag": "AttemptFail",
            "subtag": "AttemptFail_002",
            "message": "Absent",
            "checkpoint_time": "2025-02-25T10:00:00",
            "country_region": "ESP",
            "postal_code": "28001",
        },
    ],
}


@pytest.mark.parametrize(
    "wrap",
    [
        lambda t: {"meta": {"code": 200}, "data": {"tracking": t}},
        lambda t: {"meta": {"code": 200}, "data": {"trackings": [t]}},
        lambda t: {"meta": {"code": 200}, "data": t},
        lambda t: {"event": "tracking_update", "msg": t},
        lambda t: [t],
    ],
)
def test_aftership(opened, wrap):
    result = opened(json.dumps(wrap(AFTERSHIP)))
    (shipment,), (customs, attempt) = result.of(Shipment), result.of(TrackingEvent)
    assert result.kind == "aftership_tracking"
    assert (shipment.state, shipment.order_id) == ("returned", "#1001")
    assert shipment.ship_to is not None
    assert shipment.ship_to.country == "ES"
    assert (customs.state, customs.country, customs.at.hour) == ("customs", "CN", 2)
    assert (attempt.state, attempt.postcode, attempt.at.hour) == ("attempt_failed", "28001", 10)
    marks = [row.raw.get("_assumed_zone") for row in result.rows[1:]]
    assert marks == [None, "UTC"]


SEVENTEEN = {
    "number": "RR1CN",
    "carrier": 3011,
    "track_info": {
        "shipping_info": {"recipient_address": {"country": "US", "postal_code": "10001"}},
        "latest_status": {"status": "Delivered", "sub_status": "Delivered_Other"},
        "time_metrics": {"estimated_delivery_date": {"from": None, "to": None}},
        "misc_info": {"service_type": "Registered"},
        "tracking": {
            "providers": [
                {
                    "provider": {"key": 3011, "name": "China Post"},
                    "events": [
                        {
                            "time_iso": "2025-02-26T10:00:00-05:00",
                            "time_utc": "2025-02-26T15:00:00Z",
                            "description": "Delivered",
                            "location": "NEW YORK",
                            "stage": "Delivered",
                            "sub_status": "Delivered_Other",
                            "address": {"country": "US", "city": None, "postal_code": "10001"},
                        },
                        {
                            "time_iso": None,
                            "time_utc": None,
                            "description": "In customs",
                            "stage": None,
                            "time_raw": {
                                "date": "2025-02-20",
                                "time": "09:30:00",
                                "timezone": None,
                            },
                            "sub_status": "InTransit_CustomsProcessing",
                            "address": {},
                        },
                        {
                            "time_iso": None,
                            "description": "no time",
                            "sub_status": "InTransit_Other",
                        },
                    ],
                }
            ]
        },
    },
}


def test_seventeentrack_answer(opened):
    answer = {
        "code": 0,
        "data": {
            "accepted": [
                SEVENTEEN,
                {
                    "number": "RR2CN",
                    "track_info": {
                        "latest_status": {"status": "InfoReceived", "sub_status": "InfoReceived"},
                        "tracking": {"providers": []},
                    },
                },
            ],
            "rejected": [{"number": "X", "error": {"code": -1, "message": "not registered"}}],
        },
    }
    result = opened(json.dumps(answer))
    assert result.kind == "seventeentrack_tracking"
    first, second = result.of(Shipment)
    assert (first.state, first.carrier, second.state) == ("delivered", "China Post", "label_made")
    delivered, customs = result.of(TrackingEvent)
    assert (delivered.at.hour, delivered.postcode, delivered.city) == (15, "10001", "NEW YORK")
    assert (customs.state, customs.at.hour) == ("customs", 9)
    assert [(bad.row, bad.field) for bad in result.rejected] == [
        (1, "track_info.tracking.providers[0].events[2].time_raw"),
        (3, "number"),
    ]


def test_seventeentrack_webhook(opened):
    hook = {"event": "TRACKING_UPDATED", "data": SEVENTEEN}
    assert opened(json.dumps(hook)).of(Shipment)[0].tracking_no == "RR1CN"


@pytest.mark.parametrize(
    ("words", "word", "state"),
    [
        ("aftership", "Pending", "unknown"),
        ("aftership", "Expired", "stale"),
        ("aftership", "Exception_013", "lost"),
        ("seventeentrack", "Exception_Returning", "returning"),
        ("seventeentrack", "NotFound", "unknown"),
        ("easypost", "return_to_sender", "returning"),
        ("shopify", "attempted_delivery", "attempt_failed"),
        ("easypost", "no such word", "unknown"),
    ],
)
def test_vocabularies(words: str, word: str, state: str):
    assert tracking_state(words, word) == state


def test_ids_are_the_same_at_each_import(opened):
    assert opened(json.dumps(AFTERSHIP)).records == opened(json.dumps([AFTERSHIP])).records
