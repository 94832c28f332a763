"""The wish to go on in another language, told in all twelve, and what only looks like one."""

from pathlib import Path

import pytest
from babel import Locale

from agents.tongues import Tongues
from tradewind.base import LANGUAGES
from tradewind.errors import SpecError

DATA = Path(__file__).resolve().parents[2] / "data"

WISHES = {
    "en": ["English please", "can we continue in English?", "Do you speak English?",
           "¿podemos seguir en inglés?", "auf Englisch bitte", "Можно по-английски?", "能用英文吗",
           "英語でお願いします", "영어로 말씀해 주세요", "هل يمكن التحدث بالإنجليزية؟",
           "İngilizce devam edebilir miyiz?", "en anglais svp", "Parla inglese?"],
    "de": ["Können wir auf Deutsch weiterschreiben?", "deutsch bitte", "German please"],
    "es": ["¿Habla español?", "en español por favor", "can you answer in spanish", "espanol"],
    "pt": ["podemos falar em português?", "em portugues por favor", "Portuguese, please"],
    "fr": ["On peut continuer en français ?", "en francais s'il vous plaît",
           "est-ce qu'on peut parler français ?"],
    "it": ["Possiamo continuare in italiano?", "in italiano per favore"],
    "tr": ["Türkçe konuşabilir miyiz?", "Türkçe lütfen"],
    "ru": ["Можно по-русски?", "давайте на русском", "вы говорите по-русски?"],
    "zh": ["可以用中文吗？", "请用中文回复", "会说中文吗", "Chinese please"],
    "ja": ["日本語でお願いします", "日本語で話せますか？", "日本語は可能ですか"],
    "ko": ["한국어로 해주세요", "한국어 가능한가요?", "한국어로 얘기할 수 있나요?"],
    "ar": ["هل تتحدثون العربية؟", "بالعربية من فضلك", "ممكن بالعربي؟"],
}  # fmt: skip


@pytest.fixture(scope="module")
def tongues() -> Tongues:
    return Tongues.read(DATA / "tongues.toml")


@pytest.mark.parametrize(("language", "text"), [(k, t) for k, ts in WISHES.items() for t in ts])
def test_the_wish_is_told_in_every_language(tongues: Tongues, language: str, text: str) -> None:
    found = tongues.wish(text)
    assert found is not None
    assert (found.language, found.rest) == (language, "")


def test_every_language_can_be_wished_for_by_its_name_in_every_other(tongues: Tongues) -> None:
    assert set(WISHES) == set(LANGUAGES)
    for speaker in LANGUAGES:
        for wanted, name in Locale.parse(speaker).languages.items():
            if wanted in LANGUAGES:
                found = tongues.wish(str(name))
                assert found is not None, name
                assert found.language == wanted, name


@pytest.mark.parametrize(
    ("text", "language", "rest"),
    [
        ("Sorry, can we continue in English? Can I still send it back?", "en",
         "Sorry, Can I still send it back?"),
        ("auf Deutsch bitte. Wo ist mein Paket?", "de", "Wo ist mein Paket?"),
        ("用中文吧，我的包裹到哪了？", "zh", "我的包裹到哪了？"),
        ("Where is it? In Spanish please", "es", "Where is it?"),
    ],
)  # fmt: skip
def test_what_else_is_said_is_kept(tongues: Tongues, text: str, language: str, rest: str) -> None:
    found = tongues.wish(text)
    assert found is not None
    assert (found.language, found.rest) == (language, rest)


@pytest.mark.parametrize(
    "text",
    [
        "Is the manual in English?", "do you have the keyboard with a German layout?",
        "Do you ship to a Spanish address?", "I don't speak German", "English breakfast tea?",
        "Haben Sie ein deutsches Handbuch?", "¿el teclado es en español?", "有英文说明书吗",
        "日本語の説明書はありますか", "한국어 설명서 있나요?", "а есть русская раскладка?",
        "çizgili Türk kahvesi var mı", "hello", "", "is it french leather?",
    ],
)  # fmt: skip
def test_a_language_of_goods_is_no_wish(tongues: Tongues, text: str) -> None:
    assert tongues.wish(text) is None


def test_a_long_row_of_such_words_takes_no_time(tongues: Tongues) -> None:
    assert tongues.wish("英语" + "换成换" * 120 + "x") is None
    assert tongues.wish("english " + "can we in " * 30 + "x") is None


def test_a_broken_list_names_its_file(tmp_path: Path) -> None:
    file = tmp_path / "tongues.toml"
    file.write_text("[names]\nen = 'english'\n", encoding="utf-8")
    with pytest.raises(SpecError, match="tongues"):
        Tongues.read(file)
