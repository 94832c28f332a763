"""Messages between buyers and the shop, as a table or as JSON."""

from collections.abc import Iterator, Sequence
from typing import Literal

from pydantic import JsonValue

from connectors.document import JsonObject, mostly, objects_below
from connectors.fields import FieldError, Fields
from connectors.reader import (
    Context,
    JsonReader,
    Outcome,
    Reading,
    Row,
    TableReader,
    read_rows,
)  # fmt: skip
from connectors.table import Table
from connectors.words import language_of
from tradewind.base import digest
from tradewind.commerce import Message
from tradewind.letters import Letter

AT = ("at", "sent_at", "sent at", "created_at", "created at", "timestamp", "date", "time")
TEXT = ("text", "message", "body", "content")
SENDER = ("sender", "from", "role", "author")
ORDER = ("order_id", "order id", "order", "order_number", "order number")
PLACE = ("marketplace", "place", "platform", "channel")
SUBJECT = ("subject",)
NAME = ("sender_name", "sender name", "buyer_name", "buyer name", "sender_id", "senderid")
ADDRESS = ("email", "sender_email", "sender email", "buyer_email", "buyer email")
THREAD = ("thread_id", "thread id", "conversation_id", "conversation id")
CUSTOMER = ("customer_id", "customer id", "customer", "buyer_id", "buyer id")
_BUYER = frozenset({"buyer", "customer", "user", "client", "shopper"})
_SHOP = frozenset({"shop", "merchant", "seller", "agent", "support", "staff", "assistant"})


def find_messages(document: JsonValue) -> Sequence[JsonObject]:
    return mostly(objects_below(document, "messages"), _is_message)


def _is_message(item: JsonObject) -> bool:
    return all(set(names) & item.keys() for names in (AT, TEXT, SENDER))


def read_message(fields: Fields, context: Context) -> Iterator[Outcome]:
    yield Reading(_message(fields), fields.data)


def read_table(table: Table, context: Context) -> Iterator[Row]:
    yield from read_rows(table, context, lambda row: iter([Reading(_message(row.fields), row.raw)]))


def _message(fields: Fields) -> Message:
    at = fields.time(*AT)
    if at is None:
        raise FieldError(AT[0], "", "is missing")
    text, order = fields.need(*TEXT), fields.text(*ORDER)
    sender = _sender(fields)
    return Message(
        id=fields.text("id", "message_id", "message id")
        or f"msg_{digest([order, at.isoformat(), sender, text])[:12]}",
        order_id=order,
        customer_id=fields.text(*CUSTOMER),
        at=at,
        sender=sender,
        language=fields.text("language", "lang", "locale")[:2].lower() or language_of(text, ""),
        text=text,
        letter=_letter(fields),
    )


def _letter(fields: Fields) -> Letter | None:
    """Where it was written, where the source tells that: then it is one to answer there."""
    place, subject = fields.text(*PLACE).lower(), fields.text(*SUBJECT)
    if not (place or subject):
        return None
    thread = fields.text(*THREAD)
    return Letter(
        channel="marketplace", place=place, subject=subject, name=fields.text(*NAME),
        address=fields.text(*ADDRESS), thread=(thread,) if thread else (),
        ref=fields.text("id", "message_id", "message id"),
    )  # fmt: skip


def _sender(fields: Fields) -> Literal["buyer", "shop"]:
    word = fields.need(*SENDER).lower()
    if word in _BUYER:
        return "buyer"
    if word in _SHOP:
        return "shop"
    raise FieldError(SENDER[0], word, "is neither buyer nor shop")


JSON = JsonReader("messages_json", find_messages, read_message)
TABLE = TableReader("messages_csv", (AT, TEXT, SENDER), read_table)
