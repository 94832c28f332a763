"""What a reader finds in a PDF, and where the shop's tables and fonts are."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
from pypdf import PdfReader

_ANY_COLOUR = ("sc", "SC", "scn", "SCN")
DATA = Path(__file__).resolve().parents[2] / "data"


def text_of(pdf: bytes) -> str:
    """The text of all pages."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def smallest_text(pdf: bytes) -> float:
    """The size in points of the smallest text that is not blank."""
    sizes: list[float] = []

    def visit(text: str, matrix: Any, place: Any, font: Any, size: float) -> None:
        if text.strip():
            sizes.append(abs(size * place[3] * matrix[3]))

    for page in PdfReader(io.BytesIO(pdf)).pages:
        page.extract_text(visitor_text=visit)
    return min(sizes)


def acting(pdf: bytes) -> set[str]:
    """Everything in the file that acts, points elsewhere, can be filled in or is attached."""
    with pikepdf.open(io.BytesIO(pdf)) as read:
        return {found for one in read.objects for found in _acting_in(one)}


def _acting_in(one: Any) -> Iterator[str]:
    if isinstance(one, pikepdf.Stream):
        one = one.stream_dict
    if isinstance(one, pikepdf.Array):
        for value in one:
            yield from _acting_in(value) if not getattr(value, "is_indirect", False) else ()
    if not isinstance(one, pikepdf.Dictionary):
        return
    for key in ("/JS", "/JavaScript", "/AA", "/OpenAction", "/URI", "/Launch", "/EF", "/FT",
                "/AcroForm", "/EmbeddedFiles", "/Annots", "/RichMedia"):  # fmt: skip
        if key in one:
            yield key
    for value in one.as_dict().values():
        if not getattr(value, "is_indirect", False):
            yield from _acting_in(value)


def sizes_of(pdf: bytes) -> set[tuple[int, int]]:
    """Width and height of the pages in whole points."""
    return {
        (round(float(page.mediabox.width)), round(float(page.mediabox.height)))
        for page in PdfReader(io.BytesIO(pdf)).pages
    }


def ink_of_colours(pdf: bytes) -> set[str]:
    """Colours other than black, white and grey that a page's text and lines are set in."""
    found: set[str] = set()
    with pikepdf.open(io.BytesIO(pdf)) as read:
        for page in read.pages:
            for operands, operator in pikepdf.parse_content_stream(page):
                name = str(operator)
                three = name in ("rg", "RG") or (name in _ANY_COLOUR and len(operands) == 3)
                if three and len({float(value) for value in operands}) > 1:
                    found.add(f"{name} {list(operands)}")
    return found
