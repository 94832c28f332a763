"""A shop over one store that several contenders open, each for itself, and race in."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from threading import Barrier

from sandbox_process import Receiver

from agents.assistant import Assistant
from agents.delivery import Hands
from agents.desk import Desk
from agents.kit import Kit
from agents.policy import Policy
from agents.replay import replay
from agents.resuming import resume
from agents.run import Road
from agents.turns import Shop
from connectors.outside import open_outside
from stores.open import SqlDatabase, open_database
from tools import collect_tools
from tradewind.base import Money
from tradewind.commerce import Order, Payment, ShopRecord, SourceRow
from tradewind.effects import Vote
from tradewind.errors import PlatformError
from tradewind.people import Actor, Session, Tenant

TENANT = Tenant(id="racing", name="A racing shop")
KEY = b"k" * 32
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TOTAL = Money(minor=10000, currency="USD")
ORDERS = 500
_accounts = count(1)

Call = Callable[[], str]


@dataclass(frozen=True)
class Asked:
    """A refund that a run has asked people about."""

    order: str
    thread: str
    run: str
    approval: str

    @property
    def effect(self) -> str:
        return f"ef_{self.approval.removeprefix('ap_')}"


class Contender:
    """One worker: its own connections, its own assistant, its own client of the receiver."""

    def __init__(self, url: str, outside: str, account: str, kit: Kit, policy: Policy) -> None:
        self.database: SqlDatabase = open_database(url, key=KEY)
        ledger, rules = self.database.ledger(TENANT.id), self.database.rules(TENANT.id)
        hands = Hands(
            ledger=ledger, rules=rules, outside=open_outside(outside, account), policy=policy,
            clock=lambda: datetime.now(UTC),
        )  # fmt: skip
        self.ledger = ledger
        self.shop = Shop(
            reader=self.database.shop(TENANT.id), search=None,
            runs=self.database.runs(TENANT.id), threads=self.database.threads(TENANT.id),
            hands=hands,
        )  # fmt: skip
        road = Road(collect_tools(), {}, None, off_loop=self.database.remote)
        self.assistant = Assistant(kit, road)
        self.desk = Desk(self.assistant)

    def ask(self, order: str, thread: str) -> Asked:
        """A turn that asks for a refund."""
        text = f"Refund 20 USD of order {order}"
        ended = asyncio.run(self.assistant.turn(session("ann", thread), self.shop, text))
        (card,) = ended.answer.approvals
        return Asked(order=order, thread=thread, run=ended.run, approval=card.id)

    def vote(self, asked: Asked) -> None:
        """A yes that nobody has carried out yet."""
        question = self.ledger.approval(asked.approval)
        assert question is not None
        now = datetime.now(UTC)
        vote = Vote(by="mia", yes=True, at=now, arguments_hash=question.arguments_hash)
        self.ledger.decide(asked.approval, vote, now)

    def resume(self, asked: Asked) -> str:
        """What carrying the run on comes to, in a word."""
        return _told(lambda: asyncio.run(self._resume(asked.run)))

    async def _resume(self, run: str) -> str:
        return "ended" if await resume(self.assistant, TENANT, self.shop, run) else "failed"

    def decide(self, asked: Asked, *, yes: bool) -> str:
        """What a person's word comes to: the question's status, or the refusal."""
        who = session("mia" if yes else "tom", asked.thread)

        async def say() -> str:
            decided = await self.desk.decide(who, self.shop, asked.approval, yes=yes)
            return decided.approval.status

        return _told(lambda: asyncio.run(say()))


class Arena:
    """The store with its orders, the receiver, and the contenders."""

    def __init__(
        self, url: str, receiver: Receiver, kit: Kit, policy: Policy, contenders: int = 20
    ) -> None:
        self._receiver = receiver
        self._account = f"account{next(_accounts)}"
        self.contenders = [
            Contender(url, receiver.url, self._account, kit, policy) for _ in range(contenders)
        ]
        self._numbers = count(1)
        first = self.contenders[0].database
        first.tenants().put_tenant(TENANT)
        first.shop(TENANT.id).put(
            SourceRow(record=record, raw={}, source="race")
            for number in range(1, ORDERS) for record in _order(number)
        )  # fmt: skip

    def close(self) -> None:
        for contender in self.contenders:
            contender.database.close()

    def asked(self) -> Asked:
        """A new run that waits for people."""
        number = next(self._numbers)
        return self.contenders[0].ask(_id(number), f"thread{number}")

    def wrong_after(
        self, asked: Asked, *, paid: bool, said: int = 2, replays: bool = True
    ) -> list[str]:
        """What is not as it must be after one decision. The thread has the request and `said`
        answers."""
        own = self.contenders[0]
        run, effect = own.shop.runs.run(asked.run), own.ledger.get(asked.effect)
        question = own.ledger.approval(asked.approval)
        assert run is not None
        assert effect is not None
        assert question is not None
        told = {
            "run": run.status, "effect": effect.status, "question": question.status,
            "votes": len(question.votes), "keys": self._receiver.keys(self._account, asked.order),
            "roles": [turn.role for turn in own.shop.threads.turns(asked.thread)],
        }  # fmt: skip
        right = {
            "run": "done", "effect": "done" if paid else "rejected", "votes": 1,
            "question": "approved" if paid else "rejected",
            "keys": [asked.effect] if paid else [], "roles": ["user", *["assistant"] * said],
        }  # fmt: skip
        wrong = {name: value for name, value in told.items() if value != right[name]}
        if replays and not wrong:
            spans = own.shop.runs.spans(asked.run)
            done = asyncio.run(replay(own.assistant, TENANT, run, spans))
            wrong = {} if done.identical else {"replay": str(done.mismatch)}
        return [f"{asked.order}: {wrong}"] if wrong else []


def session(who: str, thread: str) -> Session:
    return Session(tenant=TENANT, actor=Actor(id=who, audience="merchant"), thread=thread)


def at_once(calls: Sequence[Call], pool: ThreadPoolExecutor) -> list[str]:
    """The calls started together, on threads of their own; what each came to."""
    barrier = Barrier(len(calls))

    def go(call: Call) -> str:
        barrier.wait()
        return call()

    return list(pool.map(go, calls))


def _told(call: Call) -> str:
    try:
        return call()
    except PlatformError as error:
        return type(error).__name__


def _id(number: int) -> str:
    return f"#W{2000000 + number}"


def _order(number: int) -> tuple[ShopRecord, ...]:
    order = Order(
        id=_id(number), email=f"b{number}@example.com", status="delivered", total=TOTAL,
        placed_at=NOON,
    )  # fmt: skip
    paid = Payment(id=f"pay{number}", order_id=_id(number), amount=TOTAL, status="succeeded")
    return order, paid
