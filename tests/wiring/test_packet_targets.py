"""Where a packet goes, and what it looks like to who reads it there."""

import asyncio
import io
import json
import re
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from home_settings import house_over_copy
from pypdf import PdfReader

from agents.chargeback import form as forms
from agents.engines.dossier import Dossier
from packets.faults import faults
from packets.limits import PackingTable
from tradewind.errors import NotFound, SpecError
from tradewind.evidence import Evidence, NameFact
from tradewind.people import Actor, Session
from wiring.defence import Filed, pack_dossier
from wiring.disputes import defend_dispute
from wiring.packets import read_form, read_limits
from wiring.platform import Platform
from wiring.settings import ROOT

TRAPS: Any = json.loads((ROOT / "data" / "sample" / "traps.json").read_text(encoding="utf-8"))
ANSWERED = [id for id, d in TRAPS["disputes"].items() if d["advice"] in ("fight", "answer")]
CE3 = next(id for id, d in TRAPS["disputes"].items() if d["trap"] == "ce3_eligible")
SIGNED = "dp_1QSamplepbDnETYhXfRA9"
LIMITS = read_limits()

ROUTES = [
    ("stripe", "amex", "stripe"), ("paypal", "paypal", "paypal"), ("PayPal", "visa", "paypal"),
    ("shopify", "visa", "shopify"), ("checkout.com", "visa", "checkout"), ("", "paypal", "paypal"),
    ("adyen", "american_express", "amex"), ("adyen", "diners", "discover"),
    ("", "mastercard", "mastercard"), ("adyen", "visa", "other"), ("nobody", "", "other"),
]  # fmt: skip


@pytest.fixture(scope="module")
def house(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    with house_over_copy(sample_home, tmp_path_factory.mktemp("targets") / "home") as platform:
        yield platform


@pytest.fixture(scope="module")
def made(house: Platform) -> dict[str, Dossier]:
    return {id_: dossier(house, id_) for id_ in ANSWERED}


def session_of(platform: Platform) -> Session:
    tenant = platform.tenant("sample")
    return Session(tenant=tenant, actor=Actor(id="m", audience="merchant"), thread="t")


def dossier(platform: Platform, dispute: str) -> Dossier:
    shop = platform.shop("sample")
    return asyncio.run(platform.assistant.defend(session_of(platform), shop, dispute))


def packed(platform: Platform, made: Dossier, target: str = "") -> Filed:
    return asyncio.run(pack_dossier(platform, platform.tenant("sample"), made, target))


def sent_by(made: Dossier, processor: str, network: str) -> Dossier:
    """The dossier as if another processor, on another network, had opened the dispute."""

    def changed(item: Evidence) -> Evidence:
        others = ("network", "brand", "processor")
        kept = tuple(f for f in item.facts if f.name not in others)
        told = {"network": network, "processor": processor}
        new = tuple(NameFact(name=name, value=value) for name, value in told.items() if value)
        return item.model_copy(update={"facts": (*kept, *(new if item.kind == "dispute" else ()))})

    heads = ("dispute", "payment")
    items = tuple(changed(e) if e.kind in heads else e for e in made.evidence)
    return made.model_copy(update={"evidence": items})


def words(filed: Filed) -> str:
    return " ".join(" ".join(pages_of(pdf)) for pdf in pdfs(filed).values())


def pdfs(filed: Filed) -> dict[str, bytes]:
    return {name: data for name, data in filed.files.items() if name.endswith(".pdf")}


def pages_of(pdf: bytes) -> list[str]:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return [" ".join(page.extract_text().split()) for page in pages]


# ---- the target


@pytest.mark.parametrize(("processor", "network", "target"), ROUTES)
def test_a_packet_goes_where_the_dispute_is_answered(
    house: Platform, made: dict[str, Dossier], processor: str, network: str, target: str
) -> None:
    filed = packed(house, sent_by(made[SIGNED], processor, network))
    limits = LIMITS.find(target)
    assert (filed.told["target"], filed.told["manual"]) == (target, limits.manual)
    assert filed.told["why"]
    jsons = [name for name in filed.files if name.endswith(".json")]
    assert jsons == ([] if limits.manual else [f"{limits.form}.json"])
    assert pdfs(filed)


@pytest.mark.parametrize("target", LIMITS.targets)
@pytest.mark.parametrize("dispute", ANSWERED)
def test_every_target_takes_every_answer(
    house: Platform, made: dict[str, Dossier], dispute: str, target: str
) -> None:
    filed, limits = packed(house, made[dispute], target), LIMITS.find(target)
    files = pdfs(filed)
    assert filed.told["excess"] == []
    assert sum(map(len, files.values())) <= limits.combined
    assert max(map(len, files.values())) <= (limits.file or limits.combined)
    assert len(files) <= (limits.files or len(files))
    assert sum(len(pages_of(pdf)) for pdf in files.values()) <= (limits.pages or 10**6)
    assert all(len(name) <= limits.name_length for name in files)
    if limits.name == "alphanumeric":
        assert all(re.fullmatch(r"[A-Za-z0-9]+\.pdf", name) for name in files)
    if not limits.manual:
        evidence = json.loads(filed.files[f"{limits.form}.json"])
        assert faults(read_form(limits.form), evidence) == filed.told["faults"] == []
        assert filed.told["cuts"] == []
        told = json.dumps(evidence)
        assert all(name in told for name in files)


def test_a_named_target_wins_and_an_unknown_one_names_the_known(
    house: Platform, tmp_path: Path
) -> None:
    told = asyncio.run(defend_dispute(house, session_of(house), SIGNED, tmp_path / "p", "amex"))
    assert told["packing"]["target"] == "amex"
    assert told["packing"]["why"] == "American Express was chosen."
    with pytest.raises(NotFound, match=r"There are stripe, paypal"):
        asyncio.run(defend_dispute(house, session_of(house), SIGNED, tmp_path / "q", "visa"))


def test_routes_that_lead_nowhere_are_refused(tmp_path: Path) -> None:
    text = (ROOT / "data" / "disputes" / "packing.toml").read_text(encoding="utf-8")
    path = tmp_path / "packing.toml"
    path.write_text(text.replace('target = "amex"', 'target = "amax"', 1), encoding="utf-8")
    with pytest.raises(SpecError, match="amax"):
        PackingTable.read(path)
    last = text.index('[[route]]\ntarget = "other"')
    path.write_text(text[:last] + text[text.index("[[target]]") :], encoding="utf-8")
    with pytest.raises(SpecError, match="takes all"):
        PackingTable.read(path)


def test_the_same_dossier_gives_the_same_bytes(house: Platform, made: dict[str, Dossier]) -> None:
    once, twice = packed(house, made[CE3]), packed(house, dossier(house, CE3))
    assert once.files == twice.files


# ---- PayPal's list


def by_type(filed: Filed) -> dict[str, Any]:
    items = json.loads(filed.files["paypal_evidence.json"])
    assert len({item["evidence_type"] for item in items}) == len(items)
    return {item["evidence_type"]: item for item in items}


def test_paypal_gets_tracking_numbers_in_its_own_words(
    house: Platform, made: dict[str, Dossier]
) -> None:
    items = by_type(packed(house, made[SIGNED], "paypal"))
    info = items["PROOF_OF_FULFILLMENT"]["evidence_info"]["tracking_info"]
    assert info == [{"carrier_name": "UPS", "tracking_number": "1Z8R4W716835059349"}]
    assert "Los Angeles" in items["ONLINE_TRACKING_INFORMATION"]["notes"]
    assert items["OTHER"]["documents"][0]["name"].endswith("-packet.pdf")
    assert all(len(item.get("notes", "")) <= 2000 for item in items.values())


def test_paypal_gets_refund_ids_of_what_was_given_back(
    house: Platform, made: dict[str, Dossier]
) -> None:
    back = next(
        m for m in made.values() if any(p.element == "refund_made" for p in m.letter.points)
    )
    ids = by_type(packed(house, back, "paypal"))["PROOF_OF_REFUND"]["evidence_info"]["refund_ids"]
    refunds = {e.source.partition("/")[2] for e in back.evidence if e.kind == "refund"}
    assert ids
    assert set(ids) <= refunds


def test_without_the_elements_a_parcel_that_proves_nothing_is_named(
    house: Platform, made: dict[str, Dossier], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bug: every parcel goes into the form, whatever the letter rests on."""
    silent = next(m for m in made.values() if not {p.element for p in m.letter.points}
                  & set(forms.SENT) and any(e.kind == "shipment" for e in m.evidence))  # fmt: skip
    assert "PROOF_OF_FULFILLMENT" not in by_type(packed(house, silent, "paypal"))

    def every(_: object, __: object, items: list[Evidence]) -> list[Evidence]:
        return list(items)

    monkeypatch.setattr(forms, "_shown", every)
    assert "PROOF_OF_FULFILLMENT" in by_type(packed(house, silent, "paypal"))


# ---- Stripe's fields


def test_each_field_that_a_record_carries_is_filled(
    house: Platform, made: dict[str, Dossier]
) -> None:
    evidence = json.loads(packed(house, made[CE3]).files["stripe_evidence.json"])
    assert evidence["billing_address"].startswith("Olivia Ahmed, 553 Main Street")
    assert evidence["shipping_address"].endswith("94152, US")
    assert evidence["shipping_carrier"] == "UPS"
    assert {
        "customer_name", "customer_email_address", "customer_purchase_ip", "product_description",
        "shipping_date", "shipping_tracking_number", "receipt", "refund_policy",
        "uncategorized_text", "uncategorized_file", "shipping_documentation",
    } <= evidence.keys()  # fmt: skip
    assert not {"service_date", "access_activity_log", "duplicate_charge_id"} & evidence.keys()
    assert all(evidence.values())


# ---- the pages


@pytest.mark.parametrize("dispute", ANSWERED)
def test_pages_are_numbered_and_the_table_tells_the_right_ones(
    house: Platform, made: dict[str, Dossier], dispute: str
) -> None:
    filed = packed(house, made[dispute], "amex")
    ((name, pdf),) = pdfs(filed).items()
    pages = pages_of(pdf)
    assert all(f"Page {n} of {len(pages)}" in page for n, page in enumerate(pages, start=1))
    assert all(name in page for page in pages)
    front = " ".join(pages).partition("Table of exhibits")[2]
    for row in filed.told["exhibits"]:
        number, title = row["number"], row["title"]
        place = next(n for n, page in enumerate(pages, 1) if f"Exhibit {number}: {title}" in page)
        told = re.search(rf"\b{number} {re.escape(title)} .*?page (\d+)", front)
        assert told is not None
        assert int(told[1]) == place
    cited = {int(n) for n in re.findall(r"\d+", " ".join(re.findall(r"\[Exhibits? ([\d, ]+)\]",
                                                                   " ".join(pages))))}  # fmt: skip
    assert cited <= {row["number"] for row in filed.told["exhibits"]}
    with pikepdf.open(io.BytesIO(pdf)) as read:
        widths = {round(float(page.mediabox[2])) for page in read.pages}
    order = next(e for e in made[dispute].evidence if e.kind == "order")
    country = next((f.value for f in order.facts if f.name == "to_country"), "")
    assert widths == {612 if country in ("US", "CA") else 595}


@pytest.mark.parametrize("dispute", ANSWERED)
def test_names_are_written_as_people_write_them(
    house: Platform, made: dict[str, Dossier], dispute: str
) -> None:
    text = words(packed(house, made[dispute]))
    assert not re.search(r"\b(?:visa|mastercard|amex|ups|fedex|usps|dhl)\b", text)
    assert "somebody outside the shop" not in text
    assert not re.search(r"\b\w+_(?:delivery|made|failed|response)\b", text)
    if "Carrier's scan" in text:
        assert "Written by the carrier" in text


def test_a_name_that_is_not_in_the_table_stays_as_it_came(house: Platform) -> None:
    names = house.kit.rules.names
    assert names.carrier_name("dhl-germany") == "Deutsche Post DHL"
    assert names.carrier_name("Pigeon & Sons") == "Pigeon & Sons"
    assert names.network_name("visa") == "Visa"
    assert (names.paypal_carrier("fedex"), names.paypal_carrier("yanwen")) == ("FEDEX", "")
