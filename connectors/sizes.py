"""Size charts as sources give them: rows of our own form, and tables in a product's HTML.

A table counts as one when its first column names sizes and another names a body's measure, in
centimetres or kilograms. Other columns (of the garment, in inches) are left out.
"""

import html as entities
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Literal

from pydantic import ValidationError

from connectors.fields import FieldError, Fields
from connectors.limits import COUNT
from tradewind.goods import Measure, MeasureName

_ROW = re.compile(r"<tr\b[^<>]*>(.{0,4000}?)</tr>", re.I | re.S)
_CELL = re.compile(r"<t[dh]\b[^<>]*>(.{0,400}?)</t[dh]>", re.I | re.S)
_TAG = re.compile(r"<[^<>]*>")
_RANGE = re.compile(
    r"(\d{1,3}(?:[.,]\d{1,2})?)(?:\s*(?:-|–|—|~|to|bis)\s*(\d{1,3}(?:[.,]\d{1,2})?))?"
)
_SIZE = re.compile(
    r"^\W*(?:size|sizes|us|us size|tallas?|tamanhos?|taglia|taille|größe|grösse|beden|размер|"
    r"المقاس|尺码|サイズ|사이즈)\W*$",
    re.I,
)
_NAMES: tuple[tuple[MeasureName, str], ...] = (
    ("chest", r"chest|bust|brust|pecho|busto|peito|poitrine|torace|göğüs|груд|صدر|胸|가슴"),
    ("waist", r"waist|taille\b|cintura|tour de taille|vita|\bbel\b|тали|خصر|腰|ウエスト|허리"),
    ("hips", r"\bhips?\b|hüfte|cadera|quadril|hanches|fianchi|kalça|бедр|أرداف|臀|ヒップ|엉덩이"),
    ("head", r"\bhead\b|kopf|cabeza|cabeça|tête|testa|kafa|голов|رأس|头围|頭|머리"),
    ("foot", r"\bfoot\b|fuß|\bpie\b|\bpé\b|\bpied\b|piede|ayak|стоп|قدم|脚长|足|발"),
    ("wrist", r"\bwrist\b|handgelenk|muñeca|pulso|poignet|polso|bilek|запяст|معصم|手腕|手首|손목"),
    ("eu", r"^\W*eu\b"),
)
Unit = Literal["cm", "kg", ""]


def read_measure(fields: Fields) -> Measure:
    """A row of our own form: size, name, low, high, unit. Raises FieldError."""
    low, high = fields.number("low"), fields.number("high")
    if low is None or high is None or not 0 <= low <= high <= COUNT:
        raise FieldError(f"{fields.path}low", fields.data.get("low"), "is no measure")
    told = {"size": fields.need("size"), "name": fields.need("name"), "unit": fields.text("unit")}
    try:
        return Measure.model_validate({**told, "low": low, "high": high})
    except ValidationError as error:
        raise FieldError(f"{fields.path}name", told["name"], "is no known measure") from error


def size_table(html: str) -> tuple[Measure, ...]:
    """The size chart in a product's HTML; nothing where there is none that can be read."""
    if "<t" not in html.lower():
        return ()
    rows = [[_text(cell) for cell in _CELL.findall(row)] for row in _ROW.findall(html)]
    for at, head in enumerate(rows):
        columns = [(n, *found) for n, cell in enumerate(head) if n and (found := _column(cell))]
        if head and _SIZE.match(head[0]) and columns:
            return tuple(_measures(rows[at + 1 :], columns))
    return ()


def _text(cell: str) -> str:
    return " ".join(entities.unescape(_TAG.sub(" ", cell)).split())


def _column(head: str) -> tuple[MeasureName, Unit] | None:
    """What a column measures; None for one that is no body's measure in a unit that we keep."""
    fitting: list[MeasureName] = [n for n, words in _NAMES if re.search(words, head, re.I)]
    name = next(iter(fitting), None)
    if name == "eu":
        return "eu", ""
    metric = re.search(r"(?<![a-z])cm(?![a-z])", head, re.I)
    return (name, "cm") if name and metric else None


def _measures(
    rows: list[list[str]], columns: list[tuple[int, MeasureName, Unit]]
) -> Iterator[Measure]:
    for row in rows:
        for at, name, unit in columns:
            told = _range(row[at]) if at < len(row) and row[0] else None
            if told:
                yield Measure(size=row[0], name=name, low=told[0], high=told[1], unit=unit)


def _range(text: str) -> tuple[Decimal, Decimal] | None:
    found = _RANGE.search(text)
    if found is None:
        return None
    try:
        low, high = (Decimal((part or found[1]).replace(",", ".")) for part in found.groups())
    except InvalidOperation:
        return None
    return (low, high) if low <= high else None
