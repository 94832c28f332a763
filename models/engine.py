"""The one local model of a process: loaded at first use, called by one thread.

One llama.cpp server serves both completions and mean-pooled hidden states from the same
weights. It has two slots: with a text at a time on the second, vectors do not depend on their
neighbours, and the prompt prefix in the first stays warm (evicted ones wait in a small cache).
"""

import importlib
import secrets
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from models.cores import cores
from tradewind.errors import BackendError, SpecError

P = ParamSpec("P")
T = TypeVar("T")

SLOTS = 2
BATCH = 2048
"""Tokens of one forward pass; the longest text that can be pooled."""
PROMPT_CACHE_MIB = 256


class LocalEngine:
    """Holds at most one GGUF model. Wiring makes one and hands it to every local back end.

    `context` is the tokens of prompt plus answer. More `threads` than free cores make it
    several times slower.
    """

    def __init__(self, threads: int | None = None, context: int = 4096) -> None:
        self.threads = threads or cores()
        self.context = context
        self._path: Path | None = None
        self._server: Any = None
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="local-model")

    @property
    def longest(self) -> int:
        """Bytes of text that surely fit one pooled pass: a byte makes at most one token."""
        return min(BATCH, self.context) - 8

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

    def submit(self, function: Callable[..., T], *args: object) -> "Future[T]":
        """Run `function(server, *args)` in the model's thread, after those before it."""
        return self._worker.submit(self._call, function, args)

    def close(self) -> None:
        """Wait for the call in progress and free the model."""
        self._worker.shutdown(wait=True, cancel_futures=True)
        self._server = None

    def _call(self, function: Callable[..., T], args: tuple[object, ...]) -> T:
        if self._server is None:
            self._server = self._load()
        return function(self._server, *args)

    def _load(self) -> Any:
        if self._path is None:
            raise SpecError("no local model was named", "Call `claim` with its file first.")
        xllamacpp: Any = importlib.import_module("xllamacpp")
        try:
            return xllamacpp.Server(self._parameters(xllamacpp, self._path))
        except RuntimeError as error:
            raise BackendError(
                f"{self._path} cannot be loaded: {error}", "Run `tradewind models verify`."
            ) from error

    def _parameters(self, xllamacpp: Any, path: Path) -> Any:
        chosen = xllamacpp.CommonParams()
        chosen.model.path = str(path)
        chosen.n_ctx, chosen.n_parallel = self.context * SLOTS, SLOTS
        chosen.n_batch = chosen.n_ubatch = BATCH
        chosen.cache_ram_mib = PROMPT_CACHE_MIB
        chosen.embedding = True
        chosen.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
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
