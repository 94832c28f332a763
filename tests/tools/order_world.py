"""A small shop of the retail data in a store of its own, with its tools and its books."""

import gzip
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from agents.books import Books
from connectors.open import open_source
from stores.open import open_database
from tools import collect_tools
from tools.effects import OVER
from tradewind.base import digest
from tradewind.commerce import Order, ShopRecord, SourceRow
from tradewind.effects import Effect, effect_id
from tradewind.orders import OrderPolicy, read_order_policy
from tradewind.people import Actor, Session, Tenant
from tradewind.ports.storage import ShopStore
from tradewind.tool import ToolContext, ToolResult
from wiring.platform import ORDERS, ROOT

DATA = ROOT / "data" / "retail"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TENANT = Tenant(id="retail", name="Retail")
TOOLS = collect_tools()


def retail_policy() -> OrderPolicy:
    own = DATA / "orders.toml"
    return read_order_policy(ORDERS / "policy.toml", ORDERS / "markets.toml", own)


def shipped_policy() -> OrderPolicy:
    return read_order_policy(ORDERS / "policy.toml", ORDERS / "markets.toml")


@cache
def start() -> dict[str, Any]:
    return json.loads(gzip.decompress((DATA / "db.json.gz").read_bytes()))


@cache
def some_users() -> tuple[str, ...]:
    """Eight who have orders of both kinds; first those who paid a pending one by gift card."""
    db = start()
    found: list[tuple[bool, str]] = []
    for id_, user in db["users"].items():
        orders = [db["orders"][o] for o in user["orders"]]
        paid = [o["payment_history"][0]["payment_method_id"] for o in orders
                if o["status"] == "pending"]  # fmt: skip
        if {"pending", "delivered"} <= {o["status"] for o in orders}:
            found.append((not any("gift" in method for method in paid), id_))
    return tuple(id_ for _, id_ in sorted(found)[:8])


class Past:
    """What was done to the orders so far."""

    def __init__(self) -> None:
        self.effects: list[Effect] = []

    def about(self, target: str) -> Sequence[Effect]:
        return [effect for effect in self.effects if effect.target == target]

    def promising(self, tools: Sequence[str], since: datetime) -> Sequence[Effect]:
        return [e for e in self.effects if e.tool in tools and e.status not in OVER]


class OrderShop:
    """Tools that propose, and books in which what was proposed is entered as done."""

    def __init__(self, folder: Path, policy: OrderPolicy, users: Sequence[str]) -> None:
        database = open_database(f"sqlite:///{folder / 'shop.db'}")
        self.database = database
        self.shop: ShopStore = database.shop(TENANT.id)
        self.shop.put(rows_of(folder, users))
        self.past = Past()
        self.books = Books(TOOLS, self.shop)
        session = Session(
            tenant=TENANT, actor=Actor(id="mia", audience="merchant"), thread="t"
        )  # fmt: skip
        self.context = ToolContext(
            session=session, shop=self.shop, past=self.past, orders=policy, clock=lambda: NOON
        )

    def as_buyer(self, order_id: str) -> ToolContext:
        actor = Actor(id="visitor", audience="buyer")
        told = {"actor": actor, "verified_order": order_id}
        return replace(self.context, session=self.context.session.model_copy(update=told))

    def propose(
        self, tool: str, told: dict[str, Any], context: ToolContext | None = None
    ) -> ToolResult:
        return TOOLS[tool](context or self.context, told)

    def do(self, tool: str, told: dict[str, Any]) -> Effect | None:
        """Propose and enter as done; None where it was refused."""
        proposal = self.propose(tool, told).proposal
        if proposal is None:
            return None
        effect = Effect(
            id=effect_id(TENANT.id, "run", "0", len(self.past.effects)), tenant=TENANT.id,
            run="run", path="0", ordinal=len(self.past.effects), tool=tool, level="write",
            arguments=proposal.arguments, arguments_hash=digest(proposal.arguments),
            amount=proposal.amount, target=proposal.target, day=NOON.date(), status="done",
            proposed_by="mia", created_at=NOON, updated_at=NOON,
        )  # fmt: skip
        self.past.effects.append(effect)
        self.books.enter(effect, NOON)
        return effect

    def order(self, order_id: str) -> Order:
        order = self.shop.order(order_id)
        assert order is not None
        return order

    def put(self, *records: ShopRecord) -> None:
        self.shop.put([SourceRow(record=r, raw={}, source="test") for r in records])


def rows_of(folder: Path, users: Sequence[str]) -> list[SourceRow]:
    db = start()
    orders = [o for o in db["orders"].values() if o["user_id"] in users]
    wanted = {i["product_id"] for o in orders for i in o["items"]}
    file = folder / "db.json"
    file.write_text(json.dumps({
        "products": {k: v for k, v in db["products"].items() if k in wanted},
        "users": {u: db["users"][u] for u in users},
        "orders": {o["order_id"]: o for o in orders},
    }))  # fmt: skip
    rows = open_source(file, "retail_json", currency="USD").rows()
    return [row for row in rows if isinstance(row, SourceRow)]
