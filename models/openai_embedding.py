"""`EndpointEmbedding`: `/embeddings` of an OpenAI-compatible endpoint."""

import json
import random
import time
from collections.abc import Callable, Sequence
from typing import Any, Literal

import httpx

from models.address import Endpoint
from models.faults import fault_of
from models.retry import Attempts, Breaker, Fault, RetryPolicy, fault_of_status
from models.vectors import unit
from tradewind.errors import BackendError, BackendTimeout

BATCH = 64
CONNECT_S = 5.0

LARGEST = 32 * 1024 * 1024
"""Bytes of one answer; a batch of 64 vectors of 4,096 numbers takes about 6 million."""


class EndpointEmbedding:
    """Unit vectors from a remote embedder.

    The prefixes are put before a text by its kind, for embedders trained with them (E5).
    `dimension` is asked of the endpoint when not given; `languages` empty: any. `timeout_s`
    bounds the silence between two pieces, `deadline_s` one whole try.
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
        deadline_s: float = 120.0,
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
        self._deadline_s = deadline_s
        timeout = httpx.Timeout(timeout_s, connect=min(CONNECT_S, timeout_s))
        self._http = httpx.Client(timeout=timeout, headers={"Accept-Encoding": "identity"})

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
        url = f"{self._endpoint.url}/embeddings"
        try:
            with self._http.stream("POST", url, json=body, headers=headers) as answer:
                told = self._whole(answer)
        except (httpx.HTTPError, BackendError) as error:
            return fault_of(self.name, error, self._key)
        if answer.is_error:
            said = told.decode("utf-8", "replace")
            said = said.replace(self._key, "***") if self._key else said
            after = answer.headers.get("retry-after")
            return fault_of_status(self.name, answer.status_code, said, after)
        return self._read(told, len(texts))

    def _whole(self, answer: httpx.Response) -> bytes:
        """The body. Raises BackendTimeout for one that takes too long, BackendError for one that
        is too large."""
        until = time.monotonic() + self._deadline_s
        told = bytearray()
        for piece in answer.iter_bytes():
            told += piece
            if len(told) > LARGEST:
                raise BackendError(f"{self.name} sent more than {LARGEST} bytes")
            if time.monotonic() > until:
                raise BackendTimeout(f"{self.name} did not answer in time")
        return bytes(told)

    def _read(self, told: bytes, count: int) -> list[list[float]]:
        try:
            rows: list[dict[str, Any]] = sorted(
                json.loads(told)["data"], key=lambda row: row["index"]
            )
            vectors = [unit(row["embedding"]) for row in rows]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise BackendError(f"{self.name} sent no list of vectors: {error!r}") from error
        if len(vectors) != count:
            raise BackendError(f"{self.name} sent {len(vectors)} vectors for {count} texts")
        return vectors
