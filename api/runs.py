"""`/api/runs`, `/api/scenarios`: what happened, and what can be asked for."""

from fastapi import APIRouter, Request
from pydantic import JsonValue

from api.doors import Doors
from api.guard import require_staff
from tradewind.base import Record
from tradewind.errors import NotFound
from tradewind.trace import Run, Span

_PUBLIC = {"id", "title", "agent", "status", "audiences", "examples"}


class RunList(Record):
    runs: tuple[Run, ...]


class RunView(Record):
    run: Run
    spans: tuple[Span, ...]


def runs_router(doors: Doors) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["runs"])

    @router.get("/runs")
    async def list_runs(request: Request, limit: int = 50) -> RunList:  # pyright: ignore[reportUnusedFunction]
        """The tenant's runs, newest first."""
        ticket = await require_staff(request, doors, "merchant", "ops")
        found = doors.shop(ticket.tenant).runs.runs(min(max(limit, 1), 200))
        return RunList(runs=tuple(found))

    @router.get("/runs/{run_id}")
    async def show_run(request: Request, run_id: str) -> RunView:  # pyright: ignore[reportUnusedFunction]
        """One run with its spans."""
        ticket = await require_staff(request, doors, "merchant", "ops")
        runs = doors.shop(ticket.tenant).runs
        run = runs.run(run_id)
        if run is None:
            raise NotFound(f"there is no run {run_id}.", "See /api/runs.")
        return RunView(run=run, spans=tuple(runs.spans(run_id)))

    @router.get("/scenarios")
    async def list_scenarios(request: Request) -> dict[str, list[dict[str, JsonValue]]]:  # pyright: ignore[reportUnusedFunction]
        """What a merchant can ask for."""
        await require_staff(request, doors, "merchant", "ops")
        rows = [s.model_dump(mode="json", include=_PUBLIC) for s in doors.catalog.values()]
        return {"scenarios": rows}

    return router
