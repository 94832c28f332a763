"""Another shop on the same server, with one of everything."""

import hashlib
from base64 import b64decode
from datetime import UTC, datetime
from typing import Any

from agents.events import Answer, Offer
from agents.letters.records import Draft
from api.doors import Doors
from tradewind.base import Money
from tradewind.commerce import Dispute, Message, Order, SourceRow, Statement
from tradewind.effects import Approval, Effect, Rule
from tradewind.handover import FaqDraft, Opening
from tradewind.letters import Letter
from tradewind.measures import Mark
from tradewind.people import Person, Tenant
from tradewind.ports.storage import Database, Heard, Turn
from tradewind.trace import Run, Span
from tradewind.uploads import Attachment
from wiring.platform import Platform

OTHER = "neighbour"
ORDER, EMAIL, RUN = "#N1000001", "nia@neighbour.example", "run_neighbour"
SAID = f"Where is {ORDER}? {EMAIL}"
EFFECT, QUESTION, RULE = "ef_neighbour", "ap_neighbour", "ru_neighbour"
THREAD, HANDOVER, DRAFT = "buyer_nia:t1", "ho_needed", "fd_neighbour"
FAQ = {"question": "q", "answer": "a"}
MARK = "only the neighbour knows this"
DISPUTE = "dp_neighbour"
EVIDENCE = f"/api/disputes/{DISPUTE}/evidence"
FILE = Attachment(
    dispute_id=DISPUTE, sha256=hashlib.sha256(MARK.encode()).hexdigest(), role="receipt",
    name=MARK, size=len(MARK), given_by="nia", given_at=datetime(2026, 1, 1, tzinfo=UTC),
)  # fmt: skip
CHOICES = ("approve", "reject")
LETTER, NEEDED, HASH, VISITOR = "mail_neighbour", "run_needed", "0" * 64, f"twv_{'7' * 32}"
PHOTO = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)
"""A grey picture of one point."""
OWN = {"order": "#W2611340", "email": "james.li4495@example.com"}


def open_neighbour(opened: Platform, doors: Doors) -> Person:
    """Another shop on the same server, with a run, an order and a person of its own."""
    database, now = opened.database, datetime(2026, 1, 1, tzinfo=UTC)
    database.tenants().put_tenant(Tenant(id=OTHER, name=MARK))
    order = Order(id=ORDER, email=EMAIL, total=Money(minor=1, currency="USD"), device=MARK)
    dispute = Dispute(id=DISPUTE, order_id=ORDER, amount=order.total, reason=MARK)
    told = Statement(id="st_1", dispute_id=DISPUTE, about="category", value=MARK, by="nia", at=now)
    records = (order, dispute, told)
    database.shop(OTHER).put(SourceRow(record=r, raw={}, source="t") for r in records)
    database.uploads(OTHER).keep(FILE, MARK.encode())
    run = Run(
        id=RUN, tenant=OTHER, thread="merchant:t1", actor="nia", audience="merchant",
        request={"text": MARK}, started_at=now,
    )  # fmt: skip
    span = Span(run=RUN, path="", ordinal=0, kind="tool", name=MARK, started_us=0, duration_us=0)
    database.runs(OTHER).start(run)
    drafted = Answer(text=MARK, language="en", details={"draft": _leave_letter(database, now)})
    ended = {"status": "done", "answer": drafted.model_dump(mode="json")}
    database.runs(OTHER).finish(run.model_copy(update=ended), [span])
    database.hooks(OTHER).put_secret("stripe", MARK, now)
    photo = doors.photos(OTHER).keep(ORDER, MARK, PHOTO, "nia", now).sha256
    _leave_effects(database, now, {"mark": MARK, "order_id": ORDER, "photo": photo})
    _leave_handover(database, now)
    nia = Person(id="nia", tenant=OTHER, name=MARK, email=EMAIL)
    doors.people(OTHER).add(nia)
    return nia


def _leave_letter(database: Database, now: datetime) -> dict[str, Any]:
    """A mail that the neighbour got; the draft of its answer."""
    letter = Letter(channel="email", address=EMAIL, ref="<n1@example.com>", subject=MARK)
    mail = Message(id=LETTER, at=now, sender="buyer", text=MARK, letter=letter)
    database.shop(OTHER).put([SourceRow(record=mail, raw={}, source="t")])
    return Draft(
        message=LETTER, channel="email", place="", sender="no_order", language="en", order="",
        to=EMAIL, subject=MARK, text=MARK, parts=(), citations=(), longest=1000,
    ).model_dump(mode="json")  # fmt: skip


def _leave_effects(database: Database, now: datetime, arguments: dict[str, Any]) -> None:
    """A question of the neighbour's, an effect whose outcome is unknown, and a rule."""
    rule = Rule(id=RULE, tenant=OTHER, tool=MARK, mode="ask", granted_by="nia", created_at=now)
    database.rules(OTHER).put(rule)
    ledger = database.ledger(OTHER)
    for number, id_ in enumerate((f"{EFFECT}_asked", EFFECT)):
        effect = Effect(
            id=id_, tenant=OTHER, run=RUN, path="0", ordinal=number, tool="refunds.pay",
            level="spend", arguments=arguments, arguments_hash="h", day=now.date(),
            proposed_by="nia", created_at=now, updated_at=now,
        )  # fmt: skip
        asked = None
        if number == 0:
            asked = Approval(
                id=QUESTION, tenant=OTHER, run=RUN, effect=id_, tool=effect.tool, summary=MARK,
                arguments=effect.arguments, arguments_hash="h", proposed_by="nia", created_at=now,
                expires_at=datetime(2100, 1, 1, tzinfo=UTC),
            )  # fmt: skip
        ledger.propose(effect, asked)
    ledger.move(EFFECT, "proposed", "approved", now, allowed_by=RULE)
    ledger.send(EFFECT, now, now)
    ledger.move(EFFECT, "sending", "unknown", now)


def _leave_handover(database: Database, now: datetime) -> None:
    """A conversation of the neighbour's that has proven its order and shown an offer, that waits
    for a person, and a draft of an answer."""
    mark = Mark(asked=True, answered=False, handed=True, intent=MARK)
    run = Run(
        id=NEEDED, tenant=OTHER, thread=THREAD, actor="b", audience="buyer", started_at=now,
        request={"text": MARK}, mark=mark,
    )  # fmt: skip
    offer = Offer(
        tool="orders.cancel", arguments={"order_id": ORDER}, hash=HASH, text=MARK, policy="1",
        language="en", run=NEEDED, turn=1, expires_at=datetime(2100, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    state: dict[str, Any] = {"verified_order": ORDER, "offer": offer.model_dump(mode="json")}
    said = Turn(role="user", text=MARK, run=run.id, at=now)
    heard = Heard(turns=(said,), state=state, handover=Opening(run=run.id, why=MARK))
    database.runs(OTHER).start(run)
    database.runs(OTHER).finish(run.model_copy(update={"status": "done"}), [], heard)
    database.inbox(OTHER).put_draft(FaqDraft(
        id=DRAFT, tenant=OTHER, handover=HANDOVER, question=MARK, answer=MARK, language="en",
        drafted_by="nia", drafted_at=now, answered_on=now.date(),
    ))  # fmt: skip
