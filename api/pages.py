"""Pages, the demo shop's products, health."""

from pathlib import Path
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import FileResponse, RedirectResponse, Response

from api.doors import Doors
from api.errors import PROBLEMS
from tradewind.base import Record
from tradewind.commerce import Product
from tradewind.errors import NotFound

SHOWN = 12
"""Products on the demo shop's page."""

LONGEST_NAME = 255
"""Bytes of a file's name; file systems raise for a longer one instead of saying no."""


class Card(Record):
    """A product as any visitor sees it; `price` is worded, `image` a path of ours."""

    id: str
    title: str
    description: str
    price: str | None
    image: str | None


class Storefront(Record):
    name: str
    products: tuple[Card, ...]


class Readiness(Record):
    status: Literal["ready", "not ready"]
    missing: tuple[str, ...]


def pages_router(doors: Doors) -> APIRouter:
    router = APIRouter()

    @router.get("/", include_in_schema=False)
    async def home() -> RedirectResponse:  # pyright: ignore[reportUnusedFunction]
        return RedirectResponse("/console")

    @router.get("/console", include_in_schema=False)
    async def console() -> FileResponse:  # pyright: ignore[reportUnusedFunction]
        return _page(doors.web, "console.html")

    @router.get("/shop", include_in_schema=False)
    async def shop() -> FileResponse:  # pyright: ignore[reportUnusedFunction]
        return _page(doors.web, "shop.html")

    @router.get("/assets/{name}", include_in_schema=False)
    async def asset(name: str) -> FileResponse:  # pyright: ignore[reportUnusedFunction]
        return _page(doors.web / "assets", name)

    @router.get("/media/{name}", include_in_schema=False)
    async def media(name: str) -> FileResponse:  # pyright: ignore[reportUnusedFunction]
        """A product picture of the demo shop."""
        return _page(doors.media or doors.web / "media", name)

    @router.get("/api/storefront", responses={status: PROBLEMS[status] for status in (404, 503)})
    async def storefront() -> Storefront:  # pyright: ignore[reportUnusedFunction]
        """The demo shop: its name and some products, as any visitor sees them."""
        tenant = doors.tenant(doors.default_tenant)
        products = doors.shop(tenant.id).reader.products()
        shown = sorted(products, key=lambda p: (not p.images, p.title))[:SHOWN]
        return Storefront(name=tenant.name, products=tuple(map(_card, shown)))

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:  # pyright: ignore[reportUnusedFunction]
        """Alive."""
        return {"status": "ok"}

    @router.get("/readyz", responses={503: {"model": Readiness, "description": "Not ready"}})
    async def readyz(response: Response) -> Readiness:  # pyright: ignore[reportUnusedFunction]
        """Able to answer; 503 names what is missing."""
        missing = doors.ready()
        response.status_code = 200 if not missing else 503
        return Readiness(status="ready" if not missing else "not ready", missing=tuple(missing))

    return router


def _page(folder: Path, name: str) -> FileResponse:
    """A file directly in a folder. Raises NotFound for anything else."""
    path = folder / name
    known = len(name.encode()) <= LONGEST_NAME and path.parent == folder and path.is_file()
    if not known or name.startswith("."):
        raise NotFound(f"there is no page {name!r}.", "See /console and /shop.")
    return FileResponse(path)


def _card(product: Product) -> Card:
    prices = sorted((v.price for v in product.variants if v.price), key=lambda p: p.minor)
    return Card(
        id=product.id, title=product.title, description=product.description[:200],
        price=str(prices[0]) if prices else None,
        image=f"/media/{Path(product.images[0]).name}" if product.images else None,
    )  # fmt: skip
