"""What a drafted reply is."""

from typing import Literal

from agents.events import Citation
from tradewind.base import Language, Record
from tradewind.letters import Channel, LetterNote

Sender = Literal["matches", "differs", "several", "no_order", "place", "pasted", "public"]
"""Who seems to have written. matches: From is the address of the order that is spoken of; the mail
may be forged all the same. differs: an order is named, and From is not its address, or there is no
such order. several: several orders have this address, none is named. no_order: no order has it.
place: the marketplace says whose order it is. pasted: nobody says. public: a review."""

TELLS_ORDER: frozenset[Sender] = frozenset(("matches", "place", "pasted"))
"""Those for whom facts of the order go into the draft, for the order's own address."""


Why = Literal["", "no_record", "identity", "refused"]
"""Why the draft leaves something open: no record tells it, nobody may be told of an order, or it is
for a person alone. "": it is answered."""


class Part(Record):
    """One thing that was asked, and whether the draft answers it; `key` is the reply's. `asked` are
    an outsider's words."""

    intent: str
    asked: str
    answered: bool
    key: str = ""
    why: Why = ""


class Draft(Record):
    """A reply for a person to send. Nothing here sends it.

    `to` is where alone it may go: the order's own address, or who wrote where it holds nothing of
    an order; empty where the place is the address. `text` is empty where none should be sent.
    `over`: what was left out for the place's length. `longest` in characters.
    """

    message: str
    channel: Channel
    place: str
    sender: Sender
    language: Language
    order: str
    to: str
    subject: str
    text: str
    parts: tuple[Part, ...]
    citations: tuple[Citation, ...]
    longest: int
    over: bool = False
    stars: int | None = None
    notes: tuple[LetterNote, ...] = ()
    ref: str = ""
    thread: tuple[str, ...] = ()
    rule: str = ""

    @property
    def open(self) -> tuple[Part, ...]:
        """What a person still has to answer."""
        return tuple(part for part in self.parts if not part.answered)
