"""Models that play from a deck of tapes, and models that record onto one."""

from collections.abc import AsyncIterator, Sequence
from typing import Literal

from evals.tape import Deck, Facts
from tradewind.base import digest
from tradewind.ports.models import ChatModel, ChatRequest, Completion, EmbeddingModel, Reranker

Kind = Literal["query", "passage"]


class TapeChat:
    """Answers from the deck. Raises ReplayMismatch naming the case for an unknown request."""

    def __init__(self, deck: Deck, name: str, trusted_languages: frozenset[str]) -> None:
        self._deck = deck
        self._name = name
        self._trusted = trusted_languages

    @property
    def name(self) -> str:
        return self._name

    @property
    def trusted_languages(self) -> frozenset[str]:
        return self._trusted

    async def complete(self, request: ChatRequest) -> Completion:
        return self._deck.completion(chat_key(self._name, request), _asked(request))

    async def stream(self, request: ChatRequest) -> AsyncIterator[str | Completion]:
        """Yields the text in one piece, then the Completion."""
        completion = await self.complete(request)
        yield completion.text
        yield completion

    async def aclose(self) -> None:
        """Holds nothing."""


class RecordingChat(TapeChat):
    """Keeps what the old tape holds, else asks the model behind it and keeps what it says."""

    def __init__(self, deck: Deck, model: ChatModel) -> None:
        super().__init__(deck, model.name, model.trusted_languages)
        self._model = model

    async def complete(self, request: ChatRequest) -> Completion:
        key = chat_key(self.name, request)
        completion = self._deck.known_completion(key) or await self._model.complete(request)
        self._deck.keep_completion(key, completion)
        return completion

    async def aclose(self) -> None:
        await self._model.aclose()


class TapeEmbedding:
    """Vectors from the deck. Raises ReplayMismatch naming the case for an unknown text."""

    def __init__(self, deck: Deck, facts: Facts) -> None:
        self._deck = deck
        self._facts = facts

    @property
    def name(self) -> str:
        return self._facts.name

    @property
    def dimension(self) -> int:
        return self._facts.dimension

    @property
    def languages(self) -> frozenset[str]:
        return self._facts.languages

    def embed(self, texts: Sequence[str], kind: Kind = "passage") -> list[list[float]]:
        return [self._deck.vector(text_key(self.name, text, kind), text) for text in texts]


class RecordingEmbedding(TapeEmbedding):
    """Keeps what the old tape holds, else asks the model behind it and keeps its vectors."""

    def __init__(self, deck: Deck, model: EmbeddingModel) -> None:
        super().__init__(deck, facts_of(model))
        self._model = model

    def embed(self, texts: Sequence[str], kind: Kind = "passage") -> list[list[float]]:
        keys = [text_key(self.name, text, kind) for text in texts]
        known = {key: self._deck.known_vector(key) for key in keys}
        new = {key: text for key, text in zip(keys, texts, strict=True) if known[key] is None}
        asked = self._model.embed(list(new.values()), kind) if new else []
        known |= zip(new, asked, strict=True)
        return [self._deck.keep_vector(key, known[key] or ()) for key in keys]


class TapeReranker:
    """Scores from the deck. Raises ReplayMismatch naming the case for an unknown question."""

    def __init__(self, deck: Deck, name: str) -> None:
        self._deck, self.name = deck, name

    def score(self, question: str, passages: Sequence[str], english: str = "") -> list[float]:
        return self._deck.vector(self._key(question, passages, english), question)

    def _key(self, question: str, passages: Sequence[str], english: str) -> str:
        return digest([self.name, question, list(passages), english])


class RecordingReranker(TapeReranker):
    """Keeps what the old tape holds, else asks the model behind it and keeps its scores."""

    def __init__(self, deck: Deck, model: Reranker) -> None:
        super().__init__(deck, model.name)
        self._model = model

    def score(self, question: str, passages: Sequence[str], english: str = "") -> list[float]:
        key = self._key(question, passages, english)
        known = self._deck.known_vector(key) or self._model.score(question, passages, english)
        return self._deck.keep_vector(key, known)


def facts_of(model: EmbeddingModel) -> Facts:
    """What the model says of itself."""
    return Facts(name=model.name, dimension=model.dimension, languages=model.languages)


def chat_key(model: str, request: ChatRequest) -> str:
    """What a tape keeps a completion under."""
    return digest(["chat", model, request.model_dump(mode="json")])


def text_key(model: str, text: str, kind: Kind) -> str:
    """What a tape keeps a vector under."""
    return digest(["text", model, kind, text])


def _asked(request: ChatRequest) -> str:
    return request.messages[-1].content if request.messages else ""
