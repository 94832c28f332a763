"""`GET /api/approvals/{id}/photo`: the picture that a buyer's wish names, for who decides on it."""

import asyncio

from fastapi import APIRouter, Request, Response

from api.doors import Doors
from api.guard import require_staff
from tradewind.errors import Forbidden, NotFound


def order_photos_router(doors: Doors) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["desk"])
    reading = asyncio.Semaphore(2)

    @router.get(
        "/approvals/{approval_id}/photo",
        response_class=Response,
        responses={200: {"content": {"image/jpeg": {}}, "description": "The picture, made anew."}},
    )
    async def show_photo(request: Request, approval_id: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        """The picture, made anew without metadata; the file itself is shown to nobody."""
        ticket = await require_staff(request, doors, "merchant", "ops")
        if request.headers.get("authorization"):
            raise Forbidden("a program opens no photo.", "Sign in as a person.")
        order, sha256 = await doors.off(_named, doors, ticket.tenant, approval_id)
        async with reading:
            photos = doors.photos(ticket.tenant)
            jpeg = await asyncio.to_thread(photos.picture, order, sha256)
        return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": "no-store"})

    return router


def _named(doors: Doors, tenant: str, approval_id: str) -> tuple[str, str]:
    """Order and SHA-256. Raises NotFound, whatever of it is not there."""
    hands = doors.shop(tenant).hands
    asked = hands.ledger.approval(approval_id) if hands else None
    order, photo = ((asked.arguments.get(name) for name in ("order_id", "photo"))
                    if asked else (None, None))  # fmt: skip
    if not (isinstance(order, str) and isinstance(photo, str) and photo):
        raise NotFound(f"{approval_id} names no photo.", "Open the approval again.")
    return order, photo
