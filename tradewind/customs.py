"""What is charged on parcels from abroad, and who pays it (`data/customs/*.toml`)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator

from tradewind.base import Money, Record
from tradewind.datafile import read_data
from tradewind.disputes import Confidence
from tradewind.errors import SpecError

Charge = Literal["duty", "tax"]
Word = Literal["free", "due", "flat", "at_sale", "at_sale_or_due"]
Payer = Literal["shop", "buyer"]
TaxName = Literal["vat", "gst", "consumption_tax", "icms"]


def _money(value: object) -> object:
    """ "150.00 EUR" as money."""
    if not isinstance(value, str):
        return value
    amount, _, currency = value.partition(" ")
    return Money.parse(amount, currency)


class Row(Record):
    """One charge in a span of time. With `up_to`, `below` holds to that value of the goods and
    `above` beyond; without it `below` holds for all."""

    charge: Charge
    name: TaxName | None = None
    valid_from: date
    valid_to: date | None = None
    up_to: Annotated[Money | None, BeforeValidator(_money)] = None
    below: Word
    above: Word | None = None
    flat: Annotated[Money | None, BeforeValidator(_money)] = None
    percent: Decimal | None = None
    source: str
    read: date
    confidence: Confidence

    @property
    def unsure(self) -> bool:
        return self.confidence in ("G", "?")

    def holds(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class Area(Record):
    """One customs area."""

    version: int
    countries: tuple[str, ...]
    row: tuple[Row, ...]

    def rows(self, on: date) -> tuple[Row, ...]:
        return tuple(row for row in self.row if row.holds(on))

    def changes_on(self, on: date) -> date | None:
        """The first day after it on which another row holds, or one ends."""
        ends = [row.valid_to + timedelta(days=1) for row in self.row if row.valid_to]
        days = [day for day in (*ends, *(row.valid_from for row in self.row)) if day > on]
        return min(days, default=None)


class Terms(Record):
    """Who pays the charges, by delivery term."""

    version: int
    as_of: date
    source: str
    confidence: Confidence
    payer: Mapping[str, Payer]


class Customs(Record):
    """All areas by country, and the delivery terms."""

    areas: Mapping[str, Area]
    terms: Terms

    def of(self, country: str) -> Area | None:
        return self.areas.get(country.strip().upper())

    def payer(self, term: str) -> Payer | None:
        return self.terms.payer.get(term.strip().upper())


def read_customs(folder: Path) -> Customs:
    """Every area below the folder. Raises SpecError for a country in two, rows of one charge that
    hold at the same time, or a file that cannot be read."""
    areas: dict[str, Area] = {}
    for path in sorted(folder.glob("*.toml")):
        if path.stem == "incoterms":
            continue
        area = read_data(path, Area)
        _check(path, area.row)
        for country in area.countries:
            if country in areas:
                raise SpecError(f"{path}: {country} is in two files", "Leave it in one.")
            areas[country] = area
    return Customs(areas=areas, terms=read_data(folder / "incoterms.toml", Terms))


def _check(path: Path, rows: Sequence[Row]) -> None:
    for row in rows:
        both = [r for r in rows if r.charge == row.charge and r.holds(row.valid_from)]
        if len(both) > 1:
            raise SpecError(
                f"{path}: two rows of {row.charge} hold on {row.valid_from}", "End the older one."
            )
        if (row.up_to is None) != (row.above is None):
            raise SpecError(f"{path}: {row.charge} has up_to or above alone", "Give both.")
