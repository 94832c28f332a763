"""The one local model of a process: loaded at first use, called by one thread.

One llama.cpp server serves both completions and mean-pooled hidden states from the same
weights. It has two slots: with a text at a time on the second, vectors do not depend on their
neighbours, and the prompt prefix in the first stays warm (evicted ones wait in a small cache).
A second one, opened when first asked, gives the state of a text's last token. It reads the same
pages of the file and costs about 160 MB more.
"""

import importlib
import secrets
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal, ParamSpec, TypeVar

from models.cores import cores
from tradewind.errors import BackendError, SpecError

P = ParamSpec("P")
T = TypeVar("T")

SLOTS = 2
BATCH = 2048
"""Tokens of one forward pass; the longest text that can be pooled."""
PROMPT_CACHE_MIB = 256
LAST_BATCH = 1024
"""Tokens of a text whose last token is read."""

Pooling = Literal["mean", "last"]
"""Which hidden states a server gives: the mean of a text's tokens, or its last one's."""


class LocalEngine:
    """Holds at most one GGUF model. Wiring makes one and hands it to every local back end.

    `context` is the tokens of prompt plus answer. More `threads` than free cores make it
    several times slower.
    """

    def __init__(self, threads: int | None = None, context: int = 4096) -> None:
        self.threads = threads or cores()
        self.context = context
        self._path: Path | None = None
        self._servers: dict[Pooling, Any] = {}
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="local-model")

    def longest(self, pooling: Pooling = "mean") -> int:
        """Bytes of text that surely fit one pooled pass: a byte makes at most one token."""
        return min(BATCH if pooling == "mean" else LAST_BATCH, self.context) - 8

    def claim(self, path: Path) -> None:
        """Name the file to be loaded. Raises SpecError when it is missing or another is held."""
        if not path.is_file():
            raise SpecError(f"model file {path} is missing", "Run `tradewind models pull`.")
        real = path.resolve()
        if self._path not in (None, real):
            raise SpecError(
                f"this process already holds {self._path}, it cannot also load {real}",
                "Give all local tiers the same model, or serve one over an endpoint.",
            )
        self._path = real

    def submit(
        self, function: Callable[..., T], *args: object, pooling: Pooling = "mean"
    ) -> "Future[T]":
        """Run `function(server, *args)` in the model's thread, after those before it."""
        return self._worker.submit(self._call, function, args, pooling)

    def close(self) -> None:
        """Wait for the call in progress and free the model."""
        self._worker.shutdown(wait=True, cancel_futures=True)
        self._servers.clear()

    def _call(self, function: Callable[..., T], args: tuple[object, ...], pooling: Pooling) -> T:
        if pooling not in self._servers:
            self._servers[pooling] = self._load(pooling)
        return function(self._servers[pooling], *args)

    def _load(self, pooling: Pooling) -> Any:
        if self._path is None:
            raise SpecError("no local model was named", "Call `claim` with its file first.")
        xllamacpp: Any = importlib.import_module("xllamacpp")
        try:
            return xllamacpp.Server(self._parameters(xllamacpp, self._path, pooling))
        except RuntimeError as error:
            raise BackendError(
                f"{self._path} cannot be loaded: {error}", "Run `tradewind models verify`."
            ) from error

    def _parameters(self, xllamacpp: Any, path: Path, pooling: Pooling) -> Any:
        chosen, kinds = xllamacpp.CommonParams(), xllamacpp.llama_pooling_type
        chosen.model.path = str(path)
        if pooling == "mean":
            chosen.n_ctx, chosen.n_parallel = self.context * SLOTS, SLOTS
            chosen.n_batch = chosen.n_ubatch = BATCH
            chosen.cache_ram_mib = PROMPT_CACHE_MIB
            chosen.pooling_type = kinds.LLAMA_POOLING_TYPE_MEAN
        else:  # its weights stay as the file has them: a copy laid out anew is a gigabyte
            chosen.n_ctx, chosen.n_parallel = LAST_BATCH, 1
            chosen.n_batch = chosen.n_ubatch = LAST_BATCH
            chosen.cache_ram_mib, chosen.no_extra_bufts = 0, True
            chosen.pooling_type = kinds.LLAMA_POOLING_TYPE_LAST
        chosen.embedding = True
        chosen.verbosity, chosen.warmup, chosen.ui = 0, False, False
        # The library listens on a loopback port of its own; nobody is told the key to it.
        chosen.api_keys = [secrets.token_hex(16)]
        for part in (chosen.cpuparams, chosen.cpuparams_batch):
            part.n_threads = self.threads
        return chosen


def plain(text: str) -> str:
    """Text that the tokenizer reads as text: no control tokens (`<|im_start|>`), no lone
    surrogates, no NUL."""
    clean = text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")
    return clean.replace("<|", "< |")
