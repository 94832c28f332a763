"""The house over the sample shop for a whole file: turns of different threads do not meet."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from keyword_reader import with_keywords

from agents.kit import Kit
from wiring.platform import Platform, open_platform
from wiring.settings import Settings


@pytest.fixture(scope="package")
def house(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The sample shop for tests that change no record of it."""
    home = tmp_path_factory.mktemp("agents") / "home"
    shutil.copytree(sample_home, home)
    settings = {
        "TRADEWIND_HOME": str(home), "TRADEWIND_MODEL_EMBED": "scripted:",
        "TRADEWIND_MODEL_BASE": "none:", "TRADEWIND_MODEL_FEATURES": "none:",
    }  # fmt: skip
    platform = open_platform(Settings.read(settings))
    yield platform
    platform.close()


@pytest.fixture(scope="session")
def keyword_kit(kit: Kit) -> Kit:
    """The committed kit, with readings that are written down."""
    return with_keywords(kit)
