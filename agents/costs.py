"""What a model's call costs: by a price list, kept with the call when it is made.

A call of a model that the list does not know is no cost that can be told: the run says which
models those are, and its limit counts them by the dearest price that is known.
"""

import math
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from agents.journal import Journal
from agents.limits import TOKEN_BYTES
from tradewind.base import Record
from tradewind.errors import SpecError
from tradewind.ports.models import ChatRequest, Completion, Usage


class Price(Record):
    """Money for a million tokens, which is millionths of it for one: read, and written."""

    input: float = Field(ge=0)
    output: float = Field(ge=0)

    def of(self, read: int, written: int) -> int:
        """The cost in millionths, rounded up."""
        return math.ceil(self.input * read + self.output * written)


class Listed(Price):
    """The price of the models whose names fit one of these patterns (`*`, `?`, `[...]`)."""

    models: tuple[str, ...] = Field(min_length=1)
    source: str
    since: date


class PriceFile(Record, extra="ignore"):
    """A price list. All of an installation are in US dollars: sums of two currencies are none."""

    currency: Literal["USD"]
    price: tuple[Listed, ...]


FREE = Price(input=0, output=0)


@dataclass(frozen=True)
class Prices:
    """A price list; the first row that fits is a model's. `own` are models on own machines, which
    nobody is paid for."""

    rows: tuple[Listed, ...]
    own: frozenset[str] = frozenset()

    def price(self, model: str) -> Price | None:
        """None for a model whose price nobody knows."""
        if model in self.own:
            return FREE
        fits = (row for row in self.rows if any(fnmatchcase(model, name) for name in row.models))
        return next(fits, None)

    @property
    def dearest(self) -> Price:
        """What no listed model goes beyond."""
        return Price(
            input=max((row.input for row in self.rows), default=0),
            output=max((row.output for row in self.rows), default=0),
        )

    def priced(self, request: ChatRequest, completion: Completion) -> Completion:
        """The completion with its cost, where it is known and the back end did not tell it."""
        price, usage = self.price(completion.model), completion.usage
        if price is None or usage.cost_micros is not None:
            return completion
        told = usage.model_copy(update={"cost_micros": price.of(*_tokens(request, completion))})
        return completion.model_copy(update={"usage": told})


def read_prices(*paths: Path, own: Iterable[str] = ()) -> Prices:
    """The lists of these files, the first before the others. Raises SpecError naming the file."""
    rows: list[Listed] = []
    for path in paths:
        try:
            told = tomllib.loads(path.read_text(encoding="utf-8"))
            rows += PriceFile.model_validate(told).price
        except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
            raise SpecError(f"{path}: {error}", "Write [[price]] tables, one a model.") from error
    return Prices(tuple(rows), frozenset(own))


def count_cost(
    journal: Journal, prices: Prices | None, request: ChatRequest, completion: Completion
) -> None:
    """Add a call to what its run has cost, and to what it may have cost at most."""
    usage: Usage = completion.usage
    if usage.cost_micros is not None:
        journal.cost_micros = (journal.cost_micros or 0) + usage.cost_micros
        journal.cost_bound += usage.cost_micros
    elif prices is not None:
        journal.unpriced.add(completion.model)
        journal.cost_bound += prices.dearest.of(*_tokens(request, completion))


def _tokens(request: ChatRequest, completion: Completion) -> tuple[int, int]:
    """Tokens read and written, as the back end counted them, else by their bytes."""
    usage = completion.usage
    if usage.input_tokens or usage.output_tokens:
        return usage.input_tokens, usage.output_tokens
    asked = "".join(message.content for message in request.messages)
    written = completion.text + "".join(call.arguments for call in completion.tool_calls)
    return _by_bytes(asked), _by_bytes(written)


def _by_bytes(text: str) -> int:
    return math.ceil(len(text.encode("utf-8", "replace")) / TOKEN_BYTES)
