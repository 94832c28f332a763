"""Journal points: the places of a worker's course at which it may die, and dying there.

Every commit of the store and every request to the outside has a point before and one after it.
They are found by standing beside `Link.write` and `Outside`, so that a new commit brings its own.
"""

import os
import signal
import sys
import traceback
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock, get_ident

from pydantic import JsonValue

from stores.link import Link, Write
from tradewind.ports.outside import Outside, Receipt


@dataclass
class Points:
    """The points that a process has passed, by name; at the `last` one it is sent `sent`.

    `free`: only those count at which no lock of the store is held. `woken`: it was stopped at the
    last one, and goes on later.
    """

    last: int = 0
    sent: signal.Signals = signal.SIGKILL
    passed: list[str] = field(default_factory=list[str])
    free: bool = False
    woken: bool = False
    _one: Lock = field(default_factory=Lock)

    def reach(self, name: str) -> None:
        if self.free and not is_free(name):
            return
        with self._one:
            self.passed.append(name)
            if len(self.passed) == self.last:
                # To this thread: another one would take it while this one goes on for a while.
                signal.pthread_kill(get_ident(), self.sent)
                self.woken = True

    def watch_store(self) -> None:
        """Put points around every commit of this process, for good."""
        plain = Link.write

        @contextmanager
        def write(link: Link) -> Generator[Write]:
            name = sys._getframe(2).f_code.co_name  # pyright: ignore[reportPrivateUsage]
            with plain(link) as transaction:
                yield transaction
                self.reach(f"before {name}")
            self.reach(f"after {name}")

        Link.write = write  # pyright: ignore[reportAttributeAccessIssue]


def is_free(point: str) -> bool:
    """Whether no transaction is open there: who stands still in one holds all others up."""
    return point.startswith("after ") or point in ("before request", "before asking")


class Watched:
    """An outside with a point before and after each request."""

    def __init__(self, outside: Outside, points: Points) -> None:
        self._outside = outside
        self._points = points

    @property
    def keyed(self) -> bool:
        return self._outside.keyed

    @property
    def asked(self) -> bool:
        return self._outside.asked

    def send(self, key: str, tool: str, arguments: Mapping[str, JsonValue]) -> Receipt:
        self._points.reach("before request")
        receipt = self._outside.send(key, tool, arguments)
        self._points.reach("after request")
        return receipt

    def find(self, key: str, tool: str, arguments: Mapping[str, JsonValue]) -> Receipt | None:
        self._points.reach("before asking")
        seen = self._outside.find(key, tool, arguments)
        self._points.reach("after asking")
        return seen


def forked(act: Callable[[], None]) -> int:
    """Start `act` in a copy of this process; gives its process id."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        act()
        code = 0
    except BaseException:  # noqa: BLE001 a copy must never go on as its parent
        traceback.print_exc()
    finally:
        os._exit(code)


def stopped(child: int) -> bool:
    """Whether a child was stopped, and has not ended."""
    return os.WIFSTOPPED(os.waitpid(child, os.WUNTRACED)[1])


def ended(child: int) -> int:
    """How a child ended: 0, 1 for an error (told on stderr), -9 when it was killed."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
