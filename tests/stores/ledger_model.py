"""The ledger as a plain model, and a machine that holds a store against it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from proposed_effects import DAY, LATER, a_question, a_vote, an_effect, usd
from shop_records import new_tenant
from written_runs import AT

from stores.open import SqlDatabase
from tradewind.effects import COUNTED, MOVES, Cap, EffectStatus
from tradewind.errors import Forbidden, InvalidInput, NotFound, PlatformError, QuotaExceeded

CAPS = (Cap(count=2), Cap(tool="refund", amount=usd(100)))
SLOTS = st.sampled_from(["ef0", "ef1", "ef2", "ef3", "ef4", "ef5"])
MARKS = st.sampled_from(["h0", "h0", "h1"])
PEOPLE = st.sampled_from(["mia", "tom", "ann", "ann", "bot"])
AMOUNTS = st.sampled_from([20, 60, 90])
TOOLS = st.sampled_from(["refund", "refund", "ads"])
_STEP = timedelta(seconds=1)
NEEDS = st.sampled_from([0, 1, 2])
PICKS = st.lists(st.integers(0, 5), max_size=4)
STATUSES = st.sampled_from(sorted(MOVES))


@dataclass
class Row:
    """What the model knows of one effect and the question about it (`needs` 0: none)."""

    tool: str
    minor: int
    proposed: str
    mark: str
    needs: int
    status: EffectStatus = "proposed"
    question: str = "pending"
    until: Any = LATER
    votes: dict[str, bool] = field(default_factory=dict)


class LedgerMachine(RuleBasedStateMachine):
    """Random life of a tenant's ledger; `reached` counts what happened, over all examples."""

    database: ClassVar[SqlDatabase]
    reached: ClassVar[Counter[str]] = Counter()

    @initialize(drafts=st.lists(st.tuples(TOOLS, AMOUNTS, NEEDS, PICKS), min_size=5, max_size=5))
    def open(self, drafts: list[tuple[str, int, int, list[int]]]) -> None:
        self.tenant = new_tenant()
        self.ledger = self.database.ledger(self.tenant)
        self.rows: dict[str, Row] = {}
        self.now = AT
        for n, (tool, minor, needs, picks) in enumerate(drafts):
            self.propose(f"ef{n}", tool, minor, "h0", needs)
            self.hasten(f"ef{n}", picks)

    def attempt(self, what: str, refusal: type[PlatformError] | None, call: Any) -> bool:
        """Whether the call went well, which must be as the model says."""
        told: type[PlatformError] | None = None
        try:
            call()
        except PlatformError as error:
            told = type(error)
        assert told is refusal, f"{what}: {told}, the model says {refusal}"
        self.reached[f"{what}: {told.__name__}" if told else what] += 1
        return told is None

    def settle(self, row: Row, status: EffectStatus) -> None:
        self.reached[f"{row.status} → {status}"] += 1
        row.status = status

    @rule(id=SLOTS, tool=TOOLS, minor=AMOUNTS, mark=MARKS, needs=NEEDS)
    def draft(self, id: str, tool: str, minor: int, mark: str, needs: int) -> None:
        self.propose(id, tool, minor, mark, needs)

    def propose(self, id: str, tool: str, minor: int, mark: str, needs: int) -> None:
        effect = an_effect(self.tenant, id, mark, tool=tool, amount=usd(minor))
        asked = a_question(effect, needs, expires_at=self.now + 12 * _STEP) if needs else None
        row = self.rows.get(id)
        same = row is None or (row.tool == tool and mark in (row.proposed, row.mark))
        what = "propose again" if row else "propose"
        if self.attempt(what, None if same else InvalidInput, lambda: self.put(effect, asked)):
            fresh = Row(tool, minor, mark, mark, needs, until=self.now + 12 * _STEP)
            self.rows.setdefault(id, fresh)

    def put(self, effect: Any, asked: Any) -> None:
        self.ledger.propose(effect, asked)

    @rule(id=SLOTS, mark=MARKS, seen=MARKS, minor=AMOUNTS)
    def amend(self, id: str, mark: str, seen: str, minor: int) -> None:
        row = self.rows.get(id)
        refusal = None if row else NotFound
        if row and (row.status != "proposed" or row.mark != seen):
            refusal = InvalidInput
        changed = ({"mark": mark}, mark, usd(minor), seen, self.now)
        if self.attempt("amend", refusal, lambda: self.ledger.amend(id, *changed)) and row:
            row.mark, row.minor, row.votes = mark, minor, {}

    @rule(id=SLOTS, by=PEOPLE, yes=st.sampled_from([True, True, False]), mark=MARKS)
    def any_vote(self, id: str, by: str, yes: bool, mark: str) -> None:
        self.vote(id, by, yes, mark)

    @rule(id=SLOTS, by=PEOPLE)
    def vote_on_the_withdrawn(self, id: str, by: str) -> None:
        row = self.rows.get(id)
        if row and row.status == "proposed":
            self.move(id, "proposed", "rejected")
            self.vote(id, by, True, row.mark)

    def vote(self, id: str, by: str, yes: bool, mark: str) -> None:
        row = self.rows.get(id)
        what, refusal = self.expected_vote(row, by, mark)
        vote = a_vote(by, yes, mark)
        went = self.attempt(what, refusal, lambda: self.ledger.decide(f"ap_{id}", vote, self.now))
        if went and row:
            self.count(row, by, yes)

    def expected_vote(
        self, row: Row | None, by: str, mark: str
    ) -> tuple[str, type[PlatformError] | None]:
        if row is None or not row.needs:
            return "vote", NotFound
        if self.now >= row.until:
            return "late vote", None if row.question == "pending" else InvalidInput
        if by == "bot":
            return "own vote", Forbidden
        if by in row.votes:
            return "second vote", InvalidInput
        if row.question != "pending":
            return "vote on the decided", InvalidInput
        return "vote", None if row.mark == mark else InvalidInput

    def count(self, row: Row, by: str, yes: bool) -> None:
        if self.now >= row.until:
            row.question = "expired"
            return self.settle(row, "rejected")
        row.votes[by] = yes
        if not yes:
            row.question = "rejected"
            self.settle(row, "rejected")
        elif len(row.votes) == row.needs:
            row.question = "approved"
            self.settle(row, "approved")
        return None

    @rule(id=SLOTS, of=STATUSES, to=STATUSES, near=st.booleans())
    def jump(self, id: str, of: Any, to: Any, near: bool) -> None:
        row = self.rows.get(id)
        self.move(id, row.status if near and row else of, to)

    def move(self, id: str, of: Any, to: Any) -> None:
        row = self.rows.get(id)
        fits = to in MOVES[of] and to != "sending"
        asked = row is not None and row.needs and row.question == "pending"
        refusal = NotFound if fits and row is None else None
        if not fits or (row and (row.status != of or (to == "approved" and asked))):
            refusal = InvalidInput
        call = lambda: self.ledger.move(id, of, to, self.now, allowed_by="ru1")  # noqa: E731
        if self.attempt("move", refusal, call) and row:
            if asked and of == "proposed":
                row.question = "rejected"
            self.settle(row, to)

    def send(self, id: str) -> None:
        row = self.rows.get(id)
        refusal = None if row else NotFound
        if row and row.status != "approved":
            refusal = InvalidInput
        elif row and not self.fits(row):
            refusal = QuotaExceeded
        until = self.now + 3 * _STEP
        if self.attempt("send", refusal, lambda: self.ledger.send(id, self.now, until, CAPS)):
            assert row
            self.settle(row, "sending")

    def fits(self, row: Row) -> bool:
        out = [other for other in self.rows.values() if other.status in COUNTED]
        spent = sum(other.minor for other in out if other.tool == "refund")
        return len(out) < 2 and (row.tool != "refund" or spent + row.minor <= 100)

    @rule(id=SLOTS)
    def try_to_send(self, id: str) -> None:
        self.send(id)

    @rule(id=SLOTS, picks=PICKS)
    def hurry(self, id: str, picks: list[int]) -> None:
        self.hasten(id, picks)

    def hasten(self, id: str, picks: list[int]) -> None:
        for pick in picks:
            self.carry_on(id, pick)

    def carry_on(self, id: str, pick: int) -> None:
        """A step of the way that effects go, so that all is reached often."""
        row = self.rows.get(id)
        if row is None or not MOVES[row.status] or (row.needs and row.status == "proposed"):
            return self.vote(
                id, ("mia", "tom", "ann")[pick % 3], pick != 4, row.mark if row else "h0"
            )
        ways = sorted(MOVES[row.status])
        to = ways[pick % len(ways)]
        if to == "sending" or (row.status == "approved" and pick != 4):
            self.send(id)
        else:
            self.move(id, row.status, to)
        return None

    @rule()
    def expire(self) -> None:
        late = [
            row for row in self.rows.values()
            if row.needs and row.question == "pending" and row.until <= self.now
        ]  # fmt: skip
        assert len(self.ledger.expire(self.now)) == len(late)
        for row in late:
            self.reached["expire"] += 1
            row.question = "expired"
            self.settle(row, "rejected")

    @rule(steps=st.sampled_from([1, 1, 12]))
    def wait(self, steps: int) -> None:
        self.now += steps * _STEP

    @invariant()
    def the_store_is_as_the_model(self) -> None:
        if not hasattr(self, "ledger"):
            return
        effects = self.ledger.of_run("r1")
        held = {e.id: (e.status, e.arguments_hash, e.tool) for e in effects}
        assert held == {id: (r.status, r.mark, r.tool) for id, r in self.rows.items()}
        out = [e for e in effects if e.status in COUNTED and e.day == DAY]
        assert len(out) <= 2
        assert sum(e.amount.minor for e in out if e.amount and e.tool == "refund") <= 100
        asked = {id: row for id, row in self.rows.items() if row.needs}
        for id, row in asked.items():
            found = self.ledger.approval(f"ap_{id}")
            assert found is not None
            assert {vote.by: vote.yes for vote in found.votes} == row.votes
            assert (found.status, found.arguments_hash) == (row.question, row.mark)
        pending = {f"ap_{id}" for id, row in asked.items() if row.question == "pending"}
        assert {found.id for found in self.ledger.pending()} == pending
