"""Hands a tenant's data out, kind by kind, a page at a time: plain data, opened, no secrets.

The stores themselves read each record, so that what is handed out is what they would show.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence

from pydantic import JsonValue
from sqlalchemy import Column, Select, bindparam, select

from stores import tables
from stores.hooks import SqlHooks
from stores.inbox import SqlInbox
from stores.keys import instant
from stores.kinds import TABLES
from stores.ledger import SqlLedger
from stores.link import Link, Row
from stores.measures import SqlMeasures
from stores.people import SqlPeople
from stores.runs import SqlRuns
from stores.shop import SqlShop
from stores.threads import SqlThreads
from stores.uploads import SqlUploads
from tradewind.base import Record
from tradewind.commerce import RecordKind
from tradewind.effects import Halt
from tradewind.people import Tenant

PAGE = 500
LONGEST_THREAD = 1_000_000
ALL_EVENTS = 1_000_000
Plain = dict[str, JsonValue]


def _page(id_: Column[str], *columns: Column[str]) -> Select[*tuple[str, ...]]:
    """The ids after :after, each once, in order."""
    tenant = id_.table.c.tenant
    return (
        select(id_, *columns).where(tenant == bindparam("tenant"), id_ > bindparam("after"))
        .distinct().order_by(id_).limit(PAGE)
    )  # fmt: skip


_RUNS = _page(tables.runs.c.id)
_THREADS = _page(tables.conversations.c.thread)
_EFFECTS = _page(tables.ledger.c.id)
_APPROVALS = _page(tables.approvals.c.id)
_RULES = _page(tables.rules.c.id)
_LISTINGS = _page(tables.versions.c.id).where(tables.versions.c.kind == "product")
_WORDINGS = _page(tables.versions.c.id).where(tables.versions.c.kind == "policy")
_DISPUTES = _page(tables.uploads.c.dispute_id)
_TENANT = select(tables.tenants.c.body).where(tables.tenants.c.id == bindparam("tenant"))
_HALTS = (
    select(tables.halts.c.body, tables.halts.c.halted)
    .where(tables.halts.c.tenant == bindparam("tenant"))
    .order_by(tables.halts.c.n)
)


class SqlArchive:
    """ArchiveStore over SQL."""

    def __init__(
        self, link: Link, tenant: str, shop: SqlShop, runs: SqlRuns, threads: SqlThreads,
        ledger: SqlLedger, people: SqlPeople, rules: Callable[[str], Record | None],
        hooks: SqlHooks, foretold: Callable[[], Sequence[Record]], uploads: SqlUploads,
        inbox: SqlInbox, measures: SqlMeasures,
    ) -> None:  # fmt: skip
        self._link = link
        self._tenant = tenant
        self._shop = shop
        self._runs = runs
        self._threads = threads
        self._ledger = ledger
        self._people = people
        self._rule = rules
        self._uploads = uploads
        self._own: dict[str, Callable[[], Iterator[Plain]]] = {
            "tenant": self._tenants,
            "person": lambda: map(_plain, self._people.people()),
            "import": lambda: map(_plain, self._shop.imports()),
            "version": self._versions,
            "prediction": lambda: map(_plain, foretold()),
            "hook_event": lambda: map(_plain, hooks.events(ALL_EVENTS)),
            "rule": lambda: self._each(_RULES, self._rule),
            "halt": self._halts,
            "upload": self._attached,
            "effect": lambda: self._each(_EFFECTS, self._ledger.get),
            "approval": lambda: self._each(_APPROVALS, self._ledger.approval),
            "run": self._with_spans,
            "thread": self._conversations,
            "handover": lambda: self._handovers(inbox),
            "faq_draft": lambda: map(_plain, inbox.drafts()),
            "vote": lambda: (vote._asdict() for vote in measures.votes()),
            "visit": lambda: map(_plain, measures.visits(instant(0))),
        }

    def kinds(self) -> Sequence[str]:
        """Shop records by their kinds, then what the platform keeps of its own."""
        return (*TABLES, *self._own)

    def rows(self, kind: str) -> Iterator[Plain]:
        """The kind's records as plain data, by id; a shop record with the row it came from."""
        if kind in self._own:
            return self._own[kind]()
        return self._records(next(one for one in TABLES if one == kind))

    def _records(self, kind: RecordKind) -> Iterator[Plain]:
        for record in self._shop.all(kind):
            yield {**_plain(record), "raw": self._shop.raw(kind, record.id)}

    def _versions(self) -> Iterator[Plain]:
        """What listings and policies said over time."""
        for product in self._ids(_LISTINGS):
            yield from map(_plain, self._shop.listings(product))
        for policy in self._ids(_WORDINGS):
            yield from map(_plain, self._shop.policy_versions(policy))

    def _tenants(self) -> Iterator[Plain]:
        for row in self._link.rows(_TENANT, {"tenant": self._tenant}):
            yield _plain(Tenant.model_validate_json(row[0]))

    def _halts(self) -> Iterator[Plain]:
        for body, halted in self._link.rows(_HALTS, {"tenant": self._tenant}):
            yield _plain(Halt.model_validate_json(body)) | {"halted": bool(halted)}

    def _attached(self) -> Iterator[Plain]:
        """Files given for disputes, their originals in base64."""
        for dispute in self._ids(_DISPUTES):
            for one in self._uploads.attachments(dispute):
                original = self._uploads.original(dispute, one.sha256) or b""
                yield {**_plain(one), "original": b64encode(original).decode()}

    def _with_spans(self) -> Iterator[Plain]:
        for id_ in self._ids(_RUNS):
            run = self._runs.run(id_)
            if run is not None:
                spans: list[JsonValue] = [_plain(span) for span in self._runs.spans(id_)]
                yield {**_plain(run), "spans": spans}

    def _conversations(self) -> Iterator[Plain]:
        for name in self._ids(_THREADS):
            found = self._threads.turns(name, LONGEST_THREAD)
            turns: list[JsonValue] = [_plain(turn) for turn in found]
            yield {
                "thread": name, "turns": turns,
                "state": self._threads.state(name),
            }  # fmt: skip

    def _handovers(self, inbox: SqlInbox) -> Iterator[Plain]:
        for one, steps in inbox.all():
            told: list[JsonValue] = [_plain(step) for step in steps]
            yield {**_plain(one), "steps": told}

    def _each(
        self, page: Select[*tuple[str, ...]], read: Callable[[str], Record | None]
    ) -> Iterator[Plain]:
        found = (read(id_) for id_ in self._ids(page))
        return (_plain(record) for record in found if record is not None)

    def _ids(self, page: Select[*tuple[str, ...]]) -> Iterator[str]:
        after = ""
        while True:
            rows: Sequence[Row] = self._link.rows(page, {"tenant": self._tenant, "after": after})
            yield from (row[0] for row in rows)
            if len(rows) < PAGE:
                return
            after = rows[-1][0]


def _plain(record: Record) -> Plain:
    return record.model_dump(mode="json")
