"""Each promise of the packets is kept by something; without it, its test would fail."""

from pathlib import Path

import hostile_files as files
import pytest
from reading_pdfs import DATA, acting, text_of

from packets import pack, press, text
from packets import uploads as reader
from packets.fonts import FontShelf
from packets.layout import Part
from packets.limits import PackingTable
from packets.pack import Packer
from packets.press import Press
from packets.records import Exhibit, Packet
from packets.uploads import UploadFile, Uploads
from tradewind.errors import BackendError, InvalidInput

FRONT = Part(name="P", front=True, numbers=(1,))


def excerpt(packet: Packet, words: str) -> Packet:
    one = packet.exhibits[0].model_copy(update={"excerpt": words})
    return packet.model_copy(update={"exhibits": (one,)})


def test_a_value_spliced_into_the_template_is_carried_out(
    shelf: FontShelf, packet: Packet, tmp_path: Path
) -> None:
    """The bug: values stand in Typst's source. A buyer's words then become commands."""
    source = (DATA / "packets" / "packet.typ").read_text(encoding="utf-8")
    spliced = source.replace("par(one)", 'par(eval(one, mode: "markup"))')
    assert spliced != source
    (tmp_path / "packet.typ").write_text(spliced, encoding="utf-8")
    bad, good = Press(tmp_path, shelf), Press(DATA / "packets", shelf)
    hostile = excerpt(packet, "#(1 + 1) *x*")
    assert "#(1 + 1) *x*" in text_of(good.set(hostile, FRONT).pdf)
    assert "#(1 + 1) *x*" not in text_of(bad.set(hostile, FRONT).pdf)
    with pytest.raises(BackendError, match="could not be set"):
        bad.set(excerpt(packet, '#panic("taken")'), FRONT)


def test_without_the_check_of_fonts_letters_become_boxes(
    press_of: Press, packet: Packet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bug: letters that no font has are set all the same."""
    lost = excerpt(packet, "\U00012000\U00012001")
    with pytest.raises(InvalidInput):
        press_of.set(lost, FRONT)
    monkeypatch.setattr(FontShelf, "_refuse", lambda *_: None)
    monkeypatch.setattr(press, "shown", lambda words, _: words)
    assert lost.exhibits[0].excerpt not in text_of(press_of.set(lost, FRONT).pdf)


def test_without_controls_written_out_a_text_turns_around(
    press_of: Press, packet: Packet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bug: an override reaches the page."""
    turned = excerpt(packet, "paid \u202e1234\u202c")
    assert "[U+202E]" in text_of(press_of.set(turned, FRONT).pdf)
    monkeypatch.setattr(text, "_CONTROLS", text._WIDE)  # pyright: ignore[reportPrivateUsage]
    assert "[U+202E]" not in text_of(press_of.set(turned, FRONT).pdf)


def test_without_the_limit_packets_are_too_large(
    packer: Packer, packet: Packet, uploads: Uploads, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bug: what is over the limit is not found."""
    pages = uploads.read(UploadFile(name="l.pdf", data=files.written(files.pages(40))))
    long = Exhibit(title="Long", source="l", evidence=("ev_l",), upload=pages)
    given = packet.model_copy(update={"exhibits": (*packet.exhibits, long)})
    assert not packer.pack(given, "mastercard").files
    monkeypatch.setattr(pack, "_excess", lambda *_: [])
    assert sum(file.pages for file in packer.pack(given, "mastercard").files) > 19


def test_without_shrinking_a_packet_that_could_fit_is_refused(
    packer: Packer, packet: Packet, uploads: Uploads, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bug: nothing is made smaller."""
    read = uploads.read_all(
        [UploadFile(name=str(n), data=files.photo(2600, 1800 + n)) for n in range(6)]
    )
    exhibits = [
        Exhibit(title=str(n), source=str(n), evidence=(f"e{n}",), upload=upload)
        for n, upload in enumerate(read)
    ]
    given = packet.model_copy(update={"exhibits": (*packet.exhibits, *exhibits)})
    assert packer.pack(given, "discover").files
    monkeypatch.setattr(Uploads, "shrink", lambda _, wanted: [one.upload for one in wanted])
    assert not packer.pack(given, "discover").files


def test_without_the_cap_of_pixels_a_bomb_is_opened(
    table: PackingTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bug: the pixels are not asked before they are decoded."""
    with pytest.raises(InvalidInput, match="megapixels"):
        Uploads(table).read(UploadFile(name="b", data=files.picture_bomb()))
    open_wide = table.uploads.model_copy(update={"pixels": 10**12})
    loose = Uploads(table.model_copy(update={"uploads": open_wide}))
    assert loose.read(UploadFile(name="b", data=files.picture_bomb())).pages == 1


def test_a_reader_that_passes_pdfs_on_passes_scripts_on(
    uploads: Uploads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bug: pages are saved as they came."""
    given = UploadFile(name="a.pdf", data=files.acting_pdf())
    assert not acting(uploads.read(given).pdf)
    _broken_reader(
        tmp_path, monkeypatch, "documents.py",
        ("made = _lighter(clean, job)", "made = _lighter(pikepdf.open(io.BytesIO(data)), job)"),
    )  # fmt: skip
    assert "/JS" in acting(uploads.read(given).pdf)


def test_a_reader_that_keeps_metadata_tells_where_a_picture_was_taken(
    uploads: Uploads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bug: pictures keep their EXIF."""
    given = UploadFile(name="a.jpg", data=files.photo(90, 60))
    assert b"SECRETWORD" not in uploads.read(given).pictures[0].jpeg
    _broken_reader(
        tmp_path, monkeypatch, "pictures.py",
        ("quality=quality)", "quality=quality, exif=image.getexif())"),
    )  # fmt: skip
    assert b"SECRETWORD" in uploads.read(given).pictures[0].jpeg


def _broken_reader(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, change: tuple[str, str]
) -> None:
    """The reading process from a copy with one line changed."""
    source = Path(reader.__file__).with_name("reading")
    for path in source.glob("*.py"):
        words = path.read_text(encoding="utf-8")
        if path.name == name:
            assert change[0] in words
            words = words.replace(*change)
        (folder / path.name).write_text(words, encoding="utf-8")
    monkeypatch.setattr(reader, "_READER", folder)


@pytest.fixture(scope="session")
def press_of(shelf: FontShelf) -> Press:
    return Press(DATA / "packets", shelf)
