"""What a question asks of goods or of the shop's rules, told by lists of twelve languages, no
model: weight, ports, "does it fit", "which is cheaper". It tells where in the records the answer
would stand."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from tradewind.base import LANGUAGES, Record
from tradewind.errors import SpecError

Kind = Literal["fit", "compare", "price", "stock", "size", "sell", "has", "version"]

_CM = r"cm\b|センチ|厘米|公分|센티|см\b|سم|santim|centím|centim"
_KG = r"kg\b|kilo|公斤|千克|キロ|킬로|кг\b|килогр|كغ|كجم|كيلو"
_MEASURE = re.compile(rf"(\d{{1,3}}(?:[.,]\d{{1,2}})?)\s*(?:(?P<cm>{_CM})|(?P<kg>{_KG}))", re.I)
_EU = re.compile(r"(?<![\d.,#])([34]\d(?:[.,]5)?)(?![\d.,]*\d)(?!\s*%)")
"""A European size of shoes."""


class Matter(Record):
    """One thing that is asked: where it stands in an English record. `topic` of a shop's rule."""

    id: str
    names: str = ""
    words: str = ""
    topic: str = ""


class Asked(Record):
    """What a question asks of goods. `goods` are matters of products, `things` what they are to
    work with; `value` and `unit` a measure of the buyer's."""

    kinds: frozenset[Kind] = frozenset()
    goods: tuple[Matter, ...] = ()
    things: tuple[Matter, ...] = ()
    value: str = ""
    unit: str = ""


class _Lists(Record):
    """`data/questions.toml`: an entry has a regular expression a language."""

    kind: dict[Kind, dict[str, str]]
    goods: dict[str, dict[str, str]]
    shop: dict[str, dict[str, str]]
    thing: dict[str, dict[str, str]] = Field(default_factory=dict)


class Questions:
    """Reads questions by the lists."""

    def __init__(self, lists: _Lists) -> None:
        self._lists = lists

    @classmethod
    def read(cls, path: Path) -> "Questions":
        """Raises SpecError naming the file, and the entry that lacks a language."""
        try:
            lists = _Lists.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
            raise SpecError(f"{path}: {error}", "Write [goods.<id>] tables.") from error
        for name, entry in (*lists.kind.items(), *lists.goods.items(), *lists.shop.items()):
            missing = [language for language in LANGUAGES if language not in entry]
            if missing:
                raise SpecError(f"{path}: {name} lacks {missing}", "Write it in every language.")
        return cls(lists)

    def shop(self, text: str, language: str) -> tuple[Matter, ...]:
        """The matters of the shop's rules that are asked for."""
        return tuple(_matters(self._lists.shop, text, language))

    def of(self, text: str, language: str) -> Asked:
        """What is asked of goods."""
        value, unit = _measure(text)
        lists = self._lists
        return Asked(
            kinds=frozenset(k for k, e in lists.kind.items() if _finds(e[language], text)),
            goods=tuple(_matters(lists.goods, text, language)),
            things=tuple(_matters(lists.thing, text, "any")),
            value=value, unit=unit,
        )  # fmt: skip


def _matters(
    entries: Mapping[str, Mapping[str, str]], text: str, language: str
) -> Iterator[Matter]:
    for id_, entry in entries.items():
        if _finds(entry[language], text):
            yield Matter(
                id=id_, names=entry.get("names", ""), topic=entry.get("topics", ""),
                words=entry.get("words", "") or entry.get("told", ""),
            )  # fmt: skip


def _finds(pattern: str, text: str) -> bool:
    return _compiled(pattern).search(text) is not None


@lru_cache(maxsize=2048)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.I)


def _measure(text: str) -> tuple[str, str]:
    """A measure of the buyer's with its unit; a European size has none. Several tell none."""
    found = list(_MEASURE.finditer(text))
    if len(found) == 1:
        return _plain(found[0][1]), "cm" if found[0]["cm"] else "kg"
    sizes = [] if found else _EU.findall(text)
    return (_plain(sizes[0]), "") if len(sizes) == 1 else ("", "")


def _plain(number: str) -> str:
    try:
        return str(Decimal(number.replace(",", ".")))
    except InvalidOperation:
        return ""
