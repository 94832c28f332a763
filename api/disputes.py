"""`/api/disputes/{id}/statements`: what the shop's people state of a dispute."""

from fastapi import APIRouter, Request

from agents.chargeback.telling import Telling
from api.desk import require_person
from api.doors import Doors
from api.guard import require_staff
from tradewind.commerce import Statement
from tradewind.errors import NotFound


def disputes_router(doors: Doors) -> APIRouter:
    router = APIRouter(prefix="/api/disputes", tags=["disputes"])

    @router.get("/{dispute_id}/statements")
    async def list_statements(request: Request, dispute_id: str) -> dict[str, list[Statement]]:  # pyright: ignore[reportUnusedFunction]
        """All that was stated of a dispute, oldest first, also what was taken back."""
        ticket = await require_staff(request, doors, "merchant", "ops")
        reader = doors.reader(ticket.tenant)
        if await doors.off(reader.dispute, dispute_id) is None:
            raise NotFound(f"there is no dispute {dispute_id}.", "Import it first.")
        return {"statements": list(await doors.off(reader.statements_of, dispute_id))}

    @router.post("/{dispute_id}/statements")
    async def tell(  # pyright: ignore[reportUnusedFunction]
        request: Request, dispute_id: str, telling: Telling
    ) -> dict[str, list[Statement]]:
        """Answer what the advice on a dispute asks; a program states nothing."""
        session, shop = await require_person(request, doors)
        kept = await doors.assistant.tell(session, shop, dispute_id, telling)
        return {"statements": list(kept)}

    @router.post("/{dispute_id}/statements/{statement_id}/revoke")
    async def revoke(request: Request, dispute_id: str, statement_id: str) -> Statement:  # pyright: ignore[reportUnusedFunction]
        """Take a statement back; it stays in the record as revoked."""
        session, shop = await require_person(request, doors)
        return await doors.assistant.revoke(session, shop, dispute_id, statement_id)

    return router
