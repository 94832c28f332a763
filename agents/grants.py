"""Rules that a merchant gives: what is asked about, and what the platform may do by itself."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from agents.policy import Policy
from tradewind.base import Money, Record, Time
from tradewind.effects import Cap, Rule
from tradewind.errors import InvalidInput, NotFound
from tradewind.people import Audience, Session
from tradewind.tool import Tool


class Wanted(Record):
    """A rule as a merchant words it; see Rule."""

    tool: str
    mode: Literal["ask", "auto"]
    audiences: tuple[Audience, ...] = ("merchant",)
    up_to: Money | None = None
    two_above: Money | None = None
    cap_count: int | None = None
    cap_amount: Money | None = None
    expires_at: Time | None = None


def make_rule(
    wanted: Wanted, session: Session, now: datetime, policy: Policy, tools: Mapping[str, Tool]
) -> Rule:
    """The rule to keep. A grant to act alone ends by itself and has a cap a day.

    Raises NotFound for a tool that is none or changes nothing, InvalidInput for a grant without
    an end or a cap, or one that nobody could use.
    """
    tool = tools.get(wanted.tool)
    if tool is None or tool.effect not in ("write", "spend"):
        raise NotFound(f"no tool {wanted.tool!r} changes anything.", "See `tradewind rules tools`.")
    closed = set(wanted.audiences) - tool.audiences
    if closed or not wanted.audiences:
        raise InvalidInput(f"{wanted.tool} is not open to {sorted(closed)}.", "Leave them out.")
    if wanted.mode == "auto" and policy.needs_person(tool.name):
        raise InvalidInput(f"{tool.name} is never done alone.", "Grant it with --mode ask.")
    if wanted.mode == "auto":
        _check_grant(wanted, tool, now, policy)
    return Rule(
        id=f"ru_{secrets.token_hex(6)}", tenant=session.tenant.id, tool=wanted.tool,
        mode=wanted.mode, audiences=wanted.audiences, up_to=wanted.up_to,
        two_above=wanted.two_above, cap=_cap(wanted), granted_by=session.actor.id,
        created_at=now, expires_at=wanted.expires_at,
    )  # fmt: skip


def _check_grant(wanted: Wanted, tool: Tool, now: datetime, policy: Policy) -> None:
    longest = now + timedelta(days=policy.longest_grant_days)
    if wanted.expires_at is None or not now < wanted.expires_at <= longest:
        raise InvalidInput(
            f"a grant to act alone ends within {policy.longest_grant_days} days "
            f"(given: {wanted.expires_at}).", "Give its end; it can be given anew.",
        )  # fmt: skip
    if wanted.cap_count is None or wanted.cap_count < 1:
        raise InvalidInput("a grant to act alone has a cap a day.", "Say how many a day at most.")
    if tool.effect == "spend" and (wanted.up_to is None or wanted.cap_amount is None):
        raise InvalidInput(
            f"{tool.name} moves money: a grant has an amount for each and one a day.", "Give both."
        )


def _cap(wanted: Wanted) -> Cap | None:
    if wanted.cap_count is None and wanted.cap_amount is None:
        return None
    return Cap(tool=wanted.tool, count=wanted.cap_count, amount=wanted.cap_amount)
