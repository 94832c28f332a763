"""What a dispute's packet costs: 40 exhibits, ten of them photographs of 3 MB, in five scripts."""

import io
import resource
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

from PIL import Image

from packets.pack import Packed, Packer, check_filed
from packets.records import Exhibit, LetterSection, Packet, PacketLetter, TimelineRow
from packets.uploads import Unread, UploadFile
from tradewind.base import Money
from tradewind.errors import InvalidInput
from tradewind.evidence import Claim
from wiring.bench.figure import Figure, Place
from wiring.packets import open_packer, open_uploads

EXHIBITS, PHOTOS = 40, 10
CPU_AIM, SIZE_AIM = 3.0, 4.5
FIELDS = (
    "",
    "shipping_documentation",
    "customer_communication",
    "receipt",
    "service_documentation",
)
TEXTS = (
    ("en", "The parcel was delivered to the customer's address and signed for by the customer. "),
    ("ar", "وصل الطرد إلى عنوان العميل وتم التوقيع عليه عند الاستلام. "),
    ("ru", "Посылка доставлена по адресу покупателя и получена лично. "),
    ("zh", "包裹已经送达客户的地址，并由本人签收。"),
    ("ko", "소포가 고객의 주소로 배달되었으며 본인이 서명했습니다. "),
)
NOTE = "baseline: the photographs alone, opened whole, scaled and joined into a PDF by Pillow"


def measure_packet(place: Place) -> Iterator[Figure]:
    """CPU seconds from the files to the packet for Stripe, and its megabytes."""
    photos = [photo(n) for n in range(PHOTOS)]
    packer = open_packer(place.models)
    try:
        packer.pack(_packet([]), "stripe")  # the fonts are read once for a process
    except InvalidInput as error:
        yield Figure.skipped("packet", "CPU s", str(error))
        return
    began = cpu()
    packed = _packed(packer, photos)
    ours = cpu() - began
    began = cpu()
    bytes_joined = joined(photos)
    theirs = cpu() - began
    size = sum(file.size for file in check_filed(packed)) / 1e6
    yield Figure.of("packet", ours, "CPU s", baseline=theirs, aim=CPU_AIM, note=NOTE)
    yield Figure.of("packet_size", size, "MB", baseline=bytes_joined / 1e6, aim=SIZE_AIM, note=NOTE)


def _packed(packer: Packer, photos: Sequence[bytes]) -> Packed:
    files = [UploadFile(name=f"photo{n}.jpg", data=data) for n, data in enumerate(photos)]
    read = open_uploads().read_all(files)
    exhibits = [
        Exhibit(
            title=f"Photograph {n + 1}", source=f"upload/{n}", evidence=(f"photo{n}",),
            field=FIELDS[n % len(FIELDS)], strength=30, upload=upload,
        )
        for n, upload in enumerate(read)
        if not isinstance(upload, Unread)
    ]  # fmt: skip
    return packer.pack(_packet(exhibits), "stripe")


def _packet(photographs: Sequence[Exhibit]) -> Packet:
    records = [_record(n) for n in range(EXHIBITS - len(photographs))]
    claims = [Claim(text=f"The record says so, {n}.", evidence=(f"record{n}",)) for n in range(8)]
    rows = [
        TimelineRow(at=datetime(2026, 10, 1 + n, tzinfo=UTC), text=f"Event {n}.",
                    evidence=(f"record{n}",))
        for n in range(12)
    ]  # fmt: skip
    letter = PacketLetter(
        dispute="dp_1BenchBenchBench", network="Visa", reason_code="13.1",
        category="product not received", payment="pi_1Bench", order="#1001",
        amount=Money(minor=129900, currency="USD"), written_on=date(2026, 11, 23),
        addressee="The issuing bank", merchant="Bench", subject="Response to the dispute",
        sections=(LetterSection(heading="The parcel was delivered", claims=tuple(claims)),),
    )  # fmt: skip
    return Packet(letter=letter, timeline=tuple(rows), exhibits=(*records, *photographs))


def _record(n: int) -> Exhibit:
    language, text = TEXTS[n % len(TEXTS)]
    return Exhibit(
        title=f"Record {n + 1}", source=f"record/{n}", excerpt=text * 4, language=language,
        observed_at=datetime(2026, 10, 1, tzinfo=UTC), digest=f"{n:064x}",
        evidence=(f"record{n}",), field=FIELDS[n % len(FIELDS)],
    )  # fmt: skip


def photo(n: int) -> bytes:
    """12 megapixels of soft noise, about 3 MB as a camera would store them."""
    grain = Image.effect_noise((4000, 3000), 20 + n)
    soft = Image.effect_noise((250, 188), 90).resize((4000, 3000), Image.Resampling.BICUBIC)
    image = Image.merge("RGB", (Image.blend(soft, grain, 0.5), soft, soft.rotate(180)))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=87)
    return out.getvalue()


def joined(photos: Sequence[bytes]) -> int:
    """Bytes of the PDF that Pillow makes of them."""
    opened = [Image.open(io.BytesIO(data)).convert("RGB") for data in photos]
    for image in opened:
        image.thumbnail((1700, 1700), Image.Resampling.LANCZOS, reducing_gap=None)
    out = io.BytesIO()
    opened[0].save(out, "PDF", save_all=True, append_images=opened[1:])
    return len(out.getvalue())


def cpu() -> float:
    """CPU seconds of this process and of those that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
