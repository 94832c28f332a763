"""Cleaning a message, the ids in it, the countries, and the passages that answer it."""

import unicodedata
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from agent_world import WHERE
from hypothesis import given
from hypothesis import strategies as st

from agents.entities import find_all, find_entities, iterate_entities, order_key
from agents.kit import Kit
from agents.passages import COVERAGE, best_passage
from agents.places import find_country
from agents.reading import LONGEST, clean
from models.language import identify
from tradewind.base import LANGUAGES, Language
from tradewind.errors import InvalidInput, SpecError
from tradewind.evidence import Evidence
from tradewind.plan import BuyerIntent

ALPHABET = st.text(
    alphabet=st.sampled_from("#W0123456789٠١٢３４ -_@.,:/abzдß订单주문注文طلب$€%dpPP\n"),
    max_size=80,
)

# ---- entities


@given(ALPHABET | st.text(max_size=120))
def test_every_value_stands_in_the_text_as_written(text: str) -> None:
    for _, value in iterate_entities(text):
        assert value
        assert value in text


@given(ALPHABET)
def test_no_stretch_of_text_is_read_twice(text: str) -> None:
    found = [value for _, value in iterate_entities(text)]
    assert sum(map(len, found)) <= len(text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("order", ["#W2611340", "W2611340", "112-1234567-7654321", "#1001"])
def test_an_order_number_is_found_in_every_language(language: Language, order: str) -> None:
    text = WHERE[language].format(order)
    assert find_entities(text)["order_id"] == order


BARE: dict[Language, str] = {
    "en": "order number 100245", "zh": "订单号：100245", "es": "pedido número 100245",
    "pt": "pedido nº 100245", "ko": "주문 번호 100245", "ja": "注文番号100245",
    "ru": "заказ № 100245", "ar": "طلبي رقم 100245", "de": "Bestellung Nr. 100245",
    "fr": "commande n° 100245", "it": "ordine numero 100245", "tr": "sipariş numaram 100245",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bare_number_is_an_order_where_a_word_says_so(language: Language) -> None:
    assert find_entities(BARE[language]) == {"order_id": "100245"}


def test_a_bare_number_alone_is_no_order() -> None:
    assert "order_id" not in find_entities("I paid 100245 for it in 2025")


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("الطلب #W٢٦١١٣٤٠ أين", "order_id", "#W٢٦١١٣٤٠"),
        ("fight dp_1QSamplepbDnETYhXfRA9!", "dispute_id", "dp_1QSamplepbDnETYhXfRA9"),
        ("case PP-D-12345 at PayPal", "dispute_id", "PP-D-12345"),
        ("1Z8R4W716835059349 is stuck", "tracking_no", "1Z8R4W716835059349"),
        ("包裹LP056244600CN在哪", "tracking_no", "LP056244600CN"),
        ("9400137839712236661370?", "tracking_no", "9400137839712236661370"),
        ("my mail is a.b+c@shop.example.com.", "email", "a.b+c@shop.example.com"),
        ("zip code 90210 please", "postcode", "90210"),
        ("PLZ: 10115", "postcode", "10115"),
        ("lower bids by 15 %", "percent", "15 %"),
        ("it was €1.234,50", "amount", "1.234,50"),
        ("on 2026-03-03", "date", "2026-03-03"),
    ],
)
def test_other_ids_and_figures(text: str, kind: str, value: str) -> None:
    assert find_all(text, kind) == (value,)


@pytest.mark.parametrize("written", ["#W2611340", "w2611340", "W 2611340", "#W٢٦١١٣٤٠"])
def test_one_order_has_one_key(written: str) -> None:
    assert order_key(written) == "W2611340"


# ---- cleaning


@given(st.text(max_size=400))
def test_a_clean_text_stays_as_it_is(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert once == unicodedata.normalize("NFC", once)
    assert not any(unicodedata.category(c) == "Cs" for c in once)


def test_invisible_characters_go_and_joiners_stay() -> None:
    assert clean("\x00a\x07\u202eb\ud800") == "a  b?"
    assert clean("می\u200cخواهم 👩\u200d👧") == "می\u200cخواهم 👩\u200d👧"
    assert clean("  two\nlines\t ") == "two\nlines"


def test_a_text_too_long_is_refused_with_its_length() -> None:
    assert len(clean("x" * LONGEST)) == LONGEST
    with pytest.raises(InvalidInput, match=str(LONGEST + 1)):
        clean("x" * (LONGEST + 1))


@pytest.mark.parametrize(
    ("text", "language"),
    [("我的订单#W2611340到哪里了", "zh"), ("注文#W2611340の荷物は今どこですか", "ja")],
)
def test_a_number_amid_words_without_blanks_hides_no_language(text: str, language: str) -> None:
    assert identify(text)[0] == language


@pytest.mark.parametrize(
    ("text", "language", "country"),
    [
        ("shipping to Germany", "en", "DE"), ("Versand nach Österreich", "de", "AT"),
        ("寄到日本要多久", "zh", "JP"), ("livraison en Belgique", "fr", "BE"),
        ("to the USA", "en", "US"), ("within the EU", "en", "EU"), ("nowhere", "en", ""),
    ],
)  # fmt: skip
def test_countries_are_found_by_name(text: str, language: Language, country: str) -> None:
    assert find_country(text, language) == country


# ---- passages

BOTTLE = Evidence.of(
    "product", "product/1", "Water Bottle",
    "A bottle for every day. The lid is hand wash only. Glass bottles are dishwasher-safe.",
)  # fmt: skip


def test_the_sentence_that_answers_is_found() -> None:
    passage = best_passage("Is the water bottle dishwasher safe?", [BOTTLE])
    assert passage is not None
    assert "Glass bottles are dishwasher-safe." in passage.text
    assert passage.coverage >= COVERAGE


@pytest.mark.parametrize("question", ["Does the bottle glow at night?", "", "???", "and the of"])
def test_no_passage_stands_for_no_answer(question: str) -> None:
    assert best_passage(question, [BOTTLE]) is None


def test_no_record_has_no_passage() -> None:
    assert best_passage("anything", []) is None


@given(st.text(max_size=80), st.text(max_size=200))
def test_a_passage_is_the_records_own_text(question: str, text: str) -> None:
    item = Evidence.of("faq", "faq/1", "", text)
    passage = best_passage(question, [item])
    if passage is not None:
        assert "".join(passage.text.split()) in "".join(text.split())


# ---- the committed classifiers


def test_labels_are_those_of_catalogue_and_intents(kit: Kit) -> None:
    assert set(kit.buyer_reader.classifier.labels) == set(get_args(BuyerIntent))
    labels = kit.merchant_reader.classifier.labels
    named = {name.removeprefix("scenario.") for name in labels if name.startswith("scenario.")}
    assert named <= kit.catalog.keys()


@pytest.mark.parametrize("text", ["Where is my order?", "", "我的订单", "\ud800", "x" * 5000])
def test_scores_are_probabilities_and_repeat(kit: Kit, text: str) -> None:
    for reader in (kit.buyer_reader, kit.merchant_reader):
        scores = reader.classifier.score(text, "en", None).by_label
        assert scores == reader.classifier.score(text, "en", None).by_label
        assert np.isfinite(list(scores.values())).all()
        assert all(0 <= value <= 1 for value in scores.values())


def test_a_broken_artefact_names_the_remedy(tmp_path: Path, kit: Kit) -> None:
    broken = tmp_path / "merchant.npz"
    read = type(kit.buyer_reader.classifier).read
    for content in (None, b"no archive"):
        if content is not None:
            broken.write_bytes(content)
        with pytest.raises(SpecError, match="make classifiers"):
            read(broken)


@pytest.mark.parametrize(
    ("text", "postcode"),
    [
        ("zip code is 10083", "10083"), ("The ZIP is: 10083-4410.", "10083-4410"),
        ("my postcode: 10115", "10115"), ("postcode SW1A 1AA, thanks", "SW1A 1AA"),
        ("The postal code is K1A 0B1", "K1A 0B1"), ("PLZ 10115", "10115"),
        ("Die Postleitzahl ist 10115", "10115"), ("우편번호 04524", "04524"),
        ("우편번호는 04524입니다", "04524"), ("郵便番号 100-0001", "100-0001"),
        ("郵便番号は１００-０００１です", "１００-０００１"), ("〒100-0001", "100-0001"),
        ("邮编 518000", "518000"), ("邮编是518000", "518000"), ("邮政编码：518000", "518000"),
        ("código postal 28013", "28013"), ("el codigo postal es 28013", "28013"),
        ("CEP 01310-100", "01310-100"), ("o CEP é 01310-100", "01310-100"),
        ("индекс 101000", "101000"), ("Мой почтовый индекс: 101000", "101000"),
        ("الرمز البريدي 11564", "11564"), ("الرمز البريدي هو ١١٥٦٤", "١١٥٦٤"),
        ("code postal 75001", "75001"), ("Le code postal est 75001", "75001"),
        ("CAP 20121", "20121"), ("Il CAP è 20121", "20121"),
        ("posta kodu 34000", "34000"), ("Posta kodum: 34000", "34000"),
    ],
)  # fmt: skip
def test_a_postcode_said_as_words(text: str, postcode: str) -> None:
    assert find_entities(text) == {"postcode": postcode}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("order 12345, zip 10083", {"order_id": "12345", "postcode": "10083"}),
        ("the cap is 5000 euros", {"amount": "5000", "currency": "euros"}),
        ("the cap of 12345 mails", {}), ("zip file a1b2c3 is broken", {}), ("zip", {}),
        ("PLZ? Meine Bestellung 4711001", {"order_id": "4711001"}),
    ],
)  # fmt: skip
def test_what_is_no_postcode(text: str, found: dict[str, str]) -> None:
    assert find_entities(text) == found
