"""The packer of disputes' files, with the tables and fonts as shipped."""

from pathlib import Path

from packets.fonts import FontShelf
from packets.forms import EvidenceForm
from packets.limits import PackingTable
from packets.pack import Packer
from packets.press import Press
from packets.uploads import Uploads
from wiring.settings import ROOT

_DATA = ROOT / "data"
FORMS = ("stripe_evidence", "paypal_evidence", "shopify_evidence")


def open_packer(models: Path) -> Packer:
    """A packer; fonts that were pulled lie in the folder of weight files. Raises SpecError for a
    table that is wrong."""
    table = read_limits()
    shelf = FontShelf.read(_DATA / "fonts", (models / "fonts",))
    forms = {name: read_form(name) for name in FORMS}
    return Packer(Press(_DATA / "packets", shelf), Uploads(table), table, forms)


def stripe_fields() -> tuple[str, ...]:
    """The fields of Stripe's evidence that take a text or a file."""
    form = EvidenceForm.read(_DATA / "disputes" / "stripe_evidence.toml")
    return tuple(f.name for f in form.field if {"text", "file"} & set(f.kinds))


def open_uploads() -> Uploads:
    """The reader of uploaded files."""
    return Uploads(read_limits())


def read_limits() -> PackingTable:
    """What targets take, and which dispute goes where. Raises SpecError for a table that is
    wrong."""
    return PackingTable.read(_DATA / "disputes" / "packing.toml")


def read_form(name: str) -> EvidenceForm:
    """A processor's evidence form. Raises SpecError for a table that is wrong."""
    return EvidenceForm.read(_DATA / "disputes" / f"{name}.toml")
