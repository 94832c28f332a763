"""A dossier as what is filed for it: its packet with the form filled, kept under its digest."""

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from agents.attachments import Attachments
from agents.chargeback.form import letter_text
from agents.engines.dossier import Dossier
from agents.kit import Kit
from tradewind.evidence import Evidence, IdFact, NameFact, NumberFact
from tradewind.ports.filing import (
    Cover,
    FiledExhibit,
    FiledFile,
    Filing,
    Filings,
    Prediction,
    Predictions,
)  # fmt: skip
from tradewind.tool import ToolResult
from wiring.drafts import Finished, draft_of, finish, goal_named
from wiring.packets import open_packer

TARGET = "stripe"


class Packets:
    """PacketRoom over the shop's filings. `kit` and the folder of weight files are met at the first
    packet alone."""

    def __init__(
        self, kit: Callable[[], Kit], models: Path, filings: Filings, predictions: Predictions,
        attachments: Callable[[], Attachments], clock: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._kit = kit
        self._models = models
        self._filings = filings
        self._predictions = predictions
        self._attachments = attachments
        self._clock = clock

    def filing(self, packet: str) -> Filing | None:
        return self._filings.filing(packet)

    def make(self, made: Dossier, merchant: str, staged: str) -> ToolResult:
        """See PacketRoom. Raises BackendError for a folder that cannot be written."""
        files = self._attachments().shown(made.evidence)
        draft = draft_of(made, merchant, self._kit(), goal_named(TARGET), files)
        before = self._filings.filing(staged) if staged else None
        if before is not None and before.cover.basis == draft.basis:
            return ToolResult(evidence=(packet_evidence(before, "unchanged"),))
        done = finish(draft, open_packer(self._models))
        why = _hindrance(done)
        if why:
            return ToolResult(note=why)
        filing = filing_of(made.dispute, done)
        self._predictions.keep(_prediction(made, self._filings.keep(filing), self._clock()))
        return ToolResult(evidence=(packet_evidence(filing, "changed" if staged else "new"),))


def filing_of(dispute: str, done: Finished) -> Filing:
    """What is sent, and what people are shown of it. A file's name in the form gives way to the id
    that its upload brings."""
    sent = done.filled.evidence if done.filled else None
    values = sent if isinstance(sent, dict) else {}
    named = {file.field for file in done.packed.files}
    return Filing(
        dispute_id=dispute,
        texts={k: v for k, v in values.items() if isinstance(v, str) and k not in named},
        objects={k: v for k, v in values.items() if isinstance(v, dict)},
        files=tuple(
            FiledFile(field=f.field, name=f.name, media=f.media, content=f.content)
            for f in done.packed.files
        ),
        cover=_cover(done),
    )


def _cover(done: Finished) -> Cover:
    places = {n: (f.name, page) for f in done.packed.files for n, page in f.exhibits.items()}
    exhibits = (
        FiledExhibit(
            number=n, title=e.title, source=e.source, file=places[n][0], page=places[n][1],
            outsider=e.outsider, evidence=e.evidence,
        )
        for n, e in enumerate(done.draft.packet.exhibits, start=1)
    )  # fmt: skip
    return Cover(
        letter=letter_text(done.draft.packet), basis=done.draft.basis,
        exhibits=tuple(exhibits), notes=tuple(_notes(done)),
        pages=sum(file.pages for file in done.packed.files),
    )  # fmt: skip


def _notes(done: Finished) -> Iterator[str]:
    """What was made smaller, cut or left out."""
    for why in done.draft.left_out.values():
        yield f"An attached file is left out: {why}."
    for one in done.packed.reduced:
        yield f"Exhibit {one.exhibit} was made smaller: {one.size_from} to {one.size_to} bytes."
    for cut in done.cuts:
        yield f"{cut.field} was cut to {cut.kept} of {cut.of} characters."


def _hindrance(done: Finished) -> str:
    """Why the packet cannot be filed, with the remedy; empty where it can."""
    packed = done.packed
    if done.refused:
        return f"{done.refused}. {done.remedy}".replace("..", ".")
    if packed.excess:
        told = ", ".join(f"{e.found} {e.limit} of {e.allowed}" for e in packed.excess)
        first = ", ".join(f"{d.exhibit} ({d.title})" for d in packed.drop_first)
        return f"The packet is too large: {told}. Leave out first: exhibit {first}."
    if done.faults:
        told = "; ".join(f"{fault.field} {fault.problem}".strip() for fault in done.faults)
        return f"The form would be refused: {told}. Mend the record that it comes from."
    return ""


def packet_evidence(filing: Filing, state: str) -> Evidence:
    """The packet as a record. `state`: how it stands to the one that was staged last."""
    files = "; ".join(f"{f.name} ({len(f.content)} bytes)" for f in filing.files)
    name = filing.digest
    return Evidence.of(
        "packet", f"packet/{name}", f"Packet for dispute {filing.dispute_id}",
        f"Packet for dispute {filing.dispute_id}: {files}. SHA-256 {name}.",
        (
            IdFact(name="packet", value=name), IdFact(name="dispute", value=filing.dispute_id),
            NumberFact(name="files", value=Decimal(len(filing.files))),
            NumberFact(name="pages", value=Decimal(filing.cover.pages)),
            NumberFact(name="exhibits", value=Decimal(len(filing.cover.exhibits))),
            NameFact(name="staged", value=state),
        ),
    )  # fmt: skip


def _prediction(made: Dossier, packet: str, at: datetime) -> Prediction:
    strength, assessed = made.advice.strength, made.advice.assessment
    return Prediction(
        packet=packet, dispute=made.dispute, category=made.category, network=assessed.network,
        log_odds=strength.log_odds, probability=strength.probability, model=strength.model,
        version=strength.version, at=at,
    )  # fmt: skip
