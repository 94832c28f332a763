"""What a network's reason code and a processor's word mean (`data/disputes/codes.toml`)."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Literal

from tradewind.base import Record
from tradewind.commerce import DisputeCategory
from tradewind.datafile import read_data

Confidence = Literal["P", "S", "G", "?"]
"""P: read at the primary source, S: a secondary one, G: general knowledge, ?: sources conflict."""


ENDED = frozenset((
    "won", "lost", "closed", "under_review", "warning_closed", "warning_under_review", "accepted",
    "charge_refunded", "prevented", "resolved",
))  # fmt: skip
"""Words for a dispute in which nothing is waited for, where its state was not read from them."""


def waits(state: str, status: str) -> bool:
    """Whether the processor waits for the merchant. Where nobody told, or in a word that nobody
    knows, it may: a dispute that is not shown is lost."""
    if state and state != "unknown":
        return state == "needs_response"
    return status.casefold() not in ENDED


class ReasonCode(Record):
    """One code of a network. One of several categories is `decided_by` the processor's word."""

    categories: tuple[DisputeCategory, ...]
    title: str
    decided_by: Literal["", "reason"] = ""
    confidence: Confidence


class ReasonWord(Record):
    """One word of a processor; a `vague` one gives way to the code."""

    category: DisputeCategory
    vague: bool = False


class Reading(Record):
    """What code and word come to.

    `doubt` says why the merchant has to be asked or told: the code is not in the table, it has
    several categories and the word does not choose, or code and word say different things.
    """

    category: DisputeCategory
    title: str = ""
    doubt: Literal["", "unknown_code", "ambiguous", "differs", "nothing"] = ""


class DisputeCodes(Record):
    """The table of codes and words, with aliases of the networks."""

    version: int
    as_of: date
    source: str
    networks: Mapping[str, str]
    codes: Mapping[str, Mapping[str, ReasonCode]]
    words: Mapping[str, Mapping[str, ReasonWord]]

    def network(self, name: str) -> str:
        """The network by its usual name; an unknown one as it was written."""
        return self.networks.get(name.strip().casefold(), name.strip().casefold())

    def find(self, network: str, code: str) -> ReasonCode | None:
        """A network's code; where the network is not told, the only one that has it."""
        named, wanted = self.network(network), code.strip().upper()
        if named in self.codes:
            return self.codes[named].get(wanted)
        found = [table[wanted] for table in self.codes.values() if wanted in table]
        return found[0] if len(found) == 1 else None

    def read(self, network: str, code: str, reason: str) -> Reading:
        """The category of a code and the processor's word for it.

        A clear word decides; a vague one gives way to the code. Where there is no code, the word
        may be one.
        """
        word = self._word(reason)
        if not code.strip() and word:
            return Reading(category=word.category)
        row = self.find(network, code if code.strip() else reason)
        if row:
            return _weighed(row, word)
        if not code.strip():
            return Reading(category="unknown", doubt="nothing")
        said = word.category if word and not word.vague else "unknown"
        return Reading(category=said, doubt="unknown_code")

    def _word(self, reason: str) -> ReasonWord | None:
        wanted = reason.strip().casefold()
        return next((table[wanted] for table in self.words.values() if wanted in table), None)


def _weighed(row: ReasonCode, word: ReasonWord | None) -> Reading:
    """A known code beside a word."""
    if word and word.category in row.categories:
        return Reading(category=word.category, title=row.title)
    if word and not word.vague:
        return Reading(category=word.category, title=row.title, doubt="differs")
    if len(row.categories) == 1:
        return Reading(category=row.categories[0], title=row.title)
    return Reading(category="unknown", title=row.title, doubt="ambiguous")


def read_codes(path: Path) -> DisputeCodes:
    """Read the table. Raises SpecError."""
    return read_data(path, DisputeCodes)
