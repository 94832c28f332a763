"""An example of a question without who asked it."""

import re

from agents.grounding.verify import sentences
from agents.masking import GONE, mask_person

_ASKS = re.compile(r"[?？؟]")
_NAMED = re.compile(r"(?<=[^.!?¿¡\s])(\s+)(?!I\b)[A-ZÀ-ÖØ-ÞİŞĞА-ЯЁ][\w'’-]+")
"""A word with a capital inside a sentence: a name, or a product's; either may go."""
_CAPITAL = r"(?-i:[A-ZÀ-ÖØ-ÞİŞĞА-ЯЁ])"
_SELF = re.compile(
    r"(?:my name is|ich heiße|mein name ist|je m'appelle|me llamo|meu nome é|me chamo|mi chiamo"
    r"|benim adım|меня зовут)\s+[^,.;:!?]{1,60}"
    rf"|(?:this is|i am|i'm|ich bin|je suis|soy|sou|sono|ben|это|я)(?:\s+{_CAPITAL}[\w'’-]+)+"
    r"|(?:我叫|我是|名前は|私は|저는|제 이름은)\s*[^\s，,。、？?]{1,8}"
    r"|(?:اسمي|أنا)\s+\S+(?:\s+\S+)?",
    re.I,
)
"""Words by which people name themselves, in twelve languages, with the name."""
_FIGURES = re.compile(r"\d{4,}")
_NOUNS_IN_CAPITALS = frozenset(("de",))


def example_of(text: str, language: str, longest: int) -> str:
    """The sentence that asks, without addresses, numbers, names; empty where none asks. What is no
    question may tell of its writer, and is no example."""
    asking = next((one for one in sentences(text) if _ASKS.search(one)), "")
    masked = _SELF.sub(GONE, mask_person(asking))
    if language not in _NOUNS_IN_CAPITALS:
        masked = _NAMED.sub(rf"\1{GONE}", masked)
    return _FIGURES.sub(GONE, masked)[:longest]
