"""What the tools that change orders have in common: the proposal, and what it says."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import JsonValue

from tools.effects import target_of, told
from tools.orders.lines import Swap, described, line_of
from tools.orders.permission import Refusal, policy_of
from tradewind.base import Money, Record
from tradewind.commerce import Order
from tradewind.effects import Cap
from tradewind.evidence import Fact, MoneyFact, NameFact
from tradewind.tool import From, Proposal, ToolContext, ToolResult

OrderId = Annotated[str, From.of("order_id", "request", "proof")]
Items = Annotated[tuple[str, ...], From.of("item", "request", "record", "buyer")]
Method = Annotated[str, From.of("method", "request", "record", "buyer")]
Reason = Annotated[str, From.of("reason", "request", "buyer")]
Seen = Annotated[dict[str, str] | None, From.of("version", "record")]
"""The versions of what the tool looked at; it names them itself."""


class Terms(Record):
    """For what price each new item comes, and what all of them cost more than the old."""

    prices: tuple[Money, ...]
    difference: Money

    @classmethod
    def of(cls, found: Sequence[Swap], more: Money) -> "Terms":
        return cls(prices=tuple(swap.price for swap in found), difference=more)


Agreed = Annotated[Terms | None, From.of("version", "record")]
"""What was put to the buyer; the tool names it itself."""


def changed(told: Terms | None, now: Terms, kind: str) -> Refusal | None:
    """Whether the prices are others than those that were put to somebody."""
    if told is None or told == now:
        return None
    return Refusal(f"{kind}.terms", "the prices have changed since: look at it anew.")


def proposed(
    context: ToolContext, tool: str, order: Order, arguments: Mapping[str, JsonValue],
    excerpt: str, *facts: Fact, amount: Money | None = None, once: bool = False,
    scarce: bool = False,
) -> ToolResult:  # fmt: skip
    """The effect as it would be sent. `once`: no more than one such effect for the order, ever."""
    policy = NameFact(name="policy", value=policy_of(context).name)
    bound = Cap(tool=tool, target=target_of(order), count=1) if once else None
    return ToolResult(proposal=Proposal(
        arguments=dict(arguments), target=target_of(order), amount=amount, bound=bound,
        scarce=scarce,
        evidence=told(tool, order.id, excerpt, *facts, policy),
    ))  # fmt: skip


def first(*found: Refusal | None) -> Refusal | None:
    """The first thing that stands against it."""
    return next((refusal for refusal in found if refusal is not None), None)


def named_items(order: Order, items: Sequence[str]) -> str:
    """The items in words."""
    return "; ".join(described(line_of(order, item)) for item in items)


def named_swaps(found: Sequence[Swap]) -> str:
    return "; ".join(swap.told() for swap in found)


def paid_facts(difference: Money, method_id: str) -> tuple[Fact, ...]:
    """What is to pay, or goes back, by which means; nothing where the price stays."""
    if not difference.minor:
        return ()
    size = difference.model_copy(update={"minor": abs(difference.minor)})
    return (
        MoneyFact(name="pays" if difference.minor > 0 else "gets_back", value=size),
        NameFact(name="method", value=method_id or "the original means of payment"),
    )


def in_words(difference: Money, method_id: str) -> str:
    """The same as a sentence."""
    size = difference.model_copy(update={"minor": abs(difference.minor)})
    means = method_id or "the original means of payment"
    if not difference.minor:
        return "The price stays."
    if difference.minor > 0:
        return f"The buyer pays {size} by {means}."
    return f"{size} goes back to {means}."
