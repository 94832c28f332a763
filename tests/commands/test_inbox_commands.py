"""inbox list, show, take, reply, give-back, close, hours, measures and faq at the terminal."""

from itertools import count

import pytest
from commands_here import Command

_threads = count(1)


def needed(tradewind: Command) -> tuple[str, str]:
    """A thread in which a buyer asked for a person, and its handover."""
    thread = f"terminal{next(_threads)}"
    words = ("ask", "let me talk to a person", "--as", "buyer", "--thread", thread)
    assert tradewind(*words, "--json").json["handover"] == "common.handover"
    found = tradewind("inbox", "list", "--json").json["handovers"]
    return thread, next(one["id"] for one in found if one["thread"].endswith(thread))


def test_a_conversation_is_taken_answered_and_given_back(tradewind: Command) -> None:
    thread, id = needed(tradewind)
    assert tradewind("inbox", "take", id, "--json").json["state"] == "taken"
    again = tradewind("ask", "hello?", "--as", "buyer", "--thread", thread, "--json").json
    assert again["desk"]["held"] is True
    assert tradewind("runs", "replay", again["run"], "--json").json["identical"] is True
    told = [
        tradewind("inbox", "reply", id, "We help.", "--key", "m1", "--json").json["new"]
        for _ in range(2)
    ]
    assert told == [True, False]
    story = tradewind("inbox", "show", id, "--json").json
    assert [turn["role"] for turn in story["turns"]][-2:] == ["assistant", "person"]
    assert "We help." in tradewind("inbox", "show", id).out
    assert tradewind("inbox", "give-back", id, "--json").json["state"] == "closed"
    tradewind("inbox", "take", id).refused("is closed")
    closed = tradewind("inbox", "list", "--closed", "--json").json["handovers"]
    assert id in [one["id"] for one in closed]


def test_who_does_not_have_it_says_nothing(tradewind: Command) -> None:
    _, id = needed(tradewind)
    tradewind("inbox", "reply", id, "x").refused("Take it first")
    tradewind("inbox", "take", "ho_none").refused("there is no handover")
    assert tradewind("inbox", "close", id, "--json").json["state"] == "closed"


def test_measures_have_their_keys(tradewind: Command) -> None:
    needed(tradewind)
    told = tradewind("inbox", "measures", "--days", "1", "--json").json
    assert told["opened"] >= 1
    assert {"taken", "answered", "closed", "reopened", "lapsed", "reasons", "seconds_to_taken",
            "seconds_to_reply", "seconds_to_close", "reopened_days"} <= told.keys()  # fmt: skip


def test_an_answer_becomes_an_faq_entry(tradewind: Command) -> None:
    _, id = needed(tradewind)
    tradewind("inbox", "faq", "propose", id).refused("nobody has answered")
    tradewind("inbox", "take", id)
    tradewind("inbox", "reply", id, "The zorblax whispers.")
    assert tradewind("inbox", "faq", "propose", id, "--json").json["answer"]
    words = ("--question", "Is the zorblax loud?", "--answer", "It whispers.", "--language", "en")
    draft = tradewind("inbox", "faq", "draft", id, *words, "--json").json
    assert draft["status"] == "draft"
    assert hits(tradewind) == []
    tradewind("inbox", "faq", "publish", draft["id"])
    (hit,) = hits(tradewind)
    assert hit.startswith("faq/answered by ")
    assert tradewind("inbox", "faq", "list", "--json").json["drafts"][0]["status"] == "published"
    tradewind("inbox", "faq", "remove", draft["id"])
    assert hits(tradewind) == []
    bad = ("--question", "Order #W2611340?", "--answer", "Yes.")
    tradewind("inbox", "faq", "draft", id, *bad).refused("tells of the buyer")


def hits(tradewind: Command) -> list[str]:
    """Entries of people's answers that search finds."""
    told = tradewind("search", "is the zorblax loud", "--kind", "faq", "--json").json["hits"]
    return [hit["id"] for hit in told if "answered by" in hit["id"]]


def test_hours_are_set_and_buyers_are_told(tradewind: Command) -> None:
    first = tradewind("inbox", "hours", "--json").json
    assert first["week"]["mon"] == [["09:00:00", "17:00:00"]]
    closed = tradewind(
        "inbox", "hours", "--week", "mon 00:00-00:01", "--holiday", "2020-01-01",
        "--zone", "Europe/Berlin", "--name", "Mia's desk", "--json",
    ).json  # fmt: skip
    assert (closed["zone"], closed["name"], list(closed["week"])) == (
        "Europe/Berlin", "Mia's desk", ["mon"],
    )  # fmt: skip
    told = tradewind("ask", "a person please", "--as", "buyer", "--thread", "late", "--json").json
    assert told["desk"]["contact"] is True
    assert "(Europe/Berlin)" in told["desk"]["text"]
    shown = tradewind("ask", "a person please", "--as", "buyer", "--thread", "late2").out
    assert "(Europe/Berlin)" in shown
    tradewind("inbox", "hours", "--week", "mon-sun 00:00-00:00", "--zone", "UTC")
    told = tradewind("ask", "a person please", "--as", "buyer", "--thread", "now", "--json").json
    assert told["desk"] == {
        "held": False, "contact": False, "text": "A person from the shop will answer you here.",
    }  # fmt: skip


@pytest.mark.parametrize(("flag", "value"), [
    ("--week", "mon"), ("--week", "mon-fry 09:00-17:00"), ("--week", "mon 17:00-09:00"),
    ("--week", "mon 09:00-12:00,11:00-13:00"), ("--holiday", "25.12."), ("--zone", "Mars/Base"),
])  # fmt: skip
def test_hours_that_cannot_be_are_refused(tradewind: Command, flag: str, value: str) -> None:
    tradewind("inbox", "hours", flag, value).refused()
