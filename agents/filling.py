"""A form filled in by words: all of it by the message that asks for it, or a piece at a time.

What is found comes to an offer, which does nothing by itself; whoever meant something else says no.
"""

import re
from collections.abc import Sequence

from pydantic import JsonValue

from agents.fields import Blank, Field, Filling, Form, FormItem, Option
from agents.places import find_country

_SLACK = 24
"""Characters beside the names of things that an answer to a form may have; more is no answer."""
_SHORTEST, _LONGEST = 8, 200
"""Characters of an address."""
_QUESTIONS = ("?", "？", "؟")
_PARTS = re.compile(r"[,\n，、،]")
_NO_PLACE = re.compile(r"[#@]|[A-Za-z]\d{6,}")
"""What an address does not hold: an order's number, an e-mail."""
_DENSE = re.compile(r"[\u2e80-\ud7ff]")
"""A letter of a script that sets the parts of an address apart by none of these."""

Told = dict[str, JsonValue]
"""Arguments of the form's tool."""


def named_in(form: Form, text: str, address: str, language: str) -> Told | None:
    """The form filled in by a message that names all of it; None where something is left to ask.

    An order's only thing need not be named; several are named by their titles. `address`: the
    words of the message that are one.
    """
    told: Told = {"order_id": form.order}
    for field in form.fields:
        if field.kind == "address":
            told |= {field.name: address} if stays(field, address, language) else {}
        elif field.kind != "text":
            told |= _named(field, text)
    return told if left_in(form, told) is None else None


def left_in(form: Form, told: Told) -> Field | None:
    """The first question that has to be answered and was not."""
    return next((f for f in form.fields if f.required and f.name not in told), None)


def answered(filling: Filling, text: str, language: str) -> Told | None:
    """What a message right after a form answers of it, with what was told before; None where it
    speaks of something else."""
    said = text.strip()
    if not said or said.endswith(_QUESTIONS):
        return None
    new: Told = {}
    for field in filling.form.fields:
        new |= _named(field, said, alone=True)
    field = left_in(filling.form, filling.told | new)
    if not new and field is not None and _written(field, said, language):
        new = {field.name: said}
    return filling.told | new if new else None


def stays(field: Field, address: str, language: str) -> bool:
    """Whether there is an address, and it names no other country than it has to stay in."""
    kept = _kept(field)
    named = find_country(address, language) if kept and kept.fixed else ""
    return bool(address) and named in ("", kept.value if kept else "")


def _kept(field: Field) -> Blank | None:
    return next((blank for blank in field.blanks if blank.name == "country"), None)


def _written(field: Field, said: str, language: str) -> bool:
    """Whether the whole message answers a question that is answered in one's own words."""
    if field.kind == "text":
        return len(said) <= field.most
    return field.kind == "address" and _is_address(said) and stays(field, said, language)


def _is_address(said: str) -> bool:
    """A number, and more than one part."""
    parts = [part for part in _PARTS.split(said) if part.strip()]
    apart = len(parts) > 1 or _DENSE.search(said) is not None
    numbered = any(map(str.isdigit, said)) and not _NO_PLACE.search(said)
    return _SHORTEST <= len(said) <= _LONGEST and apart and numbered


def _named(field: Field, text: str, *, alone: bool = False) -> Told:
    """What a text names of what can be chosen. `alone`: it says hardly anything else."""
    if field.kind == "choice":
        option = chosen_in(field.options, text)
        long = option and len(text) > len(option.label) + _SLACK
        return {} if option is None or (alone and long) else {field.name: option.id}
    if field.kind not in ("items", "swaps"):
        return {}
    named = _items(field.items, text, only=not alone)
    size = sum(len(item.label) for item in named)
    if not named or (alone and len(text) > size + _SLACK):
        return {}
    items: list[JsonValue] = [item.id for item in named]
    if field.kind == "items":
        return {field.name: items}
    new: list[JsonValue] = [_meant(item.options, text) for item in named]
    return {field.name: items, "new_items": new} if all(new) else {}


def chosen_in(options: Sequence[Option], text: str) -> Option | None:
    """The one option that the text names: by a card's last figures, or by its longest words."""
    low = text.casefold()
    exact = [one for one in options if (last := _last(one.label)) and last in low]
    heads = [(one, head) for one in options if (head := _head(one.label)) and head in low]
    longest = [
        one for one, head in heads if not any(head != other and head in other for _, other in heads)
    ]  # fmt: skip
    return next((found[0] for found in (exact, longest) if len(found) == 1), None)


def _head(label: str) -> str:
    return label.partition(" (")[0].casefold()


def _last(label: str) -> str:
    """The last figures of a card's number."""
    return label.rpartition("•")[2].strip(" )") if "•" in label else ""


def _items(items: Sequence[FormItem], text: str, *, only: bool) -> list[FormItem]:
    """`only`: an order's only thing is meant without a name."""
    if only and len(items) == 1 and items[0].most == 1:
        return [items[0]]
    low = text.casefold()
    found = [i for i in items if _head(i.label) in low]
    return found if all(item.most == 1 for item in found) else []


def _meant(options: Sequence[Option], text: str) -> str:
    """The one option whose values the text names; empty where none or several are."""
    words = set(text.casefold().replace(",", " ").replace(".", " ").split())
    found = [
        option.id for option in options
        if (told := _values(option.label)) and told <= words
    ]  # fmt: skip
    return found[0] if len(found) == 1 else ""


def _values(label: str) -> set[str]:
    """The values of a variant's options, word by word, without their names."""
    options = label.partition(" · ")[0]
    pairs = [pair.strip().split(" ") for pair in options.split(",")]
    return {word.casefold() for pair in pairs for word in pair[1:]}
