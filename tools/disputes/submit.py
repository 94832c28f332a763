"""Submit evidence for a dispute: once and for good."""

from typing import Annotated

from tools.disputes.filing import SUBMIT, propose
from tradewind.tool import From, ToolContext, ToolResult, tool


@tool(SUBMIT, effect="write", audiences=("merchant",))
def submit(
    context: ToolContext,
    dispute_id: Annotated[str, From.of("dispute_id", "request", "record")],
    packet: Annotated[str, From.of("file", "request", "record")],
) -> ToolResult:
    """Submit a packet, by its digest, to the bank that decides a dispute. It can be done once and
    not taken back."""
    return propose(
        context, SUBMIT, dispute_id, packet,
        lambda d: f"Submit the evidence for dispute {d.id} over {d.amount} to the bank, for good.",
        once=True,
    )  # fmt: skip
