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


PROVIDER = {
    "TRADEWIND_OIDC_ISSUER": "https://id.example.com", "TRADEWIND_OIDC_CLIENT_ID": "c",
    "TRADEWIND_OIDC_CLIENT_SECRET": "kept",
}  # fmt: skip


def test_an_identity_provider_is_named_whole() -> None:
    settings = Settings.read(PROVIDER)
    assert settings.oidc_issuer == "https://id.example.com"
    assert "kept" not in repr(settings)
    assert Settings.read({}).oidc_issuer == ""
    for name in ("TRADEWIND_OIDC_CLIENT_ID", "TRADEWIND_OIDC_CLIENT_SECRET"):
        with pytest.raises(SpecError, match=name):
            Settings.read({key: value for key, value in PROVIDER.items() if key != name})


@pytest.mark.parametrize("issuer", ["http://id.example.com", "id.example.com", "https://", "x:y"])
def test_a_provider_that_others_could_listen_to_is_refused(issuer: str) -> None:
    with pytest.raises(SpecError, match="no https URL"):
        Settings.read(PROVIDER | {"TRADEWIND_OIDC_ISSUER": issuer})


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:9000", "http://localhost:9000"])
def test_a_provider_on_this_machine_needs_no_https(issuer: str) -> None:
    assert Settings.read(PROVIDER | {"TRADEWIND_OIDC_ISSUER": issuer}).oidc_issuer == issuer
