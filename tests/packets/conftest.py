"""A packet as an agent would make it, and the shop's own tables and fonts."""

from datetime import UTC, date, datetime

import pytest
from reading_pdfs import DATA

from packets.fonts import FontShelf
from packets.forms import EvidenceForm
from packets.limits import PackingTable
from packets.pack import Packer
from packets.press import Press
from packets.records import Exhibit, LetterSection, Packet, PacketLetter, TimelineRow
from packets.uploads import Uploads
from tradewind.base import Money
from tradewind.errors import InvalidInput
from tradewind.evidence import Claim


@pytest.fixture(scope="session")
def shelf() -> FontShelf:
    return FontShelf.read(DATA / "fonts")


@pytest.fixture(scope="session")
def press(shelf: FontShelf) -> Press:
    return Press(DATA / "packets", shelf)


@pytest.fixture(scope="session")
def table() -> PackingTable:
    return PackingTable.read(DATA / "disputes" / "packing.toml")


@pytest.fixture(scope="session")
def uploads(table: PackingTable) -> Uploads:
    return Uploads(table)


@pytest.fixture(scope="session")
def stripe() -> EvidenceForm:
    return EvidenceForm.read(DATA / "disputes" / "stripe_evidence.toml")


@pytest.fixture(scope="session")
def paypal() -> EvidenceForm:
    return EvidenceForm.read(DATA / "disputes" / "paypal_evidence.toml")


@pytest.fixture(scope="session")
def shopify() -> EvidenceForm:
    return EvidenceForm.read(DATA / "disputes" / "shopify_evidence.toml")


@pytest.fixture(scope="session")
def packer(
    press: Press, uploads: Uploads, table: PackingTable, stripe: EvidenceForm,
    paypal: EvidenceForm, shopify: EvidenceForm,
) -> Packer:  # fmt: skip
    return Packer(press, uploads, table, {form.id: form for form in (stripe, paypal, shopify)})


@pytest.fixture(scope="session")
def cjk(shelf: FontShelf) -> None:
    """Skips where no font has Chinese, Japanese and Korean."""
    try:
        shelf.choose(["中あ한"])
    except InvalidInput as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def scan() -> Exhibit:
    return Exhibit(
        title="Delivery scan", source="tracking/RX1", excerpt="Delivered, signed by J. Doe.",
        observed_at=datetime(2026, 11, 5, 14, 5, tzinfo=UTC), digest="ab" * 32,
        evidence=("ev_scan",), strength=90,
    )  # fmt: skip


@pytest.fixture(scope="session")
def packet(scan: Exhibit) -> Packet:
    delivered = Claim(text="The parcel was delivered on 5 November 2026.", evidence=("ev_scan",))
    letter = PacketLetter(
        dispute="dp_1Pxyz", network="Visa", reason_code="13.1", category="product not received",
        payment="pi_3Oxyz", order="#W2611340", amount=Money(minor=4666, currency="USD"),
        transacted_on=date(2026, 10, 1), disputed_on=date(2026, 11, 1),
        written_on=date(2026, 11, 23), addressee="The issuing bank", merchant="Harbour & Hearth",
        merchant_lines=("1 Quay Street", "Bristol"), subject="Response to the dispute",
        sections=(LetterSection(heading="The parcel was delivered", claims=(delivered,)),),
    )  # fmt: skip
    row = TimelineRow(
        at=datetime(2026, 11, 5, 14, 5, tzinfo=UTC), text="Delivered.", evidence=("ev_scan",)
    )
    return Packet(letter=letter, timeline=(row,), exhibits=(scan,))
