"""What processors and networks call disputes, in our words: category, state, stage, network."""

from collections.abc import Iterable
from typing import get_args

from connectors.words import vocabulary
from tradewind.commerce import DisputeCategory, DisputeStage, DisputeState

_VAGUE = frozenset({"", "general", "unrecognized"})


def category_of(reason: str, code: str) -> DisputeCategory:
    """The processor's reason where it says something, else the network's code, else the reason.

    A code of several categories (Mastercard 4853, 4834) is in no list: the reason decides.
    """
    tables = vocabulary("dispute_reasons")
    word = reason.strip().lower()
    by_reason = tables["reasons"].get(word, "")
    by_code = tables["codes"].get(code.strip(), "") or tables["codes"].get(reason.strip(), "")
    found = (by_code or by_reason) if word in _VAGUE or not by_reason else by_reason
    return next((name for name in get_args(DisputeCategory) if name == found), "unknown")


def state_of(source: str, *words: str) -> DisputeState:
    """Our state for the first word that the source's table, or the common one, knows."""
    found = _first((source, "states"), words)
    return next((state for state in get_args(DisputeState) if state == found), "unknown")


def stage_of(word: str) -> DisputeStage:
    """The stage by any processor's word; "unknown" for a word that nobody uses."""
    found = _first(("stages",), [word])
    return next((stage for stage in get_args(DisputeStage) if stage == found), "unknown")


def network_of(word: str) -> str:
    """One name for a network however it is written; an unknown one as it is, in lower case."""
    return _first(("networks",), [word]) or word.strip().lower()


def _first(tables: Iterable[str], words: Iterable[str]) -> str:
    known = vocabulary("dispute_words")
    for word in words:
        folded = "_".join(word.lower().replace("-", " ").replace("_", " ").split())
        for table in tables:
            if folded in known.get(table, {}):
                return known[table][folded]
    return ""
