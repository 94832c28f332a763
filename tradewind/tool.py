"""`@tool`: a plain function with typed arguments becomes a tool that an agent may call.

The decorator returns a value and registers nothing; wiring collects tools once.
"""

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal, Protocol, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, create_model

from tradewind.base import Money, Record
from tradewind.commerce import Order, ShopRecord
from tradewind.effects import Cap, Effect
from tradewind.errors import SpecError, ToolRetry
from tradewind.evidence import Evidence, Trust
from tradewind.orders import OrderPolicy
from tradewind.people import Audience, Session
from tradewind.plan import InputType
from tradewind.ports.filing import Predictions
from tradewind.ports.search import SearchIndex
from tradewind.ports.storage import ShopReader
from tradewind.trace import EffectLevel, Run

Origin = Literal["request", "proof", "record", "person", "buyer", "untrusted", "invented"]
"""Where the value of an argument comes from.

"request": the words of the tenant's own staff. "proof": the session's proven order. "record": a
trusted record of what is to be changed. "person": typed by who decides. "buyer": a buyer's own
words about their proven order. "untrusted": a text of an outsider and nowhere else. "invented":
nowhere at all.
"""


@dataclass(frozen=True)
class From:
    """Marks an argument of a tool that writes: what kind of value it is, and whence it may come.

    An argument without a mark may come from nowhere: the call is denied.
    """

    type: InputType
    origins: frozenset[Origin]

    @classmethod
    def of(cls, type: InputType, *origins: Origin) -> "From":
        return cls(type, frozenset(origins))


class PastEffects(Protocol):
    """What was already done to a record."""

    def about(self, target: str) -> Sequence[Effect]:
        """All effects on the target, oldest first, also those that came to nothing."""
        ...

    def promising(self, tools: Sequence[str], since: datetime) -> Sequence[Effect]:
        """Those of the tools, on whatever record, that may yet happen, and those that were proposed
        since then and happened."""
        ...


class Photos(Protocol):
    """Pictures that buyers sent of what they ordered."""

    def of_order(self, order_id: str) -> Collection[str]:
        """The SHA-256 of each that is kept for an order."""
        ...


@dataclass(frozen=True)
class Revision:
    """What an effect makes of the shop's own records: those that it read, and as they are then."""

    before: tuple[ShopRecord, ...]
    after: tuple[ShopRecord, ...]


class History(Protocol):
    """The tenant's runs, for counting over them."""

    def since(self, at: datetime) -> Iterable[Run]: ...


@dataclass(frozen=True)
class ToolContext:
    """Handles that arrive bound to one tenant and one session.

    `proving` holds the order that was read a moment ago to prove it, for one who only tells of it.
    `orders` are the shop's rules of what may be done to orders, `photos` what buyers sent of them.
    `history` is the staff's alone.
    """

    session: Session
    shop: ShopReader
    search: SearchIndex | None = None
    past: PastEffects | None = None
    proving: dict[str, Order] = field(default_factory=dict[str, Order])
    predictions: Predictions | None = None
    orders: OrderPolicy | None = None
    photos: Photos | None = None
    history: History | None = None
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def bound_to(self, session: Session) -> "ToolContext":
        """The same handles for another session of the tenant; a buyer's has no history."""
        history = None if session.audience == "buyer" else self.history
        return replace(self, session=session, history=history)


class Proposal(Record):
    """What a tool that writes would do, after it has looked at the records.

    `arguments` are complete: what is proposed is what is sent. `amount`, `target` and `bound`
    are those of an Effect. `evidence` says it in facts, for the person who decides. `scarce`: it
    takes what another may be promised at the same time, and is looked at again once it stands.
    """

    arguments: dict[str, JsonValue]
    target: str
    evidence: Evidence
    amount: Money | None = None
    bound: Cap | None = None
    scarce: bool = False


class ToolResult(Record):
    """What a tool brings back: evidence, and a short note for the model when there is none.

    A tool that writes does nothing itself: it brings a proposal, or a note that says why not.
    `rule` names the rule that forbids it ("return.days"); `legal`: to be refused may cost a
    consumer a right, so that a person has to look at it who wants that.
    """

    evidence: tuple[Evidence, ...] = ()
    note: str = ""
    rule: str = ""
    legal: bool = False
    proposal: Proposal | None = None


ToolFunction = Callable[..., ToolResult]
Undo = Callable[[Mapping[str, JsonValue], Mapping[str, JsonValue]], dict[str, JsonValue] | None]
"""Of an effect's arguments and its receipt's state the arguments that undo it, by the same tool;
None when it cannot be undone."""
Enter = Callable[[ShopReader, Effect, datetime], Revision]
"""Enters an effect that was done into the shop's own records; again changes nothing."""


@dataclass(frozen=True)
class Tool:
    """A tool: its name (`orders.find`), docstring, effect level, audiences and argument model.

    `sources` are the marks of the arguments of a tool that writes. All evidence of a tool whose
    `trust` is "untrusted" is an outsider's: an MCP server's, a web page's, an uploaded file's. A
    `bulk` tool reads the whole shop: it takes seconds, and runs off the event loop.
    """

    name: str
    description: str
    effect: EffectLevel
    audiences: frozenset[Audience]
    arguments: type[BaseModel]
    function: ToolFunction
    sources: Mapping[str, From] = field(default_factory=dict[str, From])
    undo: Undo | None = None
    enter: Enter | None = None
    trust: Trust = "record"
    bulk: bool = False

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
        result = self.function(
            context, **{k: getattr(checked, k) for k in type(checked).model_fields}
        )
        return result if self.trust == "record" else as_untrusted(result)


def as_untrusted(result: ToolResult) -> ToolResult:
    """The same, every piece of evidence marked as an outsider's."""
    marked = tuple(e.model_copy(update={"trust": "untrusted"}) for e in result.evidence)
    return result.model_copy(update={"evidence": marked})


def tool(
    name: str, *, effect: EffectLevel, audiences: tuple[Audience, ...] = ("merchant", "ops"),
    undo: Undo | None = None, enter: Enter | None = None, trust: Trust = "record",
    bulk: bool = False,
) -> Callable[[ToolFunction], Tool]:  # fmt: skip
    """Make a tool of `function(context, ...)`. Its docstring is written for the model.

    Raises SpecError when the docstring is missing, an argument has no type, or one of a tool
    that writes has no mark (From).
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
            sources=_sources_of(name, function) if effect in ("write", "spend") else {},
            undo=undo,
            enter=enter,
            trust=trust,
            bulk=bulk,
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


def _sources_of(name: str, function: ToolFunction) -> dict[str, From]:
    hints = get_type_hints(function, include_extras=True)
    found: dict[str, From] = {}
    for argument in list(inspect.signature(function).parameters)[1:]:
        marks = [m for m in getattr(hints[argument], "__metadata__", ()) if isinstance(m, From)]
        if len(marks) != 1:
            raise SpecError(
                f"tool {name}: argument {argument} does not say whence it may come",
                "Annotate it with From.",
            )
        found[argument] = marks[0]
    return found
