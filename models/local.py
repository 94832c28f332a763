"""`LocalChat`: a GGUF model in this process, on llama.cpp."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from pathlib import Path
from threading import Event
from typing import Any

from models.calls import Stream
from models.engine import LocalEngine, plain
from tradewind.errors import BackendError, BackendTimeout
from tradewind.ports.models import ChatRequest, Completion, ToolSpec, Usage


class LocalChat:
    """A chat model on the process's LocalEngine; calls wait for each other.

    `timeout_s` bounds one call, waiting included. Raises SpecError at construction when the
    file is missing or the engine holds another.
    """

    def __init__(
        self,
        engine: LocalEngine,
        path: Path,
        name: str,
        trusted_languages: frozenset[str] = frozenset(),
        timeout_s: float = 300.0,
    ) -> None:
        engine.claim(path)
        self._engine = engine
        self._name = name
        self._trusted = trusted_languages
        self._timeout_s = timeout_s

    @property
    def name(self) -> str:
        return self._name

    @property
    def trusted_languages(self) -> frozenset[str]:
        return self._trusted

    async def complete(self, request: ChatRequest) -> Completion:
        """Raises BackendTimeout, and BackendError, also for a prompt beyond the context."""
        async with aclosing(self.stream(request)) as items:
            async for item in items:
                if isinstance(item, Completion):
                    return item
        raise BackendError(f"{self._name} ended without an answer")

    async def stream(self, request: ChatRequest) -> AsyncGenerator[str | Completion]:
        """Yields text, then the Completion. Leaving early stops the model at its next token."""
        loop = asyncio.get_running_loop()
        pieces: asyncio.Queue[str] = asyncio.Queue()
        stop = Event()

        def put(piece: str) -> None:
            with suppress(RuntimeError):  # the loop has been closed: nobody listens any more
                loop.call_soon_threadsafe(pieces.put_nowait, piece)

        future = asyncio.wrap_future(self._engine.submit(_generate, request, self._name, put, stop))
        deadline = loop.time() + self._timeout_s
        try:
            while (piece := await _next(pieces, future, deadline - loop.time())) is not None:
                yield piece
            if not future.done():
                raise BackendTimeout(f"{self._name} took longer than {self._timeout_s:g} s")
            yield future.result()
        finally:
            stop.set()
            future.cancel()

    async def aclose(self) -> None:
        """Nothing to do: the engine belongs to wiring."""


async def _next(
    pieces: asyncio.Queue[str], future: "asyncio.Future[Completion]", seconds: float
) -> str | None:
    """The next piece; None when the answer is whole or the time is over."""
    if pieces.empty():
        waiter = asyncio.ensure_future(pieces.get())
        try:
            await asyncio.wait(
                {waiter, future}, timeout=max(0, seconds), return_when=asyncio.FIRST_COMPLETED
            )
            if waiter.done():
                return waiter.result()
        finally:
            waiter.cancel()
    # Pieces are put before the future is set, both through the loop: none can come after it.
    return None if pieces.empty() else pieces.get_nowait()


def body_of(request: ChatRequest) -> dict[str, Any]:
    """The request in the library's (OpenAI's) words."""
    body: dict[str, Any] = {
        "messages": [{"role": m.role, "content": plain(m.content)} for m in request.messages],
        "max_tokens": request.max_tokens,
        "temperature": request.temperature,
        "seed": request.seed,
        "cache_prompt": True,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if request.stop:
        body["stop"] = list(request.stop)
    if request.grammar:
        body["grammar"] = request.grammar
    if request.json_schema is not None:
        schema = {"name": "answer", "schema": request.json_schema}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    if request.tools:
        body["tools"] = [_tool(spec) for spec in request.tools]
    return body


def _tool(spec: ToolSpec) -> dict[str, Any]:
    described = {"name": spec.name, "description": spec.description, "parameters": spec.schema_}
    return {"type": "function", "function": described}


def _generate(
    server: Any, request: ChatRequest, name: str, put: Callable[[str], None], stop: Event
) -> Completion:
    """Runs in the engine's thread."""
    collected = Stream(model=name)
    faults: list[dict[str, Any]] = []

    def hear(chunk: dict[str, Any]) -> bool:
        if "error" in chunk:
            faults.append(chunk["error"])
            return True
        if not stop.is_set() and (piece := _take(chunk, collected)):
            put(piece)
        return stop.is_set()

    if not stop.is_set():
        answer = server.handle_chat_completions(body_of(request), hear)
        if isinstance(answer, dict) and "error" in answer:
            faults.append(answer["error"])
    if faults:
        raise refusal(name, faults[0])
    return collected.completion(request.tools)


def _take(chunk: dict[str, Any], collected: Stream) -> str:
    """Read one chunk into `collected`; returns its text."""
    if usage := chunk.get("usage"):
        collected.usage = Usage(
            input_tokens=usage.get("prompt_tokens", 0),
            output_tokens=usage.get("completion_tokens", 0),
        )
    if not chunk.get("choices"):
        return ""
    choice = chunk["choices"][0]
    collected.finish = choice.get("finish_reason") or collected.finish
    delta = choice.get("delta", {})
    for call in delta.get("tool_calls") or ():
        function = call.get("function", {})
        collected.add_call(
            call.get("index", 0), call.get("id"), function.get("name"), function.get("arguments")
        )
    piece: str = delta.get("content") or ""
    collected.add_text(piece)
    return piece


def refusal(name: str, error: dict[str, Any]) -> BackendError:
    """The library's error as ours."""
    message = f"{name}: {error.get('message', error)}"
    if error.get("type") == "exceed_context_size_error":
        return BackendError(message, "Shorten the prompt, or raise the local model's context.")
    return BackendError(message)
