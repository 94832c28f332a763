"""Two buyers, their records, and runs that read them, as the privacy tests write them."""

from datetime import datetime, timedelta
from typing import Any

from proposed_effects import a_question, an_effect
from written_runs import AT, a_run, a_turn

from stores.open import SqlDatabase
from tradewind.base import Money
from tradewind.commerce import (
    Address,
    Customer,
    Dispute,
    Message,
    Order,
    OrderLine,
    Payment,
    Refund,
    Shipment,
    ShopRecord,
    SourceRow,
    TrackingEvent,
)  # fmt: skip
from tradewind.ports.privacy import Erasure
from tradewind.ports.storage import Heard
from tradewind.trace import Span

ANA, BEN = "ana.gomez@example.com", "ben@example.com"
LATER = AT + timedelta(days=1)
SECRETS = ("ana.gomez", "Gomez", "Calle Luna", "28013", "198.51.100.7", "my knee", "ana_gomez_77")
"""What tells of Ana."""
_USD = Money(minor=4666, currency="USD")


def records_of(name: str, email: str, customer: str, order: str, at: datetime) -> list[ShopRecord]:
    """One buyer with an order and all that hangs on it."""
    home = Address(name=name, line1="Calle Luna 5", city="Madrid", postcode="28013", country="ES")
    number = f"LP{order}CN"
    return [
        Customer(id=customer, name=name, email=email, address=home),
        Order(id=f"#{order}", customer_id=customer, email=email, placed_at=at, total=_USD,
              lines=(OrderLine(title="Boot", price=_USD),), ship_to=home, ip="198.51.100.7"),
        Payment(id=f"ch_{order}", order_id=f"#{order}", amount=_USD, email=email, name=name,
                bill_to=home, created_at=at),
        Shipment(id=f"s_{order}", order_id=f"#{order}", tracking_no=number, ship_to=home),
        TrackingEvent(id=f"e_{order}", tracking_no=number, at=at, state="delivered",
                      message=f"signed by {name}", signed_by=name, postcode="28013", country="ES"),
        Dispute(id=f"dp_{order}", payment_id=f"ch_{order}", amount=_USD, opened_at=at),
        Message(id=f"m_{order}", order_id=f"#{order}", customer_id=customer, at=at,
                sender="buyer", text=f"{name}: I fell on my {'knee' if email == ANA else 'nose'}"),
        Refund(id=f"re_{order}", payment_id=f"ch_{order}", amount=_USD, at=at,
               reason=f"for {name}"),
    ]  # fmt: skip


def rows(records: list[ShopRecord]) -> list[SourceRow]:
    return [
        SourceRow(record=r, raw={"kept": r.model_dump_json()}, source="f", row=n)
        for n, r in enumerate(records, 1)
    ]


def both() -> list[SourceRow]:
    ana = records_of("Ana Gomez", ANA, "ana_gomez_77", "W1", AT)
    return rows([*ana, *records_of("Ben Roe", BEN, "ben_roe", "W2", AT)])


def a_read(run: str, ordinal: int, order: str, text: str) -> Span:
    """A tool call that read an order."""
    evidence = {"source": f"order/#{order}", "excerpt": text}
    return Span(
        run=run, path="0", ordinal=ordinal, kind="tool", name="orders.find", started_us=ordinal,
        duration_us=1, request={"order_id": f"#{order}"}, response={"evidence": [evidence]},
        request_hash="ab",
    )  # fmt: skip


def converse(
    database: SqlDatabase, tenant: str, run: str, thread: str, text: str, *spans: Span, **told: Any
) -> None:
    """A run with all that it leaves: a turn and its answer, a state, its spans."""
    given: dict[str, Any] = {"thread": thread, "request": {"text": text}, **told}
    database.runs(tenant).start(a_run(tenant, run, **given))
    done = a_run(tenant, run, **given, status="done", answer={"text": f"about {text}"})
    heard = Heard(turns=(a_turn(run, text),), state={"said": text})
    database.runs(tenant).finish(done, spans, heard)


def open_world(database: SqlDatabase, tenant: str) -> None:
    """Ana's thread of two runs (in the first nobody knew who she is), Ben's, a merchant's run that
    reads both, and a refund of each that waits for a person."""
    database.shop(tenant).put(both())
    converse(database, tenant, "ana1", "a", "Gomez here, I fell on my knee")
    converse(database, tenant, "ana2", "a", "it is W1", a_read("ana2", 0, "W1", "for Ana Gomez"))
    converse(database, tenant, "ben1", "b", "it is W2", a_read("ben1", 0, "W2", "for Ben Roe"))
    reads = [a_read("all", 0, "W1", "for Ana Gomez"), a_read("all", 1, "W2", "for Ben Roe")]
    converse(database, tenant, "all", "m", "what of my knee", *reads, audience="merchant")
    converse(database, tenant, "not", "n", "which ads?", audience="merchant")
    for run, order in (("ana2", "#W1"), ("ben1", "#W2")):
        arguments = {"order_id": order, "note": "for the knee of Gomez"}
        effect = an_effect(tenant, f"ef_{run}", run=run, arguments=arguments)
        database.ledger(tenant).propose(effect, a_question(effect, summary="Pay Gomez?"))


def erase(database: SqlDatabase, tenant: str, email: str = ANA, at: datetime = LATER) -> Erasure:
    return database.erasure(tenant).erase(email, at)
