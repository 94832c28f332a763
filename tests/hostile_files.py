"""Files as buyers and merchants give them: pictures and PDFs, plain and hostile."""

import io
import struct
import zipfile
import zlib
from typing import Any

import pikepdf
from PIL import Image


def photo(width: int = 800, height: int = 600, *, secret: bool = True, form: str = "JPEG") -> bytes:
    """A noisy picture; with `secret`, metadata that tells where and by whom it was taken."""
    noise = Image.effect_noise((width, height), 40)
    image = Image.merge("RGB", (noise, noise.rotate(180), noise))
    exif = Image.Exif()
    if secret:
        exif[0x010E] = "SECRETWORD"
        exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 0.0), 3: "W", 4: (0.0, 7.0, 0.0)})
    out = io.BytesIO()
    image.save(out, form, **({"exif": exif} if secret else {}))
    return out.getvalue()


def picture_bomb() -> bytes:
    """A PNG of a few kilobytes that opens as 81 megapixels."""
    out = io.BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG", optimize=True)
    return out.getvalue()


def tiff(pages: int, size: tuple[int, int] = (200, 300)) -> bytes:
    """A fax: so many pages of one colour a pixel."""
    frames = [Image.new("1", size, n % 2) for n in range(pages)]
    out = io.BytesIO()
    frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:], compression="group4")
    return out.getvalue()


def moving(form: str) -> bytes:
    """An animation of three different pictures."""
    frames = [Image.effect_noise((60, 40), 10 * n).convert("RGB") for n in (1, 5, 9)]
    out = io.BytesIO()
    frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def written(pdf: pikepdf.Pdf, **options: Any) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **options)
    return out.getvalue()


def pages(count: int, size: tuple[int, int] = (595, 842)) -> pikepdf.Pdf:
    """Pages that say their number."""
    pdf = pikepdf.new()
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    for number in range(1, count + 1):
        page = pdf.add_blank_page(page_size=size)
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.Contents = pdf.make_stream(f"BT /F1 24 Tf 72 700 Td (Sheet {number}) Tj ET".encode())
    return pdf


def inheriting_pdf() -> bytes:
    """A page whose paper, turning and fonts stand with its parent, as many programs write it."""
    pdf = pages(2, (842, 595))
    for page in pdf.pages:
        pdf.Root.Pages.Resources = page.obj.Resources
        del page.obj["/Resources"]
        del page.obj["/MediaBox"]
    pdf.Root.Pages.MediaBox = pikepdf.Array([0, 0, 300, 500])
    pdf.Root.Pages.Rotate = 90
    return written(pdf)


def acting_pdf() -> bytes:
    """JavaScript at opening and on a page, links, a form, an attachment, hidden metadata."""
    pdf = pages(1)
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('SECRETWORD')")
    pdf.Root.OpenAction = script
    page = pdf.pages[0]
    page.obj.AA = pikepdf.Dictionary(O=script)
    link = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 99, 99],
        A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://evil.example"),
    )  # fmt: skip
    field = pdf.make_indirect(pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, T="name",
        V="Filled In", Rect=[72, 600, 300, 630], F=4, DA="/Helv 14 Tf 0 g",
    ))  # fmt: skip
    page.Annots = pikepdf.Array([pdf.make_indirect(link), field])
    helv = pdf.make_indirect(pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    ))  # fmt: skip
    pdf.Root.AcroForm = pdf.make_indirect(pikepdf.Dictionary(
        Fields=[field], NeedAppearances=True, DA="/Helv 14 Tf 0 g",
        DR=pikepdf.Dictionary(Font=pikepdf.Dictionary(Helv=helv)),
    ))  # fmt: skip
    pdf.attachments["notes.txt"] = b"SECRETWORD"
    pdf.docinfo["/Author"] = "SECRETWORD"
    return written(pdf)


def swelling_pdf() -> bytes:
    """A page whose content is small in the file and 160 MB unpacked."""
    pdf = pages(1)
    pdf.pages[0].Contents = pdf.make_stream(b"q Q\n" * 40_000_000)
    return written(pdf, recompress_flate=True)


def drawing_pdf(*, endless: bool = False) -> bytes:
    """Forms that draw forms: ten to the eighth drawings, or without end."""
    pdf = pages(1)
    form: Any = None
    for _ in range(9):
        stream = pdf.make_stream(
            b"/X Do " * 10 if form is not None else b"0 0 m", Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Form, BBox=[0, 0, 9, 9],
        )  # fmt: skip
        inner = pikepdf.Dictionary(X=form) if form is not None else pikepdf.Dictionary()
        stream.Resources = pikepdf.Dictionary(XObject=inner)
        form = pdf.make_indirect(stream)
    if endless:
        form.Resources.XObject.X = form
    pdf.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=form))
    pdf.pages[0].Contents = pdf.make_stream(b"/X Do")
    return written(pdf)


def scanned_pdf(count: int, width: int = 2400, height: int = 3200) -> bytes:
    """Pages that are photographs, with metadata inside the pictures."""
    pdf = pikepdf.new()
    data = photo(width, height)
    for _ in range(count):
        page = pdf.add_blank_page(page_size=(595, 842))
        picture = pdf.make_stream(
            data, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=width,
            Height=height, ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8,
            Filter=pikepdf.Name.DCTDecode,
        )  # fmt: skip
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=picture))
        page.Contents = pdf.make_stream(b"q 595 0 0 842 0 0 cm /P Do Q")
    return written(pdf)


def locked_pdf(user: str) -> bytes:
    """A PDF that is encrypted; with no `user` password it opens all the same."""
    return written(pages(1), encryption=pikepdf.Encryption(owner="owner", user=user))


def lettered_pdf(*lines: str, hidden: tuple[str, ...] = (), how: str = "1 1 1 rg") -> bytes:
    """A page that says these lines; the `hidden` ones as nobody sees them."""
    pdf = pages(1)
    seen = [f"BT /F1 12 Tf 72 {700 - 20 * n} Td ({line}) Tj ET" for n, line in enumerate(lines)]
    unseen = [
        f"q {how} BT /F1 12 Tf 72 {300 - 20 * n} Td ({line}) Tj ET Q"
        for n, line in enumerate(hidden)
    ]
    pdf.pages[0].Contents = pdf.make_stream("\n".join([*seen, *unseen]).encode())
    return written(pdf)


def launching_pdf() -> bytes:
    """A page that starts a program when it is opened."""
    pdf = pages(1)
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="evil.exe")
    return written(pdf)


def xfa_pdf(*, drawn: bool) -> bytes:
    """A form in XML; unless it is `drawn` its only page asks for another program."""
    pdf = pages(1)
    xml = pdf.make_stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>")
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(), XFA=xml)
    if not drawn:
        pdf.Root.NeedsRendering = True
    return written(pdf)


def two_in_one() -> bytes:
    """A GIF to some programs, a PDF to others."""
    return b"GIF89a" + written(pages(1))


def with_archive(data: bytes) -> bytes:
    """The file with a ZIP archive behind it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("payload.js", "SECRETWORD")
    return data + out.getvalue()


def unpacking_picture() -> bytes:
    """A PNG whose text chunk is small in the file and 300 MB unpacked."""
    text = b"Comment\0\0" + zlib.compress(b"\0" * 300_000_000, 9)
    chunk = struct.pack(">I", len(text)) + b"zTXt" + text
    chunk += struct.pack(">I", zlib.crc32(b"zTXt" + text))
    plain = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(plain, "PNG")
    data = plain.getvalue()
    return data[:33] + chunk + data[33:]
