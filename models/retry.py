"""When to try a remote model again, how long to wait, and when to leave it alone."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tradewind.base import Record
from tradewind.errors import BackendError, BackendTimeout, RateLimited


class RetryPolicy(Record):
    """At most `attempts` tries; waits grow from `first_s` to `longest_s`, `budget_s` in all."""

    attempts: int = 3
    first_s: float = 0.5
    longest_s: float = 8.0
    budget_s: float = 20.0


@dataclass(frozen=True)
class Fault:
    """A failed try: may it be repeated, and after how many seconds the server asked for it."""

    error: BackendError
    again: bool
    wait_s: float | None = None


class Breaker:
    """Stops calling an endpoint that keeps failing.

    After `limit` failures in a row it is open for `pause_s`; then one call may try, and its
    outcome decides. `clock` gives monotonic seconds.
    """

    def __init__(
        self, limit: int = 5, pause_s: float = 30.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit, self._pause_s, self._clock = limit, pause_s, clock
        self._failures = 0
        self._open_until = 0.0

    def check(self, name: str) -> None:
        """Raises BackendError while open."""
        left = self._open_until - self._clock()
        if self._failures < self._limit:
            return
        if left > 0:
            raise BackendError(
                f"{name} failed {self._failures} times in a row", f"It is tried in {left:.0f} s."
            )
        self._open_until = self._clock() + self._pause_s  # this call is the trial

    def good(self) -> None:
        self._failures = 0

    def bad(self) -> None:
        self._failures += 1
        self._open_until = self._clock() + self._pause_s


class Attempts:
    """The tries of one call; `failed` tells of each its error and the wait after it."""

    def __init__(
        self,
        name: str,
        policy: RetryPolicy,
        breaker: Breaker,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._name, self._policy, self._breaker, self._jitter = name, policy, breaker, jitter
        self.failed: list[str] = []
        self._waited = 0.0
        breaker.check(name)

    def succeeded(self) -> None:
        self._breaker.good()

    def after(self, fault: Fault) -> float:
        """Seconds to wait before the next try. Raises the fault's error when there is none, with
        the tries before it as its notes."""
        if fault.again:
            self._breaker.bad()
        else:
            self._breaker.good()
        wait = self._wait(fault)
        last = len(self.failed) + 1 >= self._policy.attempts
        if not fault.again or last or self._waited + wait > self._policy.budget_s:
            for told in self.failed:
                fault.error.add_note(told)
            raise fault.error
        self._breaker.check(self._name)
        self._waited += wait
        self.failed.append(f"{type(fault.error).__name__}: {fault.error.message}; {wait:.3g} s")
        return wait

    def _wait(self, fault: Fault) -> float:
        if fault.wait_s is not None:
            return fault.wait_s
        grown = min(self._policy.first_s * 2 ** len(self.failed), self._policy.longest_s)
        return grown * (0.5 + 0.5 * self._jitter())


def fault_of_status(name: str, status: int, body: str, retry_after: str | None) -> Fault:
    """An HTTP error answer as a Fault: 429 and 5xx may be repeated, other 4xx not."""
    wait = _seconds(retry_after)
    said = f"{name} answered HTTP {status}: {body[:200]}"
    if status == 429:
        hint = f"Come back in {wait:.0f} s." if wait is not None else "Come back later."
        return Fault(error=RateLimited(said, hint), again=True, wait_s=wait)
    if status in (408, 504):
        return Fault(error=BackendTimeout(said), again=True, wait_s=wait)
    if status >= 500:
        return Fault(error=BackendError(said), again=True, wait_s=wait)
    hint = "Check the address, the model's name and the key."
    return Fault(error=BackendError(said, hint), again=False)


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After (RFC 9110, 10.2.3): seconds, or a date."""
    if not retry_after:
        return None
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        pass
    try:
        at = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)  # "-0000" says no zone, and means UTC
    return max(0.0, (at - datetime.now(UTC)).total_seconds())
