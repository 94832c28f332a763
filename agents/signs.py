"""A scenario's own signs in a text: words that leave little doubt."""

import re

from agents.quoting import read_words
from tradewind.plan import Scenario


def signed(scenario: Scenario, text: str) -> bool:
    """Whether one of the scenario's signs is in the writer's own words."""
    own = read_words(text).own
    return any(re.search(sign, own, re.I | re.S) for sign in scenario.signs)
