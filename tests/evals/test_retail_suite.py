"""The retail tasks through our tools, and the suite's own eyes: each rule switched off is seen."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from agents.kit import Kit
from commands.evaluate import retail_world
from evals.records import Verdict
from evals.retail.data import Action, RetailCase, read_start, read_tasks
from evals.retail.mutations import mutants
from evals.retail.reference import WRITES, applied
from evals.retail.state import differing, of_tasks
from evals.suites.retail import Replayed, retail_suite
from evals.worlds import World
from tradewind.errors import PlatformError, SpecError
from tradewind.orders import ActionRule
from wiring.retail import RetailShop

START = read_start()
TASKS = {case.id: case for case in read_tasks()}
FULL, BARE = retail_suite(), retail_suite(mutated=False)
ACTIONS = sorted(WRITES - {"modify_pending_order_payment"})
"""Those that are somebody's gold action in the train split."""


@pytest.fixture(scope="module")
def world(kit: Kit, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    laid = RetailShop(tmp_path_factory.mktemp("retail"))

    def copies() -> AbstractContextManager[World]:
        return retail_world(kit, laid)

    with copies() as shop:
        yield replace(shop, retail=copies)


def verdict_of(world: World, case: RetailCase, *, mutated: bool) -> Verdict:
    suite = FULL if mutated else BARE

    async def carried_out() -> Replayed:
        return await suite.carry_out(world, case)

    return suite.judge(world, case, asyncio.run(carried_out()))


def with_only(action: str, rule: str = "") -> RetailCase:
    """A task's one gold action of a kind, as a task by itself: the first of which a mutation that
    breaks the rule is refused."""
    for case in TASKS.values():
        for found in (a for a in case.actions if a.name == action):
            if not rule or rule in refused_of(found):
                return case.model_copy(update={"actions": (found,), "expected": None})
    raise AssertionError


def refused_of(gold: Action) -> set[str]:
    """The rules that mutations of a gold action break in place of it, or after it."""
    user = owner(gold)
    after, why = applied(START, user, gold)
    states = {"before": START, "after": after}
    if why:
        return set()
    return {m.rule for m in mutants(START, user, gold)
            if applied(states[m.at], user, m.action)[1]}  # fmt: skip


def owner(gold: Action) -> str:
    told = gold.arguments
    return told.get("user_id") or START["orders"][told["order_id"]]["user_id"]


@pytest.mark.parametrize("ids", [sorted(TASKS)[n::4] for n in range(4)])
def test_every_task_ends_in_the_state_that_its_gold_actions_imply(
    world: World, ids: list[str]
) -> None:
    verdicts = {id_: verdict_of(world, TASKS[id_], mutated=False) for id_ in ids}
    assert {id_: v.problems for id_, v in verdicts.items() if not v.passed} == {}
    assert all(v.metrics["end_state"] == 1.0 for v in verdicts.values())


@pytest.mark.parametrize("action", ACTIONS)
def test_what_breaks_the_policy_is_refused_and_what_fits_it_is_done(
    world: World, action: str
) -> None:
    verdict = verdict_of(world, with_only(action), mutated=True)
    assert verdict.problems == ()
    told = verdict.metrics
    assert told["refused"] == told["refused_rightly"] > 0
    assert told["allowed"] == told["allowed_and_done"]
    assert told["unconfirmed"] == told["unconfirmed_and_not_done"] == 4.0


# ---- the suite sees what is wrong

SWAP = "modify_pending_order_items"
BACK, OTHER = "return_delivered_order_items", "exchange_delivered_order_items"
RULES: list[tuple[str, str, str, dict[str, Any]]] = [
    ("cancel_pending_order", "wrong state", "cancel",
     {"states": ("pending", "processed", "delivered")}),
    ("cancel_pending_order", "reason", "cancel", {"reasons": (), "needs_reason": False}),
    ("cancel_pending_order", "", "cancel", {"refunds": False}),
    (SWAP, "another tool after", "cancel", {"not_after": ()}),
    (SWAP, "another tool after", "address", {"not_after": ()}),
    (SWAP, "wrong state", "items", {"states": ("pending", "processed", "delivered", "cancelled")}),
    (SWAP, "again, other items", "items", {"times": None}),
    (SWAP, "same variant", "items", {"same_variant": True}),
    (BACK, "own payment method", "return", {"to": ("any",)}),
    (BACK, "wrong state", "return", {"states": ("delivered", "pending", "processed")}),
    (BACK, "another tool after", "exchange", {"states": ("delivered", "return_requested")}),
    (OTHER, "another tool after", "return", {"states": ("delivered", "exchange_requested")}),
]  # fmt: skip


@pytest.mark.parametrize(("action", "rule", "kind", "loose"), RULES)
def test_a_rule_that_is_loosened_is_seen(
    world: World, action: str, rule: str, kind: str, loose: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from agents.turns import Shop

    usual = Shop.context

    def loosened(self: Shop, session: Any) -> Any:
        context = usual(self, session)
        assert context.orders is not None
        rules = dict(context.orders.action)
        rules[cast(Any, kind)] = rules[cast(Any, kind)].model_copy(update=loose)
        return replace(context, orders=context.orders.model_copy(update={"action": rules}))

    assert set(loose) <= set(ActionRule.model_fields)
    monkeypatch.setattr(Shop, "context", loosened)
    assert not verdict_of(world, with_only(action, rule), mutated=True).passed


def _anybodys(reader: Any, order_id: str, *_: str) -> str:
    return order_id


def _nothing(*_: object) -> None:
    """Finds nothing, does nothing."""


def _any_means(context: Any, order: Any, kind: Any, method: str, *_: object) -> str:
    return method


def _any_customer(context: Any, customer_id: str) -> Any:
    return context.shop.customer(customer_id)


BUGS: list[tuple[str, str, str, Any]] = [
    (BACK, "other user's order", "evals.retail.road.verify", _anybodys),
    (BACK, "wrong count", "tools.orders.ask_return.not_ordered", _nothing),
    (SWAP, "gift card", "tools.orders.money.short", _nothing),
    (SWAP, "other payment method", "tools.orders.money._allowed", _any_means),
    (SWAP, "", "agents.books.Books.enter", _nothing),
    ("modify_user_address", "other user", "tools.customers.change_address._own", _any_customer),
]  # fmt: skip


@pytest.mark.parametrize(("action", "rule", "name", "bug"), BUGS)
def test_a_guard_that_is_switched_off_is_seen(
    world: World, action: str, rule: str, name: str, bug: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(name, bug)
    assert seen(world, with_only(action, rule))


def seen(world: World, case: RetailCase) -> bool:
    """Whether the case fails: also by a fault that the bug leads to."""
    try:
        return not verdict_of(world, case, mutated=True).passed
    except (PlatformError, StopIteration, RuntimeError, ValueError):
        return True


# ---- the reference and the mutations


def test_the_reference_leaves_what_was_published() -> None:
    for case in TASKS.values():
        state = START
        for action in (a for a in case.actions if a.name in WRITES):
            state, _ = applied(state, owner(action), action)
        wanted = {n: table | (case.expected or {}).get(n, {}) for n, table in START.items()}
        users = {owner(action) for action in case.actions if action.name in WRITES}
        found = differing(of_tasks(state, users), of_tasks(wanted, users))
        assert case.id in ("20", "21", "37") or found == []


def test_mutations_break_many_rules() -> None:
    gold = [a for case in TASKS.values() for a in case.actions if a.name in WRITES]
    assert {rule for action in gold for rule in refused_of(action)} >= {
        "other user's order", "wrong state", "again", "item not in the order", "wrong count",
        "other product's variant", "unavailable variant", "same variant", "other payment method",
        "own payment method", "reason", "no address", "another tool after", "no such order",
        "gift card", "another tool before", "unequal lists", "no item", "no such item",
    }  # fmt: skip


def test_a_folder_without_tasks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="tasks"):
        read_tasks(tmp_path)
    (tmp_path / "tasks.json").write_text(json.dumps([
        {"id": 7, "evaluation_criteria": {"actions": []}}
    ]))  # fmt: skip
    assert [case.id for case in read_tasks(tmp_path)] == ["7"]
