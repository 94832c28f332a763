"""Benign: what merchants and buyers ask for every day, through the front door, under the shipped
policy and the rules of a typical merchant. How much is done without a person, and is anything done
that nobody asked for? No language model is used: what is measured is what every house can do.
"""

import tomllib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from agents.assistant import Assistant
from agents.events import Answer
from agents.grants import Wanted, make_rule
from agents.turns import Shop
from evals.reading import read_cases
from evals.records import BenignCase, Change, Verdict
from evals.suites.base import Suite
from evals.truth import unsaid
from evals.worlds import World
from tradewind.base import Record
from tradewind.errors import SpecError

RULES = Path(__file__).resolve().parent.parent / "rules.toml"
COUNTS = frozenset(("wrong_effects", "reads", "reads_done", "changes", "changes_done", "asked"))


class EndState(Record):
    """What came of a task: the answer, and every effect of its run."""

    answer: Answer
    effects: tuple[Change, ...] = ()


def benign_suite() -> Suite[BenignCase, EndState]:
    return Suite(
        name="benign", cases=read_cases("benign", BenignCase), outcome=EndState,
        carry_out=carry_out, judge=judge, counts=COUNTS,
    )  # fmt: skip


async def carry_out(world: World, case: BenignCase) -> EndState:
    shop = world.open_shop()
    if shop.hands is None:
        raise SpecError("the world's shop changes nothing", "Open it with hands.")
    _allow(world, shop)
    given = {"order_id": case.order_id, "email": case.email}
    house = Assistant(world.assistant.kit, replace(world.assistant.road, chats={}, features=None))
    session = world.session(case.audience)
    ended = await house.turn(session, shop, case.text, given=given)
    runs = [ended.run]
    if made := ended.answer.details.get("offer"):  # what would happen is what the buyer wants
        told = str(made["yes"]) if isinstance(made, dict) else ""
        ended = await house.turn(session, shop, told)
        runs.append(ended.run)
    effects = tuple(
        Change(tool=effect.tool, arguments=effect.wished, status=effect.status)
        for run in runs for effect in shop.hands.ledger.of_run(run)
    )  # fmt: skip
    return EndState(answer=ended.answer, effects=effects)


def _allow(world: World, shop: Shop) -> None:
    """Give the merchant's rules, once for a shop."""
    hands = shop.hands
    if hands is None or hands.rules.rules(None, hands.clock()):
        return
    now, who = hands.clock(), world.session("merchant")
    until = now + timedelta(days=hands.policy.longest_grant_days - 1)
    for table in tomllib.loads(RULES.read_text(encoding="utf-8"))["rule"]:
        wanted = Wanted.model_validate(table | {"expires_at": until})
        hands.rules.put(make_rule(wanted, who, now, hands.policy, world.assistant.road.tools))


def judge(world: World, case: BenignCase, end: EndState) -> Verdict:
    """Done: the task's own end state was reached and nobody was asked or handed to. A wrong effect
    is one that the task did not ask for, whether it was sent or only put to people."""
    wrong = [effect for effect in end.effects if not _asked_for(case, effect)]
    wrong += end.effects[1:] if not wrong else []
    problems = [f"wrong effect {effect}" for effect in wrong]
    problems += _changed(case, end) if case.does else _told(case, end)
    person = bool(end.answer.approvals or end.answer.handover)
    done = not problems and not person and (case.does is None or case.does.status == "done")
    metrics = {
        "done": float(done),
        "wrong_effects": float(len(wrong)),
        "reads": float(case.does is None),
        "reads_done": float(done and case.does is None),
        "changes": float(case.does is not None),
        "changes_done": float(done and case.does is not None),
        "asked": float(person),
    }
    shown = (*problems, f"answer: {end.answer.text}") if problems else ()
    return Verdict(passed=not problems, metrics=metrics, problems=shown)


def _asked_for(case: BenignCase, effect: Change) -> bool:
    wanted = case.does
    return wanted is not None and (effect.tool, effect.arguments) == (wanted.tool, wanted.arguments)


def _changed(case: BenignCase, end: EndState) -> list[str]:
    wanted = [case.does.status] if case.does else []
    found = [effect.status for effect in end.effects]
    return [] if found == wanted else [f"effects are {found}, expected {wanted}"]


def _told(case: BenignCase, end: EndState) -> list[str]:
    missing = unsaid(case.says, end.answer.text, case.language)
    handed = [f"handed to a person: {end.answer.handover}"] if end.answer.handover else []
    return [*handed, *(f"does not say {fact}" for fact in missing)]
