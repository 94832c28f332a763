"""Sets a packet's pages: Typst for what is ours, the pages of uploaded files laid onto sheets.

The same packet gives the same bytes: dates come from the letter, ids from the content.
"""

import io
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pikepdf
import typst

from packets.fonts import FontChoice, FontShelf
from packets.layout import Data, Part, frame_of, mapped, page_data, picture_name, texts_of
from packets.records import Packet, exhibit_numbers
from packets.text import shown, visible
from tradewind.base import Record
from tradewind.errors import BackendError

_SPELLED = (
    "Signs for which there is no letter in print are written out by name, as in [check mark]."
)


_LAID = pikepdf.Name("/Laid")


class Pages(Record):
    """A set file. `places` gives each exhibit's page, `spelled` the signs written out by name."""

    pdf: bytes
    pages: int
    places: Mapping[int, int]
    spelled: tuple[str, ...] = ()


class Press:
    """Typst with a template (a folder with `packet.typ`) and a shelf of fonts."""

    def __init__(self, templates: Path, shelf: FontShelf) -> None:
        self._template = templates / "packet.typ"
        self._shelf = shelf

    def set(self, packet: Packet, part: Part) -> Pages:
        """The pages of one file of the packet.

        Raises InvalidInput for letters without a font and for a sentence whose evidence no exhibit
        shows, BackendError when the template does not compile.
        """
        data = page_data(packet, part, exhibit_numbers(packet))
        choice = self._shelf.choose(map(visible, texts_of(data)))
        notes = [_SPELLED] if choice.spelled and part.front else []
        texts = mapped(data, lambda text: shown(text, choice.spelled))
        texts |= {"paper": packet.paper, "fonts": list(choice.families), "notes": notes}
        with tempfile.TemporaryDirectory(prefix="tradewind-packet-") as folder:
            _lay_out(Path(folder), texts, packet, choice)
            return self._compile(Path(folder), packet, part, choice)

    def _compile(self, folder: Path, packet: Packet, part: Part, choice: FontChoice) -> Pages:
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False,
            font_paths=[str(folder / "fonts")],
        )  # fmt: skip
        (folder / "packet.typ").write_bytes(self._template.read_bytes())
        try:
            compiler = typst.Compiler(folder / "packet.typ", root=folder, font_paths=fonts)
            made = compiler.compile(format="pdf", timestamp=0)
            exhibits = json.loads(compiler.query("<exhibit>", field="value"))
            sheets = json.loads(compiler.query("<sheet>", field="value"))
        except typst.TypstError as error:
            raise BackendError(f"the packet could not be set: {error.message}") from error
        assert isinstance(made, bytes)
        pdf, pages = _overlaid(made, packet, {(s["number"], s["sheet"]): s["page"] for s in sheets})
        return Pages(
            pdf=pdf, pages=pages, places={e["number"]: e["page"] for e in exhibits},
            spelled=tuple(sorted(choice.spelled)),
        )  # fmt: skip


def _lay_out(folder: Path, data: Data, packet: Packet, choice: FontChoice) -> None:
    """Write data, pictures and fonts where Typst may read them, and nothing else."""
    (folder / "fonts").mkdir()
    for path in choice.files:
        (folder / "fonts" / path.name).symlink_to(path.resolve())
    for exhibit in data["exhibits"]:
        upload = packet.exhibits[exhibit["number"] - 1].upload
        for n, picture in enumerate(upload.pictures if upload else ()):
            (folder / picture_name(exhibit["number"], n)).write_bytes(picture.jpeg)
    (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


def _overlaid(
    made: bytes, packet: Packet, sheets: Mapping[tuple[int, int], int]
) -> tuple[bytes, int]:
    """The set pages with the pages of PDF uploads laid into their sheets' frames."""
    frame = pikepdf.Rectangle(*frame_of(packet.paper))
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(made)) as pdf:
        for number, exhibit in enumerate(packet.exhibits, start=1):
            if exhibit.upload is None or not exhibit.upload.pdf or (number, 0) not in sheets:
                continue
            with pikepdf.open(io.BytesIO(exhibit.upload.pdf)) as given:
                for n, page in enumerate(given.pages):
                    _lay(page, pdf.pages[sheets[number, n] - 1], frame)
        pdf.save(out, deterministic_id=True, compress_streams=True)
        return out.getvalue(), len(pdf.pages)


def _lay(page: pikepdf.Page, sheet: pikepdf.Page, frame: pikepdf.Rectangle) -> None:
    """Lay a page into a sheet's frame, as `add_overlay` does, under a name that is always the
    same: pikepdf's own is drawn by lot."""
    drawn = sheet.add_resource(page.as_form_xobject(), pikepdf.Name.XObject, _LAID)
    placed = sheet.calc_form_xobject_placement(
        sheet.resources.XObject[drawn], drawn, frame, allow_shrink=True, allow_expand=True
    )
    sheet.contents_add(b"q\n", prepend=True)
    sheet.contents_add(b"Q\n" + placed)
    sheet.contents_coalesce()
