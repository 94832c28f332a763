"""Collect what a model streams, and refuse tool calls and endings that were cut."""

import json
from dataclasses import dataclass, field
from typing import Literal, NoReturn

from pydantic import JsonValue

from tradewind.ports.models import Completion, ProposedCall, Usage


@dataclass
class _Call:
    id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass
class Stream:
    """Pieces of one completion: text, and tool calls by their index in the answer."""

    model: str
    _text: list[str] = field(default_factory=list[str])
    _calls: dict[int, _Call] = field(default_factory=dict[int, _Call])
    finish: str | None = None
    usage: Usage = field(default_factory=Usage)

    def add_text(self, piece: str) -> None:
        self._text.append(piece)

    def add_call(self, index: int, id: str | None, name: str | None, arguments: str | None) -> None:
        call = self._calls.setdefault(index, _Call())
        call.id = call.id or id or ""
        call.name = call.name or name or ""
        call.arguments += arguments or ""

    def completion(self) -> Completion:
        """The whole answer. Without a proper end, or with a call whose arguments are not one
        strict JSON object, it is "length" and carries no call."""
        calls = [self._calls[index] for index in sorted(self._calls)]
        whole = self.finish in ("stop", "tool_calls") and all(map(_is_whole, calls))
        return Completion(
            text="".join(self._text),
            model=self.model,
            finish=self._ending(whole, bool(calls)),
            tool_calls=tuple(_proposed(n, call) for n, call in enumerate(calls)) if whole else (),
            usage=self.usage,
        )

    def _ending(self, whole: bool, calls: bool) -> Literal["stop", "length", "tool_calls"]:
        if not whole:
            return "length"
        return "tool_calls" if calls else "stop"


def _proposed(n: int, call: _Call) -> ProposedCall:
    return ProposedCall(id=call.id or f"call_{n}", name=call.name, arguments=call.arguments)


def _is_whole(call: _Call) -> bool:
    try:
        value = strict_json(call.arguments)
    except ValueError:
        return False
    return bool(call.name) and isinstance(value, dict)


def strict_json(text: str) -> JsonValue:
    """Parse JSON as the standard has it: no NaN, no key twice. Raises ValueError."""
    return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_distinct)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _distinct(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key occurs twice")
    return found
