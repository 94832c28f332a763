"""runs replay, fork, diff, case: names, keys, exit codes, and the case as `eval` runs it."""

import json
from pathlib import Path

import pytest
from commands_here import Command

from tradewind.trace import Run
from wiring.platform import open_platform
from wiring.settings import Settings

ORDER, EMAIL = "#W2611340", "james.li4495@example.com"
SIGNED = "dp_1QSamplepbDnETYhXfRA9"


def asked(tradewind: Command, *words: str) -> str:
    return tradewind("ask", *words, "--json").json["run"]


@pytest.fixture
def parcel(tradewind: Command) -> str:
    words = ("Where is my order?", "--as", "buyer", "--order", ORDER, "--email", EMAIL)
    return asked(tradewind, *words)


@pytest.fixture
def altered(tradewind: Command, command_home: Path, parcel: str) -> str:
    """A run whose stored answer is another than was given."""
    database = open_platform(Settings.read({"TRADEWIND_HOME": str(command_home)})).database
    store = database.runs("sample")
    run = store.run(parcel)
    assert isinstance(run, Run)
    assert run.answer is not None
    store.finish(run.model_copy(update={"answer": run.answer | {"text": "Lost."}}), ())
    database.close()
    return parcel


# ---- replay


def test_a_replay_tells_its_keys(tradewind: Command, parcel: str) -> None:
    told = tradewind("runs", "replay", parcel, "--json").json
    assert told.keys() == {"run", "source", "identical", "mismatch", "effects_executed"}
    assert told["source"] == parcel
    assert told["identical"] is True
    assert told["mismatch"] is None
    assert told["effects_executed"] == 0
    assert "identical" in tradewind("runs", "replay", parcel).out


def test_a_replay_that_differs_ends_with_1(tradewind: Command, altered: str) -> None:
    done = tradewind("runs", "replay", altered, "--json")
    assert done.code == 1
    told = json.loads(done.out)
    assert told["identical"] is False
    assert told["mismatch"]["kind"] == "end"
    assert "Lost." in told["mismatch"]["recorded"]
    shown = tradewind("runs", "replay", altered)
    assert shown.code == 1
    assert "NOT identical" in shown.out
    assert "Lost." in shown.out


def test_a_dossier_is_replayed(tradewind: Command, tmp_path: Path) -> None:
    tradewind("disputes", "defend", SIGNED, "--out", str(tmp_path), "--json")
    (run,) = tradewind("runs", "list", "--limit", "1", "--json").json["runs"]
    assert tradewind("runs", "replay", run["id"], "--json").json["identical"] is True


def test_runs_that_are_not_there(tradewind: Command, parcel: str, tmp_path: Path) -> None:
    out = str(tmp_path / "x.toml")
    for words in (("replay", "run_0"), ("fork", "run_0", "--at", "0"), ("diff", parcel, "run_0"),
                  ("diff", "run_0", parcel), ("case", "run_0", "--out", out)):  # fmt: skip
        tradewind("runs", *words).refused("run_0", "runs list")


# ---- fork and diff


def test_a_fork_is_kept_and_compared(tradewind: Command, parcel: str) -> None:
    made = tradewind("runs", "fork", parcel, "--at", "1", "--json").json
    assert made.keys() >= {"run", "source", "at", "status", "answer", "left_out"}
    assert (made["source"], made["at"], made["status"]) == (parcel, 1, "done")
    shown = tradewind("runs", "show", made["run"], "--json").json
    assert shown["run"]["forked_from"] == parcel
    assert shown["run"]["forked_at"] == 1
    found = tradewind("runs", "diff", parcel, made["run"], "--json").json
    assert found["same"] is True
    assert {row["aspect"] for row in found["rows"]} >= {"call", "answer", "tokens", "seconds"}
    table = tradewind("runs", "diff", parcel, made["run"]).out
    assert parcel in table
    assert "orders.find" in table


def test_a_fork_with_another_model(tradewind: Command, tmp_path: Path, parcel: str) -> None:
    script = tmp_path / "script.json"
    script.write_text(json.dumps({"name": "told", "answers": []}))
    url = f"scripted:{script}"
    made = tradewind("runs", "fork", parcel, "--at", "0", "--model", url, "--json").json
    reach = tradewind("runs", "show", made["run"], "--json").json["run"]["request"]["reach"]
    assert [sorted(one["chats"]) for one in reach] == [[], ["base"]]
    tradewind("runs", "fork", parcel, "--at", "0", "--model", "nonsense:").refused("nonsense")
    tradewind("runs", "fork", parcel, "--at", "99").refused("99")
    tradewind("runs", "fork", parcel, "--at", "0", "--prompt", "a/b@1").refused("a/b@1")


# ---- case


def written(tradewind: Command, run: str, out: Path) -> dict[str, str]:
    told = tradewind("runs", "case", run, "--out", str(out), "--json").json
    assert Path(told["file"]).exists()
    assert Path(told["tape"]).exists()
    return told


def evaluated(tradewind: Command, out: Path) -> tuple[int, dict[str, object]]:
    done = tradewind("eval", "--case", str(out), "--json")
    (suite,) = json.loads(done.out)["suites"]
    return done.code, suite


def test_a_buyers_run_becomes_a_case_that_passes(tradewind: Command, tmp_path: Path) -> None:
    thread = ("--as", "buyer", "--thread", "case", "--json")
    tradewind("ask", "Where is my order?", *thread)
    run = tradewind("ask", f"Where is {ORDER}? {EMAIL}", *thread).json["run"]
    tradewind("ask", "And now, where?", *thread)
    out = tmp_path / "late.toml"
    assert written(tradewind, run, out)["suite"] == "answer"
    text = out.read_text()
    assert text.count("[[case.turns]]") == 2
    assert f"id:{ORDER}" in text
    code, suite = evaluated(tradewind, out)
    assert suite["failures"] == []
    assert (code, suite["name"], suite["passed"]) == (0, "answer", 1)
    out.write_text(text.replace(f"id:{ORDER}", "id:#W9999999"))
    code, suite = evaluated(tradewind, out)
    assert (code, suite["passed"]) == (1, 0)


def test_a_merchants_run_becomes_a_case_that_passes(tradewind: Command, tmp_path: Path) -> None:
    run = asked(tradewind, f"Fight {SIGNED} and where is the parcel of {ORDER}?")
    assert written(tradewind, run, tmp_path / "m.toml")["suite"] == "planner"
    code, suite = evaluated(tradewind, tmp_path / "m.toml")
    assert (code, suite["passed"]) == (0, 1), suite


def test_a_dossier_becomes_a_case_that_passes(tradewind: Command, tmp_path: Path) -> None:
    tradewind("disputes", "defend", SIGNED, "--out", str(tmp_path / "p"), "--json")
    (run,) = tradewind("runs", "list", "--limit", "1", "--json").json["runs"]
    assert written(tradewind, run["id"], tmp_path / "d.toml")["suite"] == "dossier"
    code, suite = evaluated(tradewind, tmp_path / "d.toml")
    assert (code, suite["passed"]) == (0, 1), suite


def test_what_no_case_can_stand_for_is_refused(
    tradewind: Command, parcel: str, tmp_path: Path
) -> None:
    out = str(tmp_path / "x.toml")
    first = ("ask", "Please fight it for me", "--thread", "open", "--json")
    tradewind(*first)
    second = tradewind("ask", SIGNED, "--thread", "open", "--json").json["run"]
    tradewind("runs", "case", second, "--out", out).refused("earlier turns")
    searched = asked(tradewind, "How can I return a parcel?", "--as", "buyer")
    tradewind("runs", "case", searched, "--out", out).refused("TRADEWIND_MODEL_EMBED")
    tradewind("runs", "case", parcel, "--out", str(tmp_path / "x.txt")).refused("toml")
    (tmp_path / "file").write_text("")
    nowhere = str(tmp_path / "file" / "x.toml")
    tradewind("runs", "case", parcel, "--out", nowhere).refused("cannot be written")
    tradewind("eval", "--case", out).refused("no case")
