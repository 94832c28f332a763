"""The house over the sample shop for a whole file: turns of different threads do not meet."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from home_settings import house_over_copy
from keyword_reader import with_keywords

from agents.kit import Kit
from wiring.platform import Platform


@pytest.fixture(scope="package")
def house(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The sample shop for tests that change no record of it."""
    with house_over_copy(sample_home, tmp_path_factory.mktemp("agents") / "home") as platform:
        yield platform


@pytest.fixture(scope="session")
def keyword_kit(kit: Kit) -> Kit:
    """The committed kit, with readings that are written down."""
    return with_keywords(kit)
