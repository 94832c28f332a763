"""What is read out of buyers' messages: orders, parcels, amounts, postcodes, phones, countries."""

import json
import re
import time
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import bare_ids, entities, service
from agents.entities import find_all, find_entities, iterate_entities, offered_postcode
from agents.places import find_place
from agents.reading import read_entities
from tradewind.base import LANGUAGES, Language

WORDS = (
    "order ", "my order is ", "заказ ", "注文", "订单", "طلب رقم ", "sipariş ", "no. ", "№ ", "n° ",
    "zip ", "PLZ ", "〒", "邮编", "SW1A 1AA ", "M5V 2T6 ", "75002 Paris ", "rue ", "€", "R$ ",
    "50 ", "1042", "3 490 ", "1.234,56 ", "万", "十块", "만 원", "خمسين دينار", " euro", " TL",
    "quid ", "+44 7700 900123 ", "010-1234-5678", "1Z999AA10123456784", "W2611340", "a@b.example ",
    "#", ", ", "٣٤٥", "１２３４", "½", "①", "㎏", "ﷺ", "İ", "e\u0301", "\u00a0", "\n", "キ", "ﾊﾟ",
    "Germany ", "Грузию ",
)  # fmt: skip
MESSAGES = st.lists(st.sampled_from(WORDS), max_size=14).map("".join) | st.text(max_size=120)


def flat(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


# ---- what holds of every message


@given(MESSAGES)
def test_what_is_read_stands_in_the_message(text: str) -> None:
    for kind, value in iterate_entities(text):
        assert value, kind
        assert value in text


@given(MESSAGES)
def test_a_composed_message_reads_as_its_compatible_form(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    one = [(kind, flat(value)) for kind, value in iterate_entities(text)]
    other = [(kind, flat(value)) for kind, value in iterate_entities(flat(text))]
    assert one == other


@given(MESSAGES, st.sampled_from(LANGUAGES))
def test_a_country_stands_in_the_message(text: str, language: Language) -> None:
    place = find_place(text, language)
    assert place is None or (place.name in text and len(place.code) == 2)


@pytest.mark.parametrize(
    "piece",
    [
        "a", "1", "9 ", "1.", "1'000", "1 234 ", "-", "#", "a@", "a@a.", "1042 ", "order ",
        "order number ", "注文", "单号", "طلب ", "€", "$1", "十", "万", "1만", "postcode ", "rue ",
        "strstr", "12 rue ", "street 12345 ", "M1 8", "0 12 ", "75001 Paris ", "to 12345 a ", "½",
        "ﷺ", "50 eurolu", "tracking is ", "Germany ", "Герман", "لل",
    ],
)  # fmt: skip
def test_a_long_message_is_read_in_a_moment(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    began = time.process_time()
    read_entities(text, "tr")
    assert time.process_time() - began < 5


# ---- orders

ORDERS: dict[Language, tuple[str, ...]] = {
    "en": ("dont ship 1042 pls", "my order is 1042", "I mean 1042", "order 1042, wrong colour"),
    "zh": ("1042那单还没发吧", "我的订单1042到哪了", "取消1042吧", "订单编号:1042"),
    "es": ("el 1042 no lo manden", "mi pedido es el 1042", "anulen el 1042", "pedido n.º 1042"),
    "pt": ("cancela o 1042", "pedido nº 1042", "quero devolver o 1042", "encomenda 1042"),
    "ko": ("1042번이요", "주문 1042요", "1042 취소해주세요", "주문번호는 1042입니다"),
    "ja": ("1042です。", "注文1042の件", "1042をキャンセルしてください", "注文番号は1042です"),
    "ru": ("заказ 1042", "отмените 1042", "по заказу № 1042", "номер заказа 1042"),
    "ar": ("طلبي رقم 1042", "الغوا الطلب 1042", "رقم الطلب: 1042", "للطلب 1042"),
    "de": ("Bestellung 1042", "storniert 1042 bitte", "Rechnung für 1042?", "Bestellnr. 1042"),
    "fr": ("annulez la 1042", "commande n° 1042", "la facture pour la 1042", "cmd 1042"),
    "it": ("ordine 1042", "annullate il 1042", "la fattura del 1042", "l'ordine numero 1042"),
    "tr": ("1042 nolu siparişim", "1042'yi iptal edin", "sipariş no: 1042", "1042 için fatura"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bare_order_number_is_told_by_what_stands_beside_it(language: Language) -> None:
    for text in ORDERS[language]:
        assert find_entities(text).get("order_id") == "1042", text


@pytest.mark.parametrize(
    "number",
    [
        "#1001", "TW-2024-0042", "123-1234567-1234567", "26-11873-33210", "3061778899012345",
        "278123-20250311-0456789012", "41872290-0042", "20240518-0031927", "240611K7QX", "W2611340",
    ],
)  # fmt: skip
def test_numbers_of_other_shops(number: str) -> None:
    assert find_entities(f"where is {number}?") == {"order_id": number}


NO_ORDER = (
    "will a case for the iPhone 15 fit the 14 pro?", "the puzzle has 2000 pieces, I counted 1850",
    "can I get 1500 of them?", "is there a difference between the 3080 and the 4070 bundle",
    "gate code is 4471 and flat 1206", "el código del portal es 4471", "オートロックは4471です",
    "bought in 2025", "C/ Ercilla 1042", "company no 08765432", "VAT no 1234567", "model 3000",
    "27 inch 4K 144 Hz", "P.IVA 01234567890", "1 or 2? 1043 or 1042?", "size 1042", "5000 mAh",
    "1180 Pine St Apt 4", "room 1042", "размер 1042", "サイズ1042", "1042 baytlık", "in 1042 BC",
)  # fmt: skip


@pytest.mark.parametrize("text", NO_ORDER)
def test_a_tempting_number_is_no_order(text: str) -> None:
    assert "order_id" not in find_entities(text)


def test_that_every_number_is_an_order_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted bug: nothing makes a number something else."""

    def never(plain: str, match: re.Match[str]) -> bool:
        return False

    monkeypatch.setattr(bare_ids, "_is_other", never)
    wrong = [text for text in NO_ORDER if "order_id" in find_entities(text)]
    assert wrong


def test_of_several_alike_none_is_the_order() -> None:
    assert find_entities("cancel 1042 or 1043, not sure") == {}
    assert find_all("orders #1042 and #1043", "order_id") == ("#1042", "#1043")


# ---- amounts


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("50 euro", "50", "euro"), ("30 quid", "30", "quid"), ("3만원", "3만", "원"),
        ("2万円", "2万", "円"), ("120 TL", "120", "TL"), ("99 reais", "99", "reais"),
        ("50 руб", "50", "руб"), ("١٢٠ درهم", "١٢٠", "درهم"), ("1.234,56 €", "1.234,56", "€"),
        ("1 234,56 €", "1 234,56", "€"), ("1\u202f234,56 €", "1\u202f234,56", "€"),
        ("USD 1,249.00", "1,249.00", "USD"), ("5000円", "5000", "円"),
        ("５０００円", "５０００", "円"),
        ("349 liraya", "349", "lira"), ("30 euroyu", "30", "euro"), ("150 euroluk", "150", "euro"),
        ("十块", "十", "块"), ("خمسين دينار", "خمسين", "دينار"), ("CHF 31.50", "31.50", "CHF"),
        ("3 490 рублей", "3 490", "рублей"), ("₺1.249,90", "1.249,90", "₺"), ("만 원", "만", "원"),
    ],
)  # fmt: skip
def test_amounts_as_people_write_them(text: str, amount: str, currency: str) -> None:
    assert find_entities(f"({text})") == {"amount": amount, "currency": currency}


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("revolut shows 24.90 from you", "24.90"),
        ("cobraron 58,50 dos veces", "58,50"),
        ("с карты списали 5 490", "5 490"),
        ("微信扣了我两笔268", "268"),
    ],
)
def test_an_amount_without_currency_needs_a_charge(text: str, amount: str) -> None:
    assert find_entities(text) == {"amount": amount}


@pytest.mark.parametrize(
    "text",
    [
        "I paid on 24.12. at 10.30",
        "alto 1,80 e peso 75 kg",
        "try 3 of them",
        "CNY88 is no code",
        "20% off 2 items",
        "150 pesoso",
        "10 won by us",
        "版本2.50",
        "2 mil gracias",
        "1,50 m cable",
    ],
)
def test_a_tempting_number_is_no_amount(text: str) -> None:
    assert "amount" not in find_entities(text)


# ---- postcodes and phones


@pytest.mark.parametrize(
    ("text", "postcode"),
    [
        ("we're at BS6 5QA now", "BS6 5QA"), ("ship to m5v 2t6 please", "m5v 2t6"),
        ("livrez au 5 rue de la Paix, 75002 Paris", "75002"), ("nach 8010 Graz", "8010"),
        ("manda pra Rua Augusta 1500, 01304-001", "01304-001"), ("4150-175 Porto", "4150-175"),
        ("서울 강남구 테헤란로 152 (06236)", "06236"), ("渋谷区〒150-0002", "150-0002"),
        ("ул. Ленина 5, Казань, 420111", "420111"), ("Kadıköy 34710 İstanbul'a yollayın", "34710"),
        ("Portland, OR 97205", "97205"), ("mettez 69003 comme code postal", "69003"),
        ("het is 1017 AB Amsterdam", "1017 AB"), ("حي الملقا الرياض 12271", "12271"),
        ("苏州工业园区星湖街88号，邮编215123", "215123"), ("C1043AAZ Buenos Aires", "C1043AAZ"),
    ],
)  # fmt: skip
def test_a_postcode_that_its_form_or_address_tells(text: str, postcode: str) -> None:
    assert find_entities(text) == {"postcode": postcode}


@pytest.mark.parametrize(
    "text",
    [
        "MacBook M1 8GB",
        "12345 Schrauben",
        "1500 TL",
        "ends 2024 Spring",
        "B0C7K2 is the ASIN",
        "VLTQ*8841 HK on my card",
        "we sold 90210 units",
        "flat 12, 3rd floor",
    ],
)
def test_what_only_looks_like_a_postcode(text: str) -> None:
    assert "postcode" not in find_entities(text)


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("W2611340, 10083", ""), ("#W2611340 and LS1 4AP", "LS1 4AP"), ("zip 10083", "10083"),
        ("where is #W2611340? I ordered it last week, my zip code is 10083, thanks", "10083"),
        ("please send my order #W2611340 to 8 Alder Row, Leeds LS1 4AP instead", ""),
        ("livrez ma commande #W2611340 au 12 rue Nationale, 59000 Lille plutôt, merci", ""),
    ],
)  # fmt: skip
def test_a_postcode_in_an_address_proves_nothing(text: str, offered: str) -> None:
    assert offered_postcode(text, find_entities(text)) == offered


MOVE = "please send my order #W2611340 to 8 Alder Row, Leeds LS1 4AP instead"


def test_a_new_address_is_no_try_to_prove_an_order(monkeypatch: pytest.MonkeyPatch) -> None:
    assert service.attempted_order(MOVE, {}, dict) == ""
    assert service.attempted_order("#W2611340, zip 10083", {}, dict) == "W2611340"

    def any_postcode(text: str, found: Mapping[str, str]) -> str:
        return found.get("postcode", "")

    monkeypatch.setattr(service, "offered_postcode", any_postcode)  # the planted bug
    assert service.attempted_order(MOVE, {}, dict) == "W2611340"


@pytest.mark.parametrize(
    "phone",
    [
        "+44 7700 900123", "010-9876-5432", "13800138000", "0532 123 45 67", "(555) 012-4477",
        "06 12 34 56 78", "090-8765-4321", "+7 916 123-45-67", "11 98765-4321", "0551234567",
        "612 345 678", "347 1234567",
    ],
)  # fmt: skip
def test_phone_numbers(phone: str) -> None:
    assert find_entities(f"call me: {phone}") == {"phone": phone}


# ---- countries


@pytest.mark.parametrize(
    ("text", "language", "name", "code"),
    [
        ("в Германию", "ru", "Германию", "DE"), ("живу в Грузии", "ru", "Грузии", "GE"),
        ("в Казахстане", "ru", "Казахстане", "KZ"),
        ("из Китая в Казахстан", "ru", "Казахстан", "KZ"),
        ("Kıbrıs'a", "tr", "Kıbrıs", "CY"), ("kıbrısa gönder", "tr", "kıbrıs", "CY"),
        ("Hollandaya", "tr", "Hollanda", "NL"), ("بالكويت", "ar", "الكويت", "KW"),
        ("للأردن", "ar", "للأردن", "JO"),
        ("寄澳洲", "zh", "澳洲", "AU"), ("호주에 사는데", "ko", "호주", "AU"),
        ("from China to Egypt", "en", "Egypt", "EG"), ("in the US for", "en", "US", "US"),
    ],
)  # fmt: skip
def test_countries_in_their_cases(text: str, language: str, name: str, code: str) -> None:
    place = find_place(text, language)
    assert place is not None
    assert (place.name, place.code) == (name, code)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("let us know", "en"), ("GIVE US OUR MONEY", "en"),
        ("joan@mailbox.co.uk", "en"), ("コードを日本語に訳して", "ja"),
        ("取り替えられるタイプ", "ja"), ("중국어 설명서", "ko"),
        ("수령인도 바꿔", "ko"), ("eu quero", "pt"),
        ("ela não usa perfume", "pt"), ("el jersey de lana", "es"), ("çekyat", "tr"),
        ("передан ли груз", "ru"), ("мне самой платить", "ru"), ("USD 64.00", "ko"),
    ],
)  # fmt: skip
def test_other_words_are_no_countries(text: str, language: str) -> None:
    assert find_place(text, language) is None


# ---- the messages kept aside


def test_messages_kept_aside_are_even_and_hold_their_labels() -> None:
    folder = Path(entities.__file__).parents[1] / "data" / "messages" / "entities"
    rows = [json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.open()]
    counts = [sum(row["lang"] == language for row in rows) for language in LANGUAGES]
    assert min(counts) == max(counts) >= 25
    assert all(value in row["text"] for row in rows for value in row["entities"].values())
    assert {row["source"] for row in rows} == {"chat", "email", "marketplace"}
    assert sum(not row["entities"] for row in rows) / len(rows) > 0.2
