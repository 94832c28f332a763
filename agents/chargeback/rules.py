"""The rulebook, read once at startup and checked against itself."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Literal, get_args

from agents.chargeback.names import Names
from agents.chargeback.tables import (
    Ce3Rule,
    Checks,
    Deadlines,
    DeliveryRules,
    Economics,
    Grade,
    Monitoring,
    Rulebook,
    Sign,
    StrengthModel,
    UploadRules,
)  # fmt: skip
from tradewind.base import Record
from tradewind.commerce import DisputeCategory
from tradewind.datafile import read_data
from tradewind.disputes import DisputeCodes, read_codes
from tradewind.errors import SpecError
from tradewind.prevention import PreventionRules, read_prevention
from tradewind.uploads import ROLES

Words = dict[str, re.Pattern[str]]
"""A pattern for each language."""


class Answers(Record):
    """How people answer what is asked of a dispute."""

    version: int
    as_of: date
    source: str
    category: dict[DisputeCategory, Words]
    record: dict[Literal["order", "payment"], Words]
    wrong: Words
    right: Words


class Rules(Record):
    """All that decides on disputes, read once at startup."""

    codes: DisputeCodes
    book: Rulebook
    checks: Checks
    delivery: DeliveryRules
    deadlines: Deadlines
    monitoring: Monitoring
    strength: StrengthModel
    economics: Economics
    ce3: Ce3Rule
    uploads: UploadRules
    names: Names
    prevention: PreventionRules
    signs: Mapping[Sign, Mapping[str, re.Pattern[str]]]
    answers: Answers


def read_rules(folder: Path) -> Rules:
    """Read every file of `data/disputes`. Raises SpecError naming the file."""
    rules = Rules(
        codes=read_codes(folder / "codes.toml"),
        book=read_data(folder / "rulebook.toml", Rulebook),
        checks=read_data(folder / "checks.toml", Checks),
        delivery=read_data(folder / "delivery.toml", DeliveryRules),
        deadlines=read_data(folder / "deadlines.toml", Deadlines),
        monitoring=read_data(folder / "monitoring.toml", Monitoring),
        strength=read_data(folder / "strength.toml", StrengthModel),
        economics=read_data(folder / "economics.toml", Economics),
        ce3=read_data(folder / "ce3.toml", Ce3Rule),
        uploads=read_data(folder / "uploads.toml", UploadRules),
        names=read_data(folder / "names.toml", Names),
        prevention=read_prevention(folder),
        signs=_signs(folder / "signs.toml"),
        answers=read_data(folder / "answers.toml", Answers),
    )
    faults = _faults(rules)
    if faults:
        raise SpecError(f"{folder}: {faults[0]}", "Compare it with the shipped rulebook.")
    return rules


def _signs(path: Path) -> Mapping[Sign, Mapping[str, re.Pattern[str]]]:
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        return {
            sign: {language: re.compile(text) for language, text in told[sign].items()}
            for sign in get_args(Sign)
        }
    except (OSError, tomllib.TOMLDecodeError, KeyError, re.error) as error:
        raise SpecError(f"{path}: {error!r}", "Compare it with the shipped one.") from error


def _faults(rules: Rules) -> Sequence[str]:
    """What the files say of each other that does not fit."""
    book, model = rules.book, rules.strength
    known = book.elements.keys()
    told = [element for rule in book.rule for element in (*rule.wanted(), *rule.against)]
    told += [name for element in book.elements.values() for name in element.instead_of]
    told += [rules.uploads.unvouched, *(role.element for role in rules.uploads.roles.values())]
    groups = {element.group for element in book.elements.values()}
    networks = {name for rule in book.rule for name in rule.networks} - {"*"}
    return [
        *(f"the rulebook names the element {e!r}, which it does not tell" for e in told
          if e not in known),
        *(f"strength.toml weighs {e!r}, which is no element" for e in model.elements
          if e not in known),
        *(f"strength.toml has no cap for the group {g!r}" for g in groups - model.caps.keys()),
        *(f"strength.toml has no weight of grade {g!r}" for g in (*get_args(Grade), "contradiction")
          if g not in model.grades),
        *(f"strength.toml has no base for {c!r}" for c in get_args(DisputeCategory)
          if c not in model.base),
        *(f"no rule for {c!r} of all networks" for c in get_args(DisputeCategory)
          if c != "unknown" and book.rule_for(c, "", "") is None),
        *(f"uploads.toml has no role {r!r}" for r in ROLES if r not in rules.uploads.roles),
        *(f"codes.toml has no network {n!r}" for n in networks - rules.codes.codes.keys()),
    ]  # fmt: skip
