"""A card number in what a model says reaches neither reader nor journal, however it is written."""

import asyncio
import json

import pytest
from agent_world import Talk, drafted, model, session_of, told
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from agents.journal import Journal
from agents.kit import Kit
from agents.masking import mask_completion, mask_json, mask_value
from agents.run import Road, Run
from tradewind.cards import passes_luhn
from tradewind.ports.models import ChatMessage, ChatRequest, Completion, ProposedCall
from tradewind.tool import ToolContext
from wiring.platform import Platform

CARD = "4111111111111111"
ASKED = ChatRequest(messages=(ChatMessage(role="user", content="hello"),))
STEMS = {"4": 16, "51": 16, "2221": 16, "34": 15, "6011": 16, "36": 14, "62": 19}


@st.composite
def cards(draw: st.DrawFn) -> tuple[str, str]:
    """A card's digits, and the same as a model may write it: in groups, in JSON's escapes."""
    stem = draw(st.sampled_from(sorted(STEMS)))
    head = (stem + draw(st.text("0123456789", min_size=18, max_size=18)))[: STEMS[stem] - 1]
    digits = next(head + str(n) for n in range(10) if passes_luhn(head + str(n)))
    between = draw(st.sampled_from(["", " ", "-", ".", "\u00a0"]))
    breaks = draw(st.sets(st.integers(1, len(digits) - 1)))
    escapes = draw(st.sets(st.integers(0, len(digits) - 1)))
    written = "".join(
        (between if n in breaks else "") + (f"\\u00{ord(d):x}" if n in escapes else d)
        for n, d in enumerate(digits)
    )
    return digits, written


def digits_of(text: str) -> str:
    return "".join(sign for sign in text if sign.isdecimal())


def kept_of(house: Platform, said: Completion) -> tuple[Completion, str]:
    """What a run hands on of a completion, and its journal."""
    road = Road({}, {"base": model(said)}, None)
    context = ToolContext(session_of("merchant"), house.shop("sample").reader)
    run = Run(Journal("r"), road, context, lambda _: None)
    got = asyncio.run(run.complete("base", ASKED))
    assert got is not None
    return got, str([span.model_dump() for span in run.journal.spans])


AROUND = ["{}", "Pay with {} now.", '{{"sentences": [{{"text": "card {}", "sources": [1]}}]}}']


@given(card=cards(), around=st.sampled_from(AROUND))
@settings(
    max_examples=150, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
def test_no_card_number_of_a_model_is_handed_on_or_kept(
    house: Platform, card: tuple[str, str], around: str
) -> None:
    digits, written = card
    got, journal = kept_of(house, Completion(text=around.format(written), model="m", fault=digits))
    for shown in (got.text, got.fault, journal):
        assert digits not in digits_of(shown)
        assert digits not in digits_of(mask_json(shown.replace("\\\\", "\\")))
    assert f"•••• {digits[-4:]}" in got.text
    if "sentences" in around:
        (sentence,) = json.loads(got.text)["sentences"]
        assert digits not in digits_of(sentence["text"])


@given(st.text(max_size=60))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_what_holds_no_card_number_stays_as_it_is(text: str) -> None:
    said = Completion(text=json.dumps({"text": text}), model="m")
    kept = mask_completion(said)
    assert kept is said or "••••" in kept.text


def test_a_tool_call_with_a_card_number_is_refused() -> None:
    for arguments in (
        f'{{"card": "{CARD}"}}',
        f'{{"card": {CARD}}}',
        '{"c": "\\u0034111 1111 1111 1111"}',
    ):
        call = ProposedCall(id="1", name="pay", arguments=arguments)
        said = Completion(text="", model="m", finish="tool_calls", tool_calls=(call,))
        kept = mask_completion(said)
        assert (kept.finish, kept.tool_calls) == ("refused", ())
        assert "card number" in kept.fault


def test_plain_data_is_masked_in_depth() -> None:
    told: JsonValue = {"a": [CARD, {"b": f"no {CARD}"}], "n": 5, "none": None}
    assert mask_value(told) == {"a": ["•••• 1111", {"b": "no •••• 1111"}], "n": 5, "none": None}


# ---- a turn


def leaves_a_card(house: Platform, kit: Kit, thread: str) -> bool:
    """Whether a card number that a model made up is said, or kept of its turn."""
    chat = model(*[drafted((f"Pay with card {CARD} within 30 days.", [1]))] * 9)
    buyer = Talk(house.shop("sample"), kit, "buyer", chat)
    answer = asyncio.run(buyer.say("How can I return a parcel?", thread))
    assert chat.requests
    kept = str([span.model_dump() for span in buyer.spans()])
    return CARD in told(answer) or CARD in kept or CARD in str(chat.requests)


def test_a_turn_keeps_no_card_number_that_a_model_made_up(
    house: Platform, keyword_kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def same(completion: Completion) -> Completion:
        return completion

    assert not leaves_a_card(house, keyword_kit, "model-card1")
    monkeypatch.setattr("agents.run.mask_completion", same)
    assert leaves_a_card(house, keyword_kit, "model-card2")
