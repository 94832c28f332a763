"""Conversation: several turns that lean on one another, judged turn by turn as answers are."""

from evals.reading import read_cases
from evals.records import AnswerCase
from evals.suites.answer import COUNTS, Talk, judge, talk
from evals.suites.base import Suite


def conversation_suite() -> Suite[AnswerCase, Talk]:
    return Suite(
        name="conversation", cases=read_cases("conversation", AnswerCase), outcome=Talk,
        carry_out=talk, judge=judge, counts=COUNTS,
    )  # fmt: skip
