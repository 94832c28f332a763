"""Courses of events that a worker takes: turns that change something, and what people do then."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from pydantic import JsonValue

from agents.assistant import Assistant
from agents.desk import Desk
from agents.events import Offer
from agents.kit import ThreadState
from agents.turns import Shop
from tools.orders.permission import seen_of
from tradewind.base import Money
from tradewind.commerce import Order, Payment, ShopRecord
from tradewind.effects import Rule, consent_hash
from tradewind.people import Actor, Audience, Session, Tenant
from tradewind.plan import Plan, PlanStep

TENANT = Tenant(id="shop", name="A shop")
THREAD = "thread"
ORDER, PENDING, EMAIL = "#W1000001", "#W1000002", "ann@example.com"
TOTAL = Money(minor=10000, currency="USD")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)

_PENDING = Order(id=PENDING, email=EMAIL, status="pending", total=TOTAL, placed_at=NOON)
RECORDS: tuple[ShopRecord, ...] = (
    Order(id=ORDER, email=EMAIL, status="delivered", total=TOTAL, placed_at=NOON),
    _PENDING,
    Payment(id="pay1", order_id=ORDER, amount=TOTAL, status="succeeded"),
    Payment(id="pay2", order_id=PENDING, amount=TOTAL, status="succeeded"),
)
TOOLS = ("refunds.pay", "orders.cancel", "orders.change_address")
GRANTS = tuple(
    Rule(
        id=f"rule-{tool}", tenant=TENANT.id, tool=tool, mode="auto", granted_by="mia",
        audiences=("merchant", "buyer"), created_at=NOON,
    )
    for tool in TOOLS
)  # fmt: skip
BOTH = Plan(
    language="en", ask="Which order?",
    steps=tuple(
        PlanStep(scenario=f"service.{name}", agent="service", instructed=True)
        for name in ("refund_order", "cancel_order")
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Course:
    """What is said, and what people do with what is asked.

    `granted`: rules let it through. `vote` is what people say, `called_off` that they call the
    run off. `effects` is how many happen where all goes well; `state` what the thread knows before.
    """

    name: str
    text: str
    audience: Audience = "merchant"
    granted: bool = True
    vote: bool | None = None
    called_off: bool = False
    effects: int = 1
    given: dict[str, str] = field(default_factory=dict[str, str])
    state: ThreadState | None = None

    @property
    def session(self) -> Session:
        return Session(tenant=TENANT, actor=Actor(id="ann", audience=self.audience), thread=THREAD)


_CANCEL: dict[str, JsonValue] = {"order_id": PENDING, "seen": {**seen_of(_PENDING)}}
OFFERED = ThreadState(turns=1, verified_order=PENDING, offer=Offer(
    tool="orders.cancel", arguments=_CANCEL, hash=consent_hash("orders.cancel", _CANCEL),
    text="Cancel the order?", policy="cancel", language="en", run="run_shown", turn=1,
    expires_at=datetime(2100, 1, 1, tzinfo=UTC),
))  # fmt: skip
"""A buyer was shown what would happen."""
_PROOF = {"order_id": PENDING, "email": EMAIL}
_REFUND = f"Refund 20 USD of order {ORDER}"
COURSES = (
    Course("refund by a rule", _REFUND),
    Course("refund approved", _REFUND, granted=False, vote=True),
    Course("refund rejected", _REFUND, granted=False, vote=False, effects=0),
    Course("refund nobody answers", _REFUND, granted=False, effects=0),
    Course("refund called off", _REFUND, granted=False, called_off=True, effects=0),
    Course("cancel", f"Cancel order {PENDING}"),
    Course("buyer cancels", "Yes", audience="buyer", given=_PROOF, state=OFFERED),
    Course("two at once", f"{PENDING}, 20 USD", effects=2, state=ThreadState(asked=BOTH, turns=1)),
    Course(
        "two at once, approved", f"{PENDING}, 20 USD", granted=False, vote=True, effects=2,
        state=ThreadState(asked=BOTH, turns=1),
    ),
    Course("question", "Where is my order?", audience="buyer", given=_PROOF, effects=0),
)  # fmt: skip


async def take(assistant: Assistant, shop: Shop, course: Course) -> None:
    """The course without a fault."""
    ended = await assistant.turn(course.session, shop, course.text, given=course.given)
    if course.called_off:
        await Desk(assistant).cancel(course.session, shop, ended.run)
    await decide(assistant, shop, course)


async def decide(assistant: Assistant, shop: Shop, course: Course) -> int:
    """What people say to all open questions; how many there were."""
    desk, said = Desk(assistant), 0
    if course.vote is None:
        return 0
    for asked in await desk.pending(shop):
        await desk.decide(course.session, shop, asked.id, yes=course.vote)
        said += 1
    return said
