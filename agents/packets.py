"""The room where a dossier becomes what is filed. It is slow: keep it off the event loop."""

from typing import TYPE_CHECKING, Protocol

from tradewind.ports.filing import Filing
from tradewind.tool import ToolResult

if TYPE_CHECKING:  # a dossier is made by a run, which knows this room
    from agents.engines.dossier import Dossier


class PacketRoom(Protocol):
    """Makes, keeps and shows a tenant's filings."""

    def make(self, made: "Dossier", merchant: str, staged: str) -> ToolResult:
        """The packet of a dossier with a letter, kept: evidence of kind "packet" names it. Where it
        would hold what `staged` holds, that one is named. A note says why there is none, with the
        remedy."""
        ...

    def filing(self, packet: str) -> Filing | None: ...
