"""The harness: cases, gates, repeats, and the suites on tape as `tradewind eval` runs them."""

import itertools
import json
import socket
from pathlib import Path
from typing import Any, NoReturn, cast

import pytest
from typer.testing import CliRunner

from cli import app
from evals.gates import Gate, judge_gates, read_gates
from evals.reading import FOLDER, read_cases
from evals.records import Case, SearchCase, SuiteReport, Verdict
from evals.runner import run_suites
from evals.suites.all import SUITES, named_suites
from evals.suites.base import Suite
from evals.tape import Deck, Facts
from evals.taped import TapeEmbedding
from evals.worlds import World
from tradewind.base import LANGUAGES, Record
from tradewind.errors import InvalidInput, NotFound, ReplayMismatch, SpecError

NOWHERE = cast(World, None)


class Seen(Record):
    word: str


def suite(words: dict[str, list[bool]], deck: Deck | None = None) -> Suite[Any, Any]:
    """A suite of cases that pass or fail in turn; "crash" raises, "strange" asks the tape."""
    turns = {id: itertools.cycle(passes) for id, passes in words.items()}

    async def carry_out(world: World, case: Case) -> Seen:
        if case.id == "crash":
            raise InvalidInput("the product raised")
        if case.id == "strange" and deck:
            TapeEmbedding(deck, deck.facts("embed")).embed(["never heard of"])
        return Seen(word=case.id)

    def judge(world: World, case: Case, seen: Seen) -> Verdict:
        passed = next(turns[seen.word])
        problems = () if passed else ("it failed",)
        return Verdict(passed=passed, metrics={"share": float(passed), "n": 2}, problems=problems)

    cases = tuple(Case(id=id) for id in words)
    return Suite("words", cases, Seen, carry_out, judge, counts=frozenset({"n"}))


def test_pass_hat_k_counts_cases_that_pass_every_time():
    (report,) = run_suites(NOWHERE, [suite({"always": [True], "half": [True, False]})], k=2)
    assert (report.cases, report.passed) == (2, 1)
    assert (report.pass_at_1, report.pass_hat_k) == (0.75, 0.5)
    assert report.metrics == {"share": 0.75, "n": 4.0, "raised": 0.0}
    assert [(f.case, f.repeat, f.problems) for f in report.failures] == [
        ("half", 2, ("it failed",))
    ]


def test_a_case_in_which_the_product_raises_has_failed():
    (report,) = run_suites(NOWHERE, [suite({"fine": [True], "crash": [True]})])
    assert report.passed == 1
    assert report.metrics["share"] == 0.5
    assert "the product raised" in report.failures[0].problems[0]


def test_what_the_tape_lacks_ends_the_run(tmp_path: Path):
    deck = Deck(tmp_path)
    with pytest.raises(SpecError, match="words"):
        run_suites(NOWHERE, [suite({"strange": [True]}, deck)], deck=deck)
    deck.begin(["words"])
    deck.introduce("embed", Facts(name="m", dimension=2))
    with pytest.raises(ReplayMismatch, match="suite words, case strange"):
        run_suites(NOWHERE, [suite({"strange": [True]}, deck)], deck=deck)


def test_a_broken_case_names_its_file(tmp_path: Path):
    (tmp_path / "search").mkdir()
    file = tmp_path / "search" / "a.toml"
    file.write_text('[[case]]\nid = "x"\nquery = "q"\nsources = []\n')
    with pytest.raises(SpecError, match=r"a\.toml: case 'x'"):
        read_cases("search", SearchCase, tmp_path)
    file.write_text('[[case]]\nid = "x"\nquery = "q"\nsources = ["s"]\n' * 2)
    with pytest.raises(SpecError, match="two cases 'x'"):
        read_cases("search", SearchCase, tmp_path)


def test_gates_hold_their_limits():
    report = SuiteReport(
        name="answer", cases=1, passed=1, k=1, pass_at_1=1, pass_hat_k=1,
        metrics={"wrong": 1.0, "share": 0.9},
    )  # fmt: skip
    common = {"suite": "answer", "since": "2026-11-23", "reason": "r"}
    low = Gate.model_validate({**common, "name": "a", "metric": "share", "at_least": 0.9})
    none = Gate.model_validate({**common, "name": "b", "metric": "wrong", "at_most": 0})
    assert [result.ok for result in judge_gates([low, none], [report])] == [True, False]
    assert judge_gates([low], []) == ()
    with pytest.raises(SpecError, match="no metric"):
        judge_gates([low.model_copy(update={"metric": "nothing"})], [report])


def test_a_gate_has_one_limit(tmp_path: Path):
    file = tmp_path / "gates.toml"
    file.write_text(
        '[[gate]]\nname="a"\nsuite="s"\nmetric="m"\nsince=2026-11-23\nreason="r"\n'
        "at_least=1\nat_most=1\n"
    )
    with pytest.raises(SpecError, match=r"gates\.toml"):
        read_gates(file)


def test_an_unknown_suite_is_refused():
    with pytest.raises(NotFound, match="planner, search, answer, conversation, dossier"):
        named_suites(["poetry"])


def test_cases_are_many_and_in_all_languages():
    suites = {made.name: made.cases for made in named_suites([])}
    least = {"planner": 25, "search": 12, "answer": 18, "dossier": 6}
    assert all(len(suites[name]) >= count for name, count in least.items())
    status = {case.language for case in suites["answer"] if case.id.startswith("status-")}
    assert status == set(LANGUAGES)
    pairs = suites["pairs"]
    assert len(pairs) >= 200
    assert {case.language for case in pairs} == set(LANGUAGES)
    assert 0.3 <= sum(not case.holds for case in pairs) / len(pairs) <= 0.5


def test_no_case_is_copied_from_the_training_messages():
    rows = [
        json.loads(line)
        for path in (FOLDER.parent.parent / "data" / "messages").glob("*/*.jsonl")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    trained = {row["text"].casefold() for row in rows}
    texts = [case.text for case in SUITES["planner"]().cases]
    texts += [turn.text for case in SUITES["answer"]().cases for turn in case.turns]
    texts += [case.text for case in SUITES["pairs"]().cases]
    assert [text for text in texts if text.casefold() in trained] == []


def _refuse(*_: object) -> NoReturn:
    raise AssertionError("the harness touched the network")


@pytest.fixture(scope="module")
def on_tape(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, dict[str, Any]]:
    """Exit code and JSON of `tradewind eval`, without weights, network or a shop of one's own."""
    folder = tmp_path_factory.mktemp("eval")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _refuse)
        patch.setenv("TRADEWIND_MODELS", str(folder / "no-weights"))
        patch.setenv("TRADEWIND_HOME", str(folder / "no-home"))
        done = CliRunner().invoke(app, ["eval", "--json"])
    assert not (folder / "no-home").exists()
    assert done.stdout, done.output
    return done.exit_code, json.loads(done.stdout)


def test_all_cases_run_on_tape(on_tape: tuple[int, dict[str, Any]]):
    _, told = on_tape
    assert [one["name"] for one in told["suites"]] == list(SUITES)
    assert sum(one["cases"] for one in told["suites"]) >= 60
    assert all(one["metrics"]["raised"] == 0 for one in told["suites"])
    keys = {"name", "cases", "passed", "pass_at_1", "pass_hat_k", "metrics"}
    assert all(keys <= set(one) for one in told["suites"])
    assert all(set(gate) == {"name", "ok", "value", "limit"} for gate in told["gates"])


def test_the_exit_code_tells_of_the_gates(on_tape: tuple[int, dict[str, Any]]):
    code, told = on_tape
    assert code == (0 if all(gate["ok"] for gate in told["gates"]) else 1)


def test_the_gates_hold(on_tape: tuple[int, dict[str, Any]]):
    _, told = on_tape
    failures = {one["name"]: [f["case"] for f in one["failures"]] for one in told["suites"]}
    assert [gate for gate in told["gates"] if not gate["ok"]] == [], failures


def test_repeats_of_a_tape_are_refused():
    done = CliRunner().invoke(app, ["eval", "--k", "3"])
    assert done.exit_code == 1
    assert "--live" in done.output
