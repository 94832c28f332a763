"""What a packet is made of. Sentences are claims: each cites evidence, and an exhibit shows it."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import Field

from tradewind.base import Money, Record, Time
from tradewind.errors import InvalidInput
from tradewind.evidence import Claim, Evidence

Paper = Literal["a4", "us-letter"]
UploadKind = Literal["pdf", "picture"]


class LetterSection(Record):
    """Sentences under a heading: one point of the reason code's."""

    heading: str
    claims: tuple[Claim, ...]


class PacketLetter(Record):
    """The letter to the issuer. `written_on` is also the date that the files carry."""

    dispute: str
    network: str
    reason_code: str
    category: str
    payment: str
    order: str = ""
    amount: Money
    transacted_on: date | None = None
    disputed_on: date | None = None
    written_on: date
    addressee: str
    merchant: str
    merchant_lines: tuple[str, ...] = ()
    subject: str
    sections: tuple[LetterSection, ...]
    closing: tuple[Claim, ...] = ()


class TimelineRow(Record):
    """Something that happened, and the evidence of it."""

    at: Time
    text: str
    evidence: tuple[str, ...] = ()


class Translation(Record):
    """A text in another language, made by a machine; `by` is the model's name."""

    text: str
    language: str = "en"
    by: str = ""


class Picture(Record):
    """One page of a picture file, encoded anew: JPEG without metadata."""

    jpeg: bytes
    width: int
    height: int


class Upload(Record):
    """A file that was read safely. `sha256` and `size` (bytes) are the original's, which stays in
    the store; `pdf` or `pictures` hold what may be shown of it, `notes` what was left out. `text`
    and `warnings` are for the merchant and stand on no page; `hidden`: not all letters are seen."""

    name: str
    media: str
    kind: UploadKind
    size: int
    sha256: str
    pages: int
    pdf: bytes = b""
    pictures: tuple[Picture, ...] = ()
    notes: tuple[str, ...] = ()
    text: str = ""
    hidden: bool = False
    warnings: tuple[str, ...] = ()


class Exhibit(Record):
    """A piece of evidence as a page shows it.

    `rows` are its facts by name, `excerpt` what was written in it and `writer` who wrote that.
    `evidence` are the ids of the records that it shows, `field` is where the target wants it,
    `strength` (0 to 100) says what to leave out first.
    """

    title: str
    source: str
    rows: tuple[tuple[str, str], ...] = ()
    excerpt: str = ""
    writer: str = ""
    language: str = "en"
    translation: Translation | None = None
    observed_at: Time | None = None
    digest: str = ""
    outsider: bool = False
    evidence: tuple[str, ...]
    field: str = ""
    strength: int = Field(default=50, ge=0, le=100)
    upload: Upload | None = None

    @classmethod
    def of(
        cls, item: Evidence, *, field: str = "", strength: int = 50,
        translation: Translation | None = None, upload: Upload | None = None,
    ) -> "Exhibit":  # fmt: skip
        """The exhibit that shows one record of evidence."""
        return cls(
            title=item.title, source=item.source, excerpt=item.excerpt, language=item.language,
            translation=translation, observed_at=item.observed_at, digest=item.digest,
            outsider=item.trust == "untrusted", evidence=(item.id,), field=field,
            strength=strength, upload=upload,
        )  # fmt: skip


class Packet(Record):
    """All that is to be filed for one dispute. Exhibits are numbered from 1 in this order."""

    letter: PacketLetter
    timeline: tuple[TimelineRow, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    paper: Paper = "a4"


def cited(packet: Packet) -> list[Claim]:
    """Every sentence of letter and timeline with what it cites."""
    sections = (*packet.letter.sections, LetterSection(heading="", claims=packet.letter.closing))
    claims = [claim for section in sections for claim in section.claims]
    rows = [Claim(text=row.text, evidence=row.evidence) for row in packet.timeline]
    return [*claims, *rows]


def exhibit_numbers(packet: Packet) -> Mapping[str, int]:
    """The exhibit's number by evidence id. Raises InvalidInput for a sentence that cites
    evidence which no exhibit shows."""
    numbers: dict[str, int] = {}
    for number, exhibit in enumerate(packet.exhibits, start=1):
        for one in exhibit.evidence:
            numbers.setdefault(one, number)
    for claim in cited(packet):
        for one in claim.evidence:
            if one not in numbers:
                raise InvalidInput(
                    f"the sentence {claim.text!r} cites {one}, which no exhibit shows",
                    "Add the exhibit or leave the sentence out.",
                )
    return numbers
