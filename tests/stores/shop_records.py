"""Hypothesis strategies for the house's records, read off their annotations; fresh tenants."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st
from pydantic import JsonValue

from tradewind.base import Record

# Everything but surrogates: NUL, bidi marks and emoji are what merchants' files hold.
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
IDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=12)
TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
NUMBERS = st.integers(-(2**63), 2**63 - 1)
JSON: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
)
OBJECTS = st.dictionaries(WORDS, JSON, max_size=4)
_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: WORDS, int: NUMBERS, bool: st.booleans(), datetime: TIMES, JsonValue: JSON,
    date: st.dates(), float: st.floats(0, 1e6), type(None): st.none(),
    Decimal: st.decimals(0, 10_000, places=1),
}  # fmt: skip


def records(kind: type[Record], **fixed: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Any record of the kind; `fixed` replaces the strategy of a field."""
    hints = get_type_hints(kind)
    fields = {name: fixed.get(name, _values(hints[name])) for name in kind.model_fields}
    return st.builds(kind, **fields)


def _values(hint: Any) -> st.SearchStrategy[Any]:
    if hint in _PLAIN:
        return _PLAIN[hint]
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return st.sampled_from(inner)
    if origin is tuple:
        return st.lists(_values(inner[0]), max_size=2).map(tuple)
    if origin is dict:
        return st.dictionaries(WORDS, _values(inner[1]), max_size=2)
    if origin in (Union, UnionType):
        return st.one_of([_values(part) for part in inner])
    return records(hint)


_numbers = count(1)


def new_tenant() -> str:
    """The id of a tenant that no other test has used."""
    return f"shop-{next(_numbers)}"
