"""Every suite by name."""

from collections.abc import Callable
from typing import Any

from evals.suites.answer import answer_suite
from evals.suites.base import Suite
from evals.suites.dossier import dossier_suite
from evals.suites.planner import planner_suite
from evals.suites.search import search_suite
from tradewind.errors import NotFound

SUITES: dict[str, Callable[[], Suite[Any, Any]]] = {
    "planner": planner_suite,
    "search": search_suite,
    "answer": answer_suite,
    "dossier": dossier_suite,
}


def named_suites(names: tuple[str, ...] | list[str]) -> list[Suite[Any, Any]]:
    """The suites of these names, all when none is named. Raises NotFound."""
    unknown = next((name for name in names if name not in SUITES), None)
    if unknown is not None:
        raise NotFound(f"there is no suite {unknown!r}.", f"There are {', '.join(SUITES)}.")
    return [make() for name, make in SUITES.items() if not names or name in names]
