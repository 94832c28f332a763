"""The store of what is measured, opened for one tenant; long lists are read in pages, by thread."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from tradewind.base import Time
from tradewind.handover import StepKind
from tradewind.measures import Arm, Mark, Visit, Vote


class Spoken(NamedTuple):
    """One buyer's run. `at` is in microseconds since 1970 UTC; `mark` is None in a run that failed,
    was cut, or was kept by an older version."""

    thread: str
    at: int
    run: str
    actor: str
    status: str
    mark: Mark | None
    cost_micros: int | None
    unpriced: tuple[str, ...]
    tokens: int
    cpu_seconds: float | None


class Said(NamedTuple):
    """A vote, as it is streamed."""

    thread: str
    at: int
    run: str
    helped: bool


class Passed(NamedTuple):
    """A handover's opening, as it is streamed; `run` is empty for a contact form."""

    thread: str
    at: int
    run: str


class Held(NamedTuple):
    """A step of a handover, in its order."""

    handover: str
    kind: StepKind
    at: int


class MeasureStore(Protocol):
    """Raises BackendError when the store cannot be reached."""

    def vote(self, vote: Vote) -> bool:
        """Keep what the buyer says of an answer: the same again changes nothing, another word
        replaces it. False where no run of that thread is of that id."""
        ...

    def visit(self, visit: Visit) -> Visit:
        """Keep a visitor's first page view; gives what stands."""
        ...

    def forget_visit(self, mark: str) -> bool:
        """Whether there was one."""
        ...

    def forget_visits(self, before: Time) -> int:
        """Drop those that are older; how many there were."""
        ...

    def spoken(self, since: Time) -> Iterator[Spoken]:
        """Buyers' runs that began since, by thread and time; forks are none."""
        ...

    def votes(self) -> Iterator[Said]:
        """By thread."""
        ...

    def passed(self, since: Time) -> Iterator[Passed]:
        """Handovers opened since, by thread and time."""
        ...

    def held(self, since: Time) -> Iterator[Held]:
        """Steps of handovers since, by handover, in their order."""
        ...

    def visits(self, since: Time) -> Iterator[Visit]:
        """Visitors who first came since, oldest first."""
        ...

    def arm(self, mark: str) -> Arm | None: ...
    def bought(self, word: str) -> Iterator[tuple[str, str, str]]:
        """Orders whose imported row holds this word: id, record and row as JSON."""
        ...
