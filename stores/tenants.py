"""Tenants in SQL: the only store that sees more than one."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from stores.body import dump
from stores.keys import plain
from stores.link import Link
from stores.tables import tenants
from tradewind.people import Tenant

_ONE = select(tenants.c.body).where(tenants.c.id == bindparam("tenant"))
_ALL = select(tenants.c.body).order_by(tenants.c.id)


class SqlTenants:
    """TenantStore over SQL."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def put_tenant(self, tenant: Tenant) -> None:
        with self._link.write() as write:
            write.upsert(tenants, [{"id": plain(tenant.id), "body": dump(tenant)}])

    def tenant(self, tenant_id: str) -> Tenant | None:
        rows = self._link.rows(_ONE, {"tenant": plain(tenant_id)})
        return Tenant.model_validate_json(rows[0][0]) if rows else None

    def tenants(self) -> Sequence[Tenant]:
        """By id."""
        return tuple(Tenant.model_validate_json(row[0]) for row in self._link.rows(_ALL, {}))
