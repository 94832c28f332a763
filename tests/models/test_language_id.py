import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.language import identify
from tradewind.base import LANGUAGES

SAID = {
    "en": ["where is my order?", "refund", "PLEASE CANCEL", "fight the chargeback", "hi"],
    "es": ["¿Dónde está mi pedido #W2611340?", "hola", "cuando llega", "quiero devolver esto"],
    "pt": ["cadê minha encomenda", "oi", "quero um reembolso", "quando chega meu pacote"],
    "de": ["Wo ist meine Bestellung?", "hallo", "Rückgabe", "ich möchte mein Geld zurück"],
    "fr": ["où est ma commande ?", "bonjour", "je veux un remboursement", "colis"],
    "it": ["dov'è il mio ordine?", "ciao", "vorrei un rimborso", "pacco"],
    "tr": ["siparişim nerede", "merhaba", "iade etmek istiyorum", "kargom nerede kaldı"],
    "ko": ["내 주문 어디 있어요?", "환불", "order W123 어디"],
    "ja": ["注文はどこですか", "返品したい", "キャンセル"],
    "zh": ["我的订单在哪里", "退款", "订单号 W123", "我的訂單在哪裡"],
    "ru": ["где мой заказ", "возврат", "Хочу вернуть деньги"],
    "ar": ["أين طلبي؟", "استرجاع", "متى يصل الطلب"],
}
COURTESIES = {
    "en": "hello? | hello | hi | hi there | hey! | good morning | good evening | yes | "
    "yes please | no | no thanks | ok thanks | thanks | thank you | thx | bye | "
    "ok great | sure | nope | anyone there? | perfect, thanks | sorry | never mind | "
    "great",
    "de": "hallo? | Hallo | hi, guten Tag | Guten Morgen | guten abend | moin | ja | "
    "ja bitte | nein | nein danke | nee | danke | Vielen Dank | danke schön | "
    "tschüss | auf Wiedersehen | alles klar | okay, danke | jemand da? | "
    "super, danke | perfekt | entschuldigung | grüß Gott | genau",
    "es": "hola? | ¿hola? | hola | buenas | buenos días | buenas tardes | sí | "
    "sí, por favor | no, gracias | gracias | muchas gracias | mil gracias | adiós | "
    "hasta luego | vale | perfecto | de acuerdo | entendido | ¿hay alguien? | "
    "perdón | claro | vale, gracias | buen día",
    "pt": "olá? | oi | oi? | olá | bom dia | boa tarde | boa noite | sim | "
    "sim, por favor | não | não, obrigado | obrigada | obrigado | muito obrigado | "
    "valeu | tchau | até logo | tá bom | beleza | tem alguém aí? | entendi | "
    "desculpa | perfeito, obrigada",
    "fr": "bonjour ? | bonjour | salut | bonsoir | coucou | allô ? | oui | "
    "oui, s'il vous plaît | non | non merci | merci | merci beaucoup | d'accord | "
    "ok merci | au revoir | bonne journée | parfait | très bien | "
    "il y a quelqu'un ? | à bientôt | ça marche | super, merci | ouais",
    "it": "ciao? | ciao | salve | buongiorno | buonasera | pronto? | sì | si grazie | "
    "no grazie | grazie | grazie mille | va bene | ok grazie | arrivederci | "
    "perfetto | d'accordo | capito | c'è qualcuno? | scusi | sì, per favore | "
    "ottimo, grazie | buona giornata | prego",
    "tr": "merhaba? | merhaba | selam | iyi günler | günaydın | iyi akşamlar | evet | "
    "evet lütfen | hayır | hayır teşekkürler | teşekkürler | teşekkür ederim | "
    "sağ ol | sağolun | tamam | tamam, teşekkürler | hoşça kal | görüşürüz | "
    "kimse var mı? | peki | olur | yok | anladım",
    "ru": "привет? | привет | здравствуйте | добрый день | доброе утро | да | "
    "да, пожалуйста | нет | нет, спасибо | спасибо | большое спасибо | спс | "
    "хорошо | ок | пока | до свидания | понятно | ясно | есть кто? | извините | "
    "ладно | ага | отлично | угу",
    "zh": "你好？ | 你好 | 您好 | 在吗 | 早上好 | 晚上好 | 是 | 是的 | 不是 | 不用了 | "
    "好 | 好的 | 谢谢 | 多谢 | 谢谢你 | 嗯 | 可以 | 明白了 | 再见 | 有人吗？ | "
    "不好意思 | 对 | 行 | 没有",
    "ja": "こんにちは？ | こんにちは | こんばんは | おはようございます | もしもし | はい | "
    "はい、お願いします | いいえ | いえ、結構です | ありがとう | "
    "ありがとうございます | どうも | 了解です | わかりました | さようなら | "
    "すみません | 誰かいますか？ | 承知しました | お願いします | なるほど | うん | "
    "失礼します",
    "ko": "안녕하세요? | 안녕하세요 | 안녕 | 여보세요 | 네 | 네, 부탁드려요 | 아니요 | "
    "아뇨 괜찮아요 | 감사합니다 | 고마워요 | 고맙습니다 | 땡큐 | 알겠습니다 | "
    "좋아요 | 안녕히 계세요 | 누구 있나요? | 죄송해요 | 넵 | 예 | 응 | 오케이 | "
    "그래요 | 수고하세요 | 됐어요",
    "ar": "مرحبا؟ | مرحبا | السلام عليكم | أهلا | صباح الخير | مساء الخير | نعم | "
    "نعم من فضلك | لا | لا شكرا | شكرا | شكرا جزيلا | شكراً لك | تمام | حسنا | طيب | "
    "مع السلامة | إلى اللقاء | هل من أحد؟ | عذرا | أوكي | ماشي | فهمت | ممتاز",
}  # fmt: skip
"""Greetings, yes and no, thanks, as they are typed first; what two languages share is left out."""
FOREIGN = [
    "Gdzie jest moje zamówienie, proszę o pomoc",
    "Waar is mijn bestelling gebleven, ik wacht al twee weken",
    "Де моє замовлення, будь ласка",
    "سفارش من کجاست چرا نرسیده",
]


@pytest.mark.parametrize(("language", "text"), [(k, t) for k, v in SAID.items() for t in v])
def test_our_languages_also_in_very_short_messages(language: str, text: str) -> None:
    found, confidence = identify(text)
    assert found == language
    assert 0 < confidence <= 1


@pytest.mark.parametrize(
    ("language", "text"), [(k, t) for k, told in COURTESIES.items() for t in told.split(" | ")]
)
def test_a_courtesy_by_itself_tells_its_language(language: str, text: str) -> None:
    assert identify(text)[0] == language


@pytest.mark.parametrize(
    ("language", "text"),
    [("de", "Was kostet der iPod Nano in Rot?"), ("de", "was kosten die"), ("en", "what was it"),
     ("en", "was my parcel lost?"), ("pt", "Quanto custa?"), ("it", "quanto costa"),
     ("es", "cuánto cuesta"), ("fr", "vous l’avez en noir ?"), ("tr", "siyahı var mı"),
     ("it", "avete il nero?"), ("es", "hay en negro?"), ("pt", "tem preto?")],
)  # fmt: skip
def test_what_asks_tells_the_language(language: str, text: str) -> None:
    assert identify(text)[0] == language


def test_every_language_has_its_courtesies() -> None:
    assert set(COURTESIES) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("text", "spoken", "language"),
    [("了解", "ja", "ja"), ("了解", "", "zh"), ("返品", "ja", "ja"), ("可以退货吗", "ja", "zh"),
     ("送料無料", "ja", "ja"), ("si", "es", "es"), ("pardon", "tr", "tr"), ("certo", "it", "it")],
)  # fmt: skip
def test_what_two_languages_share_stays_in_the_conversations(
    text: str, spoken: str, language: str
) -> None:
    assert identify(text, spoken)[0] == language


@pytest.mark.parametrize("text", FOREIGN)
def test_another_language_is_unknown(text: str) -> None:
    assert identify(text)[0] == "unknown"


@pytest.mark.parametrize(
    "text", ["", " \n", "123", "#W2611340", "😀", "\x00\x01", "\ud800", "a@b.co"]
)
def test_nothing_to_read_is_unknown(text: str) -> None:
    assert identify(text) == ("unknown", 0.0)


def test_ids_addresses_and_noise_do_not_sway() -> None:
    text = "https://shop.example/de/bestellung wo@ist.de \ud800\x07 ¿dónde está mi pedido? #W1"
    assert identify(text)[0] == "es"


@settings(max_examples=80, deadline=None)
@given(st.text(st.characters(codec=None), max_size=60))
def test_any_text_gets_one_of_our_languages_or_unknown(text: str) -> None:
    language, confidence = identify(text)
    assert language in (*LANGUAGES, "unknown")
    assert 0 <= confidence <= 1
    assert identify(text) == (language, confidence)
