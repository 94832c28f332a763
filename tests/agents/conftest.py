"""The house over the sample shop for a whole file: turns of different threads do not meet."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from home_settings import offline
from keyword_reader import with_keywords

from agents.kit import Kit
from wiring.platform import Platform, open_platform
from wiring.settings import Settings


@pytest.fixture(scope="package")
def house(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The sample shop for tests that change no record of it."""
    home = tmp_path_factory.mktemp("agents") / "home"
    shutil.copytree(sample_home, home)
    platform = open_platform(Settings.read(offline(home)))
    yield platform
    platform.close()


@pytest.fixture(scope="session")
def keyword_kit(kit: Kit) -> Kit:
    """The committed kit, with readings that are written down."""
    return with_keywords(kit)
