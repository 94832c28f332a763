"""Labelled messages and what is to be learned of them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from agents.classifier import AGENTS, HEADS
from tradewind.base import Record
from tradewind.catalog import Catalog

Audience = Literal["merchant", "buyer"]
Labels = NDArray[np.bool_]
Mask = NDArray[np.bool_]

ROOT = Path(__file__).resolve().parent.parent.parent


class Labelled(Record):
    """One line of `data/messages`, with its author plan."""

    id: str
    text: str
    lang: str
    plan: str
    scenarios: tuple[str, ...] = ()
    kind: str = ""
    intent: str = ""

    @property
    def aside(self) -> bool:
        """Kept aside to measure."""
        return self.plan.startswith("h")

    @property
    def agents(self) -> frozenset[str]:
        return frozenset(scenario.split(".")[0] for scenario in self.scenarios)

    @property
    def wish(self) -> str:
        """What a merchant's message asks for as a whole, as the classifier names it."""
        return "+".join(sorted(self.agents)) or self.kind


def read(audience: Audience) -> list[Labelled]:
    """All messages of an audience, by plan, and the scenarios' examples."""
    rows: list[Labelled] = []
    for path in sorted((ROOT / "data" / "messages" / audience).glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            told = {k: v for k, v in json.loads(line).items() if k in Labelled.model_fields}
            rows.append(Labelled(**told, plan=path.stem))
    return [*rows, *_examples(audience)]


def _examples(audience: Audience) -> list[Labelled]:
    """The scenarios' own examples, as a plan of their own: the plain ways to ask."""
    return [
        Labelled(
            id=f"{scenario.id}/{language}/{number}", text=text, lang=language, plan="examples",
            scenarios=(scenario.id,), kind="single", intent=scenario.intent or "",
        )
        for scenario in Catalog.read(ROOT / "scenarios").values()
        if audience in scenario.audiences and (audience == "merchant" or scenario.intent)
        for language, texts in scenario.examples.items()
        for number, text in enumerate(texts)
    ]  # fmt: skip


def labels_of(audience: Audience, rows: Sequence[Labelled]) -> tuple[list[str], Labels]:
    """Label names, and a row a message of which hold.

    A merchant's first labels are HEADS, which hidden states judge too; which of an agent's
    scenarios is meant is told by n-grams, examples and signs.
    """
    if audience == "buyer":
        names = sorted({row.intent for row in rows})
        return names, np.array([[row.intent == name for name in names] for row in rows])
    scenarios = sorted({scenario for row in rows for scenario in row.scenarios})
    held = [
        [agent in row.agents for agent in AGENTS]
        + [head == f"kind.{row.kind}" for head in HEADS if head.startswith("kind.")]
        + [scenario in row.scenarios for scenario in scenarios]
        for row in rows
    ]
    return [*HEADS, *(f"scenario.{scenario}" for scenario in scenarios)], np.array(held)


def select(rows: Sequence[Labelled], mask: Mask) -> list[Labelled]:
    return [row for row, kept in zip(rows, mask, strict=True) if kept]
