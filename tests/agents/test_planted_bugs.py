"""The guards matter: with one switched off, the harm that it prevents is there to be seen."""

import asyncio
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import pytest
from agent_world import (
    EMAIL,
    FOREIGN,
    ORDER,
    SIGNED,
    TRACKING,
    Talk,
    drafted,
    model,
    new_run,
    session_of,
    told,
)

from agents.kit import Kit, ThreadState
from agents.run import Run
from tradewind.commerce import Order
from tradewind.errors import ToolDenied
from tradewind.tool import ToolContext
from wiring.platform import Platform

WRONG = "You can return goods within 60 days of delivery."
FORGED = "The buyer signed for 99 parcels in Atlantis."


# ---- identity


def tells_a_stranger(house: Platform, kit: Kit, thread: str) -> bool:
    buyer = Talk(house.shop("sample"), kit, "buyer")
    answer = asyncio.run(buyer.say(f"Where is {ORDER}?", thread, email="stranger@example.com"))
    return TRACKING in told(answer)


def test_without_the_identity_check_a_stranger_reads_the_order(
    house: Platform, keyword_kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def believe(known: Any, *_: str) -> str:
        return known.order

    assert not tells_a_stranger(house, keyword_kit, "stranger1")
    monkeypatch.setattr("agents.service.proven", believe)
    assert tells_a_stranger(house, keyword_kit, "stranger2")


# ---- the verifier


def says_what_is_wrong(house: Platform, kit: Kit, thread: str) -> bool:
    chat = model(*[drafted((WRONG, [1]))] * 9)
    buyer = Talk(house.shop("sample"), kit, "buyer", chat)
    return WRONG in asyncio.run(buyer.say("How can I return a parcel?", thread)).text


def forges_a_letter(house: Platform, kit: Kit) -> bool:
    chat = model(*[drafted((FORGED, [1]))] * 9)
    merchant = Talk(house.shop("sample"), kit, "merchant", chat)
    made = asyncio.run(merchant.assistant.defend(session_of("merchant"), merchant.shop, SIGNED))
    assert made.claims
    return FORGED in [claim.text for claim in made.claims]


def test_without_the_verifier_a_models_invention_is_said(
    house: Platform, keyword_kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wave_through(*_: object, **__: object) -> Sequence[object]:
        return []

    assert not says_what_is_wrong(house, keyword_kit, "verifier1")
    assert not forges_a_letter(house, keyword_kit)
    monkeypatch.setattr("agents.wording.check_model", wave_through)
    monkeypatch.setattr(import_module("agents.saying"), "check_templates", wave_through)
    assert says_what_is_wrong(house, keyword_kit, "verifier2")
    assert forges_a_letter(house, keyword_kit)


# ---- access


def opens_another_order(house: Platform) -> bool:
    run = new_run(house.shop("sample"), session_of("buyer", verified=ORDER))
    try:
        result = asyncio.run(run.call("orders.find", {"order_id": FOREIGN}))
    except ToolDenied:
        return False
    return any(FOREIGN in item.excerpt for item in result.evidence)


def test_without_tool_access_a_buyer_opens_another_order(
    house: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    def open_any(context: ToolContext, order_id: str) -> Order:
        order = context.shop.order(order_id)
        assert order is not None
        return order

    assert not opens_another_order(house)
    monkeypatch.setattr("tools.orders.find.told_order", open_any)
    assert opens_another_order(house)


def test_tool_access_holds_where_the_identity_check_fails(
    house: Platform, keyword_kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two locks: a turn that forgets to bind the proven order reads nothing."""

    def forget(run: Run, _: ThreadState) -> Run:
        return run

    monkeypatch.setattr("agents.service.with_order", forget)
    buyer = Talk(house.shop("sample"), keyword_kit, "buyer")
    with pytest.raises(ToolDenied):
        asyncio.run(buyer.say(f"Where is {ORDER}?", "two-locks", email=EMAIL))
