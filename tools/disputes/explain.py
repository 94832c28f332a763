"""What a code, stage, fee or programme means: rows of the rulebook, quoted."""

import re
from collections.abc import Iterator

from tools.disputes.glossary import ROWS, code_rows, codes, quoted, terms
from tradewind.evidence import Evidence
from tradewind.tool import ToolContext, ToolResult, tool

MOST = 6
"""Rows that one answer quotes."""

_CODE_WORD = re.compile(
    r"(?i)\b(?:reason )?code\b|代码|原因码|código|코드|コード|код\w*|رمز|grundcode|codice|\bkod\w*"
)
_CODE = re.compile(
    r"(?<![A-Za-z0-9.#-])(?:\d{1,2}\.\d(?:\.\d)?|\d{4}|[A-Z]{1,3}\d{1,2})(?![A-Za-z0-9-])"
)
"""What looks like a code."""


@tool("disputes.explain", effect="read")
def explain(context: ToolContext, text: str) -> ToolResult:
    """Quote what the rulebook says of the reason codes, stages, fees, deadlines and programmes that
    a question names. What is in none of its files is not explained."""
    rows = tuple(_codes(text))
    if not rows and _CODE_WORD.search(text) and (unknown := _CODE.search(text)):
        return ToolResult(note=f"The rulebook holds no code {unknown[0]}.")
    found = {item.id: item for item in (*rows, *_terms(text))}
    note = "" if found else "The rulebook holds no such code or term."
    return ToolResult(evidence=tuple(found.values())[:MOST], note=note)


def _codes(text: str) -> Iterator[Evidence]:
    """Codes that stand in the text as words of their own. One that could be another word or number
    counts where its network, or that it is a code, is said too."""
    table = codes()
    named = {table.networks[word] for word in table.networks if _holds(text, word)}
    coded = bool(_CODE_WORD.search(text))
    for network, rows in table.codes.items():
        if named and network not in named:
            continue
        for code in rows:
            plain = len(code) > 3 and any(map(str.isdigit, code))
            sure = plain or coded or network in named
            if sure and _stands(text, code):
                yield from code_rows(network, code)


def _stands(text: str, code: str) -> bool:
    whole = rf"(?<![A-Za-z0-9_.#-]){re.escape(code)}(?![A-Za-z0-9_-]|\.\d)"
    return re.search(whole, text) is not None


def _holds(text: str, word: str) -> bool:
    """Whether a network's name stands in the text; two letters could be any word."""
    whole = rf"(?i)(?<![a-z]){re.escape(word)}(?![a-z])"
    return len(word) > 2 and re.search(whole, text) is not None


def _terms(text: str) -> Iterator[Evidence]:
    for term in terms().term:
        if re.search(term.words, text):
            if term.text:
                yield quoted("terms", term.id, term.title, term.text, term.confidence)
            if term.rows:
                yield from ROWS[term.rows](text)
