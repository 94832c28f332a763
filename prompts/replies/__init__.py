"""Reviewed replies: what may be said to a person, sentence by sentence, over typed facts.

`prompts/replies/<language>.toml` maps a key (`order_status.moving`) to sentences. A sentence
is left out when a fact it names is not there; the first one must be sayable, else the key is
not. Which evidence a sentence leaned on is seen from the facts it read.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_currency, format_decimal
from babel.units import format_unit
from jinja2 import StrictUndefined, Template, Undefined, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tradewind.base import LANGUAGES, Money
from tradewind.errors import SpecError
from tradewind.evidence import Claim, Evidence

Sentences = tuple[Template, ...]

# CLDR locale for figures and dates of each language; Arabic with Western digits, as shops use.
_LOCALES = {"zh": "zh_Hans_CN", "pt": "pt_BR", "ar": "ar_AE"}


class FactView:
    """A record's facts by name, for templates; notes in `used` that it was read."""

    def __init__(self, id_: str, values: Mapping[str, object], used: dict[str, None]) -> None:
        self._id = id_
        self._values = values
        self._used = used

    def __getattr__(self, name: str) -> object:
        if name.startswith("_") or name not in self._values:
            raise AttributeError(name)
        self._used[self._id] = None
        return self._values[name]


def _values_of(evidence: Evidence) -> dict[str, object]:
    """A record's facts by name; a repeated name is a list."""
    values: dict[str, object] = {"title": evidence.title, "excerpt": evidence.excerpt}
    for fact in evidence.facts:
        name = fact.name
        if name not in values or name in ("title", "excerpt"):
            values[name] = fact.value
        else:
            held = values[name]
            values[name] = [*held, fact.value] if isinstance(held, list) else [held, fact.value]
    return values


class Replies:
    """The reviewed replies of all languages."""

    def __init__(
        self, texts: Mapping[str, Mapping[str, Sequence[str]]], dates: str | None = None
    ) -> None:
        self._texts = texts
        self._environments = {name: _environment(name, keys, dates) for name, keys in texts.items()}
        self._compiled: dict[tuple[str, str], Sentences] = {}
        self._said: dict[tuple[str, str], tuple[Claim, ...] | None] = {}

    @classmethod
    def read(cls, folder: Path) -> "Replies":
        """Read every language. Raises SpecError where a language lacks a key that English has."""
        texts = {language: _flatten(_load(folder / f"{language}.toml")) for language in LANGUAGES}
        for language, keys in texts.items():
            missing = texts["en"].keys() ^ keys.keys()
            if missing:
                raise SpecError(
                    f"{folder / f'{language}.toml'} and en.toml differ in {sorted(missing)}",
                    "Every reply is there in every language.",
                )
        return cls(texts)

    @classmethod
    def read_one(cls, path: Path, language: str, dates: str | None = None) -> "Replies":
        """Sentences that exist in one language only, such as letters to a card network. `dates`:
        the locale (CLDR) whose dates they write, if not the language's own."""
        return cls({"en": {}, language: _flatten(_load(path))}, dates)

    def __contains__(self, key: object) -> bool:
        """Whether there is such a reply."""
        return key in self._texts["en"]

    def keys(self) -> frozenset[str]:
        return frozenset(self._texts["en"])

    def say(
        self,
        language: str,
        key: str,
        evidence: Mapping[str, Evidence] | None = None,
        **values: object,
    ) -> tuple[Claim, ...] | None:
        """The reply's sentences as claims; None when its first sentence lacks a fact.

        `evidence` maps the name used in templates (`order`, `shipment`) to the record.
        """  # fmt: skip
        if not evidence and not values:
            return self._fixed(language, key)
        return self._over(language, key, evidence or {}, values)

    def _fixed(self, language: str, key: str) -> tuple[Claim, ...] | None:
        """A reply that reads nothing is the same each time."""
        if (language, key) not in self._said:
            self._said[language, key] = self._over(language, key, {}, {})
        return self._said[language, key]

    def _over(
        self, language: str, key: str, evidence: Mapping[str, Evidence],
        values: Mapping[str, object],
    ) -> tuple[Claim, ...] | None:  # fmt: skip
        said: list[Claim] = []
        told = {name: (item.id, _values_of(item)) for name, item in evidence.items()}
        for number, template in enumerate(self._sentences(language, key)):
            used: dict[str, None] = {}
            views = {name: FactView(*record, used) for name, record in told.items()}
            try:
                text = " ".join(template.render({**values, **views}).split())
            except UndefinedError:
                if number == 0:
                    return None
                continue
            if text:
                said.append(Claim(text=text, evidence=tuple(used)))
        return tuple(said) or None

    def _sentences(self, language: str, key: str) -> Sentences:
        """Compiled when first said: a start would wait half a second for all of them."""
        language = language if self._texts.get(language) else "en"
        if (language, key) not in self._compiled:
            make = self._environments[language].from_string
            made = self._compiled[language, key] = tuple(
                map(make, self._texts[language].get(key, ()))
            )
            for template in made:  # jinja's own is a chain of dicts, copied at every rendering
                template.globals = dict(template.globals)
        return self._compiled[language, key]


def _load(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SpecError(f"{path}: {error}", "Compare it with en.toml.") from error


def _flatten(data: Mapping[str, Any], prefix: str = "") -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, value in data.items():
        if isinstance(value, Mapping):
            found |= _flatten(value, f"{prefix}{key}.")
        elif prefix != "meta.":
            found[f"{prefix}{key}"] = [value] if isinstance(value, str) else list(value)
    return found


def _environment(
    language: str, keys: Mapping[str, Sequence[str]], dates: str | None
) -> ImmutableSandboxedEnvironment:
    locale = _LOCALES.get(language, language)
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)

    def money(value: Money) -> str:
        return format_currency(value.decimal(), value.currency, locale=locale)

    def day(value: date | datetime) -> str:
        return format_date(value, "long", locale=dates or locale)

    def moment(value: datetime) -> str:
        return f"{day(value)} {format_datetime(value, 'HH:mm', locale=locale)} UTC"

    def opening(value: datetime, zone: str) -> str:
        """A point in time as people there say it: weekday, day, clock, and whose clock."""
        here = value.astimezone(ZoneInfo(zone))
        clock = format_time(here, "short", locale=locale)
        return f"{format_date(here, 'full', locale=locale)}, {clock} ({zone})"

    def number(value: Decimal | int) -> str:
        return format_decimal(value, locale=locale)

    def days(value: Decimal | int) -> str:
        told = format_unit(value, "day", _day_length(locale), locale=locale)
        return told.replace(" ", "") if language == "ja" else told

    def country(value: str) -> str:
        return Locale.parse(locale).territories.get(value, value)

    def listed(value: object) -> str:
        items = [str(item) for item in (value if isinstance(value, list) else [value])]
        return ("; " if any(", " in item for item in items) else ", ").join(items)

    def word(value: object, kind: str) -> str:
        """Our own word for a closed value: `order.status | word('status')`."""
        return keys[f"words.{kind}.{value}"][0]

    filters = (money, day, moment, number, days, country, listed, word, opening)
    environment.filters |= {each.__name__: _of_known(each) for each in filters}
    return environment


def _day_length(locale: str) -> Literal["short", "long"]:
    """Babel has the long form of some languages only; theirs that it lacks is the short one, and
    asked for the long one it writes English."""
    return "short" if format_unit(2, "day", "long", locale=locale).endswith(" day") else "long"


def _of_known(format_: Callable[..., str]) -> Callable[..., str]:
    """The filter, raising UndefinedError for a fact that is not there, as printing it would."""

    def filtered(value: object, *rest: object) -> str:
        return format_(str(value) if isinstance(value, Undefined) else value, *rest)

    return filtered
