"""A neighbour of the sample shop."""

import pytest
from neighbour_shop import open_neighbour

from agents.turns import Shop
from wiring.platform import Platform


@pytest.fixture
def neighbour(platform: Platform) -> Shop:
    return open_neighbour(platform)
