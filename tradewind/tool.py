"""`@tool`: a plain function with typed arguments becomes a tool that an agent may call.

The decorator returns a value and registers nothing; wiring collects tools once.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, create_model

from tradewind.base import Record
from tradewind.errors import SpecError, ToolRetry
from tradewind.evidence import Evidence
from tradewind.people import Audience, Session
from tradewind.ports.search import SearchIndex
from tradewind.ports.storage import ShopReader
from tradewind.trace import EffectLevel


@dataclass(frozen=True)
class ToolContext:
    """Handles that arrive bound to one tenant and one session."""

    session: Session
    shop: ShopReader
    search: SearchIndex | None = None


class ToolResult(Record):
    """What a tool brings back: evidence, and a short note for the model when there is none."""

    evidence: tuple[Evidence, ...] = ()
    note: str = ""


ToolFunction = Callable[..., ToolResult]


@dataclass(frozen=True)
class Tool:
    """A tool: its name (`orders.find`), docstring, effect level, audiences and argument model."""

    name: str
    description: str
    effect: EffectLevel
    audiences: frozenset[Audience]
    arguments: type[BaseModel]
    function: ToolFunction

    def __call__(self, context: ToolContext, arguments: dict[str, JsonValue]) -> ToolResult:
        """Check the arguments and run. Raises ToolRetry naming an argument that does not fit."""
        try:
            checked = self.arguments.model_validate(arguments)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"])
            raise ToolRetry(
                f"{self.name}: {field}: {first['msg']} (got {first.get('input')!r}).",
                "Mend the argument and call again.",
            ) from error
        return self.function(
            context, **{k: getattr(checked, k) for k in type(checked).model_fields}
        )


def tool(
    name: str, *, effect: EffectLevel, audiences: tuple[Audience, ...] = ("merchant", "ops")
) -> Callable[[ToolFunction], Tool]:
    """Make a tool of `function(context, ...)`. Its docstring is written for the model.

    Raises SpecError when the docstring is missing or an argument has no type.
    """

    def make(function: ToolFunction) -> Tool:
        description = inspect.getdoc(function)
        if not description:
            raise SpecError(f"tool {name} has no docstring", "Say what it does, for the model.")
        return Tool(
            name=name,
            description=description,
            effect=effect,
            audiences=frozenset(audiences),
            arguments=_arguments_of(name, function),
            function=function,
        )

    return make


def _arguments_of(name: str, function: ToolFunction) -> type[BaseModel]:
    hints = get_type_hints(function, include_extras=True)
    fields: dict[str, Any] = {}
    for parameter in list(inspect.signature(function).parameters.values())[1:]:
        if parameter.name not in hints:
            raise SpecError(f"tool {name}: argument {parameter.name} has no type", "Annotate it.")
        default = ... if parameter.default is parameter.empty else parameter.default
        fields[parameter.name] = (hints[parameter.name], Field(default=default))
    return create_model(
        f"{name.replace('.', '_')}_arguments", __config__=ConfigDict(extra="forbid"), **fields
    )
