"""The words that stand in a document, and whether some of them are not to be seen.

What is found is an outsider's text: it is shown to people and looked at for what speaks against the
shop, and instructs nobody.
"""

import io
import signal
from collections.abc import Iterator
from decimal import Decimal
from math import sqrt
from typing import Any, NamedTuple

import pikepdf
from pypdf import PdfReader
from pypdf.errors import PyPdfError

SECONDS = 6
"""Seconds of computing for the words of one file; what was read until then is told."""

_SHOWS = frozenset(("Tj", "TJ", "'", '"'))
_FILLS = frozenset(("g", "rg", "k", "sc", "scn"))
_WHITE = 0.95
_TINY = 2.0
"""Points below which nobody reads a letter."""
_FAULTS = (
    PyPdfError, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError,
    ArithmeticError, NotImplementedError, MemoryError,
)  # fmt: skip
"""What pypdf raises over documents that are not what they say."""


class _State(NamedTuple):
    """How letters are set: whether invisible, whether white, the font's size, and by how much the
    page's and the text's matrices enlarge it."""

    invisible: bool = False
    white: bool = False
    size: float = 12.0
    page: float = 1.0
    text: float = 1.0


class _Enough(BaseException):
    """Reading took too long. No Exception: pypdf goes on after those."""


def words_of(pdf: bytes, most: int) -> tuple[str, bool]:
    """The document's text, at most so many characters, and whether all of it was read."""
    found: list[str] = []
    signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        for page in PdfReader(io.BytesIO(pdf)).pages:
            found.append(page.extract_text())
            if sum(map(len, found)) >= most:
                return _tidy(found)[:most], False
    except (_Enough, *_FAULTS):
        return _tidy(found)[:most], False
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return _tidy(found)[:most], True


def _stop(*_: object) -> None:
    raise _Enough


def _tidy(parts: list[str]) -> str:
    lines = (line.strip() for part in parts for line in part.splitlines())
    return "\n".join(line for line in lines if line)


def hidden_words(pdf: Any) -> list[str]:
    """How letters are shown that a reader does not see: "invisible", "white", "tiny"."""
    seen: set[str] = set()
    known: set[Any] = set()
    for page in pdf.pages:
        for how in _unseen(page.obj, known):
            seen.add(how)
    return sorted(seen)


def _unseen(holder: Any, known: set[Any]) -> Iterator[str]:
    """Of a page or form and the forms that it draws, each looked at once."""
    if holder.objgen in known:
        return
    known.add(holder.objgen)
    forms = holder.get("/Resources", {}).get("/XObject", {})
    state = _State()
    kept: list[_State] = []
    for operands, operator in pikepdf.parse_content_stream(holder):
        sign = str(operator)
        if sign == "q":
            kept.append(state)
        elif sign == "Q":
            state = kept.pop() if kept else state
        elif sign == "Do":
            form = forms.get(str(operands[0])) if operands else None
            if form is not None and form.get("/Subtype") == "/Form":
                yield from _unseen(form, known)
        elif sign in _SHOWS:
            yield from _how(state)
        else:
            state = _changed(state, sign, operands)


def _how(state: _State) -> Iterator[str]:
    if state.invisible:
        yield "invisible"
    elif state.white:
        yield "white"
    elif state.size * state.page * state.text < _TINY:
        yield "tiny"


def _changed(state: _State, sign: str, operands: Any) -> _State:
    numbers = [float(one) for one in operands if isinstance(one, int | float | Decimal)]
    if sign == "BT":
        return state._replace(text=1.0)
    if sign in ("cm", "Tm") and len(numbers) == 6:
        scale = sqrt(abs(numbers[0] * numbers[3] - numbers[1] * numbers[2]))
        return (
            state._replace(page=state.page * scale) if sign == "cm" else state._replace(text=scale)
        )
    if sign == "Tr" and numbers:
        return state._replace(invisible=int(numbers[0]) in (3, 7))
    if sign in _FILLS and numbers:
        return state._replace(white=_is_white(sign, numbers))
    return state._replace(size=abs(numbers[-1])) if sign == "Tf" and numbers else state


def _is_white(sign: str, numbers: list[float]) -> bool:
    inks = sign == "k" or (sign in ("sc", "scn") and len(numbers) == 4)
    return all(n <= 1 - _WHITE if inks else n >= _WHITE for n in numbers)
