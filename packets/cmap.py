"""Which characters a font file has: its `cmap` table, read without loading the font.

Formats 4 and 12 (OpenType 1.9, "cmap"); every font of the last twenty years has one of them.
A collection (.ttc) is read by its first font.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from tradewind.errors import SpecError

# (platform, encoding) of Unicode subtables, the fullest first.
_WANTED = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3))


def characters_of(path: Path) -> frozenset[int]:
    """The code points that the font has a glyph for. Raises SpecError for what is no font."""
    try:
        with path.open("rb") as file:
            return frozenset(_read(file))
    except (OSError, struct.error, ValueError) as error:
        raise SpecError(f"{path} is no font that can be read: {error}", "Take it away.") from error


def _read(file: BinaryIO) -> Iterator[int]:
    base = _table(file, b"cmap")
    _, count = _unpack(file, base, ">HH")
    places = {
        (platform, encoding): offset
        for platform, encoding, offset in (
            _unpack(file, base + 4 + 8 * n, ">HHI") for n in range(count)
        )
    }
    place = next((places[key] for key in _WANTED if key in places), None)
    if place is None:
        raise ValueError("it has no Unicode table")
    (kind,) = _unpack(file, base + place, ">H")
    if kind == 12:
        return _groups(file, base + place)
    if kind == 4:
        return _segments(file, base + place)
    raise ValueError(f"its table has format {kind}")


def _table(file: BinaryIO, wanted: bytes) -> int:
    start = 0
    if file.read(4) == b"ttcf":
        (start,) = _unpack(file, 12, ">I")
    (count,) = _unpack(file, start + 4, ">H")
    for n in range(count):
        tag, _, offset, _ = _unpack(file, start + 12 + 16 * n, ">4sIII")
        if tag == wanted:
            return int(offset)
    raise ValueError(f"it has no {wanted.decode()} table")


def _groups(file: BinaryIO, at: int) -> Iterator[int]:
    (count,) = _unpack(file, at + 12, ">I")
    for n in range(count):
        first, last, _ = _unpack(file, at + 16 + 12 * n, ">III")
        if last > 0x10FFFF:
            raise ValueError(f"a group ends at {last}")
        yield from range(first, last + 1)


def _segments(file: BinaryIO, at: int) -> Iterator[int]:
    """Format 4: segments with a delta, or with an array of glyph numbers."""
    length, _, doubled = _unpack(file, at + 2, ">HHH")
    file.seek(at)
    data, count = file.read(length), doubled // 2
    ends = struct.unpack_from(f">{count}H", data, 14)
    starts = struct.unpack_from(f">{count}H", data, 16 + doubled)
    deltas = struct.unpack_from(f">{count}H", data, 16 + 2 * doubled)
    ranges = 16 + 3 * doubled
    offsets = struct.unpack_from(f">{count}H", data, ranges)
    for n, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if offsets[n]:
                place = ranges + 2 * n + offsets[n] + 2 * (code - first)
                (glyph,) = struct.unpack_from(">H", data, place)
            if offsets[n] and not glyph:
                continue
            if (glyph + deltas[n]) & 0xFFFF:
                yield code


def _unpack(file: BinaryIO, at: int, form: str) -> tuple[Any, ...]:
    file.seek(at)
    return struct.unpack(form, file.read(struct.calcsize(form)))
