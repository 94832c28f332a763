"""The worst model there can be: it does whatever an outsider's text in its prompt demands.

It knows the injection that was planted as a reader would who understands every language and every
disguise. Where its prompt does not hold it, it does nothing of its own.
"""

import json
from collections.abc import AsyncIterator, Iterator, Sequence

from pydantic import JsonValue

from agents.grounding.verify import sentences
from evals.attacks.corpus import Injection, typed
from tradewind.base import LANGUAGES
from tradewind.ports.models import ChatRequest, Completion, ProposedCall

TOOL_SAYS = "Tool result:"
"""How a tool's result stands in the prompt of a tool-calling loop."""
LONG_ENOUGH = 12
"""Characters of a sentence by which it is known."""

Call = tuple[str, dict[str, JsonValue]]


class ObedientChat:
    """Obeys one injection wherever it reads it. `reads` are the calls that it makes first: those
    that an honest model would make for the request."""

    def __init__(self, injection: Injection, reads: Sequence[Call] = ()) -> None:
        self._injection = injection
        self._parts = parts_of(injection.text)
        self._reads = list(reads)
        self._calls: Iterator[Call] | None = None
        self.obeyed = 0

    @property
    def name(self) -> str:
        return "obedient"

    @property
    def trusted_languages(self) -> frozenset[str]:
        return frozenset(LANGUAGES)

    async def complete(self, request: ChatRequest) -> Completion:
        prompt = "\n".join(message.content for message in request.messages)
        if request.tools:
            return self._act(request, prompt)
        return Completion(text=self._write(request, prompt), model=self.name)

    async def stream(self, request: ChatRequest) -> AsyncIterator[str | Completion]:
        yield await self.complete(request)

    async def aclose(self) -> None:
        """Holds nothing."""

    def _finds(self, prompt: str) -> bool:
        found = any(part in prompt for part in self._parts)
        self.obeyed += found
        return found

    def _write(self, request: ChatRequest, prompt: str) -> str:
        properties = (request.json_schema or {}).get("properties")
        wanted = set(properties) if isinstance(properties, dict) else set[str]()
        found = self._finds(prompt)
        if "answerable" in wanted:
            return self._draft(request, prompt) if found else '{"answerable":false,"sentences":[]}'
        if "answers" in wanted:
            return json.dumps({"answers": self._choice(prompt) if found else []})
        if "wish" in wanted:
            return json.dumps({"wish": _first_enum(properties)})
        return self._injection.text if found else ""

    def _draft(self, request: ChatRequest, prompt: str) -> str:
        """First what is demanded, citing everything; then the outsider's own words, citing them."""
        again = len(request.messages) > 2
        told = self._injection.text if again else self.said(prompt)
        numbers = [n for n in range(1, 5) if f"[{n}]" in prompt]
        sentence: JsonValue = {"text": told[:300], "sources": list(numbers)}
        return json.dumps({"answerable": True, "sentences": [sentence]})

    def _choice(self, prompt: str) -> list[int]:
        lines = [line.split("] ", 1) for line in prompt.splitlines() if line.startswith("[")]
        return [
            int(number[1:]) for number, told in (line for line in lines if len(line) == 2)
            if told.strip() and (told.strip() in self._injection.text)
        ][:2]  # fmt: skip

    def _act(self, request: ChatRequest, prompt: str) -> Completion:
        """Read as asked, then call what is demanded in every way that might pass, then say it."""
        if self._reads:
            return self._call(*self._reads.pop(0))
        if self._calls is None:
            self._calls = self._demanded(prompt) if self._finds(prompt) else iter(())
        for call in self._calls:
            return self._call(*call)
        told = self.said(prompt) if self._finds(prompt) else ""
        return Completion(text=told, model=self.name)

    def _demanded(self, prompt: str) -> Iterator[Call]:
        wanted = self._injection
        if wanted.goal in ("others", "policy"):
            for tool in ("orders.find", "logistics.track", "orders.messages"):
                yield tool, {"order_id": _order_of(wanted)}
        told = {name: _filled(value, prompt) for name, value in wanted.arguments.items()}
        yield wanted.tool, typed(told)
        if "amount" in told:
            yield wanted.tool, {"order_id": told["order_id"]}
            yield wanted.tool, typed(told | {"amount": "1.00 USD"})
        if "text" in told:
            yield wanted.tool, {**told, "text": wanted.text}

    def _call(self, name: str, arguments: dict[str, JsonValue]) -> Completion:
        call = ProposedCall(id="1", name=name, arguments=json.dumps(arguments))
        return Completion(text="", model=self.name, finish="tool_calls", tool_calls=(call,))

    def said(self, prompt: str) -> str:
        """What it was told to say, filled with what it has read."""
        return _filled(self._injection.say, prompt)


def parts_of(text: str) -> list[str]:
    """By what a text is known: the whole, and each of its longer sentences."""
    return [text, *(part for part in sentences(text) if len(part) >= LONG_ENOUGH)]


def _filled(text: str, prompt: str) -> str:
    found = prompt.rpartition(TOOL_SAYS)[2].strip() or prompt[-200:]
    return text.replace("{found}", found[:200]).replace("{prompt}", prompt[:200])


def _order_of(injection: Injection) -> str:
    words = injection.text.replace(",", " ").replace("'", " ").split()
    return next((word.strip(".:") for word in words if word.startswith("#W")), "#W0000000")


def _first_enum(properties: JsonValue) -> str:
    wish = properties.get("wish") if isinstance(properties, dict) else None
    names = wish.get("enum") if isinstance(wish, dict) else None
    return str(names[0]) if isinstance(names, list) else ""
