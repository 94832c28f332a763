"""The `.part` area of a model folder: what has arrived of a file, kept until it is whole."""

import errno
import fcntl
import hashlib
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tradewind.base import Record, digest
from tradewind.errors import BackendError, SpecError

CHUNK = 1 << 20
_FULL = {errno.ENOSPC, errno.EDQUOT}


class Progress(Record):
    """How far one file has come; `source` is where the bytes come from now."""

    name: str
    source: str
    done: int
    total: int


Report = Callable[[Progress], None]


class DiskFull(BackendError):
    """The model folder cannot hold the file: no other source will help."""


class PartFile:
    """The growing file of one source, with a note of how many whole pieces are in it."""

    def __init__(self, folder: Path, sha256: str, source: Record) -> None:
        stem = f"{sha256[:12]}-{digest(source)[:12]}"
        self.path = folder / f"{stem}.part"
        self.scratch = folder / f"{stem}.d"
        self._note = folder / f"{stem}.pieces"

    @property
    def size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    def pieces(self) -> int:
        """How many pieces are whole; what came after the last whole one is cut off."""
        count, size = self._read_note()
        if self.size < size:
            count, size = 0, 0
        if self.path.exists():
            with self.path.open("r+b") as file:
                file.truncate(size)
        return count

    def _read_note(self) -> tuple[int, int]:
        if not self._note.exists():
            return 0, 0
        count, _, size = self._note.read_text().partition(" ")
        return (int(count), int(size)) if count.isdigit() and size.isdigit() else (0, 0)

    def append(self, chunks: Iterator[bytes], limit: int, arrived: Callable[[int], None]) -> None:
        """Write chunks at the end. Raises BackendError past `limit` bytes, DiskFull."""
        with full_disk_named(self.path.parent), self.path.open("ab") as file:
            for chunk in chunks:
                if file.tell() + len(chunk) > limit:
                    self.discard()
                    raise BackendError(f"more than the expected {limit} bytes arrived")
                file.write(chunk)
                arrived(file.tell())

    def piece_done(self, count: int) -> None:
        with full_disk_named(self.path.parent):
            self._note.write_text(f"{count} {self.size}")

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        self._note.unlink(missing_ok=True)
        shutil.rmtree(self.scratch, ignore_errors=True)


@contextmanager
def full_disk_named(folder: Path) -> Generator[None]:
    """Turn the system's "no space left" into one clear line."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise DiskFull(
            f"the disk below {folder} is full", "Free some space and run it again."
        ) from error


def check_space(folder: Path, needed: int) -> None:
    """Raises DiskFull when fewer than `needed` bytes are free below `folder`."""
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise DiskFull(
            f"{folder} has {free / 1e6:.0f} MB free, {needed / 1e6:.0f} MB are needed",
            "Free some space or choose another model folder.",
        )


@contextmanager
def one_at_a_time(folder: Path, name: str) -> Generator[None]:
    """Let one process fetch a file while others wait.

    Raises SpecError for a folder that cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / f"{name}.lock").open("w")
    except OSError as error:
        raise SpecError(
            f"cannot write to {folder}: {error}", "Choose another model folder."
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def chunks_of(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
