"""Back ends for tests: answers from a list, a function or a file; vectors from a hash."""

import hashlib
import json
import re
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from models.calls import checked
from models.vectors import unit
from tradewind.base import Record
from tradewind.errors import BackendError, SpecError
from tradewind.ports.models import ChatRequest, Completion

Answer = str | Completion
Script = Callable[[ChatRequest], Answer]


class ScriptRule(Record):
    """Answer `text` when the last message contains `contains`."""

    contains: str
    text: str


class ScriptFile(Record):
    """`rules` are tried first, in order; then `answers` are given out, one a request."""

    name: str = "scripted"
    trusted_languages: tuple[str, ...] = ()
    rules: tuple[ScriptRule, ...] = ()
    answers: tuple[str, ...] = Field(default=())


class ScriptedChat:
    """Gives prepared answers and keeps the requests in `requests`.

    Raises BackendError when a list is used up.
    """

    def __init__(
        self,
        script: Script | Iterable[Answer],
        name: str = "scripted",
        trusted_languages: frozenset[str] = frozenset(),
    ) -> None:
        self._script = script if callable(script) else _in_turn(script)
        self._name = name
        self._trusted = trusted_languages
        self.requests: list[ChatRequest] = []

    @classmethod
    def read(cls, path: Path) -> "ScriptedChat":
        """Read a ScriptFile (JSON). Raises SpecError naming the file."""
        try:
            file = ScriptFile.model_validate(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, ValidationError) as error:
            raise SpecError(f"{path}: {error}", 'Write {"answers": ["..."]}.') from error
        return cls(_by_rules(file), file.name, frozenset(file.trusted_languages))

    @property
    def name(self) -> str:
        return self._name

    @property
    def trusted_languages(self) -> frozenset[str]:
        return self._trusted

    async def complete(self, request: ChatRequest) -> Completion:
        self.requests.append(request)
        answer = self._script(request)
        if isinstance(answer, Completion):
            return checked(answer, request.tools)
        return Completion(text=answer, model=self._name)

    async def stream(self, request: ChatRequest) -> AsyncIterator[str | Completion]:
        """Yields the answer word by word, then the Completion."""
        completion = await self.complete(request)
        for word in re.findall(r"\s*\S+\s*", completion.text):
            yield word
        yield completion

    async def aclose(self) -> None:
        """Holds nothing."""


def _in_turn(answers: Iterable[Answer]) -> Script:
    left = iter(tuple(answers))

    def script(request: ChatRequest) -> Answer:
        for answer in left:
            return answer
        asked = request.messages[-1].content[:80] if request.messages else ""
        raise BackendError(f"the script has no answer left for {asked!r}", "Add one to it.")

    return script


def _by_rules(file: ScriptFile) -> Script:
    then = _in_turn(file.answers)

    def script(request: ChatRequest) -> Answer:
        asked = request.messages[-1].content if request.messages else ""
        fitting = (rule.text for rule in file.rules if rule.contains in asked)
        return next(fitting, None) or then(request)

    return script


class ScriptedEmbedding:
    """Unit vectors that depend on a text's words alone: texts sharing words lie closer."""

    def __init__(self, dimension: int = 32, languages: frozenset[str] = frozenset()) -> None:
        self._dimension = dimension
        self._languages = languages

    @property
    def name(self) -> str:
        return "scripted"

    @property
    def dimension(self) -> int:
        return self._dimension

    @property
    def languages(self) -> frozenset[str]:
        return self._languages

    def embed(
        self, texts: Sequence[str], kind: Literal["query", "passage"] = "passage"
    ) -> list[list[float]]:
        return [self._vector(text) for text in texts]

    def _vector(self, text: str) -> list[float]:
        total = [0.0] * self._dimension
        for word in text.lower().split() or [""]:
            for i, value in enumerate(_noise(word, self._dimension)):
                total[i] += value
        return unit(total)


def _noise(word: str, size: int) -> list[float]:
    """`size` numbers in -1..1 from SHAKE-128 of the word."""
    raw = hashlib.shake_128(word.encode("utf-8", "replace")).digest(size * 2)
    return [int.from_bytes(raw[2 * i : 2 * i + 2]) / 32767.5 - 1 for i in range(size)]
