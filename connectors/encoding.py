"""Which encoding a file's bytes are in; right on a single foreign word too.

UTF-8 and marked UTF-16 prove themselves. For the rest each candidate's reading is judged by
how usual its characters are: GB 2312 puts the 3,755 common characters into level 1, JIS
X 0208 the 2,965 common ones, and Western text has its high bytes alone between letters.
"""

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

from tradewind.errors import InvalidInput

_SAMPLE = 65_536
_AROUND = 1024
_HIGH = re.compile(rb"[\x80-\xff]+")
_CONTROL = re.compile(rb"[\x01-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_REMEDY = "Save the file as UTF-8 text and try again."

# Western: small letters, and signs that stand anywhere (nbsp, quotes, dashes, EUR, degree ...).
_SMALL = frozenset(range(0xDF, 0x100)) - {0xF0, 0xF7, 0xFE} | {0x9A, 0x9C, 0x9E}
_CAPITAL = frozenset(range(0xC0, 0xDF)) - {0xD0, 0xD7, 0xDE} | {0x8A, 0x8C, 0x8E, 0x9F}
_SIGN = frozenset(
    b"\x80\x82\x84\x85\x8b\x91\x92\x93\x94\x95\x96\x97\x99\x9b"
    b"\xa0\xa1\xa2\xa3\xa7\xa9\xaa\xab\xae\xb0\xb1\xb2\xb3\xb4\xb5\xb7\xba\xbb\xbc\xbd\xbe\xbf\xd7"
)


@dataclass(frozen=True)
class Encoding:
    """A codec's name; `lossy`: a few bytes do not fit and are read as U+FFFD."""

    codec: str
    lossy: bool = False


def detect_encoding(data: bytes) -> Encoding:
    """Name the encoding of a text. Raises InvalidInput for binary data and unknown encodings."""
    marked = _marked(data)
    if marked:
        return _checked(data, marked)
    if b"\0" in data:
        wide = _wide(data)
        if wide:
            return _checked(data, wide)
    _refuse_binary(data)
    if _fits(data, "utf-8"):
        return Encoding("gb18030" if _chinese_by_chance_utf8(data) else "utf-8")
    return Encoding("utf-8", lossy=True) if _mostly_utf8(data) else _legacy(data)


def _marked(data: bytes) -> str:
    marks = (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    )
    return next((codec for mark, codec in marks if data.startswith(mark)), "")


def _wide(data: bytes) -> str:
    """UTF-16 without a mark: every second byte of Latin text is zero."""
    sample = data[:_SAMPLE]
    half = max(len(sample) // 2, 1)
    low, high = sample[0::2].count(0) / half, sample[1::2].count(0) / half
    if max(low, high) < 0.4 or min(low, high) > 0.05:
        return ""
    return "utf-16-le" if high > low else "utf-16-be"


def _refuse_binary(data: bytes) -> None:
    sample = data[:_SAMPLE]
    odd = len(_CONTROL.findall(sample)) + sample.count(0)
    if odd > max(len(sample) * 0.02, 2):
        raise InvalidInput(f"{odd} control bytes in the first {len(sample)}: not a text", _REMEDY)


def _checked(data: bytes, codec: str) -> Encoding:
    if not _fits(data, codec):
        raise InvalidInput(f"the file starts as {codec} but is not valid {codec}", _REMEDY)
    return Encoding(codec)


def _fits(data: bytes, codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        for start in range(0, len(data), 1 << 20):
            decoder.decode(data[start : start + (1 << 20)])
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _mostly_utf8(data: bytes) -> bool:
    """UTF-8 with a few broken bytes (a cut file, a pasted cell), not another encoding."""
    text = _sample(data).decode("utf-8", "surrogateescape")
    broken = sum("\udc80" <= char <= "\udcff" for char in text)
    sound = sum(char > "\x7f" for char in text) - broken
    return sound >= 10 * max(broken, 1)


def _chinese_by_chance_utf8(data: bytes) -> bool:
    """One or two Chinese characters whose GB bytes happen to be UTF-8 of lone odd letters."""
    text = _sample(data).decode("utf-8", "ignore")
    foreign = re.findall(r"[^\x00-\x7f]+", text)
    if not foreign or len(foreign) > 4 or any(len(run) > 1 for run in foreign):
        return False
    odd = all("\u0180" <= c <= "\u07ff" and not "\u0391" <= c <= "\u03c9" for c in foreign)
    return odd and _fits(data, "gb18030") and chinese_score(_sample(data)) >= 0.9


def _sample(data: bytes) -> bytes:
    """Stretches that have high bytes, up to 64 kB: the rest of a file says nothing."""
    stretches: list[bytes] = []
    size = place = 0
    while size < _SAMPLE and (found := _HIGH.search(data, place)):
        start = data.rfind(b"\n", max(found.start() - _AROUND, place), found.start()) + 1
        end = data.find(b"\n", found.end(), found.end() + _AROUND)
        place = end if end >= 0 else found.end() + _AROUND
        stretches.append(data[start or max(found.start() - 1, 0) : place])
        size += len(stretches[-1])
    return b"\n".join(stretches)


def _legacy(data: bytes) -> Encoding:
    sample = _sample(data)
    scores = {
        "gb18030": chinese_score(sample),
        "cp932": japanese_score(sample),
        "cp949": korean_score(sample),
        "cp1252": western_score(sample),
    }
    for codec in sorted(scores, key=lambda name: -scores[name]):
        if scores[codec] >= 0.6 and _fits(data, codec):
            return Encoding(codec)
    if scores["cp1252"] >= 0.6:
        return Encoding("latin-1")
    if scores["cp1252"] >= 0.4 > max(scores["gb18030"], scores["cp932"]) and _fits(data, "cp1252"):
        return Encoding("cp1252")
    return _guessed(data, sample)


def _guessed(data: bytes, sample: bytes) -> Encoding:
    """Encodings that only longer texts give away (Cyrillic, Big5 and others)."""
    if len(b"".join(_HIGH.findall(sample))) >= 24:
        best = from_bytes(sample[:16_384], cp_exclusion=["utf_16", "utf_32", "utf_7"]).best()
        if best is not None and _fits(data, best.encoding):
            return Encoding(best.encoding)
    raise InvalidInput("the file's encoding is not recognised", _REMEDY)


def western_score(sample: bytes) -> float:
    """Share of high bytes that stand as Western European letters and signs do."""
    good = total = 0.0
    for run in _HIGH.finditer(sample):
        total += len(run.group())
        good += len(run.group()) * _western_mark(run, sample)
    return good / max(total, 1)


def _western_mark(run: re.Match[bytes], sample: bytes) -> float:
    """How well a run of high bytes reads as letters inside a word, or as a sign or two."""
    held = run.group()
    if all(byte in _SIGN for byte in held):
        return 0.75 if len(held) <= 2 else 0.0
    if len(held) == 1:
        return 1.0 if held[0] in _SMALL | _CAPITAL else 0.0
    before, after = sample[run.start() - 1 : run.start()], sample[run.end() : run.end() + 1]
    if all(byte in _SMALL | _SIGN for byte in held):
        return 1.0 if len(held) <= 3 and (before.isalpha() or after.isalpha()) else 0.0
    capitals = all(byte in _CAPITAL for byte in held)
    return 1.0 if capitals and before.isupper() and after.isupper() else 0.0


def chinese_score(sample: bytes) -> float:
    """Mean commonness of the characters read as GB 18030."""
    text = sample.decode("gb18030", "replace")
    marks = [_chinese_mark(char) for char in text if char > "\x7f"]
    wedged = re.findall(r"(?<=[A-Za-z])[^\x00-\x7f](?=[A-Za-z])", text)
    if not marks or korean_score(sample) == 1.0:
        return 0.0
    return max(sum(marks) - len(wedged), 0) / len(marks)


def _chinese_mark(char: str) -> float:
    code = char.encode("gb2312", "ignore")
    if len(code) != 2:
        return 0.8 if char in "€￥—…·" else 0.0
    if 0xB0 <= code[0] <= 0xD7 or code[0] in (0xA1, 0xA3):
        return 1.0
    return 0.4 if code[0] >= 0xD8 else 0.3


def japanese_score(sample: bytes) -> float:
    """Mean commonness of the characters read as Windows Shift-JIS."""
    marks = [_japanese_mark(c) for c in sample.decode("cp932", "replace") if c > "\x7f"]
    return sum(marks) / len(marks) if marks else 0.0


def _japanese_mark(char: str) -> float:
    if "\u3040" <= char <= "\u30ff":
        return 1.0
    if "\uff61" <= char <= "\uff9f":
        return 0.15
    code = char.encode("cp932", "ignore")
    if len(code) != 2:
        return 0.0
    return 0.95 if code[0] in (0x81, 0x82) or 0x88 <= code[0] <= 0x97 else 0.3


def korean_score(sample: bytes) -> float:
    """1.0 when at least six pairs read as the common Hangul of KS X 1001, and nearly all do.

    Chinese text has about half its pairs outside that block, so six in a row tell.
    """
    text = sample.decode("cp949", "replace")
    foreign = [char for char in text if char > "\x7f"]
    hangul = [c for c in foreign if "가" <= c <= "힣" and 0xB0 <= c.encode("cp949")[0] <= 0xC8
              and c.encode("cp949")[1] >= 0xA1]  # fmt: skip
    return 1.0 if len(hangul) >= 6 and len(hangul) >= 0.95 * len(foreign) else 0.0
