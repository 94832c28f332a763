"""export, erase: a tenant's data out; one person's data gone."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from commands.console import SHOP, AsJson, Shop, note, opened, page, show_json
from wiring.archive import write_archive

KEPT = (
    "Kept: order numbers, amounts, dates, items, countries and payment states, for the merchant's "
    "books; how long the law wants them kept is the merchant's to know. Files that were imported, "
    "exports and backups outside the data folder are not reached."
)


def export(
    file: Annotated[Path, typer.Argument(help="The zip file to write.")],
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Write all data of a shop into one file: records, rules, effects, approvals, runs, threads.

    It holds persons' data in clear: keep it as you keep those. Keys and secrets are no part of it.

    Example: tradewind export shop.zip --shop myshop
    """
    with opened() as platform:
        tenant = platform.tenant(shop)
        manifest = write_archive(platform.database.archive(tenant.id), tenant.id, file)
    counts = {kind: member.lines for kind, member in manifest.members.items()}
    if as_json:
        return show_json({"file": str(file), "format": manifest.format, "counts": counts})
    for kind, lines in counts.items():
        page.print(f"{lines:8} {kind}", markup=False)
    note.print(f"{file}: {sum(counts.values())} records", markup=False, soft_wrap=True)


def erase(
    buyer: Annotated[str, typer.Option("--buyer", help="The person's e-mail address.")],
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Erase one person from the shop's records and from every trace. There is no way back.

    For one who is not known, or no longer, all counts are 0.

    Example: tradewind erase --buyer ana@example.com --shop myshop
    """
    with opened() as platform:
        tenant = platform.tenant(shop)
        done = platform.database.erasure(tenant.id).erase(buyer, datetime.now(UTC))
        filings = platform.filings(tenant.id).forget()
    counts = {
        **{f"{kind}s": n for kind, n in done.records.items()},
        "keys": done.keys, "threads": done.threads, "effects": done.effects,
        "filings": filings, "uploads": done.uploads,
    }  # fmt: skip
    if as_json:
        return show_json({"counts": counts, "kept": KEPT})
    for what, n in counts.items():
        page.print(f"{n:8} {what}", markup=False)
    note.print(KEPT, markup=False, soft_wrap=True)
