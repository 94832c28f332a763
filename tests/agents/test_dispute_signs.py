"""What messages say, in twelve languages: a sign is found, its denial is none."""

import pytest
from dispute_world import RULES, said

from agents.chargeback.signs import says
from agents.chargeback.tables import Sign
from tradewind.base import LANGUAGES

ADMITTED = {
    "en": ("We are sorry, that was our mistake.", "That was not our mistake."),
    "zh": ("这是我们的失误，非常抱歉。", "这不是我们的失误。"),
    "es": ("Lo sentimos, fue un error nuestro.", "No fue un error nuestro."),
    "pt": ("Desculpe, foi um erro nosso.", "Não foi um erro nosso."),
    "ko": ("죄송합니다, 저희 실수입니다.", "저희 실수가 아닙니다."),
    "ja": ("弊社のミスです。申し訳ございません。", "弊社のミスではありません。"),
    "ru": ("Извините, это наша ошибка.", "Это не наша ошибка."),
    "ar": ("نعتذر، هذا خطأ منا.", "هذا ليس خطأ منا."),
    "de": ("Entschuldigung, das war unser Fehler.", "Das war nicht unser Fehler."),
    "fr": ("Désolés, c'est notre erreur.", "Ce n'est pas notre erreur."),
    "it": ("Ci scusiamo, è colpa nostra.", "Non è colpa nostra."),
    "tr": ("Özür dileriz, hata bizde.", "Bu bizim hatamız değil."),
}
PROMISED = {
    "en": "We will refund you in full.", "zh": "我们会全额退款。", "es": "Le reembolsaremos hoy.",
    "pt": "Vamos reembolsar o valor.", "ko": "환불해 드리겠습니다.", "ja": "返金いたします。",
    "ru": "Мы вернём вам деньги.", "ar": "سنعيد لك المبلغ.", "de": "Wir erstatten Ihnen alles.",
    "fr": "Nous vous rembourserons demain.", "it": "La rimborseremo domani.",
    "tr": "Ücreti iade edeceğiz.",
}  # fmt: skip
RECEIVED = {
    "en": ("It arrived today, thanks.", "It has not arrived today."),
    "zh": ("东西收到了。", "没有收到。"), "es": ("Ya me llegó.", "No me llegó."),
    "pt": ("Já chegou, obrigado.", "Não chegou."), "ko": ("잘 받았어요.", "못 받았어요."),
    "ja": ("届きました。", "届きませんでした。"), "ru": ("Посылка пришла.", "Посылка не пришла."),
    "ar": ("وصلني الطرد.", "لم يصلني الطرد."),
    "de": ("Das Paket ist angekommen.", "Das Paket ist nicht angekommen."),
    "fr": ("Le colis est arrivé.", "Le colis n'est pas arrivé."),
    "it": ("È arrivato.", "Non è arrivato."), "tr": ("Paket elime ulaştı.", "Paket ulaşmadı."),
}  # fmt: skip
DEFECT = {
    "en": "It is broken.", "zh": "杯子碎了。", "es": "Llegó dañado.", "pt": "Chegou quebrado.",
    "ko": "파손된 상태로 왔어요.", "ja": "壊れていました。", "ru": "Товар сломан.",
    "ar": "المنتج مكسور.", "de": "Die Lampe ist kaputt.", "fr": "La lampe est cassée.",
    "it": "La lampada è rotta.", "tr": "Ürün kırık geldi.",
}  # fmt: skip
BACK = {
    "en": "I want to send it back.", "zh": "我要退货。", "es": "Quiero devolverlo.",
    "pt": "Quero devolver.", "ko": "반품하고 싶어요.", "ja": "返品したいです。",
    "ru": "Хочу вернуть товар.", "ar": "أريد إرجاع المنتج.",
    "de": "Ich möchte das zurückschicken.", "fr": "Je voudrais renvoyer la lampe.",
    "it": "Vorrei restituire la lampada.", "tr": "İade etmek istiyorum.",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_admission_and_its_denial(language: str) -> None:
    yes, no = ADMITTED[language]
    assert says(RULES, said("shop", yes, language=language), "admitted")
    assert not says(RULES, said("shop", no, language=language), "admitted")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_receipt_and_its_denial(language: str) -> None:
    yes, no = RECEIVED[language]
    assert says(RULES, said("buyer", yes, language=language), "received")
    assert not says(RULES, said("buyer", no, language=language), "received")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("sign", "table"), [("admitted", PROMISED), ("defect", DEFECT), ("return_asked", BACK)]
)
def test_a_sign_in_every_language(language: str, sign: Sign, table: dict[str, str]) -> None:
    assert says(RULES, said("buyer", table[language], language=language), sign)


@pytest.mark.parametrize("sign", list(RULES.signs))
def test_every_sign_is_told_in_every_language(sign: Sign) -> None:
    assert set(RULES.signs[sign]) == set(LANGUAGES)


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for your order. Your parcel left today.",
        "The refund to your card has been made today.",
        "We cannot take it back; returns can be asked for within 30 days.",
        "We have opened an inquiry with the carrier.",
        "There is no plan on your account.",
    ],
)
def test_what_a_shop_usually_writes_is_no_admission(text: str) -> None:
    assert not says(RULES, said("shop", text), "admitted")
