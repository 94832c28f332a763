"""Forms with files (RFC 7578), read as a stream with a limit and held in memory only.

Nothing of a file touches a disk before it is sealed. What is larger than the limit is read to its
end and thrown away, so that the answer is heard; beyond `DRAINED` the connection is left.
"""

import re
from collections.abc import Iterator
from email.message import Message

from fastapi import Request

from tradewind.base import Record
from tradewind.errors import InvalidInput

DRAINED = 256_000_000
"""Bytes of a body that is too large which are still read."""
MOST_PARTS = 20
_HEAD = 8_000
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{1,70}")
_FORM = "Send a form with multipart/form-data, as a browser does."


class Part(Record):
    """One field of a form; `file` is the name of a file, None where it is none."""

    name: str
    file: str | None
    data: bytes


async def read_form(request: Request, largest: int) -> list[Part]:
    """The parts of the request's form, whose files may have so many bytes together.

    Raises InvalidInput for what is no form and for a body that is too large.
    """
    boundary = _boundary(request)
    body, seen, room = bytearray(), 0, largest + MOST_PARTS * _HEAD
    async for piece in request.stream():
        seen += len(piece)
        if seen <= room:
            body += piece
        else:
            body.clear()
        if seen > room + DRAINED:
            break
    if seen > room:
        raise InvalidInput(
            f"the form has over {largest} bytes; nothing of it was kept.",
            "Send one file at a time; save it smaller, or only the pages that matter.",
        )
    return list(_parts(body, boundary))


def _boundary(request: Request) -> bytes:
    """What stands between the parts. Raises InvalidInput for what is no form."""
    message = Message()
    message["content-type"] = request.headers.get("content-type", "")
    boundary = message.get_param("boundary", "")
    fits = isinstance(boundary, str) and _BOUNDARY.fullmatch(boundary)
    if message.get_content_type() != "multipart/form-data" or not fits:
        raise InvalidInput("the request is no form with files.", _FORM)
    return b"--" + str(boundary).encode()


def _parts(body: bytearray, boundary: bytes) -> Iterator[Part]:
    """Each part, its bytes copied once. Raises InvalidInput for a form that is cut off."""
    view, between = memoryview(body), b"\r\n" + boundary
    at = _after_first(body, boundary)
    for _ in range(MOST_PARTS + 1):
        if body.startswith(b"--", at):
            return
        head_end = body.find(b"\r\n\r\n", at, at + _HEAD)
        end = body.find(between, head_end + 2) if head_end >= 0 else -1
        if end < 0:
            raise InvalidInput("the form is cut off.", "Send it again.")
        name, file = _named(bytes(view[at + 2 : head_end]))
        yield Part(name=name, file=file, data=bytes(view[head_end + 4 : end]))
        at = end + len(between)
    raise InvalidInput(f"the form has over {MOST_PARTS} parts.", "Send one file at a time.")


def _after_first(body: bytearray, boundary: bytes) -> int:
    if body.startswith(boundary):
        return len(boundary)
    first = body.find(b"\r\n" + boundary)
    if first < 0:
        raise InvalidInput("the form is cut off.", "Send it again.")
    return first + 2 + len(boundary)


def _named(head: bytes) -> tuple[str, str | None]:
    """The field's name, and the file's. Names are UTF-8 as browsers send them."""
    message = Message()
    for line in head.decode("utf-8", "replace").split("\r\n"):
        key, _, value = line.partition(":")
        if key.strip().casefold() == "content-disposition":
            message["content-disposition"] = value.strip()
    name = message.get_param("name", "", "content-disposition")
    file = message.get_param("filename", None, "content-disposition")
    if not isinstance(name, str) or not name:
        raise InvalidInput("a part of the form has no name.", _FORM)
    if isinstance(file, tuple):  # filename*=UTF-8''...
        file = file[2]
    return name, file
