"""The world of a run of evals: the assistant over one shop, with sessions to ask from.

What it is made of is handed in, so this room needs no composition root: the command line
gives the sample shop in a temporary folder.
"""

import itertools
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

from agents.assistant import Assistant
from agents.turns import Shop
from tradewind.commerce import SourceRow
from tradewind.errors import SpecError
from tradewind.people import Actor, Audience, Session, Tenant
from tradewind.ports.search import SearchIndex
from tradewind.ports.storage import ShopStore

Plant = Callable[[str, Iterable[SourceRow]], tuple[Tenant, Shop]]
"""Opens another shop of the same house, of this id and with these records."""


@dataclass(frozen=True)
class World:
    """`open_shop` gives the tenant's handles; `english_only` is so when the index's embedder
    reads only English, and queries are translated for it. `plant` opens shops for made cases.
    `store` reads all records of the shop; `retail` lays a fresh retail shop, as a world of its own.
    """

    assistant: Assistant
    tenant: Tenant
    open_shop: Callable[[], Shop]
    english_only: bool = True
    plant: Plant | None = None
    store: ShopStore | None = None
    retail: "Callable[[], AbstractContextManager[World]] | None" = None
    _threads: "itertools.count[int]" = field(default_factory=itertools.count)

    def session(self, audience: Audience) -> Session:
        """A session on a thread of its own."""
        thread = f"eval-{next(self._threads)}"
        return Session(tenant=self.tenant, actor=Actor(id="eval", audience=audience), thread=thread)

    def planted(self, id: str, rows: Iterable[SourceRow]) -> "World":
        """The same house with another shop, made of these records; no model is asked there.
        Raises SpecError where the world can open none."""
        if self.plant is None:
            raise SpecError("the world opens no other shop", "Hand it a way to plant one.")
        tenant, shop = self.plant(id, rows)
        road = replace(self.assistant.road, chats={}, features=None, reranker=None)
        house = Assistant(self.assistant.kit, road)
        return replace(self, assistant=house, tenant=tenant, open_shop=lambda: shop)

    def index(self) -> SearchIndex:
        """The shop's search index. Raises SpecError when it has none."""
        search = self.open_shop().search
        if search is None:
            raise SpecError("the world's shop has no search index", "Open one for it.")
        return search
