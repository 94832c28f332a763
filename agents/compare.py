"""Two runs side by side: plan, tool calls, answers, tokens, cost, latency."""

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Literal

from pydantic import JsonValue

from tradewind.base import Record, canonical
from tradewind.trace import Run, Span

Aspect = Literal[
    "asked", "status", "plan", "call", "intent", "answer", "citations", "handover", "error",
    "tokens", "cost", "seconds",
]  # fmt: skip


class Row(Record):
    """One aspect of two runs, as text; "" where a run has none of it."""

    aspect: Aspect
    a: str
    b: str
    same: bool


class Comparison(Record):
    """Two runs by their ids, and what they have in common and what not.

    `same` leaves out tokens, cost and seconds.
    """

    a: str
    b: str
    same: bool
    rows: tuple[Row, ...]


def compare(a: Run, a_spans: Iterable[Span], b: Run, b_spans: Iterable[Span]) -> Comparison:
    """The runs side by side. Costs are in millionths of a US dollar."""
    left, right = tuple(a_spans), tuple(b_spans)
    told = [
        _row("asked", a.request.get("text"), b.request.get("text")),
        _row("status", a.status, b.status),
        *_aligned("plan", _plan(left), _plan(right)),
        *_aligned("call", _calls(left), _calls(right)),
        _row("intent", _of(a, "intent"), _of(b, "intent")),
        _row("answer", _said(a), _said(b)),
        _row("citations", _cited(a), _cited(b)),
        _row("handover", _of(a, "handover"), _of(b, "handover")),
        _row("error", a.error, b.error),
    ]
    figures = [
        _row("tokens", a.tokens, b.tokens),
        _row("cost", cost_of(a), cost_of(b)),
        _row("seconds", a.seconds, b.seconds),
    ]
    same = all(row.same for row in told)
    rows = tuple(row for row in (*told, *figures) if row.a or row.b)
    return Comparison(a=a.id, b=b.id, same=same, rows=rows)


def cost_of(run: Run) -> str:
    """What a run's models cost; "" where none was called, or the run is older than prices."""
    known = "" if run.cost_micros is None else str(run.cost_micros)
    if not run.unpriced:
        return known
    return f"{known or 0} and what {', '.join(run.unpriced)} asks: its price is not known"


def _row(aspect: Aspect, a: object, b: object) -> Row:
    before, now = ("" if value is None else str(value) for value in (a, b))
    return Row(aspect=aspect, a=before, b=now, same=before == now)


def _aligned(aspect: Aspect, a: Sequence[str], b: Sequence[str]) -> list[Row]:
    """Line beside line, as far as they run alike."""
    rows: list[Row] = []
    for _, a0, a1, b0, b1 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        for n in range(max(a1 - a0, b1 - b0)):
            left = a[a0 + n] if a0 + n < a1 else None
            right = b[b0 + n] if b0 + n < b1 else None
            rows.append(_row(aspect, left, right))
    return rows


def _plan(spans: Sequence[Span]) -> list[str]:
    """The plan's steps with their inputs; its question where it has none."""
    found = next((s.attributes for s in spans if s.kind == "step" and s.name == "plan"), {})
    steps = found.get("steps")
    lines = [_step(step) for step in steps] if isinstance(steps, list) else []
    return [*lines, *([f"asks: {found['ask']}"] if found.get("ask") else [])]


def _step(step: JsonValue) -> str:
    if not isinstance(step, dict):
        return str(step)
    inputs = step.get("inputs")
    told = inputs.items() if isinstance(inputs, dict) else ()
    return " ".join([str(step.get("scenario")), *(f"{name}={value}" for name, value in told)])


def _calls(spans: Sequence[Span]) -> list[str]:
    """Tool calls and model calls by place, since parallel branches arrive in any order."""
    ordered = sorted(spans, key=lambda span: (span.path, span.ordinal))
    return [_call(span) for span in ordered if span.kind in ("tool", "model", "search")]


def _call(span: Span) -> str:
    asked = span.request_hash[:8]
    if span.kind != "model" and span.request is not None:
        asked = canonical(span.request).decode()
    stub = " (left out)" if span.attributes.get("stubbed") else ""
    failed = f" failed: {span.error}" if span.error else ""
    return f"{span.path} {span.name} {asked}{stub}{failed}"


def _of(run: Run, name: str) -> JsonValue:
    return (run.answer or {}).get(name)


def _said(run: Run) -> JsonValue:
    """An answer's text; a dossier's letter."""
    claims = _of(run, "claims")
    if isinstance(claims, list):
        return "\n".join(str(claim["text"]) for claim in claims if isinstance(claim, dict))
    return _of(run, "text")


def _cited(run: Run) -> str:
    found = _of(run, "citations")
    cited = found if isinstance(found, list) else []
    return " ".join(str(item["source"]) for item in cited if isinstance(item, dict))
