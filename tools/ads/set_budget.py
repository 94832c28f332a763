"""Set what a campaign may spend a day."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import JsonValue

from tools.effects import refused
from tradewind.base import Money
from tradewind.evidence import Evidence, MoneyFact, NameFact
from tradewind.tool import From, Proposal, ToolContext, ToolResult, tool

NAME = "ads.set_budget"


def _former(
    arguments: Mapping[str, JsonValue], state: Mapping[str, JsonValue]
) -> dict[str, JsonValue] | None:
    """The budget before, where the outside told it."""
    before = state.get("budget_before")
    return {"campaign": arguments["campaign"], "budget": before} if before else None


@tool(NAME, effect="spend", audiences=("merchant",), undo=_former)
def set_budget(
    context: ToolContext,
    campaign: Annotated[str, From.of("product", "request")],
    budget: Annotated[Money, From.of("amount", "request")],
) -> ToolResult:
    """Set the daily budget of an ad campaign, by its name as the ad network writes it."""
    if budget.minor < 0:
        return refused("a budget is not negative.")
    target = f"campaign/{campaign}"
    excerpt = f"Set the daily budget of campaign {campaign} to {budget}."
    return ToolResult(proposal=Proposal(
        arguments={"campaign": campaign, "budget": budget.model_dump(mode="json")},
        target=target, amount=budget,
        evidence=Evidence.of(
            "effect", f"{NAME}/{campaign}", excerpt, excerpt,
            (NameFact(name="campaign", value=campaign), MoneyFact(name="amount", value=budget)),
        ),
    ))  # fmt: skip
