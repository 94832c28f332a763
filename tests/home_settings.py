"""Settings of a house that needs no weight file: no model, vectors from a hash."""

from pathlib import Path

OFFLINE = {
    "TRADEWIND_MODEL_BASE": "none:",
    "TRADEWIND_MODEL_EMBED": "scripted:",
    "TRADEWIND_MODEL_FEATURES": "none:",
    "TRADEWIND_THREADS": "1",
}


def offline(home: Path) -> dict[str, str]:
    """The environment of a house in `home`, without models."""
    return OFFLINE | {"TRADEWIND_HOME": str(home), "TRADEWIND_MODELS": str(home / "models")}
