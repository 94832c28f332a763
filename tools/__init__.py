"""Tools, one a file: `tools/<area>/<verb>.py`. Each brings back evidence or does one effect."""

import importlib
import pkgutil

from tradewind.errors import SpecError
from tradewind.tool import Tool


def collect_tools() -> dict[str, Tool]:
    """Every tool below this package, by name. Raises SpecError when two share a name."""
    found: dict[str, Tool] = {}
    for module in pkgutil.walk_packages(__path__, prefix=f"{__name__}."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Tool) and found.setdefault(value.name, value) is not value:
                raise SpecError(f"two tools are named {value.name!r}", "Rename one of them.")
    return found
