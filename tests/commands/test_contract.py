"""Names, flags, JSON keys and exit codes of the command line."""

import json
from pathlib import Path

import pytest
from commands_here import Command, commands

ORDER, EMAIL, TRACKING = "#W2611340", "james.li4495@example.com", "9400133284041056308157"
SIGNED, LOST = "dp_1QSamplepbDnETYhXfRA9", "dp_1QSamplerffRJTReW5Egr"
FRAUD = "dp_1QSampleDo49U7WQAUd5C"
ALL = commands()

# ---- help


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_shows_an_example(tradewind: Command, words: tuple[str, ...]) -> None:
    shown = tradewind(*words, "--help")
    assert shown.code == 0
    assert f"Example: tradewind {' '.join(words)}" in " ".join(shown.out.split())


def test_the_commands_of_the_contract_are_there() -> None:
    names = {" ".join(words) for words in ALL}
    assert names >= {
        "serve", "plan", "intent", "ask", "approve", "import", "search", "scenarios",
        "disputes list", "disputes show", "disputes defend", "disputes prevent",
        "runs list", "runs show",
        "models list", "models pull", "models verify",
    }  # fmt: skip


# ---- one JSON document each, with its keys


def test_plan(tradewind: Command) -> None:
    told = tradewind("plan", f"Fight {SIGNED} and where is the parcel of {ORDER}", "--json").json
    assert {"id", "language", "steps", "ask", "model", "seconds"} <= told.keys()
    assert [step["scenario"] for step in told["steps"]] == [
        "chargeback.defend", "service.order_status",
    ]  # fmt: skip
    for step in told["steps"]:
        assert {"scenario", "agent", "inputs", "after"} <= step.keys()


def test_intent(tradewind: Command) -> None:
    told = tradewind("intent", f"Where is {ORDER}? {EMAIL}", "--json").json
    assert {"id", "language", "intent", "entities", "model", "seconds"} <= told.keys()
    assert told["intent"] == "order_status"
    assert told["entities"] == {"order_id": ORDER, "email": EMAIL}


ANSWER = {
    "run", "thread", "language", "answer", "citations", "intent", "actions", "approvals",
    "handover", "grounded",
}  # fmt: skip


def test_ask_as_a_buyer_and_the_run_that_it_leaves(tradewind: Command) -> None:
    told = tradewind(
        "ask", "Where is my order?", "--as", "buyer", "--order", ORDER, "--email", EMAIL, "--json"
    ).json
    assert told.keys() >= ANSWER
    assert TRACKING in told["answer"]
    assert told["grounded"] is True
    assert all({"id", "source", "excerpt"} <= row.keys() for row in told["citations"])
    shown = tradewind("runs", "show", told["run"], "--json").json
    assert shown["run"]["answer"]["text"] == told["answer"]
    assert {"tool"} <= {span["kind"] for span in shown["spans"]}
    listed = tradewind("runs", "list", "--limit", "1", "--json").json
    assert [run["id"] for run in listed["runs"]] == [told["run"]]


def test_a_thread_goes_on(tradewind: Command) -> None:
    words = ("--as", "buyer", "--thread", "mine", "--json")
    first = tradewind("ask", f"Where is {ORDER}?", *words).json
    second = tradewind("ask", f"Where? {EMAIL}", *words).json
    assert TRACKING not in first["answer"]
    assert TRACKING in second["answer"]
    assert first["thread"] == second["thread"] == "mine"


def test_ask_as_a_merchant(tradewind: Command) -> None:
    told = tradewind("ask", "which disputes are open?", "--json").json
    assert told.keys() >= ANSWER
    assert SIGNED in told["answer"]


def test_search(tradewind: Command) -> None:
    told = tradewind("search", "water bottle", "--kind", "product", "-k", "3", "--json").json
    assert 0 < len(told["hits"]) <= 3
    for hit in told["hits"]:
        assert hit.keys() == {"id", "kind", "score", "title", "excerpt"}
        assert hit["kind"] == "product"


def test_disputes_prevent(tradewind: Command) -> None:
    told = tradewind("disputes", "prevent", "--json").json
    assert {"counts", "meters", "left_out", "weeks", "trend", "causes", "parcels", "drafts",
            "evidence"} <= told.keys()  # fmt: skip
    assert {draft["order"] for draft in told["drafts"]} <= {
        parcel["order"] for parcel in told["parcels"]["risky"]
    }
    told = tradewind("disputes", "prevent")
    assert "Rate by network and month" in told.out
    assert told.code == 0


def test_disputes_list_and_show(tradewind: Command) -> None:
    rows = tradewind("disputes", "list", "--json").json["disputes"]
    assert rows == sorted(rows, key=lambda row: row["deadline"])
    assert {"id", "deadline", "amount", "category", "advice"} <= rows[0].keys()
    assert {row["id"]: row["advice"] for row in rows}[SIGNED] == "fight"
    fraud = {row["advice"] for row in rows if row["category"] == "fraudulent"}
    assert fraud == {"fight", "accept"}
    assert all(0 < row["win_probability"] < 1 and row["expected_value"] for row in rows)
    shown = tradewind("disputes", "show", SIGNED, "--json").json
    assert [row["id"] for row in shown["disputes"]] == [SIGNED]


DEFENCE = {
    "dispute", "category", "decision", "win_probability", "expected_value", "deadline",
    "evidence", "missing", "claims", "ungrounded", "ce3", "files",
}  # fmt: skip


@pytest.mark.parametrize(("dispute", "decision"), [(SIGNED, "fight"), (LOST, "accept")])
def test_disputes_defend(tradewind: Command, tmp_path: Path, dispute: str, decision: str) -> None:
    told = tradewind("disputes", "defend", dispute, "--out", str(tmp_path / "p"), "--json").json
    assert told.keys() >= DEFENCE
    assert told["decision"] == decision
    assert told["ungrounded"] == 0
    assert {"qualified", "why"} <= told["ce3"].keys()
    ids = {row["id"] for row in told["evidence"]}
    assert all({"id", "kind", "field", "strength"} <= row.keys() for row in told["evidence"])
    assert all(claim["evidence"] and set(claim["evidence"]) <= ids for claim in told["claims"])
    assert sorted(told["files"]) == sorted(str(path) for path in (tmp_path / "p").iterdir())
    letters = [name for name in told["files"] if Path(name).name == "letter.md"]
    assert bool(letters) == bool(told["claims"]) == (decision == "fight")


def test_scenarios(tradewind: Command) -> None:
    rows = tradewind("scenarios", "--json").json["scenarios"]
    assert len(rows) >= 30
    assert {"id", "title", "agent", "status", "runs_offline", "needs"} <= rows[0].keys()
    ads = tradewind("scenarios", "--area", "ads", "--json").json["scenarios"]
    assert {row["agent"] for row in ads} == {"ads"}


@pytest.mark.parametrize("words", [("models", "list"), ("models", "verify")])
def test_models(tradewind: Command, words: tuple[str, ...]) -> None:
    rows = tradewind(*words, "--json").json["models"]
    assert bool(rows) == (words[1] == "list")  # no weight file is here
    for row in rows:
        assert {"name", "present", "sha256_ok", "bytes", "licence"} <= row.keys()
        assert not row["present"]


def test_a_file_that_is_not_the_one_fails_verification(tradewind: Command, tmp_path: Path) -> None:
    settings = {"TRADEWIND_MODELS": str(tmp_path)}
    entry = tradewind("models", "list", "--json", **settings).json["models"][0]
    place = Path(entry["path"])
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"another file")
    for words in ((), (entry["name"],)):
        done = tradewind("models", "verify", *words, "--json", **settings)
        assert done.code == 1
        (row,) = json.loads(done.out)["models"]
        assert (row["name"], row["sha256_ok"]) == (entry["name"], False)
        assert "models pull" in done.err


# ---- many messages


def test_a_file_gives_one_line_each(tradewind: Command, tmp_path: Path) -> None:
    texts = ["fight it", "", "x" * 9000, "\x00", "where is the parcel"]
    file = tmp_path / "messages.jsonl"
    file.write_text("".join(json.dumps({"id": n, "text": t}) + "\n\n" for n, t in enumerate(texts)))
    for command, key in (("plan", "steps"), ("intent", "intent")):
        done = tradewind(command, "--file", str(file))
        assert done.code == 0
        rows = [json.loads(line) for line in done.out.splitlines()]
        assert [row["id"] for row in rows] == ["0", "1", "2", "3", "4"]
        assert all({"language", key, "model", "seconds"} <= row.keys() for row in rows)
        assert "9000 characters" in rows[2]["error"]
        assert "error" not in rows[0]


@pytest.mark.parametrize("line", ["not json", '{"id": 1}', "[]", '"x"', "3"])
def test_a_bad_line_is_named(tradewind: Command, tmp_path: Path, line: str) -> None:
    file = tmp_path / "messages.jsonl"
    file.write_text(f'{{"id": "a", "text": "fight it"}}\n{line}\n')
    tradewind("plan", "--file", str(file)).refused("line 2")


def test_a_file_that_is_none_is_named(tradewind: Command, tmp_path: Path) -> None:
    tradewind("plan", "--file", str(tmp_path / "none.jsonl")).refused("none.jsonl")
    (tmp_path / "bytes.jsonl").write_bytes(b"\xff\xfe\x00")
    tradewind("intent", "--file", str(tmp_path / "bytes.jsonl")).refused("UTF-8")


# ---- wrong usage


@pytest.mark.parametrize(
    "words",
    [
        ("plan",), ("plan", "x", "--file", "y"), ("nothing",), ("ask", "hi", "--as", "ops"),
        ("search", "x", "-k", "0"), ("search", "x", "--kind", "poem"), ("ask",),
        ("scenarios", "--area", "poems"), ("disputes", "defend", SIGNED), ("serve", "--port", "x"),
        ("serve", "--port", "70000"), ("runs", "list", "--limit", "none"), ("import",),
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage_is_two(tradewind: Command, words: tuple[str, ...]) -> None:
    done = tradewind(*words)
    assert done.code == 2
    assert done.out == ""
    assert done.err
