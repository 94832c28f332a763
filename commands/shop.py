"""import, search, scenarios, disputes: the shop's records."""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from commands.console import SHOP, AsJson, Shop, note, opened, page, session, show_json
from commands.stated import statement_row
from models.language import identify
from tools.disputes.find import needs_response
from tradewind.errors import InvalidInput, NotFound
from tradewind.people import Tenant
from tradewind.plan import Agent
from tradewind.ports.search import DocumentKind, SearchQuery
from wiring.disputes import defend_dispute, dispute_rows, file_row
from wiring.imports import FileReport, files_below, import_files
from wiring.prevention import lines, prevention, told
from wiring.scenarios import scenario_rows

disputes = typer.Typer(
    help="Disputes: list, show, defend, file, attach, tell, prevent.", no_args_is_help=True
)


def import_(
    files: Annotated[list[Path], typer.Argument(help="Files, or folders of them.")],
    kind: Annotated[
        str | None, typer.Option("--kind", help="The kind, if not to be detected.")
    ] = None,
    currency: Annotated[str, typer.Option("--currency", help="For tables that name none.")] = "USD",
    columns: Annotated[
        list[str] | None,
        typer.Option("--map", help="COLUMN=FIELD of a table of disputes; again for each."),
    ] = None,
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Read a merchant's files into the shop; the kind is detected.

    A table of disputes whose columns are not known is read with --map "Fall-Nr=id" and so on;
    a field that does not exist is answered with those that do.

    Example: tradewind import products.csv orders.json --shop myshop
    """
    with opened() as platform:
        known = platform.database.tenants().tenant(shop)
        tenant = known or Tenant(id=shop, name=shop, currency=currency)
        seen = None if as_json else _print_report
        mapping = dict(map(_pair, columns or []))
        report = import_files(platform, tenant, files_below(files), kind, seen, mapping)
        if as_json:
            show_json(
                {
                    "files": [_file_row(item) for item in report.files],
                    "index": report.index.model_dump(),
                }
            )
        if not report.files or all(item.error for item in report.files):
            note.print("tradewind: no file was taken. Name files or folders that hold some.")
            raise typer.Exit(1)


def _pair(told: str) -> tuple[str, str]:
    """A column and its field. Raises InvalidInput."""
    column, mark, field = told.rpartition("=")
    if not mark or not column.strip() or not field.strip():
        raise InvalidInput(f"--map {told!r} is no COLUMN=FIELD.", 'Write --map "Case No=id".')
    return column.strip(), field.strip()


def _file_row(report: FileReport) -> dict[str, Any]:
    row = report.model_dump(mode="json")
    return row if report.error else {k: v for k, v in row.items() if k != "error"}


def _print_report(report: FileReport) -> None:
    if report.error:
        note.print(f"{report.file}: refused: {report.error}", markup=False, soft_wrap=True)
        return
    page.print(
        f"{report.file}: {report.kind}: {report.accepted} new, {report.updated} updated, "
        f"{report.unchanged} unchanged, {report.rejected_count} rejected",
        markup=False, soft_wrap=True,
    )  # fmt: skip
    if report.unread:
        names = ", ".join(report.unread[:20])
        note.print(f"  columns not read: {names}", markup=False, soft_wrap=True)
    for bad in report.rejected[:5]:
        note.print(f"  row {bad.row}: {bad.field} = {bad.value[:60]!r}: {bad.reason}", markup=False)


def search(
    text: Annotated[str, typer.Argument(help="What to look for.")],
    kind: Annotated[DocumentKind | None, typer.Option("--kind", help="Only this kind.")] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many.")] = 8,
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Search products, policies and FAQ.

    Example: tradewind search "waterproof speaker" --kind product -k 5
    """
    with opened() as platform:
        platform.tenant(shop)
        language, _ = identify(text)
        english = asyncio.run(_english(platform, shop, text, language))
        query = SearchQuery(
            text=text, language=language, english=english, kinds=(kind,) if kind else (), k=k
        )  # fmt: skip
        hits = platform.index(shop).search(query)
        if as_json:
            keys = {"id", "kind", "score", "title", "excerpt"}
            show_json({"hits": [hit.model_dump(mode="json", include=keys) for hit in hits]})
            return
        for hit in hits:
            page.print(f"{hit.score:.3f}  {hit.kind:8} {hit.title}  ({hit.id})", markup=False)
            page.print(f"       {hit.excerpt[:150]}", markup=False, style="dim")


async def _english(platform: Any, shop: str, text: str, language: str) -> str:
    """The query in English where only an English embedder is there."""
    if language in ("en", "unknown") or not platform.embedding.languages:
        return ""
    return await platform.assistant.translate(
        session(platform, shop, "merchant", "search"), platform.shop(shop), text
    )


def scenarios(
    area: Annotated[Agent | None, typer.Option("--area", help="Only this agent's.")] = None,
    as_json: AsJson = False,
) -> None:
    """The catalogue of what can be asked for, and what each needs to run now.

    Example: tradewind scenarios --area service
    """
    with opened() as platform:
        rows = scenario_rows(platform, area)
        if as_json:
            show_json({"scenarios": rows})
            return
        for row in rows:
            page.print(f"{row['status']:8} {row['id']:28} {row['title']}", markup=False)


@disputes.command("list")
def list_disputes(shop: Shop = SHOP, as_json: AsJson = False) -> None:
    """Open disputes, the earliest deadline first.

    Example: tradewind disputes list --json
    """
    with opened() as platform:
        who = session(platform, shop, "merchant", "disputes")
        open_ = [d for d in platform.database.shop(shop).disputes() if needs_response(d)]
        rows = asyncio.run(dispute_rows(platform, who, open_))
        if as_json:
            show_json({"disputes": rows})
            return
        for row in rows:
            page.print(
                f"{row['deadline'] or '-':25} {row['amount']:>14} {row['category']:22} "
                f"{row['advice'] or 'cannot tell':11} {row['id']}",
                markup=False,
            )


@disputes.command("show")
def show_dispute(id: str, shop: Shop = SHOP, as_json: AsJson = False) -> None:
    """One dispute with all that is known of it.

    Example: tradewind disputes show dp_1Q
    """
    with opened() as platform:
        who = session(platform, shop, "merchant", "disputes")
        found = platform.database.shop(shop).dispute(id)
        if found is None:
            raise NotFound(f"there is no dispute {id}.", "See `tradewind disputes list`.")
        rows = asyncio.run(dispute_rows(platform, who, [found]))
        stated = platform.database.shop(shop).statements_of(id)
        shown = {
            "disputes": rows, "record": found.model_dump(mode="json"),
            "statements": [statement_row(item) for item in stated],
            "files": [file_row(one) for one in platform.attachments(shop).of(id)],
        }  # fmt: skip
        show_json(shown) if as_json else page.print_json(json.dumps(shown, ensure_ascii=False))


@disputes.command("defend")
def defend(
    id: str,
    out: Annotated[Path, typer.Option("--out", help="Folder for letter, packet and evidence.")],
    target: Annotated[
        str, typer.Option("--target", help="Where it goes, if not to the dispute's own processor.")
    ] = "",
    shop: Shop = SHOP,
    as_json: AsJson = False,
) -> None:
    """Assess, gather, draft and check one dispute; files nothing.

    Example: tradewind disputes defend dp_1Q --out packet/ --target amex
    """
    with opened() as platform:
        who = session(platform, shop, "merchant", "disputes")
        made = asyncio.run(defend_dispute(platform, who, id, out, target))
        show_json(made) if as_json else page.print_json(json.dumps(made, ensure_ascii=False))


@disputes.command("prevent")
def prevent(shop: Shop = SHOP, as_json: AsJson = False) -> None:
    """The weekly view: rate beside the programmes' limits, causes, parcels at risk with a drafted
    message each; sends nothing.

    Send one with: tradewind ask "write to the buyer of #W1 about the late parcel" --as merchant

    Example: tradewind disputes prevent --json
    """
    with opened() as platform:
        seen = asyncio.run(prevention(platform, session(platform, shop, "merchant", "disputes")))
        if as_json:
            show_json(told(seen))
            return
        for line in lines(seen):
            page.print(line, markup=False, soft_wrap=True)
