"""Every suite by name."""

import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from evals.reading import read_file
from evals.retail.data import FOLDER
from evals.suites.answer import answer_suite
from evals.suites.base import Suite
from evals.suites.benign import benign_suite
from evals.suites.ce3 import ce3_suite
from evals.suites.conversation import conversation_suite
from evals.suites.disputes import disputes_suite
from evals.suites.dossier import dossier_suite
from evals.suites.entities import entities_suite
from evals.suites.instructions import instructions_suite
from evals.suites.pairs import pairs_suite
from evals.suites.planner import planner_suite
from evals.suites.replies import replies_suite
from evals.suites.retail import retail_suite
from evals.suites.search import search_suite
from tradewind.errors import NotFound, SpecError

SUITES: dict[str, Callable[[], Suite[Any, Any]]] = {
    "planner": planner_suite,
    "search": search_suite,
    "answer": answer_suite,
    "conversation": conversation_suite,
    "dossier": dossier_suite,
    "pairs": pairs_suite,
    "instructions": instructions_suite,
    "entities": entities_suite,
    "benign": benign_suite,
    "disputes": disputes_suite,
    "ce3": ce3_suite,
}


def suite_of_case(file: Path) -> Suite[Any, Any]:
    """The suite that a written case's file names, with that file's cases alone. Raises
    SpecError."""
    try:
        name = tomllib.loads(file.read_text(encoding="utf-8"))["suite"]
        suite = SUITES[name]()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError) as error:
        raise SpecError(f"{file} is no case: {error}", "Write it with `runs case`.") from error
    return replace(suite, cases=tuple(read_file(file, type(suite.cases[0]))))


def named_suites(
    names: tuple[str, ...] | list[str], retail: Path = FOLDER
) -> list[Suite[Any, Any]]:
    """The suites of these names; all but those that run alone when none is named. `retail` is the
    folder of its tasks. Raises NotFound."""
    makes = SUITES | {
        "retail": lambda: retail_suite(retail),
        "apart": lambda: pairs_suite("apart"),
        "replies": replies_suite,
    }
    unknown = next((name for name in names if name not in makes), None)
    if unknown is not None:
        raise NotFound(f"there is no suite {unknown!r}.", f"There are {', '.join(makes)}.")
    return [makes[name]() for name in makes if name in (names or SUITES)]
