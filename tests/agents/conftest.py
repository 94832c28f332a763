"""The house over the sample shop for a whole file: turns of different threads do not meet."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from agent_world import TENANT
from effect_world import Moody, World
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


@pytest.fixture
def platform(sample_home: Path, tmp_path: Path) -> Iterator[Platform]:
    """The sample shop for one test, which may change it."""
    with house_over_copy(sample_home, tmp_path / "home") as platform:
        yield platform


@pytest.fixture
def world(platform: Platform, keyword_kit: Kit, tmp_path: Path) -> World:
    """Turns that change something, with an outside that has moods."""
    return World(platform.shop("sample"), keyword_kit, Moody(tmp_path / "outside.db", TENANT.id))
