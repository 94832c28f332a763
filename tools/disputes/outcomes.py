"""How the disputes ended for which evidence was submitted, beside what was foretold."""

from collections.abc import Iterator
from decimal import Decimal

from tools.disputes.filing import SUBMIT
from tradewind.commerce import Dispute
from tradewind.evidence import Evidence, NumberFact
from tradewind.ports.filing import Prediction
from tradewind.tool import PastEffects, ToolContext, ToolResult, tool

PLACES = Decimal("0.000001")


@tool("disputes.outcomes", effect="read")
def list_outcomes(context: ToolContext) -> ToolResult:
    """List the log-odds that were foretold for the disputes that the shop submitted evidence for
    and that have been won or lost since."""
    ended = list(_ended(context))
    if not ended:
        return ToolResult(note="No dispute for which evidence was submitted has ended yet.")
    won = sum(dispute.state == "won" for dispute, _ in ended)
    return ToolResult(evidence=(Evidence.of(
        "outcomes", "outcomes/disputes", "Disputes that ended",
        f"Of the disputes for which evidence was submitted {won} were won and {len(ended) - won} "
        "were lost. Each fact is one: the log-odds that were foretold for it.",
        tuple(
            NumberFact(name=dispute.state, value=Decimal(told.log_odds).quantize(PLACES))
            for dispute, told in ended
        ),
    ),))  # fmt: skip


def _ended(context: ToolContext) -> Iterator[tuple[Dispute, Prediction]]:
    """Each dispute once, with what was foretold of the packet that was submitted."""
    told = context.predictions.predictions() if context.predictions else ()
    if not told or context.past is None:
        return
    by_packet = {prediction.packet: prediction for prediction in told}
    ids = {prediction.dispute for prediction in told}
    for dispute in context.shop.disputes():
        if dispute.id in ids and dispute.state in ("won", "lost"):
            prediction = by_packet.get(_submitted(context.past, dispute))
            if prediction is not None:
                yield dispute, prediction


def _submitted(past: PastEffects, dispute: Dispute) -> str:
    """The packet that was submitted; empty where none is known to have been."""
    done = [
        effect for effect in past.about(f"dispute/{dispute.id}")
        if effect.tool == SUBMIT and effect.status == "done"
    ]  # fmt: skip
    return str(done[-1].arguments.get("packet", "")) if done else ""
