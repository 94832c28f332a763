"""A thread's runs, votes and handovers told apart into conversations, each in one class."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Literal, NamedTuple, get_args

from agents.measures.definitions import Definitions
from tradewind.measures import Verdict
from tradewind.ports.measures import Passed, Said, Spoken

Class = Literal[
    "confirmed", "assumed", "reopened", "handed_over", "unresolved", "open", "nothing_asked",
    "older",
]  # fmt: skip
"""confirmed: the buyer said that it helped. assumed: answered from records, and no further word.
reopened: it was assumed, and the buyer came back. handed_over: a person was needed. unresolved:
said not to have helped, or not answered. open: its time is not over. nothing_asked: it counts
nowhere. older: kept by a version that marked no turns; it counts nowhere."""
CLASSES: tuple[Class, ...] = get_args(Class)
APART: frozenset[Class] = frozenset(("nothing_asked", "older"))
"""What is told beside the conversations and counts as none."""
TERMINAL = "terminal"
"""The buyer of this machine's own terminal: the merchant who tries it."""
HOUR, DAY = 3_600_000_000, 86_400_000_000
"""In microseconds."""
_FAILED = ("failed", "cancelled")

Event = Spoken | Said | Passed


class Word(NamedTuple):
    """One thing a buyer did in a thread: a run, or a contact form (`run` is empty)."""

    at: int
    run: str
    asked: bool
    answered: bool
    handed: bool
    said: Verdict
    proven: bool
    intent: str
    language: str
    older: bool


class Conversation(NamedTuple):
    """One conversation. `began` and `ended` are its first and last words, in microseconds; `again`
    is when its thread was written to anew, 0 for never."""

    thread: str
    began: int
    ended: int
    kind: Class
    intent: str
    language: str
    proven: bool
    terminal: bool
    again: int = 0


def conversations(
    spoken: Iterable[Spoken], votes: Iterable[Said], passed: Iterable[Passed],
    definitions: Definitions, now: int,
) -> Iterator[Conversation]:  # fmt: skip
    """All conversations, thread by thread; each of the three comes ordered by thread."""
    merged: Iterator[Event] = heapq.merge(spoken, votes, passed, key=lambda event: event.thread)
    for thread, events in groupby(merged, key=lambda event: event.thread):
        yield from of_thread(thread, tuple(events), definitions, now)


def of_thread(
    thread: str, events: Sequence[Event], definitions: Definitions, now: int
) -> Iterator[Conversation]:
    """A thread's conversations, oldest first; in what order its events are told does not matter."""
    said = sorted(event for event in events if isinstance(event, Said))
    votes = {vote.run: vote for vote in said}
    handed = {event.run for event in events if isinstance(event, Passed) and event.run}
    runs = {event.run: event for event in events if isinstance(event, Spoken)}
    forms = [event for event in events if isinstance(event, Passed) and not event.run]
    words = [_of_run(run, run.run in handed) for run in runs.values() if run.status != "running"]
    words += [_of_form(form) for form in forms]
    terminal = any(run.actor == TERMINAL for run in runs.values())
    silence = definitions.silence_hours * HOUR
    parts = list(_parts(sorted(words), silence))
    told = [_told(thread, part, votes, now - silence, terminal) for part in parts]
    asked = [one for one in told if one.kind not in APART]
    again = {a.began: b.began for a, b in zip(asked, asked[1:], strict=False)}
    for one in told:
        yield one._replace(again=again.get(one.began, 0))


def _of_run(run: Spoken, handed: bool) -> Word:
    mark = run.mark
    if mark is None:
        failed = run.status in _FAILED
        return Word(run.at, run.run, failed, False, handed, "", False, "", "", not failed)
    handed = handed or mark.handed
    return Word(
        run.at, run.run, mark.asked or handed, mark.answered and not handed, handed, mark.said,
        mark.proven, mark.intent, mark.language, False,
    )  # fmt: skip


def _of_form(form: Passed) -> Word:
    return Word(form.at, "", True, False, True, "", False, "", "", False)


def _parts(words: Sequence[Word], silence: int) -> Iterator[list[Word]]:
    """Parted where the buyer was silent for longer."""
    part: list[Word] = []
    for word in words:
        if part and word.at - part[-1].at > silence:
            yield part
            part = []
        part.append(word)
    if part:
        yield part


def _told(
    thread: str, part: Sequence[Word], votes: dict[str, Said], quiet_since: int, terminal: bool
) -> Conversation:
    asked = [word for word in part if word.asked]
    last = asked[-1] if asked else part[-1]
    return Conversation(
        thread, part[0].at, part[-1].at, _class(part, asked, votes, quiet_since), last.intent,
        last.language, any(word.proven for word in part), terminal,
    )  # fmt: skip


def _class(
    part: Sequence[Word], asked: Sequence[Word], votes: dict[str, Said], quiet_since: int
) -> Class:
    """The first that holds, in this order."""
    if any(word.older for word in part):
        return "older"
    if not asked:
        return "nothing_asked"
    if any(word.handed for word in part):
        return "handed_over"
    verdict = _verdict(part, asked[-1], votes)
    if verdict:
        return "confirmed" if verdict == "helped" else "unresolved"
    if part[-1].at > quiet_since:
        return "open"
    return "assumed" if asked[-1].answered else "unresolved"


def _verdict(part: Sequence[Word], last: Word, votes: dict[str, Said]) -> Verdict:
    """The buyer's newest word on the last answer, by the widget's question or of their own; a word
    on an earlier answer settles nothing."""
    told: list[tuple[int, Verdict]] = [(w.at, w.said) for w in part if w.said and w.at >= last.at]
    if vote := votes.get(last.run):
        told.append((vote.at, "helped" if vote.helped else "not_helped"))
    return max(told)[1] if told else ""
