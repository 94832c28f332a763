"""A packet as the plain data that `data/packets/packet.typ` sets: words and numbers, no markup."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from babel import Locale

from packets.records import Exhibit, Packet, PacketLetter, Paper, Picture, Translation, Upload
from packets.text import elided, plain
from tradewind.base import Record
from tradewind.evidence import Claim

Data = dict[str, Any]

FRAME_X, FRAME_Y = 24, 40
"""Points that a sheet of a file leaves free at its sides, and above and below."""

CAPTION, GAP = 20, 8
"""Points of a file's caption, and between two pictures on a sheet."""

HEADER, HEADED_IDS, FOOTER = 340, (215, 160, 110), 390
"""Points for what stands at the left of a page's first line, for the dispute's id in it, and for
what stands at the left of its last line or in a file's caption: the narrower paper's line without
what stands at the right."""

_NATURAL = 0.75
"""Points for a pixel at 96 to the inch: no picture is blown up beyond that."""

PAPERS: Mapping[Paper, tuple[float, float]] = {"a4": (595.28, 841.89), "us-letter": (612, 792)}
"""Width and height in points."""

UNIDENTIFIED = "und"
"""The code of a language that was not identified (ISO 639-2)."""

_MONTHS = (
    "January February March April May June July August September October November December".split()
)


class Part(Record):
    """One file of the packet. `front`: it holds letter, timeline and table of exhibits.

    `numbers` are the exhibits in it, `places` tells where the others are. `dense`: two pictures
    share a sheet whatever their form.
    """

    name: str
    front: bool
    numbers: tuple[int, ...]
    places: Mapping[int, str] = {}
    dense: bool = False


def page_data(packet: Packet, part: Part, numbers: Mapping[str, int]) -> Data:
    """All values of one file's pages; `numbers` gives the exhibit by evidence id."""
    letter = packet.letter
    chosen = [(n, packet.exhibits[n - 1]) for n in part.numbers]
    texts = {
        "title": plain(f"{letter.subject} ({letter.dispute})"),
        "author": plain(letter.merchant),
        "header": _header(plain(letter.dispute), plain(letter.merchant)),
        "code": plain(f"{letter.network} {letter.reason_code}"),
        "file": elided(plain(part.name), FOOTER),
        "letter": _letter(letter, numbers) if part.front else None,
        "timeline": _timeline(packet, numbers) if part.front else [],
        "table": _table(packet, part) if part.front else [],
        "exhibits": [_exhibit(number, exhibit) for number, exhibit in chosen],
        "sheets": _sheets(chosen, packet.paper, part.dense),
    }
    on = letter.written_on
    frame = {"x": FRAME_X, "y": FRAME_Y, "caption": CAPTION, "gap": GAP}
    return texts | {
        "paper": packet.paper, "date": [on.year, on.month, on.day], "frame": frame,
        "where": 90 if part.places else 56,
    }  # fmt: skip


def frame_of(paper: Paper) -> tuple[float, float, float, float]:
    """Where a file's page is put on a sheet: left, bottom, right, top, in points."""
    width, height = PAPERS[paper]
    return FRAME_X, FRAME_Y, width - FRAME_X, height - FRAME_Y - CAPTION


def fitted(picture: Picture, paper: Paper, dense: bool) -> tuple[float, float]:
    """Width and height in points at which a picture stands on a sheet, in its own proportion. Two
    that are wider than high share a sheet, if `dense` any two."""
    left, bottom, right, top = frame_of(paper)
    high = top - bottom - 2
    if dense or picture.width > picture.height:
        high = (high - CAPTION - 2 * GAP) / 2
    scale = min((right - left) / picture.width, high / picture.height, _NATURAL)
    return round(picture.width * scale, 2), round(picture.height * scale, 2)


def mapped(value: Any, change: Callable[[str], str]) -> Any:
    """The same data with every text changed; keys stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [mapped(one, change) for one in value]
    if isinstance(value, dict):
        return {key: mapped(one, change) for key, one in value.items()}
    return value


def texts_of(value: Any) -> list[str]:
    """Every text in the data."""
    found: list[str] = []

    def keep(text: str) -> str:
        found.append(text)
        return text

    mapped(value, keep)
    return found


def day(value: date) -> str:
    """A date that reads the same in every country: 5 November 2026."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime) -> str:
    """A time in UTC: 5 Nov 2026, 14:05."""
    return f"{value.day} {_MONTHS[value.month - 1][:3]} {value.year}, {value:%H:%M}"


def _header(dispute: str, merchant: str) -> str:
    """The dispute, and whose it is where both fit: the id gives way first."""
    for most in HEADED_IDS:
        whole = f"Dispute {elided(dispute, most)}, {merchant}"
        if elided(whole, HEADER) == whole:
            return whole
    return f"Dispute {elided(dispute, HEADED_IDS[0])}"


# ---- letter, timeline, table


def _letter(letter: PacketLetter, numbers: Mapping[str, int]) -> Data:
    return {
        "merchant": plain(letter.merchant),
        "merchant_lines": [plain(one) for one in letter.merchant_lines],
        "written_on": day(letter.written_on),
        "addressee": plain(letter.addressee),
        "subject": plain(letter.subject),
        "facts": _letter_facts(letter),
        "sections": [
            {"heading": plain(s.heading), "claims": [_claim(c, numbers) for c in s.claims]}
            for s in letter.sections
        ],
        "closing": [_claim(c, numbers) for c in letter.closing],
    }


def _letter_facts(letter: PacketLetter) -> list[list[str]]:
    rows = (
        ("Dispute", letter.dispute),
        ("Reason", f"{letter.network} {letter.reason_code}, {letter.category}"),
        ("Payment", letter.payment),
        ("Order", letter.order),
        ("Amount", f"{letter.amount.decimal():,} {letter.amount.currency}"),
        ("Paid on", day(letter.transacted_on) if letter.transacted_on else ""),
        ("Disputed on", day(letter.disputed_on) if letter.disputed_on else ""),
    )
    return [[label, plain(value)] for label, value in rows if value]


def _claim(claim: Claim, numbers: Mapping[str, int]) -> dict[str, str]:
    return {"text": plain(claim.text), "exhibits": _exhibits(claim.evidence, numbers)}


def _exhibits(evidence: Sequence[str], numbers: Mapping[str, int]) -> str:
    found = sorted({numbers[one] for one in evidence})
    word = "Exhibit " if len(found) == 1 else "Exhibits "
    return word + ", ".join(map(str, found)) if found else ""


def _timeline(packet: Packet, numbers: Mapping[str, int]) -> list[dict[str, str]]:
    return [
        {
            "at": moment(row.at),
            "text": plain(row.text),
            "exhibits": ", ".join(map(str, sorted({numbers[one] for one in row.evidence}))),
        }
        for row in sorted(packet.timeline, key=lambda row: row.at)
    ]


def _table(packet: Packet, part: Part) -> list[Data]:
    return [
        {
            "number": number,
            "title": plain(exhibit.title),
            "recorded": moment(exhibit.observed_at) if exhibit.observed_at else "",
            "place": None if number in part.numbers else part.places[number],
        }
        for number, exhibit in enumerate(packet.exhibits, start=1)
    ]


# ---- exhibits


def _exhibit(number: int, exhibit: Exhibit) -> Data:
    return {
        "number": number,
        "title": plain(exhibit.title),
        "facts": _exhibit_facts(exhibit),
        "parts": _parts(exhibit),
        "file": _file(exhibit.upload),
    }


def _exhibit_facts(exhibit: Exhibit) -> list[list[str]]:
    """What it tells, where it is from and when, with the start of its digest; a file's own digest
    is whole."""
    at, upload = exhibit.observed_at, exhibit.upload
    mark = f"digest {exhibit.digest[:16]}" if exhibit.digest else ""
    writer = exhibit.writer or ("somebody outside the shop" if exhibit.outsider else "")
    rows = (
        *exhibit.rows,
        ("Written by", writer),
        ("Recorded", f"{moment(at)} UTC" if at and not exhibit.rows else ""),
        ("Record", ", ".join(filter(None, (exhibit.source, mark)))),
        ("SHA-256", upload.sha256 if upload else ""),
        ("Note", "; ".join(upload.notes) if upload else ""),
    )
    return [[plain(label), plain(value)] for label, value in rows if value]


def _file(upload: Upload | None) -> str:
    if upload is None:
        return ""
    size = f"{upload.size / 1e6:.1f} MB" if upload.size > 100_000 else f"{upload.size} bytes"
    return plain(f"{upload.name}, {size}")


def _parts(exhibit: Exhibit) -> list[Data]:
    """What was written, in its own language, and the translation below it."""
    if not exhibit.excerpt:
        return []
    translation, own = exhibit.translation, exhibit.language
    told = "As written" if exhibit.outsider or exhibit.writer else "As recorded"
    original = told if own == "en" else f"{told} ({language_name(own)})"
    parts = [_part(original, exhibit.excerpt, own)]
    if translation:
        parts.append(_part(_translated(translation), translation.text, translation.language))
    return parts


def _translated(translation: Translation) -> str:
    by = f" ({translation.by})" if translation.by else ""
    into = language_name(translation.language)
    return plain(f"Translation into {into} by machine{by}, not certified")


def _part(label: str, text: str, language: str) -> Data:
    lines = [line for line in plain(text).split("\n") if line.strip()]
    return {"label": label, "language": language, "paragraphs": lines}


def _sheets(chosen: Sequence[tuple[int, Exhibit]], paper: Paper, dense: bool) -> list[Data]:
    """The pages of all files: pictures in a row flow together, a document's page stands alone."""
    groups: list[Data] = []
    for number, exhibit in chosen:
        if exhibit.upload is None:
            continue
        pictures = bool(exhibit.upload.pictures)
        if not groups or groups[-1]["pictures"] != pictures:
            groups.append({"pictures": pictures, "items": []})
        groups[-1]["items"] += _items(number, exhibit, exhibit.upload, paper, dense)
    return groups


def _items(number: int, exhibit: Exhibit, upload: Upload, paper: Paper, dense: bool) -> list[Data]:
    items: list[Data] = []
    for n in range(upload.pages):
        of = f", page {n + 1} of {upload.pages}" if upload.pages > 1 else ""
        item = {"number": number, "sheet": n, "caption": elided(plain(exhibit.title), FOOTER) + of}
        if upload.pictures:
            width, height = fitted(upload.pictures[n], paper, dense)
            item |= {"picture": picture_name(number, n), "width": width, "height": height}
        items.append(item)
    return items


def picture_name(number: int, sheet: int) -> str:
    """The file's name under which Typst finds a picture."""
    return f"{number}-{sheet}.jpg"


def language_name(code: str) -> str:
    """A language's English name; the code itself where it is none."""
    if code == UNIDENTIFIED:
        return "language not identified"
    name = Locale("en").languages.get(code.partition("-")[0])
    return str(name) if name else code
