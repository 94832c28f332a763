"""Two states in one form: the tasks' own data, and our shop's records."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, cast

from connectors.fields import Fields
from connectors.places import address_of
from evals.retail.data import Json
from tradewind.base import Money
from tradewind.changes import OrderChange
from tradewind.commerce import Address, Customer, Order, Payment, Refund
from tradewind.ports.storage import ShopStore

Told = dict[str, dict[str, Any]]
"""Records in the common form, by "order/<id>" and "user/<id>"."""

_WORDS = {"return_requested": "return requested", "exchange_requested": "exchange requested"}


def of_tasks(db: Json, users: Iterable[str] | None = None) -> Told:
    """The tasks' own state: all of it, or of some users with their orders."""
    ids = set(db["users"] if users is None else users)
    orders = [order for order in db["orders"].values() if order["user_id"] in ids]
    told = {f"order/{order['order_id']}": _task_order(order) for order in orders}
    return told | {f"user/{id_}": _task_user(db["users"][id_]) for id_ in ids}


def of_shop(shop: ShopStore) -> Told:
    """Our shop's state, every record read."""
    paid = [cast(Payment | Refund, r) for r in (*shop.all("payment"), *shop.all("refund"))]
    orders = [cast(Order, record) for record in shop.all("order")]
    users = [cast(Customer, record) for record in shop.all("customer")]
    return _told(orders, users, paid)


def of_users(shop: ShopStore, ids: Iterable[str]) -> Told:
    """The state of some users with their orders."""
    users = [user for user in map(shop.customer, ids) if user]
    orders = [order for user in users for order in shop.orders_of(user.id)]
    paid: list[Payment | Refund] = [p for o in orders for p in shop.payments_of(o.id)]
    return _told(orders, users, [*paid, *(r for o in orders for r in shop.refunds_of(o.id))])


def _told(
    orders: Iterable[Order], users: Iterable[Customer], paid: Iterable[Payment | Refund]
) -> Told:
    history: defaultdict[str, list[tuple[str, int, str]]] = defaultdict(list)
    for entry in paid:
        history[entry.order_id].append((entry.kind, entry.amount.minor, entry.method_id))
    told = {f"order/{o.id}": _shop_order(o, history[o.id]) for o in orders}
    return told | {f"user/{u.id}": _shop_user(u) for u in users}


def differing(found: Told, wanted: Told) -> list[str]:
    """What is otherwise, record by record and field by field."""
    problems: list[str] = []
    for key in sorted({*found, *wanted}):
        have, want = found.get(key, {}), wanted.get(key, {})
        problems += [
            f"{key} {name}: {have.get(name)!r}, expected {want.get(name)!r}"
            for name in sorted({*have, *want}) if have.get(name) != want.get(name)
        ]  # fmt: skip
    return problems


def without_prices(state: Told) -> Told:
    """Items by their ids alone, without their prices and options."""
    return {
        key: {n: [i[0] for i in v] if n == "items" else v for n, v in record.items()}
        for key, record in state.items()
    }


def _task_order(order: Json) -> dict[str, Any]:
    told = {k: v for k, v in order.items() if v is not None}
    kind = next((k for k in ("return", "exchange") if f"{k}_items" in told), "")
    items = (_item(i["item_id"], _cents(i["price"]), i["options"]) for i in told["items"])
    return {
        "status": told["status"], "user": told["user_id"], "address": _place(told["address"]),
        "items": sorted(items),
        "history": sorted(
            (e["transaction_type"], _cents(e["amount"]), e["payment_method_id"])
            for e in told["payment_history"]
        ),
        "reason": told.get("cancel_reason", ""),
        "given": sorted(told.get(f"{kind}_items", ())),
        "taken": sorted(told.get(f"{kind}_new_items", ())),
        "method": told.get(f"{kind}_payment_method_id", ""),
        "difference": _cents(told.get(f"{kind}_price_difference", 0)),
    }  # fmt: skip


def _shop_order(order: Order, history: list[tuple[str, int, str]]) -> dict[str, Any]:
    asked = next((c for c in order.changes if c.kind in ("return", "exchange")), None)
    change = asked or OrderChange(kind="return")
    lines = [line for line in order.lines for _ in range(line.quantity)]
    return {
        "status": _status(order), "user": order.customer_id, "address": _parts(order.ship_to),
        "items": sorted(_item(i.variant_id, i.price.minor, i.options) for i in lines),
        "history": sorted(history), "reason": _reason(order.changes),
        "given": sorted(change.items), "taken": sorted(change.new_items),
        "method": change.method_id, "difference": (change.difference or _NOTHING).minor,
    }  # fmt: skip


_NOTHING = Money(minor=0, currency="USD")


def _status(order: Order) -> str:
    modified = any(change.kind == "items" for change in order.changes)
    if order.status == "pending" and modified:
        return "pending (item modified)"
    return _WORDS.get(order.status, order.status)


def _reason(changes: Iterable[OrderChange]) -> str:
    return next((change.reason for change in changes if change.kind == "cancel"), "")


def _item(id_: str, price: int, options: dict[str, str]) -> tuple[str, int, str]:
    return id_, price, str(sorted(options.items()))


def _task_user(user: Json) -> dict[str, Any]:
    methods = user["payment_methods"].values()
    cards = {m["id"]: _cents(m["balance"]) for m in methods if "balance" in m}
    return {"address": _place(user["address"]), "cards": cards}


def _shop_user(user: Customer) -> dict[str, Any]:
    cards = {m.id: m.balance.minor for m in user.methods if m.balance}
    return {"address": _parts(user.address), "cards": cards}


def _place(address: Json) -> tuple[str, ...]:
    return _parts(address_of(Fields(address)))


def _parts(address: Address | None) -> tuple[str, ...]:
    """Without the name of who gets it, which the tasks do not tell."""
    if address is None:
        return ()
    return (address.line1, address.line2, address.city, address.region, address.postcode,
            address.country)  # fmt: skip


def _cents(amount: float) -> int:
    return round(amount * 100)
