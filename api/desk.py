"""`/api/approvals`, `/api/effects`, `/api/rules`, `/api/halt`: where people decide.

Only persons decide: a program's key reads here and changes nothing, managed mode is for that.
"""

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Request
from pydantic import Field, JsonValue

from agents.desk import Desk
from agents.grants import Wanted
from agents.turns import Shop
from api.doors import Doors
from api.guard import require_staff
from api.sessions import Ticket, session_of
from api.stream import public
from tradewind.base import Record
from tradewind.effects import Approval, Effect, Halt, Rule
from tradewind.errors import Forbidden, InvalidInput, NotFound, ToolRetry
from tradewind.people import Session

DESK = "desk"
"""The thread of what is done at the desk."""


class Decision(Record):
    """A person's word. `seen` is the `arguments_hash` that was shown, `arguments` are others."""

    decision: Literal["approve", "reject"]
    seen: str
    reason: Annotated[str, Field(max_length=500)] = ""
    arguments: dict[str, JsonValue] | None = None


class Told(Record):
    """A question after a vote; `answer` is the end of the run that asked, as `ask` tells it."""

    id: str
    status: str
    effect: str
    answer: dict[str, JsonValue] | None = None


class Settlement(Record):
    done: bool
    note: Annotated[str, Field(min_length=1, max_length=500)]


class Looked(Record):
    """An effect after its receiver was asked; `known`: the receiver has something under its key."""

    effect: Effect
    known: bool


class Reason(Record):
    reason: Annotated[str, Field(max_length=500)] = ""


def desk_router(doors: Doors) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["desk"])
    desk = Desk(doors.assistant)

    @router.get("/approvals")
    async def list_approvals(request: Request) -> dict[str, list[Approval]]:  # pyright: ignore[reportUnusedFunction]
        """Open questions, oldest first."""
        ticket = await require_staff(request, doors, "merchant", "ops")
        return {"approvals": list(await desk.pending(doors.shop(ticket.tenant)))}

    @router.post("/approvals/{approval_id}")
    async def decide(request: Request, approval_id: str, word: Decision) -> Told:  # pyright: ignore[reportUnusedFunction]
        """Approve, approve with other arguments, or reject; once decided, the run goes on."""
        session, shop = await person_of(request, doors)
        try:
            decided = await desk.decide(
                session, shop, approval_id, yes=word.decision == "approve", reason=word.reason,
                seen=word.seen, arguments=word.arguments,
            )  # fmt: skip
        except ToolRetry as error:  # a person typed them, no model
            raise InvalidInput(error.message, error.hint) from error
        asked = decided.approval
        told = public(decided.ended) if decided.ended else None
        return Told(id=asked.id, status=asked.status, effect=asked.effect, answer=told)

    @router.get("/runs/{run_id}/effects")
    async def list_effects(request: Request, run_id: str) -> dict[str, list[Effect]]:  # pyright: ignore[reportUnusedFunction]
        """What a run proposed, and what became of it."""
        ticket = await require_staff(request, doors, "merchant", "ops")
        shop = doors.shop(ticket.tenant)
        if await doors.off(shop.runs.run, run_id) is None:
            raise NotFound(f"there is no run {run_id}.", "See /api/runs.")
        effects = await doors.off(shop.hands.ledger.of_run, run_id) if shop.hands else ()
        return {"effects": list(effects)}

    @router.post("/runs/{run_id}/cancel")
    async def cancel(request: Request, run_id: str) -> dict[str, str]:  # pyright: ignore[reportUnusedFunction]
        """Call off a run that waits; nothing of it is sent."""
        session, shop = await person_of(request, doors)
        await desk.cancel(session, shop, run_id)
        return {"id": run_id, "status": "cancelled"}

    @router.post("/effects/{effect_id}/undo")
    async def undo(request: Request, effect_id: str) -> dict[str, JsonValue]:  # pyright: ignore[reportUnusedFunction]
        """Undo what was done, as an effect of its own under the same rules."""
        session, shop = await person_of(request, doors)
        return public(await desk.undo(session, shop, effect_id))

    @router.post("/effects/{effect_id}/settle")
    async def settle(request: Request, effect_id: str, word: Settlement) -> Effect:  # pyright: ignore[reportUnusedFunction]
        """A person's word on an effect whose outcome nobody could find out."""
        session, shop = await person_of(request, doors)
        return await desk.settle(session, shop, effect_id, done=word.done, note=word.note)

    @router.post("/effects/{effect_id}/look")
    async def look_up(request: Request, effect_id: str) -> Looked:  # pyright: ignore[reportUnusedFunction]
        """Ask the receiver what became of an unknown effect; nothing is sent again."""
        _, shop = await person_of(request, doors)
        effect, known = await desk.look_up(shop, effect_id)
        return Looked(effect=effect, known=known)

    _add_rules(router, doors, desk)
    return router


def _add_rules(router: APIRouter, doors: Doors, desk: Desk) -> None:
    @router.get("/rules")
    async def list_rules(request: Request) -> dict[str, list[Rule]]:  # pyright: ignore[reportUnusedFunction]
        """Rules in force, oldest first."""
        ticket = await require_staff(request, doors, "merchant", "ops")
        hands = doors.shop(ticket.tenant).hands
        rules = await doors.off(hands.rules.rules, None, doors.now()) if hands else ()
        return {"rules": list(rules)}

    @router.post("/rules")
    async def grant(request: Request, wanted: Wanted) -> Rule:  # pyright: ignore[reportUnusedFunction]
        """Give a rule: what is asked about, or what may be done without asking."""
        session, shop = await person_of(request, doors)
        return await desk.grant(session, shop, wanted)

    @router.post("/rules/{rule_id}/revoke")
    async def revoke(request: Request, rule_id: str) -> Rule:  # pyright: ignore[reportUnusedFunction]
        """End a rule for good."""
        _, shop = await person_of(request, doors)
        if shop.hands is None:
            raise NotFound(f"there is no rule {rule_id}.", "See /api/rules.")
        return await doors.off(shop.hands.rules.revoke, rule_id, doors.now())

    @router.post("/halt/{switch}")
    async def halt(  # pyright: ignore[reportUnusedFunction]
        request: Request, switch: Literal["on", "off"], why: Annotated[Reason, Body()]
    ) -> dict[str, Halt | None]:
        """The kill switch of managed mode: while it is on, nothing is done without asking."""
        session, shop = await person_of(request, doors)
        if shop.hands is None:
            return {"halt": None}
        rules = shop.hands.rules
        throw = rules.halt if switch == "on" else rules.resume
        await doors.off(throw, session.actor.id, doors.now(), why.reason)
        return {"halt": await doors.off(rules.halted)}


async def person_of(request: Request, doors: Doors) -> tuple[Session, Shop]:
    """One of the merchant's people, in person. Raises Forbidden."""
    ticket: Ticket = await require_staff(request, doors, "merchant")
    if request.headers.get("authorization"):
        raise Forbidden("a program decides nothing.", "Give a rule for it, as a person.")
    session = session_of(ticket, doors.tenant(ticket.tenant), DESK)
    return session, doors.shop(ticket.tenant)
