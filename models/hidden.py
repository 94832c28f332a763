"""`HiddenStates`: last hidden states of the local chat model, as vectors."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from models.engine import LocalEngine, Pooling, plain
from models.local import refusal
from tradewind.errors import BackendError


class HiddenStates:
    """Unit-length vectors from the model that LocalChat also uses; any language. `pooling`: the
    mean over a text's tokens, or the last one, which has read all others.

    One forward pass a text, about as long as reading it as a prompt. The same text gives the
    same vector whatever stands beside it. `dimension` is read off the model when not given.
    Texts are cut after `max_bytes` of UTF-8, at most after the engine's longest.
    """

    def __init__(
        self,
        engine: LocalEngine,
        path: Path,
        name: str,
        dimension: int | None = None,
        max_bytes: int | None = None,
        pooling: Pooling = "mean",
    ) -> None:
        engine.claim(path)
        self._engine = engine
        self._name = name
        self._pooling: Pooling = pooling
        self._dimension = dimension
        longest = engine.longest(pooling)
        self._bytes = min(max_bytes or longest, longest)

    @property
    def name(self) -> str:
        return f"{'hidden' if self._pooling == 'mean' else 'last'}:{self._name}"

    @property
    def dimension(self) -> int:
        if self._dimension is None:
            self._dimension = len(self.embed(["a"])[0])
        return self._dimension

    @property
    def languages(self) -> frozenset[str]:
        return frozenset()

    def embed(
        self, texts: Sequence[str], kind: Literal["query", "passage"] = "passage"
    ) -> list[list[float]]:
        """Blocks; call it off the event loop. Raises BackendError."""
        clean = [readable(text, self._bytes) for text in texts]
        waiting = [
            self._engine.submit(_vector, self._name, text, pooling=self._pooling) for text in clean
        ]
        return [future.result() for future in waiting]


def readable(text: str, most: int) -> str:
    """What is embedded of a text: `most` bytes of it, a blank for nothing."""
    return plain(text).encode()[:most].decode("utf-8", "ignore").strip() or " "


def _vector(server: Any, name: str, text: str) -> list[float]:
    answer: dict[str, Any] = server.handle_embeddings({"input": text})
    if "error" in answer:
        raise refusal(name, answer["error"])
    if not answer.get("data"):
        raise BackendError(f"{name} gave no vector")
    return answer["data"][0]["embedding"]
