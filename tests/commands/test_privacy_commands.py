"""export and erase over the sample shop: one person gone from the whole data folder."""

import hashlib
import json
import shutil
import sqlite3
import zipfile
from pathlib import Path

import pytest
from commands_here import Command

from wiring.archive import FORMAT

ORDER, EMAIL = "#W7156413", "ethan.moore4935@example.com"
NAME, CUSTOMER, DISPUTE = "Ethan Moore", "ethan_moore_3587", "dp_1QSamplepbDnETYhXfRA9"
SAID = "my grandmother waits for it"
CARD = "4111 1111 1111 1111"


@pytest.fixture
def own(sample_home: Path, tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A copy of the sample shop for one test, and the environment that names it."""
    home = tmp_path / "home"
    shutil.copytree(sample_home, home)
    return home, {"TRADEWIND_HOME": str(home)}


@pytest.fixture
def runs(tradewind: Command, own: tuple[Path, dict[str, str]]) -> tuple[str, str]:
    buyer = (
        "ask",
        f"Where is my order? {SAID}",
        "--as",
        "buyer",
        "--order",
        ORDER,
        "--email",
        EMAIL,
    )
    asked = tradewind(*buyer, "--json", **own[1]).json["run"]
    out = str(own[0].parent / "packet")
    assert tradewind("disputes", "defend", DISPUTE, "--out", out, "--json", **own[1]).json[
        "evidence"
    ]
    defended = tradewind("runs", "list", "--json", **own[1]).json["runs"][0]
    assert defended["audience"] == "merchant"
    return asked, defended["id"]


def read_all(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def traces_left(home: Path) -> list[str]:
    """What tells of the person in any file of the data folder, or in a row of the store."""
    told = read_all(home)
    with sqlite3.connect(home / "tradewind.db") as store:
        told += "\n".join(store.iterdump()).encode()
    return [mark for mark in (EMAIL, NAME, CUSTOMER, SAID) if mark.encode() in told]


def test_no_trace_is_left_of_an_erased_person(
    tradewind: Command, own: tuple[Path, dict[str, str]], runs: tuple[str, str]
) -> None:
    home, where = own
    assert traces_left(home) == [EMAIL, NAME, CUSTOMER]  # what was said is sealed already
    done = tradewind("erase", "--buyer", EMAIL, "--json", **where).json
    assert done["counts"]["threads"] == 1
    assert done["counts"]["customers"] == 1
    assert done["counts"]["orders"] >= 1
    assert "amounts" in done["kept"]
    assert traces_left(home) == []
    for run in runs:
        assert "erased" in tradewind("runs", "show", run, **where).out
        tradewind("runs", "replay", run, "--json", **where).refused("a person in run .* was erased")
    assert tradewind("runs", "list", "--json", **where).json["runs"][0]["request"]["erased"] is True


def test_erasing_twice_or_nobody_says_the_same(
    tradewind: Command, own: tuple[Path, dict[str, str]]
) -> None:
    tradewind("erase", "--buyer", EMAIL, **own[1])
    nothing = {"keys": 0, "threads": 0, "effects": 0, "filings": 0, "uploads": 0}
    for email in (EMAIL, "nobody@example.com"):
        assert tradewind("erase", "--buyer", email, "--json", **own[1]).json["counts"] == nothing
    tradewind("erase", "--buyer", " ", "--json", **own[1]).refused("no e-mail")


def test_the_same_files_bring_nobody_back(
    tradewind: Command, own: tuple[Path, dict[str, str]]
) -> None:
    home, where = own
    tradewind("erase", "--buyer", EMAIL, **where)
    files = [f"data/sample/{name}.json" for name in ("retail", "messages", "stripe_charges")]
    told = tradewind("import", *files, "--json", **where).json["files"]
    assert told[0]["erased"] >= 2
    assert traces_left(home) == []


def test_an_export_holds_all_and_no_key(
    tradewind: Command, own: tuple[Path, dict[str, str]], runs: tuple[str, str], tmp_path: Path
) -> None:
    home, where = own
    out = tmp_path / "shop.zip"
    counts = tradewind("export", str(out), "--json", **where).json["counts"]
    assert out.stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob(".*part"))
    with zipfile.ZipFile(out) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert manifest["format"] == FORMAT
        for kind, member in manifest["members"].items():
            data = archive.read(member["file"])
            assert hashlib.sha256(data).hexdigest() == member["sha256"]
            assert len(data.splitlines()) == member["lines"] == counts[kind], kind
        told = b"".join(archive.read(name) for name in archive.namelist())
        written = [json.loads(line) for line in archive.read("run.jsonl").splitlines()]
    assert {run["id"] for run in written} >= set(runs)
    assert all(run["spans"] for run in written)
    assert SAID.encode() in told
    for secret in (home / "key", home / "secret"):
        if secret.exists():
            assert secret.read_bytes() not in told


def test_an_export_of_a_store_with_erased_people(
    tradewind: Command, own: tuple[Path, dict[str, str]], runs: tuple[str, str], tmp_path: Path
) -> None:
    tradewind("erase", "--buyer", EMAIL, **own[1])
    tradewind("export", str(tmp_path / "shop.zip"), **own[1])
    with zipfile.ZipFile(tmp_path / "shop.zip") as archive:
        told = b"".join(archive.read(name) for name in archive.namelist())
    assert [mark for mark in (EMAIL, NAME, CUSTOMER, SAID) if mark.encode() in told] == []


def test_an_export_that_cannot_be_written(
    tradewind: Command, own: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    there = str(tmp_path / "missing" / "shop.zip")
    tradewind("export", there, "--json", **own[1]).refused("cannot be written")


def test_a_card_number_reaches_no_disk(
    tradewind: Command, own: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    home, where = own
    words = ("--as", "buyer", "--order", CARD, "--email", f"a@example.com {CARD}")
    said = tradewind("ask", f"I paid with {CARD} cvv 737", *words, "--json", **where)
    out = tmp_path / "shop.zip"
    tradewind("export", str(out), **where)
    with zipfile.ZipFile(out) as archive:
        told = b"".join(archive.read(name) for name in archive.namelist())
    everything = told + read_all(home) + said.out.encode() + said.err.encode()
    assert "•••• 1111 cvv •••".encode() in told
    for form in (CARD, CARD.replace(" ", ""), "cvv 737"):
        assert form.encode() not in everything


def test_without_the_mask_at_the_door_a_card_is_found(
    tradewind: Command,
    own: tuple[Path, dict[str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("agents.reading.mask_cards", lambda text: text)
    with pytest.raises(AssertionError):
        test_a_card_number_reaches_no_disk(tradewind, own, tmp_path)
