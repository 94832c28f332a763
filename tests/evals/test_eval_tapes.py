"""Tapes: what was recorded is played, and nothing else."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from evals.tape import SHOP, Deck
from evals.taped import (
    RecordingChat,
    RecordingEmbedding,
    RecordingReranker,
    TapeChat,
    TapeEmbedding,
    TapeReranker,
    facts_of,
)
from models.scripted import ScriptedChat, ScriptedEmbedding
from tradewind.errors import ReplayMismatch, SpecError
from tradewind.ports.models import ChatMessage, ChatRequest, Completion


def ask(text: str) -> ChatRequest:
    return ChatRequest(messages=(ChatMessage(role="user", content=text),))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A recorded shop tape and a suite with one case."""
    deck = Deck(tmp_path)
    deck.begin(["greet"])
    embedding = ScriptedEmbedding(languages=frozenset({"en"}))
    deck.introduce("embed", facts_of(embedding))
    RecordingEmbedding(deck, embedding).embed(["red kettle"])
    chat = RecordingChat(deck, ScriptedChat(["hello"], "small", frozenset({"en"})))
    with deck.at("greet", "case-1"):
        asyncio.run(chat.complete(ask("hi")))
        RecordingEmbedding(deck, embedding).embed(["hi"], "query")
    deck.save()
    return tmp_path


def test_a_recorded_completion_is_played(folder: Path):
    deck = Deck(folder)
    chat = TapeChat(deck, "small", frozenset())
    with deck.at("greet", "case-1"):
        assert asyncio.run(chat.complete(ask("hi"))).text == "hello"


def test_recorded_scores_are_played(tmp_path: Path):
    class Sure:
        name = "sure"

        def score(self, question: str, passages: Sequence[str], english: str = "") -> list[float]:
            return [0.5, -2.0]

    deck = Deck(tmp_path)
    deck.begin(["greet"])
    with deck.at("greet", "case-1"):
        assert RecordingReranker(deck, Sure()).score("red?", ["a", "b"]) == [0.5, -2.0]
    deck.save()
    played = TapeReranker(Deck(tmp_path), "sure")
    with deck.at("greet", "case-1"):
        assert played.score("red?", ["a", "b"]) == [0.5, -2.0]
        with pytest.raises(ReplayMismatch, match="case-1"):
            played.score("red?", ["b", "a"])


def test_a_stream_ends_with_the_completion(folder: Path):
    deck = Deck(folder)

    async def heard() -> list[str | Completion]:
        with deck.at("greet", "case-1"):
            return [item async for item in TapeChat(deck, "small", frozenset()).stream(ask("hi"))]

    pieces = asyncio.run(heard())
    assert pieces[0] == "hello"
    assert isinstance(pieces[-1], Completion)


def test_an_unknown_request_names_the_case(folder: Path):
    deck = Deck(folder)
    chat = TapeChat(deck, "small", frozenset())
    with deck.at("greet", "case-1"), pytest.raises(ReplayMismatch, match=r"case case-1.*bye"):
        asyncio.run(chat.complete(ask("bye")))
    assert deck.mismatch is not None


def test_another_model_has_no_answers(folder: Path):
    deck = Deck(folder)
    chat = TapeChat(deck, "large", frozenset())
    with deck.at("greet", "case-1"), pytest.raises(ReplayMismatch):
        asyncio.run(chat.complete(ask("hi")))


def test_vectors_come_back_as_the_recording_gave_them(tmp_path: Path):
    model, deck = ScriptedEmbedding(), Deck(tmp_path)
    deck.begin([])
    given = RecordingEmbedding(deck, model).embed(["blue lamp", "red kettle"])
    deck.introduce("embed", facts_of(model))
    deck.save()
    played = Deck(tmp_path)
    taped = TapeEmbedding(played, played.facts("embed"))
    assert taped.embed(["blue lamp", "red kettle"]) == given
    assert given[0] == pytest.approx(model.embed(["blue lamp"])[0], abs=1e-3)


def test_a_query_is_not_a_passage(folder: Path):
    deck = Deck(folder)
    taped = TapeEmbedding(deck, deck.facts("embed"))
    assert taped.languages == frozenset({"en"})
    assert taped.embed(["red kettle"])
    with pytest.raises(ReplayMismatch, match=SHOP):
        taped.embed(["red kettle"], "query")


def test_a_missing_or_broken_tape_says_how_to_record_one(folder: Path):
    with pytest.raises(SpecError, match="--record"):
        Deck(folder).facts("features")
    (folder / "greet.json.gz").write_bytes(b"no tape")
    deck = Deck(folder)
    with deck.at("greet", "case-1"), pytest.raises(SpecError, match="greet"):
        asyncio.run(TapeChat(deck, "small", frozenset()).complete(ask("hi")))


def test_recording_again_asks_only_what_the_tape_lacks(folder: Path):
    deck = Deck(folder)
    deck.begin(["greet"])
    model = ScriptedChat(["good day"], "small")
    chat = RecordingChat(deck, model)
    with deck.at("greet", "case-1"):
        assert asyncio.run(chat.complete(ask("hi"))).text == "hello"
    with deck.at("greet", "case-2"):
        assert asyncio.run(chat.complete(ask("bye"))).text == "good day"
    assert [request.messages[-1].content for request in model.requests] == ["bye"]


def test_recording_again_drops_what_is_not_asked_for_any_more(folder: Path):
    deck = Deck(folder)
    deck.begin(["greet"])
    deck.save()
    played = Deck(folder)
    with played.at("greet", "case-1"), pytest.raises(ReplayMismatch):
        asyncio.run(TapeChat(played, "small", frozenset()).complete(ask("hi")))
