"""Pages, the demo shop's products, health."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse, Response
from pydantic import JsonValue

from api.doors import Doors
from tradewind.commerce import Product
from tradewind.errors import NotFound

SHOWN = 12
"""Products on the demo shop's page."""

LONGEST_NAME = 255
"""Bytes of a file's name; file systems raise for a longer one instead of saying no."""


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

    @router.get("/api/storefront")
    async def storefront() -> dict[str, JsonValue]:  # pyright: ignore[reportUnusedFunction]
        """The demo shop: its name and some products, as any visitor sees them."""
        tenant = doors.tenant(doors.default_tenant)
        products = doors.shop(tenant.id).reader.products()
        shown = sorted(products, key=lambda p: (not p.images, p.title))[:SHOWN]
        return {"name": tenant.name, "products": [_card(product) for product in shown]}

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:  # pyright: ignore[reportUnusedFunction]
        """Alive."""
        return {"status": "ok"}

    @router.get("/readyz")
    async def readyz() -> Response:  # pyright: ignore[reportUnusedFunction]
        """Able to answer; 503 names what is missing."""
        missing = doors.ready()
        body = {"status": "ready" if not missing else "not ready", "missing": missing}
        return JSONResponse(body, status_code=200 if not missing else 503)

    return router


def _page(folder: Path, name: str) -> FileResponse:
    """A file directly in a folder. Raises NotFound for anything else."""
    path = folder / name
    known = len(name.encode()) <= LONGEST_NAME and path.parent == folder and path.is_file()
    if not known or name.startswith("."):
        raise NotFound(f"there is no page {name!r}.", "See /console and /shop.")
    return FileResponse(path)


def _card(product: Product) -> dict[str, JsonValue]:
    prices = sorted((v.price for v in product.variants if v.price), key=lambda p: p.minor)
    return {
        "id": product.id,
        "title": product.title,
        "description": product.description[:200],
        "price": str(prices[0]) if prices else None,
        "image": f"/media/{Path(product.images[0]).name}" if product.images else None,
    }
