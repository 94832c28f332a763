"""Reviews of the shop's goods: exports of marketplaces and review apps, as tables or JSON.

A column is known by its name (vocabulary/review_columns.toml) or by a mapping that the merchant
gives.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from pydantic import JsonValue

from connectors.columns import Columns, columns_of, unread_of
from connectors.document import JsonObject, mostly, objects_below
from connectors.fields import FieldError, Fields
from connectors.html_text import html_text
from connectors.limits import MAIL_TEXT
from connectors.reader import (
    Context,
    JsonReader,
    Outcome,
    Reading,
    Row,
    TableReader,
    read_rows,
)  # fmt: skip
from connectors.table import Table, fold_name
from connectors.words import language_of, vocabulary
from tradewind.base import Json, digest
from tradewind.commerce import Message
from tradewind.letters import Letter

KIND = "reviews_csv"
_FIGURE = re.compile(r"([1-5])(?:[.,]0+)?(?:\s*/\s*5)?")
COLUMNS = "review_columns"
"""Its vocabulary."""


def reader(mapping: Mapping[str, str] | None = None) -> TableReader:
    """The reader; `mapping` gives a field for each column that the merchant names.

    Raises InvalidInput for a field that there is none of.
    """
    columns = columns_of(COLUMNS, mapping or {})
    needs = [columns["stars"], columns["text"] + columns["title"], columns["at"]]
    return TableReader(KIND, tuple(needs), partial(_read_table, columns=columns))


def unread(table: Table, mapping: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The columns that nothing is read from, as the file writes them."""
    return unread_of(table, columns_of(COLUMNS, mapping or {}))


def find_reviews(document: JsonValue) -> Sequence[JsonObject]:
    names = ("reviews", "FeedbackDetail", "feedback", "items")
    return mostly(objects_below(document, *names), _is_review)


def _is_review(item: JsonObject) -> bool:
    columns, names = columns_of(COLUMNS, {}), {fold_name(name) for name in item}
    said = columns["text"] + columns["title"]
    return all(names & set(any_of) for any_of in (columns["stars"], said, columns["at"]))


def read_review(fields: Fields, context: Context) -> Iterator[Outcome]:
    folded: Json = {fold_name(name): value for name, value in fields.data.items()}
    yield _review(Fields(folded), fields.data, columns_of(COLUMNS, {}), _place(folded))


def _read_table(table: Table, context: Context, *, columns: Columns) -> Iterator[Row]:
    place = _place(table.names)
    yield from read_rows(
        table, context, lambda row: iter([_review(row.fields, row.raw, columns, place)])
    )


def _review(told: Fields, raw: Json, columns: Columns, place: str) -> Outcome:
    """One review. A reply that is there already stays in the source row."""
    at = told.time(*columns["at"])
    if at is None:
        return FieldError(columns["at"][0], "", "is missing")
    title, body = told.text(*columns["title"]), told.text(*columns["text"])
    text = html_text("\n".join(part for part in (title, body) if part))[:MAIL_TEXT]
    if not text and not told.text(*columns["stars"]):
        return FieldError(columns["text"][0], "", "is missing, and so are the stars")
    letter = Letter(
        channel="review", place=place or told.text(*columns["place"]).lower(),
        address=told.text(*columns["email"]), name=told.text(*columns["name"]), subject=title,
        ref=told.text(*columns["id"]), stars=_stars(told, columns["stars"]),
        product=told.text(*columns["product"]) or told.text(*columns["product_title"]),
        notes=("answered",) if told.text(*columns["reply"]) else (),
    )  # fmt: skip
    key = letter.ref or digest([letter.name, at.isoformat(), letter.product, text])
    message = Message(
        id=f"review_{digest([letter.place, key])[:16]}", order_id=told.text(*columns["order"]),
        at=at, sender="buyer", text=text, letter=letter,
        language=told.text(*columns["language"])[:2].lower() or language_of(text, ""),
    )  # fmt: skip
    return Reading(message, raw)


def _stars(told: Fields, names: tuple[str, ...]) -> int | None:
    """1 to 5, whatever form they are written in. Raises FieldError for what is none."""
    name, _ = told.value(*names)
    word = told.text(*names).casefold()
    if not word:
        return None
    if set(word) <= {"★", "☆", "⭐"}:
        count = word.count("★") + word.count("⭐")
    else:
        figure = _FIGURE.fullmatch(word)
        count = int(figure[1] if figure else vocabulary(COLUMNS)["stars"].get(word, "0"))
    if not 1 <= count <= 5:
        raise FieldError(name, word, "is no rating from 1 to 5")
    return count


def _place(names: Mapping[str, object] | Sequence[str]) -> str:
    marks = vocabulary(COLUMNS)["places"]
    return next((place for column, place in marks.items() if column in names), "")


JSON = JsonReader("reviews_json", find_reviews, read_review)
