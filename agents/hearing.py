"""Whether a message answers what the thread just asked of a dispute, and what it tells.

By rule alone: the message is short, asks nothing back and commands nothing; an id, a code, or words
of `data/disputes/answers.toml` say what it is.
"""

import re
from collections.abc import Sequence
from typing import get_args

from agents.chargeback.rules import Answers, Rules
from agents.chargeback.telling import Telling
from agents.entities import find_all
from agents.reading import Reading
from tradewind.commerce import DisputeCategory

MOST_WORDS = 10
"""Words of a message that is still an answer."""
MOST_SIGNS = 60
"""Characters of one in a script without blanks."""
JUDGED = frozenset(("amount", "currency", "overcharged"))
"""Questions of which record is right."""
_PAYMENT = re.compile(r"(?<![A-Za-z0-9])(?:ch|py|pi|pay|txn|tr)_[A-Za-z0-9]{3,}")
_NUMBER = re.compile(r"(?<![A-Za-z0-9_.])#?[A-Za-z]{0,4}-?\d{3,20}(?![A-Za-z0-9_.])")
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.]*[A-Za-z0-9]")


def hear_answer(reading: Reading, asked: Sequence[str], rules: Rules) -> Telling | None:
    """What the message tells of the questions that were asked; None where it is no answer."""
    text = reading.text
    if not asked or not _is_short(text) or "?" in text or "？" in text or "؟" in text:
        return None
    told = Telling(
        category=_category(text, reading.language, rules.answers)
        if {"code", "category"} & set(asked) else None,
        code=_code(text, rules) if "code" in asked else "",
        network=_network(text, rules) if "code" in asked and _code(text, rules) else "",
        order=_order(text) if {"order", "two_orders"} & set(asked) else "",
        payment=_payment(text) if "payment" in asked else "",
        records=_judged(text, reading.language, rules.answers) if JUDGED & set(asked) else {},
    )  # fmt: skip
    return told if told != Telling() else None


def _is_short(text: str) -> bool:
    return len(text.split()) <= MOST_WORDS and (" " in text or len(text) <= MOST_SIGNS)


def _category(text: str, language: str, answers: Answers) -> DisputeCategory | None:
    """The only one whose words are there."""
    found = {
        name for name in get_args(DisputeCategory)
        if (words := answers.category.get(name)) and _says(words, text, language)
    }  # fmt: skip
    return found.pop() if len(found) == 1 else None


def _says(words: dict[str, re.Pattern[str]], text: str, language: str) -> bool:
    """In the message's language; in English too: a short message may be taken for another's."""
    return any(words[name].search(text) for name in {language, "en"} if name in words)


def _code(text: str, rules: Rules) -> str:
    """A code that some network has; of a bare number only one that is no order's."""
    known = {code for table in rules.codes.codes.values() for code in table}
    return next((t for t in _TOKEN.findall(text.upper()) if t in known and len(t) > 1), "")


def _network(text: str, rules: Rules) -> str:
    words = text.casefold().replace(",", " ").split()
    return next((rules.codes.network(word) for word in words if word in rules.codes.networks), "")


def _order(text: str) -> str:
    named = find_all(text, "order_id") or tuple(_NUMBER.findall(_PAYMENT.sub(" ", text)))
    return named[0] if len(set(named)) == 1 else ""


def _payment(text: str) -> str:
    named = set(_PAYMENT.findall(text))
    return named.pop() if len(named) == 1 else ""


def _judged(text: str, language: str, answers: Answers) -> dict[str, bool]:
    """One record, and whether it is right."""
    named = [name for name, words in answers.record.items() if _says(words, text, language)]
    wrong = _says(answers.wrong, text, language)
    right = not wrong and _says(answers.right, text, language)
    return {named[0]: right} if len(named) == 1 and wrong != right else {}
