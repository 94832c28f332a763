"""The effect ledger in SQL, for one tenant: what is done outside, once and only if allowed."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from pydantic import JsonValue
from sqlalchemy import Update, and_, bindparam, insert, or_, select, update

from stores import caps as allowance
from stores import leases, questions
from stores.body import pack
from stores.keys import micros, plain
from stores.ledger_rows import COLUMNS, arguments_of, effect_of, end_of, row_of
from stores.link import Link, Row, Values, Write
from stores.named import named_in
from stores.rules import check_allowed
from stores.subjects import Reads, Subjects
from stores.tables import ledger
from stores.vault import Seal
from tradewind.base import Money, Time
from tradewind.effects import MOVES, Approval, Cap, Effect, EffectStatus, Vote
from tradewind.errors import InvalidInput, NotFound
from tradewind.trace import is_erased

_e = ledger.c
_MINE = _e.tenant == bindparam("tenant")
_OLDEST = (_e.created_at, _e.id)
_ADD = insert(ledger)
_GET = select(*COLUMNS).where(_MINE, _e.id == bindparam("effect"))
_HEAD = select(_e.sealed).where(_MINE, _e.id == bindparam("effect"))
_PROPOSED = select(_e.tool, _e.proposed_hash, _e.arguments_hash).where(
    _MINE, _e.id == bindparam("effect")
)
_OF_RUN = select(*COLUMNS).where(_MINE, _e.run == bindparam("run")).order_by(*_OLDEST)
_ABOUT = select(*COLUMNS).where(_MINE, _e.target == bindparam("target")).order_by(*_OLDEST)
_DEAD = and_(_e.status == "sending", _e.lease_until <= bindparam("now"))
_WAITING = (
    select(*COLUMNS)
    .where(_MINE, or_(_e.status == "approved", _e.status == "unknown", _DEAD))
    .order_by(*_OLDEST)
)
_OPEN = or_(*(_e.status == status for status in ("proposed", "approved", "sending", "unknown")))
_PROMISING = select(*COLUMNS).where(
    _MINE, _e.tool == bindparam("tool"),
    or_(_OPEN, and_(_e.status == "done", _e.created_at >= bindparam("since"))),
)  # fmt: skip
_NEWEST_OF = (
    select(*COLUMNS)
    .where(_MINE, _e.status == bindparam("status"))
    .order_by(_e.created_at.desc(), _e.id.desc())
    .limit(bindparam("most"))
)


def moving(*changed: str, compared: bool = True) -> Update:
    """The compare-and-set: one status to another, with the columns that change beside it."""
    statement = update(ledger).where(
        _e.tenant == bindparam("of_tenant"), _e.id == bindparam("of_id")
    )
    if compared:
        statement = statement.where(_e.status == bindparam("of"))
    values = {name: bindparam(name) for name in ("status", "updated_at", *changed)}
    return statement.values(values)


_ALLOW = moving("allowed_by")
_SEND = moving("lease_until", "day")
_SETTLE = moving("receipt", "error", "sealed_end")
_AMEND = moving("arguments", "sealed", "arguments_hash", "amount_minor", "currency").where(
    _e.arguments_hash == bindparam("of_hash")
)


class SqlLedger:
    """LedgerStore over SQL."""

    def __init__(self, link: Link, tenant: str, subjects: Subjects) -> None:
        self._link = link
        self._tenant = tenant
        self._subjects = subjects

    def propose(
        self, effect: Effect, approval: Approval | None = None, *, fence: int | None = None
    ) -> Effect:
        """Keep an effect and the question about it; gives the row that stands.

        Raises InvalidInput for a known id with another tool or other arguments, and for what
        does not belong together; LeaseLost.
        """
        self._check(effect, approval)
        with self._link.write() as write:
            write.queue(self._tenant)
            leases.check_held(write, self._tenant, plain(effect.run), fence)
            known = write.rows(_PROPOSED, self._of(effect=effect.id))
            if known:
                _check_same(effect, *known[0])
            else:
                seal = self._seal(write, effect, effect.arguments, effect.created_at)
                write.add(_ADD, row_of(effect, seal), f"effect {effect.id}")
                if approval is not None:
                    questions.ask(write, approval, seal)
            return self._standing(write, effect.id)

    def get(self, effect_id: str) -> Effect | None:
        found = self._read(self._link, self._link.rows(_GET, self._of(effect=effect_id)))
        return found[0] if found else None

    def of_run(self, run_id: str) -> Sequence[Effect]:
        """Oldest first."""
        return self._read(self._link, self._link.rows(_OF_RUN, self._of(run=run_id)))

    def about(self, target: str) -> Sequence[Effect]:
        """All effects on one record, oldest first."""
        return self._read(self._link, self._link.rows(_ABOUT, self._of(target=target)))

    def promising(self, tools: Sequence[str], since: Time) -> Sequence[Effect]:
        """Of the tools, those that may yet happen, and those proposed since then that did."""
        asked = {"tenant": self._tenant, "since": micros(since)}
        rows = [
            row for tool in tools
            for row in self._link.rows(_PROMISING, {**asked, "tool": plain(tool)})
        ]  # fmt: skip
        return tuple(sorted(self._read(self._link, rows), key=lambda e: (e.created_at, e.id)))

    def waiting(self, now: Time) -> Sequence[Effect]:
        """Approved ones, those whose sender is taken for dead, unknown ones; oldest first."""
        rows = self._link.rows(_WAITING, {"tenant": self._tenant, "now": micros(now)})
        return self._read(self._link, rows)

    def latest(self, limit: int = 50) -> Sequence[Effect]:
        """The last that were proposed, newest first. Each status has its own range of the index,
        so that no more than `limit` rows of any are read."""
        of = [{"tenant": self._tenant, "status": status, "most": limit} for status in MOVES]
        rows = [row for values in of for row in self._link.rows(_NEWEST_OF, values)]
        found = sorted(self._read(self._link, rows), key=lambda e: (e.created_at, e.id))
        return tuple(reversed(found))[:limit]

    def move(
        self,
        effect_id: str,
        of: EffectStatus,
        to: EffectStatus,
        at: Time,
        *,
        receipt: dict[str, JsonValue] | None = None,
        error: str | None = None,
        allowed_by: str | None = None,
        fence: int | None = None,
    ) -> Effect:
        """Compare-and-set along MOVES; rejecting closes the question.

        Raises NotFound; InvalidInput when the status is another one or the move is none;
        LeaseLost.
        """
        _check_move(effect_id, of, to, allowed_by)
        with self._link.write() as write:
            if fence is not None:
                run = self._standing(write, effect_id).run
                leases.check_held(write, self._tenant, plain(run), fence)
            if of == "proposed":
                self._close_question(write, effect_id, to)
            if to == "approved":
                self._set(write, _ALLOW, effect_id, of, to, at, {"allowed_by": allowed_by})
            else:
                seal = self._seal_like(write, effect_id)
                told = end_of(self._tenant, effect_id, receipt, error, seal)
                self._set(write, _SETTLE, effect_id, of, to, at, told)
            return self._standing(write, effect_id)

    def send(
        self,
        effect_id: str,
        at: Time,
        lease_until: Time,
        caps: Sequence[Cap] = (),
        day: date | None = None,
        *,
        fence: int | None = None,
    ) -> Effect:
        """approved → sending, with the caps reserved and the rule that allowed it looked at
        again. Raises NotFound, InvalidInput, QuotaExceeded, Forbidden, LeaseLost."""
        with self._link.write() as write:
            write.queue(self._tenant)
            effect = self._standing(write, effect_id)
            leases.check_held(write, self._tenant, plain(effect.run), fence)
            if is_erased(dict(effect.arguments)):
                raise InvalidInput(f"effect {effect_id} is about a person who was erased.")
            counted = day or effect.day
            held: Values = {"lease_until": micros(lease_until), "day": counted.isoformat()}
            self._set(write, _SEND, effect_id, "approved", "sending", at, held)
            check_allowed(write, effect, at)
            allowance.reserve(write, effect, counted, caps)
            return self._standing(write, effect_id)

    def amend(
        self,
        effect_id: str,
        arguments: dict[str, JsonValue],
        arguments_hash: str,
        amount: Money | None,
        of_hash: str,
        at: Time,
        *,
        summary: str | None = None,
        needs: Literal[1, 2] | None = None,
    ) -> Effect:
        """Change the arguments of a proposed effect and ask about it anew.

        Raises NotFound; InvalidInput when it is not proposed or its arguments are not those of
        `of_hash`.
        """
        _check_amount(effect_id, amount)
        with self._link.write() as write:
            effect = self._standing(write, effect_id)
            seal = self._seal(write, effect, arguments, at)
            asked = questions.about(write, self._subjects, effect_id)
            if asked is not None:
                anew = {"arguments": arguments, "arguments_hash": arguments_hash, "votes": ()}
                anew |= {"summary": summary or asked.summary, "needs": needs or asked.needs}
                questions.change(write, asked.model_copy(update=anew), of_hash, seal)
            told = arguments_of(effect, arguments, arguments_hash, amount, seal)
            changed = {**told, "of_hash": of_hash}
            self._set(write, _AMEND, effect_id, "proposed", "proposed", at, changed)
            return self._standing(write, effect_id)

    def approval(self, approval_id: str) -> Approval | None:
        return questions.approval(self._link, self._subjects, approval_id)

    def pending(self, thread: str | None = None) -> Sequence[Approval]:
        """Oldest first; with `thread`, those that its runs asked."""
        return questions.pending(self._link, self._subjects, thread)

    def decide(self, approval_id: str, vote: Vote, now: Time) -> Approval:
        """Count a vote; settle question and effect in one transaction.

        Raises NotFound, Forbidden, InvalidInput; an expired question is no error.
        """
        with self._link.write() as write:
            decided = questions.count(write, self._subjects, approval_id, vote, now)
            self._follow(write, decided, now)
        return decided

    def expire(self, now: Time) -> Sequence[Approval]:
        """Close the questions whose time is over, and reject their effects."""
        with self._link.write() as write:
            late = questions.over(write, self._subjects, now)
            closed = tuple(questions.close(write, self._subjects, a, "expired") for a in late)
            for asked in closed:
                self._follow(write, asked, now)
        return closed

    def _follow(self, write: Write, asked: Approval, now: Time) -> None:
        """Do with the effect what became of the question about it."""
        if asked.status == "pending":
            return
        to = "approved" if asked.status == "approved" else "rejected"
        by: Values = {"allowed_by": asked.id if to == "approved" else None}
        self._set(write, _ALLOW, asked.effect, "proposed", to, now, by)

    def _close_question(self, write: Write, effect_id: str, to: EffectStatus) -> None:
        asked = questions.about(write, self._subjects, effect_id)
        if asked is None:
            return
        if to == "approved":
            raise InvalidInput(f"effect {effect_id} waits for {asked.id}.", "Let people decide.")
        questions.close(write, self._subjects, asked, "rejected")

    def _set(
        self,
        write: Write,
        statement: Update,
        effect_id: str,
        of: EffectStatus,
        to: EffectStatus,
        at: Time,
        changed: Values,
    ) -> None:
        values: Values = {
            "of_tenant": self._tenant, "of_id": plain(effect_id), "of": of, "status": to,
            "updated_at": micros(at), **changed,
        }  # fmt: skip
        if not write.run(statement, values):
            now = self._standing(write, effect_id)
            raise InvalidInput(
                f"effect {effect_id} is {now.status} with arguments {now.arguments_hash[:12]}: it "
                f"cannot go from {of} to {to}.", "Somebody was first: look at it anew.",
            )  # fmt: skip

    def _standing(self, write: Write, effect_id: str) -> Effect:
        rows = write.rows(_GET, self._of(effect=effect_id))
        if not rows:
            raise NotFound(f"there is no effect {effect_id}.", "List the run's effects.")
        return self._read(write, rows)[0]

    def _read(self, reads: Reads, rows: Sequence[Row]) -> tuple[Effect, ...]:
        opener = self._subjects.opener(reads, (sealed for row in rows for sealed in row[-2:]))
        return tuple(effect_of(row, opener) for row in rows)

    def _seal(
        self, write: Write, effect: Effect, arguments: dict[str, JsonValue], at: Time
    ) -> Seal | None:
        """The seal of an effect: its run's, and of whom its arguments name."""
        named = named_in(pack(arguments))
        return self._subjects.of_effect(write, effect.run, named, micros(at))

    def _seal_like(self, write: Write, effect_id: str) -> Seal | None:
        rows = write.rows(_HEAD, self._of(effect=effect_id))
        return self._subjects.like(write, rows[0][0]) if rows else None

    def _of(self, **values: str) -> Values:
        return {"tenant": self._tenant, **{name: plain(text) for name, text in values.items()}}

    def _check(self, effect: Effect, approval: Approval | None) -> None:
        _check_amount(effect.id, effect.amount)
        if effect.tenant != self._tenant or effect.status != "proposed":
            raise InvalidInput(
                f"effect {effect.id} is {effect.status} and tenant {effect.tenant}'s.",
                f"Propose it, in the store of its tenant (this is {self._tenant}'s).",
            )
        if approval is not None and not _is_about(approval, effect):
            raise InvalidInput(
                f"approval {approval.id} does not ask about effect {effect.id} as it is.",
                "Ask a new question about its exact arguments.",
            )


def _is_about(asked: Approval, effect: Effect) -> bool:
    shared = ("tenant", "run", "tool", "arguments", "arguments_hash", "proposed_by")
    same = all(getattr(asked, name) == getattr(effect, name) for name in shared)
    return same and asked.effect == effect.id and asked.status == "pending" and not asked.votes


def _check_same(effect: Effect, tool: str, proposed_hash: str, arguments_hash: str) -> None:
    same = plain(effect.arguments_hash) in (proposed_hash, arguments_hash)
    if plain(effect.tool) != tool or not same:
        raise InvalidInput(
            f"effect {effect.id} stands for {tool} with other arguments.",
            "An id is good for one effect: a changed one needs a new place in the run.",
        )


def _check_amount(effect_id: str, amount: Money | None) -> None:
    if amount is not None and amount.minor < 0:
        raise InvalidInput(
            f"effect {effect_id} has amount {amount}.", "Amounts count against caps: give it whole."
        )


def _check_move(effect_id: str, of: EffectStatus, to: EffectStatus, by: str | None) -> None:
    if to not in MOVES[of] or to == "sending":
        hint = "Use send: it reserves the caps." if to == "sending" else "See MOVES."
        raise InvalidInput(f"effect {effect_id}: no move leads from {of} to {to}.", hint)
    if to == "approved" and not by:
        raise InvalidInput(f"effect {effect_id}: nothing allows it.", "Name the approval or rule.")
