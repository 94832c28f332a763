"""Stripe objects of several kinds in one file: a list of events, an export of them."""

from collections.abc import Callable, Iterator, Sequence

from pydantic import JsonValue

from connectors.document import JsonObject
from connectors.fields import Fields
from connectors.reader import Context, JsonReader, Outcome
from connectors.stripe_charges_json import read_charge, read_refund
from connectors.stripe_disputes_json import read_dispute
from connectors.stripe_shared import objects_of

READS: dict[str, Callable[[Fields, Context], Iterator[Outcome]]] = {
    "charge": read_charge, "refund": read_refund, "dispute": read_dispute,
}  # fmt: skip
"""By the object's name, what there is to know about it."""


def find_objects(document: JsonValue) -> Sequence[JsonObject]:
    """Payments first, then what hangs on them; none where all are of one kind."""
    found = [objects_of(document, name) for name in READS]
    mixed = sum(map(bool, found)) > 1
    return [item for items in found for item in items] if mixed else []


def read_object(fields: Fields, context: Context) -> Iterator[Outcome]:
    yield from READS[fields.need("object")](fields, context)


READER = JsonReader("stripe_objects_json", find_objects, read_object)
