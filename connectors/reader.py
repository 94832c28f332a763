"""What a reader of one kind is, and how its objects or rows become a stream of rows."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue, ValidationError

from connectors.document import JsonObject
from connectors.fields import FieldError, Fields
from connectors.privacy import mask_object
from connectors.table import Table, TableRow
from tradewind.base import Json
from tradewind.cards import mask_cards
from tradewind.commerce import Rejected, ShopRecord, SourceRow
from tradewind.people import ShopDetails


@dataclass(frozen=True)
class Context:
    """What a file does not say of itself: its name, what to take where nothing is told, and the
    fields that the merchant gave its columns."""

    source: str
    currency: str = "USD"
    language: str = "en"
    mapping: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Reading:
    """One record and the part of the source that it was read from; `at` is when the source said
    so, where it tells."""

    record: ShopRecord
    raw: Json
    at: datetime | None = None


Outcome = Reading | FieldError
Row = SourceRow | Rejected


@dataclass(frozen=True)
class JsonReader:
    """`find` gives the objects of this kind, none when the document is of another kind. `details`
    reads what one tells of the shop itself, and raises InvalidInput."""

    kind: str
    find: Callable[[JsonValue], Sequence[JsonObject]]
    read: Callable[[Fields, Context], Iterator[Outcome]]
    details: Callable[[Fields], ShopDetails] | None = None


@dataclass(frozen=True)
class TableReader:
    """`needs`: for each needed column its names in lower case, any of which will do."""

    kind: str
    needs: tuple[tuple[str, ...], ...]
    read: Callable[[Table, Context], Iterator[Row]]

    def missing(self, names: Iterable[str]) -> list[str]:
        """The needed columns that a header lacks."""
        have = set(names)
        return [any_of[0] for any_of in self.needs if not have.intersection(any_of)]

    def fits(self, names: Iterable[str]) -> bool:
        """Whether a header has all that is needed."""
        return not self.missing(names)


@dataclass(frozen=True)
class DocumentReader:
    """One policy document; `read` gets its text (of a PDF: the extracted text)."""

    kind: str
    read: Callable[[str, Context], Reading]


@dataclass(frozen=True)
class MailReader:
    """Mails, from the file's bytes: each has an encoding of its own."""

    kind: str
    read: Callable[[bytes, Context], Iterator[Row]]


def read_objects(
    reader: JsonReader, objects: Sequence[JsonObject], context: Context
) -> Iterator[Row]:
    """The rows of a JSON file; an object with a fault lands wholly among the rejected."""
    for number, item in enumerate(objects, start=1):
        fields = Fields(mask_object(item))
        yield from settle(number, lambda at=fields: reader.read(at, context), context)


def read_rows(
    table: Table, context: Context, read: Callable[[TableRow], Iterator[Outcome]]
) -> Iterator[Row]:
    """The rows of a table whose rows stand for themselves."""
    for row in table.rows():
        if row.fault is not None:
            yield row.fault
        else:
            yield from settle(row.number, lambda at=row: read(at), context)


def settle(number: int, read: Callable[[], Iterable[Outcome]], context: Context) -> Iterator[Row]:
    """Run one reading: all its records, or one rejection. Faults given as values do not stop it."""
    try:
        rows = [_row(number, outcome, context) for outcome in read()]
    except FieldError as error:
        rows = [rejected(number, error)]
    except ValidationError as error:
        rows = [rejected(number, _field_error(error))]
    yield from rows


def rejected(number: int, error: FieldError) -> Rejected:
    """The rejection of a row, card numbers masked."""
    return Rejected(
        row=number, field=error.field, value=mask_cards(error.value), reason=error.reason
    )


def _row(number: int, outcome: Outcome, context: Context) -> Row:
    if isinstance(outcome, FieldError):
        return rejected(number, outcome)
    return SourceRow(
        record=outcome.record, raw=outcome.raw, source=context.source, row=number, at=outcome.at
    )


def _field_error(error: ValidationError) -> FieldError:
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    return FieldError(field, first.get("input"), first["msg"])
