"""Fonts are chosen by the characters they have; what is missing is named with its remedy."""

from pathlib import Path

import pytest
from PIL import ImageFont
from reading_pdfs import DATA

from packets.cmap import characters_of
from packets.fonts import FontShelf
from tradewind.errors import InvalidInput, SpecError


def test_the_characters_are_those_that_the_font_draws() -> None:
    path = DATA / "fonts" / "NotoSans-Regular.ttf"
    font, had = ImageFont.truetype(path, 20), characters_of(path)
    box = bytes(font.getmask("\uffff"))
    for code in range(0x21, 0x2FF):
        if not chr(code).isprintable():
            continue
        assert (bytes(font.getmask(chr(code))) != box) == (code in had), hex(code)


def test_latin_cyrillic_greek_and_arabic_are_shipped() -> None:
    shelf = FontShelf.read(DATA / "fonts", system=False)
    choice = shelf.choose(["Straße ığüşöç İ Привет Ω", "مرحبا"])
    assert choice.families == ("Noto Sans", "Noto Sans Arabic")
    assert {path.parent for path in choice.files} == {DATA / "fonts"}
    assert sum(p.stat().st_size for p in (DATA / "fonts").glob("*.ttf")) < 2_000_000


def test_only_what_is_needed_is_chosen() -> None:
    assert FontShelf.read(DATA / "fonts").choose(["plain"]).families == ("Noto Sans",)


@pytest.mark.parametrize("letters", ["收到", "ありがとう", "감사합니다"])
def test_east_asia_without_its_font_names_the_command(letters: str) -> None:
    shelf = FontShelf.read(DATA / "fonts", system=False)
    with pytest.raises(InvalidInput) as caught:
        shelf.choose([letters])
    assert "tradewind models pull noto-sans-cjk" in caught.value.hint


def test_the_pulled_font_is_found(model_folder: Path) -> None:
    if not (model_folder / "fonts" / "NotoSansCJKsc-Regular.otf").is_file():
        pytest.skip("noto-sans-cjk is not pulled")
    shelf = FontShelf.read(DATA / "fonts", (model_folder / "fonts",), system=False)
    assert shelf.choose(["收到あ한"]).families == ("Noto Sans", "Noto Sans CJK SC")


@pytest.mark.parametrize("content", [b"", b"no font", b"\0\1\0\0\0\5" + b"\xff" * 200])
def test_what_is_no_font_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.ttf"
    path.write_bytes(content)
    with pytest.raises(SpecError, match=r"a\.ttf"):
        characters_of(path)


def test_a_wrong_table_is_named(tmp_path: Path) -> None:
    (tmp_path / "fonts.toml").write_text("version = 1\n")
    with pytest.raises(SpecError, match=r"fonts\.toml"):
        FontShelf.read(tmp_path)
