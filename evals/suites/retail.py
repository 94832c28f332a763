"""Retail: the gold actions of tau2-bench's retail tasks through our tools, and mutated ones.

Each task begins on a fresh copy of its shop. Its gold actions have to leave the state that the
reference leaves, every record of the shop compared; each mutation of each of them has to be
refused where the reference refuses it, and done where it allows it.
"""

from collections.abc import Callable
from pathlib import Path

from evals.records import Verdict
from evals.retail.data import FOLDER, Action, Json, RetailCase, read_start, read_tasks
from evals.retail.mutations import Mutant, mutants
from evals.retail.reference import WRITES, applied
from evals.retail.road import Confirm, Counter, Done
from evals.retail.state import differing, of_shop, of_tasks, of_users, without_prices
from evals.suites.base import Suite
from evals.worlds import World
from tradewind.base import Record
from tradewind.errors import SpecError
from tradewind.ports.storage import ShopStore

COUNTS = frozenset((
    "gold", "gold_as_reference", "mutants", "refused", "refused_rightly", "allowed",
    "allowed_and_done", "unconfirmed", "unconfirmed_and_not_done", "wrong",
))  # fmt: skip


_WITHOUT: tuple[Confirm, ...] = ("silence", "declined", "nobody", "no")
"""Without the buyer's yes, and without the shop's."""
_NOT_DONE = frozenset(("offered", "declined", "waiting", "rejected"))


class Tried(Record):
    """One action: what the reference says of it ("" where it is allowed), and what we made of it.

    `differs` is what is otherwise in the shop than it should be afterwards, where it was looked at.
    """

    what: str
    action: Action
    reference: str
    done: Done
    differs: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        refused = self.done.status == "refused" and bool(self.done.why)
        return not self.differs and (refused if self.reference else self.done.status == "done")


class Replayed(Record):
    """What came of a task: its gold actions, the shop's state, that which was published, the
    mutations, and gold actions that nobody confirmed."""

    gold: tuple[Tried, ...] = ()
    differs: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    mutants: tuple[Tried, ...] = ()
    unconfirmed: tuple[Tried, ...] = ()


def retail_suite(folder: Path = FOLDER, *, mutated: bool = True) -> Suite[RetailCase, Replayed]:
    """The suite over a folder's tasks; without `mutated` the gold actions alone."""
    start = read_start(folder)

    async def carry_out(world: World, case: RetailCase) -> Replayed:
        return await replay(world, start, case, mutants if mutated else _none)

    return Suite(
        name="retail", cases=read_tasks(folder), outcome=Replayed, carry_out=carry_out,
        judge=judge, counts=COUNTS, taped=False,
    )  # fmt: skip


Mutating = Callable[[Json, str, Action], list[Mutant]]


def _none(db: Json, user: str, gold: Action) -> list[Mutant]:
    return []


async def replay(
    world: World, start: Json, case: RetailCase, mutating: Mutating = mutants
) -> Replayed:
    """One task on a copy of the shop. Raises SpecError for a world without the retail shop."""
    if world.retail is None:
        raise SpecError("this world has no retail shop", "Open one for it.")
    tried, wrong, unsure = list[Tried](), list[Tried](), list[Tried]()
    state, done = start, list[tuple[str, Action]]()
    with world.retail() as shop:
        counter = Counter(shop)
        for action in [a for a in case.actions if a.name in WRITES]:
            user = _user(start, action)
            after, why = applied(state, user, action)
            if not why:
                unsure += [await _unsure(counter, state, user, action, c) for c in _WITHOUT]
            found = mutating(state, user, action)
            wrong += [await _try(world, counter, state, user, m, done)
                      for m in found if m.at == "before"]  # fmt: skip
            told = await counter.serve(state, user, action)
            tried.append(Tried(what="gold", action=action, reference=why, done=told))
            state, done = after, [*done, (user, action)] if not why else done
            wrong += [await _try(world, counter, state, user, m, done)
                      for m in found if m.at == "after"]  # fmt: skip
        differs = differing(of_shop(_store(shop)), of_tasks(state))
    return Replayed(
        gold=tuple(tried), differs=tuple(differs), mutants=tuple(wrong), unconfirmed=tuple(unsure),
        published=tuple(_published(start, state, case)),
    )  # fmt: skip


async def _try(
    world: World, counter: Counter, state: Json, user: str, mutant: Mutant,
    done: list[tuple[str, Action]],
) -> Tried:  # fmt: skip
    """A mutation: on the task's own shop where it must change nothing there, on a fresh one, after
    the same gold actions, where the reference allows it."""
    after, why = applied(state, user, mutant.action)
    if why:
        told = await counter.serve(state, user, mutant.action)
        return Tried(what=mutant.rule, action=mutant.action, reference=why, done=told)
    if world.retail is None:
        raise SpecError("this world has no retail shop", "Open one for it.")
    with world.retail() as shop:
        fresh, before = Counter(shop), list(done)
        for other, action in before:
            await fresh.serve(state, other, action)
        told = await fresh.serve(state, user, mutant.action)
        differs = differing(of_users(_store(shop), [user]), of_tasks(after, [user]))
    return Tried(what=mutant.rule, action=mutant.action, reference="", done=told,
                 differs=tuple(differs))  # fmt: skip


async def _unsure(
    counter: Counter, state: Json, user: str, action: Action, confirm: Confirm
) -> Tried:
    """A gold action to which nobody said yes, or somebody no; a question left open is closed."""
    told = await counter.serve(state, user, action, confirm)
    if told.status == "waiting":
        counter.close_open()
    return Tried(what=f"confirmed by {confirm}", action=action, reference="unconfirmed", done=told)


def _store(world: World) -> ShopStore:
    store = world.store
    if store is None:
        raise SpecError("this world's records cannot be read whole", "Give it its store.")
    return store


def _user(start: Json, action: Action) -> str:
    told = action.arguments
    order = start["orders"].get(told.get("order_id"), {})
    return str(told.get("user_id") or order.get("user_id"))


def _published(start: Json, state: Json, case: RetailCase) -> list[str]:
    """Where the reference leaves another state than the published one. Items are compared by their
    ids where several were changed at once: there the original is known to be wrong."""
    if case.expected is None:
        return []
    told = {name: table | case.expected.get(name, {}) for name, table in start.items()}
    users = _changed(start, state) | _changed(start, told)
    found, wanted = of_tasks(state, users), of_tasks(told, users)
    if any(len(set(a.arguments.get("new_item_ids", ()))) > 1 and "modify" in a.name
           for a in case.actions):  # fmt: skip
        found, wanted = without_prices(found), without_prices(wanted)
    return differing(found, wanted)


def _changed(start: Json, state: Json) -> set[str]:
    """The users of whom something is otherwise than at the start."""
    records = (r for name in ("users", "orders") for id_, r in state[name].items()
               if r is not start[name].get(id_))  # fmt: skip
    return {str(record["user_id"]) for record in records}


def judge(world: World, case: RetailCase, made: Replayed) -> Verdict:
    refused = [m for m in made.mutants if m.reference]
    allowed = [m for m in made.mutants if not m.reference]
    sure = [u for u in made.unconfirmed if u.done.status in _NOT_DONE]
    wrong = [t for t in (*made.gold, *made.mutants) if not t.right]
    lists = {
        "gold": made.gold, "gold_as_reference": [g for g in made.gold if g.right],
        "mutants": made.mutants, "refused": refused,
        "refused_rightly": [m for m in refused if m.right], "allowed": allowed,
        "allowed_and_done": [m for m in allowed if m.right], "unconfirmed": made.unconfirmed,
        "unconfirmed_and_not_done": sure, "wrong": wrong,
    }  # fmt: skip
    problems = [
        *made.differs, *(f"published: {p}" for p in made.published),
        *(f"{t.what}: {t.action.name} {t.action.arguments}: {t.done.status} ({t.done.why}), "
          f"reference: {t.reference or 'allowed'}; {t.differs}" for t in wrong),
        *(["done without a yes"] * (len(made.unconfirmed) - len(sure))),
    ]  # fmt: skip
    metrics = {name: float(len(found)) for name, found in lists.items()}
    metrics |= {
        "end_state": float(not made.differs), "published_state": float(not made.published)
    }  # fmt: skip
    return Verdict(passed=not problems, metrics=metrics, problems=tuple(problems))
