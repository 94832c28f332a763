"""The dossier engine's end: told, or filed. A packet is made once, then the effect takes its road.

Making the packet is a step of the run: a replay and a run that goes on find it in the journal.
"""

import asyncio
from collections.abc import Sequence

from pydantic import JsonValue

from agents.acting import carry
from agents.chargeback.facts import text_of
from agents.engines.dossier import LETTERED, Dossier, make_dossier, report_on
from agents.events import Answer, Citation
from agents.journal import Place
from agents.kit import Kit, Request
from agents.outgoing import outgoing_claims
from agents.run import Run
from agents.saying import check_all, cite, join, said_in, say
from tradewind.base import digest
from tradewind.errors import ToolDenied
from tradewind.evidence import Evidence
from tradewind.plan import Scenario
from tradewind.ports.effects import LedgerStore
from tradewind.tool import ToolResult

PACK, STAGE = "disputes.pack", "disputes.stage"


async def defend(run: Run, kit: Kit, scenario: Scenario, request: Request) -> Answer:
    """Defend one dispute, and tell the merchant what came of it in their language; file it where
    the scenario does so and was told to."""
    made = await make_dossier(run, kit, scenario, request)
    if made is None:
        return Answer(
            text=say(kit, request.language, "dispute.not_found"), language=request.language
        )
    if scenario.act and request.instructed:
        return await file_evidence(run, kit, scenario, request, made)
    return report_on(kit, request, made, lettered=bool(scenario.prompt))


async def file_evidence(
    run: Run, kit: Kit, scenario: Scenario, request: Request, made: Dossier
) -> Answer:
    """Stage or submit the packet of a dossier, as the scenario's tool does. Where no answer to the
    dispute is advised, or no packet can be made, nothing is filed and the reasons are told."""
    if made.advice.decision.act not in LETTERED or not made.letter.claims:
        return _not_filed(report_on(kit, request, made), kit, request)
    claims = await outgoing_claims(run, made.claims)
    made = made.model_copy(update={"claims": claims, "letter": made.letter.worded(claims)})
    packed = await _pack(run, made)
    packet = packed.evidence[0] if packed.evidence else None
    if packet is None:
        return _not_filed(_with(_brief(kit, request, made), packed.note), kit, request)
    arguments: dict[str, JsonValue] = {
        "dispute_id": made.dispute, "packet": text_of(packet, "packet"),
    }  # fmt: skip
    acted = await carry(run, kit, request.language, scenario.act, arguments, (packet,))
    return _told(kit, request, made, packet, acted)


async def _pack(run: Run, made: Dossier) -> ToolResult:
    """The recorded step: evidence of the packet, or a note why there is none."""

    async def act(_: Place) -> ToolResult:
        if run.stubbed:
            return ToolResult(note="This run only tries things out: it makes no packet.")
        if run.change is None or run.change.packets is None:
            raise ToolDenied("this shop files no evidence.", "Open it with its packets.")
        ledger, make = run.change.hands.ledger, run.change.packets.make
        staged = await run.off(last_staged, ledger, made.dispute)
        return await asyncio.to_thread(make, made, run.session.tenant.name, staged)

    request: JsonValue = {"dispute": made.dispute, "dossier": digest(made)}
    result = await run.take("tool", PACK, request, "draft", act, ToolResult)
    run.sources.add(result.evidence)
    return result


def last_staged(ledger: LedgerStore, dispute: str) -> str:
    """The packet that was staged last for a dispute; empty where none was."""
    past = [e for e in ledger.about(f"dispute/{dispute}") if e.tool == STAGE and e.status == "done"]
    return str(past[-1].arguments.get("packet", "")) if past else ""


def _told(kit: Kit, request: Request, made: Dossier, packet: Evidence, acted: Answer) -> Answer:
    """What the dispute is, what is advised and packed, and what became of filing it."""
    before = _brief(kit, request, made)
    said = [
        claim
        for key in ("filing.packet", *_since(packet))
        for claim in kit.replies.say(request.language, key, {"packet": packet}) or ()
    ]
    sound, _ = check_all(said, (packet,), request.language)
    parts = [before.text, join(request.language, said_in(sound)), acted.text]
    return acted.model_copy(update={
        "text": "\n\n".join(filter(None, parts)),
        "citations": _once(before.citations, acted.citations, cite(sound, (packet,))),
        "details": before.details | acted.details | {"packet": text_of(packet, "packet")},
    })  # fmt: skip


def _brief(kit: Kit, request: Request, made: Dossier) -> Answer:
    """The report without the letter, which is in the packet."""
    return report_on(kit, request, made.model_copy(update={"claims": ()}), lettered=False)


def _since(packet: Evidence) -> list[str]:
    """How the packet stands to the one that was staged last, where one was."""
    state = text_of(packet, "staged")
    return [f"filing.{state}"] if state in ("unchanged", "changed") else []


def _not_filed(answer: Answer, kit: Kit, request: Request) -> Answer:
    text = f"{answer.text} {say(kit, request.language, 'filing.nothing')}"
    return answer.model_copy(update={"text": text})


def _with(answer: Answer, note: str) -> Answer:
    """The answer with what stands in the way of a packet: a limit or a font, and the remedy."""
    return answer.model_copy(
        update={"text": f"{answer.text} {note}", "details": answer.details | {"note": note}}
    )


def _once(*lists: Sequence[Citation]) -> tuple[Citation, ...]:
    return tuple({citation.id: citation for some in lists for citation in some}.values())
