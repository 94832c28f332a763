"""Card numbers in what tools and models bring: masked before model, reader or journal sees them."""

import re
from collections.abc import Iterable

from pydantic import JsonValue

from agents.entities import iterate_entities
from tradewind.cards import has_long_number, mask_cards
from tradewind.evidence import Evidence, Fact, IdFact, NameFact
from tradewind.ports.models import Completion
from tradewind.tool import ToolResult

_ESCAPED = re.compile(r"\\u(00[23][0-9a-f]|00a0|201[0-5]|202f|06[6f][0-9]|ff1[0-9])", re.I)
"""Digits, and what may stand between them, as JSON can hide them from the eye."""
GONE = "[…]"
"""Stands where something that tells of a person was."""
_PERSONAL = frozenset(("email", "order_id", "tracking_no", "dispute_id", "postcode"))
_PHONE = re.compile(r"\+?\(?\d[\d\s().-]{6,}\d")
_SHORTEST_PHONE = 9
"""Digits; a date has eight."""


def mask_result(result: ToolResult) -> ToolResult:
    """The result without card numbers. Ids of our own records stay as they are.

    A tracking number is long too: what holds no card is given back as it is, none of it built anew.
    """
    texts = dict.fromkeys(_texts(result))
    if not has_long_number("\n".join(texts)) or all(mask_cards(text) == text for text in texts):
        return result
    evidence = tuple(_masked(item) for item in result.evidence)
    return ToolResult(evidence=evidence, note=mask_cards(result.note))


def _texts(result: ToolResult) -> list[str]:
    texts = [result.note]
    for item in result.evidence:
        texts += (item.title, item.excerpt)
        texts += [value for fact in item.facts if isinstance(value := fact.value, str)]
    return texts


def _masked(item: Evidence) -> Evidence:
    texts = {"title": mask_cards(item.title), "excerpt": mask_cards(item.excerpt)}
    return item.model_copy(
        update={**texts, "facts": tuple(_masked_fact(fact, item) for fact in item.facts)}
    )


def _masked_fact(fact: Fact, item: Evidence) -> Fact:
    named = isinstance(fact, NameFact) or (isinstance(fact, IdFact) and item.trust == "untrusted")
    return fact.model_copy(update={"value": mask_cards(str(fact.value))}) if named else fact


def mask_completion(completion: Completion) -> Completion:
    """What a model said, without card numbers. A tool call with one is refused, as any is that
    does not fit."""
    if any(mask_json(call.arguments) != call.arguments for call in completion.tool_calls):
        told = {"tool_calls": (), "finish": "refused", "fault": "a card number in a tool call"}
        completion = completion.model_copy(update=told)
    text, fault = mask_json(completion.text), mask_cards(completion.fault)
    if (text, fault) == (completion.text, completion.fault):
        return completion
    return completion.model_copy(update={"text": text, "fault": fault})


def mask_json(text: str) -> str:
    """A text, which may be JSON, without card numbers; also those that are written in escapes."""
    plain = _ESCAPED.sub(_sign, text) if "\\u" in text else text
    masked = mask_cards(plain)
    return text if masked == plain else masked


def mask_person(text: str, known: Iterable[str] = ()) -> str:
    """The text without addresses, numbers of orders and parcels, phones, cards, and what a person
    is `known` by. Names that nobody told us stay: who publishes a text reads it."""
    found = [value for kind, value in iterate_entities(text) if kind in _PERSONAL]
    found += [phone for phone in _PHONE.findall(text) if _digits(phone) >= _SHORTEST_PHONE]
    words = {word for value in known for word in (value, *value.split()) if len(word) > 2}
    masked = mask_cards(text)
    for value in sorted({*found, *words}, key=len, reverse=True):
        edged = rf"(?<!\w){re.escape(value)}(?!\w)"
        masked = re.sub(edged, GONE, masked, flags=re.I)
    return masked


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)


def mask_value(value: JsonValue) -> JsonValue:
    """Plain data without card numbers in its texts."""
    if isinstance(value, str):
        return mask_cards(value)
    if isinstance(value, list):
        return [mask_value(item) for item in value]
    if isinstance(value, dict):
        return {name: mask_value(item) for name, item in value.items()}
    return value


def _sign(escaped: re.Match[str]) -> str:
    """The sign itself, but for one that JSON needs escaped."""
    sign = chr(int(escaped[1], 16))
    return escaped[0] if sign in '"\\' else sign
