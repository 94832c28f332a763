"""A card number in a tool's result reaches neither model, reader nor journal."""

import asyncio

import pytest
from agent_world import session_of

from agents.journal import Journal
from agents.masking import mask_result
from agents.run import Road, Run
from tradewind.evidence import Evidence, IdFact, NameFact
from tradewind.tool import ToolContext, ToolResult, tool
from wiring.platform import Platform

CARD = "4111111111111111"


def a_result(trust: str = "untrusted") -> ToolResult:
    facts = (IdFact(name="no", value=CARD), NameFact(name="who", value=f"Ana {CARD}"))
    found = Evidence.model_validate({
        "id": "e", "kind": "message", "source": "m/1", "title": f"from {CARD}",
        "excerpt": f"card {CARD} cvv 123", "facts": facts, "trust": trust,
    })  # fmt: skip
    return ToolResult(evidence=(found,), note=f"see {CARD}")


def test_a_result_is_masked_but_for_ids_of_our_own() -> None:
    assert CARD not in mask_result(a_result()).model_dump_json()
    ours = mask_result(a_result("record"))
    assert [fact.value for fact in ours.evidence[0].facts] == [CARD, "Ana •••• 1111"]
    assert mask_result(ours) == ours
    plain = ToolResult(note="nothing")
    assert mask_result(plain) is plain


@tool("foreign.note", effect="read")
def foreign_note(context: ToolContext) -> ToolResult:
    """A note that somebody else wrote."""
    return a_result()


def what_a_run_keeps(house: Platform) -> str:
    """All that a run shows its caller and its journal of a foreign tool's result."""
    shop = house.shop("sample")
    context = ToolContext(session_of("merchant"), shop.reader)
    run = Run(Journal("r"), Road({foreign_note.name: foreign_note}, {}, None), context, lambda _: 0)
    result = asyncio.run(run.call(foreign_note.name, {}))
    return str((result, run.journal.spans))


def test_a_tools_card_number_reaches_neither_caller_nor_journal(house: Platform) -> None:
    assert CARD not in what_a_run_keeps(house)
    assert "•••• 1111 cvv •••" in what_a_run_keeps(house)


def test_without_the_mask_it_would(house: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agents.run.mask_result", lambda result: result)
    assert CARD in what_a_run_keeps(house)
