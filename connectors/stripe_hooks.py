"""Events that Stripe sends by itself: whether they are Stripe's, and what they say.

Signature: HMAC-SHA-256 over "<time>.<body>", hexadecimal, under `v1` of the header; several while
a secret is being rolled over (docs.stripe.com/webhooks, "verify manually"). As the official
library checks it, and besides no time is taken that lies ahead.
"""

import hmac
import re
from datetime import datetime
from hashlib import sha256

from pydantic import JsonValue

from connectors.document import JsonObject, parse_json
from connectors.fields import Fields
from connectors.reader import Context, JsonReader, read_objects
from connectors.stripe_objects_json import READS, read_object
from connectors.stripe_shared import objects_of
from tradewind.base import Record, Time
from tradewind.commerce import Rejected, SourceRow
from tradewind.errors import InvalidInput

SOURCE = "stripe"
TOLERANCE = 300
"""Seconds by which clocks may differ and a request may take; the library's own."""
LONGEST_HEADER = 4096
_STAMP = re.compile(r"[0-9]{1,12}")
_READER = JsonReader("stripe_event", lambda _: (), read_object)


class StripeEvent(Record):
    """One event: its id, type and time there, and what it says in our records."""

    id: str
    type: str
    created: Time
    rows: tuple[SourceRow, ...]
    rejected: tuple[Rejected, ...] = ()


def signed(payload: bytes, header: str, secret: str, now: datetime) -> bool:
    """Whether the header signs these bytes under this secret, not long ago."""
    if len(header) > LONGEST_HEADER:
        return False
    parts = [item.partition("=") for item in header.split(",")]
    if any(name in ("t", "v1") and not mark for name, mark, _ in parts):
        return False
    stamps = [value for name, _, value in parts if name == "t"]
    given = [value for name, _, value in parts if name == "v1"]
    if len(stamps) != 1 or not _STAMP.fullmatch(stamps[0]):
        return False
    expected = signature(payload, stamps[0], secret)
    held = [hmac.compare_digest(expected.encode(), one.encode()) for one in given]
    return any(held) and abs(now.timestamp() - int(stamps[0])) <= TOLERANCE


def signature(payload: bytes, stamp: str, secret: str) -> str:
    """The `v1` signature of a body sent at a time (Unix seconds)."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + payload, sha256).hexdigest()


def read_event(payload: bytes) -> StripeEvent:
    """The event of a body. Raises InvalidInput for what is none; an object in it that cannot be
    read is told among the rejected."""
    try:
        document = parse_json(payload.decode())
    except UnicodeDecodeError as error:
        raise InvalidInput("the event is not UTF-8.", "Send what Stripe sent.") from error
    if not isinstance(document, dict) or document.get("object") != "event":
        raise InvalidInput("the body is no Stripe event.", "Send what Stripe sent.")
    fields = Fields(document)
    created = fields.time("created")
    if created is None:
        raise InvalidInput("created: is missing.", "Send what Stripe sent.")
    id_, objects = fields.need("id"), list(_objects(document))
    read = list(read_objects(_READER, objects, Context(f"{SOURCE}:{id_}")))
    return StripeEvent(
        id=id_,
        type=fields.need("type"),
        created=created,
        rows=tuple(row for row in read if isinstance(row, SourceRow)),
        rejected=tuple(row for row in read if isinstance(row, Rejected)),
    )


def _objects(document: dict[str, JsonValue]) -> list[JsonObject]:
    return [item for name in READS for item in objects_of(document, name)]
