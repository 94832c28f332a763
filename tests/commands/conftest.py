"""The command line in this process, over a copy of the sample shop."""

import shutil
from pathlib import Path

import pytest
from commands_here import Command, Outcome
from home_settings import offline
from keyword_reader import with_keywords
from typer.testing import CliRunner

from agents.kit import Kit
from cli import app
from wiring.platform import Platform


@pytest.fixture(scope="package")
def command_home(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample shop that commands of this package may write to."""
    home = tmp_path_factory.mktemp("commands") / "home"
    shutil.copytree(sample_home, home)
    return home


@pytest.fixture(scope="session")
def told_kit(kit: Kit) -> Kit:
    return with_keywords(kit)


@pytest.fixture
def tradewind(command_home: Path, told_kit: Kit, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs one command. Keywords are more of the environment."""
    monkeypatch.setattr(Platform, "kit", told_kit)  # read once; reading it is wiring's test

    def run(*words: str, **environment: str) -> Outcome:
        with monkeypatch.context() as inside:
            for name, value in (offline(command_home) | environment).items():
                inside.setenv(name, value)
            result = CliRunner().invoke(app, list(words))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Outcome(result.exit_code, result.stdout, result.stderr)

    return run
