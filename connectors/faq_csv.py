"""Questions and answers as a table, with column names in twelve languages."""

from collections.abc import Iterator

from connectors.reader import Context, Outcome, Reading, Row, TableReader, read_rows
from connectors.table import Table, TableRow, fold_name
from connectors.words import language_of, vocabulary
from tradewind.base import digest
from tradewind.commerce import Faq


def columns(name: str) -> tuple[str, ...]:
    """The names under which a column may stand."""
    words = vocabulary("faq_columns")["columns"][name]
    return tuple(fold_name(word) for word in words.split("|"))


def read_faqs(table: Table, context: Context) -> Iterator[Row]:
    yield from read_rows(table, context, lambda row: _read(row, context))


def _read(row: TableRow, context: Context) -> Iterator[Outcome]:
    """One entry; without an id of its own, its question, language and market name it."""
    fields = row.fields
    question, answer = fields.need(*columns("question")), fields.need(*columns("answer"))
    language = fields.text(*columns("language")).lower().replace("_", "-").partition("-")[0]
    language = language or language_of(question + answer, context.language)
    market = fields.text(*columns("market")).upper()
    key = fields.text(*columns("id")) or f"faq_{digest([question, language, market])[:12]}"
    faq = Faq(id=key, question=question, answer=answer, language=language, market=market)
    yield Reading(faq, row.raw)


def reader() -> TableReader:
    return TableReader("faq_csv", (columns("question"), columns("answer")), read_faqs)
