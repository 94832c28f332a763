"""Conversations counted: each once, in one class; who came back is told by thread and customer."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable

from agents.measures.conversations import APART, CLASSES, DAY, Class, Conversation
from agents.measures.definitions import Definitions
from agents.measures.intervals import Share, share
from tradewind.base import Record

CustomerOf = Callable[[str], str]
"""Who stands proven in a thread, as a key; "" where nobody does any more."""


class Service(Record):
    """What the conversations of a window came to. `classes` sum up to `conversations`; what is
    `beside` counts nowhere.

    `came_back` is of all that ended: the buyer wrote again in time, whatever the class. Of the
    assumed, `provisional` may yet be reopened. `resolved` are the confirmed and the assumed, of all
    that are over; the shares' intervals take the conversations as independent.
    """

    conversations: int
    classes: dict[Class, int]
    beside: dict[str, int]
    came_back: int
    provisional: int
    resolved: Share
    confirmed: Share
    handed_over: Share
    intents: dict[str, dict[Class, int]]
    languages: dict[str, dict[Class, int]]


Key = tuple[str, str, Class]


class Tally:
    """Counts conversations one at a time. Of those with a proven customer a row is kept until the
    end; of the others nothing."""

    def __init__(
        self, definitions: Definitions, since: int, now: int, customer_of: CustomerOf,
        *, terminal: bool = False,
    ) -> None:  # fmt: skip
        self._definitions = definitions
        self._since, self._now = since, now
        self._customer_of = customer_of
        self._terminal = terminal
        self._keys: Counter[Key] = Counter()
        self._beside: Counter[str] = Counter()
        self._came_back = self._provisional = 0
        self._known: dict[str, list[Conversation]] = {}

    def add(self, all: Iterable[Conversation]) -> None:
        """Count each, or put it by until its customer's others are known."""
        for one in all:
            if one.began < self._since:
                continue
            customer = self._customer_of(one.thread) if one.proven else ""
            if customer and one.kind not in APART and self._here(one):
                self._known.setdefault(customer, []).append(one)
            else:
                self._count(one, one.again)

    def result(self) -> Service:
        """The counts; more conversations can be added no more."""
        for theirs in self._known.values():
            began = sorted(one.began for one in theirs)
            for one in theirs:
                later = began[(at := bisect_right(began, one.ended)) : at + 1]
                self._count(one, min(filter(None, (one.again, *later)), default=0))
        self._known.clear()
        return self._told()

    def _here(self, one: Conversation) -> bool:
        return self._terminal or not one.terminal

    def _count(self, one: Conversation, again: int) -> None:
        if not self._here(one):
            self._beside["terminal"] += 1
            return
        if one.kind in APART:
            self._beside[one.kind] += 1
            return
        within = self._definitions.reopen_days * DAY
        back = again != 0 and again - one.ended <= within
        kind: Class = "reopened" if back and one.kind == "assumed" else one.kind
        self._came_back += back and kind != "open"
        self._provisional += kind == "assumed" and one.ended + within > self._now
        self._keys[one.intent, one.language, kind] += 1

    def _told(self) -> Service:
        classes = self._by(2)
        over = sum(classes.values()) - classes["open"]
        return Service(
            conversations=sum(classes.values()),
            classes={kind: classes[kind] for kind in CLASSES if kind not in APART},
            beside={name: self._beside[name] for name in ("nothing_asked", "older", "terminal")},
            came_back=self._came_back, provisional=self._provisional,
            resolved=share(classes["confirmed"] + classes["assumed"], over),
            confirmed=share(classes["confirmed"], over),
            handed_over=share(classes["handed_over"], over),
            intents=self._across(0), languages=self._across(1),
        )  # fmt: skip

    def _by(self, part: int) -> Counter[str]:
        found: Counter[str] = Counter()
        for key, n in self._keys.items():
            found[key[part]] += n
        return found

    def _across(self, part: int) -> dict[str, dict[Class, int]]:
        found: dict[str, Counter[Class]] = {}
        for key, n in self._keys.items():
            found.setdefault(key[part] or "none", Counter())[key[2]] += n
        return {name: dict(counts) for name, counts in sorted(found.items())}
