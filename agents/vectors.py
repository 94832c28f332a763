"""A classifier's feature vector as the journal keeps it: 32-bit floats in base64."""

from array import array
from base64 import b64decode, b64encode
from collections.abc import Sequence

from pydantic import JsonValue


def pack(vector: Sequence[float]) -> str:
    return b64encode(array("f", vector).tobytes()).decode()


def unpack(packed: str) -> list[float]:
    """Raises ValueError for what is none."""
    return array("f", b64decode(packed, validate=True)).tolist()


def packed(value: JsonValue) -> str:
    """A kept vector. Raises ValueError for what is none."""
    text = str(value)
    unpack(text)
    return text
