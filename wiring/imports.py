"""Importing a merchant's files: read, store, index, log."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from connectors.open import open_source, tells_of_shop
from retrieval.ingest import documents_of
from tradewind.base import Record
from tradewind.commerce import Rejected, SourceRow
from tradewind.errors import BackendError, InvalidInput
from tradewind.people import ShopDetails, Tenant
from tradewind.ports.search import IndexCount
from tradewind.ports.storage import ImportEntry, PutCount
from wiring.platform import Platform

SEARCHED = frozenset(("product", "policy", "faq"))
"""Record kinds that search finds."""

MOST_REJECTED = 1000
"""Rejected rows of one file that are reported one by one."""


class FileReport(Record):
    """What became of one file. `erased` rows came without their person, who was erased before;
    `unread` names columns that nothing was read from; `error` is set when it was refused whole."""

    file: str
    kind: str = ""
    accepted: int = 0
    updated: int = 0
    unchanged: int = 0
    erased: int = 0
    rejected: tuple[Rejected, ...] = ()
    rejected_count: int = 0
    unread: tuple[str, ...] = ()
    error: str | None = None


class ImportReport(Record):
    files: tuple[FileReport, ...]
    index: IndexCount = IndexCount()


def files_below(paths: Iterable[Path]) -> list[Path]:
    """The files named, and those directly or deeper in folders named. Of these, pictures are left
    out, and what tells of the folder itself: a README is no shop rule."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        found += [p for p in inside if p == path or (_is_data(p))]
    return found


def _is_data(path: Path) -> bool:
    about = path.stem.casefold() in _ABOUT
    return path.is_file() and path.suffix in _READ and not about


_ABOUT = frozenset(("readme", "license", "licence", "notice", "changelog", "copying"))


_READ = frozenset((
    ".csv", ".tsv", ".json", ".md", ".html", ".htm", ".pdf", ".txt", ".eml", ".mbox",
))  # fmt: skip


def import_files(
    platform: Platform, tenant: Tenant, paths: Iterable[Path], kind: str | None = None,
    seen: Callable[[FileReport], None] | None = None, mapping: Mapping[str, str] | None = None,
) -> ImportReport:  # fmt: skip
    """Read files into a shop and bring its search index up to date. `mapping`: see `open_source`.

    What tells of the shop itself comes first, then the files as they are named. A file that is
    refused stops none of the others. Raises BackendError when the store fails.
    """
    if platform.database.tenants().tenant(tenant.id) is None:
        platform.database.tenants().put_tenant(tenant)
    kinds: set[str] = set()
    reports: list[FileReport] = []
    for path in sorted(paths, key=tells_of_shop, reverse=True):
        known = platform.tenant(tenant.id)
        reports.append(_import_one(platform, known, path, kind, kinds, mapping))
        if seen:
            seen(reports[-1])
    changed = any(report.accepted or report.updated for report in reports)
    index = index_shop(platform, tenant.id) if changed and kinds & SEARCHED else IndexCount()
    return ImportReport(files=tuple(reports), index=index)


def index_shop(platform: Platform, tenant_id: str) -> IndexCount:
    """Make the search index hold what the store holds."""
    shop = platform.database.shop(tenant_id)
    return platform.index(tenant_id).sync(
        documents_of(shop.products(), shop.policies(), shop.faqs())
    )


def _import_one(
    platform: Platform, tenant: Tenant, path: Path, kind: str | None, kinds: set[str],
    mapping: Mapping[str, str] | None,
) -> FileReport:  # fmt: skip
    shop = platform.database.shop(tenant.id)
    rejected: list[Rejected] = []
    count = 0

    def good(rows: Iterable[SourceRow | Rejected]) -> Iterator[SourceRow]:
        nonlocal count
        for row in rows:
            if isinstance(row, Rejected):
                count += 1
                if len(rejected) < MOST_REJECTED:
                    rejected.append(row)
            else:
                kinds.add(row.record.kind)
                yield row

    try:
        source = open_source(path, kind, currency=tenant.currency, mapping=mapping)
        put = shop.put(good(source.rows()))
        if source.details:
            put = _told(platform, tenant, source.details)
    except InvalidInput as error:
        return FileReport(file=path.name, kind=kind or "", error=str(error))
    report = FileReport(
        file=path.name, kind=source.kind, accepted=put.accepted, updated=put.updated,
        unchanged=put.unchanged, erased=put.erased, rejected=tuple(rejected), rejected_count=count,
        unread=source.unread,
    )  # fmt: skip
    shop.log_import(_entry(path, report))
    return report


def _told(platform: Platform, tenant: Tenant, details: ShopDetails) -> PutCount:
    """Put what a file tells of the shop itself."""
    after = details.laid_over(tenant)
    if after == tenant:
        return PutCount(unchanged=1)
    platform.database.tenants().put_tenant(after)
    return PutCount(updated=1)


def _entry(path: Path, report: FileReport) -> ImportEntry:
    try:
        with path.open("rb") as file:
            mark = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BackendError(
            f"{path.name} cannot be read again: {error}.", "Check the disk."
        ) from error
    return ImportEntry(
        file=path.name, kind=report.kind, digest=mark, at=datetime.now(UTC),
        accepted=report.accepted, updated=report.updated, unchanged=report.unchanged,
        rejected=report.rejected_count,
    )  # fmt: skip
