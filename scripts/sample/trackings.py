"""Parcels in the words of AfterShip, 17TRACK and EasyPost, as their APIs answer."""

import tomllib
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from .course import AS_OF, Dice
from .parcels import Parcel, Place, Scan
from .retail import Entry

Json = dict[str, object]

_SLUGS = {"USPS": "usps", "UPS": "ups", "DHL": "dhl-germany", "DHL Express": "dhl",
          "China Post": "china-post", "Korea Post": "korea-post"}  # fmt: skip
# Carrier keys of 17TRACK (its carrier list).
_KEYS = {"China Post": 3011, "Korea Post": 11031}
_SITES = {"China Post": "https://www.ems.com.cn/", "Korea Post": "https://www.epost.go.kr/"}
_ALPHA2 = {"USA": "US", "DEU": "DE", "FRA": "FR", "ITA": "IT", "ESP": "ES", "BRA": "BR",
           "KOR": "KR", "JPN": "JP", "ARE": "AE", "CHN": "CN", "HKG": "HK"}  # fmt: skip
_SERVICES = {"USPS": "Ground Advantage", "UPS": "Ground", "DHL": "Paket",
             "DHL Express": "Express Worldwide", "China Post": "ePacket",
             "Korea Post": "K-Packet"}  # fmt: skip
_PAGE = 40


class Step(Entry):
    """A step in three vocabularies, and the carrier's text."""

    aftership: tuple[str, str]
    seventeentrack: tuple[str, str]
    easypost: tuple[str, str]
    message: str


def read_steps(folder: Path) -> dict[str, Step]:
    tables = tomllib.loads((folder / "steps.toml").read_text(encoding="utf-8"))
    return {name: Step.model_validate(table) for name, table in tables.items()}


def service_of(parcel: Parcel) -> str:
    """Which service tracks it: 17TRACK half of the Asian mail, EasyPost part of USPS and UPS.

    What only AfterShip can tell (a signature, a delivery before the handover) stays with it.
    """
    turn = int(parcel.order.order_id[2:]) % 20
    trap = parcel.fate not in ("delivered", "delivered_signed", "moving", "customs", "label_made",
                               "out_for_delivery", "lost", "returned")  # fmt: skip
    untold = ("delivered_signed", "delivered_signed_other", "delivered_before_shipped")
    if parcel.carrier in _KEYS and turn < 12 and parcel.fate not in untold:
        return "17track"
    if parcel.carrier in ("USPS", "UPS") and turn < 7 and not trap:
        return "easypost"
    return "aftership"


def aftership(parcels: Iterable[Parcel], steps: dict[str, Step], dice: Dice) -> Json:
    """An answer of GET /trackings."""
    trackings = [_tracking(parcel, steps, dice) for parcel in parcels]
    data = {"page": 1, "limit": len(trackings), "count": len(trackings), "trackings": trackings}
    return {"meta": {"code": 200}, "data": data}


def _tracking(parcel: Parcel, steps: dict[str, Step], dice: Dice) -> Json:
    address, slug = parcel.order.address, _SLUGS[parcel.carrier]
    final = max(parcel.scans, key=lambda scan: scan.step in ("delivered", "signed", "neighbour"))
    now = final if parcel.delivered_at else parcel.last
    tag, subtag = steps[now.step].aftership
    if parcel.fate == "stale":
        tag, subtag = "Expired", "Expired_001"
    return {
        "id": dice.mark("aftership", parcel.number, length=24).lower(),
        "tracking_number": parcel.number,
        "slug": slug,
        "order_id": parcel.order.order_id,
        "customer_name": parcel.buyer.full_name,
        "tag": tag,
        "subtag": subtag,
        "shipment_type": _SERVICES[parcel.carrier],
        "origin_country_iso3": parcel.origin,
        "destination_country_iso3": address.country,
        "destination_state": address.state or None,
        "destination_city": address.city,
        "destination_postal_code": address.zip or None,
        "destination_raw_location": " ".join(filter(None, (address.address1, address.address2))),
        "shipment_pickup_date": _iso(parcel.shipped_at),
        "shipment_delivery_date": _iso(parcel.delivered_at),
        "expected_delivery": _expected(parcel),
        "signed_by": parcel.signed_by or None,
        "return_to_sender": parcel.fate in ("returning", "returned"),
        "checkpoints": [_checkpoint(scan, slug, steps) for scan in parcel.scans],
    }  # fmt: skip


def _checkpoint(scan: Scan, slug: str, steps: dict[str, Step]) -> Json:
    city, state, postcode, country = scan.place
    tag, subtag = steps[scan.step].aftership
    return {
        "slug": slug,
        "checkpoint_time": _iso(scan.at),
        "tag": tag,
        "subtag": subtag,
        "message": steps[scan.step].message,
        "city": city,
        "state": state or None,
        "zip": postcode or None,
        "country_iso3": country,
    }


def seventeentrack(parcels: Iterable[Parcel], steps: dict[str, Step]) -> list[Json]:
    """Answers of gettrackinfo, 40 numbers at most in each."""
    infos = [_info(parcel, steps) for parcel in parcels]
    pages = [infos[start : start + _PAGE] for start in range(0, len(infos), _PAGE)]
    return [{"code": 0, "data": {"accepted": page, "rejected": []}} for page in pages]


def _info(parcel: Parcel, steps: dict[str, Step]) -> Json:
    now = steps[parcel.last.step].seventeentrack
    status, sub = ("Expired", "Expired_Other") if parcel.fate == "stale" else now
    events = [_event(scan, steps) for scan in reversed(parcel.scans)]
    address = parcel.order.address
    to = (address.city, address.state, address.zip, address.country)
    provider = {"key": _KEYS[parcel.carrier], "name": parcel.carrier, "alias": parcel.carrier,
                "homepage": _SITES[parcel.carrier],
                "country": "CN" if parcel.carrier == "China Post" else "KR"}  # fmt: skip
    return {
        "number": parcel.number,
        "carrier": _KEYS[parcel.carrier],
        "tag": parcel.order.order_id,
        "track_info": {
            "shipping_info": {"recipient_address": _address(to)},
            "latest_status": {"status": status, "sub_status": sub, "sub_status_descr": None},
            "latest_event": events[0],
            "time_metrics": {
                "days_after_last_update": (AS_OF - parcel.last.at).days,
                "days_of_transit": (parcel.last.at - parcel.scans[0].at).days,
            },
            "misc_info": {"service_type": _SERVICES[parcel.carrier]},
            "tracking": {"providers": [{"provider": provider, "events": events}]},
        },
    }


def _event(scan: Scan, steps: dict[str, Step]) -> Json:
    status, sub = steps[scan.step].seventeentrack
    return {
        "time_utc": _iso(scan.at),
        "description": steps[scan.step].message,
        "location": ", ".join(part for part in scan.place[:3] if part),
        "stage": status if sub == status else sub.partition("_")[2] or status,
        "sub_status": sub,
        "address": _address(scan.place),
    }


def _address(place: Place) -> Json:
    city, state, postcode, country = place
    return {"country": _ALPHA2[country], "state": state or None, "city": city,
            "postal_code": postcode or None}  # fmt: skip


def easypost(parcels: Iterable[Parcel], steps: dict[str, Step], dice: Dice) -> Json:
    """An answer of GET /v2/trackers."""
    return {"trackers": [_tracker(parcel, steps, dice) for parcel in parcels], "has_more": False}


def _tracker(parcel: Parcel, steps: dict[str, Step], dice: Dice) -> Json:
    status, detail = steps[parcel.last.step].easypost
    address = parcel.order.address
    return {
        "id": f"trk_{dice.mark('easypost', parcel.number, length=24).lower()}",
        "object": "Tracker",
        "mode": "production",
        "tracking_code": parcel.number,
        "status": status,
        "status_detail": detail,
        "created_at": _iso(parcel.scans[0].at),
        "updated_at": _iso(parcel.last.at),
        "signed_by": parcel.signed_by or None,
        "est_delivery_date": _expected(parcel),
        "carrier": parcel.carrier,
        "tracking_details": [_detail(scan, parcel.carrier, steps) for scan in parcel.scans],
        "carrier_detail": {
            "object": "CarrierDetail",
            "service": _SERVICES[parcel.carrier],
            "destination_location": f"{address.city} {address.state}, {address.zip}".upper(),
        },
    }


def _detail(scan: Scan, carrier: str, steps: dict[str, Step]) -> Json:
    city, state, postcode, country = scan.place
    status, detail = steps[scan.step].easypost
    return {
        "object": "TrackingDetail",
        "message": steps[scan.step].message,
        "status": status,
        "status_detail": detail,
        "datetime": _iso(scan.at),
        "source": carrier,
        "tracking_location": {
            "object": "TrackingLocation", "city": city, "state": state or None,
            "country": _ALPHA2[country], "zip": postcode or None,
        },
    }  # fmt: skip


def alpha2(alpha3: str) -> str:
    return _ALPHA2[alpha3]


def _expected(parcel: Parcel) -> str | None:
    """The carrier's estimate: the longest usual way after the handover."""
    if parcel.shipped_at is None:
        return None
    days = {"USPS": 6, "UPS": 5, "DHL": 4, "DHL Express": 5}.get(parcel.carrier, 16)
    return _iso((parcel.shipped_at + timedelta(days=days)).replace(hour=20, minute=0))


def _iso(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
