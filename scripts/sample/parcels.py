"""Parcels: the number, the way and the scans of each order that was handed to a carrier."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from .course import AS_OF, Carrier, Course, Dice, Fate
from .people import Places
from .retail import Fulfillment, Order, User

# Steps after the label; what lies behind the last one of a fate has not happened.
_ENDS: dict[Fate, tuple[str, ...]] = {
    "label_made": ("label",),
    "label_voided": ("label", "voided"),
    "moving": ("+transit",),
    "customs": ("+customs",),
    "out_for_delivery": ("+local", "out"),
    "attempt_failed": ("+local", "out", "attempt"),
    "pickup": ("+local", "out", "attempt", "pickup"),
    "held": ("+local", "held"),
    "damaged": ("+transit", "damaged"),
    "returning": ("+local", "out", "attempt", "returning"),
    "returned": ("+local", "out", "attempt", "returning", "returned"),
    "lost": ("+transit", "lost"),
    "stale": ("+transit",),
    "delivered": ("+local", "out", "delivered"),
    "delivered_signed": ("+local", "out", "signed"),
    "delivered_neighbour": ("+local", "out", "neighbour"),
    "delivered_elsewhere": ("+local", "out", "delivered"),
    "delivered_before_shipped": ("label", "accepted"),
    "delivered_redirected": ("+local", "forwarded", "out", "delivered"),
    "delivered_signed_other": ("+local", "out", "signed"),
}
# Hours between a step and the one before it: least and most.
_HOURS: dict[str, tuple[int, int]] = {
    "voided": (4, 30), "accepted": (6, 40), "departed": (4, 14), "arrived_country": (40, 130),
    "customs": (4, 16), "cleared": (10, 60), "arrived": (20, 70), "out": (3, 9),
    "delivered": (2, 7), "signed": (2, 7), "neighbour": (2, 7), "attempt": (2, 7),
    "pickup": (2, 20), "held": (4, 20), "damaged": (8, 30), "returning": (150, 260),
    "returned": (90, 200), "lost": (480, 560), "forwarded": (3, 10),
}  # fmt: skip
_OTHER_CITY = ("Houston", "TX", "77002", "USA")
_STRANGERS = ("R. DELGADO", "M. OYELARAN", "FRONT DESK KL")
# The shop's own promise is three business days; with a weekend between that is five.
HANDLING = timedelta(days=5, hours=12)
_EU = ("DEU", "FRA", "ITA", "ESP")

Place = tuple[str, str, str, str]


@dataclass(frozen=True)
class Scan:
    """One scan: a step of `steps.toml`, when and where (city, state, postcode, alpha-3)."""

    step: str
    at: datetime
    place: Place


@dataclass(frozen=True)
class Parcel:
    """A parcel with its scans in time order."""

    order: Order
    buyer: User
    carrier: Carrier
    number: str
    fate: Fate
    scans: tuple[Scan, ...]
    signed_by: str = ""

    @property
    def last(self) -> Scan:
        return self.scans[-1]

    @property
    def origin(self) -> str:
        """The country it comes from, ISO 3166-1 alpha-3."""
        return next(scan.place[3] for scan in self.scans if scan.step == "label")

    @property
    def shipped_at(self) -> datetime | None:
        return next((s.at for s in self.scans if s.step == "accepted"), None)

    @property
    def delivered_at(self) -> datetime | None:
        ends = ("delivered", "signed", "neighbour")
        return next((s.at for s in self.scans if s.step in ends), None)


def send(order: Order, buyer: User, course: Course, places: Places, dice: Dice) -> Parcel:
    """The parcel of one order, as it went by its course."""
    rng = dice.of("parcel", order.order_id)
    return Parcel(
        order=order,
        buyer=buyer,
        carrier=course.carrier,
        number=_number(order, course.carrier, dice),
        fate=course.fate,
        scans=_scans(order, course, _route(order, course.carrier, places), rng),
        signed_by=_signature(buyer, course.fate, rng),
    )


def _scans(
    order: Order, course: Course, route: list[Place], rng: random.Random
) -> tuple[Scan, ...]:
    steps = _steps(order, course)
    marks = _marks(steps, rng)
    start = _start(order, course, marks, rng)
    where = [_place(step, course.fate, route) for step in steps]
    if steps[-1] in ("lost", "damaged"):
        where[-1] = where[-2]
    timed = zip(steps, marks, where, strict=True)
    scans = tuple(Scan(step, start + timedelta(minutes=at), place) for step, at, place in timed)
    if course.fate != "delivered_before_shipped":
        return scans
    return (Scan("delivered", start - timedelta(days=6, minutes=43), route[-1]), *scans)


def _steps(order: Order, course: Course) -> list[str]:
    crosses = _crosses(order, course.carrier)
    border = ["arrived_country", "customs", "cleared"] if crosses else []
    end = _ENDS[course.fate]
    head = ["label", "accepted", "departed"]
    if end[0] == "+transit":
        return [*head, *border[:1], *end[1:]]
    if end[0] == "+customs":
        return [*head, *border[:2]]
    if end[0] == "+local":
        return [*head, *border, "arrived", *end[1:]]
    return list(end)


def _crosses(order: Order, carrier: Carrier) -> bool:
    country = order.address.country
    if carrier in ("USPS", "UPS", "DHL"):
        return False
    if carrier == "DHL Express":
        return country not in _EU
    return not (carrier == "Korea Post" and country == "KOR")


def _marks(steps: list[str], rng: random.Random) -> list[int]:
    """Minutes of each step after the label."""
    marks = [0]
    for step in steps[1:]:
        least, most = _HOURS[step]
        marks.append(marks[-1] + rng.randint(least * 60, most * 60))
    return marks


def _start(order: Order, course: Course, marks: list[int], rng: random.Random) -> datetime:
    """Parcels under way are dated back from today; the others forward from the order."""
    handling = timedelta(minutes=rng.randint(600, 4000))
    if order.status != "processed":
        return course.placed + handling
    silent = {"stale": 50_000, "lost": 6_000, "out_for_delivery": 300}.get(course.fate, 1_900)
    back = rng.randint(silent * 9 // 10, silent) if silent > 1_900 else rng.randint(90, silent)
    return AS_OF - timedelta(minutes=marks[-1] + back)


def placed_at(parcel: Parcel, course: Course, dice: Dice) -> datetime:
    """When the order was placed: by its course, or hours before the label where that is too far."""
    label = next(scan.at for scan in parcel.scans if scan.step == "label")
    if timedelta(0) < label - course.placed < HANDLING:
        return course.placed
    return label - timedelta(minutes=dice.of("placed", parcel.order.order_id).randint(600, 4000))


def _route(order: Order, carrier: Carrier, places: Places) -> list[Place]:
    """Origin, exchange office, gateway of the destination country, town of the buyer."""
    address = order.address
    key = "DHL Express EU" if carrier == "DHL Express" and address.country in _EU else carrier
    origin, office = places.hubs[key]
    town = (address.city, address.state, address.zip, address.country)
    return [_as_place(origin), _as_place(office), _as_place(places.gateways[address.country]), town]


def _as_place(parts: list[str]) -> Place:
    city, state, postcode, country = parts
    return city, state, postcode, country


def _place(step: str, fate: Fate, route: list[Place]) -> Place:
    if step in ("label", "voided", "accepted", "returned"):
        return route[0]
    if step == "departed":
        return route[1]
    if step in ("arrived_country", "customs", "cleared"):
        return route[2]
    if fate in ("delivered_elsewhere", "delivered_redirected") and step in ("out", "delivered"):
        return _OTHER_CITY if route[3][0] != _OTHER_CITY[0] else ("Dallas", "TX", "75201", "USA")
    return route[3]


def _signature(buyer: User, fate: Fate, rng: random.Random) -> str:
    if fate == "delivered_signed":
        return buyer.full_name.upper()
    return rng.choice(_STRANGERS) if fate == "delivered_signed_other" else ""


def _number(order: Order, carrier: Carrier, dice: Dice) -> str:
    """A number in the carrier's own form; DHL parcels keep the number of the retail data."""
    rng = dice.of("number", order.order_id)
    digits = "".join(rng.choice("0123456789") for _ in range(17))
    if carrier == "DHL":
        return order.fulfillments[0].tracking_id[0]
    if carrier == "DHL Express":
        return f"JD0146{digits[:12]}"
    if carrier == "USPS":
        body = f"94001{digits[:16]}"
        return body + str(-_weighted(body[::-1], (3, 1)) % 10)
    if carrier == "UPS":
        return _ups_number(f"8R4W71{rng.choice(('03', '12', '68'))}{digits[:7]}")
    prefix, suffix = ("LP", "CN") if carrier == "China Post" else ("EG", "KR")
    return f"{prefix}{digits[:8]}{_s10_check(digits[:8])}{suffix}"


def _ups_number(body: str) -> str:
    """`1Z`, 15 characters and their check digit (letters count as (code - 63) mod 10)."""
    values = [int(char) if char.isdigit() else (ord(char) - 63) % 10 for char in body]
    total = sum(value * (2 if place % 2 else 1) for place, value in enumerate(values))
    return f"1Z{body}{-total % 10}"


def _s10_check(serial: str) -> int:
    """The check digit of postal item numbers (UPU standard S10)."""
    found = 11 - _weighted(serial, (8, 6, 4, 2, 3, 5, 9, 7)) % 11
    return {10: 0, 11: 5}.get(found, found)


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(char) * weights[i % len(weights)] for i, char in enumerate(digits))


def numbered(order: Order, parcel: Parcel) -> Order:
    """The order with its parcel's number."""
    fulfillments = [
        Fulfillment(tracking_id=[parcel.number], item_ids=entry.item_ids)
        for entry in order.fulfillments
    ]
    return order.model_copy(update={"fulfillments": fulfillments})
