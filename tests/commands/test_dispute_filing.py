"""disputes file, follow and calibration, and the approval that they lead to, at the terminal."""

from hashlib import sha256
from pathlib import Path

from commands_here import Command

FOUGHT, GIVEN_UP = "dp_1QSamplesGutG79RdCq9M", "dp_1QSample6WL6EXKQJuJ83"


def test_a_packet_is_staged_and_submitted_as_it_was_shown(
    tradewind: Command, tmp_path: Path
) -> None:
    told = tradewind("disputes", "file", FOUGHT, "--json").json
    assert {"run", "dispute", "packet", "files", "approvals", "answer"} <= told.keys()
    (card,) = told["approvals"]
    names = [file["name"] for file in told["files"]]
    (listed,) = [
        one for one in tradewind("approvals", "list", "--json").json["approvals"]
        if one["id"] == card["id"]
    ]  # fmt: skip
    assert listed["files"] == names
    shown = tradewind("approvals", "show", card["id"], "--out", str(tmp_path), "--json").json
    assert [file["name"] for file in shown["filing"]["files"]] == names
    assert FOUGHT in shown["filing"]["letter"]
    for file in shown["filing"]["files"]:
        assert sha256((tmp_path / file["name"]).read_bytes()).hexdigest() == file["sha256"]
    done = tradewind("approve", card["id"], "--json").json["answer"]
    assert done["actions"][0]["status"] == "done"
    again = tradewind("disputes", "file", FOUGHT, "--submit", "--json").json
    assert again["packet"] == told["packet"]
    assert tradewind("runs", "replay", told["run"], "--json").json["identical"] is True


def test_where_no_fight_is_advised_nothing_is_filed(tradewind: Command) -> None:
    told = tradewind("disputes", "file", GIVEN_UP, "--submit", "--json").json
    assert (told["approvals"], told["packet"], told["files"]) == ([], None, [])
    assert "Nothing has been filed" in told["answer"]


def test_what_there_is_none_of_is_refused(tradewind: Command) -> None:
    assert "no dispute" in tradewind("disputes", "file", "dp_none", "--json").json["answer"]
    tradewind("disputes", "follow").refused("no processor")
    tradewind("approvals", "show", "ap_none").refused("there is no approval")


def test_the_fit_names_what_it_needs(tradewind: Command) -> None:
    told = tradewind("disputes", "calibration", "--json").json
    assert {"model", "outcomes", "won", "lost", "needed", "slope", "intercept"} <= told.keys()
    assert told["model"] == "shipped"
