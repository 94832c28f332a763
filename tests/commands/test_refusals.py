"""What cannot be done: exit code 1 and one line with the remedy, never a traceback."""

import json
import os
import resource
import socket
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest
from commands_here import Command
from home_settings import offline

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample"


# ---- what is not there


@pytest.mark.parametrize(
    "words",
    [("plan", "x"), ("intent", "x"), ("ask", "x"), ("search", "x"), ("disputes", "list"),
     ("disputes", "show", "dp_1"), ("disputes", "defend", "dp_1", "--out", "never"),
     ("runs", "list"), ("runs", "show", "run_1"), ("approve", "ap_1"), ("serve",)],
    ids=" ".join,
)  # fmt: skip
def test_an_unknown_shop(tradewind: Command, words: tuple[str, ...]) -> None:
    tradewind(*words, "--shop", "nowhere").refused("'nowhere'", "tradewind import")


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (("disputes", "show", "dp_1"), "disputes list"),
        (("disputes", "defend", "dp_1", "--out", "never"), "dp_1"),
        (("runs", "show", "run_1"), "runs list"),
        (("approve", "ap_1"), "ap_1"),
        (("models", "pull", "gpt-9"), "gpt-9"),
        (("models", "verify", "gpt-9"), "gpt-9"),
        (("import", "none.csv"), "none.csv"),
    ],
)
def test_an_unknown_id(tradewind: Command, words: tuple[str, ...], remedy: str) -> None:
    done = tradewind(*words)
    assert done.code == 1
    assert remedy in done.err
    assert done.out == ""


def test_a_message_too_long(tradewind: Command) -> None:
    for command in ("plan", "intent", "ask"):
        tradewind(command, "x" * 9000, "--json").refused("9000 characters", "Shorten")


def test_a_thread_named_by_a_card_number(tradewind: Command) -> None:
    for name in ("4111111111111111", "paid with 4111-1111-1111-1111"):
        done = tradewind("ask", "hello", "--thread", name)
        done.refused("--thread is a card number", "name of no meaning")
        assert "1111" not in done.err


# ---- settings


@pytest.mark.parametrize(
    ("words", "settings", "told"),
    [
        (("ask", "hi"), {"TRADEWIND_MODEL_BASE": "foo:bar"}, "foo:bar.*openai"),
        (("search", "x"), {"TRADEWIND_MODEL_EMBED": "foo:bar"}, "foo:bar.*minilm"),
        (("search", "x"), {"TRADEWIND_INDEX": "foo:bar"}, "foo:bar.*edge:"),
        (("runs", "list"), {"TRADEWIND_DATABASE": "mysql://h/d"}, "mysql.*sqlite:"),
        (("plan", "x"), {"TRADEWIND_THREADS": "many"}, "TRADEWIND_THREADS='many'"),
        (("ask", "x"), {"TRADEWIND_MODEL_BASE": "local:no-such-model"}, "no-such-model"),
        (("ask", "x"), {"TRADEWIND_MODEL_BASE": "scripted:none.json"}, "none.json"),
    ],
)
def test_a_wrong_address(
    tradewind: Command, words: tuple[str, ...], settings: dict[str, str], told: str
) -> None:
    tradewind(*words, **settings).refused(told)


@pytest.mark.parametrize(
    ("words", "settings"),
    [
        (("ask", "hi"), {"TRADEWIND_MODEL_BASE": "local:qwen2.5-coder-1.5b-instruct"}),
        (("plan", "hi"), {"TRADEWIND_MODEL_FEATURES": "hidden:qwen2.5-coder-1.5b-instruct"}),
        (("search", "hi"), {"TRADEWIND_MODEL_EMBED": "minilm:"}),
    ],
)
def test_missing_weights(
    tradewind: Command, tmp_path: Path, words: tuple[str, ...], settings: dict[str, str]
) -> None:
    done = tradewind(*words, **settings, TRADEWIND_MODELS=str(tmp_path))
    done.refused("is missing", "tradewind models pull")


# ---- files and folders


@pytest.mark.parametrize("name", ["TRADEWIND_HOME", "TRADEWIND_DATABASE", "TRADEWIND_INDEX"])
def test_a_place_that_cannot_be_written(tradewind: Command, tmp_path: Path, name: str) -> None:
    """Below a file no folder can be made, whoever tries."""
    (tmp_path / "file").write_text("")
    scheme = {"TRADEWIND_HOME": "", "TRADEWIND_DATABASE": "sqlite:///", "TRADEWIND_INDEX": "edge:"}
    done = tradewind("search", "x", **{name: f"{scheme[name]}{tmp_path}/file/x"})
    done.refused(str(tmp_path))


def test_a_key_that_cannot_be_read(tradewind: Command, command_home: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    settings = {
        "TRADEWIND_HOME": str(tmp_path),
        "TRADEWIND_DATABASE": f"sqlite:///{command_home}/tradewind.db",
        "TRADEWIND_INDEX": f"edge:{command_home}/index",
        "TRADEWIND_KEY": b64encode((command_home / "key").read_bytes()).decode(),
    }
    tradewind("serve", "--port", "0", **settings).refused("secret", "TRADEWIND_HOME")


def test_a_letter_that_cannot_be_written(tradewind: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    out = str(tmp_path / "file" / "x")
    done = tradewind("disputes", "defend", "dp_1QSamplepbDnETYhXfRA9", "--out", out)
    done.refused("cannot be written", "another folder")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost.invalid"])
def test_an_address_that_is_taken_or_none(tradewind: Command, host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        tradewind("serve", "--host", host, "--port", str(port)).refused(f"{host}:{port}", "--port")


def test_text_that_is_no_unicode(tradewind: Command, tmp_path: Path) -> None:
    """What a shell hands over for the byte 0xff."""
    odd = "a\udcff"
    assert tradewind("ask", odd, "--json").code == 0
    told = tradewind("ask", "where?", "--as", "buyer", "--order", odd, "--email", odd, "--json")
    assert told.json["intent"] == "order_status"
    assert tradewind("search", odd, "--json").code == 0
    assert tradewind("plan", odd, "--json").code == 0
    for words in (("disputes", "show", odd), ("runs", "show", odd), ("search", "x", "--shop", odd),
                  ("ask", "hi", "--thread", odd)):  # fmt: skip
        tradewind(*words).refused()


# ---- importing


def imported(tradewind: Command, *words: str) -> dict[str, dict[str, object]]:
    return {row["file"]: row for row in tradewind("import", *words, "--json").json["files"]}


def test_a_second_import_changes_nothing(tradewind: Command) -> None:
    words = (str(SAMPLE / "faq.csv"), str(SAMPLE / "policies"), "--shop", "twice")
    first, second = imported(tradewind, *words), imported(tradewind, *words)
    assert len(first) == 23
    for name, row in first.items():
        assert {"file", "kind", "accepted", "updated", "unchanged", "rejected"} <= row.keys()
        assert row["accepted"]
        assert second[name]["accepted"] == second[name]["updated"] == 0
        assert second[name]["unchanged"] == row["accepted"]


def test_a_broken_file_spoils_no_other(tradewind: Command, tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text('{"orders": [')
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "odd.csv").write_bytes(bytes(range(256)))
    (tmp_path / "faq.csv").write_bytes((SAMPLE / "faq.csv").read_bytes())
    rows = imported(tradewind, str(tmp_path), "--shop", "mixed")
    assert rows["faq.csv"]["accepted"] == 40
    for name in ("broken.json", "empty.csv", "odd.csv"):
        assert rows[name]["error"]
        assert rows[name]["accepted"] == 0


def test_a_bad_row_is_set_aside_with_its_reason(tradewind: Command, tmp_path: Path) -> None:
    file = tmp_path / "products.csv"
    file.write_text(
        "Handle,Title,Variant SKU,Variant Price\nlamp,Lamp,L1,12.50\nrug,Rug,R1,cheap\n"
    )
    row = imported(tradewind, str(file), "--shop", "rows")["products.csv"]
    assert row["accepted"] == 1
    (bad,) = row["rejected"]  # pyright: ignore[reportGeneralTypeIssues]
    assert bad["value"] == "cheap"
    assert bad["field"]
    assert bad["reason"]


@pytest.mark.parametrize("flag", [(), ("--json",)])
def test_nothing_taken_is_a_failure(
    tradewind: Command, tmp_path: Path, flag: tuple[str, ...]
) -> None:
    (tmp_path / "broken.json").write_text("{")
    done = tradewind("import", str(tmp_path), "--shop", "none", *flag)
    assert done.code == 1
    assert "no file was taken" in done.err
    if flag:
        assert json.loads(done.out)["files"][0]["error"]


# ---- as a program


def program(
    *words: str, home: Path, largest: int | None = None
) -> subprocess.CompletedProcess[str]:
    """`tradewind` in a process of its own; `largest` is the size that a file may grow to."""

    def limit() -> None:
        if largest:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))

    return subprocess.run(
        [sys.executable, "-m", "cli", *words], cwd=ROOT, env={**os.environ, **offline(home)},
        capture_output=True, text=True, check=False, timeout=60, preexec_fn=limit,
    )  # fmt: skip


def test_a_full_disk(tmp_path: Path) -> None:
    """A store that cannot grow, as on a full disk; what was there before is still there."""
    done = program("import", str(SAMPLE / "faq.csv"), home=tmp_path, largest=60_000)
    assert done.returncode == 1
    assert done.stderr.startswith("tradewind: ")
    assert done.stderr.count("\n") == 1
    assert "disk" in done.stderr
    again = program("import", str(SAMPLE / "faq.csv"), "--json", home=tmp_path)
    assert again.returncode == 0
    assert json.loads(again.stdout)["files"][0]["accepted"] == 40


def test_the_program_tells_its_commands(tmp_path: Path) -> None:
    done = program("--help", home=tmp_path)
    assert done.returncode == 0
    assert "disputes" in done.stdout
