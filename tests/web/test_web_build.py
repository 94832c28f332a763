"""The committed build is the build of the committed sources; no Node is needed to tell."""

import gzip
import hashlib
import json
import re
from itertools import product
from pathlib import Path
from string import ascii_uppercase

import pytest

from tradewind.base import exponent_of

WEB = Path(__file__).parents[2] / "web"
APART = {"node_modules", ".test", "test", "dist"}
MANIFEST = WEB / "dist" / "manifest.json"
REMEDY = "run `npm ci && npm run build` in web/ and commit web/dist"


def digests(paths: list[Path]) -> dict[str, str]:
    names = {path.relative_to(WEB).as_posix(): path for path in paths if path.is_file()}
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in names.items()}


def sources() -> list[Path]:
    tops = [p for p in WEB.iterdir() if p.name not in APART and p.suffix != ".md"]
    return [*tops, *(path for top in tops if top.is_dir() for path in top.rglob("*"))]


@pytest.fixture
def manifest() -> dict[str, dict[str, str]]:
    return json.loads(MANIFEST.read_text())


def test_the_build_is_of_these_sources(manifest: dict[str, dict[str, str]]) -> None:
    assert manifest["sources"] == digests(sources()), REMEDY


def test_the_built_files_are_as_they_were_built(manifest: dict[str, dict[str, str]]) -> None:
    built = [path for path in (WEB / "dist").rglob("*") if path != MANIFEST]
    assert manifest["built"] == digests(built), REMEDY


def test_the_lock_file_names_no_download_address() -> None:
    packages = json.loads((WEB / "package-lock.json").read_text())["packages"]
    assert len(packages) > 2
    assert [name for name, package in packages.items() if "resolved" in package] == []


def test_the_pages_load_nothing_from_elsewhere() -> None:
    for page in (WEB / "dist").glob("*.html"):
        assert "://" not in page.read_text()


@pytest.mark.parametrize(
    ("files", "most"), [(["console-*", "talk-*", "mark-*"], 30_000), (["widget.js"], 14_000)]
)
def test_what_a_browser_loads_is_small(files: list[str], most: int) -> None:
    paths = [path for pattern in files for path in (WEB / "dist" / "assets").glob(pattern)]
    assert paths
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths) < most


def test_the_pages_count_money_as_the_server_does() -> None:
    source = (WEB / "src" / "shared" / "money.ts").read_text()
    none, three = re.findall(r"_PLACES = \"([A-Z ]+)\"", source)
    told = dict.fromkeys(none.split(), 0) | dict.fromkeys(three.split(), 3)
    codes = {"".join(letters) for letters in product(ascii_uppercase, repeat=3)}
    assert told == {code: places for code in codes if (places := exponent_of(code)) != 2}
