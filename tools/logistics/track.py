"""Parcels of an order and their scans."""

from collections.abc import Sequence
from typing import NamedTuple

from tools.access import readable_order_id
from tools.logistics.steps import step_facts
from tools.orders.find import address_facts
from tools.outsiders import as_name
from tools.policy.rules import policy_rules
from tradewind.commerce import Shipment, TrackingEvent
from tradewind.evidence import Evidence, Fact, IdFact, NameFact, TimeFact
from tradewind.ports.storage import ShopReader
from tradewind.tool import ToolContext, ToolResult, tool

SHORT_CODE = 4
"""Letters up to which a word of a code is an abbreviation: ups, usps, dhl, gls."""
_WRITTEN = {"fedex": "FedEx", "post": "Post", "yunexpress": "YunExpress", "mail": "Mail"}

# States that a tracker gives to the parcel as a whole, after its last scan.
_GIVEN_UP = frozenset(("stale", "lost", "returning", "returned"))


@tool("logistics.track", effect="read", audiences=("merchant", "buyer", "ops"))
def track_order(context: ToolContext, order_id: str) -> ToolResult:
    """Find the parcels of one order and what their tracking says, newest parcel first."""
    order_id = readable_order_id(context, order_id)
    found: list[Evidence] = []
    for shipment in parcels_of(context.shop, order_id):
        events = context.shop.events_of(shipment.tracking_no) if shipment.tracking_no else ()
        found.append(parcel_evidence(shipment, events[-1] if events else None, events))
        found += [scan_evidence(event) for event in events]
    if any(_is_missing(item) for item in found):
        found += _lost_rule(context, order_id)
    note = "" if found else f"No parcel is recorded for order {order_id}."
    return ToolResult(evidence=tuple(found), note=note)


def parcels_of(shop: ShopReader, order_id: str) -> list[Shipment]:
    """An order's parcels, each tracking number once: the shop's record and the tracker's of the
    same number are one parcel, what the first does not tell is taken from the others."""
    parcels: dict[str, Shipment] = {}
    asked = {""}
    for shipment in shop.shipments_of(order_id):
        key = shipment.tracking_no or shipment.id
        tracked = () if shipment.tracking_no in asked else shop.shipments_with(key)
        asked.add(shipment.tracking_no)
        for told in (shipment, *tracked):
            parcels[key] = completed(parcels.get(key, told), told)
    return list(parcels.values())


def completed(one: Shipment, other: Shipment) -> Shipment:
    """`one` with what only `other` tells."""
    if one == other:
        return one
    empty = {"", None, "unknown", ()}
    told = {name: getattr(other, name) for name in Shipment.model_fields if name != "kind"}
    return one.model_copy(
        update={name: value for name, value in told.items() if getattr(one, name) in empty}
    )


def _is_missing(item: Evidence) -> bool:
    return item.kind == "shipment" and any(
        fact.name == "state" and fact.value in ("stale", "lost") for fact in item.facts
    )


def _lost_rule(context: ToolContext, order_id: str) -> tuple[Evidence, ...]:
    """The shop's own rule on when a parcel counts as lost, for where it was to go."""
    order = context.shop.order(order_id)
    market = order.ship_to.country if order and order.ship_to else ""
    for place in (market, ""):  # a country's own rule may say nothing of it
        for rule in policy_rules(context, {"topic": "shipping", "market": place}).evidence:
            if any(fact.name == "lost_after_days" for fact in rule.facts):
                return (rule.model_copy(update={"kind": "rule"}),)
    return ()


def parcel_evidence(
    shipment: Shipment, last: TrackingEvent | None, events: Sequence[TrackingEvent] = ()
) -> Evidence:
    """The parcel's present state: the newest scan's, unless the tracker has given the parcel up;
    and what comes next, where it stands still.

    What the carrier wrote beside a scan stays with the scan: it is an outsider's text.
    """
    given_up = shipment.state in _GIVEN_UP and not (last and last.state == "delivered")
    state = last.state if last and last.state != "unknown" and not given_up else shipment.state
    facts: list[Fact] = [IdFact(name="id", value=shipment.id), NameFact(name="state", value=state)]
    if shipment.tracking_no:
        facts.append(IdFact(name="tracking_no", value=shipment.tracking_no))
    names = {
        "carrier": as_name(carrier_name(shipment.carrier)),
        "service": as_name(shipment.service),
    }
    facts += [NameFact(name=k, value=v) for k, v in names.items() if v]
    times = {
        "shipped_at": shipment.shipped_at,
        "estimated_at": shipment.estimated_at,
        "delivered_at": shipment.delivered_at
        or (last.at if last and state == "delivered" else None),
        "scanned_at": last.at if last else None,
    }
    facts += [TimeFact(name=k, value=v) for k, v in times.items() if v]
    place = _Place.of(last) if last else None
    if place:
        facts += place.facts()
    if shipment.ship_to:
        facts += address_facts(shipment.ship_to)
    facts += step_facts(shipment, state, events)
    number, carrier = (
        shipment.tracking_no or shipment.id,
        as_name(carrier_name(shipment.carrier)) or "unknown carrier",
    )
    excerpt = f"Parcel {number} by {carrier}: {state}."
    if last:
        excerpt += f" Last scan {last.at:%Y-%m-%d %H:%M} UTC, {place}: {last.state}."
    return Evidence.of(
        "shipment", f"shipment/{shipment.id}", f"Parcel {shipment.tracking_no or shipment.id}",
        excerpt, tuple(facts), observed_at=last.at if last else shipment.shipped_at,
    )  # fmt: skip


def carrier_name(code: str) -> str:
    """A carrier as people write it, where files name it by a code: "china-post", "ups". What has a
    capital already is a name."""
    if code != code.casefold():
        return code
    words = [_WRITTEN.get(word, word) for word in code.replace("_", "-").split("-")]
    return " ".join(
        w.upper() if len(w) <= SHORT_CODE and w.islower() else w[:1].upper() + w[1:] for w in words
    )


def scan_evidence(event: TrackingEvent) -> Evidence:
    """One scan; its message is the carrier's text and may hold anything."""
    place, at = _Place.of(event), f"{event.at:%Y-%m-%d %H:%M} UTC"
    facts: list[Fact] = [
        IdFact(name="tracking_no", value=event.tracking_no),
        NameFact(name="state", value=event.state),
        TimeFact(name="at", value=event.at),
        *place.facts(),
    ]
    if signed_by := as_name(event.signed_by):
        facts.append(NameFact(name="signed_by", value=signed_by))
    return Evidence.of(
        "tracking", f"tracking_event/{event.id}", f"Scan {at}",
        f"{at}, {place}: {event.state}. {event.message}".strip(), tuple(facts),
        observed_at=event.at, trust="untrusted",
    )  # fmt: skip


class _Place(NamedTuple):
    """Where a scan was, in words that can be names; `written` is the postcode as it came."""

    city: str
    postcode: str
    country: str
    written: str

    @classmethod
    def of(cls, event: TrackingEvent) -> "_Place":
        names = map(as_name, (event.city, event.postcode, event.country))
        return cls(*names, written=event.postcode)

    def facts(self) -> list[Fact]:
        names = (("city", self.city), ("country", self.country))
        facts: list[Fact] = [NameFact(name=k, value=v) for k, v in names if v]
        if self.postcode:
            facts.append(IdFact(name="postcode", value=self.written))
        return facts

    def __str__(self) -> str:
        return " ".join(filter(None, self[:3])) or "place unknown"
