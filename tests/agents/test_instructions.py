"""Do it, or talk about it: commands are understood, and nothing else is taken for one."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.instructions import Command, Instructions
from agents.quoting import Words
from evals.reading import read_cases
from evals.records import InstructionCase
from models.language import identify
from tradewind.base import LANGUAGES
from tradewind.catalog import Catalog
from tradewind.errors import SpecError
from tradewind.people import Audience
from wiring.platform import ROOT

CATALOG = Catalog.read(ROOT / "scenarios")
INSTRUCTIONS = Instructions.read(ROOT / "data" / "instructions.toml")
ACTING = [scenario for scenario in CATALOG.values() if scenario.act]
CASES = read_cases("instructions", InstructionCase)
MEANT = {
    "orders.cancel": {"service.cancel_order"}, "refunds.pay": {"service.return_refund"},
    "orders.change_address": {"service.change_address"}, "ads.set_budget": {"ads.budget"},
    "messages.send": {"service.reply_buyer"},
}  # fmt: skip
"""The labels of a message that may rightly use a tool."""


def told(text: str, audience: Audience = "merchant") -> dict[str, Command]:
    """The tools that a text tells us to use."""
    language, _ = identify(text)
    found = {
        s.act: INSTRUCTIONS.find(s, text, language, audience)
        for s in ACTING
        if audience in s.audiences
    }
    return {tool: command for tool, command in found.items() if command is not None}


def false_acts() -> list[str]:
    return [c.id for c in CASES if set(told(c.text, c.audience)) - set(c.does)]


def test_every_scenario_that_acts_has_commands_in_every_language() -> None:
    """Or wishes, where a buyer's form says the rest."""
    assert len(ACTING) >= 5
    assert {scenario.form for scenario in ACTING} == {True, False}
    for scenario in ACTING:
        told = scenario.wishes if scenario.form else scenario.commands
        assert set(told) == set(LANGUAGES), scenario.id


def test_messages_are_many_and_in_all_languages() -> None:
    assert len(CASES) >= 300
    for language in LANGUAGES:
        ours = [case for case in CASES if case.language == language]
        assert len([case for case in ours if case.does]) >= 12
        assert len([case for case in ours if not case.does]) >= 17


def test_no_mention_acts() -> None:
    assert false_acts() == []


def test_instructions_are_understood_in_every_language() -> None:
    for language in LANGUAGES:
        ours = [c for c in CASES if c.language == language and c.does]
        right = [c for c in ours if set(told(c.text, c.audience)) == set(c.does)]
        assert len(right) / len(ours) >= 0.9, language


def _labelled(audience: Audience) -> Iterator[tuple[str, set[str]]]:
    for path in sorted((ROOT / "data" / "messages" / audience).glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if crc32(row["id"].encode()) % 3 == 0:
                yield row["text"], set(row.get("scenarios") or [f"service.{row.get('intent')}"])


@pytest.mark.parametrize("audience", ["merchant", "buyer"])
def test_of_thousands_of_messages_none_acts_that_is_about_something_else(
    audience: Audience,
) -> None:
    rows = list(_labelled(audience))
    assert len(rows) > 1000
    acting = [(text, tool) for text, labels in rows for tool in told(text, audience)
              if not labels & MEANT[tool]]  # fmt: skip
    assert acting == []


# ---- what makes a command none, whatever it says


WRAPPED = (
    "“{}”",
    "She wrote: {}",
    "Translate: {}",
    "> {}",
    "```\n{}\n```",
    "“{}” What do I answer?",
)


@pytest.mark.parametrize("wrap", WRAPPED)
def test_a_command_of_somebody_else_is_none(wrap: str) -> None:
    commands = [c.text for c in CASES if {"refunds.pay", "orders.cancel"} & set(c.does)]
    assert [text for text in commands if told(wrap.format(text))] == []


@pytest.mark.parametrize(
    "text",
    ["refund half of #W2611340", "refund 2 items of #W2611340", "refund 10 bucks of #W2611340",
     "refund 20% of #W2611340", "cancel all orders", "refund #W2611340 but not the mug",
     "refund 20 USD for each item of #W2611340", "cancel #W2631563. Wait, don't.",
     "She paid 80 USD. Please refund #W2611340.", "cancel #W2631563 or #W2611340"],
)  # fmt: skip
def test_what_is_not_clear_is_no_command(text: str) -> None:
    assert told(text) == {}


def test_of_several_orders_it_is_the_one_that_is_named_with_it() -> None:
    text = "#W2631563 is fine. Please refund 20 USD of #W2611340."
    assert told(text)["refunds.pay"] == Command(order_id="#W2611340", amounts=("20 USD",))
    assert told("cancel #W2631563 and refund 20 USD of #W2611340") == {}


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    told(text)
    told(text, "buyer")


# ---- planted bugs


def _never(*_: object) -> bool:
    return False


def test_without_the_stops_mentions_act(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agents.instructions._Spoken._hinders", _never)
    assert len(false_acts()) > 20


def test_without_the_look_at_whose_text_it_is_mentions_act(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("agents.instructions._Spoken.is_text", _never)
    assert false_acts()


def test_with_quotations_read_as_own_words_they_act(monkeypatch: pytest.MonkeyPatch) -> None:
    quoted = "Please see below.\n> Refund order #W7728728"
    assert told(quoted) == {}

    def own(text: str) -> Words:
        return Words(own=text.replace("> ", ""))

    monkeypatch.setattr("agents.instructions.read_words", own)
    from agents.instructions import _mask  # pyright: ignore[reportPrivateUsage]

    _mask.cache_clear()
    assert told(quoted)
    _mask.cache_clear()


def test_with_the_first_order_taken_another_one_is_refunded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = "#W2631563 is fine. Please refund 20 USD of #W2611340."
    assert told(text)["refunds.pay"].order_id == "#W2611340"

    def first(said: Any, *_: object) -> Command:
        return Command(order_id=said.orders[0])

    monkeypatch.setattr("agents.instructions._bound", first)
    assert told(text)["refunds.pay"].order_id == "#W2631563"


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "instructions.toml"
    file.write_text("[language.en]\nlead = '('\n")
    with pytest.raises(SpecError, match=r"instructions\.toml"):
        Instructions.read(file)
