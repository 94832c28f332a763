"""Put evidence to a dispute without submitting it."""

from typing import Annotated

from tools.disputes.filing import STAGE, propose
from tradewind.tool import From, ToolContext, ToolResult, tool


@tool(STAGE, effect="write", audiences=("merchant",))
def stage(
    context: ToolContext,
    dispute_id: Annotated[str, From.of("dispute_id", "request", "record")],
    packet: Annotated[str, From.of("file", "request", "record")],
) -> ToolResult:
    """Put a packet, by its digest, to a dispute at the processor without submitting it: it can be
    looked at there and put anew."""
    return propose(
        context, STAGE, dispute_id, packet,
        lambda d: f"Stage the evidence for dispute {d.id} over {d.amount}.", once=False,
    )  # fmt: skip
