"""What the tasks' tools do and their policy allows, written from the tool table and `policy.md`
over their own plain data. Nothing here is shared with our tools: it is what these are held to.

Where the table and the policy differ, the policy holds: an order whose items were changed is
closed, an exchange is for another option, a cancelled order's money goes back once.
"""

import copy
from collections import Counter
from collections.abc import Callable

from evals.retail.data import Action, Json

REASONS = ("no longer needed", "ordered by mistake")
MODIFIED = "pending (item modified)"
WRITES = frozenset((
    "cancel_pending_order", "modify_pending_order_address", "modify_pending_order_payment",
    "modify_pending_order_items", "return_delivered_order_items", "exchange_delivered_order_items",
    "modify_user_address",
))  # fmt: skip
_ADDRESS = ("address1", "address2", "city", "state", "country", "zip")


class Refused(Exception):
    """The policy forbids it."""


def applied(db: Json, user: str, action: Action) -> tuple[Json, str]:
    """The state after the action of this user, and why it was refused: then it is as before.

    Only the records that the action touches are copied: the rest is shared with `db`.
    """
    state = {name: dict(table) for name, table in db.items()}
    try:
        _DO[action.name](state, user, copy.deepcopy(action.arguments))
    except Refused as why:
        return db, str(why)
    return state, ""


def _need(holds: bool, why: str) -> None:
    if not holds:
        raise Refused(why)


def _own_order(state: Json, user: str, told: Json) -> Json:
    order = state["orders"].get(told["order_id"])
    _need(order is not None, "no such order")
    _need(order["user_id"] == user, "another user's order")
    order = copy.deepcopy(order)
    state["orders"][order["order_id"]] = order
    return order


def _own_user(state: Json, user: str) -> Json:
    state["users"][user] = copy.deepcopy(state["users"][user])
    return state["users"][user]


def _method(state: Json, user: str, method_id: str) -> Json:
    methods = state["users"][user]["payment_methods"]
    _need(method_id in methods, "not a method of this user")
    return methods[method_id]


def _pay(state: Json, user: str, method_id: str, amount: float) -> None:
    """Take from a gift card, or give to it below zero."""
    method = _own_user(state, user)["payment_methods"][method_id]
    if method["source"] == "gift_card":
        method["balance"] = round(method["balance"] - amount, 2)


def _holds(order: Json) -> list[Json]:
    """The payments whose money was not given back yet."""
    back = Counter(
        e["payment_method_id"]
        for e in order["payment_history"]
        if e["transaction_type"] == "refund"
    )
    held: list[Json] = []
    for entry in order["payment_history"]:
        if entry["transaction_type"] != "payment":
            continue
        if back[entry["payment_method_id"]]:
            back[entry["payment_method_id"]] -= 1
            continue
        held.append(entry)
    return held


def _entry(kind: str, amount: float, method_id: str) -> Json:
    return {"transaction_type": kind, "amount": round(amount, 2), "payment_method_id": method_id}


def _cancel(state: Json, user: str, told: Json) -> None:
    order = _own_order(state, user, told)
    _need(order["status"] == "pending", "not pending")
    _need(told["reason"] in REASONS, "no reason that counts")
    for payment in _holds(order):
        method_id, amount = payment["payment_method_id"], payment["amount"]
        order["payment_history"].append(_entry("refund", amount, method_id))
        _pay(state, user, method_id, -amount)
    order |= {"status": "cancelled", "cancel_reason": told["reason"]}


def _address(state: Json, user: str, told: Json) -> None:
    order = _own_order(state, user, told)
    _need(order["status"] == "pending", "not pending")
    _need(bool(told["address1"] and told["city"]), "no address")
    order["address"] = {name: told[name] for name in _ADDRESS}


def _user_address(state: Json, user: str, told: Json) -> None:
    _need(told["user_id"] == user, "another user")
    _need(bool(told["address1"] and told["city"]), "no address")
    _own_user(state, user)["address"] = {name: told[name] for name in _ADDRESS}


def _payment(state: Json, user: str, told: Json) -> None:
    order, method_id = _own_order(state, user, told), told["payment_method_id"]
    _need(order["status"] == "pending", "not pending")
    history = order["payment_history"]
    _need([e["transaction_type"] for e in history] == ["payment"], "not just one payment")
    method, amount = _method(state, user, method_id), history[0]["amount"]
    before = history[0]["payment_method_id"]
    _need(before != method_id, "the same method")
    _need(method["source"] != "gift_card" or method["balance"] >= amount, "too little on the card")
    order["payment_history"] += [
        _entry("payment", amount, method_id), _entry("refund", amount, before)
    ]  # fmt: skip
    _pay(state, user, method_id, amount)
    _pay(state, user, before, -amount)


def _chosen(order: Json, told: Json) -> list[Json]:
    """The order's items that are named, each at most as often as it was ordered."""
    ids = told["item_ids"]
    _need(bool(ids), "no item")
    held = Counter(item["item_id"] for item in order["items"])
    _need(
        all(held[id_] >= count for id_, count in Counter(ids).items()), "not so many in the order"
    )
    return [next(i for i in order["items"] if i["item_id"] == id_) for id_ in ids]


def _swaps(state: Json, order: Json, told: Json) -> tuple[list[tuple[Json, Json]], float]:
    """Items with their new variants, and what these cost more."""
    items, new = _chosen(order, told), told["new_item_ids"]
    _need(len(items) == len(new), "unequal lists")
    pairs: list[tuple[Json, Json]] = []
    for item, new_id in zip(items, new, strict=True):
        _need(new_id != item["item_id"], "no other option")
        variant = state["products"][item["product_id"]]["variants"].get(new_id)
        _need(variant is not None, "another product, or none")
        _need(variant["available"], "not available")
        pairs.append((item, variant))
    return pairs, round(sum(v["price"] - i["price"] for i, v in pairs), 2)


def _covered(state: Json, user: str, method_id: str, amount: float) -> None:
    method = _method(state, user, method_id)
    _need(method["source"] != "gift_card" or method["balance"] >= amount, "too little on the card")


def _items(state: Json, user: str, told: Json) -> None:
    order, method_id = _own_order(state, user, told), told["payment_method_id"]
    _need(order["status"] == "pending", "not pending")
    pairs, more = _swaps(state, order, told)
    _covered(state, user, method_id, more)
    left = list(order["items"])
    for item, variant in pairs:
        at = next(
            n for n, i in enumerate(left) if i is not None and i["item_id"] == item["item_id"]
        )
        new = {"item_id": variant["item_id"], "price": variant["price"]}
        order["items"][at] = item | new | {"options": variant["options"]}
        left[at] = None  # pyright: ignore[reportArgumentType,reportCallIssue]
    if more:
        order["payment_history"].append(
            _entry("payment" if more > 0 else "refund", abs(more), method_id)
        )
        _pay(state, user, method_id, more)
    order["status"] = MODIFIED


def _return(state: Json, user: str, told: Json) -> None:
    order, method_id = _own_order(state, user, told), told["payment_method_id"]
    _need(order["status"] == "delivered", "not delivered")
    _chosen(order, told)
    method = _method(state, user, method_id)
    first = order["payment_history"][0]["payment_method_id"]
    _need(method["source"] == "gift_card" or method_id == first, "neither original nor gift card")
    order |= {
        "status": "return requested", "return_items": sorted(told["item_ids"]),
        "return_payment_method_id": method_id,
    }  # fmt: skip


def _exchange(state: Json, user: str, told: Json) -> None:
    order, method_id = _own_order(state, user, told), told["payment_method_id"]
    _need(order["status"] == "delivered", "not delivered")
    _, more = _swaps(state, order, told)
    _covered(state, user, method_id, more)
    order |= {
        "status": "exchange requested", "exchange_items": sorted(told["item_ids"]),
        "exchange_new_items": sorted(told["new_item_ids"]),
        "exchange_payment_method_id": method_id, "exchange_price_difference": more,
    }  # fmt: skip


_DO: dict[str, Callable[[Json, str, Json], None]] = {
    "cancel_pending_order": _cancel,
    "modify_pending_order_address": _address,
    "modify_pending_order_payment": _payment,
    "modify_pending_order_items": _items,
    "return_delivered_order_items": _return,
    "exchange_delivered_order_items": _exchange,
    "modify_user_address": _user_address,
}
