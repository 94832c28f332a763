"""What a form is made of: questions, and what may be chosen or written for each.

Everything that a person reads in it comes in their language; the widget only draws it.
"""

from typing import Literal

from pydantic import Field as ModelField
from pydantic import JsonValue

from tradewind.base import Record

FieldKind = Literal["items", "swaps", "choice", "photo", "address", "text"]


class Option(Record):
    """One thing that may be chosen."""

    id: str
    label: str


class FormItem(Record):
    """One thing of the order: `most` units of it may be named; `options` come in its place."""

    id: str
    label: str
    most: int
    options: tuple[Option, ...] = ()


class Blank(Record):
    """One line of an address, of at most so many characters. `fill` is what a browser calls it
    (HTML's autocomplete). `fixed`: what a person reads of one that cannot be changed. `value`:
    what is chosen of `options` before anybody chooses."""

    name: str
    label: str
    most: int
    fill: str
    required: bool = False
    fixed: str = ""
    value: str = ""
    options: tuple[Option, ...] = ()


class Field(Record):
    """One question of a form. "items": how many of each; "swaps": for each unit what comes in its
    place; "choice": one of the options; "photo": a picture; "address": its `blanks`; "text": in
    one's own words, at most so many characters."""

    name: str
    kind: FieldKind
    label: str
    required: bool = True
    items: tuple[FormItem, ...] = ()
    options: tuple[Option, ...] = ()
    blanks: tuple[Blank, ...] = ()
    most: int = 200


class Form(Record):
    """What is asked of a buyer, for one tool and their proven order. `send` is the button's,
    `missing` is said at a question that has no answer, `kept` of a photo that has arrived."""

    tool: str
    order: str
    title: str
    send: str
    missing: str = ""
    kept: str = ""
    fields: tuple[Field, ...] = ()


class Filling(Record):
    """A form that waits for answers in words: what is told of it so far, as its tool's arguments,
    and the thread's turn in which it was put."""

    form: Form
    told: dict[str, JsonValue] = ModelField(default_factory=dict)
    turn: int = 0
