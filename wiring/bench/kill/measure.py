"""What becomes of effects when workers are killed: the figures of a campaign."""

from collections.abc import Iterator

from wiring.bench.figure import Figure, Place
from wiring.bench.kill.campaign import run_campaign

KILLS = 1000


def measure_kills(place: Place) -> Iterator[Figure]:
    """A thousand kills, counted. There is no baseline: it kills real processes."""
    tally = run_campaign(place, KILLS)
    yield Figure.of("kill_doubled", len(tally.breached("doubled")), "effects", aim=0,
                    note=f"{tally.kills} kills over {len(tally.rounds)} rounds")  # fmt: skip
    yield Figure.of("kill_lost", len(tally.breached("lost")), "runs", aim=0)
    yield Figure.of("kill_breaches", len(tally.breached()), "breaches", aim=0,
                    note="; ".join(tally.breached()[:3]))  # fmt: skip
    yield Figure.of("kill_parked", tally.parked, "unknown effects left to a person")
    yield Figure.of("kill_rate", tally.kills / tally.seconds, "kills a second")
