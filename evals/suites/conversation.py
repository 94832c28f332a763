"""Conversation: several turns that lean on one another, judged turn by turn as answers are."""

from evals.reading import read_cases
from evals.records import AnswerCase, Verdict
from evals.suites.answer import COUNTS, Talk, judge, talk
from evals.suites.base import Suite
from evals.worlds import World


def conversation_suite() -> Suite[AnswerCase, Talk]:
    return Suite(
        name="conversation", cases=read_cases("conversation", AnswerCase), outcome=Talk,
        carry_out=talk, judge=judge_whole, counts=COUNTS,
    )  # fmt: skip


def judge_whole(world: World, case: AnswerCase, held: Talk) -> Verdict:
    """As answers are judged; `held`: every turn of the conversation did."""
    verdict = judge(world, case, held)
    metrics = verdict.metrics | {"held": float(verdict.passed)}
    return verdict.model_copy(update={"metrics": metrics})
