"""The benchmarks by name."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tradewind.errors import NotFound
from wiring.bench.attacks import measure_attacks
from wiring.bench.defence import measure_defence
from wiring.bench.figure import Figure, Measure, Place
from wiring.bench.growth import measure_growth
from wiring.bench.imports import measure_import, measure_store
from wiring.bench.insights import measure_insights
from wiring.bench.kill.measure import measure_kills
from wiring.bench.limits import measure_limits
from wiring.bench.measures import measure_measures
from wiring.bench.overhead import measure_overhead
from wiring.bench.packet import measure_packet
from wiring.bench.prevention import measure_prevention
from wiring.bench.replay import measure_replay
from wiring.bench.search import measure_matching, measure_search
from wiring.bench.streams import measure_streams

BENCHES: dict[str, Measure] = {
    "overhead": measure_overhead,
    "growth": measure_growth,
    "limits": measure_limits,
    "replay": measure_replay,
    "search_50k": measure_search,
    "matching": measure_matching,
    "store": measure_store,
    "import_100k": measure_import,
    "kill": measure_kills,
    "packet": measure_packet,
    "defence": measure_defence,
    "prevention": measure_prevention,
    "measures": measure_measures,
    "streams": measure_streams,
    "insights": measure_insights,
    "attacks": measure_attacks,
}
_ALSO = {
    "buyer_overhead": "overhead", "buyer_http": "overhead", "planner_overhead": "overhead",
    "replay_speed": "replay", "limit_check": "limits", "limit_model": "limits",
    "packet_size": "packet", "defence_size": "defence", "defence_cpu": "defence",
    "defence_model": "defence",
    "defence_worded": "defence", "prevention_memory": "prevention",
    "measures_memory": "measures", "first_word": "streams", "stream_errors": "streams",
    "stream_memory": "streams",
    "insights_memory": "insights",
}  # fmt: skip


def wanted(names: Sequence[str]) -> list[str]:
    """The benchmarks that give these figures; all of them for no name. Raises NotFound."""
    unknown = [name for name in names if name not in BENCHES and name not in _ALSO]
    if unknown:
        raise NotFound(
            f"benchmark {unknown[0]!r} does not exist", f"There are {', '.join(BENCHES)}."
        )
    return list(dict.fromkeys(_ALSO.get(name, name) for name in names)) or list(BENCHES)


def run_bench(name: str, models: Path) -> Iterator[Figure]:
    """The figures of one benchmark, made in a folder that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="tradewind-bench-") as folder:
        yield from BENCHES[name](Place(work=Path(folder), models=models))
