"""A tiny deterministic embedder and a few documents, shared by retrieval's tests."""

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Literal

import numpy as np

from tradewind.ports.search import Document


class HashEmbedder:
    """Words of a text hashed to 64 signed dimensions; same words, near vectors."""

    dimension = 64

    def __init__(self, name: str = "hash", languages: frozenset[str] = frozenset(("en",))) -> None:
        self.name = name
        self.languages = languages
        self.asked: list[str] = []
        self.embedded = 0

    def embed(
        self, texts: Sequence[str], kind: Literal["query", "passage"] = "passage"
    ) -> list[list[float]]:
        if kind == "query":
            self.asked += texts
        else:
            self.embedded += len(texts)
        return [self._vector(text).tolist() for text in texts]

    def _vector(self, text: str) -> np.ndarray:
        total = np.full(self.dimension, 1e-3)
        for word in text.lower().split():
            total += _direction(word)
        return total / np.linalg.norm(total)


@cache
def _direction(word: str) -> np.ndarray:
    """64 signs out of the word's hash."""
    signs = np.unpackbits(np.frombuffer(hashlib.sha256(word.encode()).digest()[:8], np.uint8))
    return signs * 2.0 - 1.0


def product(name: str, title: str, text: str = "", codes: str = "", **more: str) -> Document:
    metadata = {"codes": codes} if codes else {}
    return Document(
        id=f"product/{name}", kind="product", source=f"product/{name}", title=title, text=text,
        metadata=metadata, **more,
    )  # fmt: skip


SHOP = (
    product("1", "Leather Wallet", "Brown leather, eight card slots, RFID safe.", "LW-100-BRN"),
    product("2", "Noise Cancelling Headphones", "Thirty hours of battery.", "WH-1000XM4"),
    product("3", "Running Shoes", "Light shoes for the road, sizes 38 to 46."),
    product("4", "Tablet 10-inch 64GB", "A tablet with a bright display."),
    product("5", "Tablet 8-inch 32GB", "A small tablet with a bright display."),
    Document(
        id="policy/returns#refunds", kind="policy", source="policy/returns",
        title="Returns › Refunds", text="Refunds are paid within 14 days of the return.",
    ),
    Document(
        id="policy/returns-de#erstattung", kind="policy", source="policy/returns-de",
        title="Rückgabe › Erstattung", language="de", market="DE",
        text="Die Erstattung erfolgt binnen 14 Tagen nach Eingang der Rücksendung.",
    ),
    Document(
        id="faq/shipping", kind="faq", source="faq/shipping",
        title="How long does shipping take?", text="Three to five working days.",
    ),
    Document(
        id="faq/zh", kind="faq", source="faq/zh", language="zh",
        title="可以退货吗？", text="收到商品后三十天内可以退货退款。",
    ),
)  # fmt: skip
