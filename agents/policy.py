"""The policy at a tool call that writes: who asks, what is changed, whence each argument comes.

Deny by default. What a rule of the tenant lets act by itself acts; what a rule asks about, or the
shipped policy, is put to people.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

from tradewind.base import Money, Record
from tradewind.datafile import read_data
from tradewind.effects import Cap, Halt, Rule
from tradewind.people import Audience
from tradewind.tool import Origin, Tool


class AskRule(Record):
    """What people are asked about where the tenant has no rule of its own for the tool.

    `always`: no rule of the tenant's lets it act alone.
    """

    tool: str
    audiences: tuple[Audience, ...] = ("merchant",)
    always: bool = False


class Policy(Record):
    """The shipped policy: `data/effects/policy.toml`.

    `question_hours` is how long a question stands, `send_seconds` after what time a sender that
    said nothing more is taken for dead, `offer_minutes` how long a buyer may say yes to what they
    were shown, `longest_grant_days` how long a merchant may let the
    platform act alone before they say so again. `caps` hold for every tenant, whatever its
    rules say.
    """

    version: int
    date: date
    source: str
    question_hours: int
    send_seconds: int
    offer_minutes: int
    longest_grant_days: int
    ask: tuple[AskRule, ...]
    caps: tuple[Cap, ...]

    def needs_person(self, tool: str) -> bool:
        """Whether people are asked about the tool whatever a rule says."""
        return any(ask.always and ask.tool == tool for ask in self.ask)


def read_policy(path: Path) -> Policy:
    """Read the shipped policy. Raises SpecError."""
    return read_data(path, Policy)


class Ruling(Record):
    """What the policy says of one call. `rule` names the tenant's rule that decided."""

    verdict: Literal["act", "ask", "deny"]
    why: str = ""
    rule: str | None = None
    needs: Literal[1, 2] = 1


def rule_on(
    tool: Tool, audience: Audience, origins: Mapping[str, Origin], amount: Money | None,
    rules: Sequence[Rule], halt: Halt | None, policy: Policy,
) -> Ruling:  # fmt: skip
    """What becomes of a call. `rules` are the tenant's in force for the tool."""
    refusal = _refusal(tool, audience, origins)
    if refusal:
        return Ruling(verdict="deny", why=refusal)
    ours = [rule for rule in rules if audience in rule.audiences and _fits(rule, amount, tool)]
    grants = [rule for rule in ours if rule.mode == "auto"]
    if grants and halt is None and not policy.needs_person(tool.name):
        return Ruling(verdict="act", rule=grants[0].id)
    asking = [rule for rule in ours if rule.mode == "ask"]
    if asking:
        return Ruling(verdict="ask", rule=asking[0].id, needs=_people(asking[0], amount))
    if any(ask.tool == tool.name and audience in ask.audiences for ask in policy.ask):
        return Ruling(verdict="ask")
    return Ruling(verdict="deny", why=f"no rule allows {tool.name} for {audience}s")


def _refusal(tool: Tool, audience: Audience, origins: Mapping[str, Origin]) -> str:
    if audience not in tool.audiences:
        return f"tool {tool.name!r} is not open to {audience}s"
    for name, origin in origins.items():
        mark = tool.sources.get(name)
        if mark is None or origin not in (*mark.origins, "person"):
            return f"{tool.name}: {name} may not come from what is {_TOLD[origin]}"
    return ""


_TOLD: Mapping[Origin, str] = {
    "request": "requested", "proof": "proven", "record": "recorded", "person": "typed by a person",
    "buyer": "a buyer's own word", "untrusted": "untrusted", "invented": "invented",
}  # fmt: skip


def _fits(rule: Rule, amount: Money | None, tool: Tool) -> bool:
    """Whether the amount is within what the rule is for; a spend of unknown amount never is."""
    if rule.up_to is None:
        return True
    if amount is None:
        return tool.effect != "spend"
    return amount.currency == rule.up_to.currency and amount.minor <= rule.up_to.minor


def _people(rule: Rule, amount: Money | None) -> Literal[1, 2]:
    """Two beyond the rule's amount, and where the amounts cannot be compared."""
    if rule.two_above is None:
        return 1
    if amount is None or amount.currency != rule.two_above.currency:
        return 2
    return 1 if amount.minor <= rule.two_above.minor else 2
