"""Approvals in SQL, for one tenant: asked once, decided once."""

from collections.abc import Sequence

from sqlalchemy import bindparam, insert, select, update

from stores.body import dump
from stores.keys import micros, plain
from stores.link import Link, Write
from stores.tables import approvals, runs
from tradewind.base import Time
from tradewind.errors import InvalidInput, NotFound
from tradewind.trace import Approval

_a = approvals.c
_MINE = _a.tenant == bindparam("tenant")
_ASK = insert(approvals)
_GET = select(_a.body).where(_MINE, _a.id == bindparam("approval"))
_PENDING = (
    select(_a.body).where(_MINE, _a.status == "pending").order_by(_a.created_at, _a.id)
)  # fmt: skip
_PENDING_OF = (
    _PENDING.join(runs, (runs.c.tenant == _a.tenant) & (runs.c.id == _a.run))
    .where(runs.c.thread == bindparam("thread"))
)  # fmt: skip
_DECIDE = (
    update(approvals)
    .where(_a.tenant == bindparam("of_tenant"), _a.id == bindparam("of_id"), _a.status == "pending")
    .values(status=bindparam("status"), body=bindparam("body"))
)
_DECISIONS = ("approved", "rejected", "expired")


class SqlApprovals:
    """ApprovalStore over SQL."""

    def __init__(self, link: Link, tenant: str) -> None:
        self._link = link
        self._tenant = tenant

    def ask(self, approval: Approval) -> None:
        """Keep a question. Raises InvalidInput for another tenant's one or a known id."""
        if approval.tenant != self._tenant:
            raise InvalidInput(
                f"approval {approval.id} is tenant {approval.tenant}'s, the store is "
                f"{self._tenant}'s.", "Open the store of the approval's tenant.",
            )  # fmt: skip
        values = {
            "tenant": self._tenant, "id": plain(approval.id), "run": plain(approval.run),
            "status": approval.status, "created_at": micros(approval.created_at),
            "body": dump(approval),
        }  # fmt: skip
        with self._link.write() as write:
            write.add(_ASK, values, f"approval {approval.id}")

    def get(self, approval_id: str) -> Approval | None:
        values = {"tenant": self._tenant, "approval": plain(approval_id)}
        rows = self._link.rows(_GET, values)
        return Approval.model_validate_json(rows[0][0]) if rows else None

    def pending(self, thread: str | None = None) -> Sequence[Approval]:
        """Oldest first; with `thread`, those that its runs asked."""
        if thread is None:
            rows = self._link.rows(_PENDING, {"tenant": self._tenant})
        else:
            values = {"tenant": self._tenant, "thread": plain(thread)}
            rows = self._link.rows(_PENDING_OF, values)
        return tuple(Approval.model_validate_json(row[0]) for row in rows)

    def decide(
        self, approval_id: str, status: str, by: str, at: Time, reason: str = ""
    ) -> Approval:
        """Compare-and-set from pending. Raises NotFound; InvalidInput when decided already."""
        if status not in _DECISIONS:
            raise InvalidInput(
                f"status {status!r} is no decision.", f"Use one of {', '.join(_DECISIONS)}."
            )
        with self._link.write() as write:
            asked = self._asked(write, approval_id)
            change = {"status": status, "decided_by": by, "decided_at": at, "reason": reason}
            decided = Approval.model_validate(asked.model_dump() | change)
            values = {
                "of_tenant": self._tenant, "of_id": plain(approval_id), "status": status,
                "body": dump(decided),
            }  # fmt: skip
            if not write.run(_DECIDE, values):
                raise _decided(self._asked(write, approval_id))
        return decided

    def _asked(self, write: Write, approval_id: str) -> Approval:
        values = {"tenant": self._tenant, "approval": plain(approval_id)}
        rows = write.rows(_GET, values)
        if not rows:
            raise NotFound(f"there is no approval {approval_id}.", "List the pending ones.")
        return Approval.model_validate_json(rows[0][0])


def _decided(approval: Approval) -> InvalidInput:
    return InvalidInput(
        f"approval {approval.id} is already {approval.status} by {approval.decided_by}.",
        "A decision stands; ask for the effect anew.",
    )
