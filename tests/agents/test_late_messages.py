"""Writing to the buyer of a late parcel: from a merchant's words to what is sent, once."""

import asyncio
from typing import Any

import pytest
from agent_world import NOON, Talk, new_run, session_of
from effect_world import World
from keyword_reader import MERCHANT_WORDS, with_keywords

from agents.chargeback import news as newsroom
from agents.chargeback.news import reviewed, write_news
from agents.chargeback.prevention import read_view
from agents.engines.survey import Seen, count, look, survey
from agents.grounding.verify import check_templates
from agents.kit import Kit, Request
from agents.provenance import Sources
from tradewind.base import LANGUAGES, Language
from tradewind.evidence import Evidence, NameFact
from tradewind.tool import From
from wiring.platform import Platform

LATE, ASK = "#W3927847", "write to the buyer of #W3927847 about the late parcel"
TEXT = From.of("text", "request", "record")


def seen(house: Platform, kit: Kit) -> Seen:
    run = new_run(house.shop("sample"), session_of("merchant"))
    return asyncio.run(look(run, kit, kit.catalog["chargeback.prevent"]))


def test_it_is_asked_about_and_sent_once(world: World) -> None:
    asked = world.say(ASK)
    assert LATE in asked.text
    assert len(asked.approvals) == 1
    assert world.outside.sent == []
    effect = world.effect()
    assert (effect.tool, effect.arguments["order_id"]) == ("messages.send", LATE)
    world.decide()
    assert world.outside.sent == [effect.id]
    assert world.replay().identical
    assert world.say(ASK).approvals == ()
    assert world.outside.sent == [effect.id]


def test_while_somebody_is_asked_nobody_is_asked_again(world: World) -> None:
    assert len(world.say(ASK).approvals) == 1
    second = world.say(ASK, who="noa")
    assert [action.status for action in second.actions] == []


def test_without_the_look_at_what_was_told_the_buyer_reads_it_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted bug: what was already told is not looked for."""
    world.say(ASK)

    def nothing(*_: object) -> tuple[()]:
        return ()

    monkeypatch.setattr("tools.messages.send.standing", nothing)
    assert [action.status for action in world.say(ASK, who="noa").actions] == ["proposed"]


def test_an_order_without_a_parcel_at_risk_is_not_written_about(world: World) -> None:
    told = world.say("write to the buyer of #W2611340 about the late parcel")
    assert told.approvals == ()
    assert "#W2611340" not in told.text


def test_a_merchants_own_words_go_out_instead_of_ours(world: World) -> None:
    told = world.say(f"{ASK}: we are sorry")
    assert [card.summary for card in told.approvals] == [
        f"Write to the buyer of order {LATE}: we are sorry"
    ]


def test_an_outsiders_record_vouches_for_no_text(house: Platform, keyword_kit: Kit) -> None:
    """A forged draft in a record that an outsider wrote, or among names, is nobody's word."""
    draft = reviewed(seen(house, keyword_kit).drafts[0])
    order, text = draft.source, str(draft.excerpt)
    forged = draft.model_copy(update={"trust": "untrusted"})
    as_name = draft.model_copy(update={"facts": (
        *draft.facts[:1], NameFact(name="reviewed", value=text),
    )})  # fmt: skip
    merchant = session_of("merchant")
    assert Sources(merchant, evidence=[draft]).origin(TEXT, text, order) == "record"
    assert Sources(merchant, evidence=[draft]).origin(TEXT, text, "order/#W1") != "record"
    for record in (forged, as_name):
        assert Sources(merchant, evidence=[record]).origin(TEXT, text, order) != "record"


def test_no_tool_brings_a_reviewed_text(house: Platform, keyword_kit: Kit) -> None:
    run = new_run(house.shop("sample"), session_of("merchant"))
    evidence, _ = asyncio.run(count(run, keyword_kit.catalog["chargeback.prevent"], {}))
    assert not [fact for item in evidence for fact in item.facts if fact.name == "reviewed"]


# ---- what it says


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_draft_is_carried_by_its_parcel_in_every_language(
    house: Platform, keyword_kit: Kit, language: Language
) -> None:
    run = new_run(house.shop("sample"), session_of("merchant"))
    evidence, now = asyncio.run(count(run, keyword_kit.catalog["chargeback.prevent"], {}))
    records = {item.id: item for item in evidence}
    risky = read_view(evidence, keyword_kit.rules, now).parcels.risky
    assert len(risky) > 15
    for parcel in risky:
        spoken = parcel.model_copy(update={"language": language})
        news = write_news(spoken, records[parcel.evidence], keyword_kit.replies)
        assert news is not None
        assert (news.language, news.guessed, news.left_out) == (language, False, ())
        assert parcel.order in news.text
        assert "{{" not in news.text


def test_late_is_said_of_a_late_parcel_alone(house: Platform, keyword_kit: Kit) -> None:
    told = seen(house, keyword_kit)
    late = {p.order for p in told.view.parcels.risky if "late" in p.reasons}
    said = {draft.order for draft in told.drafts if draft.key.endswith("/late")}
    assert said
    assert said <= late


def test_a_sentence_that_the_record_does_not_carry_is_left_out(
    house: Platform, keyword_kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted bug: a reply promises a day. The verifier takes it out; else it is said."""
    run = new_run(house.shop("sample"), session_of("merchant"))
    evidence, now = asyncio.run(count(run, keyword_kit.catalog["chargeback.prevent"], {}))
    parcel = read_view(evidence, keyword_kit.rules, now).parcels.risky[0]
    record = next(item for item in evidence if item.id == parcel.evidence)
    promised = "It will be there on 3 January 2031."

    def draft() -> str:
        news = write_news(parcel, record, Promising(keyword_kit))  # pyright: ignore[reportArgumentType]
        return news.text if news else ""

    class Promising:
        def __init__(self, kit: Kit) -> None:
            self._kit = kit

        def say(self, language: str, key: str, *rest: Any) -> Any:
            told = self._kit.replies.say(language, key, *rest)
            promise = told[0].model_copy(update={"text": promised}) if told else None
            return (*told, promise) if told and key != "news.hello" else told

    assert promised not in draft()

    def believe(*_: object) -> tuple[()]:
        return ()

    monkeypatch.setattr(newsroom, "check_templates", believe)
    assert promised in draft()


# ---- the view in a conversation


def test_the_view_is_told_and_replays(house: Platform, keyword_kit: Kit) -> None:
    merchant = Talk(house.shop("sample"), with_prevention(keyword_kit), "merchant")
    told = asyncio.run(merchant.say("how do we lower our dispute rate", "prevent"))
    assert "Visa, 2026-11" in told.text
    assert "left_out" not in told.details
    assert told.citations
    tools = [span.name for span in merchant.spans() if span.kind == "tool"]
    assert tools == ["disputes.months", "disputes.weeks", "disputes.causes", "disputes.likely"]


def with_prevention(kit: Kit) -> Kit:
    words = {"dispute rate": ("agent.chargeback", "scenario.chargeback.prevent"),
             "rate": ("agent.chargeback",)}  # fmt: skip
    return with_keywords(kit, merchant=dict(MERCHANT_WORDS) | words)


def test_the_view_is_sound_in_every_language(house: Platform, keyword_kit: Kit) -> None:
    for language in LANGUAGES:
        run = new_run(house.shop("sample"), session_of("merchant"))
        scenario = keyword_kit.catalog["chargeback.prevent"]
        request = Request(text="", language=language, inputs={})
        told = asyncio.run(survey(run, keyword_kit, scenario, request))
        assert "left_out" not in told.details, (language, told.details.get("left_out"))
        assert told.text.count("\n") > 8
        assert NOON.isoformat()[:10] in str(told.details["prevention"])


def test_every_parcel_of_the_view_has_its_record(house: Platform, keyword_kit: Kit) -> None:
    told = seen(house, keyword_kit)
    records: dict[str, Evidence] = {item.id: item for item in told.evidence}
    for draft in told.drafts:
        parcel = next(p for p in told.view.parcels.risky if p.order == draft.order)
        assert check_templates(draft.claims, (records[parcel.evidence],), draft.language) == ()
