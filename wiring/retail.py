"""The retail shop of `data/retail`, or of a folder like it: laid once, copied for each task."""

import gzip
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from connectors.open import open_source
from tradewind.commerce import SourceRow
from tradewind.errors import SpecError
from tradewind.people import Tenant
from wiring.platform import Platform, open_platform
from wiring.settings import ROOT, Settings

FOLDER = ROOT / "data" / "retail"
TENANT = Tenant(id="retail", name="Retail shop", home="US", currency="USD", languages=("en",))
_MODELS = {
    "TRADEWIND_MODEL_BASE": "none:", "TRADEWIND_MODEL_EMBED": "scripted:",
    "TRADEWIND_MODEL_FEATURES": "none:",
}  # fmt: skip
"""No model is asked: nothing is searched, no words are understood."""


class RetailShop:
    """The shop in a folder of its own. Its rules are those of `data/retail/orders.toml`."""

    def __init__(self, work: Path, source: Path = FOLDER) -> None:
        self._work = work
        self._source = source
        self._copies = 0

    @contextmanager
    def copy(self) -> Generator[Platform]:
        """The house over a fresh copy of the shop. Raises SpecError where there is no data."""
        laid = self._work / "laid"
        if not laid.exists():
            self._lay(laid)
        self._copies += 1
        home = self._work / f"copy{self._copies}"
        shutil.copytree(laid, home)
        platform = _open(home)
        try:
            yield platform
        finally:
            platform.close()
            shutil.rmtree(home)

    def _lay(self, home: Path) -> None:
        rules = home / "orders" / f"{TENANT.id}.toml"
        rules.parent.mkdir(parents=True)
        shutil.copyfile(FOLDER / "orders.toml", rules)
        platform = _open(home)
        try:
            platform.database.tenants().put_tenant(TENANT)
            rows = open_source(self._records(home), "retail_json", currency=TENANT.currency).rows()
            good = (row for row in rows if isinstance(row, SourceRow))
            platform.database.shop(TENANT.id).put(good)
        finally:
            platform.close()

    def _records(self, home: Path) -> Path:
        """The start state as a file that the connector reads."""
        plain, packed = self._source / "db.json", self._source / "db.json.gz"
        if plain.is_file():
            return plain
        try:
            unpacked = home / "db.json"
            unpacked.write_bytes(gzip.decompress(packed.read_bytes()))
        except OSError as error:
            raise SpecError(f"{self._source} holds no db.json: {error}.", "Name one.") from error
        return unpacked


def _open(home: Path) -> Platform:
    return open_platform(Settings.read({**_MODELS, "TRADEWIND_HOME": str(home)}))
