"""The journal: what a run did, in order, with enough to replay it; what a run may not do."""

import asyncio
from datetime import UTC, datetime

import pytest
from agent_world import (
    EMAIL,
    FOREIGN,
    NOON,
    ORDER,
    Talk,
    WaitingChat,
    drafted,
    model,
    new_run,
    session_of,
)

from agents.assistant import Assistant
from agents.journal import Journal
from agents.kit import Kit
from agents.policy import rule_on
from agents.run import Road, Run
from agents.turns import Shop
from models.scripted import ScriptedEmbedding
from tradewind.base import digest
from tradewind.effects import Rule
from tradewind.errors import BackendError, ToolDenied, ToolRetry
from tradewind.people import Session
from tradewind.ports.models import ChatMessage, ChatRequest
from tradewind.tool import ToolContext
from wiring.platform import Platform


@pytest.fixture
def shop(house: Platform) -> Shop:
    return house.shop("sample")


@pytest.fixture
def merchant_run(shop: Shop) -> Run:
    return new_run(shop, session_of("merchant"))


def find(run: Run, order: str) -> object:
    return asyncio.run(run.call("orders.find", {"order_id": order}))


# ---- spans


def test_a_call_leaves_its_request_and_response(merchant_run: Run) -> None:
    result = asyncio.run(merchant_run.call("orders.find", {"order_id": ORDER}))
    (span,) = merchant_run.journal.spans
    assert (span.kind, span.name, span.path, span.ordinal) == ("tool", "orders.find", "0", 0)
    assert span.request == {"order_id": ORDER}
    assert span.request_hash == digest({"order_id": ORDER})
    assert span.response == result.model_dump(mode="json")
    assert span.level == "read"
    assert span.error is None
    assert span.duration_us >= 0


def test_a_call_that_fails_leaves_its_error(merchant_run: Run) -> None:
    with pytest.raises(ToolRetry):
        find(merchant_run, "#W0000000")
    (span,) = merchant_run.journal.spans
    assert span.response is None
    assert span.error is not None
    assert span.error.startswith("ToolRetry: there is no order #W0000000")


def test_branches_count_their_steps_apart(merchant_run: Run) -> None:
    first, second = merchant_run.branch("step0"), merchant_run.branch("step1")
    for run in (second, first, second, merchant_run):
        find(run, ORDER)
    places = [(span.path, span.ordinal) for span in merchant_run.journal.spans]
    assert places == [("0.step1", 0), ("0.step0", 0), ("0.step1", 1), ("0", 0)]


def test_the_clock_is_recorded(merchant_run: Run) -> None:
    assert merchant_run.now() == NOON
    (span,) = merchant_run.journal.spans
    assert (span.kind, span.response) == ("clock", NOON.isoformat())


def test_a_models_request_and_answer_are_recorded_and_counted(shop: Shop) -> None:
    run = new_run(shop, session_of("merchant"), model("hi"))
    request = ChatRequest(messages=(ChatMessage(role="user", content="hello"),))
    completion = asyncio.run(run.complete("large", request))
    assert completion is not None
    (span,) = run.journal.spans
    assert span.request_hash == digest(request.model_dump(mode="json"))
    assert span.response == completion.model_dump(mode="json")
    assert asyncio.run(new_run(shop, session_of("merchant")).complete("base", request)) is None


def test_features_are_recorded_as_they_came(shop: Shop) -> None:
    context = ToolContext(session=session_of("merchant"), shop=shop.reader)
    run = Run(Journal("r"), Road({}, {}, ScriptedEmbedding(4)), context, lambda _: None)
    vector = asyncio.run(run.features("où est ma commande"))
    assert vector is not None
    assert len(vector) == 4
    (span,) = run.journal.spans
    assert isinstance(span.response, str)
    assert span.name == "scripted"


# ---- what a run may not do


@pytest.mark.parametrize("name", ["disputes.find", "disputes.list", "orders.messages", "no.tool"])
def test_a_tool_of_another_audience_is_denied(shop: Shop, name: str) -> None:
    run = new_run(shop, session_of("buyer", verified=ORDER))
    with pytest.raises(ToolDenied, match=name):
        asyncio.run(run.call(name, {}))


@pytest.mark.parametrize("tool", ["orders.find", "logistics.track"])
def test_a_buyer_reads_the_proven_order_alone(shop: Shop, tool: str) -> None:
    def call(session: Session, order: str) -> object:
        return asyncio.run(new_run(shop, session).call(tool, {"order_id": order}))

    assert call(session_of("buyer", verified=ORDER), ORDER)
    for verified in (None, ORDER):
        for order in (FOREIGN, "#W0000000"):
            with pytest.raises(ToolDenied, match="is not this buyer's"):
                call(session_of("buyer", verified=verified), order)
    with pytest.raises(ToolDenied):
        call(session_of("buyer"), ORDER)


def test_what_buyers_change_is_done_alone_by_no_rule_but_the_merchants(house: Platform) -> None:
    """As shipped, people are asked about an order's wishes; none of any tool is done alone."""
    writing = [tool for tool in house.road.tools.values() if tool.effect in ("write", "spend")]
    assert len(writing) >= 5
    for tool in writing:
        assert set(tool.sources) == set(tool.arguments.model_fields)

    def verdicts(rules: tuple[Rule, ...]) -> dict[str, str]:
        return {
            tool.name: rule_on(tool, "buyer", {}, None, rules, None, house.policy).verdict
            for tool in writing
        }

    asked = {rule.tool for rule in house.policy.ask if "buyer" in rule.audiences}
    assert {"orders.cancel", "orders.return", "orders.replace", "refunds.ask"} <= asked
    assert not asked & {"refunds.pay", "customers.change_address", "messages.send"}
    assert {name for name, verdict in verdicts(()).items() if verdict == "ask"} == asked
    assert set(verdicts(()).values()) == {"ask", "deny"}
    grant = Rule(
        id="ru_1", tenant="sample", tool="orders.cancel", mode="auto", audiences=("merchant",),
        granted_by="owner", created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    assert verdicts((grant,))["orders.cancel"] == "ask"
    theirs = grant.model_copy(update={"audiences": ("merchant", "buyer")})
    assert verdicts((theirs,))["orders.cancel"] == "act"


def test_every_tool_of_every_scenario_is_there(house: Platform, kit: Kit) -> None:
    for scenario in kit.catalog.values():
        if scenario.status == "ready":
            assert set(scenario.tools) <= house.road.tools.keys()
            for audience in scenario.audiences:
                assert all(audience in house.road.tools[name].audiences for name in scenario.tools)


# ---- runs as they are stored


def test_a_turn_is_stored_with_its_spans_in_order(shop: Shop, keyword_kit: Kit) -> None:
    buyer = Talk(shop, keyword_kit, "buyer")
    asyncio.run(buyer.say(f"Where is {ORDER}?", "journal", email=EMAIL))
    spans = buyer.spans()
    assert [span.name for span in spans if span.kind == "tool"] == [
        "orders.find", "logistics.track",
    ]  # fmt: skip
    assert [span.ordinal for span in spans] == list(range(len(spans)))
    stored = shop.runs.run(buyer.run)
    assert stored is not None
    assert stored.request["text"] == f"Where is {ORDER}?"
    assert stored.request["given"] == {"email": EMAIL}
    assert stored.audience == "buyer"
    assert stored.started_at < datetime.now(UTC)


def test_the_same_turn_makes_the_same_requests(shop: Shop, keyword_kit: Kit) -> None:
    hashes: list[list[str]] = []
    for thread in ("same1", "same2"):
        chat = model(*[drafted(("You can return goods within 30 days.", [1]))] * 9)
        buyer = Talk(shop, keyword_kit, "buyer", chat)
        asyncio.run(buyer.say("How can I return a parcel?", thread))
        hashes.append([span.request_hash for span in buyer.spans() if span.kind != "clock"])
    assert hashes[0] == hashes[1]
    assert any(hashes[0])


def test_a_turn_that_fails_is_stored_with_its_error_and_spans(shop: Shop, keyword_kit: Kit) -> None:
    class Broken:
        def __getattr__(self, name: str) -> object:
            raise BackendError("the index is gone.", "Import again.")

    merchant = Talk(shop, keyword_kit, "merchant")
    merchant.shop = Shop(shop.reader, Broken(), shop.runs, shop.threads)  # pyright: ignore[reportArgumentType]
    with pytest.raises(BackendError):
        asyncio.run(merchant.say("what about a return?", "broken"))
    last = shop.runs.runs(1, "broken")[0]
    assert last.status == "failed"
    assert last.error == "the index is gone. Import again."
    assert any(span.error for span in shop.runs.spans(last.id))
    assert shop.threads.turns("broken") == ()


def test_a_turn_that_is_left_is_stored_as_cancelled(shop: Shop, keyword_kit: Kit) -> None:
    async def leave() -> None:
        chat = WaitingChat()
        buyer = Talk(shop, keyword_kit, "buyer", chat)
        turn = asyncio.create_task(buyer.say("How can I return a parcel?", "left"))
        await chat.asked.wait()
        turn.cancel()
        with pytest.raises(asyncio.CancelledError):
            await turn

    asyncio.run(leave())
    last = shop.runs.runs(1, "left")[0]
    assert last.status == "cancelled"
    assert [span.name for span in shop.runs.spans(last.id) if span.kind == "tool"]


def test_planning_and_reading_leave_no_run(shop: Shop, keyword_kit: Kit) -> None:
    assistant: Assistant = Talk(shop, keyword_kit, "merchant").assistant
    before = shop.runs.runs(200)
    asyncio.run(assistant.plan(session_of("merchant"), shop, "fight it"))
    asyncio.run(assistant.intent(session_of("buyer"), shop, "where is it"))
    assert shop.runs.runs(200) == before
