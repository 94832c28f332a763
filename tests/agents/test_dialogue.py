"""How people carry on a conversation, in twelve languages: thanks, proofs, leaning words, several
questions."""

from pathlib import Path

import pytest

from agents.dialogue import Dialogue
from agents.glossary import Glossary
from models.language import identify
from tradewind.base import LANGUAGES
from tradewind.errors import SpecError

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture(scope="module")
def dialogue() -> Dialogue:
    return Dialogue.read(DATA / "dialogue.toml")


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return Glossary.read(DATA / "goods.tsv")


def test_every_language_has_its_lists(dialogue: Dialogue, glossary: Glossary) -> None:
    thanks = {
        "en": "Thanks a lot!", "zh": "谢谢", "es": "¡Muchas gracias!", "pt": "Muito obrigada",
        "ko": "감사합니다~", "ja": "ありがとうございます。", "ru": "Спасибо большое!",
        "ar": "شكرا جزيلا",
        "de": "Vielen Dank für Ihre Hilfe!", "fr": "merci beaucoup 😊", "it": "Grazie mille",
        "tr": "çok teşekkürler",
    }  # fmt: skip
    assert set(thanks) == set(LANGUAGES)
    assert {dialogue.social(text, language) for language, text in thanks.items()} == {"thanks"}
    headphones = {
        "zh": "有耳机吗", "es": "¿tienen auriculares?", "pt": "tem fones de ouvido?",
        "ko": "헤드폰 있어요?",
        "ja": "ヘッドホンはありますか", "ru": "есть наушники?", "ar": "هل لديكم سماعات رأس؟",
        "de": "Haben Sie Kopfhörer?", "fr": "un casque audio ?", "it": "avete cuffie?",
        "tr": "kulaklıklar var mı?",
    }  # fmt: skip
    for language, text in headphones.items():
        assert [english for _, english in glossary.find(text, language)] == ["headphones"], text


@pytest.mark.parametrize(
    "text",
    [
        "thanks, but where is my order?", "hello, do you ship to Spain?", "great, cancel it",
        "no, the blue one", "bye the way, is it red?", "thanksgiving sale?", "okra seeds?",
    ],
)  # fmt: skip
def test_what_says_more_than_a_courtesy_is_none(dialogue: Dialogue, text: str) -> None:
    assert dialogue.social(text, "en") is None


def test_of_several_courtesies_thanks_comes_first(dialogue: Dialogue) -> None:
    assert dialogue.social("ok great, thanks, bye!", "en") == "thanks"
    assert dialogue.social("Okay.", "en") == "ok"
    assert dialogue.social("Guten Tag!", "de") == "hello"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("#W2611340", "en"), ("it's W2611340 and a.b@example.com", "en"),
        ("Meine Bestellnummer ist W2611340", "de"), ("订单号W2611340", "zh"),
        ("주문번호는 #W2768383 이고 이메일은 e.kim@example.com 이에요", "ko"),
        ("mi pedido es el W2611340", "es"), ("注文番号は#W3780282です", "ja"),
    ],
)  # fmt: skip
def test_a_proof_by_itself_asks_nothing(dialogue: Dialogue, text: str, language: str) -> None:
    assert dialogue.only_names(text, language)


@pytest.mark.parametrize(
    "text", ["cancel W2611340", "where is W2611340", "it", "W2611340 is late", "my order"]
)
def test_a_wish_beside_a_number_is_no_bare_proof(dialogue: Dialogue, text: str) -> None:
    assert not dialogue.only_names(text, "en")


@pytest.mark.parametrize(
    ("text", "language", "rest"),
    [
        ("and in black?", "en", "in black"), ("What about the mouse?", "en", "the mouse"),
        ("no, I meant the bottle", "en", "the bottle"), ("Und in Rot?", "de", "in Rot"),
        ("¿y a México?", "es", "a México"), ("et en bleu ?", "fr", "bleu"),
        ("а чёрные?", "ru", "чёрные"), ("e in nero?", "it", "nero"),
        ("那黑色呢", "zh", "黑色呢"),
    ],
)  # fmt: skip
def test_a_clipped_question_goes_on_with_the_last(
    dialogue: Dialogue, text: str, language: str, rest: str
) -> None:
    assert dialogue.clipped(text, language) == rest


@pytest.mark.parametrize(
    "text", ["in black?", "Android phones?", "and how long will the whole thing take to get here"]
)
def test_a_whole_question_is_not_clipped(dialogue: Dialogue, text: str) -> None:
    assert dialogue.clipped(text, "en") == ""


@pytest.mark.parametrize(
    ("text", "language", "parts"),
    [
        ("Where is my order? Do you sell mice?", "en", 2),
        ("where is my order W1 and do you sell mice", "en", 2),
        ("Was kostet der Versand und wie lange dauert er?", "de", 2),
        ("한국까지 배송 얼마나 걸려요? 그리고 관세 내야 하나요?", "ko", 2),
        ("我的包裹到哪了？还有，能退货吗？", "zh", 2),
        ("Do you have it in black and white?", "en", 0),
        ("I ordered a bottle and a mouse. Where are they?", "en", 0),
        ("Haben Sie Tisch und Stuhl?", "de", 0),
    ],
)  # fmt: skip
def test_several_questions_are_told_apart(
    dialogue: Dialogue, text: str, language: str, parts: int
) -> None:
    assert len(dialogue.questions(text, language)) == parts


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("no, the other order", "en"), ("nein, die andere Bestellung", "de"),
        ("不是，另一个订单", "zh"),
        ("no, el otro pedido", "es"), ("아니요, 다른 주문이요", "ko"),
        ("違います、別の注文です", "ja"),
    ],
)  # fmt: skip
def test_another_order_is_understood(dialogue: Dialogue, text: str, language: str) -> None:
    assert dialogue.other_order(text, language)
    assert not dialogue.other_order(text, "fr")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("¿cuál es mi orden?", "fr"), ("je voudrais passer commande", "fr"), ("我的包裹呢", "zh"),
        ("안 맞으면 환불되나요", "ko"), ("ordre", "fr"), ("面白い", "ja"),
    ],
)  # fmt: skip
def test_a_part_of_another_word_is_no_name_of_goods(
    glossary: Glossary, text: str, language: str
) -> None:
    assert glossary.find(text, language) == ()


@pytest.mark.parametrize(
    ("text", "spoken", "language"),
    [
        ("e preto?", "pt", "pt"), ("e preto?", "", "it"), ("danke", "es", "de"),
        ("and in black?", "de", "en"), ("¿y en negro?", "en", "es"),
        ("Where is the parcel that I ordered last week?", "de", "en"),
    ],
)  # fmt: skip
def test_a_short_text_stays_in_its_conversations_language(
    text: str, spoken: str, language: str
) -> None:
    assert identify(text, spoken)[0] == language


def test_a_broken_list_names_its_file(tmp_path: Path) -> None:
    file = tmp_path / "goods.tsv"
    file.write_text("en\tde\nbottle\n", encoding="utf-8")
    with pytest.raises(SpecError, match="bottle"):
        Glossary.read(file)
    with pytest.raises(SpecError, match="dialogue"):
        Dialogue.read(tmp_path / "dialogue.toml")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("do you have kettles?", "en"), ("habt ihr Rucksäcke?", "de"), ("¿venden mochilas?", "es"),
        ("vocês têm mochilas?", "pt"), ("vous avez des sacs à dos ?", "fr"), ("avete zaini?", "it"),
        ("sırt çantası var mı?", "tr"), ("рюкзаки есть?", "ru"), ("有背包吗", "zh"),
        ("リュックはありますか", "ja"), ("백팩 있어요?", "ko"), ("هل لديكم حقائب ظهر؟", "ar"),
    ],
)  # fmt: skip
def test_goods_that_are_asked_for_are_known_in_every_language(
    dialogue: Dialogue, glossary: Glossary, text: str, language: str
) -> None:
    assert dialogue.seeks(text, language)
    if language != "en":
        named = [english for _, english in glossary.find(text, language)]
        assert named == ["electric kettle" if "kettle" in text else "backpack"]


@pytest.mark.parametrize(
    ("text", "language", "english"),
    [
        ("des casques de vélo", "fr", "cycling helmet"),
        ("relojes inteligentes", "es", "smart watch"),
        ("هل عندكم غلايات كهربائية", "ar", "electric kettle"),
        ("коврики для йоги", "ru", "yoga mat"),
        ("zwei Bürostühle", "de", "office chair"), ("due tappetini da yoga", "it", "yoga mat"),
    ],
)  # fmt: skip
def test_goods_are_known_in_their_plural(
    glossary: Glossary, text: str, language: str, english: str
) -> None:
    assert english in [name for _, name in glossary.find(text, language)]


def test_a_question_that_puts_a_thing_to_the_last_product(dialogue: Dialogue) -> None:
    assert dialogue.puts_into("what laptop fits in it?", "en")
    assert dialogue.puts_into("¿cabe una laptop de 15 pulgadas?", "es")
    assert not dialogue.puts_into("do you sell laptops?", "en")
