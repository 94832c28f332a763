"""Messages in other languages: shown as written, translated only where that can be trusted."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from agent_world import FOREIGN, SIGNED, FailingChat, Talk, drafted, model, session_of
from dispute_world import RULES, said

from agents.chargeback.packet import make_packet
from agents.chargeback.translation import lost, with_languages
from agents.engines import translating
from agents.engines.dossier import Dossier
from agents.kit import Kit
from models.language import identify
from models.scripted import ScriptedChat
from packets.records import Exhibit
from tradewind.commerce import Message, SourceRow
from tradewind.errors import BackendError
from tradewind.evidence import NameFact
from wiring.drafts import defence_of
from wiring.platform import Platform

KOREAN = "주문 #W7156413 어제 잘 받았습니다. 운동화 3개 모두 좋아요."
ENGLISH = "I received order #W7156413 yesterday. All 3 sneakers are good."
UNANSWERED = drafted(("", [1]), answerable=False)
TEXTS = {
    "ko": KOREAN,
    "ar": "مرحبا، استلمت الطلب #W7156413 أمس، شكراً لكم",
    "zh": "你好，订单 #W7156413 的包裹已经签收了，谢谢",
    "ru": "Здравствуйте, заказ #W7156413 пришёл вчера, я получил всё, спасибо",
    "tr": "Merhaba, #W7156413 numaralı siparişim dün elime ulaştı, teşekkürler",
}


def written(platform: Platform, texts: Iterable[str]) -> None:
    rows = [
        Message(id=f"msg-{n}", order_id=FOREIGN, sender="buyer", text=text, language="",
                at=datetime(2026, 11, 1 + n, tzinfo=UTC))
        for n, text in enumerate(texts)
    ]  # fmt: skip
    shop = platform.database.shop("sample")
    shop.put(SourceRow(record=row, raw={}, source="test") for row in rows)


def defended(platform: Platform, kit: Kit, chat: ScriptedChat | None = None) -> Dossier:
    talk = Talk(platform.shop("sample"), kit, "merchant", chat)
    return asyncio.run(talk.assistant.defend(session_of("merchant"), talk.shop, SIGNED))


def exhibits(made: Dossier, kit: Kit) -> list[Exhibit]:
    packet = make_packet(defence_of(made, "Shop"), kit.rules, kit.letters, None)
    return [one for one in packet.exhibits if one.source.startswith("message/")]


def test_languages_are_identified_where_the_source_tells_none(platform: Platform, kit: Kit) -> None:
    written(platform, TEXTS.values())
    made = defended(platform, kit)
    found = {one.excerpt: one.language for one in exhibits(made, kit)}
    assert found == {text: language for language, text in TEXTS.items()}
    assert {one.writer for one in exhibits(made, kit)} == {"the buyer"}


@pytest.mark.parametrize(
    ("text", "told", "language"),
    [
        ("Ok, thx", "en", "en"), ("Danke", "de", "de"), (KOREAN, "en", "ko"),
        ("ฉันได้รับพัสดุแล้ว ขอบคุณมาก", "en", "und"), ("12345", "en", "en"),
    ],
)  # fmt: skip
def test_a_doubtful_identification_leaves_the_records_word(
    text: str, told: str, language: str
) -> None:
    item = said("buyer", text, language=told)
    assert with_languages([item], identify, RULES)[0].language == language


def test_what_a_buyer_admits_in_an_untold_language_is_read(platform: Platform, kit: Kit) -> None:
    written(platform, [KOREAN])
    made = defended(platform, kit)
    assert "buyer_confirmed" in {element.id for element in made.advice.assessment.elements}


@pytest.mark.parametrize("chat", [None, model(), model(trusted=())])
def test_without_a_trusted_model_no_translation_is_shown(
    platform: Platform, kit: Kit, chat: ScriptedChat | None
) -> None:
    written(platform, [KOREAN])
    if chat is not None and chat.trusted_languages:
        chat = model(UNANSWERED, trusted=("en",))
    made = defended(platform, kit, chat)
    assert [one.translation for one in exhibits(made, kit)] == [None]
    assert [one.why_not for one in made.translated] == ["no_trusted_model"]
    assert made.claims


def test_a_trusted_model_translates_and_its_name_stands_there(platform: Platform, kit: Kit) -> None:
    written(platform, [KOREAN])
    made = defended(platform, kit, model(UNANSWERED, ENGLISH, trusted=("en", "ko")))
    ((shown,),) = [exhibits(made, kit)]
    assert shown.excerpt == KOREAN
    assert shown.translation is not None
    assert (shown.translation.text, shown.translation.by) == (ENGLISH, "scripted")
    assert ENGLISH not in " ".join(claim.text for claim in made.claims)


WRONG = {
    "numbers": ENGLISH.replace("3", "4"),
    "id": ENGLISH.replace("#W7156413", "#W7156414"),
    "left out": "I received it yesterday.",
    "added": f"{ENGLISH} I owe the shop 50.00 USD.",
    "negation": "I did not receive order #W7156413 yesterday. All 3 sneakers are good.",
    "name": f"{ENGLISH} Ethan Moore",
    "empty": " ",
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_translation_that_differs_is_not_shown(platform: Platform, kit: Kit, wrong: str) -> None:
    written(platform, [KOREAN])
    made = defended(platform, kit, model(UNANSWERED, WRONG[wrong], trusted=("en", "ko")))
    assert [one.translation for one in exhibits(made, kit)] == [None]
    assert made.translated[0].why_not in ("numbers", "names", "negation", "empty")


def test_without_the_check_a_wrong_translation_is_shown(
    platform: Platform, kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bug: a machine's translation is taken as it comes."""
    written(platform, [KOREAN])

    def nothing_lost(*_: object) -> str:
        return ""

    monkeypatch.setattr(translating, "lost", nothing_lost)
    chat = model(UNANSWERED, WRONG["negation"], trusted=("en", "ko"))
    made = defended(platform, kit, chat)
    shown = exhibits(made, kit)[0].translation
    assert shown is not None
    assert shown.text == WRONG["negation"]


def test_a_model_that_fails_costs_the_translation_alone(platform: Platform, kit: Kit) -> None:
    written(platform, [KOREAN])
    chat = FailingChat(BackendError("gone"))
    chat._trusted = frozenset(("en", "ko"))  # pyright: ignore[reportPrivateUsage]
    made = defended(platform, kit, chat)
    assert made.translated[0].why_not == "model_failed"
    assert made.claims


@pytest.mark.parametrize(
    ("original", "language", "text", "why"),
    [
        ("Llegó el 5 de octubre.", "es", "It came on October 5.", ""),
        ("Llegó el 5 de octubre.", "es", "It came on October 6.", "numbers"),
        ("Pagué 1.491,17 USD.", "es", "I paid 1,491.17 USD.", ""),
        ("Pagué 1.491,17 USD.", "es", "I paid 1,491.71 USD.", "numbers"),
        ("No llegó.", "es", "It came.", "negation"),
        ("收到了 Bluetooth Speaker", "zh", "I got the speaker", "names"),
        ("Pedro lo recibió", "es", "Pedro received it", ""),
    ],
)
def test_what_is_kept_of_an_original(original: str, language: str, text: str, why: str) -> None:
    known = [
        said("buyer", "x").model_copy(update={"facts": (NameFact(name="name", value="Pedro"),)})
    ]
    assert lost(said("buyer", original, language=language), text, known) == why


def test_a_letter_stands_with_any_model_and_with_none(platform: Platform, kit: Kit) -> None:
    """The opening is the model's where the verifier takes it, else the reviewed one."""
    plain = defended(platform, kit)
    opening = "Order #W7156413 has a total of 971.17 USD."
    good = defended(platform, kit, model(drafted((opening, [3]))))
    bad = drafted(("Order #W7156413 has a total of 999.99 USD.", [3]))
    wrong = defended(platform, kit, model(bad, bad))
    assert [claim.text for claim in good.letter.opening] == [opening]
    assert wrong.letter == plain.letter
    assert good.letter.points == plain.letter.points
    assert plain.claims
