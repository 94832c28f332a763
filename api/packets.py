"""`/api/approvals/{id}/files/{name}`: the files that a person decides on, for the shop's people."""

from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from agents.packets import filing_asked
from api.doors import Doors
from api.guard import require_staff
from tradewind.errors import Forbidden, NotFound
from tradewind.ports.filing import FiledFile

POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""Nothing is run or fetched from inside a document; browsers style their own viewer inline."""


def packets_router(doors: Doors) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["desk"])

    @router.get(
        "/approvals/{approval_id}/files/{name}",
        response_class=Response,
        responses={200: {"content": {"application/pdf": {}}, "description": "The file."}},
    )
    async def show_file(request: Request, approval_id: str, name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        """One file of the packet that a question is about, as it would be sent."""
        ticket = await require_staff(request, doors, "merchant", "ops")
        if request.headers.get("authorization"):
            raise Forbidden("a program opens no packet.", "Sign in as a person.")
        file = await doors.off(_find, doors, ticket.tenant, approval_id, name)
        told = f"inline; filename*=UTF-8''{quote(file.name)}"
        headers = {"Content-Disposition": told, "Content-Security-Policy": POLICY}
        return Response(file.content, media_type=file.media, headers=headers)

    return router


def _find(doors: Doors, tenant: str, approval_id: str, name: str) -> FiledFile:
    """Raises NotFound, whatever of it is not there."""
    shop = doors.shop(tenant)
    asked = shop.hands.ledger.approval(approval_id) if shop.hands else None
    filing = filing_asked(shop.packets, asked.arguments) if asked else None
    for file in filing.files if filing else ():
        if file.name == name:
            return file
    raise NotFound(f"there is no file {name} in {approval_id}.", "Open the approval again.")
