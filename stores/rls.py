"""Row-level security on Postgres: every statement runs as a role without rights of its own, in
a transaction that is bound to one tenant.

The policies (migration 0003) let through the rows of `tradewind.tenant`. A superuser passes them
by and an owner could lift them: so statements run as a role that owns nothing, made at the first
opening where the URL's role may make roles. Both are set for the transaction alone, so nothing
is left on a pooled connection.
"""

from sqlalchemy import Connection, text

from stores.keys import plain
from stores.link import Link
from stores.tables import metadata
from tradewind.base import Record

_RIGHTS = text(
    "SELECT 'tradewind_' || d.oid AS role, me.rolsuper OR me.rolcreaterole AS may_make,"
    " me.rolsuper OR me.rolbypassrls AS passes_by,"
    " EXISTS (SELECT FROM pg_class c WHERE c.oid = to_regclass('ledger')"
    "  AND pg_has_role(me.oid, c.relowner, 'USAGE')) AS owns"
    " FROM pg_database d, pg_roles me"
    " WHERE d.datname = current_database() AND me.rolname = current_user"
)
_STANDS = text(
    "SELECT coalesce(bool_and(pg_has_role(current_user, r.oid, 'MEMBER')"
    " AND has_table_privilege(r.oid, t.name, 'INSERT')), false)"
    " FROM pg_roles r, unnest(CAST(:tables AS text[])) AS t(name) WHERE r.rolname = :role"
)


class Guard(Record):
    """How rows are guarded: the role that statements run as, and what an operator must know."""

    role: str | None = None
    warning: str = ""


def guard(link: Link) -> Guard:
    """Find or make the role, on Postgres; SQLite has none and needs none."""
    if link.engine.dialect.name != "postgresql":
        return Guard()
    with link.connect() as connection, connection.begin():
        role, may_make, passes_by, owns = connection.execute(_RIGHTS).one()
        if _stands(connection, role):
            return Guard(role=role)
        if may_make and owns:
            connection.execute(text("SELECT pg_advisory_xact_lock(7239134)"))
            _make(connection, role)
            return Guard(role=role)
    return Guard(warning=_warning(passes_by, owns))


def bound(link: Link, of: Guard, tenant: str) -> Link:
    """The link for one tenant's statements; "" for those before a tenant is known."""
    if link.engine.dialect.name != "postgresql":
        return link
    # As hexadecimal digits a name needs no quoting, whatever the server's settings.
    name = f"convert_from(decode('{plain(tenant).encode().hex()}', 'hex'), 'UTF8')"
    role = f"SET LOCAL ROLE {of.role}; " if of.role else ""
    return link.opening_with(f"BEGIN; {role}SELECT set_config('tradewind.tenant', {name}, true)")


def _stands(connection: Connection, role: str) -> bool:
    values = {"role": role, "tables": list(metadata.tables)}
    return bool(connection.scalar(_STANDS, values))


def _make(connection: Connection, role: str) -> None:
    known = connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role})
    if not known:
        connection.exec_driver_sql(f"CREATE ROLE {role} NOLOGIN")
    tables = ", ".join(metadata.tables)
    serials = [name for name, table in metadata.tables.items() if "n" in table.c]
    sequences = ", ".join(f"{name}_n_seq" for name in serials)
    connection.exec_driver_sql(f"GRANT {role} TO CURRENT_USER")
    connection.exec_driver_sql(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO {role}")
    connection.exec_driver_sql(f"GRANT USAGE ON SEQUENCE {sequences} TO {role}")


def _warning(passes_by: bool, owns: bool) -> str:
    if passes_by:
        return (
            "row-level security does not hold: the URL's role passes it by and may make no other. "
            "Give it CREATEROLE, or use a role without BYPASSRLS."
        )
    if owns:
        return (
            "row-level security holds only as long as nobody lifts it: the URL's role owns the "
            "tables and may make no other. Give it CREATEROLE, or use one that owns nothing."
        )
    return ""
