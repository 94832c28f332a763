"""Settings of a house that needs no weight file: no model, vectors from a hash."""

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wiring.platform import Platform

OFFLINE = {
    "TRADEWIND_MODEL_BASE": "none:",
    "TRADEWIND_MODEL_EMBED": "scripted:",
    "TRADEWIND_MODEL_FEATURES": "none:",
    "TRADEWIND_THREADS": "1",
}


def offline(home: Path) -> dict[str, str]:
    """The environment of a house in `home`, without models."""
    return OFFLINE | {"TRADEWIND_HOME": str(home), "TRADEWIND_MODELS": str(home / "models")}


@contextmanager
def house_over_copy(sample_home: Path, home: Path) -> "Generator[Platform]":
    """The house over a copy of a home, for a whole package of tests."""
    from wiring.platform import open_platform
    from wiring.settings import Settings

    shutil.copytree(sample_home, home)
    platform = open_platform(Settings.read(offline(home)))
    yield platform
    platform.close()
