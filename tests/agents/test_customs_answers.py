"""Import charges, through the buyer's door: what our data hold, who pays by the shop's terms."""

from datetime import date
from pathlib import Path

import pytest
from lane_world import LaneShop, order

from agents.kit import Kit
from models.language import identify
from tools.customs import rules as tool
from tradewind.base import LANGUAGES, Language, Money
from tradewind.commerce import Policy
from tradewind.customs import Customs, read_customs
from tradewind.errors import SpecError
from wiring.platform import Platform

ASKED: dict[Language, str] = {
    "en": "Do I have to pay customs duty in Japan?", "zh": "寄到日本要交关税吗？",
    "es": "¿Tengo que pagar aduana en Japón?", "pt": "Tenho de pagar taxas de alfândega no Japão?",
    "ko": "일본에서 관세 내야 하나요?", "ja": "日本で関税は自分で払うのですか？",
    "ru": "Нужно ли платить пошлину при получении? Страна: Япония",
    "ar": "هل سأدفع رسومًا جمركية في اليابان؟", "de": "Muss ich in Japan Zoll zahlen?",
    "fr": "Y a-t-il des frais de douane à payer au Japon ?",
    "it": "Devo pagare la dogana in Giappone?", "tr": "Japonya için gümrük vergisi öder miyim?",
}  # fmt: skip
CUSTOMS = read_customs(Path("data/customs"))


@pytest.fixture
def shop(platform: Platform, kit: Kit) -> LaneShop:
    return LaneShop(platform, kit)


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_pays_what_is_told_in_the_buyers_language(shop: LaneShop, language: Language) -> None:
    answer = shop.ask(ASKED[language])
    assert answer.intent == "customs_duties"
    assert answer.language == language
    assert identify(answer.text)[0] == language
    assert "rule/customs JP" in {c.source for c in answer.citations}
    assert "10" in answer.text
    assert "DAP" in answer.text


def test_the_rule_of_the_day_is_told_with_what_comes_after(shop: LaneShop) -> None:
    answer = shop.ask("Do I have to pay customs duty in Germany?")
    assert "Customs duty up to a goods value of €150.00: a flat amount" in answer.text
    assert "€3.00 for each kind of goods" in answer.text
    assert "By our delivery terms (DDP) the shop pays these charges." in answer.text
    assert "Other rules are to hold from July 1, 2028." in answer.text
    assert "handling fee" not in answer.text


def test_what_is_unsure_is_said_to_be(shop: LaneShop) -> None:
    answer = shop.ask("Do I have to pay customs duty in the USA?")
    assert "Customs duty: due on import." in answer.text
    assert "Our sources are not certain on this" in answer.text


def test_a_country_without_rules_is_left_to_the_shop(shop: LaneShop) -> None:
    answer = shop.ask("Do I have to pay customs duty in Switzerland?")
    assert "I have no import rules for this country in my data (Switzerland)" in answer.text
    assert answer.handover == "customs_duties.nothing"
    assert "CHF" not in answer.text


@pytest.mark.parametrize(("minor", "side"), [(15_000, "is not above"), (15_001, "is above")])
def test_an_orders_total_is_held_against_the_limit(shop: LaneShop, minor: int, side: str) -> None:
    shop.put(order("KR").model_copy(update={"total": Money(minor=minor, currency="USD")}))
    answer = shop.ask_of_order("Do I have to pay customs duty?")
    assert f"{side} that value for customs duty" in answer.text
    assert "By our delivery terms (DAP) the buyer pays" in answer.text


def test_another_currency_is_not_converted(shop: LaneShop) -> None:
    shop.put(order("KR").model_copy(update={"total": Money(minor=1, currency="EUR")}))
    assert "above that value" not in shop.ask_of_order("Do I have to pay customs duty?").text


def test_terms_that_contradict_themselves_name_no_payer(shop: LaneShop) -> None:
    facts = {"incoterm": "DDP", "duties_paid_by": "buyer"}
    shop.put(Policy(id="customs-ca", topic="customs", title="C", text="T", market="CA",
                    facts=facts))  # fmt: skip
    answer = shop.ask("Do I have to pay customs duty in Canada?")
    assert "By our delivery terms" not in answer.text


def test_a_rule_that_ended_is_not_told(shop: LaneShop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted bug: all rows hold on all days."""
    area = CUSTOMS.areas["DE"]
    always = tuple(row.model_copy(update={"valid_to": None}) for row in area.row[:1])
    bug = area.model_copy(update={"row": always})
    wrong = Customs(areas={"DE": bug}, terms=CUSTOMS.terms)
    monkeypatch.setattr(tool, "customs", lambda: wrong)
    with pytest.raises(AssertionError):
        test_the_rule_of_the_day_is_told_with_what_comes_after(shop)


@pytest.mark.parametrize(
    ("country", "on", "words"),
    [
        ("FR", date(2026, 6, 30), ["free", "at_sale_or_due"]),
        ("FR", date(2026, 7, 1), ["flat", "at_sale_or_due"]),
        ("FR", date(2028, 7, 1), ["at_sale_or_due"]),
        ("US", date(2025, 8, 28), ["free"]), ("US", date(2025, 8, 29), ["due"]),
    ],
)  # fmt: skip
def test_rules_change_on_their_day(country: str, on: date, words: list[str]) -> None:
    area = CUSTOMS.of(country)
    assert area is not None
    assert [row.below for row in area.rows(on)] == words


def test_every_row_has_its_source_and_date() -> None:
    rows = [row for area in CUSTOMS.areas.values() for row in area.row]
    assert all(row.source and row.read <= date(2026, 11, 23) for row in rows)
    assert {row.unsure for row in rows} == {True, False}


def test_two_rows_of_one_day_are_refused(tmp_path: Path) -> None:
    row = "[[row]]\ncharge='duty'\nvalid_from=2020-01-01\nbelow='due'\n"
    row += "source='s'\nread=2026-01-01\nconfidence='G'\n"
    (tmp_path / "xx.toml").write_text(f"version=1\ncountries=['XX']\n{row}{row}")
    with pytest.raises(SpecError, match="two rows of duty"):
        read_customs(tmp_path)
