"""Shop rules and frequent questions that fit a question."""

from tradewind.errors import ToolFailed
from tradewind.evidence import Evidence
from tradewind.ports.search import SearchQuery
from tradewind.tool import ToolContext, ToolResult, tool


@tool("policy.search", effect="read", audiences=("merchant", "buyer", "ops"))
def search_policies(
    context: ToolContext, text: str, language: str = "en", english: str = "", k: int = 3
) -> ToolResult:
    """Find passages of the shop's policies and FAQ that bear on a question. Entries of the FAQ may
    be quoted; rules are the policies alone."""
    if context.search is None:
        raise ToolFailed("no search index is open.", "Import policies first.")
    query = SearchQuery(
        text=text, language=language, english=english, kinds=("policy", "faq"), k=k
    )  # fmt: skip
    found = tuple(
        Evidence.of(
            "faq" if hit.kind == "faq" else "policy", hit.source, hit.title, hit.text,
            language=hit.language, trust="untrusted" if hit.kind == "faq" else "record",
        )
        for hit in context.search.search(query)
    )  # fmt: skip
    return ToolResult(evidence=found, note="" if found else "No policy or FAQ entry fits.")
