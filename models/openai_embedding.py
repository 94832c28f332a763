"""`EndpointEmbedding`: `/embeddings` of an OpenAI-compatible endpoint."""

import random
import time
from collections.abc import Callable, Sequence
from typing import Any, Literal

import httpx

from models.address import Endpoint
from models.faults import fault_of
from models.retry import Attempts, Breaker, Fault, RetryPolicy, fault_of_status
from models.vectors import unit
from tradewind.errors import BackendError

BATCH = 64
CONNECT_S = 5.0


class EndpointEmbedding:
    """Unit vectors from a remote embedder.

    The prefixes are put before a text by its kind, for embedders trained with them (E5).
    `dimension` is asked of the endpoint when not given; `languages` empty: any.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        api_key: str = "",
        *,
        dimension: int | None = None,
        languages: frozenset[str] = frozenset(),
        query_prefix: str = "",
        passage_prefix: str = "",
        timeout_s: float = 30.0,
        policy: RetryPolicy | None = None,
        breaker: Breaker | None = None,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._endpoint = endpoint
        self._key = api_key
        self._dimension = dimension
        self._languages = languages
        self._prefixes = {"query": query_prefix, "passage": passage_prefix}
        self._policy = policy or RetryPolicy()
        self._breaker = breaker or Breaker()
        self._sleep, self._jitter = sleep, jitter
        timeout = httpx.Timeout(timeout_s, connect=min(CONNECT_S, timeout_s))
        self._http = httpx.Client(timeout=timeout)

    @property
    def name(self) -> str:
        return self._endpoint.model

    @property
    def dimension(self) -> int:
        if self._dimension is None:
            self._dimension = len(self.embed(["a"])[0])
        return self._dimension

    @property
    def languages(self) -> frozenset[str]:
        return self._languages

    def embed(
        self, texts: Sequence[str], kind: Literal["query", "passage"] = "passage"
    ) -> list[list[float]]:
        """Raises BackendTimeout, RateLimited, BackendError."""
        prefix = self._prefixes[kind]
        # Endpoints refuse an empty text, and a lone surrogate cannot be sent.
        clean = [prefix + (t.encode("utf-8", "replace").decode().strip() or " ") for t in texts]
        vectors: list[list[float]] = []
        for start in range(0, len(clean), BATCH):
            vectors += self._batch(clean[start : start + BATCH])
        return vectors

    def close(self) -> None:
        self._http.close()

    def _batch(self, texts: list[str]) -> list[list[float]]:
        attempts = Attempts(self.name, self._policy, self._breaker, self._jitter)
        while True:
            found = self._try(texts)
            if not isinstance(found, Fault):
                attempts.succeeded()
                return found
            self._sleep(attempts.after(found))

    def _try(self, texts: list[str]) -> list[list[float]] | Fault:
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        body = {"model": self._endpoint.model, "input": texts, "encoding_format": "float"}
        try:
            answer = self._http.post(f"{self._endpoint.url}/embeddings", json=body, headers=headers)
        except httpx.HTTPError as error:
            return fault_of(self.name, error, self._key)
        if answer.is_error:
            said = answer.text.replace(self._key, "***") if self._key else answer.text
            after = answer.headers.get("retry-after")
            return fault_of_status(self.name, answer.status_code, said, after)
        return self._read(answer, len(texts))

    def _read(self, answer: httpx.Response, count: int) -> list[list[float]]:
        try:
            rows: list[dict[str, Any]] = sorted(answer.json()["data"], key=lambda row: row["index"])
            vectors = [unit(row["embedding"]) for row in rows]
        except (ValueError, KeyError, TypeError) as error:
            raise BackendError(f"{self.name} sent no list of vectors: {error!r}") from error
        if len(vectors) != count:
            raise BackendError(f"{self.name} sent {len(vectors)} vectors for {count} texts")
        return vectors
