"""Run a package client as a subprocess and give it up when it stays silent."""

import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from models.parts import DiskFull
from tradewind.errors import BackendError, BackendTimeout


class Watchdog:
    """Ends a process `patience` seconds after `arm`, unless `calm` comes first; None: never."""

    def __init__(self, process: subprocess.Popen[str], patience: float | None) -> None:
        self.patience = patience
        self.bit = False
        self._process = process
        self._timer: threading.Timer | None = None

    def arm(self) -> None:
        if self.patience is None or self._timer:
            return
        self._timer = threading.Timer(self.patience, self._end)
        self._timer.daemon = True
        self._timer.start()

    def calm(self) -> None:
        self.patience = None
        if self._timer:
            self._timer.cancel()

    def _end(self) -> None:
        self.bit = True
        self._process.kill()


def run_client(
    command: Sequence[str],
    folder: Path,
    patience: float | None = None,
    reached: Callable[[str], bool] | None = None,
    heard: Callable[[str], None] | None = None,
) -> None:
    """Run in `folder`, passing each line of output to `heard`.

    With `patience` the process is ended when that many seconds pass without a line for which
    `reached` holds, counted from its first line (its own start is not the source's fault);
    without `reached`, when it has not ended within that time. Raises BackendTimeout, DiskFull,
    and BackendError with the client's last words.
    """
    process = _start(command, folder)
    watchdog = Watchdog(process, patience)
    if reached is None:
        watchdog.arm()
    lines: list[str] = []
    try:
        for line in _lines_of(process):
            lines.append(line)
            watchdog.arm()
            if reached and reached(line):
                watchdog.calm()
            if heard:
                heard(line)
    finally:
        watchdog.calm()
    if process.returncode != 0:
        raise _failure(lines, watchdog.bit)


def _start(command: Sequence[str], folder: Path) -> subprocess.Popen[str]:
    try:
        return subprocess.Popen(
            command, cwd=folder, text=True, errors="replace", stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise BackendError(f"{command[0]} is not installed") from error


def _lines_of(process: subprocess.Popen[str]) -> Iterator[str]:
    """The output until the process ends; ends the process when the reader stops early."""
    with process:
        try:
            yield from process.stdout or ()
        except BaseException:
            process.kill()
            raise


def _failure(lines: list[str], silent: bool) -> BackendError:
    text = "".join(lines)
    if "No space left on device" in text or "ENOSPC" in text:
        return DiskFull("the disk is full", "Free some space and run it again.")
    if silent:
        return BackendTimeout("no answer in time")
    said = [line.strip() for line in lines if line.strip()]
    errors = [line for line in said if line.lower().startswith(("error", "npm error"))]
    words = (errors or said or ["it failed without a word"])[-1][:300]
    if "No matching distribution" in words:  # the client's words also when it found no index
        words += " (the package index lacks it or cannot be reached)"
    return BackendError(words)
