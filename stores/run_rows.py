"""Rows of runs, spans and effects, either way: what tells of persons is in `sealed` alone.

The other columns keep what lists and figures need: when, how long, which step. A clock or random
span tells of nobody and stays clear. Without a seal all is clear, as older versions wrote it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import JsonValue
from pydantic_core import from_json

from stores.body import dump, dump_value, load_value, pack
from stores.keys import plain
from stores.link import Row, Values
from stores.named import Named, named_in
from stores.vault import Gone, Opener, Place, Seal
from tradewind.ports.storage import Heard
from tradewind.trace import ERASED_TEXT, Run, Span, erased

_NOBODYS = frozenset(("clock", "random"))


class ToldSpan(NamedTuple):
    """A span and what is sealed of it, as JSON: in its own row, in its effect's; b"": nothing."""

    span: Span
    own: bytes
    asked: bytes


@dataclass(frozen=True)
class Told:
    """What a run tells, as JSON, before it is known under whose keys it is kept."""

    run: bytes
    spans: Sequence[ToldSpan]
    heard: Heard | None
    state: bytes

    def named(self) -> set[Named]:
        """Who comes up, by e-mail or by record. An order that a buyer only typed counts too: a run
        that was stopped before it looked must not outlive the person."""
        turns = self.heard.turns if self.heard else ()
        said = (turn.text.encode(errors="replace") for turn in turns)
        read = (text for told in self.spans for text in (told.own, told.asked))
        return named_in(b"\n".join((self.run, self.state, *said, *read)))


def tell(run: Run, spans: Sequence[Span] = (), heard: Heard | None = None) -> Told:
    """Raises InvalidInput for text that is not Unicode."""
    return Told(
        run=pack([run.request, run.answer, run.error]),
        spans=[_told_span(span) for span in spans],
        heard=heard,
        state=pack(heard.state) if heard else b"",
    )


def _told_span(span: Span) -> ToldSpan:
    if span.kind in _NOBODYS and span.error is None:
        return ToldSpan(span, b"", b"")
    error = None if span.error is None else plain(span.error)
    if span.kind == "step":
        return ToldSpan(span, pack([span.attributes, error, span.request, span.response]), b"")
    own = pack([span.attributes, error, None, None]) if span.attributes or error else b""
    return ToldSpan(span, own, pack([span.request_hash, span.request, span.response]))


def run_row(run: Run, told: Told, seal: Seal | None) -> dict[str, str | bytes | None]:
    """The columns `body` and `sealed`."""
    if seal is None:
        return {"body": dump(run), "sealed": None}
    bare = run.model_copy(update={
        "request": {}, "answer": None if run.answer is None else {},
        "error": None if run.error is None else "",
    })  # fmt: skip
    place = (plain(run.tenant), "runs", plain(run.id))
    return {"body": dump(bare), "sealed": seal.close(place, told.run)}


def read_run(row: Row, opener: Opener) -> Run:
    """A run of the columns `body` and `sealed`."""
    body, sealed = row
    run = Run.model_validate_json(body)
    if sealed is None:
        return run
    found = opener.open(sealed, (plain(run.tenant), "runs", plain(run.id)))
    if isinstance(found, Gone):
        answer = None if run.answer is None else erased()
        error = None if run.error is None else ERASED_TEXT
        return run.model_copy(update={"request": erased(), "answer": answer, "error": error})
    request, answer, error = _several(found)
    return run.model_copy(update={"request": request, "answer": answer, "error": error})


def span_rows(run: Run, told: Told, seal: Seal | None) -> list[Values]:
    tenant, of = plain(run.tenant), plain(run.id)
    return [_span_row(tenant, of, one, seal) for one in told.spans]


def effect_rows(run: Run, told: Told, seal: Seal | None) -> list[Values]:
    tenant, of = plain(run.tenant), plain(run.id)
    return [_effect_row(tenant, of, one, seal) for one in told.spans if one.span.kind != "step"]


def _span_row(tenant: str, run: str, told: ToldSpan, seal: Seal | None) -> Values:
    span, own, asked = told
    step, path = span.kind == "step", plain(span.path)
    hide = seal is not None and bool(own or asked)
    closed = seal.close(_place("spans", tenant, run, path, span), own) if seal and own else None
    error = None if span.error is None else plain(span.error)
    return {
        "tenant": tenant, "run": run, "path": path, "ordinal": span.ordinal,
        "kind": span.kind, "name": plain(span.name), "started_us": span.started_us,
        "duration_us": span.duration_us, "level": span.level,
        "error": "" if closed and error else error,
        "attributes": "{}" if closed else dump_value(span.attributes),
        "request_hash": "" if hide and not step else span.request_hash,
        "request": dump_value(span.request) if step and not closed else None,
        "response": dump_value(span.response) if step and not closed else None,
        "sealed": closed,
    }  # fmt: skip


def _effect_row(tenant: str, run: str, told: ToldSpan, seal: Seal | None) -> Values:
    span, path = told.span, plain(told.span.path)
    closed = None
    if seal and told.asked:
        closed = seal.close(_place("effects", tenant, run, path, span), told.asked)
    return {
        "tenant": tenant, "run": run, "path": path, "ordinal": span.ordinal,
        "kind": span.kind, "name": plain(span.name), "level": span.level,
        "request_hash": "" if closed else span.request_hash,
        "request": None if closed else dump_value(span.request),
        "response": None if closed else dump_value(span.response), "sealed": closed,
    }  # fmt: skip


def read_span(tenant: str, row: Row, opener: Opener) -> Span:
    """A span of `stores.runs.SPANS`."""
    run, path, ordinal, kind, name, started, duration, level, error, attributes, mark = row[:11]
    span = Span(
        run=run, path=path, ordinal=ordinal, kind=kind, name=name, started_us=started,
        duration_us=duration, level=level, error=error, attributes=from_json(attributes),
        request_hash=mark, request=load_value(row[11]), response=load_value(row[12]),
    )  # fmt: skip
    own, asked = row[13], row[14]
    if own is None and asked is None:
        return span
    changed: dict[str, Any] = {}
    if asked is not None:
        found = opener.open(asked, _place("effects", tenant, run, path, span))
        changed |= _effect_of(found)
    if own is not None:
        found = opener.open(own, _place("spans", tenant, run, path, span))
        changed |= _own_of(found, span)
    return span.model_copy(update=changed)


def _effect_of(found: JsonValue | Gone) -> dict[str, Any]:
    if isinstance(found, Gone):
        return {"request": erased(), "response": erased()}
    mark, request, response = _several(found)
    return {"request_hash": mark, "request": request, "response": response}


def _own_of(found: JsonValue | Gone, span: Span) -> dict[str, Any]:
    if isinstance(found, Gone):
        told = {"error": None if span.error is None else ERASED_TEXT, "attributes": erased()}
        return told | ({"request": erased()} if span.kind == "step" else {})
    attributes, error, request, response = _several(found)
    told = {"attributes": attributes, "error": error}
    return told | ({"request": request, "response": response} if span.kind == "step" else {})


def _place(table: str, tenant: str, run: str, path: str, span: Span) -> Place:
    return tenant, table, run, path, str(span.ordinal)


def _several(value: JsonValue) -> Sequence[Any]:
    assert isinstance(value, list)
    return value
