"""Kill -9 at every journal point: nothing is done twice, no accepted run is lost."""

import uuid
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from pydantic import JsonValue

from wiring.bench.figure import Place
from wiring.bench.kill.campaign import Tally, run_campaign

KILLS = 200
FEW = 150
"""Kills within which a planted bug is found."""


def campaign(folder: Path, kills: int, plant: Callable[[], None] | None = None) -> Tally:
    place = Place(work=folder, models=folder / "none")
    return run_campaign(place, kills, plant, stop_at_first=plant is not None)


def test_two_hundred_kills_double_nothing_and_lose_nothing(tmp_path: Path) -> None:
    tally = campaign(tmp_path, KILLS)
    assert tally.kills >= KILLS
    assert tally.breached() == []
    assert tally.parked > 0
    courses = {(one.course, one.manners) for one in tally.rounds}
    assert len({course for course, _ in courses}) >= 10
    assert len({manners for _, manners in courses}) >= 5


# ---- planted bugs: each is found


def key_of_the_moment() -> None:
    """The outside is given a new key at each try."""
    from connectors.sandbox_server import RemoteSandbox
    from tradewind.ports.outside import Receipt

    send = RemoteSandbox.send

    def sent(
        self: RemoteSandbox, key: str, tool: str, arguments: Mapping[str, JsonValue]
    ) -> Receipt:
        return send(self, f"{key}_{uuid.uuid4().hex}", tool, arguments)

    RemoteSandbox.send = sent


def ids_of_the_moment() -> None:
    """An effect's id is chance, and not its place in the run."""
    import agents.effect

    def by_chance(*_: object) -> str:
        return f"ef_{uuid.uuid4().hex[:24]}"

    agents.effect.effect_id = by_chance


def blind_resending() -> None:
    """What was not answered is sent again, also where a key means nothing."""
    from agents.delivery import Hands

    Hands._look_up = Hands._send_again  # pyright: ignore[reportPrivateUsage]


def no_recovery() -> None:
    """Runs whose worker died are left alone."""
    import agents.resuming

    async def left(*_: object) -> str:
        return "left"

    agents.resuming._try = left  # pyright: ignore[reportPrivateUsage]


@pytest.mark.parametrize(
    "plant", [key_of_the_moment, ids_of_the_moment, blind_resending, no_recovery]
)
def test_a_planted_bug_is_found(tmp_path: Path, plant: Callable[[], None]) -> None:
    assert campaign(tmp_path, FEW, plant).breached() != []
