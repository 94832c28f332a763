"""What tells to stage or submit evidence, in twelve languages, and what only speaks of it."""

import pytest

from agents.kit import Kit
from tradewind.plan import Scenario

STAGE, SUBMIT = "chargeback.stage", "chargeback.submit"
ID = "du_1PvK20"

SPOKEN_OF = [
    ("en", f"don't submit the evidence for {ID} to the bank"),
    ("en", f"should we submit the evidence for {ID} to the bank?"),
    ("en", f"if the buyer writes again, submit the evidence for {ID}"),
    ("en", f"submit the evidence for {ID} to the bank tomorrow"),
    ("en", f'the agency wrote: "submit the evidence for {ID} to the bank"'),
    ("en", f"how do I submit the evidence for {ID} to the bank"),
    ("en", f"draft a reply about the evidence for {ID}"),
    ("en", f"submit the evidence for {ID} to the bank. Wait, never mind"),
    ("en", f"submit the evidence for {ID} or accept it"),
    ("en", f"translate: submit the evidence for {ID} to the bank"),
    ("en", f"was the evidence for {ID} staged as a draft"),
    ("de", f"reiche die Beweise für den Streitfall {ID} nicht ein"),
    ("de", f"wenn der Kunde schreibt, reiche die Beweise für den Streitfall {ID} ein"),
    ("es", f"no presentes las pruebas de la disputa {ID} al banco"),
    ("es", f"¿cómo presento las pruebas de la disputa {ID} al banco?"),
    ("fr", f"ne soumets pas les preuves du litige {ID} à la banque"),
    ("it", f"non inviare le prove della contestazione {ID} alla banca"),
    ("pt", f"não envie as provas da disputa {ID} ao banco"),
    ("ru", f"не отправляй доказательства по спору {ID} в банк"),
    ("zh", f"先别把争议 {ID} 的证据提交给银行"),
    ("zh", f"要不要把争议 {ID} 的证据提交给银行？"),
    ("ja", f"異議申し立て {ID} の証拠を銀行に提出しないで"),
    ("ko", f"분쟁 {ID} 증거를 은행에 제출하지 마"),
    ("ar", f"لا تقدم أدلة النزاع {ID} إلى البنك"),
    ("tr", f"{ID} itirazının kanıtlarını bankaya gönderme"),
]


def told(kit: Kit, text: str, language: str) -> list[str]:
    find = kit.instructions.find
    return [id for id in (STAGE, SUBMIT) if find(kit.catalog[id], text, language, "merchant")]


def examples(scenario: Scenario) -> list[tuple[str, str]]:
    return [(lang, text) for lang, texts in scenario.examples.items() for text in texts]


@pytest.mark.parametrize("scenario", [STAGE, SUBMIT])
def test_each_example_is_that_command_and_no_other(kit: Kit, scenario: str) -> None:
    shown = examples(kit.catalog[scenario])
    assert {lang for lang, _ in shown} == set(kit.catalog[scenario].commands)
    assert [text for lang, text in shown if told(kit, text, lang) != [scenario]] == []


@pytest.mark.parametrize(("language", "text"), SPOKEN_OF)
def test_what_only_speaks_of_it_is_no_command(kit: Kit, language: str, text: str) -> None:
    assert told(kit, text, language) == []


def test_of_two_disputes_the_one_named_with_the_command(kit: Kit) -> None:
    text = f"submit the evidence for {ID} to the bank. What about du_2ZZZ99?"
    command = kit.instructions.find(kit.catalog[SUBMIT], text, "en", "merchant")
    assert command is not None
    assert command.dispute_id == ID
    both = f"submit the evidence for {ID} and du_2ZZZ99 to the bank"
    assert kit.instructions.find(kit.catalog[SUBMIT], both, "en", "merchant") is None


def test_a_dispute_in_a_command_about_an_order_is_not_understood(kit: Kit) -> None:
    refund = kit.catalog["service.refund_order"]
    text = f"refund order #W2611340 for dispute {ID}"
    assert kit.instructions.find(refund, text, "en", "merchant") is None
