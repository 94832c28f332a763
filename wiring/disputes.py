"""`tradewind disputes`: rows with advice; the dossier as files and as the command's JSON."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from agents.chargeback import Assessment
from agents.engines.dossier import Dossier
from agents.grounding.verify import check_templates
from tradewind.commerce import Dispute
from tradewind.errors import BackendError
from tradewind.evidence import Evidence
from tradewind.people import Session
from wiring.platform import Platform


async def defend_dispute(
    platform: Platform, session: Session, dispute_id: str, out: Path
) -> dict[str, Any]:
    """Make the dossier and write `letter.md` (if one was written) and `evidence.json`.

    Raises NotFound for an unknown dispute, BackendError when the folder cannot be written.
    """
    shop = platform.shop(session.tenant.id)
    made = await platform.assistant.defend(session, shop, dispute_id)
    files = _write(made, out)
    dispute = shop.reader.dispute(made.dispute)
    due = dispute.due_by if dispute else None
    assessment = made.assessment
    return {
        "dispute": made.dispute,
        "category": made.category,
        "decision": assessment.decision if assessment else None,
        "win_probability": None,
        "expected_value": None,
        "deadline": due.isoformat() if due else None,
        "evidence": [_row(item, made) for item in made.evidence],
        "missing": list(assessment.missing) if assessment else [],
        "contradictions": list(assessment.contradictions) if assessment else [],
        "claims": [claim.model_dump() for claim in made.claims],
        "ungrounded": len({p.sentence for p in check_templates(made.claims, made.evidence, "en")}),
        "ce3": {"qualified": None, "why": "not assessed yet"},
        "files": files,
    }


async def dispute_rows(
    platform: Platform, session: Session, disputes: Iterable[Dispute]
) -> list[dict[str, Any]]:
    """Disputes as `tradewind disputes list` shows them; `advice` is null where no rule exists."""
    shop = platform.shop(session.tenant.id)
    assess = platform.assistant.assess
    return [_dispute_row(d, await assess(session, shop, d.id)) for d in disputes]


def _dispute_row(dispute: Dispute, assessment: Assessment | None) -> dict[str, Any]:
    return {
        "id": dispute.id,
        "deadline": dispute.due_by.isoformat() if dispute.due_by else None,
        "amount": str(dispute.amount),
        "category": dispute.category,
        "network": dispute.network,
        "reason_code": dispute.reason_code,
        "stage": dispute.stage,
        "status": dispute.status,
        "advice": assessment.decision if assessment else None,
    }


def _row(item: Evidence, made: Dossier) -> dict[str, Any]:
    scan = made.assessment.scan if made.assessment else None
    strength = made.assessment.grade if made.assessment and item.id == scan else None
    return {"id": item.id, "kind": item.kind, "field": item.source, "strength": strength}


def _write(made: Dossier, out: Path) -> list[str]:
    evidence = [item.model_dump(mode="json") for item in made.evidence]
    texts = {"evidence.json": json.dumps(evidence, ensure_ascii=False, indent=1)}
    if made.claims:
        texts["letter.md"] = "\n\n".join(
            f"{claim.text} [{', '.join(claim.evidence)}]" for claim in made.claims
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (out / name).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise BackendError(
            f"{out} cannot be written: {error.strerror}.", "Name another folder."
        ) from error
    return sorted(str(out / name) for name in texts)
