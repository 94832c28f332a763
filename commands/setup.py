"""setup: weights and sample shop, the first time."""

from commands.console import note, opened
from commands.weights import pull_missing
from wiring.imports import FileReport
from wiring.platform import Platform
from wiring.sample import import_sample


def setup() -> None:
    """Bring the weight files and the sample shop in, where they are not there yet.

    Example: tradewind setup
    """
    with opened() as platform:
        bring_in(platform)


def bring_in(platform: Platform) -> None:
    """Download what is missing and import the sample shop."""
    pull_missing(platform)
    import_sample(platform, _tell)


def _tell(report: FileReport) -> None:
    count = report.accepted + report.updated + report.unchanged
    told = report.error or f"{count} records"
    note.print(f"  {report.file}: {told}", style="dim", markup=False)
