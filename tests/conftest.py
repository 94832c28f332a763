"""What tests of several rooms share: the weight files, the sample shop, the house over it."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
import pytest
from home_settings import offline
from hypothesis import settings
from postgres_server import postgres
from stripe_stand_in import account, stripe

if TYPE_CHECKING:  # a room's own tests need not wait for the whole house
    from agents.kit import Kit
    from wiring.platform import Platform

__all__ = ["account", "postgres", "stripe"]  # fixtures of all rooms

# The same examples in every run, however slow the machine; `--hypothesis-profile=default` looks
# for new ones.
settings.register_profile("same", derandomize=True, deadline=None, database=None)
settings.load_profile("same")


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """The folder of weight files: TRADEWIND_MODELS, else where `tradewind models pull` puts them.

    Tests that need it are skipped where it is not there.
    """
    usual = platformdirs.user_cache_path("tradewind") / "models"
    folder = Path(os.environ.get("TRADEWIND_MODELS") or usual)
    if not folder.is_dir():
        pytest.skip(f"no weight files in {folder}: run `tradewind models pull`")
    return folder


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the sample shop. Read it or copy it; nobody writes into it."""
    from wiring.platform import open_platform
    from wiring.sample import import_sample
    from wiring.settings import Settings

    home = tmp_path_factory.mktemp("sample") / "home"
    platform = open_platform(Settings.read(offline(home)))
    report = import_sample(platform)
    platform.close()
    assert report is not None
    assert [item.error for item in report.files if item.error] == []
    return home


@pytest.fixture(scope="session")
def kit(sample_home: Path) -> "Kit":
    """The committed catalogue, replies, prompts and classifiers, read once."""
    from wiring.platform import open_platform
    from wiring.settings import Settings

    return open_platform(Settings.read(offline(sample_home))).kit


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    """A copy of the sample shop's home, for one test."""
    copy = tmp_path / "home"
    shutil.copytree(sample_home, copy)
    return copy


@pytest.fixture
def open_house(home: Path, kit: "Kit") -> Iterator[Callable[..., "Platform"]]:
    """Opens the house over `home` with more settings; closes what it opened."""
    from wiring.platform import open_platform
    from wiring.settings import Settings

    opened: list[Platform] = []

    def make(**settings: str) -> "Platform":
        platform = open_platform(Settings.read(offline(home) | settings))
        platform.__dict__["kit"] = kit  # what `cached_property` would keep after a first reading
        opened.append(platform)
        return platform

    yield make
    for platform in opened:
        platform.close()


@pytest.fixture
def platform(open_house: Callable[..., "Platform"]) -> "Platform":
    """The house over a copy of the sample shop, without a model."""
    return open_house()
