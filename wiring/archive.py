"""A tenant's data as one file: a zip of JSON Lines, a member for each kind, and a manifest."""

import hashlib
import json
import os
import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from tradewind.base import Record, Time
from tradewind.errors import BackendError
from tradewind.ports.privacy import ArchiveStore

FORMAT = 1
_EPOCH = (1980, 1, 1, 0, 0, 0)


class Member(Record):
    """One file of the archive: `lines` records, `sha256` of its bytes."""

    file: str
    lines: int
    sha256: str


class Manifest(Record):
    """The archive's last member, `manifest.json`."""

    format: int = FORMAT
    tenant: str
    at: Time
    members: dict[str, Member]


def write_archive(archive: ArchiveStore, tenant: str, out: Path) -> Manifest:
    """Write all kinds, streamed; the file is there whole or not at all, for its owner alone.

    Raises BackendError when it cannot be written.
    """
    with _replaced(out) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as into:
        members = {kind: _put(into, archive, kind) for kind in archive.kinds()}
        manifest = Manifest(tenant=tenant, at=datetime.now(UTC), members=members)
        into.writestr(_info("manifest.json"), manifest.model_dump_json(indent=1))
    return manifest


def _put(into: zipfile.ZipFile, archive: ArchiveStore, kind: str) -> Member:
    name, mark, lines = f"{kind}.jsonl", hashlib.sha256(), 0
    with into.open(_info(name), "w", force_zip64=True) as member:
        for row in archive.rows(kind):
            line = (json.dumps(row, ensure_ascii=False) + "\n").encode(errors="surrogatepass")
            member.write(line)
            mark.update(line)
            lines += 1
    return Member(file=name, lines=lines, sha256=mark.hexdigest())


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


@contextmanager
def _replaced(out: Path) -> Generator[IO[bytes]]:
    """A file that takes its name when all is written."""
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            yield file
        part.replace(out)
    except OSError as error:
        raise BackendError(
            f"{out} cannot be written: {error.strerror}.", "Name another file."
        ) from error
    finally:
        part.unlink(missing_ok=True)
