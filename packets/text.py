"""Texts made fit for a page: nothing invisible, nothing that turns the reading order around,
no run so long that it leaves the page. What is shown is what was written."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

_LONGEST_RUN = 32
"""Characters without a place to break; 32 of the widest fit a line of letters."""

_BREAK = "\u200b"
_NEW_LINES = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
# Drawn by no font: soft hyphen, zero-width space and no-break space, word joiner, invisible
# operators, variation selectors, tags. Joiners and direction marks shape words and stay.
_INVISIBLE = re.compile("[\u00ad\u034f\u200b\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]")
# Controls, embeddings, overrides and isolates (they can show a text other than it was stored),
# and what is not assigned. A line's end and a tab are none.
_CONTROLS = re.compile("[\0-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u206f\ufff9-\ufffb]")
_MARKS = "\u200c\u200d\u200e\u200f\u061c"
# Signs several times as wide as a letter: Arabic word ligatures, long dashes.
_WIDE = re.compile("[\ufdf0-\ufdfd\u2e3a\u2e3b](?=\\S)")
# An id's number sign, and letters read from right to left.
_NUMBER_SIGN = re.compile("#(?=[A-Za-z0-9])")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_RUN = re.compile(
    rf"[^\s\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]{{{_LONGEST_RUN}}}(?=\S)"
)


def plain(text: str) -> str:
    """The text in composed form (NFC), with line ends as `\\n` and controls written out."""
    folded = unicodedata.normalize("NFC", _NEW_LINES.sub("\n", text).replace("\t", "    "))
    shown = _CONTROLS.sub(lambda match: f"[U+{ord(match[0]):04X}]", _INVISIBLE.sub("", folded))
    return "".join(_assigned(sign) for sign in shown).strip()


def _assigned(sign: str) -> str:
    return f"[U+{ord(sign):04X}]" if unicodedata.category(sign) in ("Cn", "Co", "Cs") else sign


def visible(text: str) -> str:
    """The characters of a plain text that a font must have."""
    return text.translate(dict.fromkeys(map(ord, _MARKS)))


def shown(text: str, spelled: Mapping[str, str]) -> str:
    """A plain text as it is set: signs without a font by name, long runs with places to break, an
    id's number sign before it also in a line that is read from right to left."""
    named = "".join(spelled.get(sign, sign) for sign in text) if spelled else text
    if _RIGHT_TO_LEFT.search(named):
        named = _NUMBER_SIGN.sub("\u200e#", named)
    return _RUN.sub(_broken, _WIDE.sub(_broken, named))


def elided(text: str, most: int) -> str:
    """The text in at most so many points at 12 points, its middle left out: ids differ at their
    ends."""
    if _width(text) <= most:
        return text
    head = tail = ""
    for n, sign in enumerate(_from_both_ends(text)):
        if _width(f"{head}{tail}{sign}…") > most:
            break
        head, tail = (head, sign + tail) if n % 2 else (head + sign, tail)
    return f"{head.rstrip()}…{tail.lstrip()}"


def _from_both_ends(text: str) -> Iterator[str]:
    for n in range((len(text) + 1) // 2):
        yield text[n]
        yield text[-1 - n]


def _width(text: str) -> float:
    return sum(_points(sign) for sign in text)


def _points(sign: str) -> float:
    """About how wide Noto Sans sets it at 12 points, rather wider than narrower."""
    if unicodedata.east_asian_width(sign) in "WF" or sign in "MWmw@%…—":
        return 12
    if sign in "ijlftrI.,:;'|!()[]- ":
        return 5
    return 9.5 if sign.isupper() else 7.5


def _broken(match: re.Match[str]) -> str:
    return match[0] + _BREAK
