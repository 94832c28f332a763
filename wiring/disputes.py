"""`tradewind disputes`: rows with advice; the dossier as files and as the command's JSON."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

from agents.attachments import FileView
from agents.chargeback.advice import Advice
from agents.chargeback.decision import Decision
from agents.chargeback.rules import Rules
from agents.chargeback.tables import Grade
from agents.engines.dossier import Dossier
from agents.grounding.verify import check_templates
from tradewind.commerce import Dispute
from tradewind.errors import BackendError
from tradewind.evidence import Evidence
from tradewind.people import Session
from tradewind.uploads import Attachment
from wiring.defence import pack_dossier
from wiring.platform import Platform


async def defend_dispute(
    platform: Platform, session: Session, dispute_id: str, out: Path, target: str = ""
) -> dict[str, Any]:
    """Make the dossier and write `evidence.json`; with a letter also `letter.md`, the packet's
    files and the evidence form filled with them. `target`: where it goes, if not where the
    dispute's processor or network asks for it.

    Raises NotFound for an unknown dispute or target, BackendError when the folder cannot be
    written.
    """
    shop = platform.shop(session.tenant.id)
    made = await platform.assistant.defend(session, shop, dispute_id)
    filed = await pack_dossier(platform, session.tenant, made, target)
    files = _write({**_texts(made), **filed.files}, out)
    dispute = shop.reader.dispute(made.dispute)
    due = dispute.due_by if dispute else None
    told = _advised(made.advice)
    return {
        "dispute": made.dispute,
        "category": made.category,
        **told,
        "deadline": due.isoformat() if due else None,
        "evidence": [_row(item, made, platform.kit.rules) for item in made.evidence],
        "claims": [claim.model_dump() for claim in made.claims],
        "ungrounded": len({p.sentence for p in check_templates(made.claims, made.evidence, "en")}),
        "ce3": made.advice.ce3.model_dump(mode="json"),
        "figures": [item.model_dump(mode="json") for item in made.figures],
        "packing": dict(filed.told) or None,
        "ahead": [item.source for item in made.ahead],
        "files": files,
    }


TELL = "tradewind disputes tell ID"
REMEDIES: Mapping[str, str] = {
    "code": f"Say what it means: {TELL} --code CODE --network NETWORK, or --category CATEGORY.",
    "category": f"Say what the cardholder claims: {TELL} --category CATEGORY.",
    "order": f"Import the order, or name it: {TELL} --order NUMBER.",
    "payment": f"Import the payment, or name it: {TELL} --payment ID.",
    "two_orders": f"Say which it is: {TELL} --order NUMBER.",
    "currency": f"Import what is wrong anew, or say it: {TELL} --record order=wrong.",
    "amount": f"Import what is wrong anew, or say it: {TELL} --record payment=wrong.",
    "overcharged": f"Import the order anew, or say it: {TELL} --record overcharged=wrong.",
    "deadline_passed": "Nothing can be filed; ask the processor whether it still takes anything.",
    "no_deadline": "Look the deadline up at the processor and import the dispute again.",
    "deadline_odd": "Look the deadline up at the processor: no network gives so long.",
    "code_differs": "Ask the processor which is right, its word or the code.",
    "costs_unknown": "Count your own costs: the table has none in this currency.",
    "two_disputes": "Answer each of the disputes over this payment; refund it once.",
    "zero_amount": "Ask the processor what is disputed: the amount is nothing.",
    "ahead": "Import the records again: they tell of times that have not come.",
}
"""What a person can do about what is asked and noted."""


def remedies(decision: Decision) -> dict[str, str]:
    told = (*decision.questions, *decision.notes, decision.reason)
    return {name: REMEDIES[name] for name in told if name in REMEDIES}


def _advised(advice: Advice) -> dict[str, Any]:
    """The decision with its reasons, as the command tells them."""
    assessed, decision, strength = advice.assessment, advice.decision, advice.strength
    return {
        "decision": decision.act,
        "reason": decision.reason,
        "questions": list(decision.questions),
        "notes": list(decision.notes),
        "remedies": remedies(decision),
        "win_probability": strength.probability,
        "strength": strength.model_dump(mode="json"),
        "expected_value": str(decision.expected_value) if decision.expected_value else None,
        "costs": decision.costs.model_dump(mode="json"),
        "monitoring": decision.monitoring,
        "meter": _meter(advice),
        "proof_of_delivery": assessed.grade,
        "missing": [*assessed.missing, *_lacking(advice)],
        "would_change": [item.model_dump(mode="json") for item in advice.would_change],
        "contradictions": [c.model_dump(mode="json") for c in assessed.contradictions],
        "loses": assessed.loses,
    }


def _lacking(advice: Advice) -> list[str]:
    """Elements that are not there: of an answer where none is whole, else what helps it."""
    whole = bool(advice.assessment.ways)
    told = [item for item in advice.wanted if not whole or item.grade != "required"]
    return list(dict.fromkeys(name for item in told for name in item.elements))


async def dispute_rows(
    platform: Platform, session: Session, disputes: Iterable[Dispute]
) -> list[dict[str, Any]]:
    """Disputes as `tradewind disputes list` shows them, with the advice on each."""
    shop = platform.shop(session.tenant.id)
    months, assess = await platform.assistant.months(session, shop), platform.assistant.assess
    return [_dispute_row(d, await assess(session, shop, d.id, months)) for d in disputes]


def _dispute_row(dispute: Dispute, advice: Advice | None) -> dict[str, Any]:
    decision = advice.decision if advice else None
    worth = decision.expected_value if decision else None
    return {
        "id": dispute.id,
        "deadline": dispute.due_by.isoformat() if dispute.due_by else None,
        "amount": str(dispute.amount),
        "category": dispute.category,
        "network": dispute.network,
        "reason_code": dispute.reason_code,
        "stage": dispute.stage,
        "status": dispute.status,
        "advice": decision.act if decision else None,
        "reason": decision.reason if decision else None,
        "questions": list(decision.questions) if decision else [],
        "notes": list(decision.notes) if decision else [],
        "remedies": remedies(decision) if decision else {},
        "win_probability": advice.strength.probability if advice else None,
        "expected_value": str(worth) if worth else None,
        "contradictions": [c.id for c in advice.assessment.contradictions] if advice else [],
        "monitoring": decision.monitoring if decision else None,
        "meter": _meter(advice) if advice else [],
    }


def file_row(attachment: Attachment) -> dict[str, Any]:
    """An attached file as the command tells it."""
    return FileView.of(attachment).model_dump(mode="json")


def _meter(advice: Advice) -> list[dict[str, Any]]:
    """Where the programmes of the dispute's network stand, this month and the last whole one."""
    return [meter.model_dump(mode="json") for meter in advice.decision.meter]


def _row(item: Evidence, made: Dossier, rules: Rules) -> dict[str, Any]:
    """One record: the elements that it shows, the best grade among them, where it goes."""
    assessed = made.advice.assessment
    shown = [e for e in assessed.elements if item.id in e.evidence]
    shown.sort(key=lambda e: get_args(Grade).index(e.grade))
    fields = dict.fromkeys(rules.book.elements[e.id].stripe for e in shown)
    against = [c.id for c in assessed.contradictions if item.id in c.evidence]
    return {
        "id": item.id,
        "kind": item.kind,
        "source": item.source,
        "field": next(filter(None, fields), None),
        "fields": [name for name in fields if name],
        "strength": shown[0].grade if shown else None,
        "elements": [e.id for e in shown],
        "contradictions": against,
    }


def _texts(made: Dossier) -> dict[str, bytes]:
    evidence = [item.model_dump(mode="json") for item in made.evidence]
    texts = {"evidence.json": json.dumps(evidence, ensure_ascii=False, indent=1)}
    if made.claims:
        texts["letter.md"] = "\n\n".join(
            f"{claim.text} [{', '.join(claim.evidence)}]" for claim in made.claims
        )
    return {name: f"{text}\n".encode() for name, text in texts.items()}


def _write(files: Mapping[str, bytes], out: Path) -> list[str]:
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (out / name).write_bytes(content)
    except OSError as error:
        raise BackendError(
            f"{out} cannot be written: {error.strerror}.", "Name another folder."
        ) from error
    return sorted(str(out / name) for name in files)
