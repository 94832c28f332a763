"""The shop's own records after an effect: what was done outside is so here too, once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tradewind.effects import Effect
from tradewind.errors import BackendError
from tradewind.ports.storage import ShopStore
from tradewind.tool import Tool
from tradewind.trace import is_erased

TRIES = 20
"""How often an entry is made anew because somebody else changed what it had read."""


@dataclass(frozen=True)
class Books:
    """One tenant's records, and the tools that say what an effect makes of them."""

    tools: Mapping[str, Tool]
    shop: ShopStore

    def enter(self, effect: Effect, at: datetime) -> None:
        """Enter an effect that was done; again changes nothing, nor does one about a person who
        was erased. Raises BackendError while others keep changing the same records."""
        tool = self.tools.get(effect.tool)
        if tool is None or tool.enter is None or is_erased(effect.arguments):
            return
        for _ in range(TRIES):
            made = tool.enter(self.shop, effect, at)
            if not made.after or self.shop.revise(made.before, made.after, f"effect/{effect.id}"):
                return
        raise BackendError(f"the records of {effect.target} keep changing.", "Try again.")
