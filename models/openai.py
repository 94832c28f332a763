"""`EndpointChat`: vLLM or any OpenAI-compatible chat endpoint, on langchain-openai."""

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import httpx

from models.address import Endpoint
from models.bounded import BoundedTransport
from models.calls import Stream
from models.faults import UNREADABLE, fault_of, remote_errors
from models.retry import Attempts, Breaker, RetryPolicy
from tradewind.errors import BackendError, BackendTimeout, SpecError
from tradewind.ports.models import ChatMessage, ChatRequest, Completion, Usage

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk, BaseMessage

CONNECT_S = 5.0

LARGEST = 8 * 1024 * 1024
"""Bytes of one answer; a streamed token takes about 250, so some 30,000 tokens."""


class EndpointChat:
    """A remote chat model. Answers always arrive as a stream, so that raw tool arguments are
    seen as the model wrote them.

    `timeout_s` bounds the silence between two pieces, `deadline_s` one whole try. 429, 5xx and
    connection faults are repeated as `policy` says, until the first piece was handed on. An
    answer has at most LARGEST bytes.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        api_key: str = "",
        trusted_languages: frozenset[str] = frozenset(),
        *,
        timeout_s: float = 60.0,
        deadline_s: float = 300.0,
        policy: RetryPolicy | None = None,
        breaker: Breaker | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._endpoint = endpoint
        self._key = api_key
        self._trusted = trusted_languages
        self._timeout_s, self._deadline_s = timeout_s, deadline_s
        self._policy = policy or RetryPolicy()
        self._breaker = breaker or Breaker()
        self._sleep, self._jitter = sleep, jitter
        self._client: Any = None
        self._http: httpx.AsyncClient | None = None

    @property
    def name(self) -> str:
        return self._endpoint.model

    @property
    def trusted_languages(self) -> frozenset[str]:
        return self._trusted

    async def complete(self, request: ChatRequest) -> Completion:
        """Raises BackendTimeout, RateLimited, BackendError; SpecError for a grammar that this
        endpoint cannot take."""
        attempts = self._attempts()
        while True:
            try:
                answer = await self._whole(request)
            except remote_errors() as error:
                await self._sleep(attempts.after(fault_of(self.name, error, self._key)))
                continue
            attempts.succeeded()
            return _with_tries(answer, attempts)

    async def stream(self, request: ChatRequest) -> AsyncGenerator[str | Completion]:
        """Yields text, then the Completion. A fault after the first piece is not repeated."""
        attempts = self._attempts()
        begun = False
        while True:
            try:
                async with aclosing(self._pieces(request)) as pieces:
                    async for piece in pieces:
                        begun = begun or bool(piece)
                        yield piece if isinstance(piece, str) else _with_tries(piece, attempts)
                attempts.succeeded()
                return
            except remote_errors() as error:
                fault = fault_of(self.name, error, self._key)
                wait = attempts.after(fault)
                if begun:
                    raise fault.error from error
                await self._sleep(wait)

    async def aclose(self) -> None:
        if self._http is not None:
            await self._http.aclose()
        self._client = self._http = None

    def _attempts(self) -> Attempts:
        return Attempts(self.name, self._policy, self._breaker, self._jitter)

    async def _whole(self, request: ChatRequest) -> Completion:
        async with aclosing(self._pieces(request)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Completion):
                    return piece
        raise BackendError(f"{self.name} ended without an answer")

    async def _pieces(self, request: ChatRequest) -> AsyncGenerator[str | Completion]:
        """One try."""
        collected = Stream(model=self.name)
        options, opened = self._options(request), self._opened()
        deadline = asyncio.get_running_loop().time() + self._deadline_s
        chunks = opened.astream([_message(m) for m in request.messages], **options)
        async with aclosing(chunks):
            while (chunk := await self._next(chunks, deadline)) is not None:
                if piece := _take(chunk, collected):
                    yield piece
        yield collected.completion(request.tools)

    async def _next(
        self, chunks: AsyncGenerator["AIMessageChunk"], deadline: float
    ) -> "AIMessageChunk | None":
        try:
            async with asyncio.timeout_at(deadline):
                return await anext(chunks, None)
        except TimeoutError as error:
            raise BackendTimeout(f"{self.name} did not answer in time") from error
        except UNREADABLE as error:
            told = f"{self.name} sent what is no completion: {str(error)[:200]}"
            raise BackendError(told, "Check that the address is a model's.") from error

    def _opened(self) -> Any:
        if self._client is None:
            self._http = httpx.AsyncClient(
                timeout=self._timeouts(),
                transport=BoundedTransport(httpx.AsyncHTTPTransport(), LARGEST),
                headers={"Accept-Encoding": "identity"},
            )
            self._client = self._make(self._http)
        return self._client

    def _timeouts(self) -> httpx.Timeout:
        return httpx.Timeout(self._timeout_s, connect=min(CONNECT_S, self._timeout_s))

    def _make(self, http: httpx.AsyncClient) -> Any:
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        return ChatOpenAI(
            model=self._endpoint.model,
            base_url=self._endpoint.url,
            # Never empty: the library would then send the key of its own environment variable.
            api_key=SecretStr(self._key or "none"),
            http_async_client=http,
            timeout=self._timeouts(),
            stream_chunk_timeout=self._timeout_s,
            stream_usage=True,
            max_retries=0,
            use_responses_api=False,
        )

    def _options(self, request: ChatRequest) -> dict[str, Any]:
        options: dict[str, Any] = {
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
            "seed": request.seed,
        }
        if request.stop:
            options["stop"] = list(request.stop)
        if request.tools:
            options["tools"] = [_tool(t.name, t.description, t.schema_) for t in request.tools]
        if extra := self._bound(request):
            options["extra_body"] = extra
        return options

    def _bound(self, request: ChatRequest) -> dict[str, Any]:
        """What binds the output. In `extra_body`: as a named option the library would parse the
        answer itself and raise for one that was cut."""
        if request.json_schema is not None:
            schema = {"name": "answer", "schema": request.json_schema, "strict": True}
            return {"response_format": {"type": "json_schema", "json_schema": schema}}
        if request.grammar is None:
            return {}
        match self._endpoint.grammar:
            case "vllm":
                return {"structured_outputs": {"grammar": request.grammar}}
            case "llama.cpp":
                return {"grammar": request.grammar}
            case "none":
                raise SpecError(f"{self.name} takes no grammar", "Ask it with a JSON schema.")


def _message(message: ChatMessage) -> "BaseMessage":
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    kinds = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}
    # A lone surrogate cannot be sent.
    return kinds[message.role](content=message.content.encode("utf-8", "replace").decode())


def _with_tries(answer: Completion, attempts: Attempts) -> Completion:
    return answer.model_copy(update={"tries": tuple(attempts.failed)})


def _tool(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    described = {"name": name, "description": description, "parameters": schema}
    return {"type": "function", "function": described}


def _take(chunk: "AIMessageChunk", collected: Stream) -> str:
    """Read one chunk into `collected`; returns its text."""
    for n, call in enumerate(chunk.tool_call_chunks):
        index = call.get("index")
        collected.add_call(
            n if index is None else index, call.get("id"), call.get("name"), call.get("args")
        )
    if usage := chunk.usage_metadata:
        collected.usage = Usage(
            input_tokens=usage["input_tokens"], output_tokens=usage["output_tokens"]
        )
    collected.finish = chunk.response_metadata.get("finish_reason") or collected.finish
    piece = chunk.text
    collected.add_text(piece)
    return piece
