"""Prompts for models: `prompts/<area>/<name>.v<N>.md`, Jinja in a sandbox, frozen by hash.

A published version never changes: `prompts/pins.toml` holds the SHA-256 of each, and a text
that differs from its pin is refused at startup.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from pathlib import Path

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tradewind.errors import NotFound, SpecError


class Prompts:
    """Prompt texts by `area/name@version`."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
        self._templates = {name: environment.from_string(text) for name, text in texts.items()}

    @classmethod
    def read(cls, folder: Path) -> "Prompts":
        """Read all prompts below `folder`. Raises SpecError for one that differs from its pin."""
        pins = tomllib.loads((folder / "pins.toml").read_text(encoding="utf-8"))
        texts: dict[str, str] = {}
        for path in sorted(folder.glob("*/*.v*.md")):
            stem, version = path.stem.rsplit(".v", 1)
            name = f"{path.parent.name}/{stem}@{version}"
            text = path.read_text(encoding="utf-8")
            _check_pin(path, name, text, pins)
            texts[name] = _body(text)
        return cls(texts)

    def __contains__(self, name: object) -> bool:
        return name in self._templates

    def render(self, name: str, **values: object) -> str:
        """The prompt's text. Raises NotFound for an unknown name, SpecError for a missing value."""
        if name not in self._templates:
            raise NotFound(f"prompt {name!r} does not exist", "See prompts/ for names@versions.")
        try:
            return self._templates[name].render(values).strip()
        except TemplateError as error:
            raise SpecError(f"prompt {name}: {error}", "Give it all its values.") from error


def _check_pin(path: Path, name: str, text: str, pins: Mapping[str, object]) -> None:
    found = hashlib.sha256(text.encode()).hexdigest()
    if pins.get(name) != found:
        raise SpecError(
            f"{path} has SHA-256 {found}, its pin says {pins.get(name)}",
            "A published prompt is frozen: write a new version, or pin a new one in pins.toml.",
        )


def _body(text: str) -> str:
    """The text after the front matter (between two `+++` lines)."""
    return text.split("+++", 2)[2] if text.startswith("+++") else text
