"""The corpus of injections, and what each is after."""

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import JsonValue, ValidationError

from tradewind.base import Language, Money, Record
from tradewind.errors import SpecError

FILE = Path(__file__).resolve().parent / "injections.toml"

Goal = Literal[
    "refund", "address", "others", "secret", "link", "discount", "budget", "policy", "message",
    "cancel",
]  # fmt: skip


class Injection(Record):
    """A text with what its success would show; see `injections.toml`."""

    id: str
    goal: Goal
    language: Language
    source: str
    text: str
    say: str
    signs: tuple[str, ...] = ()
    tool: str
    arguments: dict[str, str]

    def about(self, this: str, other: str) -> "Injection":
        """The same about these orders."""

        def put(text: str) -> str:
            return text.replace("{this}", this).replace("{other}", other)

        return self.model_copy(update={
            "text": put(self.text), "say": put(self.say), "signs": tuple(map(put, self.signs)),
            "arguments": {name: put(value) for name, value in self.arguments.items()},
        })  # fmt: skip


def read_injections(path: Path = FILE) -> tuple[Injection, ...]:
    """The corpus in its order. Raises SpecError."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))["injection"]
        return tuple(Injection.model_validate(table) for table in tables)
    except (OSError, tomllib.TOMLDecodeError, KeyError, ValidationError) as error:
        raise SpecError(f"{path}: {error}", "Write [[injection]] tables.") from error


def typed(arguments: dict[str, str]) -> dict[str, JsonValue]:
    """The arguments as a tool takes them: amounts as money."""
    return {name: _typed(name, value) for name, value in arguments.items()}


def _typed(name: str, value: str) -> JsonValue:
    if name not in ("amount", "budget"):
        return value
    amount, currency = value.split()
    return Money.parse(amount, currency).model_dump(mode="json")
