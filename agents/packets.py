"""The room where a dossier becomes what is filed, and what people see of it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from pydantic import JsonValue

from tradewind.base import Record
from tradewind.ports.filing import FiledExhibit, FiledFile, Filing
from tradewind.tool import ToolResult

if TYPE_CHECKING:  # a dossier is made by a run, which knows this room
    from agents.engines.dossier import Dossier


class PacketRoom(Protocol):
    """Makes, keeps and shows a tenant's filings. Making is slow: keep it off the event loop."""

    def make(self, made: "Dossier", merchant: str, staged: str) -> ToolResult:
        """The packet of a dossier with a letter, kept: evidence of kind "packet" names it. Where it
        would hold what `staged` holds, that one is named. A note says why there is none, with the
        remedy."""
        ...

    def filing(self, packet: str) -> Filing | None: ...


class FileView(Record):
    """A file of a filing, without its content."""

    name: str
    field: str
    media: str
    size: int
    sha256: str


class FilingView(Record):
    """A filing as a person reads it before they decide: the letter, what the form's fields say,
    the exhibits, the files."""

    packet: str
    dispute: str
    letter: str
    fields: dict[str, str]
    objects: dict[str, dict[str, JsonValue]]
    exhibits: tuple[FiledExhibit, ...]
    files: tuple[FileView, ...]
    pages: int
    notes: tuple[str, ...]


def view_filing(filing: Filing) -> FilingView:
    """The letter once: the field that holds it is not told again."""
    cover = filing.cover
    return FilingView(
        packet=filing.digest, dispute=filing.dispute_id, letter=cover.letter,
        fields={k: v for k, v in filing.texts.items() if v != cover.letter},
        objects=filing.objects, exhibits=cover.exhibits, pages=cover.pages, notes=cover.notes,
        files=tuple(map(_file, filing.files)),
    )  # fmt: skip


def filing_asked(packets: PacketRoom | None, arguments: Mapping[str, JsonValue]) -> Filing | None:
    """The filing that a question is about; None for a question about something else, and for one
    that is not kept any more."""
    packet = arguments.get("packet")
    return packets.filing(packet) if packets and isinstance(packet, str) else None


def _file(file: FiledFile) -> FileView:
    return FileView(
        name=file.name, field=file.field, media=file.media, size=len(file.content),
        sha256=file.sha256,
    )  # fmt: skip
