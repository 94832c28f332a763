"""What defending a dispute of the sample shop leaves in a folder."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from home_settings import house_over_copy

from agents.chargeback.letter import Letter
from agents.engines.dossier import Dossier
from packets.faults import faults
from packets.limits import PackingTable
from tradewind.evidence import Claim
from tradewind.people import Actor, Session
from wiring.defence import pack_dossier
from wiring.disputes import defend_dispute
from wiring.packets import read_form
from wiring.platform import Platform
from wiring.settings import ROOT

TRAPS: Any = json.loads((ROOT / "data" / "sample" / "traps.json").read_text(encoding="utf-8"))
ANSWERED = [id for id, d in TRAPS["disputes"].items() if d["advice"] in ("fight", "answer")]
GIVEN_UP = [id for id in TRAPS["disputes"] if id not in ANSWERED]
CE3 = next(id for id, d in TRAPS["disputes"].items() if d["trap"] == "ce3_eligible")
STRIPE = PackingTable.read(ROOT / "data" / "disputes" / "packing.toml").find("stripe")


@pytest.fixture(scope="module")
def house(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    with house_over_copy(sample_home, tmp_path_factory.mktemp("defence") / "home") as platform:
        yield platform


def session_of(platform: Platform) -> Session:
    tenant = platform.tenant("sample")
    return Session(tenant=tenant, actor=Actor(id="m", audience="merchant"), thread="t")


def defend(platform: Platform, dispute: str, out: Path) -> dict[str, Any]:
    return asyncio.run(defend_dispute(platform, session_of(platform), dispute, out))


def dossier(platform: Platform, dispute: str) -> Dossier:
    shop = platform.shop("sample")
    return asyncio.run(platform.assistant.defend(session_of(platform), shop, dispute))


@pytest.mark.parametrize("dispute", ANSWERED)
def test_an_answer_is_a_packet_that_stripe_takes(
    house: Platform, tmp_path: Path, dispute: str
) -> None:
    told = defend(house, dispute, tmp_path / "p")
    packing = told["packing"]
    assert told["claims"]
    assert told["ungrounded"] == 0
    assert packing["excess"] == packing["faults"] == packing["cuts"] == []
    assert packing["files"]
    assert STRIPE.pages
    assert sum(file["pages"] for file in packing["files"]) <= STRIPE.pages
    names = {Path(name).name for name in told["files"]}
    assert names == {path.name for path in (tmp_path / "p").iterdir()}
    sizes = [(tmp_path / "p" / file["name"]).stat().st_size for file in packing["files"]]
    assert sizes == [file["size"] for file in packing["files"]]
    assert sum(sizes) <= STRIPE.combined
    form = json.loads((tmp_path / "p" / "stripe_evidence.json").read_text(encoding="utf-8"))
    assert faults(read_form("stripe_evidence"), form) == []
    assert {form[file["field"]] for file in packing["files"]} == {
        file["name"] for file in packing["files"]
    }
    assert ("enhanced_evidence" in form) == (dispute == CE3)
    for claim in told["claims"]:
        assert claim["text"] in form["uncategorized_text"]


@pytest.mark.parametrize("dispute", ANSWERED)
def test_exhibits_show_all_that_is_cited_and_outsiders_as_such(
    house: Platform, tmp_path: Path, dispute: str
) -> None:
    told = defend(house, dispute, tmp_path / "p")
    shown = {id_: row for row in told["packing"]["exhibits"] for id_ in row["evidence"]}
    assert {id_ for claim in told["claims"] for id_ in claim["evidence"]} <= shown.keys()
    kept = json.loads((tmp_path / "p" / "evidence.json").read_text(encoding="utf-8"))
    for item in kept:
        if item["id"] in shown:
            assert shown[item["id"]]["outsider"] == (item["trust"] == "untrusted")
    against = {row["id"] for row in told["evidence"] if row["contradictions"]}
    heads = {
        row["id"] for row in told["evidence"] if row["kind"] in ("dispute", "payment", "order")
    }
    assert not (against - heads) & shown.keys()


@pytest.mark.parametrize("dispute", GIVEN_UP)
def test_what_is_not_fought_has_its_evidence_alone(
    house: Platform, tmp_path: Path, dispute: str
) -> None:
    told = defend(house, dispute, tmp_path / "p")
    assert told["packing"] is None
    assert [Path(name).name for name in told["files"]] == ["evidence.json"]


def changed(made: Dossier, change: Callable[[str], str]) -> Dossier:
    """The dossier with other texts in its records."""
    items = tuple(e.model_copy(update={"excerpt": change(e.excerpt)}) for e in made.evidence)
    return made.model_copy(update={"evidence": items})


def test_letters_without_a_font_are_told_with_the_remedy(house: Platform) -> None:
    made = changed(dossier(house, CE3), lambda text: f"{text} \U00013000\U00013001")
    filed = asyncio.run(pack_dossier(house, house.tenant("sample"), made))
    assert "no font" in filed.told["refused"]
    assert filed.told["remedy"]
    assert filed.files.keys() == {"stripe_evidence.json"}
    assert filed.told["faults"] == []


def test_what_is_too_much_is_told_with_what_to_leave_out(house: Platform) -> None:
    made = changed(dossier(house, CE3), lambda text: f"{text} " * 400)
    filed = asyncio.run(pack_dossier(house, house.tenant("sample"), made))
    assert filed.told["excess"]
    assert filed.told["drop_first"]
    strengths = [row["strength"] for row in filed.told["drop_first"]]
    assert strengths == sorted(strengths)
    assert filed.files.keys() == {"stripe_evidence.json"}


def test_a_dossier_without_a_letter_packs_nothing(house: Platform) -> None:
    made = dossier(house, CE3).model_copy(update={"letter": Letter()})
    filed = asyncio.run(pack_dossier(house, house.tenant("sample"), made))
    assert not filed.files
    assert not filed.told


def test_what_is_taken_out_of_a_sentence_is_out_of_the_packet(
    house: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def struck(_: object, claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
        return tuple(c.model_copy(update={"text": c.text.replace("Order", "[…]")}) for c in claims)

    monkeypatch.setattr("agents.assistant.outgoing_claims", struck)
    made = dossier(house, CE3)
    assert made.letter.claims == made.claims
    filed = asyncio.run(pack_dossier(house, house.tenant("sample"), made))
    text = json.loads(filed.files["stripe_evidence.json"])["uncategorized_text"]
    assert "[…] #W" in text
    assert "Order #W" not in text
