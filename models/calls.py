"""Collect what a model streams, and refuse tool calls and endings that were cut or do not fit."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from pydantic import JsonValue

from tradewind.errors import BackendError, SpecError
from tradewind.ports.models import Completion, ProposedCall, ToolSpec, Usage

LONGEST = 1_000_000
"""Characters of one answer, arguments included; whatever writes more has no end."""


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
    _size: int = 0
    _mixed: bool = False

    def add_text(self, piece: str) -> None:
        """Raises BackendError for an answer beyond LONGEST."""
        self._grow(piece)
        self._text.append(piece)

    def add_call(self, index: int, id: str | None, name: str | None, arguments: str | None) -> None:
        """Raises BackendError for an answer beyond LONGEST."""
        self._grow(arguments or "")
        call = self._calls.setdefault(index, _Call())
        self._mixed = self._mixed or bool(id and call.id and id != call.id)
        call.id = call.id or id or ""
        call.name = call.name or name or ""
        call.arguments += arguments or ""

    def completion(self, tools: Sequence[ToolSpec] = ()) -> Completion:
        """The whole answer, see `checked`. Without a proper end it is "length"."""
        calls = [self._calls[index] for index in sorted(self._calls)]
        ended = self.finish in ("stop", "tool_calls") and not self._mixed
        finish = "length" if not ended else "tool_calls" if calls else "stop"
        proposed = tuple(_proposed(n, call) for n, call in enumerate(calls))
        return checked(Completion(
            text="".join(self._text), model=self.model, finish=finish, tool_calls=proposed,
            usage=self.usage,
        ), tools)  # fmt: skip

    def _grow(self, piece: str) -> None:
        self._size += len(piece)
        if self._size > LONGEST:
            raise BackendError(f"{self.model} wrote more than {LONGEST} characters", "Ask less.")


def _proposed(n: int, call: _Call) -> ProposedCall:
    return ProposedCall(id=call.id or f"call_{n}", name=call.name, arguments=call.arguments)


def checked(completion: Completion, tools: Sequence[ToolSpec]) -> Completion:
    """The completion as it may be handed on, by every back end: with all of its tool calls, or
    with none.

    One that was cut (or is no strict JSON object) makes it "length", one of an unknown tool or
    with arguments that the tool's schema does not take "refused". Raises SpecError for a schema
    that is none.
    """
    calls = completion.tool_calls
    if not calls:
        return completion
    if completion.finish == "length" or not all(map(_is_whole, calls)):
        return completion.model_copy(update={"finish": "length", "tool_calls": ()})
    known = {tool.name: tool for tool in tools}
    faults = [fault for call in calls if (fault := _misfit(call, known.get(call.name)))]
    if faults:
        told = {"finish": "refused", "tool_calls": (), "fault": faults[0]}
        return completion.model_copy(update=told)
    return completion.model_copy(update={"finish": "tool_calls"})


def _is_whole(call: ProposedCall) -> bool:
    try:
        value = strict_json(call.arguments)
    except (ValueError, RecursionError):
        return False
    return bool(call.name) and isinstance(value, dict)


def _misfit(call: ProposedCall, tool: ToolSpec | None) -> str:
    """Why a call does not fit its tool; empty when it does."""
    if tool is None:
        return f"{call.name!r} is no tool of this request"
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    try:
        Draft202012Validator.check_schema(tool.schema_)
        # An empty registry: a schema that came from outside never has an address fetched.
        validator: Any = Draft202012Validator(tool.schema_, registry=Registry())
        first = next(validator.iter_errors(strict_json(call.arguments)), None)
    except (SchemaError, Unresolvable) as error:
        raise SpecError(f"tool {tool.name} has no usable schema: {error}", "Mend it.") from error
    return "" if first is None else f"{call.name}: {first.json_path}: {first.message[:200]}"


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
