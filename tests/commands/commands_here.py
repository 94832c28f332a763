"""What a command leaves, and which commands there are."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import typer

from cli import app


@dataclass(frozen=True)
class Outcome:
    """What a command left: exit code, stdout, stderr."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout."""
        assert self.code == 0, self.err
        assert self.out.count("\n") == 1
        return json.loads(self.out)

    def refused(self, *told: str) -> None:
        """Ended with exit code 1, nothing on stdout and one line that tells these."""
        assert self.code == 1, (self.code, self.out, self.err)
        assert self.out == ""
        assert self.err.startswith("tradewind: ")
        assert self.err.count("\n") == 1
        for word in told:
            assert re.search(word, self.err), self.err


Command = Callable[..., Outcome]


def commands() -> list[tuple[str, ...]]:
    """The words of every command of the application."""
    found: list[tuple[str, ...]] = []

    def walk(group: Any, words: tuple[str, ...]) -> None:
        for name, command in sorted(group.commands.items()):
            if hasattr(command, "commands"):
                walk(command, (*words, name))
            else:
                found.append((*words, name))

    walk(typer.main.get_command(app), ())
    return found
