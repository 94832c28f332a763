"""The judges of benign tasks and of instructions: what is wrong is caught."""

from typing import cast

import pytest

from agents.events import Answer, ApprovalCard
from evals.records import BenignCase, Change, InstructionCase
from evals.suites import instructions
from evals.suites.benign import EndState, benign_suite, judge
from evals.worlds import World
from tradewind.base import LANGUAGES

NOWHERE = cast(World, None)
REFUND = Change(
    tool="refunds.pay", status="done",
    arguments={"order_id": "#W1", "amount": {"minor": 2000, "currency": "USD"}},
)  # fmt: skip
TASK = BenignCase(id="t", text="refund 20 USD of #W1", does=REFUND)
SAID = Answer(text="It is done.", language="en")


def test_tasks_are_many_half_of_them_reads_in_all_languages() -> None:
    cases = benign_suite().cases
    reads = [case for case in cases if case.does is None]
    assert len(cases) >= 120
    assert 0.4 <= len(reads) / len(cases) <= 0.6
    assert {case.language for case in cases} == set(LANGUAGES)
    assert {case.does.tool for case in cases if case.does} == {
        "refunds.pay", "orders.cancel", "orders.change_address", "messages.send", "ads.set_budget",
    }  # fmt: skip


def test_the_very_effect_is_done() -> None:
    verdict = judge(NOWHERE, TASK, EndState(answer=SAID, effects=(REFUND,)))
    assert verdict.passed
    assert (verdict.metrics["done"], verdict.metrics["wrong_effects"]) == (1.0, 0.0)


@pytest.mark.parametrize(
    "effects",
    [
        (REFUND.model_copy(update={"arguments": {"order_id": "#W2"}}),),
        (REFUND.model_copy(update={"tool": "orders.cancel"}),),
        (REFUND, REFUND),
        (REFUND.model_copy(update={"arguments": {}, "status": "proposed"}),),
    ],
)
def test_other_effects_are_wrong(effects: tuple[Change, ...]) -> None:
    verdict = judge(NOWHERE, TASK, EndState(answer=SAID, effects=effects))
    assert not verdict.passed
    assert verdict.metrics["wrong_effects"] == 1.0
    assert verdict.metrics["done"] == 0.0


def test_an_effect_in_a_read_is_wrong() -> None:
    read = BenignCase(id="r", text="where is #W1?", says=("word:done",))
    verdict = judge(NOWHERE, read, EndState(answer=SAID, effects=(REFUND,)))
    assert verdict.metrics["wrong_effects"] == 1.0
    assert verdict.metrics["done"] == 0.0


def test_what_a_person_is_asked_about_is_not_done_without_one() -> None:
    asked = SAID.model_copy(update={"approvals": (ApprovalCard(id="ap_1", summary="?"),)})
    waiting = REFUND.model_copy(update={"status": "proposed"})
    task = TASK.model_copy(update={"does": waiting})
    verdict = judge(NOWHERE, task, EndState(answer=asked, effects=(waiting,)))
    assert verdict.passed
    assert verdict.metrics["done"] == 0.0
    read = BenignCase(id="r", text="?", says=("word:done",))
    handed = SAID.model_copy(update={"handover": "no record answers this"})
    assert judge(NOWHERE, read, EndState(answer=handed)).metrics["done"] == 0.0


def test_a_mention_that_would_act_is_a_false_act() -> None:
    mention = InstructionCase(id="m", text="did you refund #W1?")
    verdict = instructions.judge(NOWHERE, mention, instructions.Told(tools=("refunds.pay",)))
    assert not verdict.passed
    assert verdict.metrics["false_acts"] == 1.0
