"""`MiniLM`: all-MiniLM-L6-v2 (English) on onnxruntime."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tradewind.errors import SpecError

MAX_TOKENS = 256
BATCH = 32


class MiniLM:
    """384-dimensional unit vectors of English texts, cut at 256 tokens.

    Mean pooling over the tokens, then L2 norm, as the model was trained. Raises SpecError at
    construction when a file is missing; loads at first use.
    """

    def __init__(self, model: Path, tokenizer: Path, threads: int = 1) -> None:
        for path in (model, tokenizer):
            if not path.is_file():
                raise SpecError(f"model file {path} is missing", "Run `tradewind models pull`.")
        self._model, self._tokenizer_file = model, tokenizer
        self._threads = threads
        self._loaded: tuple[Any, Any] | None = None

    @property
    def name(self) -> str:
        return "minilm-l6-v2-int8"

    @property
    def dimension(self) -> int:
        return 384

    @property
    def languages(self) -> frozenset[str]:
        return frozenset({"en"})

    def embed(
        self, texts: Sequence[str], kind: Literal["query", "passage"] = "passage"
    ) -> list[list[float]]:
        """Texts of like length share a batch, which saves padding."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        vectors: list[list[float]] = [[]] * len(texts)
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            found = self._batch([texts[i] for i in chosen])
            for i, row in zip(chosen, found, strict=True):
                vectors[i] = [float(value) for value in row]
        return vectors

    def _batch(self, texts: list[str]) -> NDArray[np.float32]:
        session, tokenizer = self._load()
        clean = [text.encode("utf-8", "replace").decode() for text in texts]
        encoded = tokenizer.encode_batch(clean)
        ids = np.array([one.ids for one in encoded], dtype=np.int64)
        mask = np.array([one.attention_mask for one in encoded], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        return pooled(session.run(["last_hidden_state"], feed)[0], mask)

    def _load(self) -> tuple[Any, Any]:
        if self._loaded is None:
            self._loaded = (_session(self._model, self._threads), _tokenizer(self._tokenizer_file))
        return self._loaded


def pooled(states: NDArray[np.float32], mask: NDArray[np.int64]) -> NDArray[np.float32]:
    """Mean over the unmasked tokens, L2-normalised. (texts, tokens, d), (texts, tokens) to
    (texts, d)."""
    weights = mask[..., None].astype(np.float32)
    mean = (states * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9)
    return mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-12)


def _session(path: Path, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _tokenizer(path: Path) -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.enable_padding()
    return tokenizer
