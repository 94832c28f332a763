"""What the HTTP floor needs of the house; wiring fills it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from agents.assistant import Assistant, Shop
from tradewind.catalog import Catalog
from tradewind.people import Tenant


@dataclass(frozen=True)
class Doors:
    """`shop` opens a tenant's handles; `ready` names what is missing, empty when all is there."""

    assistant: Assistant
    catalog: Catalog
    tenant: Callable[[str], Tenant]
    shop: Callable[[str], Shop]
    ready: Callable[[], list[str]]
    web: Path
    media: Path | None
    secret: bytes
    default_tenant: str
