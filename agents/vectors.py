"""Numbers as the journal keeps them: a classifier's feature vector as 32-bit floats in base64, a
reranker's scores as they are."""

from array import array
from base64 import b64decode, b64encode
from collections.abc import Sequence

from pydantic import JsonValue, TypeAdapter

_FLOATS = TypeAdapter(list[float])


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


def listed(values: Sequence[float]) -> JsonValue:
    return list(values)


def floats(kept: JsonValue) -> list[float]:
    """Kept scores. Raises ValueError for what is none."""
    return _FLOATS.validate_python(kept)
