"""Uploaded files, read in a process of its own with bounded time and memory.

What comes out is made anew: pages of a PDF with nothing that acts, JPEG without metadata. The
original is never changed; its SHA-256 stands in the packet.
"""

import hashlib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate
from pathlib import Path
from typing import Any

from packets.limits import PackingTable
from packets.records import Picture, Upload
from tradewind.base import Record
from tradewind.errors import InvalidInput

_READER = Path(__file__).with_name("reading")
_RANGE = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")
_AGAIN = "Ask for the file again, or print it to a new PDF."
_WORTH_TWO = 2_000_000
"""Bytes from which a second process takes less time than it costs to begin."""


class UploadFile(Record):
    """A file as given. `pages` chooses some of its pages, as in `1-3,7`; empty: all. `words` is how
    many characters of its text are wanted."""

    name: str
    data: bytes
    pages: str = ""
    words: int = 0


class Unread(Record):
    """A file that is not shown, why, and what to do."""

    name: str
    sha256: str
    size: int
    reason: str
    remedy: str


class Wanted(Record):
    """One part to be made smaller: the pages of an upload in at most `budget` bytes."""

    upload: Upload
    budget: int
    grey: bool = False


class Uploads:
    """The reader of uploaded files."""

    def __init__(self, table: PackingTable) -> None:
        self._limits = table.uploads
        self._steps = table.reduction.steps

    @property
    def largest(self) -> int:
        """Bytes of the largest file that is read."""
        return self._limits.bytes

    def read(self, file: UploadFile) -> Upload:
        """One file. Raises InvalidInput with the reason and the remedy."""
        read = self.read_all([file])[0]
        if isinstance(read, Unread):
            raise InvalidInput(f"{read.name} {read.reason}", read.remedy)
        return read

    def read_all(self, files: Sequence[UploadFile]) -> list[Upload | Unread]:
        """All files, in order; one that may not be shown stops no other."""
        small = [file for file in files if len(file.data) <= self._limits.bytes]
        jobs = [
            self._job(file.data, self._steps[:1], pages=chosen(file.pages), words=file.words)
            for file in small
        ]
        answers = iter(self._asked(jobs, [file.data for file in small]))
        return [
            _told(file, *next(answers)) if file in small else self._too_large(file)
            for file in files
        ]

    def shrink(self, wanted: Sequence[Wanted]) -> list[Upload]:
        """The uploads with their pictures in fewer bytes, as near to the budget as the steps
        allow."""
        parts = [part for one in wanted for part in _parts(one.upload)]
        jobs = [
            self._job(
                part, self._steps, budget=one.budget // len(_parts(one.upload)), grey=one.grey
            )
            for one in wanted
            for part in _parts(one.upload)
        ]
        answers = iter(self._asked(jobs, parts))
        return [_shrunk(one.upload, [next(answers) for _ in _parts(one.upload)]) for one in wanted]

    def _job(
        self, data: bytes, steps: Sequence[tuple[int, int]], *,
        pages: Sequence[int] = (), budget: int = 0, grey: bool = False, words: int = 0,
    ) -> dict[str, Any]:  # fmt: skip
        return {"size": len(data), "pages": list(pages), "steps": list(steps), "budget": budget,
                "grey": grey, "words": words}  # fmt: skip

    def _asked(
        self, jobs: Sequence[Mapping[str, Any]], parts: Sequence[bytes]
    ) -> list[tuple[dict[str, Any], list[bytes]]]:
        """Each job's answer. Much to read is read by two processes at once."""
        cut = _half(parts)
        if not cut:
            return self._read(jobs, parts) if jobs else []
        with ThreadPoolExecutor(1) as beside:
            rest = beside.submit(self._read, jobs[cut:], parts[cut:])
            return [*self._read(jobs[:cut], parts[:cut]), *rest.result()]

    def _read(
        self, jobs: Sequence[Mapping[str, Any]], parts: Sequence[bytes]
    ) -> list[tuple[dict[str, Any], list[bytes]]]:
        """The answers of one process. Where it dies over many jobs, each is asked alone."""
        order = json.dumps({"limits": self._limits.model_dump(exclude={"source", "bytes"}),
                            "jobs": jobs})  # fmt: skip
        try:
            with tempfile.TemporaryFile() as given:  # a pipe takes 4 kB at a time
                given.writelines(parts)
                given.seek(0)
                done = subprocess.run(
                    [sys.executable, "-I", str(_READER), order], stdin=given,
                    capture_output=True, timeout=self._limits.seconds * 2 * len(jobs), check=False,
                )  # fmt: skip
        except subprocess.TimeoutExpired:
            return self._one_by_one(jobs, parts, "takes too long to read")
        if done.returncode != 0:
            return self._one_by_one(jobs, parts, "cannot be read within the limits")
        return _answers(done.stdout, len(jobs))

    def _one_by_one(
        self, jobs: Sequence[Mapping[str, Any]], parts: Sequence[bytes], reason: str
    ) -> list[tuple[dict[str, Any], list[bytes]]]:
        if len(jobs) == 1:
            return [({"refused": reason, "remedy": _AGAIN}, [])]
        return [self._read([job], [part])[0] for job, part in zip(jobs, parts, strict=True)]

    def _too_large(self, file: UploadFile) -> Unread:
        reason = f"has {len(file.data)} bytes, more than {self._limits.bytes}"
        return _unread(file, reason, "Save it smaller, or only the pages that matter.")


def _half(parts: Sequence[bytes]) -> int:
    """Before which part to cut so that both sides have about as many bytes; 0: not worth it."""
    whole = sum(map(len, parts))
    if len(parts) < 2 or whole < _WORTH_TWO:
        return 0
    before = accumulate(map(len, parts[:-1]))
    return min(enumerate(before, start=1), key=lambda cut: abs(2 * cut[1] - whole))[0]


def chosen(pages: str) -> list[int]:
    """Page numbers of a choice such as `1-3,7`, in order, each once.

    Raises InvalidInput for what is none.
    """
    found: set[int] = set()
    for part in pages.replace(" ", "").split(",") if pages.strip() else ():
        match = _RANGE.fullmatch(part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last:
            raise InvalidInput(f"pages {pages!r} are no choice of pages", "Write 1-3,7.")
        found |= set(range(first, last + 1))
    return sorted(found)


def _answers(data: bytes, count: int) -> list[tuple[dict[str, Any], list[bytes]]]:
    found: list[tuple[dict[str, Any], list[bytes]]] = []
    for _ in range(count):
        line, _, data = data.partition(b"\n")
        head, parts = json.loads(line), []
        for size in head["parts"]:
            parts.append(data[:size])
            data = data[size:]
        found.append((head, parts))
    return found


def _told(file: UploadFile, head: Mapping[str, Any], parts: Sequence[bytes]) -> Upload | Unread:
    if "refused" in head:
        return _unread(file, head["refused"], head["remedy"])
    notes = list(head["notes"])
    if file.pages and head["pages"] < head["of"]:
        notes.append(f"pages {file.pages} of {head['of']} are shown")
    return Upload(
        name=file.name, media=head["media"], kind=head["kind"], size=len(file.data),
        sha256=hashlib.sha256(file.data).hexdigest(), pages=head["pages"],
        pdf=parts[0] if head["kind"] == "pdf" else b"",
        pictures=_pictures(head, parts), notes=tuple(notes), text=head.get("text", ""),
        hidden=head.get("hidden", False),
        warnings=tuple(head.get("warnings", ())),
    )  # fmt: skip


def _pictures(head: Mapping[str, Any], parts: Sequence[bytes]) -> tuple[Picture, ...]:
    shapes = zip(head["shapes"], parts, strict=False)
    return tuple(Picture(jpeg=jpeg, width=shape[0], height=shape[1]) for shape, jpeg in shapes)


def _unread(file: UploadFile, reason: str, remedy: str) -> Unread:
    return Unread(
        name=file.name, sha256=hashlib.sha256(file.data).hexdigest(), size=len(file.data),
        reason=reason, remedy=remedy,
    )  # fmt: skip


def _parts(upload: Upload) -> list[bytes]:
    return [upload.pdf] if upload.pdf else [picture.jpeg for picture in upload.pictures]


def _shrunk(upload: Upload, answers: Sequence[tuple[Mapping[str, Any], list[bytes]]]) -> Upload:
    """The upload with its parts replaced. A part that could not be read again stays."""
    if upload.pdf:
        parts = answers[0][1]
        lighter = parts[0] if parts and len(parts[0]) < len(upload.pdf) else upload.pdf
        return upload.model_copy(update={"pdf": lighter})
    new = [_pictures(head, parts) for head, parts in answers]
    kept = zip(upload.pictures, new, strict=True)
    return upload.model_copy(update={"pictures": tuple(n[0] if n else old for old, n in kept)})
