"""What codes, stages, fees and programmes mean: rows of the rulebook, and nothing else."""

import asyncio
import tomllib
from typing import Any

import pytest
from agent_world import Talk, new_run, session_of
from keyword_reader import MERCHANT_WORDS, with_keywords

from agents.engines.answer import answer
from agents.events import Answer
from agents.kit import Kit, Request
from tools.disputes import explain, glossary
from tradewind.base import LANGUAGES, Language
from wiring.platform import Platform
from wiring.settings import ROOT

DISPUTES = ROOT / "data" / "disputes"
SCENARIO: dict[str, Any] = tomllib.loads(
    (ROOT / "scenarios" / "chargeback" / "explain.toml").read_text(encoding="utf-8")
)
ASKED = [(language, text) for language, texts in SCENARIO["examples"].items() for text in texts]
FILES = {
    name: (DISPUTES / f"{name}.toml").read_text(encoding="utf-8")
    for name in ("codes", "rulebook", "economics", "deadlines", "monitoring", "ce3", "terms")
}


def explained(house: Platform, kit: Kit, text: str, language: Language = "en") -> Answer:
    run = new_run(house.shop("sample"), session_of("merchant"))
    request = Request(text=text, language=language, inputs={"text": text})
    return asyncio.run(answer(run, kit, kit.catalog["chargeback.explain"], request))


@pytest.mark.parametrize(("language", "text"), ASKED)
def test_every_example_is_answered_with_source_and_date(
    house: Platform, keyword_kit: Kit, language: Language, text: str
) -> None:
    told = explained(house, keyword_kit, text, language)
    assert told.citations
    assert all(citation.source.startswith("rule/") for citation in told.citations)
    assert "left_out" not in told.details
    assert "2026" in told.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["99.9", "F77", "9999"])
def test_a_code_that_no_table_holds_is_said_to_be_unknown(
    house: Platform, keyword_kit: Kit, code: str, language: Language
) -> None:
    said = keyword_kit.replies.say(language, "explain.unknown")
    told = explained(house, keyword_kit, f"what does reason code {code} of a chargeback mean",
                     language)  # fmt: skip
    assert said is not None
    assert told.text == said[0].text
    assert told.citations == ()


@pytest.mark.parametrize("network", glossary.codes().codes)
def test_every_code_of_every_network_is_explained_by_its_own_row(network: str) -> None:
    for code, row in glossary.codes().codes[network].items():
        found = explain.explain.function(None, f"what is {network} code {code}").evidence
        titles = [item.title for item in found if item.source.startswith("rule/codes/")]
        assert titles == [f"{glossary.shown(network)} {code}"]
        assert row.title in found[0].excerpt


def test_what_is_quoted_stands_in_its_file() -> None:
    """Amounts, shares and days are those of the files, and the texts where a row has one."""
    for _, text in ASKED:
        for item in explain.explain.function(None, text).evidence:
            file = item.source.split("/")[1]
            facts = {fact.name: fact.value for fact in item.facts}
            assert str(facts["as_of"]) in FILES[file]
            if file in ("terms", "rulebook"):
                assert str(facts["text"]) in FILES[file]


def test_why_the_fee_was_kept_is_the_row_of_its_processor(
    house: Platform, keyword_kit: Kit
) -> None:
    told = explained(house, keyword_kit, "why did Stripe keep the fee though we won")
    assert "15.00 USD is due once a dispute is there, whatever becomes of it" in told.text
    assert "Shopify" not in told.text.split("Source:")[0]


def test_words_that_look_like_codes_are_none() -> None:
    assert explain.explain.function(None, "come in at 5 PM for order #4853").evidence == ()


def test_conflicting_sources_are_told_as_such(house: Platform, keyword_kit: Kit) -> None:
    told = explained(house, keyword_kit, "how long do I have to answer a visa dispute, deadline?")
    assert "sources contradict each other" in told.text


def test_a_changed_table_changes_the_answer(
    house: Platform, keyword_kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted bug's mirror: no figure is in code."""
    table = dict(glossary.table("economics"))
    table["fee"] = [row | {"received": 777} for row in table["fee"]]

    def changed(_: str) -> dict[str, Any]:
        return table

    monkeypatch.setattr(glossary, "table", changed)
    assert "7.77 USD" in explained(house, keyword_kit, "what is the fee at stripe").text


def test_it_is_found_in_a_conversation(house: Platform, kit: Kit) -> None:
    words = dict(MERCHANT_WORDS) | {
        "reason code": ("agent.chargeback", "scenario.chargeback.explain")
    }
    merchant = Talk(house.shop("sample"), with_keywords(kit, merchant=words), "merchant")
    told = asyncio.run(merchant.say("what does reason code 13.1 mean", "explain"))
    assert "Merchandise or services not received" in told.text
