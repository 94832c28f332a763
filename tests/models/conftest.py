"""What the model tests share."""

import os
from pathlib import Path

import pytest


@pytest.fixture
def model_folder() -> Path:
    """The folder with the catalogue's files; tests that need it are skipped without it."""
    folder = Path(os.environ.get("TRADEWIND_MODELS", "/nonexistent"))
    if not folder.is_dir():
        pytest.skip("no model folder: set TRADEWIND_MODELS")
    return folder
