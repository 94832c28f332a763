"""Changes of orders: what is allowed leaves the books right, what is forbidden names its rule."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from order_world import (
    NOON,
    OrderShop,
    retail_policy,
    shipped_policy,
    some_users,
    start,
)

from tools.orders.money import paid_back, with_balance
from tradewind.base import Money
from tradewind.commerce import Address, Customer, Order, Shipment
from tradewind.errors import SpecError, ToolDenied
from tradewind.orders import OrderPolicy, read_order_policy
from tradewind.tool import Revision
from wiring.platform import ORDERS

_copies = count()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[OrderShop]:
    made = OrderShop(tmp_path, retail_policy(), some_users())
    yield made
    made.database.close()


@pytest.fixture
def usual(tmp_path: Path) -> Iterator[OrderShop]:
    """The same shop under the shipped rules."""
    made = OrderShop(tmp_path, shipped_policy(), some_users())
    yield made
    made.database.close()


def orders(shop: OrderShop, status: str) -> list[Order]:
    found = [o for o in shop.shop.all("order") if isinstance(o, Order)]
    return [order for order in found if order.status == status]


def variant_for(shop: OrderShop, order: Order) -> tuple[str, str]:
    """An item, and an available variant of its product."""
    for line in order.lines:
        product = shop.shop.product(line.product_id)
        for variant in product.variants if product else ():
            if variant.available and variant.id != line.variant_id:
                return line.variant_id, variant.id
    raise AssertionError


def method_of(shop: OrderShop, order: Order) -> str:
    return shop.shop.payments_of(order.id)[0].method_id


# ---- sequences


@st.composite
def steps(draw: st.DrawFn) -> list[tuple[int, ...]]:
    """Which tool, which order, which item, which variant, which means of payment, how many."""
    numbers = st.tuples(*(st.integers(0, n) for n in (6, 40, 6, 12, 3, 2)))
    return draw(st.lists(numbers, min_size=1, max_size=8))


def take(shop: OrderShop, step: tuple[int, ...]) -> None:
    """One step, whatever it comes to."""
    tool, which, item, variant, means, times = step
    known = sorted(orders_all(shop), key=lambda o: o.id)
    order = known[which % len(known)]
    line = order.lines[item % len(order.lines)]
    product = shop.shop.product(line.product_id)
    variants = [v.id for v in product.variants] if product else []
    customer = shop.shop.customer(order.customer_id)
    methods = [m.id for m in customer.methods] if customer else []
    told: dict[str, Any] = {"order_id": order.id}
    name = NAMES[tool]
    if name in ("orders.change_items", "orders.exchange", "orders.return", "orders.replace"):
        told["items"] = [line.variant_id] * (times or 1)
    if name in ("orders.change_items", "orders.exchange"):
        told["new_items"] = [variants[variant % len(variants)]] * (times or 1)
    if name in ("orders.change_items", "orders.exchange", "orders.return", "orders.change_payment"):
        told["method"] = methods[means % len(methods)]
    if name == "orders.cancel":
        told["reason"] = "no longer needed"
    if name == "orders.replace":
        told |= {"reason": "damaged", "photo": "a" * 64}
    if name == "orders.change_address":
        told["address"] = {"line1": f"{which} Main Street", "city": "Austin", "country": "US"}
    shop.do(name, told)


NAMES = ("orders.cancel", "orders.change_items", "orders.exchange", "orders.return",
         "orders.change_payment", "orders.change_address", "orders.replace")  # fmt: skip


def orders_all(shop: OrderShop) -> list[Order]:
    return [o for o in shop.shop.all("order") if isinstance(o, Order)]


def wrong(shop: OrderShop, before: dict[str, Order], worth: int) -> list[str]:
    """What no sequence of actions may lead to."""
    found: list[str] = []
    for order in orders_all(shop):
        was = before[order.id]
        held = sum(p.amount.minor for p in shop.shop.payments_of(order.id))
        held -= sum(r.amount.minor for r in shop.shop.refunds_of(order.id))
        due = 0 if order.status == "cancelled" else order.total.minor
        kinds = [change.kind for change in order.changes]
        checks = {
            f"holds {held}, not {due}": held == due,
            "another total than its lines": order.total.minor
            == sum(line.price.minor * line.quantity for line in order.lines),
            "other products": sorted(i.product_id for i in order.lines)
            == sorted(i.product_id for i in was.lines),
            f"went from {was.status} to {order.status}": order.status in LEADS[was.status],
            "changed twice": all(kinds.count(k) <= 1 for k in kinds if k != "address"),
            "changed after it was closed": not closed(kinds),
        }
        found += [f"{order.id}: {why}" for why, holds in checks.items() if not holds]
    found += [f"{c}: below zero" for c in cards(shop).values() if c < 0]
    return found + ([] if money_in(shop) == worth else ["money came or went"])


LEADS = {
    "pending": {"pending", "cancelled"}, "processed": {"processed"}, "cancelled": {"cancelled"},
    "delivered": {"delivered", "return_requested", "exchange_requested"},
}  # fmt: skip


def closed(kinds: list[str]) -> bool:
    """Whether something was done to a pending order after its items were changed."""
    return "items" in kinds and kinds.index("items") != len(kinds) - 1


def cards(shop: OrderShop) -> dict[str, int]:
    found = [shop.shop.customer(id_) for id_ in some_users()]
    return {m.id: m.balance.minor for c in found if c for m in c.methods if m.balance}


def money_in(shop: OrderShop) -> int:
    """What gift cards hold, and what orders hold of them: one goes where the other comes from."""
    total = sum(cards(shop).values())
    for order in orders_all(shop):
        gift = [p for p in shop.shop.payments_of(order.id) if "gift" in p.method_id]
        back = [r for r in shop.shop.refunds_of(order.id) if "gift" in r.method_id]
        total += sum(p.amount.minor for p in gift) - sum(r.amount.minor for r in back)
    return total


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps())
def test_no_sequence_of_actions_leaves_an_impossible_order(
    tmp_path: Path, steps: list[tuple[int, ...]]
) -> None:
    assert faults(tmp_path, steps) == []


def faults(tmp_path: Path, steps: list[tuple[int, ...]]) -> list[str]:
    folder = tmp_path / f"copy{next(_copies)}"
    folder.mkdir()
    shop = OrderShop(folder, retail_policy(), some_users()[:3])
    before, worth = {o.id: o for o in orders_all(shop)}, money_in(shop)
    found: list[str] = []
    for step in steps:
        take(shop, step)
        found += wrong(shop, before, worth)
    shop.database.close()
    return found


def test_what_is_entered_twice_is_there_once(shop: OrderShop) -> None:
    order = orders(shop, "pending")[0]
    effect = shop.do("orders.cancel", {"order_id": order.id, "reason": "no longer needed"})
    assert effect is not None
    once = (shop.order(order.id), shop.shop.refunds_of(order.id), cards(shop))
    shop.books.enter(effect, NOON)
    assert (shop.order(order.id), shop.shop.refunds_of(order.id), cards(shop)) == once


CHANGES = [
    [(1, w, i, v, m, 0)] * 2 for w in range(12) for i in (0, 1) for v in range(4) for m in (0, 1)
]  # fmt: skip
CANCELS = [[(0, w, 0, 0, 0, 0)] for w in range(12)]
PAYMENTS = [[(4, w, 0, 0, m, 0)] for w in range(20) for m in range(3)]
LATE = [[(1, w, i, v, 0, 0), (5, w, 0, 0, 0, 0)] for w in range(12) for i in (0, 1)
        for v in range(4)]  # fmt: skip


def _free(*_: Any) -> Revision:
    return Revision((), ())


def _half(order: Order, effect_id: str, n: int, amount: Money, method_id: str,
          payment_id: str) -> Any:  # fmt: skip
    half = amount.model_copy(update={"minor": amount.minor // 2})
    return paid_back(order, effect_id, n, half, method_id, payment_id)


def _generous(customer: Customer, method_id: str, minor: int) -> Customer:
    return with_balance(customer, method_id, minor + 100 if minor else 0)


def _for_good(context: Any, kind: Any) -> Any:
    return context.orders.action[kind].model_copy(update={"not_after": (), "times": None})


@pytest.mark.parametrize(
    ("name", "bug", "tries"),
    [("tools.orders.change_items.settled", _free, CHANGES),
     ("tools.orders.cancel.paid_back", _half, CANCELS),
     ("tools.orders.cancel.with_balance", _generous, CANCELS),
     ("tools.orders.change_payment.with_balance", _generous, PAYMENTS),
     ("tools.orders.permission.rule_of", _for_good, LATE)],
)  # fmt: skip
def test_planted_bugs_in_the_books_are_found(
    name: str, bug: Any, tries: list[list[tuple[int, ...]]], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    assert not any(faults(tmp_path, steps) for steps in tries[::16])
    monkeypatch.setattr(name, bug)
    assert any(faults(tmp_path, steps) for steps in tries)


# ---- what names its rule


def test_each_refusal_names_its_rule(shop: OrderShop) -> None:
    pending, delivered = orders(shop, "pending")[0], orders(shop, "delivered")[0]
    item, new = variant_for(shop, pending)
    paid = method_of(shop, pending)
    given: list[tuple[str, str, dict[str, Any]]] = [
        ("cancel.states", "orders.cancel",
         {"order_id": delivered.id, "reason": "no longer needed"}),
        ("cancel.reasons", "orders.cancel", {"order_id": pending.id, "reason": "too slow"}),
        ("cancel.needs_reason", "orders.cancel", {"order_id": pending.id}),
        ("items.method", "orders.change_items",
         {"order_id": pending.id, "items": [item], "new_items": [new]}),
        ("items.method", "orders.change_items",
         {"order_id": pending.id, "items": [item], "new_items": [new], "method": "paypal_0"}),
        ("items.pairs", "orders.change_items",
         {"order_id": pending.id, "items": [item], "new_items": [new, new], "method": paid}),
        ("items.product", "orders.change_items",
         {"order_id": pending.id, "items": [item], "new_items": ["1"], "method": paid}),
        ("items.same_variant", "orders.change_items",
         {"order_id": pending.id, "items": [item], "new_items": [item], "method": paid}),
        ("items.items", "orders.change_items",
         {"order_id": pending.id, "items": [], "new_items": [], "method": paid}),
        ("payment.other", "orders.change_payment", {"order_id": pending.id, "method": paid}),
        ("address.written", "orders.change_address",
         {"order_id": pending.id, "address": {"line1": "1 Main Street"}}),
        ("return.items", "orders.return",
         {"order_id": delivered.id, "items": ["1"], "method": method_of(shop, delivered)}),
        ("replacement.photo", "orders.replace",
         {"order_id": delivered.id, "items": [delivered.lines[0].variant_id], "reason": "damaged"}),
    ]  # fmt: skip
    for rule, tool, told in given:
        result = shop.propose(tool, told)
        assert (result.rule, result.proposal) == (rule, None), (tool, result)
        assert f"(rule {rule} of orders orders 1" in result.note


def test_a_buyer_acts_on_no_order_but_the_proven_one(shop: OrderShop) -> None:
    own, other = orders(shop, "pending")[:2]
    told = {"reason": "no longer needed"}
    proven = shop.as_buyer(own.id)
    assert shop.propose("orders.cancel", told | {"order_id": own.id}, proven).proposal
    for order_id in (other.id, "#W0000000"):
        with pytest.raises(ToolDenied, match="not this buyer's"):
            shop.propose("orders.cancel", told | {"order_id": order_id}, proven)
    stranger = {"customer_id": "somebody", "address": "1 Main Street, Austin"}
    with pytest.raises(ToolDenied, match="not this buyer"):
        shop.propose("customers.change_address", stranger, proven)


def test_what_has_changed_since_it_was_looked_at_is_not_done(shop: OrderShop) -> None:
    order = orders(shop, "pending")[0]
    told = {"order_id": order.id, "reason": "no longer needed"}
    asked = shop.propose("orders.cancel", told).proposal
    assert asked is not None
    assert shop.propose("orders.cancel", asked.arguments).proposal
    shop.do("orders.change_address", {"order_id": order.id, "address": "1 Main Street, Austin"})
    assert shop.propose("orders.cancel", asked.arguments).rule == "version"


# ---- days and rights


def arrived(shop: OrderShop, days: int, country: str) -> Order:
    """A delivered order that came so many days ago to a country."""
    order = orders(shop, "delivered")[0]
    to = Address(line1="1", city="X", country=country)
    order = order.model_copy(update={"ship_to": to})
    at = NOON - timedelta(days=days)
    for parcel in shop.shop.shipments_of(order.id):
        shop.put(parcel.model_copy(update={"delivered_at": at}))
    shop.put(order, Shipment(id="s", order_id=order.id, delivered_at=at))
    return order


def sent_back(shop: OrderShop, order: Order) -> tuple[bool, str, bool]:
    told = {"order_id": order.id, "items": [order.lines[0].variant_id]}
    result = shop.propose("orders.return", told)
    return result.proposal is not None, result.rule, result.legal


@pytest.mark.parametrize(
    ("days", "country", "allowed"), [(30, "US", True), (31, "US", False), (30, "DE", True)]
)
def test_the_shops_days_are_counted_from_delivery(
    usual: OrderShop, days: int, country: str, allowed: bool
) -> None:
    assert sent_back(usual, arrived(usual, days, country))[0] is allowed


@pytest.mark.parametrize(
    ("days", "country", "allowed", "legal"),
    [(14, "DE", True, False), (15, "DE", False, True), (14, "US", False, False),
     (7, "KR", True, False), (8, "KR", False, True), (9, "XX", False, False)],
)  # fmt: skip
def test_the_law_gives_more_than_a_stingy_shop_and_a_no_leads_to_a_person(
    usual: OrderShop, days: int, country: str, allowed: bool, legal: bool
) -> None:
    stingy = _with_days(shipped_policy(), 5)
    object.__setattr__(usual.context, "orders", stingy)
    done, rule, person = sent_back(usual, arrived(usual, days, country))
    assert (done, rule) == (allowed, "" if allowed else "return.days")
    assert person is (legal or country == "XX")


def test_goods_that_the_law_excepts_have_the_shops_days(usual: OrderShop) -> None:
    object.__setattr__(usual.context, "orders", _with_days(shipped_policy(), 5))
    order = arrived(usual, 10, "DE")
    assert sent_back(usual, order)[0]
    product = usual.shop.product(order.lines[0].product_id)
    assert product is not None
    usual.put(product.model_copy(update={"tags": ("custom-made",)}))
    assert sent_back(usual, order) == (False, "return.days", True)


def test_a_refusal_with_a_right_behind_it_names_the_way_to_a_person(usual: OrderShop) -> None:
    order = arrived(usual, 90, "FR")
    told = {"order_id": order.id, "items": [order.lines[0].variant_id]}
    assert "a person of the shop" in usual.propose("orders.return", told).note


def _with_days(policy: OrderPolicy, days: int) -> OrderPolicy:
    rule = policy.action["return"].model_copy(update={"days": days})
    return policy.model_copy(update={"action": {**policy.action, "return": rule}})


# ---- the data


def test_a_shops_own_file_is_laid_over_the_shipped_one(tmp_path: Path) -> None:
    own = tmp_path / "mine.toml"
    own.write_text('version = 7\ndate = 2026-11-23\nsource = "me"\n[action.return]\ndays = 60\n')
    policy = read_order_policy(ORDERS / "policy.toml", ORDERS / "markets.toml", own)
    assert (policy.version, policy.shop, policy.action["return"].days) == (7, "mine", 60)
    assert policy.action["return"].to == ("original", "gift_card")
    assert policy.action["cancel"] == shipped_policy().action["cancel"]


def test_a_file_that_does_not_fit_is_named(tmp_path: Path) -> None:
    own = tmp_path / "mine.toml"
    own.write_text("[action.return]\ndayz = 60\n")
    with pytest.raises(SpecError, match=r"mine\.toml"):
        read_order_policy(ORDERS / "policy.toml", ORDERS / "markets.toml", own)


def test_every_rule_of_law_names_its_source_and_how_sure_it_is() -> None:
    markets = shipped_policy().markets.market
    assert all(market.source and market.confidence for market in markets)
    countries = [country for market in markets for country in market.countries]
    assert len(countries) == len(set(countries))


def test_the_start_state_is_the_published_one() -> None:
    sizes = {name: len(table) for name, table in start().items()}
    assert sizes == {"products": 50, "users": 500, "orders": 1000}
