"""What processors and networks call disputes, in our words: category, state, stage, network."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import get_args

from connectors.words import vocabulary
from tradewind.commerce import DisputeCategory, DisputeStage, DisputeState
from tradewind.disputes import DisputeCodes, read_codes

_CODES = Path(__file__).parents[1] / "data" / "disputes" / "codes.toml"


def category_of(reason: str, code: str, network: str = "") -> DisputeCategory:
    """The processor's reason where it says something, else the network's code.

    "unknown" where neither tells, and for a code of several categories (Mastercard 4853, 4834)
    whose reason does not choose.
    """
    return _codes().read(network, code, reason).category


@cache
def _codes() -> DisputeCodes:
    return read_codes(_CODES)


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
