"""A kept packet at the terminal: its files named, or written into a folder."""

from pathlib import Path

from pydantic import JsonValue

from agents.packets import FileView, view_filing
from agents.turns import Shop as Handles
from tradewind.errors import BackendError, NotFound
from tradewind.ports.filing import Filing


def files_of(handles: Handles, packet: JsonValue) -> tuple[FileView, ...]:
    """A packet's files; none where it is not kept."""
    if handles.packets is None or not isinstance(packet, str) or not packet:
        return ()
    filing = handles.packets.filing(packet)
    return view_filing(filing).files if filing else ()


def write_files(filing: Filing | None, folder: Path) -> None:
    """Raises NotFound where there is no packet, BackendError for a folder that cannot be
    written."""
    if filing is None:
        raise NotFound("this question is about no packet.", "Leave --out away.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in filing.files:
            (folder / Path(file.name).name).write_bytes(file.content)
    except OSError as error:
        raise BackendError(
            f"{folder} cannot be written: {error.strerror}.", "Name another folder."
        ) from error
