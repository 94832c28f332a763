"""Models behind one port each: chat, embedding."""

from collections.abc import AsyncIterator, Sequence
from typing import Literal, Protocol

from pydantic import Field, JsonValue

from tradewind.base import Record


class ChatMessage(Record):
    role: Literal["system", "user", "assistant"]
    content: str


class ToolSpec(Record):
    """A tool as a model sees it: name, docstring, JSON schema of its arguments."""

    name: str
    description: str
    schema_: dict[str, JsonValue] = Field(alias="schema")


class ProposedCall(Record):
    """A tool call as the model wrote it: `arguments` is raw JSON text, parsed strictly by us."""

    id: str
    name: str
    arguments: str


class ChatRequest(Record):
    """One completion. `json_schema` or `grammar` (GBNF) bind the output; at most one of them."""

    messages: tuple[ChatMessage, ...]
    json_schema: dict[str, JsonValue] | None = None
    grammar: str | None = None
    tools: tuple[ToolSpec, ...] = ()
    max_tokens: int = 512
    temperature: float = 0.0
    seed: int = 0
    stop: tuple[str, ...] = ()


class Usage(Record):
    """Tokens counted by the back end, zero where it does not say; cost in millionths of a
    US dollar, if known."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost_micros: int | None = None


class Completion(Record):
    """One answer. `finish` "length" means cut short: a cut tool call or JSON is never used.

    `tool_calls` are there only with "tool_calls": each is whole, names a tool of the request and
    has arguments that its schema takes. Where one does not, all are left out: it is "refused",
    and `fault` says why. `tries` are the failed ones before this answer: the error, the wait.
    """

    text: str
    model: str
    finish: Literal["stop", "length", "tool_calls", "refused"] = "stop"
    tool_calls: tuple[ProposedCall, ...] = ()
    usage: Usage = Usage()
    fault: str = ""
    tries: tuple[str, ...] = ()


class ChatModel(Protocol):
    """A chat model. Raises BackendError, BackendTimeout, RateLimited; an error's notes are the
    tries before the last.

    `trusted_languages` are those in which it may word facts by itself (data of the catalogue).
    """

    @property
    def name(self) -> str: ...
    @property
    def trusted_languages(self) -> frozenset[str]: ...
    async def complete(self, request: ChatRequest) -> Completion: ...
    def stream(self, request: ChatRequest) -> AsyncIterator[str | Completion]:
        """Yields pieces of text, then the whole Completion as the last item."""
        ...

    async def aclose(self) -> None: ...


class EmbeddingModel(Protocol):
    """Texts to unit-length vectors. `languages` empty: any language."""

    @property
    def name(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def languages(self) -> frozenset[str]: ...
    def embed(
        self, texts: Sequence[str], kind: Literal["query", "passage"] = "passage"
    ) -> list[list[float]]: ...


class Reranker(Protocol):
    """Tells how surely each passage answers a question.

    `english` is the question in English, by which the passages nearest to it are found; empty: it
    is English. `score` gives log odds in the passages' order, above 0 where it answers. It blocks;
    call it off the event loop. Raises BackendError.
    """

    @property
    def name(self) -> str: ...
    def score(self, question: str, passages: Sequence[str], english: str = "") -> list[float]: ...
