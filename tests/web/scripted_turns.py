"""A scripted assistant behind the real HTTP floor: what it says hangs on words in the message."""

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime

from agents.assistant import new_run_id
from agents.events import (
    Action,
    Answer,
    ApprovalCard,
    Citation,
    PlanReady,
    StepBegan,
    StepEnded,
    TextPiece,
    TurnEnded,
    TurnEvent,
)  # fmt: skip
from agents.recording import Asked
from agents.turns import Accepted, Shop
from tradewind.errors import BackendError
from tradewind.people import Session
from tradewind.plan import Plan, PlanStep
from tradewind.trace import Run, Span, SpanKind

Emit = Callable[[TurnEvent], None]

STEPS = (
    PlanStep(scenario="chargeback.list", agent="chargeback"),
    PlanStep(scenario="service.order_status", agent="service", inputs={"order_id": "#W2611340"}),
)
PARCEL = Citation(
    id="ev_shipment_1Z999", source="shipment/1Z999AA10123456784",
    excerpt="UPS 1Z999AA10123456784, out for delivery, Madrid, 2026-11-23 08:12 UTC",
)  # fmt: skip
DISPUTE = Citation(
    id="ev_dispute_1Q", source="dispute/dp_1QSample",
    excerpt="dp_1QSample, product_not_received, 84.90 EUR, evidence due 2026-11-30 23:59 UTC",
)  # fmt: skip
RULES = Citation(
    id="ev_policy_returns",
    source="policy/returns",
    excerpt="Goods can be sent back within 30 days of delivery. The buyer pays the return.",
)

ANSWERS: dict[str, Answer] = {
    "disputes": Answer(
        text="One dispute is open: dp_1QSample over 84.90 EUR, evidence due on "
        "30 November 2026.\n\n"
        "Order #W2611340 is out for delivery. The last scan was today at 08:12 in Madrid.",
        language="en", citations=(DISPUTE, PARCEL),
    ),
    "refund": Answer(
        text="I have prepared the refund of 84.90 EUR for order #W2611340.",
        language="en", citations=(PARCEL,), grounded=False, handover="order_status.lost",
        actions=(Action(tool="refunds.create", effect="spend", status="proposed"),),
        approvals=(ApprovalCard(id="ap_71", summary="Refund 84.90 EUR for order #W2611340"),),
    ),
    "النزاعات": Answer(
        text="هناك نزاع واحد مفتوح: dp_1QSample بمبلغ 84.90 EUR، "
        "والموعد النهائي للأدلة هو 30 نوفمبر 2026.",
        language="ar", citations=(DISPUTE,),
    ),
    "pedido": Answer(
        text="Para consultar un pedido necesito su número y el correo con el que se hizo.",
        language="es", intent="order_status", asks="identity",
    ),
    "أعيد": Answer(
        text="يمكنك إعادة المنتج خلال 30 يومًا من التسليم. تكاليف الإرجاع على المشتري.",
        language="ar", citations=(RULES,), intent="return_refund",
    ),
}  # fmt: skip
FOUND = Answer(
    text="El pedido #W2611340 está en reparto. El último escaneo fue hoy a las 08:12 en Madrid.",
    language="es", citations=(PARCEL,), intent="order_status",
)  # fmt: skip
OTHER = Answer(text="I can only help with this shop.", language="en", intent="off_topic")
PLANNED = ("disputes", "النزاعات", "hold")


class ScriptedAssistant:
    """Answers by the first key of ANSWERS in the text. "hold" waits for the gate between its
    steps, "broken" fails; what was asked for is kept in `given`."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.given: list[dict[str, str]] = []

    async def accept(
        self, session: Session, shop: Shop, text: str, given: dict[str, str] | None = None
    ) -> Accepted:
        self.given.append(given or {})
        asked = Asked(text=text, given=given or {})
        record = Run(
            id=new_run_id(), tenant=session.tenant.id, thread=session.thread,
            actor=session.actor.id, audience=session.audience, request={"text": text},
            started_at=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
        )  # fmt: skip
        return Accepted(record, 0, session, shop, asked)

    async def answer(self, accepted: Accepted, emit: Emit) -> TurnEnded:
        text, given = accepted.asked.text, accepted.asked.given
        if "broken" in text:
            raise BackendError("The model is not loaded.", "Run `make run` once more.")
        answer = FOUND if given else next((a for k, a in ANSWERS.items() if k in text), OTHER)
        if any(word in text for word in PLANNED):
            await self._steps(answer.language, emit, hold="hold" in text)
        record = accepted.record
        self._journal(accepted.shop, record)
        for word in answer.text.split(" "):
            emit(TextPiece(text=f"{word} "))
        ended = TurnEnded(run=record.id, thread=record.thread, answer=answer, seconds=0.31)
        emit(ended)
        return ended

    async def _steps(self, language: str, emit: Emit, *, hold: bool) -> None:
        emit(PlanReady(plan=Plan(language=language, steps=STEPS)))
        for index, step in enumerate(STEPS):
            emit(StepBegan(index=index, scenario=step.scenario))
            if hold:
                await asyncio.to_thread(self.gate.wait, 30)
            emit(StepEnded(index=index, scenario=step.scenario))

    def _journal(self, shop: Shop, record: Run) -> None:
        shop.runs.start(record)
        done = record.model_copy(update={"status": "done", "seconds": 0.31, "tokens": 412})
        shop.runs.finish(done, spans_of(record.id))


def spans_of(run: str) -> list[Span]:
    """A journal as a two-step turn leaves it."""
    rows: list[tuple[SpanKind, str, int, int]] = [
        ("model", "qwen2.5-coder-1.5b", 0, 182_000), ("step", "plan", 183_000, 420),
        ("tool", "disputes.list", 184_000, 2_300), ("tool", "orders.find", 184_300, 1_100),
        ("tool", "logistics.track", 185_600, 940), ("search", "policy", 187_000, 3_400),
        ("model", "qwen2.5-coder-1.5b", 191_000, 119_000),
    ]  # fmt: skip
    return [
        Span(
            run=run, path="step0", ordinal=n, kind=kind, name=name, started_us=1_000_000 + at,
            duration_us=long, request={"order_id": "#W2611340"}, response={"found": 1},
        )
        for n, (kind, name, at, long) in enumerate(rows)
    ]  # fmt: skip
