"""File names as they were given, made safe to show, to print and to write to a disk."""

import re
import unicodedata

LONGEST = 80
"""Characters of a name, its ending included."""

ENDINGS = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/png": (".png",),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/tiff": (".tif", ".tiff"),
    "image/bmp": (".bmp",),
    "image/mpo": (".jpg", ".jpeg", ".mpo"),
}
"""Endings by media type, ours first."""

_UNFIT = re.compile(r"[^\w .,()+@&'-]+")
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")


def safe_name(given: str, media: str = "") -> str:
    """The name without folders, marks that turn or hide letters, and signs that a shell or a
    system reads; with the ending of what the file is, where `media` tells.

    >>> safe_name("../../etc/pas\\u202egpj.exe", "application/pdf")
    'pasgpj.pdf'
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFKC", given))[-1]
    kept = "".join(c for c in last if unicodedata.category(c)[0] not in "CZ" or c == " ")
    name = _UNFIT.sub("_", kept).strip(" ._-")
    stem, ending = _parted(name)
    if _RESERVED.match(stem):
        stem = f"file {stem}"
    ours = ENDINGS.get(media, ())
    ending = ending if ending.casefold() in ours or not ours else ours[0]
    return ((stem or "file")[: LONGEST - len(ending)].rstrip(" .") or "file") + ending


def differs(given: str, media: str) -> str:
    """The ending of a name that says something else than the file is; "" where it does not."""
    _, ending = _parted(given.strip())
    ours = ENDINGS.get(media, ())
    return ending if ending and ours and ending.casefold() not in ours else ""


def _parted(name: str) -> tuple[str, str]:
    """The name and its ending: a dot and one to five letters or digits."""
    match = re.search(r"\.[A-Za-z0-9]{1,5}$", name)
    return (name[: match.start()], match[0]) if match and match.start() else (name, "")
