"""The door: a file's bytes become a source of one kind, or one line says why not."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from connectors import disputes_csv, limits, reviews
from connectors.document import parse_json
from connectors.encoding import Encoding, detect_encoding
from connectors.fields import Fields
from connectors.kinds import DOCUMENTS, MAILS, Reader, json_readers, kinds, reader_of, table_readers
from connectors.pdf import pdf_text
from connectors.policy_documents import looks_like_markdown
from connectors.reader import (
    Context,
    DocumentReader,
    JsonReader,
    MailReader,
    Row,
    TableReader,
    read_objects,
    settle,
)  # fmt: skip
from connectors.sniff import Form, check_size, form_of
from connectors.table import check_table, find_table, guess_header
from tradewind.errors import InvalidInput
from tradewind.people import ShopDetails

__all__ = ["Source", "kinds", "open_source", "tells_of_shop"]


@dataclass(frozen=True)
class Source:
    """A file, opened and recognised (port ShopSource). `rows` can be called again and again.

    `unread` names the columns that nothing is read from, where the kind's columns go by name.
    `details` are told by a file about the shop itself, which has no rows.
    """

    kind: str
    read: Callable[[], Iterator[Row]]
    unread: tuple[str, ...] = ()
    details: ShopDetails | None = None

    def rows(self) -> Iterator[Row]:
        return self.read()


def open_source(
    path: Path, kind: str | None = None, *, currency: str = "USD", language: str = "en",
    mapping: Mapping[str, str] | None = None,
) -> Source:  # fmt: skip
    """Open a merchant's file. `kind` None: recognised by its content, never by its name.

    `currency` and `language` stand in where the file tells none (product tables have no
    currency). `mapping` gives a table of disputes the fields of its columns. Raises InvalidInput,
    one line, when the file is too large, broken, or unknown.
    """
    wanted = _wanted(kind, mapping)
    context = Context(path.name, currency, language, mapping)
    if not path.is_file():
        raise InvalidInput(f"{path.name} is not a file", "Check the path.")
    try:
        with path.open("rb") as file:
            form = form_of(file.read(4096))
            check_size(path.stat().st_size, form)
            file.seek(0)
            data = file.read(limits.TABLE_BYTES + 1)
    except OSError as error:
        raise InvalidInput(
            f"{path.name} cannot be read: {error.strerror}", "Check the path."
        ) from error
    check_size(len(data), form)
    source = _open(data, form, wanted, context)
    if mapping and source.kind not in _MAPPED:
        raise InvalidInput(f"{path.name} is a {source.kind}", "Columns are mapped of tables only.")
    return source


def tells_of_shop(path: Path) -> bool:
    """Whether a file tells of the shop itself. Such a one is read before the others, whose prices
    may name no currency."""
    try:
        small = path.is_file() and path.stat().st_size <= _SMALL
        return small and open_source(path).details is not None
    except (InvalidInput, OSError):
        return False


_SMALL = 65_536


def _wanted(kind: str | None, mapping: Mapping[str, str] | None) -> Reader | None:
    """The reader that is asked for; a mapping asks for that of disputes where no kind is named."""
    if not mapping:
        return reader_of(kind) if kind is not None else None
    if kind is not None and kind not in _MAPPED:
        names = " or ".join(_MAPPED)
        raise InvalidInput(f"kind {kind} takes no --map", f"Leave --kind away or write {names}.")
    return _MAPPED[kind or disputes_csv.KIND].reader(mapping)


_MAPPED = {disputes_csv.KIND: disputes_csv, reviews.KIND: reviews}
"""Kinds of tables whose columns a merchant may name."""


def _open(data: bytes, form: Form, wanted: Reader | None, context: Context) -> Source:
    if form == "pdf":
        return _document(wanted, "policy_pdf", lambda: pdf_text(data), context)
    if form in MAILS:
        return _mails(data, MAILS[form], wanted, context)
    encoding = detect_encoding(data)
    if form == "json":
        return _json(_decoded(data, encoding), wanted, context)
    if form == "html":
        return _document(wanted, "policy_html", lambda: _decoded(data, encoding), context)
    return _text(data, encoding, wanted, context)


def _decoded(data: bytes, encoding: Encoding) -> str:
    if encoding.lossy:
        raise InvalidInput("the file is UTF-8 with broken bytes", "Export it again.")
    return data.decode(encoding.codec).replace("\0", "")


def _json(text: str, wanted: Reader | None, context: Context) -> Source:
    document = parse_json(text.lstrip("\ufeff"))
    readers = (wanted,) if wanted is not None else json_readers()
    for reader in readers:
        objects = reader.find(document) if isinstance(reader, JsonReader) else ()
        if isinstance(reader, JsonReader) and objects:
            details = reader.details(Fields(objects[0])) if reader.details else None
            rows = partial(read_objects, reader, objects, context)
            return Source(reader.kind, rows, details=details)
    keys = list(document) if isinstance(document, dict) else []
    first = document[0] if isinstance(document, list) and document else None
    keys = list(first) if isinstance(first, dict) else keys
    raise _unknown("JSON with the keys", keys, wanted)


def _text(data: bytes, encoding: Encoding, wanted: Reader | None, context: Context) -> Source:
    head = data[:65_536].decode(encoding.codec, "replace").replace("\r\n", "\n")
    if isinstance(wanted, DocumentReader) or (wanted is None and looks_like_markdown(head)):
        check_size(len(data), "html")
        return _document(wanted, "policy_markdown", lambda: _decoded(data, encoding), context)
    readers = (wanted,) if wanted is not None else table_readers()
    for reader in readers:
        if not isinstance(reader, TableReader):
            continue
        table = find_table(data, encoding, reader.fits)
        if table is not None:
            check_table(table)
            named = _MAPPED.get(reader.kind)
            unread = named.unread(table, context.mapping) if named else ()
            return Source(reader.kind, partial(reader.read, table, context), unread)
    raise _unknown("a text whose first line reads", guess_header(data, encoding), wanted)


def _mails(data: bytes, reader: MailReader, wanted: Reader | None, context: Context) -> Source:
    if wanted is not None and wanted is not reader:
        raise InvalidInput(
            f"the file is a {reader.kind}, not a {wanted.kind}", "Leave --kind away."
        )
    return Source(reader.kind, partial(reader.read, data, context))


def _document(
    wanted: Reader | None, kind: str, text: Callable[[], str], context: Context
) -> Source:
    """A document is read at once: if it is broken, it is refused here."""
    reader = wanted or DOCUMENTS[kind]
    if not isinstance(reader, DocumentReader) or reader.kind != kind:
        raise InvalidInput(f"the file is a {kind}, not a {reader.kind}", "Leave --kind away.")
    reading = reader.read(text(), context)
    return Source(kind, lambda: settle(1, lambda: [reading], context))


def _unknown(what: str, seen: list[str], wanted: Reader | None) -> InvalidInput:
    shown = ", ".join(name.strip()[:40] for name in seen[:12]).replace("\n", " ")[:200]
    message = f"{what} {shown or '(nothing)'} is no kind that is known"
    if wanted is not None:
        message = f"{what} {shown or '(nothing)'} is no {wanted.kind}"
    if isinstance(wanted, TableReader):
        missing = wanted.missing(name.strip().casefold() for name in seen)
        message += f": it lacks {', '.join(missing) or 'columns'}"
    return InvalidInput(message, f"Kinds: {', '.join(kinds())}.")
