"""The sample shop: the committed export files of `data/sample`, imported like any merchant's."""

from collections.abc import Callable

from tradewind.people import Tenant
from wiring.imports import FileReport, ImportReport, import_files, index_shop
from wiring.platform import SAMPLE, Platform
from wiring.settings import ROOT

FOLDER = ROOT / "data" / "sample"
TENANT = Tenant(
    id=SAMPLE, name="Tradewind Sample Store", home="US", currency="USD",
    languages=("en", "es", "zh", "de"), timezone="America/New_York",
)  # fmt: skip


def import_sample(
    platform: Platform, seen: Callable[[FileReport], None] | None = None
) -> ImportReport | None:
    """Import what of the sample shop is not there yet, all of it or what a stopped import left;
    None when all was."""
    known = {entry.file for entry in platform.database.shop(SAMPLE).imports()}
    files = [p for p in sorted(FOLDER.glob("*.json")) if p.name != "traps.json"]
    files += [FOLDER / "faq.csv", *sorted((FOLDER / "policies").glob("*.md"))]
    if known.issuperset(path.name for path in files):
        if platform.index(SAMPLE).count() == 0:
            index_shop(platform, SAMPLE)
        return None
    return import_files(platform, TENANT, files, seen=seen)
