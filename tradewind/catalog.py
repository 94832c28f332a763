"""The scenario catalogue: every `scenarios/<agent>/<id>.toml`, read once and checked."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from tradewind.errors import NotFound, SpecError
from tradewind.plan import Agent, BuyerIntent, Scenario


class Catalog(Mapping[str, Scenario]):
    """Scenarios by id."""

    def __init__(self, scenarios: Mapping[str, Scenario]) -> None:
        self._by_id = dict(scenarios)
        asked = [s for s in self._by_id.values() if s.intent and (s.replies or not s.form)]
        self._by_intent = {s.intent: s for s in reversed(asked)}

    @classmethod
    def read(cls, folder: Path) -> "Catalog":
        """Read all files below `folder`. Raises SpecError naming the file and the field."""
        files = sorted(folder.glob("*/*.toml"))
        if not files:
            raise SpecError(f"no scenario below {folder}", "Start from the repository's root.")
        return cls({scenario.id: scenario for scenario in map(_read_one, files)})

    def __getitem__(self, key: str) -> Scenario:
        if key not in self._by_id:
            raise NotFound(f"scenario {key!r} does not exist", "See `tradewind scenarios`.")
        return self._by_id[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def of_agent(self, agent: Agent) -> tuple[Scenario, ...]:
        return tuple(s for s in self._by_id.values() if s.agent == agent)

    def for_intent(self, intent: BuyerIntent) -> Scenario | None:
        """The scenario that answers a buyer's intent, if there is one."""
        return self._by_intent.get(intent)


def _read_one(path: Path) -> Scenario:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        scenario = Scenario.model_validate(data)
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise SpecError(f"{path}: {error}", "Compare it with a neighbour.") from error
    expected = f"{path.parent.name}.{path.stem}"
    if scenario.id != expected or scenario.agent != path.parent.name:
        raise SpecError(f"{path}: id is {scenario.id!r}", f"Its place says {expected!r}.")
    return scenario
