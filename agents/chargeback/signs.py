"""What messages say that bears on a dispute. A sign is never proof of anything for the merchant."""

from collections.abc import Sequence

from agents.chargeback.case import Case
from agents.chargeback.facts import text_of
from agents.chargeback.rules import Rules
from agents.chargeback.tables import Sign
from agents.grounding.lexicon import negation
from agents.grounding.verify import sentences
from tradewind.evidence import Evidence


def says(rules: Rules, message: Evidence, sign: Sign) -> bool:
    """Whether a sentence of the message says it, in its own language or in English, and without
    a negation."""
    patterns = rules.signs[sign]
    for language in dict.fromkeys((message.language, "en")):
        pattern = patterns.get(language)
        for sentence in sentences(message.excerpt) if pattern else ():
            if pattern and pattern.search(sentence) and not negation(language).search(sentence):
                return True
    return False


def in_files(rules: Rules, case: Case, sign: Sign) -> tuple[Evidence, ...]:
    """The texts found in files that say it, of roles in which people's words may stand. Only for
    what speaks against the shop: whose words they are is not known."""
    roles = {name for name, rule in rules.uploads.roles.items() if rule.words}
    told = (e for e in case.written if text_of(e, "role") in roles)
    return tuple(e for e in told if says(rules, e, sign))


def written(
    rules: Rules, messages: Sequence[Evidence], sender: str, sign: Sign
) -> tuple[Evidence, ...]:
    """The messages of "buyer" or "shop" that say it."""
    return tuple(m for m in messages if text_of(m, "sender") == sender and says(rules, m, sign))
