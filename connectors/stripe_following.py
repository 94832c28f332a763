"""A dispute as Stripe tells it now, read by the code that reads its files and events."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import JsonValue

from connectors.reader import Context, JsonReader, Row, read_objects
from connectors.stripe_objects_json import read_object
from connectors.stripe_shared import objects_of

SOURCE = "stripe:api"
_READER = JsonReader("stripe_api", lambda _: (), read_object)


def read_told(told: Mapping[str, Any], at: datetime) -> Sequence[Row]:
    """The rows of a dispute that came from the API, said at `at`: what was said before does not
    replace them. What cannot be read is among them as rejected."""
    dispute: JsonValue = dict(told)
    event: JsonValue = {
        "object": "event", "created": at.isoformat(), "data": {"object": dispute}
    }  # fmt: skip
    return list(read_objects(_READER, objects_of(event, "dispute"), Context(SOURCE)))
