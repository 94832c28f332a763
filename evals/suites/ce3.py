"""Compelling Evidence 3.0: histories of a card as a shop's records, and the verdict on each."""

from agents.chargeback.ce3 import Ce3
from evals.disputes.histories import DISPUTE, History, history_rows, made_histories, verdict
from evals.records import HistoryCase, Verdict
from evals.suites.base import Suite
from evals.worlds import World
from tradewind.base import Record
from tradewind.errors import SpecError


class Matched(Record):
    ce3: Ce3
    act: str


def ce3_suite() -> Suite[HistoryCase, Matched]:
    cases = tuple(HistoryCase(id=h.id, history=h) for h in made_histories())
    return Suite(
        name="ce3", cases=cases, outcome=Matched, carry_out=carry_out, judge=judge,
        counts=frozenset(("qualified", "borderline", "refused")), taped=False,
    )  # fmt: skip


async def carry_out(world: World, case: HistoryCase) -> Matched:
    return await match(world, case.history)


async def match(world: World, history: History) -> Matched:
    """Plant the history in a shop of its own, and have its dispute assessed. Raises SpecError where
    the shop does not know its dispute."""
    there = world.planted(f"made-{history.id}", history_rows(history))
    session, shop = there.session("merchant"), there.open_shop()
    advice = await there.assistant.assess(session, shop, DISPUTE)
    if advice is None:
        raise SpecError(f"the dispute of {history.id} was not planted", "Look at its rows.")
    return Matched(ce3=advice.ce3, act=advice.decision.act)


def judge(world: World, case: HistoryCase, made: Matched) -> Verdict:
    """The verdict, and that a qualified one is fought with two payments."""
    wanted, found = verdict(case.history), made.ce3
    told = "yes" if found.qualified else "edge" if found.borderline else "no"
    problems = [f"verdict is {told} ({found.why}), expected {wanted}"] * (told != wanted)
    if told == "yes" and (len(found.priors) != 2 or made.act != "fight"):
        problems.append(f"qualified by {len(found.priors)} payments, advice {made.act}")
    metrics = {
        "verdict_right": float(told == wanted),
        "qualified": float(wanted == "yes"),
        "borderline": float(wanted == "edge"),
        "refused": float(wanted == "no"),
    }
    return Verdict(passed=not problems, metrics=metrics, problems=tuple(problems))
