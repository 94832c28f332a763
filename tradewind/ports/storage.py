"""Stores behind ports. Every handle is opened for one tenant; no method names a tenant."""

from collections.abc import Iterable, Sequence
from typing import Literal, Protocol

from pydantic import Field, JsonValue

from tradewind.base import Record, Time
from tradewind.commerce import (
    Customer,
    Dispute,
    Faq,
    Message,
    Order,
    Payment,
    Policy,
    Product,
    RecordKind,
    Refund,
    Shipment,
    ShopRecord,
    SourceRow,
    Statement,
    TrackingEvent,
    Version,
)  # fmt: skip
from tradewind.handover import Opening
from tradewind.people import Tenant
from tradewind.ports.effects import LedgerStore, RuleStore
from tradewind.ports.filing import Predictions
from tradewind.ports.inbox import InboxStore
from tradewind.ports.measures import MeasureStore
from tradewind.ports.people import Entrance, PeopleStore, RateStore
from tradewind.ports.privacy import ArchiveStore, ErasureStore
from tradewind.ports.uploads import UploadStore
from tradewind.trace import Run, Span
from tradewind.uploads import Attachment


class PutCount(Record):
    """What a write of rows did: `accepted` are new, `unchanged` had the same content, or were
    older than what is kept. Of all of them, `erased` came without their person, who was erased
    before."""

    accepted: int = 0
    updated: int = 0
    unchanged: int = 0
    erased: int = 0


class ImportEntry(Record):
    """One imported file, for the record: digest of its bytes, kind and counts."""

    file: str
    kind: str
    digest: str
    at: Time
    accepted: int
    updated: int
    unchanged: int
    rejected: int


class ShopReader(Protocol):
    """The read side of a shop. Order ids are found with or without the leading #."""

    def order(self, order_id: str) -> Order | None: ...
    def orders_of(self, customer_id: str) -> Sequence[Order]: ...
    def orders_by(self, email: str) -> Sequence[Order]:
        """Orders that were placed with this address."""
        ...

    def customer(self, customer_id: str) -> Customer | None: ...
    def payment(self, payment_id: str) -> Payment | None: ...
    def payments_of(self, order_id: str) -> Sequence[Payment]: ...
    def payments_with(self, fingerprint: str) -> Sequence[Payment]:
        """All payments of one card or account, as the processor marks it."""
        ...

    def refunds_of(self, order_id: str) -> Sequence[Refund]: ...
    def refunds_to(self, payment_id: str) -> Sequence[Refund]: ...
    def shipments_of(self, order_id: str) -> Sequence[Shipment]: ...
    def shipments_with(self, tracking_no: str) -> Sequence[Shipment]:
        """All records of one parcel: the shop's and those of trackers."""
        ...

    def events_of(self, tracking_no: str) -> Sequence[TrackingEvent]:
        """Oldest first."""
        ...

    def dispute(self, dispute_id: str) -> Dispute | None: ...
    def disputes(self) -> Sequence[Dispute]:
        """Earliest deadline first; those without a deadline last."""
        ...

    def disputes_of(self, payment_id: str) -> Sequence[Dispute]: ...
    def statements_of(self, dispute_id: str) -> Sequence[Statement]:
        """What people of the shop stated of a dispute, also what holds no more; oldest first."""
        ...

    def product(self, product_id: str) -> Product | None: ...
    def listings(self, product_id: str) -> Sequence[Version]:
        """What a product's listing said over time, oldest first."""
        ...

    def policy_versions(self, policy_id: str) -> Sequence[Version]:
        """Oldest first."""
        ...

    def products(self) -> Sequence[Product]: ...
    def policies(self) -> Sequence[Policy]: ...
    def faqs(self) -> Sequence[Faq]: ...
    def messages_of(self, order_id: str) -> Sequence[Message]: ...
    def message(self, message_id: str) -> Message | None: ...
    def messages(self, limit: int) -> Sequence[Message]:
        """Newest first."""
        ...

    def attachments(self, dispute_id: str) -> Sequence[Attachment]:
        """Files that the merchant gave for a dispute, without their originals."""
        ...

    def raw(self, kind: RecordKind, record_id: str) -> dict[str, JsonValue] | None:
        """The source row as it was imported."""
        ...

    def counts(self) -> dict[str, int]: ...
    def all(self, kind: RecordKind) -> Iterable[ShopRecord]:
        """Every record of a kind, read in pages: for counting, never for one answer."""
        ...


class ShopStore(ShopReader, Protocol):
    """A shop's records. Raises BackendError when the store cannot be reached."""

    def put(self, rows: Iterable[SourceRow]) -> PutCount:
        """Insert or update by kind and id, in one transaction; same content changes nothing, nor
        does what its source said before what is kept (`SourceRow.at`)."""
        ...

    def drop_faq(self, faq_id: str) -> bool:
        """Take an FAQ entry away; whether there was one."""
        ...

    def revise(
        self, before: Sequence[ShopRecord], after: Sequence[ShopRecord], source: str
    ) -> bool:
        """Put `after`, if all of `before` stand as they were read, in one transaction; False, and
        nothing is changed, where one does not. What they were imported from stays with them."""
        ...

    def log_import(self, entry: ImportEntry) -> None: ...
    def imports(self) -> Sequence[ImportEntry]: ...


class HookEvent(Record):
    """One event that a processor sent, by its own id and word; `said_at` is when it happened
    there."""

    source: str
    id: str
    type: str
    said_at: Time
    received_at: Time


class HookStore(Protocol):
    """What processors send of themselves. Their secrets are kept sealed."""

    def secret(self, source: str) -> str | None:
        """What the processor signs with; None where none was set."""
        ...

    def put_secret(self, source: str, secret: str, at: Time) -> None:
        """From now on another secret signs nothing. Raises SpecError for a store without a key."""
        ...

    def seen(self, source: str, event_id: str) -> bool: ...
    def note(self, event: HookEvent, entry: ImportEntry) -> bool:
        """Keep the event's id and the import's entry, at once; False, and nothing is kept, when
        the id is there already. Of two at once one is first."""
        ...

    def events(self, limit: int = 50) -> Sequence[HookEvent]:
        """Newest first, by when they came in."""
        ...


class Turn(Record):
    """One message of a conversation with the house; `run` is the run that heard or said it.

    A user's text is untrusted. A person's is the shop's word. A draft is what the assistant would
    have said while a person held the thread: buyers do not see it.
    """

    role: Literal["user", "assistant", "person", "draft"]
    text: str
    run: str
    at: Time


class Heard(Record):
    """What a run leaves in its thread: turns to append, what the next turn needs to know, and why
    a person is needed, where one is. `knows` is the handover whose holder the run knew of."""

    turns: tuple[Turn, ...] = ()
    state: dict[str, JsonValue] = Field(default_factory=dict)
    handover: Opening | None = None
    knows: str = ""


class RunStore(Protocol):
    """Runs, their journal, and the leases under which they are carried out.

    A thread has one lease, held by one run at a time. Each taking raises its fence (a number
    from 1), so that a worker that was taken for dead can be told from the one that went on.
    """

    def start(self, run: Run, until: Time | None = None) -> int:
        """Commit the run's row before the request is acknowledged, and take its thread's lease.

        Gives the fence; 0 without `until`, which takes no lease. Raises Busy while another
        run's lease is live at the run's start.
        """
        ...

    def finish(
        self,
        run: Run,
        spans: Sequence[Span],
        heard: Heard | None = None,
        fence: int | None = None,
    ) -> None:
        """Commit the run's end, its spans, its effects and what its thread heard, at once, and
        give the lease back. Raises LeaseLost, and writes nothing, when the fence is no longer
        the lease's."""
        ...

    def keep(self, run: Run, spans: Sequence[Span], fence: int, until: Time) -> None:
        """Commit what a run has done so far, before it proposes an effect, and hold its lease
        longer.

        Raises NotFound; LeaseLost, and writes nothing, when the fence is no longer the lease's.
        """
        ...

    def renew(self, thread: str, fence: int, until: Time) -> None:
        """Hold the lease longer. Raises LeaseLost."""
        ...

    def take_over(self, run_id: str, now: Time, until: Time) -> int:
        """Take the lease for a run that has not ended and whose thread's lease is free; gives
        the fence. Of two workers one wins. Raises NotFound; InvalidInput for a run that has
        ended, Busy while the lease is live."""
        ...

    def stale(self, now: Time) -> Sequence[Run]:
        """Runs that are still running though their lease has expired; oldest first."""
        ...

    def waiting(self) -> Sequence[Run]:
        """Runs that wait for people; oldest first."""
        ...

    def run(self, run_id: str) -> Run | None: ...
    def runs(self, limit: int = 50, thread: str | None = None) -> Sequence[Run]:
        """Newest first."""
        ...

    def since(self, at: Time) -> Iterable[Run]:
        """Those begun at a time or later, oldest first, read in pages: for counting."""
        ...

    def spans(self, run_id: str) -> Sequence[Span]: ...


class ThreadStore(Protocol):
    """Conversations; they are written by `RunStore.finish`."""

    def turns(self, thread: str, limit: int = 20) -> Sequence[Turn]:
        """The last `limit` turns, oldest first."""
        ...

    def state(self, thread: str) -> dict[str, JsonValue]:
        """The state of the thread's last run; empty for a new thread."""
        ...


class TenantStore(Protocol):
    """The only handle that sees more than one tenant."""

    def put_tenant(self, tenant: Tenant) -> None: ...
    def tenant(self, tenant_id: str) -> Tenant | None: ...
    def tenants(self) -> Sequence[Tenant]: ...


class Database(Protocol):
    """A database; hands out stores bound to one tenant. `remote` calls may block: run them
    off the event loop."""

    @property
    def remote(self) -> bool: ...
    def tenants(self) -> TenantStore: ...
    def shop(self, tenant_id: str) -> ShopStore: ...
    def runs(self, tenant_id: str) -> RunStore: ...
    def ledger(self, tenant_id: str) -> LedgerStore: ...
    def rules(self, tenant_id: str) -> RuleStore: ...
    def threads(self, tenant_id: str) -> ThreadStore: ...
    def people(self, tenant_id: str) -> PeopleStore: ...
    def erasure(self, tenant_id: str) -> ErasureStore: ...
    def archive(self, tenant_id: str) -> ArchiveStore: ...
    def hooks(self, tenant_id: str) -> HookStore: ...
    def predictions(self, tenant_id: str) -> Predictions: ...
    def uploads(self, tenant_id: str) -> UploadStore: ...
    def inbox(self, tenant_id: str) -> InboxStore: ...
    def measures(self, tenant_id: str) -> MeasureStore: ...
    def entrance(self) -> Entrance: ...
    def rates(self) -> RateStore: ...
    def close(self) -> None: ...
