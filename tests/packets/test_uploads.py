"""Uploaded files: what may be shown is made anew, what may not is named with its remedy."""

import hashlib
import io
import random
import time

import hostile_files as files
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader
from reading_pdfs import acting, text_of

from packets.records import Upload
from packets.uploads import Unread, UploadFile, Uploads, Wanted, _half, chosen  # pyright: ignore[reportPrivateUsage]
from tradewind.errors import InvalidInput


def read(uploads: Uploads, data: bytes, pages: str = ""):
    return uploads.read(UploadFile(name="file", data=data, pages=pages))


def test_a_picture_keeps_nothing_but_its_pixels(uploads: Uploads) -> None:
    given = files.photo()
    assert b"SECRETWORD" in given
    upload = read(uploads, given)
    picture = Image.open(io.BytesIO(upload.pictures[0].jpeg))
    assert not picture.getexif()
    assert b"SECRETWORD" not in upload.pictures[0].jpeg
    assert b"Exif" not in upload.pictures[0].jpeg
    assert upload.notes == ("metadata (EXIF, position) removed",)
    assert upload.sha256 == hashlib.sha256(given).hexdigest()
    assert (upload.size, upload.pages, picture.size) == (len(given), 1, (800, 600))


def test_a_turned_picture_stands_upright(uploads: Uploads) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.new("RGB", (80, 40), "white").save(out, "JPEG", exif=exif)
    picture = read(uploads, out.getvalue()).pictures[0]
    assert (picture.width, picture.height) == (40, 80)


def test_what_is_transparent_is_white(uploads: Uploads) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(out, "PNG")
    jpeg = read(uploads, out.getvalue()).pictures[0].jpeg
    assert Image.open(io.BytesIO(jpeg)).getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP"])
def test_formats_that_are_read(uploads: Uploads, form: str) -> None:
    upload = read(uploads, files.photo(60, 40, secret=False, form=form))
    assert (upload.kind, upload.pages) == ("picture", 1)
    assert Image.open(io.BytesIO(upload.pictures[0].jpeg)).format == "JPEG"


@pytest.mark.parametrize("form", ["GIF", "WEBP"])
def test_of_an_animation_the_first_picture_is_shown_and_said(uploads: Uploads, form: str) -> None:
    upload = read(uploads, files.moving(form))
    assert upload.pages == 1
    assert upload.notes == ("only the first of 3 pictures is shown",)


def test_all_pages_of_a_fax_are_shown(uploads: Uploads) -> None:
    assert read(uploads, files.tiff(3)).pages == 3
    upload = read(uploads, files.tiff(60), "2-4")
    assert upload.pages == 3
    assert upload.notes == ("pages 2-4 of 60 are shown",)


def test_large_pictures_come_out_within_the_longest_edge(uploads: Uploads) -> None:
    picture = read(uploads, files.photo(5000, 800)).pictures[0]
    assert picture.width <= 2200
    assert abs(picture.width / picture.height - 6.25) < 0.05


@pytest.mark.parametrize(
    ("data", "reason", "remedy"),
    [
        (files.picture_bomb(), "81 megapixels, more than 50", "fewer pixels"),
        (files.tiff(1, (12000, 9000)), "108 megapixels", "fewer pixels"),
        (files.tiff(60), "60 pages, more than 49", "1-3,7"),
        (files.photo()[:4000], "broken or cut off", "again"),
        (files.photo(form="PNG")[:4000], "broken or cut off", "again"),
        (b"", "is empty", "again"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 60, "HEIC", "JPEG or PNG"),
        (b"PK\3\4 a Word file", "neither a PDF nor a picture", "Print it to PDF"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "neither a PDF nor a picture", "Print it to PDF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "neither a PDF", "Print it to PDF"),
        (b"%PDF-1.7 and nothing else", "broken or cut off", "again"),
        (files.locked_pdf("secret"), "locked with a password", "Print it"),
        (files.locked_pdf(""), "is encrypted", "Print it"),
        (files.written(files.pages(300)), "300 pages, more than 49", "1-3,7"),
        (files.swelling_pdf(), "unpacks to more than 64 MB", "Print it"),
        (files.drawing_pdf(), "draws more than 20000 forms", "Print it"),
        (files.drawing_pdf(endless=True), "a form that draws itself", "Print it"),
    ],
    ids=[
        "bomb", "huge-tiff", "long-fax", "cut-jpeg", "cut-png", "empty", "heic", "word", "eps",
        "svg", "pdf-head", "locked", "encrypted", "300-pages", "swelling", "drawings", "endless",
    ],
)  # fmt: skip
def test_what_may_not_be_shown_is_named(
    uploads: Uploads, data: bytes, reason: str, remedy: str
) -> None:
    began = time.monotonic()
    with pytest.raises(InvalidInput) as caught:
        read(uploads, data)
    assert reason in caught.value.message
    assert remedy in caught.value.hint
    assert time.monotonic() - began < 30


def test_a_bomb_is_small(uploads: Uploads) -> None:
    assert len(files.picture_bomb()) < 12_000
    assert len(files.swelling_pdf()) < 200_000


def test_a_file_beyond_the_bytes_is_not_even_opened(uploads: Uploads) -> None:
    with pytest.raises(InvalidInput, match="25000001 bytes, more than 25000000"):
        read(uploads, b"\xff\xd8" + b"\0" * 24_999_999)


def test_a_pdf_that_acts_comes_out_still(uploads: Uploads) -> None:
    given = files.acting_pdf()
    assert {"/JS", "/URI", "/EF", "/AcroForm", "/Annots", "/AA"} <= acting(given)
    upload = read(uploads, given)
    assert not acting(upload.pdf)
    assert b"SECRETWORD" not in upload.pdf
    assert "Sheet 1" in text_of(upload.pdf)
    assert "Filled In" in text_of(upload.pdf)
    assert set(upload.notes) == {
        "JavaScript removed", "embedded files removed", "form fields made plain", "links removed",
    }  # fmt: skip


def test_what_pages_have_from_their_parent_stays(uploads: Uploads) -> None:
    upload = read(uploads, files.inheriting_pdf())
    page = PdfReader(io.BytesIO(upload.pdf)).pages[0]
    assert (page.mediabox.width, page.mediabox.height, page.rotation) == (300, 500, 90)
    assert "Sheet 1" in text_of(upload.pdf)
    assert page["/Resources"]


def test_pages_of_a_long_pdf_are_chosen(uploads: Uploads) -> None:
    upload = read(uploads, files.written(files.pages(300)), "1-2, 299")
    texts = [page.extract_text().strip() for page in PdfReader(io.BytesIO(upload.pdf)).pages]
    assert texts == ["Sheet 1", "Sheet 2", "Sheet 299"]
    assert upload.notes == ("pages 1-2, 299 of 300 are shown",)
    with pytest.raises(InvalidInput, match="has 300 pages; there is no page 301"):
        read(uploads, files.written(files.pages(300)), "301")


@pytest.mark.parametrize("pages", ["0", "3-1", "a", "1-", "1;2", "1,,2", "-3"])
def test_what_is_no_choice_of_pages_is_refused(pages: str) -> None:
    with pytest.raises(InvalidInput, match="no choice of pages"):
        chosen(pages)


@given(numbers=st.sets(st.integers(1, 400), min_size=1))
def test_a_choice_is_its_numbers_in_order(numbers: set[int]) -> None:
    assert chosen(",".join(map(str, numbers))) == sorted(numbers)
    assert chosen("") == []


def test_pictures_inside_a_pdf_lose_metadata_and_pixels(uploads: Uploads) -> None:
    upload = read(uploads, files.scanned_pdf(1))
    assert b"SECRETWORD" not in upload.pdf
    (image,) = PdfReader(io.BytesIO(upload.pdf)).pages[0].images
    assert max(image.image.size) == 2200  # type: ignore[union-attr]


def test_one_bad_file_stops_no_other(uploads: Uploads) -> None:
    given = [files.photo(60, 40), files.picture_bomb(), files.written(files.pages(1)), b"\xff\xd8"]
    found = uploads.read_all([UploadFile(name=str(n), data=d) for n, d in enumerate(given)])
    assert [type(one).__name__ for one in found] == ["Upload", "Unread", "Upload", "Unread"]
    assert [one.sha256 for one in found] == [hashlib.sha256(d).hexdigest() for d in given]
    assert [one.size for one in found] == list(map(len, given))


def test_what_kills_the_reader_is_named_and_stops_no_other(
    uploads: Uploads, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory ends in the middle of one file."""
    tight = uploads._limits.model_copy(update={"memory": 420_000_000})  # pyright: ignore
    monkeypatch.setattr(uploads, "_limits", tight)
    heavy = io.BytesIO()
    Image.new("RGB", (7000, 7000), "red").save(heavy, "WEBP", lossless=True, method=0, quality=0)
    found = uploads.read_all(
        [UploadFile(name="heavy", data=heavy.getvalue()), UploadFile(name="b", data=files.photo())]
    )
    assert isinstance(found[0], Unread)
    assert not isinstance(found[1], Unread)


def test_fewer_bytes_are_made_of_a_picture_and_a_scan(uploads: Uploads) -> None:
    photo, scan = read(uploads, files.photo(2000, 1500)), read(uploads, files.scanned_pdf(2))
    lighter = uploads.shrink(
        [Wanted(upload=photo, budget=150_000), Wanted(upload=scan, budget=400_000, grey=True)]
    )
    assert len(lighter[0].pictures[0].jpeg) <= 150_000
    assert len(lighter[1].pdf) < len(scan.pdf)
    assert lighter[1].pages == scan.pages
    assert (lighter[0].sha256, lighter[0].size) == (photo.sha256, photo.size)


def test_damaged_files_are_read_or_named(uploads: Uploads) -> None:
    """Bytes turned at random places: none stops the others, none is lost."""
    dice = random.Random(4)
    whole = [files.acting_pdf(), files.photo(60, 40), files.tiff(2), files.scanned_pdf(1, 60, 80)]
    damaged: list[bytes] = []
    for number in range(40):
        data = bytearray(whole[number % len(whole)])
        for _ in range(dice.choice((1, 8, 60))):
            data[dice.randrange(4, len(data))] = dice.randrange(256)
        damaged.append(bytes(data[: dice.randrange(40, len(data) + 1)]))
    found = uploads.read_all([UploadFile(name="f", data=data) for data in damaged])
    assert [one.sha256 for one in found] == [hashlib.sha256(d).hexdigest() for d in damaged]
    assert all(one.remedy for one in found if isinstance(one, Unread))
    assert not {sign for one in found if isinstance(one, Upload) for sign in acting_in(one)}


def acting_in(upload: Upload) -> set[str]:
    return acting(upload.pdf) if upload.pdf else set()


@given(st.lists(st.integers(0, 4000), max_size=12))
def test_much_is_cut_in_the_middle(sizes: list[int]) -> None:
    parts = [bytes(size * 1000) for size in sizes]
    cut, whole = _half(parts), sum(map(len, parts))
    if len(parts) < 2 or whole < 2_000_000:
        assert cut == 0
    else:
        left = sum(map(len, parts[:cut]))
        assert 0 < cut < len(parts)
        assert max(left, whole - left) <= whole / 2 + max(map(len, parts)) / 2


def test_two_readers_answer_as_one_in_order(
    uploads: Uploads, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = [
        UploadFile(name=f"{n}", data=files.photo(1200 + n, 900), pages="") for n in range(4)
    ] + [UploadFile(name="broken", data=b"\xff\xd8\xff" + bytes(3_000_000), pages="")]
    by_two = uploads.read_all(given)
    monkeypatch.setattr("packets.uploads._WORTH_TWO", 1 << 40)
    assert by_two == uploads.read_all(given)
    assert [one.name for one in by_two] == ["0", "1", "2", "3", "broken"]
    assert isinstance(by_two[-1], Unread)
