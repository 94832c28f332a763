"""One contract for tool calls over every back end: given whole and fitting, or not at all."""

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fault_proxy import FAULTS, USAGE, Said, between, event, instead
from hypothesis import given
from hypothesis import strategies as st

from models.address import Endpoint
from models.calls import checked
from models.engine import LocalEngine
from models.local import LocalChat
from models.openai import EndpointChat
from models.scripted import ScriptedChat
from tradewind.errors import SpecError
from tradewind.ports.models import (
    ChatMessage,
    ChatRequest,
    Completion,
    ProposedCall,
    ToolSpec,
)

REFUND = ToolSpec.model_validate({
    "name": "refund", "description": "Pay back.",
    "schema": {
        "type": "object", "additionalProperties": False, "required": ["order_id", "amount"],
        "properties": {
            "order_id": {"type": "string"},
            "amount": {"type": "integer", "minimum": 1},
            "dry_run": {"type": "boolean", "default": False},
            "reason": {"enum": ["lost", "late"]},
        },
    },
})  # fmt: skip
REQUEST = ChatRequest(messages=(ChatMessage(role="user", content="pay"),), tools=(REFUND,))
WHOLE = '{"order_id": "#1", "amount": 5000, "dry_run": true}'
Ask = Callable[[str, str, str | None], Completion]
"""A tool's name, its arguments as the model wrote them, how the answer ended: what is given."""


# ---- the back ends


def _chunks(name: str, arguments: str, finish: str | None) -> list[dict[str, Any]]:
    """An answer with one call as both wires carry it."""
    half = len(arguments) // 2
    first = {"index": 0, "id": "c1", "type": "function"}
    deltas: list[dict[str, Any]] = [
        {"tool_calls": [first | {"function": {"name": name, "arguments": arguments[:half]}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": arguments[half:]}}]},
    ]
    told = [json.loads(event(delta).removeprefix("data: ")) for delta in deltas]
    if finish is not None:
        told.append(json.loads(event({}, finish, usage=USAGE).removeprefix("data: ")))
    return told


def ask_endpoint(name: str, arguments: str, finish: str | None) -> Completion:
    body = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in _chunks(name, arguments, finish))

    async def once(host: str) -> Completion:
        chat = EndpointChat(Endpoint.parse(f"openai+http://{host}/v1#m"))
        try:
            return await chat.complete(REQUEST)
        finally:
            await chat.aclose()

    with between(lambda _: Said(), instead(body)) as (proxy, _):
        return asyncio.run(once(proxy.host))


class Library:
    """Stands where the local library's server does, and streams what it was given."""

    def __init__(self, chunks: list[dict[str, Any]]) -> None:
        self._chunks = chunks

    def handle_chat_completions(
        self, body: dict[str, Any], hear: Callable[[dict[str, Any]], bool]
    ) -> None:
        assert body["tools"]
        for chunk in self._chunks:
            if hear(chunk):
                return


@pytest.fixture
def engine() -> Iterator[LocalEngine]:
    engine = LocalEngine(threads=1)
    yield engine
    engine.close()


@pytest.fixture(params=["endpoint", "local", "scripted"])
def ask(request: pytest.FixtureRequest, engine: LocalEngine, tmp_path: Path) -> Ask:
    weights = tmp_path / "m.gguf"
    weights.touch()

    def local(name: str, arguments: str, finish: str | None) -> Completion:
        served = Library(_chunks(name, arguments, finish))
        engine._servers["mean"] = served  # pyright: ignore[reportPrivateUsage]
        return asyncio.run(LocalChat(engine, weights, "m").complete(REQUEST))

    def scripted(name: str, arguments: str, finish: str | None) -> Completion:
        call = ProposedCall(id="c1", name=name, arguments=arguments)
        told = {"text": "", "model": "m", "finish": finish or "length", "tool_calls": (call,)}
        return asyncio.run(ScriptedChat([Completion.model_validate(told)]).complete(REQUEST))

    return {"endpoint": ask_endpoint, "local": local, "scripted": scripted}[request.param]


# ---- the contract


@pytest.mark.parametrize("finish", ["tool_calls", "stop"])
def test_a_whole_and_fitting_call_is_given_as_it_was_written(ask: Ask, finish: str) -> None:
    answer = ask("refund", WHOLE, finish)
    assert answer.finish == "tool_calls"
    assert [(call.name, call.arguments) for call in answer.tool_calls] == [("refund", WHOLE)]
    assert answer.fault == ""


CUT = {
    "in the middle of a value": (WHOLE[:-3], "tool_calls"),
    "in the middle of a value, and no end": (WHOLE[:-3], None),
    "after the first half": ('{"order_id": "#1", "amount": 50', "stop"),
    "no end": (WHOLE, None),
    "at the most tokens": (WHOLE, "length"),
    "by a filter": (WHOLE, "content_filter"),
    "all of it": ("", "tool_calls"),
    "a list": ("[5000]", "tool_calls"),
    "no number": ('{"order_id": "#1", "amount": NaN}', "tool_calls"),
    "a key twice": ('{"order_id": "#1", "amount": 1, "amount": 5000}', "tool_calls"),
    "two objects": (WHOLE * 2, "tool_calls"),
    "without end": ("[" * 100_000, "tool_calls"),
}


@pytest.mark.parametrize("how", CUT)
def test_a_call_that_was_cut_is_never_given(
    ask: Ask, how: str, request: pytest.FixtureRequest
) -> None:
    arguments, finish = CUT[how]
    if finish == "content_filter" and "scripted" in request.node.name:
        finish = "length"  # the record has no other word
    answer = ask("refund", arguments, finish)
    assert answer.tool_calls == ()
    assert answer.finish == "length"


MISFITS = {
    "another tool": ("pay_out", WHOLE, "'pay_out' is no tool"),
    "no such argument": ("refund", '{"order_id": "#1", "amount": 1, "to": "x"}', "to"),
    "one is missing": ("refund", '{"amount": 5000}', "order_id"),
    "another type": ("refund", '{"order_id": "#1", "amount": "5000"}', "amount"),
    "a flag for a number": ("refund", '{"order_id": "#1", "amount": true}', "amount"),
    "out of bounds": ("refund", '{"order_id": "#1", "amount": -5}', "amount"),
    "no such word": ("refund", '{"order_id": "#1", "amount": 5, "reason": "x"}', "reason"),
}


@pytest.mark.parametrize("how", MISFITS)
def test_a_call_that_does_not_fit_is_refused_with_its_reason(ask: Ask, how: str) -> None:
    name, arguments, why = MISFITS[how]
    answer = ask(name, arguments, "tool_calls")
    assert answer.tool_calls == ()
    assert answer.finish == "refused"
    assert why in answer.fault


@given(cut=st.integers(0, len(WHOLE) - 1))
def test_no_beginning_of_a_call_is_a_call(cut: int) -> None:
    call = ProposedCall(id="c", name="refund", arguments=WHOLE[:cut])
    told = Completion(text="", model="m", finish="tool_calls", tool_calls=(call,))
    assert checked(told, [REFUND]).tool_calls == ()


def test_of_several_calls_all_are_given_or_none() -> None:
    calls = tuple(
        ProposedCall(id=str(n), name="refund", arguments=arguments)
        for n, arguments in enumerate((WHOLE, WHOLE[:-3]))
    )
    told = Completion(text="", model="m", finish="tool_calls", tool_calls=calls)
    assert checked(told, [REFUND]).tool_calls == ()


@pytest.mark.parametrize("fault", ["hung up", "ended early", "length", "twice"])
def test_a_call_that_the_wire_spoils_is_never_given(fault: str) -> None:
    async def once(host: str) -> Completion:
        chat = EndpointChat(Endpoint.parse(f"openai+http://{host}/v1#m"), sleep=_no_wait)
        try:
            return await chat.complete(REQUEST)
        finally:
            await chat.aclose()

    said = Said(calls=(("refund", WHOLE),))
    with between(lambda _: said, fault, fault, "none") as (proxy, _):
        answer = asyncio.run(once(proxy.host))
    if fault == "hung up":  # asked for again, and whole then
        assert [call.arguments for call in answer.tool_calls] == [WHOLE]
        assert len(answer.tries) == 2
    else:
        assert answer.tool_calls == ()
    assert fault in FAULTS


async def _no_wait(_: float) -> None:
    """Passes at once."""


@pytest.mark.parametrize(
    "schema", [{"type": "nonsense"}, {"$ref": "http://127.0.0.1:9/schema.json"}]
)
def test_a_tool_whose_schema_is_none_is_a_fault_of_ours(schema: dict[str, Any]) -> None:
    """An address in a schema is not asked."""
    tool = ToolSpec.model_validate({"name": "refund", "description": "d", "schema": schema})
    call = ProposedCall(id="c", name="refund", arguments=WHOLE)
    told = Completion(text="", model="m", finish="tool_calls", tool_calls=(call,))
    with pytest.raises(SpecError, match="no usable schema"):
        checked(told, [tool])


# ---- planted bugs


def mended(text: str) -> Any:
    """What libraries do with a cut object: drop the last piece and close it."""
    try:
        return json.loads(text)
    except ValueError:
        return json.loads(text.rpartition(",")[0] + "}") if "," in text else {}


def test_with_a_lenient_parser_a_cut_call_is_given(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments, finish = CUT["in the middle of a value"]
    assert ask("refund", arguments, finish).tool_calls == ()
    monkeypatch.setattr("models.calls.strict_json", mended)
    assert ask("refund", arguments, finish).tool_calls != ()


def test_without_the_schema_a_call_that_does_not_fit_is_given(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wave_through(*_: object) -> str:
        return ""

    name, arguments, _ = MISFITS["out of bounds"]
    assert ask(name, arguments, "tool_calls").tool_calls == ()
    monkeypatch.setattr("models.calls._misfit", wave_through)
    assert ask(name, arguments, "tool_calls").tool_calls != ()
