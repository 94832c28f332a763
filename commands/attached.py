"""disputes attach, detach: files that show something of a dispute."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from agents.attachments import Attachments, Given, too_large
from commands.console import SHOP, AsJson, Shop, note, opened, page, session, show_json
from packets.names import safe_name
from tradewind.errors import InvalidInput, RequestError
from tradewind.uploads import Role
from wiring.disputes import file_row


def attach(
    id: Annotated[str, typer.Argument(help="The dispute.")],
    files: Annotated[list[Path], typer.Argument(help="PDFs or pictures.")],
    role: Annotated[Role, typer.Option("--role", help="What they are to show.")] = (
        "uncategorized_file"
    ),
    vouch: Annotated[
        bool, typer.Option("--vouch", help="You looked at them: they are what the role says.")
    ] = False,
    pages: Annotated[str, typer.Option("--pages", help="Only these, as in 1-3,7.")] = "",
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Attach files to a dispute. They are kept sealed as they are; what a packet shows of them is
    made anew. Without --vouch they are shown and count as nothing.

    What cannot be shown is kept, told with the remedy, and ends with exit code 1.

    Example: tradewind disputes attach dp_1Q receipt.pdf --role receipt --vouch
    """
    with opened() as platform:
        who = session(platform, shop, "merchant", "disputes")
        given = {"role": role, "vouch": vouch, "pages": pages}
        rows = list(_attached(platform.attachments(shop), id, files, given, who.actor.id))
    if as_json:
        show_json({"dispute": id, "files": rows})
    for row in rows:
        _print(row, as_json)
    if any(row["status"] != "kept" for row in rows):
        raise typer.Exit(1)


def _attached(
    kept: Attachments, dispute: str, files: list[Path], given: dict[str, Any], by: str
) -> Iterator[dict[str, Any]]:
    """What became of each file; one that is refused stops no other."""
    kept.of(dispute)
    for path in files:
        try:
            one = Given(name=path.name, data=_read(path, kept.largest), **given)
            attachment = kept.attach(dispute, one, by, datetime.now(UTC))
        except RequestError as error:
            yield {"given": _shown(path), "status": "refused", "reason": error.message,
                   "remedy": error.hint}  # fmt: skip
            continue
        status = "kept" if attachment.shown else "not_shown"
        yield {"given": _shown(path), "status": status, **file_row(attachment)}


def _read(path: Path, largest: int) -> bytes:
    """A file's bytes. Raises InvalidInput for what is no file or is too large; no more of it is
    read than may be."""
    try:
        if not path.is_file():
            raise InvalidInput(f"{_shown(path)} is no file.", "Name a PDF or a picture.")
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except OSError as error:
        raise InvalidInput(
            f"{_shown(path)} cannot be read: {error.strerror}.", "Check it."
        ) from error
    if len(data) > largest:
        raise too_large(safe_name(path.name), len(data), largest)
    return data


def _shown(path: Path) -> str:
    """The path as text, bytes that are none replaced."""
    return os.fsencode(path).decode("utf-8", "replace")


def _print(row: dict[str, Any], as_json: bool) -> None:
    given = ascii(row["given"])[1:-1]
    if row["status"] == "refused":
        note.print(f"{given}: {row['reason']} {row['remedy']}", markup=False)
        return
    if not row["shown"]:
        note.print(
            f"{given}: {row['name']} {row['reason']}. It is kept as {row['file']} and not shown. "
            f"{row['remedy']}", markup=False,
        )  # fmt: skip
    elif not as_json:
        vouched = "vouched for" if row["vouched_by"] else "nobody has vouched for it"
        page.print(f"{row['file']}  {row['name']}, {row['role']}, {vouched}", markup=False)
    for told in (*row["notes"], *row["warnings"]):
        note.print(f"{given}: {told}", markup=False)


def detach(
    id: Annotated[str, typer.Argument(help="The dispute.")],
    file: Annotated[str, typer.Argument(help="The file's id, or its SHA-256.")],
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Take a file off a dispute; its original is deleted.

    Example: tradewind disputes detach dp_1Q FILE-3FA9C1D2E4
    """
    with opened() as platform:
        platform.tenant(shop)
        gone = platform.attachments(shop).detach(id, file)
    if as_json:
        return show_json({"dispute": id, "detached": file_row(gone)})
    page.print(f"{gone.id}  {gone.name}: taken off, its original is deleted", markup=False)
