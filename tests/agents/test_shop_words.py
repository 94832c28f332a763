"""What a person of the shop said is not contradicted, in any of the languages that we answer in."""

from datetime import UTC, datetime

import pytest

from agents.events import Answer
from agents.kit import Kit
from agents.masking import mask_person
from agents.reception import NO_RECORD, contradicts, receive_answer
from tradewind.base import LANGUAGES
from tradewind.handover import Reception, ShopWord

AT = datetime(2026, 3, 1, tzinfo=UTC)


def said(text: str, language: str = "en", handover: str | None = None) -> Answer:
    return Answer(text=text, language=language, handover=handover)


@pytest.mark.parametrize(("answer", "word", "language", "against"), [
    ("Returns are open for 30 days.", "You have 90 days.", "en", True),
    ("Returns are open for 90 days.", "You have 90 days.", "en", False),
    ("You get back $10.00.", "We pay you $25.00.", "en", True),
    ("It arrives on 3 May 2026.", "It arrives on 9 May 2026.", "en", True),
    ("Opened goods are not accepted.", "Opened goods are accepted for you.", "en", True),
    ("Opened goods are accepted.", "Opened goods are accepted for you.", "en", False),
    ("It has 2 pockets.", "We pay you $25.00.", "en", False),
    ("Sie haben 30 Tage.", "Sie haben 90 Tage.", "de", True),
    ("可以在30天内退货。", "您可以在90天内退货。", "zh", True),
    ("يمكنكم الإرجاع خلال 30 يومًا.", "يمكنكم الإرجاع خلال 90 يومًا.", "ar", True),
])  # fmt: skip
def test_another_value_or_a_not_is_against_it(
    answer: str, word: str, language: str, against: bool
) -> None:
    assert contradicts(said(answer, language), ShopWord(text=word, at=AT)) is against


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_persons_words_stand_beside_the_answer(kit: Kit, language: str) -> None:
    desk = Reception(words=(ShopWord(text="90 USD", at=AT),))
    told = receive_answer(kit, said("10 USD", language), desk)
    assert told.text.startswith("10 USD\n\n")
    assert "90 USD" in told.text
    assert told.handover == "inbox.shop_word"
    silent = receive_answer(kit, said("10 USD", language), Reception())
    assert (silent.text, silent.handover) == ("10 USD", None)


def test_where_no_record_answers_the_person_is_quoted(kit: Kit) -> None:
    desk = Reception(words=(ShopWord(text="We send a new one.", at=AT),))
    told = receive_answer(kit, said("I cannot say.", handover=NO_RECORD), desk)
    assert "We send a new one." in told.text
    assert told.handover == NO_RECORD


@pytest.mark.parametrize(("text", "masked"), [
    ("Write to ana@example.com or +49 170 1234567.", "Write to […] or […]."),
    ("Order #W2611340, Ana López, Calle 5", "Order […], […], Calle 5"),
    ("Open until 2026-12-24, 12.50 EUR for 250 g.", "Open until 2026-12-24, 12.50 EUR for 250 g."),
    ("Card 4111 1111 1111 1111", "Card •••• 1111"),
])  # fmt: skip
def test_what_tells_of_a_person_is_masked(text: str, masked: str) -> None:
    assert mask_person(text, ("Ana López", "")) == masked
