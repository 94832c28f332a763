"""The verifier in twelve languages: right values pass; a wrong day, amount, currency, unit or id
is refused."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from agents.grounding.lexicon import unit_after
from agents.grounding.mentions import find_mentions, read_number
from agents.grounding.verify import check_templates
from tradewind.base import LANGUAGES, Language, Money
from tradewind.evidence import (
    Claim,
    DateFact,
    Evidence,
    Fact,
    IdFact,
    MoneyFact,
    NumberFact,
    TimeFact,
)

LOCALES = {"zh": "zh_Hans_CN", "pt": "pt_BR", "ar": "ar_AE"}
LANGUAGE = st.sampled_from(LANGUAGES)
DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))


def refused(text: str, language: str, *facts: Fact) -> list[str]:
    """What the verifier refuses of a sentence over one record with these facts."""
    item = Evidence.of("order", "order/1", "Record", "", facts)
    problems = check_templates((Claim(text=text, evidence=(item.id,)),), [item], language)
    return [problem.mention for problem in problems]


def locale(language: str) -> str:
    return LOCALES.get(language, language)


def money(minor: int, currency: str) -> MoneyFact:
    return MoneyFact(name="total", value=Money(minor=minor, currency=currency))


THIRD = DateFact(name="day", value=date(2025, 11, 3))
# The same day as a writer of the language puts it, and one that is a day off.
WRITTEN_DAYS: dict[Language, tuple[str, str]] = {
    "en": ("It arrives on November 3, 2025.", "It arrives on November 4, 2025."),
    "zh": ("预计2025年11月3日送达。", "预计2025年11月4日送达。"),
    "es": ("Llega el 3 de noviembre de 2025.", "Llega el 4 de noviembre de 2025."),
    "pt": ("Chega em 3 de novembro de 2025.", "Chega em 4 de novembro de 2025."),
    "ko": ("2025년 11월 3일에 도착합니다.", "2025년 11월 4일에 도착합니다."),
    "ja": ("お届けは2025年11月3日です。", "お届けは2025年11月4日です。"),
    "ru": ("Прибудет 3 ноября 2025 г.", "Прибудет 4 ноября 2025 г."),
    "ar": ("يصل في ٣ نوفمبر ٢٠٢٥.", "يصل في ٤ نوفمبر ٢٠٢٥."),
    "de": ("Es kommt am 3. November 2025 an.", "Es kommt am 4. November 2025 an."),
    "fr": ("Arrivée le 3 novembre 2025.", "Arrivée le 4 novembre 2025."),
    "it": ("Arriva il 3 novembre 2025.", "Arriva il 4 novembre 2025."),
    "tr": ("3 Kasım 2025 tarihinde ulaşır.", "4 Kasım 2025 tarihinde ulaşır."),
}

# 1234.50 euros; another amount; another currency.
WRITTEN_AMOUNTS: dict[Language, tuple[str, str, str]] = {
    "en": ("It costs €1,234.50.", "It costs €1,243.50.", "It costs $1,234.50."),
    "zh": ("总额为1,234.50欧元。", "总额为1,243.50欧元。", "总额为1,234.50美元。"),
    "es": ("Cuesta 1.234,50 €.", "Cuesta 1.243,50 €.", "Cuesta 1.234,50 dólares."),
    "pt": ("Custa € 1.234,50.", "Custa € 1.243,50.", "Custa R$ 1.234,50."),
    "ko": (
        "총액은 1,234.50유로입니다.",
        "총액은 1,243.50유로입니다.",
        "총액은 1,234.50달러입니다.",
    ),
    "ja": ("合計は1,234.50ユーロです。", "合計は1,243.50ユーロです。", "合計は1,234.50ドルです。"),
    "ru": ("Сумма: 1 234,50 евро.", "Сумма: 1 243,50 евро.", "Сумма: 1 234,50 ₽."),
    "ar": ("المبلغ ١٬٢٣٤٫٥٠ يورو.", "المبلغ ١٬٢٤٣٫٥٠ يورو.", "المبلغ ١٬٢٣٤٫٥٠ دولار."),
    "de": ("Das macht 1.234,50 €.", "Das macht 1.243,50 €.", "Das macht 1.234,50 USD."),
    "fr": ("Le total est de 1 234,50 €.", "Le total est de 1 243,50 €.", "Soit 1 234,50 $US."),
    "it": ("Costa 1.234,50 euro.", "Costa 1.243,50 euro.", "Costa 1.234,50 dollari."),
    "tr": ("Tutar: 1.234,50 avro.", "Tutar: 1.243,50 avro.", "Tutar: 1.234,50 TL."),
}

THIRTY = NumberFact(name="window_days", value=Decimal(30), unit="day")
# 30 days; another number of days; 30 weeks.
WRITTEN_SPANS: dict[Language, tuple[str, str, str]] = {
    "en": ("within 30 days", "within 13 days", "within 30 weeks"),
    "zh": ("您可在30天内退货", "您可在13天内退货", "您可在30周内退货"),
    "es": ("en 30 días", "en 13 días", "en 30 semanas"),
    "pt": ("em até 30 dias", "em até 13 dias", "em até 30 semanas"),
    "ko": ("30일 이내에 반품", "13일 이내에 반품", "30주 이내에 반품"),
    "ja": ("お届けから30日以内", "お届けから13日以内", "お届けから30週間以内"),
    "ru": ("в течение 30 дней", "в течение 13 дней", "в течение 30 недель"),
    "ar": ("خلال 30 يومًا", "خلال 13 يومًا", "خلال 30 أسبوعًا"),
    "de": ("innerhalb von 30 Tagen", "innerhalb von 13 Tagen", "innerhalb von 30 Wochen"),
    "fr": ("sous 30 jours", "sous 13 jours", "sous 30 semaines"),
    "it": ("entro 30 giorni", "entro 13 giorni", "entro 30 settimane"),
    "tr": ("30 gün içinde", "13 gün içinde", "30 hafta içinde"),
}

WRITTEN_IDS: dict[Language, str] = {
    "en": "Order {} is on its way.",
    "zh": "订单{}正在运输途中。",
    "es": "El pedido {} está en camino.",
    "pt": "O pedido {} está a caminho.",
    "ko": "주문 {}은 배송 중입니다.",
    "ja": "ご注文{}は配送中です。",
    "ru": "Заказ {} в пути.",
    "ar": "الطلب رقم \u2068{}\u2069 في الطريق.",
    "de": "Die Bestellung {} ist unterwegs.",
    "fr": "La commande {} est en route.",
    "it": "L'ordine {} è in viaggio.",
    "tr": "{} numaralı sipariş yolda.",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_right_day_passes_and_the_next_is_refused(language: Language) -> None:
    right, wrong = WRITTEN_DAYS[language]
    assert refused(right, language, THIRD) == []
    assert refused(wrong, language, THIRD)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_amount_or_currency_is_refused(language: Language) -> None:
    right, amount, currency = WRITTEN_AMOUNTS[language]
    fact = money(123450, "EUR")
    assert refused(right, language, fact) == []
    assert refused(amount, language, fact)
    assert refused(currency, language, fact)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_number_or_unit_is_refused(language: Language) -> None:
    right, number, unit = WRITTEN_SPANS[language]
    assert refused(right, language, THIRTY) == []
    assert refused(number, language, THIRTY)
    assert refused(unit, language, THIRTY)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("right", "wrong"),
    [("#W2611340", "#W2611341"), ("EB-20177", "EB-20178"), ("10442", "10443")],
)
def test_a_wrong_id_is_refused(language: Language, right: str, wrong: str) -> None:
    fact = IdFact(name="id", value=right)
    assert refused(WRITTEN_IDS[language].format(right), language, fact) == []
    assert refused(WRITTEN_IDS[language].format(wrong), language, fact)


@given(LANGUAGE, DAYS, DAYS, st.sampled_from(["long", "medium"]))
def test_any_rendered_date_is_read_in_every_language(
    language: Language, day: date, other: date, length: str
) -> None:
    text = format_date(day, length, locale=locale(language))
    assert refused(text, language, DateFact(name="day", value=day)) == []
    if other != day:
        assert refused(text, language, DateFact(name="day", value=other))


@given(LANGUAGE, st.datetimes(datetime(2015, 1, 1), datetime(2035, 12, 31)), st.integers(1, 1439))  # noqa: DTZ001
def test_any_rendered_moment_is_read_in_every_language(
    language: Language, at: datetime, later: int
) -> None:
    at = at.replace(tzinfo=UTC)
    text = f"{format_datetime(at, 'medium', locale=locale(language))} UTC"
    assert refused(text, language, TimeFact(name="at", value=at)) == []
    assert refused(text, language, TimeFact(name="at", value=at + timedelta(minutes=later)))


CURRENCIES = st.sampled_from(
    ["USD", "EUR", "GBP", "JPY", "CNY", "KRW", "TRY", "BRL", "RUB", "MXN", "CAD", "AUD", "AED"]
)  # fmt: skip


@given(LANGUAGE, st.integers(0, 99_999_999), st.integers(0, 99_999_999), CURRENCIES, CURRENCIES)
def test_any_rendered_amount_is_read_in_every_language(
    language: Language, minor: int, other: int, currency: str, foreign: str
) -> None:
    amount = Money(minor=minor, currency=currency)
    text = format_currency(amount.decimal(), currency, locale=locale(language))
    assert refused(text, language, money(minor, currency)) == []
    if other != minor:
        assert refused(text, language, money(other, currency))
    dollars = {"USD", "CAD", "AUD", "MXN"}
    yuan = {"CNY", "JPY"}
    if foreign != currency and not ({foreign, currency} <= dollars or {foreign, currency} <= yuan):
        other_minor = Money.parse(amount.decimal(), foreign).minor
        assert refused(text, language, money(other_minor, foreign))


@pytest.mark.parametrize(
    ("text", "language", "hour"),
    [
        ("2:05 pm", "en", "14:05"), ("下午2:05", "zh", "14:05"), ("14时5分", "zh", "14:05"),
        ("午後2:05", "ja", "14:05"), ("14時05分", "ja", "14:05"), ("오후 2:05", "ko", "14:05"),
        ("오후 2시 5분", "ko", "14:05"), ("2:05 م", "ar", "14:05"),
        ("14:05 من المدينة", "ar", "14:05"),
        ("2:05 p. m.", "es", "14:05"), ("14h05", "fr", "14:05"), ("12:05 am", "en", "00:05"),
        ("2:05", "de", "02:05"), ("ÖS 2:05", "tr", "14:05"),
    ],
)  # fmt: skip
def test_the_half_of_the_day_is_read(text: str, language: str, hour: str) -> None:
    clocks = [m for m in find_mentions(text, language) if m.kind == "clock"]
    assert [set(m.readings) for m in clocks] == [{hour}]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("de 3 a 7 días", "es"), ("von 3 bis 7 Tagen", "de"), ("3 in stock", "en"),
        ("30 sem custo", "pt"), ("3 Monitore", "de"), ("3 주문", "ko"), ("3 l'article", "fr"),
        ("all 3 for you", "en"), ("top 3 pen", "en"),
    ],
)  # fmt: skip
def test_a_plain_word_after_a_number_is_no_unit_and_no_currency(text: str, language: str) -> None:
    first = find_mentions(text, language)[0]
    assert first.kind == "number"
    assert first.readings == {f"{first.text}|"}


@pytest.mark.parametrize(
    ("rest", "language", "unit"),
    [
        (" business days", "en", "day"), ("个工作日内", "zh", "day"),
        (" рабочих дней", "ru", "day"),
        (" iş günü", "tr", "day"), ("영업일 이내", "ko", "day"), ("営業日", "ja", "day"),
        (" Werktagen", "de", "day"), (" ay", "tr", "month"), (" yıl garanti", "tr", "year"),
        ("か月", "ja", "month"), (" кг", "ru", "kilogram"), (" mois", "fr", "month"),
    ],
)  # fmt: skip
def test_units_of_each_language(rest: str, language: str, unit: str) -> None:
    assert unit_after(rest, language) == unit


def test_a_30_day_window_is_a_number_of_days() -> None:
    assert refused("There is a 30-day window.", "en", THIRTY) == []
    assert refused("There is a 60-day window.", "en", THIRTY)


def test_numbers_right_after_letters_of_cjk_and_arabic_are_read() -> None:
    assert refused("满99件", "zh", THIRTY) == ["99"]
    assert refused("全99種類", "ja", THIRTY) == ["99"]
    assert refused("من99", "ar", THIRTY) == ["99"]


def test_a_percent_sign_may_stand_first() -> None:
    fact = NumberFact(name="off_percent", value=Decimal(20), unit="percent")
    assert refused("%20 indirim", "tr", fact) == []
    assert refused("%25 indirim", "tr", fact) == ["%25"]


def test_codes_stick_to_numbers_and_capitals_decide() -> None:
    assert refused("TRY1,234.50", "en", money(123450, "TRY")) == []
    assert refused("共计USD30", "zh", money(3000, "EUR")) == ["USD30"]


def test_turkish_capitals_name_a_month() -> None:
    assert refused("3 KASIM 2025", "tr", THIRD) == []
    assert refused("4 KASIM 2025", "tr", THIRD) == ["4 KASIM 2025"]


def test_a_numeric_date_starts_with_the_day_outside_english() -> None:
    assert refused("03.11.2025", "de", THIRD) == []
    assert refused("11/03/2025", "fr", THIRD) == ["11/03/2025"]
    assert refused("11/03/2025", "en", THIRD) == []


def test_a_quotation_keeps_its_own_language() -> None:
    text = "Rückgabe bis 3 novembre 2025"
    item = Evidence.of("policy", "policy/1", "Retours", text, language="fr")
    claim = Claim(text=f"这里写明：“{text}”", evidence=(item.id,))
    assert check_templates((claim,), [item], "zh") == ()
    wrong = claim.model_copy(update={"text": claim.text.replace("3 n", "4 n")})
    assert check_templates((wrong,), [item], "zh")


def test_a_quotation_of_two_sentences_may_be_joined_by_other_blanks() -> None:
    item = Evidence.of(
        "policy", "policy/1", "退货", "30天内可退货。运费由买家承担。", language="zh"
    )
    claim = Claim(text="规则写明：“30天内可退货。 运费由买家承担。”", evidence=(item.id,))
    assert check_templates((claim,), [item], "zh") == ()
    wrong = claim.model_copy(update={"text": claim.text.replace("买家", "本店")})
    assert [problem.mention for problem in check_templates((wrong,), [item], "zh")] == [
        "运费由本店承担。"
    ]


def test_a_quotation_with_arabic_digits_is_found_in_its_record() -> None:
    text = "يمكنكم إرجاع المنتجات خلال ٣٠ يومًا"
    item = Evidence.of("policy", "policy/1", "الإرجاع", text, language="ar")
    claim = Claim(text=f"تنص قواعدنا على: «\u2068{text}\u2069»", evidence=(item.id,))
    assert check_templates((claim,), [item], "ar") == ()


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1.234", {"1234", "1.234"}), ("1,234.50", {"1234.5"}), ("1.234,50", {"1234.5"}),
        ("1.234.567", {"1234567"}), ("1 234,5", {"1234.5"}), ("1.234,500", {"1234.5"}),
        ("12", {"12"}), ("0.5", {"0.5"}),
    ],
)  # fmt: skip
def test_a_written_number_has_the_values_it_can_mean(text: str, values: set[str]) -> None:
    assert read_number(text) == values
