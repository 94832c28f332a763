"""Files that the merchant attached to a dispute."""

from collections.abc import Iterator
from decimal import Decimal

from tradewind.evidence import Evidence, Fact, FlagFact, IdFact, NameFact, NumberFact
from tradewind.tool import ToolContext, ToolResult, tool
from tradewind.uploads import Attachment

LONGEST = 4_000
"""Characters of a file's text that are brought along."""


@tool("disputes.uploads", effect="read", audiences=("merchant", "ops"))
def attached_files(context: ToolContext, dispute_id: str) -> ToolResult:
    """List the files that the merchant attached to a dispute, with the text found in them. A file
    is evidence only where somebody of the shop has vouched for it; its text never is."""
    shown = [one for one in context.shop.attachments(dispute_id) if one.shown]
    return ToolResult(evidence=tuple(item for one in shown for item in _told(one)))


def _told(file: Attachment) -> Iterator[Evidence]:
    yield file_evidence(file)
    if file.text:
        yield text_evidence(file)


def file_evidence(file: Attachment) -> Evidence:
    """The file: what it is and what it is to show. Its name is an outsider's and not told; who
    vouched for it is the shop's matter, and none of the excerpt that an issuer reads."""
    vouched = bool(file.vouched_by)
    facts: tuple[Fact, ...] = (
        IdFact(name="file", value=file.id),
        IdFact(name="sha256", value=file.sha256),
        NameFact(name="role", value=file.role),
        NameFact(name="media", value=file.media),
        NumberFact(name="pages", value=Decimal(file.pages)),
        NumberFact(name="bytes", value=Decimal(file.size)),
        FlagFact(name="vouched", value=vouched),
        FlagFact(name="hidden_letters", value=file.hidden),
    )
    pages = "1 page" if file.pages == 1 else f"{file.pages} pages"
    return Evidence.of(
        "upload", f"upload/{file.id}", file.role.replace("_", " ").capitalize(),
        f"{file.id}: {file.media}, {pages}, {file.size} bytes.", facts,
        observed_at=file.given_at, trust="record" if vouched else "untrusted",
    )  # fmt: skip


def text_evidence(file: Attachment) -> Evidence:
    """What is written in the file: an outsider's words, whoever vouched for the file."""
    facts = (
        IdFact(name="file", value=file.id),
        NameFact(name="part", value="text"),
        NameFact(name="role", value=file.role),
    )
    return Evidence.of(
        "upload", f"upload/{file.id}/text", f"Text in {file.id}", file.text[:LONGEST], facts,
        language=file.language, observed_at=file.given_at, trust="untrusted",
    )  # fmt: skip
