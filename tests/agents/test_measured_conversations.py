"""Conversations told apart and counted: each in one class, whatever the order of what happened."""

import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.measures import conversations as told
from agents.measures import tally as counted
from agents.measures.conversations import APART, DAY, HOUR, Conversation, Event, of_thread
from agents.measures.definitions import Definitions, Words, read_definitions
from agents.measures.tally import Service, Tally
from tradewind.base import LANGUAGES
from tradewind.measures import Mark
from tradewind.ports.measures import Passed, Said, Spoken

DATA = Path(__file__).resolve().parents[2] / "data" / "measures"
RULES: Definitions = read_definitions(DATA / "definitions.toml")
NOW = 400 * DAY
OLD = NOW - 30 * DAY


def run(id: str, at: int, thread: str = "t", **mark: object) -> Spoken:
    """An asked and answered turn, where nothing else is told."""
    facts = {"asked": True, "answered": True, "handed": False, "intent": "order_status"} | mark
    return Spoken(thread, at, id, "b", "done", Mark.model_validate(facts), 5, (), 10, 0.1)


def kinds(*events: Event, now: int = NOW) -> list[str]:
    return [one.kind for one in of_thread("t", events, RULES, now)]


def tallied(*events: Event, customer: str = "", now: int = NOW) -> Service:
    tally = Tally(RULES, 0, now, lambda _: customer)
    threads = {event.thread for event in events}
    for thread in sorted(threads):
        of = [event for event in events if event.thread == thread]
        tally.add(of_thread(thread, of, RULES, now))
    return tally.result()


def test_an_answer_without_a_further_word_is_assumed() -> None:
    assert kinds(run("a", OLD)) == ["assumed"]
    assert kinds(run("a", OLD, answered=False)) == ["unresolved"]


def test_a_conversation_is_open_until_its_silence_is_over() -> None:
    end = NOW - RULES.silence_hours * HOUR
    assert kinds(run("a", end + 1)) == ["open"]
    assert kinds(run("a", end)) == ["assumed"]
    assert kinds(run("a", end + 1), Said("t", end + 5, "a", helped=True)) == ["confirmed"]


def test_the_buyers_word_counts_on_the_last_answer_only() -> None:
    first, last = run("a", OLD), run("b", OLD + HOUR, answered=False)
    assert kinds(first, last, Said("t", OLD + 2 * HOUR, "a", helped=True)) == ["unresolved"]
    assert kinds(first, last, Said("t", OLD + 2 * HOUR, "b", helped=True)) == ["confirmed"]
    assert kinds(first, Said("t", OLD, "a", helped=False)) == ["unresolved"]


def test_words_count_as_the_widgets_question_does() -> None:
    thanks = run("b", OLD + HOUR, asked=False, answered=False, said="helped")
    assert kinds(run("a", OLD, answered=False), thanks) == ["confirmed"]
    angry = run("b", OLD + HOUR, asked=False, said="not_helped")
    assert kinds(run("a", OLD), angry) == ["unresolved"]


def test_the_newest_word_stands() -> None:
    words = run("b", OLD + HOUR, asked=False, said="helped")
    vote = Said("t", OLD + 2 * HOUR, "a", helped=False)
    assert kinds(run("a", OLD), words, vote) == ["unresolved"]


def test_a_person_needed_is_handed_over_whatever_is_said() -> None:
    assert kinds(run("a", OLD, handed=True), Said("t", OLD, "a", helped=True)) == ["handed_over"]
    assert kinds(run("a", OLD), Passed("t", OLD + 1, "a")) == ["handed_over"]
    assert kinds(Passed("t", OLD, "")) == ["handed_over"]  # the contact form alone


def test_greetings_and_old_rows_are_no_conversations() -> None:
    assert kinds(run("a", OLD, asked=False)) == ["nothing_asked"]
    old = run("a", OLD)._replace(mark=None)
    assert kinds(old) == ["older"]
    assert kinds(old._replace(status="failed")) == ["unresolved"]
    assert kinds(old._replace(status="running")) == []


def test_silence_parts_conversations_and_a_return_reopens_the_assumed() -> None:
    again = run("b", OLD + 5 * DAY)
    assert kinds(run("a", OLD), again) == ["assumed", "assumed"]
    found = tallied(run("a", OLD), again)
    assert (found.classes["reopened"], found.classes["assumed"], found.came_back) == (1, 1, 1)
    late = tallied(run("a", OLD), run("b", OLD + 8 * DAY))
    assert (late.classes["reopened"], late.came_back) == (0, 0)


def test_thanks_later_on_reopen_nothing() -> None:
    thanks = run("b", OLD + 5 * DAY, asked=False)
    assert tallied(run("a", OLD), thanks).classes["reopened"] == 0


def test_a_proven_customer_is_known_in_another_thread() -> None:
    first = run("a", OLD, "t1", proven=True)
    again = run("b", OLD + 2 * DAY, "t2", proven=True)
    assert tallied(first, again).classes["reopened"] == 0
    assert tallied(first, again, customer="c1").classes["reopened"] == 1
    assert tallied(first, again, customer="c1").conversations == 2


def test_an_assumed_one_is_provisional_until_nobody_came_back() -> None:
    assert tallied(run("a", NOW - 5 * DAY)).provisional == 1
    assert tallied(run("a", OLD)).provisional == 0


def test_the_merchants_own_tries_are_told_apart() -> None:
    own = run("a", OLD)._replace(actor="terminal")
    assert tallied(own).beside["terminal"] == 1
    assert tallied(own).conversations == 0


MOMENTS = st.integers(0, 40).map(lambda n: NOW - n * 12 * HOUR)
THREADS = st.sampled_from(["t1", "t2", "t3"])


@st.composite
def runs(draw: st.DrawFn) -> Spoken:
    said = draw(st.sampled_from(["", "", "helped", "not_helped"]))
    return run(
        f"r{draw(st.integers(0, 9))}", draw(MOMENTS), draw(THREADS), said=said,
        asked=draw(st.booleans()), answered=draw(st.booleans()), handed=draw(st.booleans()),
        proven=draw(st.booleans()),
    )  # fmt: skip


VOTES = st.builds(
    Said, thread=THREADS, at=MOMENTS, run=st.integers(0, 9).map(lambda n: f"r{n}"),
    helped=st.booleans(),
)  # fmt: skip
PASSED = st.builds(
    Passed, thread=THREADS, at=MOMENTS, run=st.integers(0, 9).map(lambda n: f"r{n}") | st.just("")
)
STORIES = st.lists(runs(), max_size=12, unique_by=lambda one: one.run).flatmap(
    lambda runs: st.tuples(
        st.just(runs),
        st.lists(VOTES, max_size=5, unique_by=lambda v: (v.thread, v.run)),
        st.lists(PASSED, max_size=3),
    )
)
Story = tuple[list[Spoken], list[Said], list[Passed]]


def _all(story: Story) -> list[Event]:
    return [*story[0], *story[1], *story[2]]


@given(STORIES)
@settings(max_examples=200, deadline=None)
def test_each_conversation_is_in_one_class_and_the_sums_agree(story: Story) -> None:
    check_sums(_all(story))


def check_sums(events: Sequence[Event]) -> None:
    """Every run is in one conversation, and every conversation is counted once."""
    parts: list[Conversation] = []
    for thread in {event.thread for event in events}:
        parts += of_thread(thread, [e for e in events if e.thread == thread], RULES, NOW)
    found = tallied(*events, customer="c")
    apart = Counter(one.kind for one in parts if one.kind in APART)
    assert found.conversations == sum(found.classes.values()) == len(parts) - apart.total()
    assert found.beside["nothing_asked"] == apart["nothing_asked"]
    for across in (found.intents, found.languages):
        sums: Counter[str] = Counter()
        for counts in across.values():
            sums.update(counts)
        assert {k: n for k, n in found.classes.items() if n} == dict(sums)
    over = found.conversations - found.classes["open"]
    assert found.resolved.of == over
    assert found.resolved.hits == found.classes["confirmed"] + found.classes["assumed"] <= over
    assert found.came_back >= found.classes["reopened"]
    handed = {e.thread for e in events if isinstance(e, Spoken) and e.mark and e.mark.handed}
    assert not handed or found.classes["handed_over"]


@given(STORIES, st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_the_order_of_what_is_told_does_not_matter(story: Story, random: Random) -> None:
    events = _all(story)
    shuffled = list(events)
    random.shuffle(shuffled)
    assert tallied(*events, customer="c") == tallied(*shuffled, customer="c")
    assert tallied(*events, *events, customer="c") == tallied(*events, customer="c")


def test_the_bug_that_counts_a_return_as_resolved_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rules = RULES.model_copy(update={"reopen_days": 0})
    monkeypatch.setitem(globals(), "RULES", rules)
    with pytest.raises(AssertionError):
        test_silence_parts_conversations_and_a_return_reopens_the_assumed()


def test_the_bug_that_takes_any_vote_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def any_vote(part: object, last: object, votes: dict[str, Said]) -> str:
        return "helped" if any(vote.helped for vote in votes.values()) else ""

    monkeypatch.setattr(told, "_verdict", any_vote)
    with pytest.raises(AssertionError):
        test_the_buyers_word_counts_on_the_last_answer_only()


def test_the_bug_that_counts_twice_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A customer's conversation that is counted when it is met and again at the end."""
    real = Tally.add

    def twice(self: Tally, all: Sequence[Conversation]) -> None:
        kept = list(all)
        real(self, kept)
        real(self, [one for one in kept if one.proven])

    monkeypatch.setattr(counted.Tally, "add", twice)
    with pytest.raises(AssertionError):
        check_sums([run("a", OLD, proven=True)])


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("That helped, thanks!", "helped"), ("thanks, that did not help", "not_helped"),
        ("Das hat geholfen. Danke!", "helped"), ("¡Gracias! Problema resuelto", "helped"),
        ("谢谢，解决了！", "helped"), ("没有帮助。", "not_helped"),
        ("ありがとうございます。助かりました！", "helped"),
        ("Спасибо, это не помогло", "not_helped"), ("شكرًا، تم حل المشكلة", "helped"),
        ("감사합니다. 해결됐어요!", "helped"), ("ça m’a aidé, merci", "helped"),
        ("Teşekkürler, işime yaradı", "helped"), ("Grazie, mi è stato utile.", "helped"),
        ("Obrigado, isso não ajudou", "not_helped"),
        ("thanks", ""), ("yes", ""), ("That helped, but where is my refund?", ""),
        ("did that help?", ""), ("that helped. that did not help", ""), ("", ""),
        ("that helped " * 20, ""),
    ],
)  # fmt: skip
def test_what_buyers_say_of_an_answer(text: str, verdict: str) -> None:
    assert Words.read(DATA / "words.toml").verdict(text) == verdict


def test_every_language_can_say_both() -> None:
    tables = tomllib.loads((DATA / "words.toml").read_text())["language"]
    assert set(tables) == set(LANGUAGES)
    words = Words.read(DATA / "words.toml")
    for table in tables.values():
        for verdict in ("helped", "not_helped"):
            for phrase in table[verdict]:
                assert words.verdict(f"{phrase.capitalize()}!") == verdict, phrase
