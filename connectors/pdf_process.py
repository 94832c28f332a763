"""Reads a PDF from standard input within limits; run by `pdf.py`, never imported.

Arguments: pages, CPU seconds, bytes of memory. Writes {"text": ...} or {"refused": ...}; any
other end (a fault of the library, a limit of the system) is a non-zero exit.
"""

import io
import json
import logging
import resource
import sys

_CHARACTERS = 2_000_000


def main(pages: int, seconds: int, memory: int) -> None:
    """Read standard input, write the answer to standard output."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    logging.disable(logging.CRITICAL)
    sys.stdout.write(json.dumps(read(sys.stdin.buffer.read(), pages)))


def read(data: bytes, pages: int) -> dict[str, str]:
    """The text, or why there is none."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted:
        return {"refused": "is encrypted"}
    if len(reader.pages) > pages:
        return {"refused": f"has {len(reader.pages)} pages, more than {pages}"}
    texts: list[str] = []
    for page in reader.pages:
        texts.append(page.extract_text().replace("\0", ""))
        if sum(map(len, texts)) > _CHARACTERS:
            return {"refused": f"holds more than {_CHARACTERS} characters of text"}
    text = "\n\n".join(texts).encode("utf-8", "replace").decode("utf-8").strip()
    return {"text": text} if text else {"refused": "has no text, only pictures"}


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
