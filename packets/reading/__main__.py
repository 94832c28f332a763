"""Reads uploaded files from standard input within limits; run by `uploads.py`, never imported.

Argument: JSON with `limits` and `jobs`. Standard input: the files, one after the other. For each a
line of JSON is written, then its parts' bytes. A file that may not be shown gives {"refused": ...};
any other end (a fault of a library, a limit of the system) is a non-zero exit.
"""

import json
import logging
import resource
import struct
import sys
import warnings
import zlib

from job import PRINT, Job, Limits, Refused, Told
from pictures import HEADS, picture
from PIL import Image

_FAULTS = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error)
"""What Pillow raises over files that are not what they say."""

_SWELLS = "Decompressed data too large"
"""How Pillow says that a text in a picture is a bomb."""

_ARCHIVE, _ARCHIVE_END = b"PK\5\6", 65_557
"""The end record of a ZIP archive, and how far from a file's end it may begin."""

_AGAIN = "Ask for the file again, or print it to a new PDF."


def main(limits: Limits, jobs: list[Job]) -> None:
    """Carry out all jobs."""
    seconds = limits["seconds"] * len(jobs)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None  # our own limit is asked before a pixel is decoded
    for job in jobs:
        head, parts = told(sys.stdin.buffer.read(job["size"]), job, limits)
        head["parts"] = [len(part) for part in parts]
        sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + b"".join(parts))


def told(data: bytes, job: Job, limits: Limits) -> Told:
    """The answer for one file."""
    try:
        head, parts = _read(data, job, limits)
        if _ARCHIVE in data[-_ARCHIVE_END:]:
            head.setdefault("warnings", []).append("an archive is hidden behind it; it is left out")
        return head, parts
    except Refused as error:
        return {"refused": error.reason, "remedy": error.remedy}, []
    except _FAULTS as error:
        swells = _SWELLS in str(error)
        reason = "unpacks to more than may be" if swells else "is broken or cut off"
        return {"refused": reason, "remedy": _AGAIN}, []


def _read(data: bytes, job: Job, limits: Limits) -> Told:
    if b"%PDF-" in data[:1024] and data.startswith(HEADS):
        raise Refused("is a picture and a PDF at once", PRINT)
    if b"%PDF-" not in data[:1024]:
        return picture(data, job, limits)
    from documents import FAULTS, document  # late: pictures need no pikepdf

    try:
        return document(data, job, limits)
    except FAULTS as error:
        raise Refused("is broken or cut off", _AGAIN) from error


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
