"""A scenario's own signs in a text: words that leave little doubt."""

import re

from tradewind.plan import Scenario


def signed(scenario: Scenario, text: str) -> bool:
    """Whether one of the scenario's signs is there."""
    return any(re.search(sign, text, re.I | re.S) for sign in scenario.signs)
