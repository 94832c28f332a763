"""What one product costs and how much of it is there, now."""

from tools.catalog.facts import product_of
from tools.catalog.search import product_evidence
from tradewind.tool import ToolContext, ToolResult, tool


@tool("catalog.offer", effect="read", audiences=("merchant", "buyer", "ops"))
def product_offer(context: ToolContext, product_id: str, text: str = "") -> ToolResult:
    """Read price, options and stock of one product as of now, narrowed to the options that `text`
    names."""
    product = product_of(context, product_id)
    return ToolResult(evidence=(product_evidence(product, text),))
