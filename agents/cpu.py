"""This process's CPU time, told to the runs that it is spent on."""

import threading
import time
from collections.abc import Callable


class CpuShare:
    """Shares the process's CPU time evenly among the runs under way at each moment, so that all
    runs together get what was spent while any was; threads of models are in it."""

    def __init__(self, clock: Callable[[], float] = time.process_time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._running = 0
        self._last = self._each = 0.0

    def begin(self) -> float:
        """A run begins; to be given back at its end."""
        with self._lock:
            self._share()
            self._running += 1
            return self._each

    def end(self, began: float) -> float:
        """Seconds that fell to the run."""
        with self._lock:
            self._share()
            self._running -= 1
            return self._each - began

    def _share(self) -> None:
        now = self._clock()
        if self._running:
            self._each += (now - self._last) / self._running
        self._last = now


PROCESS = CpuShare()
"""The one of this process: its CPU time is one, whoever asks."""
