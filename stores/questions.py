"""Approvals in SQL: a question kept, amended, voted on, closed; all within a transaction.

Who changes a question and its effect touches the question first: two such changes queue there.
"""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Update, bindparam, insert, select, update

from stores.body import dump, pack
from stores.keys import micros, plain
from stores.link import Link, Row, Values, Write
from stores.subjects import Reads, Subjects
from stores.tables import approvals, runs
from stores.vault import Gone, Opener, Place, Seal
from tradewind.base import Time
from tradewind.effects import Approval, ApprovalStatus, Vote
from tradewind.errors import Forbidden, InvalidInput, NotFound
from tradewind.trace import ERASED_TEXT, erased

_a = approvals.c
_MINE = _a.tenant == bindparam("tenant")
_ASK = insert(approvals)
_GET = select(_a.body, _a.sealed).where(_MINE, _a.id == bindparam("approval"))
_LOCKED = _GET.with_for_update()
_PENDING = (
    select(_a.body, _a.sealed).where(_MINE, _a.status == "pending").order_by(_a.created_at, _a.id)
)
_PENDING_OF = (
    _PENDING.join(runs, (runs.c.tenant == _a.tenant) & (runs.c.id == _a.run))
    .where(runs.c.thread == bindparam("thread"))
)  # fmt: skip
_ABOUT = (
    select(_a.body, _a.sealed)
    .where(_MINE, _a.effect == bindparam("effect"), _a.status == "pending")
    .with_for_update()
)
_OVER = (
    select(_a.body, _a.sealed)
    .where(_MINE, _a.status == "pending", _a.expires_at <= bindparam("now"))
    .order_by(_a.created_at, _a.id)
    .with_for_update()
)


def changing(pending: bool = True, seen: bool = True) -> Update:
    """The compare-and-set: from pending alone, and only with the arguments that were seen."""
    statement = update(approvals).where(
        _a.tenant == bindparam("of_tenant"), _a.id == bindparam("of_id")
    )
    if pending:
        statement = statement.where(_a.status == "pending")
    if seen:
        statement = statement.where(_a.arguments_hash == bindparam("of_hash"))
    return statement.values(
        status=bindparam("status"), arguments_hash=bindparam("hash"), body=bindparam("body"),
        sealed=bindparam("sealed"),
    )  # fmt: skip


_CHANGE = changing()


def ask(write: Write, approval: Approval, seal: Seal | None) -> None:
    """Keep a question. Raises InvalidInput for a known id."""
    values: Values = {
        "tenant": approval.tenant, "id": plain(approval.id), "run": plain(approval.run),
        "effect": plain(approval.effect), "arguments_hash": plain(approval.arguments_hash),
        "status": approval.status, "created_at": micros(approval.created_at),
        "expires_at": micros(approval.expires_at), **_row(approval, seal),
    }  # fmt: skip
    write.add(_ASK, values, f"approval {approval.id}")


def approval(link: Link, subjects: Subjects, approval_id: str) -> Approval | None:
    rows = link.rows(_GET, {"tenant": subjects.tenant, "approval": plain(approval_id)})
    return _read(link, subjects, rows)[0] if rows else None


def pending(link: Link, subjects: Subjects, thread: str | None) -> Sequence[Approval]:
    """Oldest first; with `thread`, those that its runs asked."""
    if thread is None:
        rows = link.rows(_PENDING, {"tenant": subjects.tenant})
    else:
        rows = link.rows(_PENDING_OF, {"tenant": subjects.tenant, "thread": plain(thread)})
    return _read(link, subjects, rows)


def about(write: Write, subjects: Subjects, effect_id: str) -> Approval | None:
    """The pending question about an effect, held until the transaction ends."""
    rows = write.rows(_ABOUT, {"tenant": subjects.tenant, "effect": plain(effect_id)})
    return _read(write, subjects, rows)[0] if rows else None


def over(write: Write, subjects: Subjects, now: Time) -> Sequence[Approval]:
    """Pending questions whose time is over."""
    rows = write.rows(_OVER, {"tenant": subjects.tenant, "now": micros(now)})
    return _read(write, subjects, rows)


def count(write: Write, subjects: Subjects, approval_id: str, vote: Vote, now: Time) -> Approval:
    """The question after a vote, kept; also when it turns out to be expired.

    Raises NotFound; Forbidden for the proposer; InvalidInput for a question decided already, a
    second vote of one person, a vote on other arguments.
    """
    row = _locked(write, subjects.tenant, approval_id)
    asked = _read(write, subjects, [row])[0]
    if asked.expires_at <= now:
        return close(write, subjects, asked, "expired")
    if vote.by == asked.proposed_by:
        raise Forbidden(f"{vote.by} proposed it.", "Somebody else must decide.")
    if vote.by in {earlier.by for earlier in asked.votes}:
        raise InvalidInput(f"{vote.by} has voted on {asked.id}.", "Another person must vote.")
    votes = (*asked.votes, vote)
    after = asked.model_copy(update={"votes": votes, "status": _outcome(votes, asked.needs)})
    return change(write, after, vote.arguments_hash, subjects.like(write, row[1]))


def close(write: Write, subjects: Subjects, asked: Approval, status: ApprovalStatus) -> Approval:
    """End a question without a vote. Raises InvalidInput when it is decided already."""
    seal = subjects.like(write, _locked(write, subjects.tenant, asked.id)[1])
    return change(write, asked.model_copy(update={"status": status}), asked.arguments_hash, seal)


def change(write: Write, after: Approval, of_hash: str, seal: Seal | None) -> Approval:
    """Put the question in its new state, if it is pending and about the arguments of `of_hash`.

    Raises InvalidInput otherwise.
    """
    values: Values = {
        "of_tenant": after.tenant, "of_id": plain(after.id), "of_hash": plain(of_hash),
        "hash": plain(after.arguments_hash), "status": after.status, **_row(after, seal),
    }  # fmt: skip
    if not write.run(_CHANGE, values):
        raise _refusal(Approval.model_validate_json(_locked(write, after.tenant, after.id)[0]))
    return after


def _outcome(votes: Sequence[Vote], needs: int) -> ApprovalStatus:
    if not all(vote.yes for vote in votes):
        return "rejected"
    return "approved" if len(votes) >= needs else "pending"


def _locked(write: Write, tenant: str, approval_id: str) -> Row:
    rows = write.rows(_LOCKED, {"tenant": tenant, "approval": plain(approval_id)})
    if not rows:
        raise NotFound(f"there is no approval {approval_id}.", "List the pending ones.")
    return rows[0]


def _refusal(asked: Approval) -> InvalidInput:
    if asked.status == "pending":
        return InvalidInput(
            f"approval {asked.id} is about other arguments than were seen.", "Look at it anew."
        )
    by = f" by {asked.votes[-1].by}" if asked.votes else ""
    return InvalidInput(
        f"approval {asked.id} is already {asked.status}{by}.",
        "A decision stands; ask for the effect anew.",
    )


def _row(asked: Approval, seal: Seal | None) -> dict[str, str | bytes | None]:
    """The columns `body` and `sealed`: what was asked and why people voted so is sealed."""
    if seal is None:
        return {"body": dump(asked), "sealed": None}
    told = pack([asked.arguments, asked.summary, [vote.reason for vote in asked.votes]])
    votes = tuple(vote.model_copy(update={"reason": ""}) for vote in asked.votes)
    bare = asked.model_copy(update={"arguments": {}, "summary": "", "votes": votes})
    return {"body": dump(bare), "sealed": seal.close(_place(asked), told)}


def _read(reads: Reads, subjects: Subjects, rows: Sequence[Row]) -> tuple[Approval, ...]:
    opener = subjects.opener(reads, (sealed for _, sealed in rows))
    return tuple(_approval(row, opener) for row in rows)


def _approval(row: Row, opener: Opener) -> Approval:
    body, sealed = row
    asked = Approval.model_validate_json(body)
    if sealed is None:
        return asked
    found = opener.open(sealed, _place(asked))
    if isinstance(found, Gone):
        return asked.model_copy(update={"arguments": erased(), "summary": ERASED_TEXT})
    arguments, summary, reasons = cast(list[Any], found)
    votes = tuple(
        vote.model_copy(update={"reason": reason})
        for vote, reason in zip(asked.votes, reasons, strict=True)
    )
    return asked.model_copy(update={"arguments": arguments, "summary": summary, "votes": votes})


def _place(asked: Approval) -> Place:
    return plain(asked.tenant), "approvals", plain(asked.id)
