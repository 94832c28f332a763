"""What the HTTP floor needs of the house; wiring fills it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import ParamSpec, TypeVar

from agents.assistant import Assistant
from agents.attachments import Attachments
from agents.photos import PhotoRoom
from agents.turns import Shop
from api.oidc import Provider
from api.rates import Rates
from tradewind.catalog import Catalog
from tradewind.people import Tenant
from tradewind.ports.people import Entrance, PeopleStore
from tradewind.ports.storage import HookStore, ShopReader, ShopStore

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Doors:
    """`shop` opens a tenant's handles, `reader` its records alone, `store` the same to write,
    `attachments` the files of its disputes, `photos` those of its orders; `ready` names what
    is missing, empty when all is there.

    `remote`: calls of the stores cross a network and are kept off the event loop.
    """

    assistant: Assistant
    catalog: Catalog
    tenant: Callable[[str], Tenant]
    shop: Callable[[str], Shop]
    ready: Callable[[], list[str]]
    web: Path
    media: Path | None
    secret: bytes
    default_tenant: str
    reader: Callable[[str], ShopReader]
    store: Callable[[str], ShopStore]
    attachments: Callable[[str], Attachments]
    photos: Callable[[str], PhotoRoom]
    hooks: Callable[[str], HookStore]
    people: Callable[[str], PeopleStore]
    entrance: Entrance
    rates: Rates
    provider: Provider | None = None
    remote: bool = False

    async def off(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """A store's call: in place when embedded, in a thread when it crosses a network."""
        if self.remote:
            return await asyncio.to_thread(call, *args, **kwargs)
        return call(*args, **kwargs)

    def now(self) -> datetime:
        return datetime.now(UTC)
