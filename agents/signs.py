"""A scenario's own signs in a text: words that leave little doubt."""

import re

from tradewind.plan import Scenario


def signed(scenario: Scenario, text: str) -> bool:
    """Whether one of the scenario's signs is there. What changes something outside is done only
    then: its signs are plain instructions, no question and no negation."""
    return any(re.search(sign, text, re.I | re.S) for sign in scenario.signs)
