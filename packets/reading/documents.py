"""Documents: the wanted pages of a PDF, with nothing that acts, points elsewhere or swells."""

import io
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
from job import PRINT, Job, Limits, Refused, Told, check_pages, check_pixels
from pictures import flat, in_best_step, within
from PIL import Image
from words import hidden_words, words_of

FAULTS = (pikepdf.PdfError, pikepdf.DataDecodingError)
_PAGE = (
    "/Type",
    "/MediaBox",
    "/CropBox",
    "/Rotate",
    "/Resources",
    "/Contents",
    "/Group",
    "/UserUnit",
)
_STREAM = ("/Metadata", "/PieceInfo", "/AF", "/OPI", "/Alternates", "/Measure", "/PtData", "/OC")
_SMALL = 60_000
"""Bytes of a picture inside a PDF that are not worth encoding anew."""


def document(data: bytes, job: Job, limits: Limits) -> Told:
    """The wanted pages of a PDF with nothing in them that acts, points elsewhere or is hidden."""
    try:
        pdf = pikepdf.open(io.BytesIO(data))
    except pikepdf.PasswordError as error:
        raise Refused("is locked with a password", PRINT) from error
    if pdf.is_encrypted:
        raise Refused("is encrypted", PRINT)
    _check_form(pdf)
    wanted = job["pages"] or list(range(1, len(pdf.pages) + 1))
    check_pages(wanted, len(pdf.pages), limits)
    _check_content(pdf, limits)
    notes = _acting(pdf)
    if pdf.get_warnings():
        notes.append("it was damaged; what could be read of it is shown")
    pdf.generate_appearance_streams()
    pdf.flatten_annotations("all")
    clean = pikepdf.new()
    for number in wanted:
        clean.pages.append(pdf.pages[number - 1])
    for page in clean.pages:
        for key in [str(key) for key in page.obj if str(key) not in _PAGE]:
            del page.obj[key]
    _strip(clean)
    made = _lighter(clean, job)
    head = {"kind": "pdf", "media": "application/pdf", "shapes": [], "pages": len(wanted)}
    return {**head, "of": len(pdf.pages), "notes": notes, **_words(clean, made, job)}, [made]


def _words(clean: Any, made: bytes, job: Job) -> dict[str, Any]:
    """What stands in the shown pages, where it is asked for, and what of it nobody sees."""
    if not job["words"]:
        return {}
    text, whole = words_of(made, job["words"])
    hidden = hidden_words(clean) if text else []
    warnings = (
        [f"it holds letters that a reader does not see ({', '.join(hidden)})"] if hidden else []
    )
    if not whole:
        warnings.append("only the beginning of its text was read")
    return {"text": text, "warnings": warnings, "hidden": bool(hidden)}


def _check_form(pdf: Any) -> None:
    """Refuse a form whose pages only the program that made it can draw."""
    form = pdf.Root.get("/AcroForm")
    if form is not None and "/XFA" in form and pdf.Root.get("/NeedsRendering", False):
        raise Refused("is an XFA form, which has no pages of its own", PRINT)


def _acting(pdf: Any) -> list[str]:
    """What acts, points elsewhere or is hidden, in words."""
    seen: set[str] = set()
    for one in pdf.objects:
        for found in _dictionaries(one):
            kind = str(found.get("/S", ""))
            if kind == "/JavaScript" or "/JS" in found:
                seen.add("JavaScript removed")
            elif kind in ("/Launch", "/ImportData", "/SubmitForm"):
                seen.add("actions that start programs or send data removed")
            elif "/XFA" in found:
                seen.add("XFA form removed")
            elif kind in ("/URI", "/GoToR"):
                seen.add("links removed")
            elif found.get("/Type") == "/Filespec" or "/EF" in found:
                seen.add("embedded files removed")
            elif found.get("/FT") is not None:
                seen.add("form fields made plain")
    return sorted(seen)


def _dictionaries(one: Any) -> Iterator[Any]:
    """A dictionary and those that lie directly in it."""
    waiting = [one]
    while waiting:
        now = waiting.pop()
        if isinstance(now, pikepdf.Stream):
            now = now.stream_dict
        if isinstance(now, pikepdf.Dictionary):
            yield now
            waiting += [value for value in now.as_dict().values() if _direct(value)]
        elif isinstance(now, pikepdf.Array):
            waiting += [value for value in now.as_list() if _direct(value)]


def _direct(value: Any) -> bool:
    return isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect


def _strip(pdf: Any) -> None:
    for one in pdf.objects:
        if isinstance(one, pikepdf.Stream):
            for key in _STREAM:
                if key in one:
                    del one[key]


def _check_content(pdf: Any, limits: Limits) -> None:
    """Refuse what a reader of the page would choke on: streams that swell, forms in forms."""
    room = limits["content"]
    for one in pdf.objects:
        if not isinstance(one, pikepdf.Stream):
            continue
        if one.get("/Subtype") == "/Image":
            check_pixels(int(one.get("/Width", 1)), int(one.get("/Height", 1)), limits)
            continue
        room -= _swollen(one, room)
        if room < 0:
            raise Refused(f"unpacks to more than {limits['content'] // 10**6} MB", PRINT)
    drawn: dict[Any, int] = {}
    for page in pdf.pages:
        _drawn(page.obj, drawn, (), limits)


def _swollen(stream: Any, room: int) -> int:
    """Bytes of a stream when unpacked, counted no further than `room`."""
    filters = stream.get("/Filter", pikepdf.Array())
    listed = filters.as_list() if isinstance(filters, pikepdf.Array) else [filters]
    names = [str(one) for one in listed]
    data = stream.read_raw_bytes()
    while names and names[0] in ("/FlateDecode", "/Fl") and len(data) <= room:
        data = zlib.decompressobj().decompress(data, room + 1)
        names.pop(0)
    if any(
        name not in ("/DCTDecode", "/JPXDecode", "/CCITTFaxDecode", "/JBIG2Decode")
        for name in names
    ):
        data = stream.read_bytes()
    return len(data)


def _drawn(holder: Any, known: dict[Any, int], above: tuple[Any, ...], limits: Limits) -> int:
    """How many forms are drawn when `holder` is, counted with repetitions."""
    here = holder.objgen
    if here in above:
        raise Refused("has a form that draws itself", PRINT)
    if here in known:
        return known[here]
    forms = holder.get("/Resources", {}).get("/XObject", {})
    total = 0
    for operands, _ in pikepdf.parse_content_stream(holder, "Do"):
        form = forms.get(str(operands[0])) if operands else None
        if form is not None and form.get("/Subtype") == "/Form":
            total += 1 + _drawn(form, known, (*above, here), limits)
            if total > limits["forms"]:
                raise Refused(f"draws more than {limits['forms']} forms", PRINT)
    known[here] = total
    return total


def _lighter(pdf: Any, job: Job) -> bytes:
    """The document with its pictures in the best step in which it is small enough."""
    whole = _saved(pdf)

    def encode(edge: int, quality: int) -> bytes:
        fresh = pikepdf.open(io.BytesIO(whole))
        _each_picture(fresh, lambda one: _encode_in(one, edge, quality, job["grey"]))
        return _saved(fresh)

    made, _ = in_best_step(job, job["steps"][0][0], len(whole), encode)
    return made


def _saved(pdf: Any) -> bytes:
    out = io.BytesIO()
    mode = pikepdf.ObjectStreamMode.generate
    pdf.save(out, deterministic_id=True, object_stream_mode=mode)
    return out.getvalue()


def _each_picture(pdf: Any, change: Callable[[Any], None]) -> None:
    for one in pdf.objects:
        if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image":
            change(one)


def _encode_in(one: Any, edge: int, quality: int, grey: bool) -> None:
    """Encode a picture of a PDF anew, where it is large, holds metadata or has to be grey."""
    raw = one.read_raw_bytes()
    size = int(one.Width), int(one.Height)
    heavy = len(raw) > _SMALL or max(size) > edge or b"Exif\0" in raw[:65536]
    if (
        "/ImageMask" in one
        or "/Mask" in one
        or int(one.get("/BitsPerComponent", 8)) == 1
        or not (heavy or grey)
    ):
        return
    try:
        image = flat(pikepdf.PdfImage(one).as_pil_image(), grey)
    except (pikepdf.UnsupportedImageTypeError, pikepdf.PdfError, NotImplementedError):
        return
    shape = within(image.size, edge)
    out = io.BytesIO()
    image.resize(shape, Image.Resampling.BILINEAR, reducing_gap=2.0).save(
        out, "JPEG", quality=quality
    )
    if len(out.getvalue()) >= len(raw) and not grey and b"Exif\0" not in raw[:65536]:
        return
    one.write(out.getvalue(), filter=pikepdf.Name.DCTDecode)
    one.Width, one.Height, one.BitsPerComponent = *shape, 8
    one.ColorSpace = pikepdf.Name.DeviceGray if image.mode == "L" else pikepdf.Name.DeviceRGB
    for key in ("/DecodeParms", "/Decode"):
        if key in one:
            del one[key]
