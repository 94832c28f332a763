"""Another shop on the same server, with a record of every kind, and ids that nobody has."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from agents.turns import Shop
from tradewind.base import Money
from tradewind.commerce import (
    Address,
    Customer,
    Dispute,
    Message,
    Order,
    OrderLine,
    Payment,
    Policy,
    Product,
    Refund,
    Shipment,
    SourceRow,
    TrackingEvent,
)  # fmt: skip
from tradewind.effects import Approval, Effect, Rule
from tradewind.errors import PlatformError
from tradewind.handover import FaqDraft, Opening
from tradewind.measures import Visit
from tradewind.people import ApiKey, Person, Tenant
from tradewind.ports.search import Document
from tradewind.ports.storage import Heard, HookEvent, ImportEntry, Turn
from tradewind.trace import Run
from wiring.platform import Platform

MARK = "Neighbourly"
"""A word that only the neighbour's records hold."""
NOW = datetime(2026, 11, 23, tzinfo=UTC)
OWN, ANOTHERS = "#W2611340", "#W7156413"
USD = Money(minor=500, currency="USD")
FOREIGN: dict[str, tuple[str, str]] = {
    "order_id": ("#N9000001", "#N9999999"), "dispute_id": ("dp_neighbour1", "dp_nobodys1"),
    "tracking_no": ("NB123456789US", "ZZ123456789US"), "product_id": ("nb-1", "zz-1"),
    "payment_id": ("ch_neighbour", "ch_nobody"), "customer_id": ("nb_fay", "zz_fay"),
    "campaign_id": ("nb-camp", "zz-camp"), "record_id": ("#N9000001", "#N9999999"),
    "run_id": ("run_neighbour", "run_nobody"), "effect_id": ("eff_neighbour", "eff_nobody"),
    "approval_id": ("ap_neighbour", "ap_nobody"), "rule_id": ("rule_nb", "rule_zz"),
    "person_id": ("nia", "zoe"), "key_id": ("nbnbnbnbnbnb", "zzzzzzzzzzzz"),
    "policy_id": ("nb-p", "zz-p"), "fingerprint": ("nbcard", "zzcard"),
    "handover_id": ("ho_neighbour", "ho_nobody"), "draft_id": ("fd_neighbour", "fd_nobody"),
    "event_id": ("evt_neighbour", "evt_nobody"),
    "message_id": ("nb-m", "zz-m"), "mark": ("nbmark", "zzmark"),
    "word": ("#N9000001", "#N9999999"),
    "target": ("order/#N9000001", "order/#N9999999"),
    "thread": ("buyer:nb", "buyer:zz"), "email": (f"nia@{MARK.lower()}.example", "zoe@z.example"),
}  # fmt: skip
"""By an argument's name: the neighbour's, and one that nobody has."""


def open_neighbour(platform: Platform) -> Shop:
    """Another shop of the same server, with a record of every kind."""
    id_, database = "next-door", platform.database
    database.tenants().put_tenant(Tenant(id=id_, name=MARK))
    order, dispute, parcel, goods, payment, customer = (
        FOREIGN[name][0]
        for name in ("order_id", "dispute_id", "tracking_no", "product_id", "payment_id",
                     "customer_id")
    )  # fmt: skip
    line = OrderLine(title=f"{MARK} blanket", price=USD)
    to = Address(name=MARK, city=MARK, postcode="99999")
    records = [
        Order(id=order, customer_id=customer, email=FOREIGN["email"][0], total=USD, lines=(line,),
              ship_to=to),
        Customer(id=customer, name=MARK, email=FOREIGN["email"][0], address=to),
        Payment(id=payment, order_id=order, amount=USD, created_at=NOW,
                fingerprint=FOREIGN["fingerprint"][0]),
        Refund(id="nb-r", order_id=order, payment_id=payment, amount=USD, reason=MARK),
        Shipment(id="nb-s", order_id=order, tracking_no=parcel, carrier=MARK),
        TrackingEvent(id="nb-e", tracking_no=parcel, at=NOW, state="moving", message=MARK),
        Dispute(id=dispute, order_id=order, payment_id=payment, amount=USD),
        Product(id=goods, title=f"{MARK} blanket"),
        Message(id=FOREIGN["message_id"][0], order_id=order, text=MARK, at=NOW, sender="buyer"),
        Policy(id="nb-p", title=MARK, text=MARK, topic="returns"),
    ]  # fmt: skip
    shop = platform.shop(id_)
    rows = [
        SourceRow(record=record, raw={"m": MARK, "order": order}, source="t") for record in records
    ]
    database.shop(id_).put(rows)
    seen = HookEvent(source="stripe", id=FOREIGN["event_id"][0], type=MARK, said_at=NOW,
                     received_at=NOW)  # fmt: skip
    database.hooks(id_).note(seen, ImportEntry(
        file=MARK, kind="t", digest="d", at=NOW, accepted=1, updated=0, unchanged=0, rejected=0
    ))  # fmt: skip
    database.hooks(id_).put_secret("stripe", MARK, NOW)
    run = Run(id=FOREIGN["run_id"][0], tenant=id_, thread=FOREIGN["thread"][0], actor="n",
              audience="buyer", request={"text": MARK}, started_at=NOW)  # fmt: skip
    shop.runs.start(run)
    _leave_handover(platform, run)
    effect = Effect(
        id=FOREIGN["effect_id"][0], tenant=id_, run=run.id, path="0", ordinal=0, tool="t",
        level="spend", arguments={"m": MARK}, arguments_hash="h", day=NOW.date(),
        target=FOREIGN["target"][0],
        proposed_by="bot", created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    asked = Approval(
        id=FOREIGN["approval_id"][0], tenant=id_, run=run.id, effect=effect.id, tool="t",
        summary=MARK, arguments=effect.arguments, arguments_hash="h", proposed_by="bot",
        created_at=NOW, expires_at=NOW + timedelta(hours=1),
    )  # fmt: skip
    database.ledger(id_).propose(effect, asked)
    database.rules(id_).put(Rule(id=FOREIGN["rule_id"][0], tenant=id_, tool="t", mode="auto",
                                 granted_by="nia", created_at=NOW))  # fmt: skip
    database.people(id_).add(Person(id="nia", tenant=id_, name=MARK, email=FOREIGN["email"][0]))
    key = ApiKey(id=FOREIGN["key_id"][0], tenant=id_, label=MARK, created_at=NOW)
    database.people(id_).add_key(key, "h")
    visit = Visit(mark=FOREIGN["mark"][0], arm="shown", share=50, at=NOW)
    database.measures(id_).visit(visit)
    assert shop.search is not None
    shop.search.sync([Document(id=f"product/{goods}", kind="product", source=f"product/{goods}",
                               title=f"{MARK} blanket", text=MARK)])  # fmt: skip
    return shop


def _leave_handover(platform: Platform, run: Run) -> None:
    """A conversation that needs a person, and a draft of an answer."""
    needed = run.model_copy(update={"id": FOREIGN["handover_id"][0].replace("ho_", "run_h")})
    opening = Opening(run=f"run_{FOREIGN['handover_id'][0].removeprefix('ho_')}", why=MARK)
    said = Turn(role="user", text=MARK, run=needed.id, at=NOW)
    runs, inbox = platform.database.runs(run.tenant), platform.database.inbox(run.tenant)
    runs.start(needed)
    done = needed.model_copy(update={"status": "done"})
    runs.finish(done, (), Heard(turns=(said,), handover=opening))
    inbox.put_draft(FaqDraft(
        id=FOREIGN["draft_id"][0], tenant=run.tenant, handover=FOREIGN["handover_id"][0],
        question=MARK, answer=MARK, language="en", drafted_by="nia", drafted_at=NOW,
        answered_on=NOW.date(),
    ))  # fmt: skip


def outcome(call: Callable[[], object], *ids: str) -> str:
    """What comes of a call, its ids struck out: they are the caller's own words."""
    try:
        found = call()
        told = repr(list(found) if isinstance(found, Iterator) else found)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    except PlatformError as error:
        told = f"{type(error).__name__}: {error}"
    for id_ in ids:
        told = told.replace(id_, "ID").replace(id_.lstrip("#"), "ID")
    return told
