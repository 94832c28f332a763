"""Settings: what is not set is derived, what is wrong is named."""

from pathlib import Path

import pytest

from tradewind.errors import SpecError
from wiring.settings import Settings


def test_everything_of_a_home_lies_below_it_however_it_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    settings = Settings.read({"TRADEWIND_HOME": "~/shop"})
    assert settings.home == tmp_path / "shop"
    assert settings.database == f"sqlite:///{tmp_path}/shop/tradewind.db"
    assert settings.index == f"edge:{tmp_path}/shop/index"


def test_hidden_states_are_read_from_the_local_model_alone() -> None:
    assert Settings.read({}).features.startswith("hidden:")
    assert (
        Settings.read({"TRADEWIND_MODEL_BASE": "openai+http://127.0.0.1:9/m"}).features == "none:"
    )


@pytest.mark.parametrize("threads", ["0", "-1", "two", "1.5"])
def test_a_wrong_number_of_threads_is_named(threads: str) -> None:
    with pytest.raises(SpecError, match="TRADEWIND_THREADS"):
        Settings.read({"TRADEWIND_THREADS": threads})
