"""Gold actions with one thing wrong, made from the state in which they would be done.

What is made is judged by the reference, not by its name: one that the policy allows has to be
done. `at` says when: in place of the gold action, or after it.
"""

from collections.abc import Iterator
from typing import Any, Literal

from evals.retail.data import Action, Json
from evals.retail.reference import WRITES
from tradewind.base import Record

At = Literal["before", "after"]


class Mutant(Record):
    """`rule` says what was broken on purpose."""

    rule: str
    action: Action
    at: At = "before"


def mutants(db: Json, user: str, gold: Action) -> list[Mutant]:
    """Every mutation of a gold action, over the state before it."""
    made = list(_made(db, user, gold))
    return [
        m for n, m in enumerate(made) if (m.at == "after" or m.action != gold) and m not in made[:n]
    ]


def _made(db: Json, user: str, gold: Action) -> Iterator[Mutant]:
    told = gold.arguments
    if gold.name == "modify_user_address":
        other = next(id_ for id_ in sorted(db["users"]) if id_ != user)
        yield _with(gold, "other user", user_id=other)
        yield _with(gold, "no address", address1="", city="")
        return
    order = db["orders"].get(told["order_id"])
    if order is None:
        return
    yield from _orders(db, user, gold, order)
    if "item_ids" in told:
        yield from _items(db, gold, order)
    if "new_item_ids" in told:
        yield from _variants(db, gold, order)
        yield from _cards(db, user, gold, order)
    if "payment_method_id" in told:
        yield from _methods(db, user, gold)
    if "reason" in told:
        for reason in ("changed my mind", "", "No longer needed", "found it cheaper"):
            yield _with(gold, "reason", reason=reason)
    if "address1" in told:
        yield _with(gold, "no address", address1="", city="")
    yield from _other_tools(db, user, gold, order)


def _with(gold: Action, rule: str, at: At = "before", **changed: Any) -> Mutant:
    action = gold.model_copy(update={"arguments": gold.arguments | changed})
    return Mutant(rule=rule, action=action, at=at)


def _orders(db: Json, user: str, gold: Action, order: Json) -> Iterator[Mutant]:
    """Another order in its place, with items and method of that order: nothing else is wrong."""
    yield _with(gold, "no such order", order_id="#W0000000")
    yield Mutant(rule="again", action=gold, at="after")
    if "new_item_ids" in gold.arguments:
        yield _with(gold, "again, other items", "after", **_further(db, gold, order))
    ids = sorted(db["orders"])
    start = ids.index(order["order_id"])
    after = [db["orders"][id_] for id_ in (*ids[start + 1 :], *ids[:start])]
    foreign = [o for o in after if o["user_id"] != user and o["status"] == order["status"]]
    own = [o for o in after if o["user_id"] == user and o["status"] != order["status"]]
    for rule, others in (("other user's order", foreign[:2]), ("wrong state", own[:3])):
        for other in others:
            made = _fitted(db, gold, other)
            if made is not None:
                yield Mutant(rule=rule, action=made)


def _further(db: Json, gold: Action, order: Json) -> Json:
    """Of what was exchanged the first new variant, for another one."""
    item = next((i for i in order["items"] if i["item_id"] in gold.arguments["item_ids"]), None)
    new = gold.arguments["new_item_ids"][0]
    fit = [v["item_id"] for v in _available(db, item) if v["item_id"] != new] if item else []
    return {"item_ids": [new], "new_item_ids": fit[:1]}


def _fitted(db: Json, gold: Action, other: Json) -> Action | None:
    """The action on another order, with its first item and its own means of payment."""
    item = other["items"][0]
    changed: Json = {"order_id": other["order_id"]}
    if "item_ids" in gold.arguments:
        changed["item_ids"] = [item["item_id"]]
    if "new_item_ids" in gold.arguments:
        new = [v for v in _available(db, item) if v["item_id"] != item["item_id"]]
        if not new:
            return None
        changed["new_item_ids"] = [min(new, key=lambda v: v["price"])["item_id"]]
    if "payment_method_id" in gold.arguments:
        changed["payment_method_id"] = other["payment_history"][0]["payment_method_id"]
    return gold.model_copy(update={"arguments": gold.arguments | changed})


def _available(db: Json, item: Json) -> list[Json]:
    variants = db["products"][item["product_id"]]["variants"].values()
    return [variant for variant in variants if variant["available"]]


def _items(db: Json, gold: Action, order: Json) -> Iterator[Mutant]:
    """Items that are not in the order, or not so often."""
    told = gold.arguments
    ordered = [item["item_id"] for item in order["items"]]
    foreign = next(
        i["item_id"] for o in db["orders"].values() for i in o["items"]
        if i["item_id"] not in ordered
    )  # fmt: skip
    count = ordered.count(told["item_ids"][0])
    more = [told["item_ids"][0]] * (count + 1 - told["item_ids"].count(told["item_ids"][0]))
    swaps = "new_item_ids" in told
    paired = [told["new_item_ids"][0]] * len(more) if swaps else []
    yield _with(gold, "item not in the order", item_ids=[foreign, *told["item_ids"][1:]])
    yield _more(gold, "wrong count", more, paired)
    yield _with(gold, "no such item", item_ids=["0000000000", *told["item_ids"][1:]])
    none: Json = {"item_ids": [], **({"new_item_ids": []} if swaps else {})}
    yield Mutant(rule="no item", action=Action(name=gold.name, arguments=told | none))
    if len(told["item_ids"]) > 1:
        yield _with(gold, "fewer items", item_ids=told["item_ids"][:-1])


def _more(gold: Action, rule: str, items: list[str], new: list[str]) -> Mutant:
    """The action with more items, and new ones for them where it exchanges."""
    told = dict(gold.arguments)
    told["item_ids"] = [*told["item_ids"], *items]
    if new:
        told["new_item_ids"] = [*told["new_item_ids"], *new]
    return Mutant(rule=rule, action=Action(name=gold.name, arguments=told))


def _variants(db: Json, gold: Action, order: Json) -> Iterator[Mutant]:
    """New variants that are not for this item."""
    told = gold.arguments
    new, item_id = told["new_item_ids"], told["item_ids"][0]
    item = next((i for i in order["items"] if i["item_id"] == item_id), None)
    if item is None:
        return
    strange = next(
        v["item_id"] for p in db["products"].values() if p["product_id"] != item["product_id"]
        for v in p["variants"].values() if v["available"]
    )  # fmt: skip
    gone = [
        v["item_id"] for v in db["products"][item["product_id"]]["variants"].values()
        if not v["available"]
    ]  # fmt: skip
    fit = [v["item_id"] for v in _available(db, item) if v["item_id"] not in (item_id, new[0])]
    yield _with(gold, "other product's variant", new_item_ids=[strange, *new[1:]])
    yield _with(gold, "no such variant", new_item_ids=["0000000000", *new[1:]])
    yield _with(gold, "same variant", new_item_ids=[item_id, *new[1:]])
    yield _with(gold, "unequal lists", new_item_ids=[*new, new[0]])
    for id_ in gone[:2]:
        yield _with(gold, "unavailable variant", new_item_ids=[id_, *new[1:]])
    for id_ in fit[:1]:
        yield _with(gold, "another variant that fits", new_item_ids=[id_, *new[1:]])


def _cards(db: Json, user: str, gold: Action, order: Json) -> Iterator[Mutant]:
    """Each item's dearest variant, paid by each gift card: too little is on some."""
    by_id = {item["item_id"]: item for item in order["items"]}
    named = gold.arguments["item_ids"]
    if any(id_ not in by_id for id_ in named):
        return
    dearest = [
        max(
            (v for v in _available(db, by_id[id_]) if v["item_id"] != id_),
            key=lambda v: v["price"], default=None,
        )
        for id_ in named
    ]  # fmt: skip
    if any(v is None for v in dearest):
        return
    new = [v["item_id"] for v in dearest if v]
    for method in db["users"][user]["payment_methods"].values():
        if method["source"] == "gift_card":
            yield _with(
                gold, "gift card", new_item_ids=new, payment_method_id=method["id"]
            )  # fmt: skip


def _methods(db: Json, user: str, gold: Action) -> Iterator[Mutant]:
    """Other means of payment: of others, of nobody, and each of their own."""
    ids = sorted(id_ for id_ in db["users"] if id_ != user)
    foreign = next(m for id_ in ids for m in sorted(db["users"][id_]["payment_methods"]))
    card = next(
        m for id_ in ids for m in sorted(db["users"][id_]["payment_methods"]) if "gift" in m
    )  # fmt: skip
    for method in (foreign, card, "credit_card_0000000", ""):
        yield _with(gold, "other payment method", payment_method_id=method)
    for method in sorted(db["users"][user]["payment_methods"]):
        yield _with(gold, "own payment method", payment_method_id=method)


def _other_tools(db: Json, user: str, gold: Action, order: Json) -> Iterator[Mutant]:
    """Every other tool on the same order, before the gold action and after it."""
    item = order["items"][0]
    new = sorted(v["item_id"] for v in _available(db, item) if v["item_id"] != item["item_id"])
    paid = order["payment_history"][0]["payment_method_id"]
    others = sorted(m for m in db["users"][user]["payment_methods"] if m != paid)
    told: Json = {
        "order_id": order["order_id"], "reason": "no longer needed", "item_ids": [item["item_id"]],
        "new_item_ids": new[:1], "payment_method_id": paid, "address1": "1 Test Way",
        "address2": "", "city": "Austin", "state": "TX", "country": "USA", "zip": "78701",
    }  # fmt: skip
    for name in sorted(WRITES - {gold.name, "modify_user_address"}):
        changed = {k: told[k] for k in _TAKES[name]}
        means = (others or [paid]) if name == "modify_pending_order_payment" else [paid]
        for method in means:
            named = {"payment_method_id": method} if "payment_method_id" in changed else {}
            action = Action(name=name, arguments=changed | named)
            yield Mutant(rule="another tool before", action=action)
            yield Mutant(rule="another tool after", action=action, at="after")


_PLACE = ("address1", "address2", "city", "state", "country", "zip")
_TAKES: dict[str, tuple[str, ...]] = {
    "cancel_pending_order": ("order_id", "reason"),
    "modify_pending_order_address": ("order_id", *_PLACE),
    "modify_pending_order_payment": ("order_id", "payment_method_id"),
    "modify_pending_order_items": ("order_id", "item_ids", "new_item_ids", "payment_method_id"),
    "return_delivered_order_items": ("order_id", "item_ids", "payment_method_id"),
    "exchange_delivered_order_items": ("order_id", "item_ids", "new_item_ids", "payment_method_id"),
}
