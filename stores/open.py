"""Opens a database by URL: `sqlite:///path` or `postgresql://user@host/name`."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import find_spec

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from stores.archive import SqlArchive
from stores.entrance import SqlEntrance
from stores.erasure import SqlErasure
from stores.faults import name_of
from stores.hooks import SqlHooks
from stores.inbox import SqlInbox
from stores.ledger import SqlLedger
from stores.link import Link, make_engine
from stores.measures import SqlMeasures
from stores.people import SqlPeople
from stores.predictions import SqlPredictions
from stores.rates import SqlRates
from stores.rls import Guard, bound, guard
from stores.rules import SqlRules
from stores.runs import SqlRuns
from stores.schema import bring_up, check_key
from stores.shop import SqlShop
from stores.subjects import Subjects
from stores.tenants import SqlTenants
from stores.threads import SqlThreads
from stores.uploads import SqlUploads
from stores.vault import Vault
from tradewind.errors import PlatformError, SpecError

_log = logging.getLogger("tradewind.stores")
SCHEMES = ("sqlite", "postgresql", "postgresql+psycopg")


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SqlDatabase:
    """Database over SQL; safe to use from several threads."""

    def __init__(
        self, link: Link, clock: Callable[[], datetime], guard: Guard, vault: Vault | None
    ) -> None:
        self.link = link
        self.guard = guard
        self._clock = clock
        self._vault = vault

    @property
    def remote(self) -> bool:
        return self.link.engine.dialect.name != "sqlite"

    def tenants(self) -> SqlTenants:
        return SqlTenants(self._of(""))

    def shop(self, tenant_id: str) -> SqlShop:
        return SqlShop(self._of(tenant_id), tenant_id, self._clock, self._vault)

    def runs(self, tenant_id: str) -> SqlRuns:
        return SqlRuns(self._of(tenant_id), tenant_id, self._subjects(tenant_id))

    def ledger(self, tenant_id: str) -> SqlLedger:
        return SqlLedger(self._of(tenant_id), tenant_id, self._subjects(tenant_id))

    def rules(self, tenant_id: str) -> SqlRules:
        return SqlRules(self._of(tenant_id), tenant_id)

    def threads(self, tenant_id: str) -> SqlThreads:
        return SqlThreads(self._of(tenant_id), tenant_id, self._subjects(tenant_id))

    def people(self, tenant_id: str) -> SqlPeople:
        return SqlPeople(self._of(tenant_id), tenant_id)

    def erasure(self, tenant_id: str) -> SqlErasure:
        return SqlErasure(self._of(tenant_id), tenant_id, self._subjects(tenant_id))

    def archive(self, tenant_id: str) -> SqlArchive:
        return SqlArchive(
            self._of(tenant_id), tenant_id, self.shop(tenant_id), self.runs(tenant_id),
            self.threads(tenant_id), self.ledger(tenant_id), self.people(tenant_id),
            self.rules(tenant_id).rule, self.hooks(tenant_id),
            self.predictions(tenant_id).predictions, self.uploads(tenant_id),
            self.inbox(tenant_id), self.measures(tenant_id),
        )  # fmt: skip

    def hooks(self, tenant_id: str) -> SqlHooks:
        return SqlHooks(self._of(tenant_id), tenant_id, self._vault)

    def predictions(self, tenant_id: str) -> SqlPredictions:
        return SqlPredictions(self._of(tenant_id), tenant_id)

    def uploads(self, tenant_id: str) -> SqlUploads:
        return SqlUploads(self._of(tenant_id), tenant_id, self._subjects(tenant_id))

    def inbox(self, tenant_id: str) -> SqlInbox:
        return SqlInbox(self._of(tenant_id), tenant_id, self._subjects(tenant_id))

    def measures(self, tenant_id: str) -> SqlMeasures:
        return SqlMeasures(self._of(tenant_id), tenant_id)

    def entrance(self) -> SqlEntrance:
        return SqlEntrance(self._of(""))

    def rates(self) -> SqlRates:
        return SqlRates(self._of(""), self._clock)

    def close(self) -> None:
        self.link.close()

    def _subjects(self, tenant_id: str) -> Subjects:
        return Subjects(tenant_id, self._vault, self.link.engine.dialect.name)

    def _of(self, tenant_id: str) -> Link:
        return bound(self.link, self.guard, tenant_id)


def open_database(
    url: str,
    *,
    key: bytes | None = None,
    wait_seconds: float = 15.0,
    clock: Callable[[], datetime] = _utc_now,
) -> SqlDatabase:
    """Connect, bring the schema up to date, and hand out the database.

    `key` is the installation's, of 32 bytes, under which persons' data are sealed; without one
    all is kept clear, and a store that was ever opened with one is refused.

    `wait_seconds` is how long a write waits for another process's lock, and a connection for
    the server. Raises SpecError for a URL of an unknown scheme and for a store of a newer
    schema or another key, BackendError when the database cannot be reached or written.
    """
    vault = None if key is None else Vault(key)
    link = Link(make_engine(_read(url), wait_seconds))
    try:
        bring_up(link)
        guarded = guard(link)
        check_key(link, vault)
    except PlatformError:
        link.close()
        raise
    if guarded.warning:
        _log.warning("store %s: %s", name_of(link.url), guarded.warning)
    return SqlDatabase(link, clock, guarded, vault)


def _read(url: str) -> URL:
    scheme = url.partition(":")[0]
    if scheme not in SCHEMES:
        raise SpecError(
            f"store URL of scheme {scheme!r} is not known.",
            "Use sqlite:///path/to/file or postgresql://user@host/database.",
        )
    try:
        read = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise SpecError(f"store URL cannot be read: {error}.", "Correct it.") from error
    if scheme == "sqlite" and read.database in (None, "", ":memory:"):
        raise SpecError("store URL names no file.", "Use sqlite:///path/to/file.")
    if scheme != "sqlite" and find_spec("psycopg") is None:
        raise SpecError("Postgres needs the psycopg package.", "Install the `postgres` extra.")
    return read
