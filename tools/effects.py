"""What tools that write have in common: what was already done, and how a proposal says it."""

from collections.abc import Sequence

from tradewind.commerce import Order
from tradewind.effects import Effect, EffectStatus
from tradewind.evidence import Evidence, Fact, IdFact
from tradewind.tool import ToolContext, ToolResult

OVER: frozenset[EffectStatus] = frozenset(("failed", "rejected"))
"""What came to nothing."""


def standing(context: ToolContext, tool: str, target: str) -> Sequence[Effect]:
    """The tool's effects on a target that happened, may have, or may yet happen."""
    past = context.past.about(target) if context.past else ()
    return [effect for effect in past if effect.tool == tool and effect.status not in OVER]


def target_of(order: Order) -> str:
    """How the ledger names an order."""
    return f"order/{order.id}"


def told(tool: str, order_id: str, excerpt: str, *facts: Fact) -> Evidence:
    """A proposal in facts, for the person who decides."""
    return Evidence.of(
        "effect",
        f"{tool}/{order_id}",
        excerpt,
        excerpt,
        (IdFact(name="id", value=order_id), *facts),
    )


def refused(why: str) -> ToolResult:
    """The records forbid it."""
    return ToolResult(note=why)
