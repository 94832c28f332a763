"""What each scenario needs to run here and now."""

from typing import Any

from tradewind.plan import Scenario
from wiring.platform import Platform


def scenario_rows(platform: Platform, area: str | None) -> list[dict[str, Any]]:
    """Rows for `tradewind scenarios`, in the catalogue's order."""
    rows = [s for s in platform.catalog.values() if area in (None, s.agent)]
    return [_row(scenario, platform) for scenario in rows]


def _row(scenario: Scenario, platform: Platform) -> dict[str, Any]:
    needs = list(scenario.needs)
    if (
        scenario.tier in ("large", "vision", "image")
        and scenario.tier not in platform.settings.chats
    ):
        needs.append(f"better with a model in TRADEWIND_MODEL_{scenario.tier.upper()}")
    return {
        "id": scenario.id,
        "title": scenario.title,
        "agent": scenario.agent,
        "status": scenario.status,
        "runs_offline": scenario.status == "ready",
        "needs": needs,
    }
