"""A worker that stands still in mid-run and wakes when another has ended it: it changes nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from wiring.bench.figure import Place
from wiring.bench.kill.pauses import run_pauses


def place(folder: Path) -> Place:
    return Place(work=folder, models=folder / "none")


def test_a_worker_that_wakes_late_changes_nothing(tmp_path: Path) -> None:
    done = run_pauses(place(tmp_path))
    assert done.breached() == []
    assert len({(one.course, one.manners) for one in done.rounds}) >= 14
    points = {one.point.partition(" ")[2] for one in done.rounds}
    assert points >= {
        "after start", "after keep", "after propose", "after decide", "after take_over",
        "after send", "before request", "after request", "after move", "after finish",
    }  # fmt: skip
    assert len(done.rounds) >= 40


# ---- planted bugs: each is found


def runs_without_a_fence() -> None:
    """Who writes a run's rows is not asked for the fence."""
    from sqlalchemy import bindparam, null, update

    import stores.leases
    import stores.runs
    from stores.tables import leases, runs

    mine = (runs.c.tenant == bindparam("of_tenant"), runs.c.id == bindparam("of_run"))
    columns = {name: bindparam(name) for name in ("status", "body", "sealed")}
    thread = (
        leases.c.tenant == bindparam("of_tenant"), leases.c.thread == bindparam("of_thread")
    )  # fmt: skip
    stores.runs._KEEP = update(runs).where(*mine).values(columns)  # pyright: ignore
    stores.runs._FINISH = update(runs).where(*mine).values(columns | {"fence": null()})  # pyright: ignore
    stores.leases._RENEW = update(leases).where(*thread).values(until=bindparam("until"))  # pyright: ignore
    stores.leases._GIVE_BACK = update(leases).where(*thread).values(run="", until=0)  # pyright: ignore


def a_ledger_without_a_fence() -> None:
    """Who proposes, drops or sends is not asked for the fence."""
    import stores.leases

    def held(*_: object) -> None:
        """Whoever it is."""

    stores.leases.check_held = held


def senders_that_never_look_at_the_clock() -> None:
    """What was to be sent an hour ago is sent now."""
    from agents.delivery import Hands
    from tradewind.effects import Effect

    hand_over = Hands._hand_over  # pyright: ignore[reportPrivateUsage]

    def at_once(self: Hands, effect: Effect) -> Effect:
        return hand_over(self, effect.model_copy(update={"lease_until": None}))

    Hands._hand_over = at_once  # pyright: ignore[reportPrivateUsage]


@pytest.mark.parametrize(
    ("plant", "course", "harm"),
    [
        (runs_without_a_fence, "refund by a rule", "not fenced: the woken worker changed runs"),
        (a_ledger_without_a_fence, "refund nobody answers",
         "not fenced: the woken worker changed approvals"),
        (senders_that_never_look_at_the_clock, "refund by a rule", "done late"),
    ],
)  # fmt: skip
def test_a_planted_bug_is_found(
    tmp_path: Path, plant: Callable[[], None], course: str, harm: str
) -> None:
    done = run_pauses(place(tmp_path), [course], plant)
    assert any(told.startswith(harm) for told in done.breached())
