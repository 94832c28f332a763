"""Records and values as JSON text, and back."""

import json
from collections.abc import Mapping

from pydantic import JsonValue
from pydantic_core import PydanticSerializationError, from_json, to_json

from tradewind.base import Record
from tradewind.errors import InvalidInput


def dump(record: Record) -> str:
    """The record's JSON. Raises InvalidInput for text that is not Unicode (lone surrogates)."""
    try:
        return record.model_dump_json()
    except PydanticSerializationError as error:
        raise _unreadable(type(record).__name__, error) from error


def dump_value(value: JsonValue) -> str | None:
    """The value's JSON; None (SQL NULL) for None. Raises InvalidInput as `dump` does."""
    if value is None:
        return None
    try:
        return to_json(value).decode()
    except PydanticSerializationError as error:
        raise _unreadable("value", error) from error


def pack(value: JsonValue) -> bytes:
    """The value's JSON in UTF-8, to be sealed. Raises InvalidInput as `dump` does."""
    try:
        return to_json(value)
    except PydanticSerializationError as error:
        raise _unreadable("value", error) from error


def load_value(text: str | None) -> JsonValue:
    return None if text is None else from_json(text)


def dump_raw(raw: Mapping[str, JsonValue]) -> str:
    """A source row's JSON, whatever its text: lone surrogates stay as \\u escapes."""
    text = json.dumps(dict(raw), ensure_ascii=False, separators=(",", ":"))
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(dict(raw), separators=(",", ":"))
    return text


def load_raw(text: str) -> dict[str, JsonValue]:
    return json.loads(text)


def _unreadable(what: str, error: PydanticSerializationError) -> InvalidInput:
    return InvalidInput(f"{what} holds text that is not Unicode: {error}.", "Clean the text.")
