"""The rows of `data/disputes/` as records that can be quoted: text, source, date, confidence."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import Field

from tools.disputes.counting import shown
from tradewind.base import Money, Record
from tradewind.datafile import read_data
from tradewind.disputes import Confidence, DisputeCodes, read_codes
from tradewind.errors import SpecError
from tradewind.evidence import DateFact, Evidence, IdFact, NameFact

_DATA = Path(__file__).parents[2] / "data" / "disputes"


class Term(Record):
    """Something that is asked about; `rows` names the rows that say it beside `text`."""

    id: str
    title: str
    text: str
    confidence: Confidence
    words: str
    rows: str = ""


class Terms(Record):
    """`data/disputes/terms.toml`."""

    version: int
    as_of: date
    source: str
    hosts: Mapping[str, str] = Field(default_factory=dict)
    term: tuple[Term, ...]


@cache
def terms() -> Terms:
    return read_data(_DATA / "terms.toml", Terms)


@cache
def codes() -> DisputeCodes:
    return read_codes(_DATA / "codes.toml")


@cache
def table(name: str) -> Mapping[str, Any]:
    """A file of the rulebook as it is written. Raises SpecError."""
    path = _DATA / f"{name}.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SpecError(f"{path}: {error}", "Compare it with the shipped one.") from error


def quoted(file: str, row: str, title: str, text: str, confidence: str) -> Evidence:
    """One row with its file's source and date; the row's text in the file's own English."""
    head = table(file)
    told_by, as_of = _named(str(head["source"])), date.fromisoformat(str(head["as_of"]))
    word = "conflict" if confidence == "?" else confidence
    return Evidence.of(
        "rule", f"rule/{file}/{row}", title,
        f"{title}: {text} (data/disputes/{file}.toml, {as_of}, confidence {confidence})",
        (IdFact(name="row", value=row), NameFact(name="text", value=text),
         NameFact(name="told_by", value=told_by), DateFact(name="as_of", value=as_of),
         NameFact(name="confidence", value=word)),
    )  # fmt: skip


def _named(source: str) -> str:
    """A source without addresses: an answer holds no links but the shop's own."""
    for host, name in terms().hosts.items():
        source = re.sub(rf"{re.escape(host)}(?:/\S*?)?(?=[;,\s]|$)", name, source)
    return re.sub(r" and /[^\s;,]+|[ ]?/[^\s;,]+", "", source).strip()


def code_rows(network: str, code: str) -> Iterator[Evidence]:
    """What a network's code means, and what usually loses a dispute of its categories."""
    row = codes().codes[network][code]
    kinds = ", ".join(name.replace("_", " ") for name in row.categories)
    decides = " The processor's own word decides which." if row.decided_by else ""
    text = f"{row.title}. Category: {kinds}.{decides}"
    yield quoted("codes", f"{network}/{code}", f"{shown(network)} {code}", text,
                 row.confidence)  # fmt: skip
    if len(row.categories) == 1 and (rule := _rule_of(network, code, row.categories[0])):
        yield quoted("rulebook", f"{row.categories[0]}/{network}", f"What loses a {kinds} dispute",
                     rule["loses"], rule["confidence"])  # fmt: skip


def _rule_of(network: str, code: str, category: str) -> Mapping[str, Any] | None:
    """The rule of the code before that of the network before that of all."""
    rules = [r for r in table("rulebook")["rule"] if r["category"] == category and r.get("loses")]
    return next((r for r in rules if code in r.get("codes", ())), None) or next(
        (r for wanted in (network, "*") for r in rules
         if wanted in r["networks"] and not r.get("codes")), None,
    )  # fmt: skip


def fee_rows(text: str) -> Iterator[Evidence]:
    """What a dispute costs at the processor that the text names; at all of them otherwise."""
    rows = [row for row in table("economics")["fee"] if row["processor"] != "*"]
    named = [row for row in rows if row["processor"] in text.casefold()] or rows
    currency = "EUR" if re.search(r"(?i)\beuros?\b|€|евро|يورو|유로|ユーロ|欧元", text) else ""
    for row in [row for row in named if row["currency"] == currency] or named:
        processor = shown(row["processor"])
        back = "is given back for a won dispute" if row["countered_back"] else "is not given back"
        fought = _money(row["countered"], row["currency"])
        more = f"; {fought} more for answering it with evidence, which {back}" * bool(
            row["countered"]
        )
        yield quoted(
            "economics", f"{row['processor']}/{row['currency']}",
            f"Fees of {processor} in {row['currency']}",
            f"{_money(row['received'], row['currency'])} is due once a dispute is there, whatever "
            f"becomes of it{more}.", row["confidence"],
        )  # fmt: skip


def arbitration_rows(text: str) -> Iterator[Evidence]:
    for row in table("economics")["arbitration"]:
        network = shown(row["network"])
        fee = _money(row["fee"], row["currency"])
        yield quoted("economics", f"arbitration/{row['network']}", f"Arbitration fee of {network}",
                     f"{fee}, paid by the loser.", row["confidence"])  # fmt: skip


def programme_rows(text: str) -> Iterator[Evidence]:
    """The programmes of the network that the text names; all of them otherwise."""
    rows = table("monitoring")["programme"]
    asked = text.casefold()
    named = [row for row in rows if row["network"] in asked or row["title"].split(",")[0]
             .split()[-1].casefold() in asked] or rows  # fmt: skip
    for row in named:
        counts = "fraud reports and disputes" if row["counts"] == "both" else "disputes"
        yield quoted(
            "monitoring", f"{row['id']}/{row['from']}", f"{row['title']}, from {row['from']}",
            f"Both must be reached in a month: {row['ratio'] * 100:g}% ({counts} over settled card "
            f"payments without the card present) and {row['least']} cases.", row["confidence"],
        )  # fmt: skip


def deadline_rows(text: str) -> Iterator[Evidence]:
    """How long networks usually give; the processor's own deadline is always the one that holds."""
    rows = [row for row in table("deadlines")["bound"] if row["network"] != "*"]
    for row in [row for row in rows if row["network"] in text.casefold()] or rows:
        note = f" ({row['note']})" if row["note"] else ""
        yield quoted(
            "deadlines", row["network"], f"Time to answer, {shown(row['network'])}",
            f"At most {row['latest_days']} days{note}; the processor's own deadline holds.",
            row["confidence"],
        )  # fmt: skip


def ce3_rows(text: str) -> Iterator[Evidence]:
    row = table("ce3")
    yield quoted(
        "ce3", "ce3", "Visa Compelling Evidence 3.0",
        f"For {shown(row['network'])} {row['code']}: {row['priors']} earlier undisputed "
        f"payments with the same card, {row['first_day']} to {row['last_day']} days before, with "
        f"at least {row['shared_least']} of {', '.join(row['elements'])} the same in all, one of "
        f"them {' or '.join(row['anchors'])}. Day {row['borderline_day']} is borderline: sources "
        "differ.", row["confidence"],
    )  # fmt: skip


ROWS: Mapping[str, Callable[[str], Iterator[Evidence]]] = {
    "fees": fee_rows, "arbitration": arbitration_rows, "programmes": programme_rows,
    "deadlines": deadline_rows, "ce3": ce3_rows,
}  # fmt: skip


def _money(minor: int, currency: str) -> str:
    return str(Money(minor=minor, currency=currency))
