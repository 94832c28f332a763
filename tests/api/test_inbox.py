"""The inbox over HTTP: from a buyer's wish for a person to the person's words in the chat."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from threading import Barrier
from typing import Any

import pytest
from visitors import Door, Event

from agents.resuming import recover
from api.doors import Doors
from api.keys import make_link, new_mark
from tradewind.people import Actor, Person, Session
from tradewind.ports.search import SearchQuery

_threads = count(1)
ORDER, EMAIL = "#W2611340", "james.li4495@example.com"
ASK = "I want to talk to a person"


@pytest.fixture
def thread() -> str:
    return f"desk{next(_threads)}"


@pytest.fixture
def colleague(doors: Doors, new_door: Callable[[], Door]) -> Iterator[Door]:
    """A second person of the merchant's, signed in."""
    people, door = doors.people("sample"), new_door()
    person = Person(id=f"mate{next(_threads)}", tenant="sample", name="Tom", mark=new_mark())
    people.add(person)
    assert door.get(f"/signin/{make_link(people, person, doors.now())}").status_code == 303
    yield door
    people.remove(person.id, doors.now())


def ended(events: list[Event]) -> dict[str, Any]:
    return events[-1]["result"]


def handed_over(visitor: Door, merchant: Door, thread: str) -> str:
    """A buyer asks for a person; the id of the handover."""
    assert ended(visitor.say(ASK, threadId=thread))["handover"] == "common.handover"
    return of_thread(merchant, thread)["id"]


def of_thread(merchant: Door, thread: str) -> dict[str, Any]:
    answer = merchant.get("/api/inbox")
    assert answer.status_code == 200, answer.text
    found = answer.json()["handovers"]
    return next(one for one in found if one["thread"].endswith(f":{thread}"))


def press(door: Door, id: str, what: str, **body: object) -> dict[str, Any]:
    answer = door.press(f"/api/inbox/{id}/{what}", body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def news(door: Door, thread: str, after: int = 0) -> dict[str, Any]:
    answer = door.get(f"/api/chat/news?thread={thread}&after={after}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def roles(merchant: Door, id: str) -> list[str]:
    return [turn["role"] for turn in merchant.get(f"/api/inbox/{id}").json()["turns"]]


def test_a_person_takes_answers_and_gives_back(visitor: Door, merchant: Door, thread: str) -> None:
    id = handed_over(visitor, merchant, thread)
    assert press(merchant, id, "take")["state"] == "taken"
    first = ended(visitor.say("are you there?", threadId=thread))
    again = ended(visitor.say("hello?", threadId=thread))
    assert "person from the shop is reading" in first["answer"]
    assert again["answer"] == ""
    assert first["desk"]["held"]
    assert again["desk"]["held"]
    press(merchant, id, "reply", text="We refund 12.50 USD today.", key="k1")
    heard = news(visitor, thread)
    assert [said["text"] for said in heard["messages"]] == ["We refund 12.50 USD today."]
    assert heard["held"]
    assert heard["name"]
    assert news(visitor, thread, 1)["messages"] == []
    assert press(merchant, id, "give-back")["state"] == "closed"
    assert ended(visitor.say("a poem please", threadId=thread))["answer"] != ""
    assert roles(merchant, id) == [
        "user", "assistant", "user", "assistant", "user", "person", "user", "assistant",
    ]  # fmt: skip


def test_a_message_sent_twice_is_said_once(visitor: Door, merchant: Door, thread: str) -> None:
    id = handed_over(visitor, merchant, thread)
    press(merchant, id, "take")
    told = [press(merchant, id, "reply", text="Hello.", key="same")["new"] for _ in range(3)]
    assert told == [True, False, False]
    assert len(news(visitor, thread)["messages"]) == 1


def test_one_person_has_it(visitor: Door, merchant: Door, colleague: Door, thread: str) -> None:
    id = handed_over(visitor, merchant, thread)
    press(merchant, id, "take")
    for what, body in (("take", {}), ("reply", {"text": "x"}), ("give-back", {}), ("close", {})):
        refused = colleague.press(f"/api/inbox/{id}/{what}", body)
        assert refused.status_code == 422, what
    assert press(merchant, id, "give-back")["state"] == "waiting"
    assert press(colleague, id, "take")["taken_by"].startswith("mate")
    press(colleague, id, "close")
    assert merchant.press(f"/api/inbox/{id}/take", {}).status_code == 422


def test_a_thread_has_one_open_handover(visitor: Door, merchant: Door, thread: str) -> None:
    id = handed_over(visitor, merchant, thread)
    assert handed_over(visitor, merchant, thread) == id
    steps = merchant.get(f"/api/inbox/{id}").json()["steps"]
    assert [step["kind"] for step in steps] == ["opened", "asked_again"]
    press(merchant, id, "close")
    later = handed_over(visitor, merchant, thread)
    assert later != id
    assert of_thread(merchant, thread)["reopened_from"] == id


def test_the_story_is_told_by_records(visitor: Door, merchant: Door, thread: str) -> None:
    props = {"order": ORDER, "email": EMAIL}
    visitor.say(f"where is {ORDER}", threadId=thread, forwardedProps=props)
    id = handed_over(visitor, merchant, thread)
    story = merchant.get(f"/api/inbox/{id}").json()
    assert [one["intent"] for one in story["asked"]] == ["order_status", "human_agent"]
    assert story["asked"][0]["citations"]
    assert (story["order"], story["proven"]) == (ORDER, True)
    assert f"order/{ORDER}" in {item["source"] for item in story["records"]}
    assert "orders.find" in {tried["tool"] for tried in story["tried"]}
    over_records = [one for one in story["suggestions"] if one["citations"]]
    assert over_records
    assert ORDER in over_records[0]["text"]


def test_what_a_person_said_is_not_silently_contradicted(
    visitor: Door, merchant: Door, thread: str
) -> None:
    id = handed_over(visitor, merchant, thread)
    press(merchant, id, "take")
    press(merchant, id, "reply", text="You can send it back within 90 days.")
    press(merchant, id, "give-back")
    answer = ended(visitor.say("how do I return it", threadId=thread))
    assert "within 90 days" in answer["answer"]
    assert answer["handover"] == "inbox.shop_word"
    assert of_thread(merchant, thread)["why"] == "inbox.shop_word"


def test_programs_and_ops_do_not_speak(
    visitor: Door, merchant: Door, new_door: Callable[[], Door], doors: Doors, thread: str
) -> None:
    id = handed_over(visitor, merchant, thread)
    people, ops = doors.people("sample"), new_door()
    person = Person(id=f"ops{next(_threads)}", tenant="sample", name="O", role="ops", mark="m")
    people.add(person)
    ops.get(f"/signin/{make_link(people, person, doors.now())}")
    assert ops.get(f"/api/inbox/{id}").status_code == 200
    assert ops.press(f"/api/inbox/{id}/take", {}).status_code == 403
    assert visitor.get("/api/inbox").status_code == 403
    people.remove(person.id, doors.now())


def test_nobody_else_hears_the_news(
    visitor: Door, merchant: Door, new_door: Callable[[], Door], thread: str
) -> None:
    id = handed_over(visitor, merchant, thread)
    press(merchant, id, "take")
    press(merchant, id, "reply", text="For you alone.")
    stranger = new_door()
    assert stranger.get(f"/api/chat/news?thread={thread}").status_code == 403
    stranger.say("where is my parcel", threadId=thread)
    assert news(stranger, thread)["messages"] == []


def test_the_contact_form(merchant: Door, new_door: Callable[[], Door]) -> None:
    door, form = new_door(), {
        "name": "Ana", "email": "ana@example.com", "message": "Call me about 4111 1111 1111 1111",
        "order": "#W9999999",
    }  # fmt: skip
    known = door.request("POST", "/api/contact", json=form | {"order": ORDER})
    unknown = door.request("POST", "/api/contact", json=form)
    assert known.status_code == unknown.status_code == 200
    assert known.json() == unknown.json() == {"received": True}
    found = merchant.get("/api/inbox").json()["handovers"][-1]
    assert found["why"] == "contact"
    story = merchant.get(f"/api/inbox/{found['id']}").json()
    assert story["handover"]["contact"]["name"] == "Ana"
    assert "4111 1111" not in str(story)
    assert (story["order"], story["proven"]) == ("#W9999999", False)


@pytest.mark.parametrize("wrong", [
    {"email": "ana"}, {"email": "ana@x"}, {"email": "a b@x.de"}, {"name": " "}, {"message": ""},
    {"message": "x" * 5000}, {"thread": "../x"}, {"more": 1},
])  # fmt: skip
def test_a_form_that_cannot_be_read(visitor: Door, wrong: dict[str, object]) -> None:
    form: dict[str, object] = {"name": "Ana", "email": "ana@example.com", "message": "hi"}
    assert visitor.request("POST", "/api/contact", json=form | wrong).status_code == 422


def test_an_answer_becomes_an_faq_entry(
    visitor: Door, merchant: Door, doors: Doors, thread: str
) -> None:
    visitor.say("is the dishwasher kettle loud? james.li4495@example.com", threadId=thread)
    id = handed_over(visitor, merchant, thread)
    press(merchant, id, "take")
    press(merchant, id, "reply", text=f"It whispers: 42 dB. Your order {ORDER} is fine.")
    proposed = merchant.get(f"/api/inbox/{id}/faq").json()
    assert ORDER not in proposed["answer"]
    assert "[…]" in proposed["answer"]
    personal = merchant.press(f"/api/inbox/{id}/faq", proposed)
    assert personal.status_code == 422
    wording = {"question": "Does the zorblax kettle whisper?", "answer": "Yes: 42 dB."}
    draft = press(merchant, id, "faq", **wording)
    assert searched(doors, "zorblax kettle whisper") == []
    published = merchant.press(f"/api/inbox/faq/{draft['id']}/publish", {}).json()
    assert published["status"] == "published"
    found = searched(doors, "zorblax kettle whisper")
    assert len(found) == 1
    assert merchant.press(f"/api/inbox/faq/{draft['id']}/publish", {}).status_code == 422
    assert merchant.press(f"/api/inbox/faq/{draft['id']}/remove", {}).status_code == 200
    assert searched(doors, "zorblax kettle whisper") == []


def searched(doors: Doors, text: str) -> list[str]:
    """Sources of entries of people's answers that retrieval finds."""
    index = doors.shop("sample").search
    assert index is not None
    hits = index.search(SearchQuery(text=text, kinds=("faq",), k=3))
    return [hit.source for hit in hits if "answered by" in hit.source]


def test_measures_count_what_was_done(visitor: Door, merchant: Door, thread: str) -> None:
    before = merchant.get("/api/inbox/measures").json()
    id = handed_over(visitor, merchant, thread)
    press(merchant, id, "take")
    press(merchant, id, "reply", text="Hello.")
    press(merchant, id, "close")
    handed_over(visitor, merchant, thread)
    after = merchant.get("/api/inbox/measures").json()
    grown = {name: after[name] - before[name] for name in ("opened", "taken", "answered",
                                                           "closed", "reopened")}  # fmt: skip
    assert grown == {"opened": 2, "taken": 1, "answered": 1, "closed": 1, "reopened": 1}
    assert after["seconds_to_reply"] >= after["seconds_to_taken"] >= 0


def at_once(*do: Callable[[], int]) -> list[int]:
    """The status of each, all begun together."""
    barrier = Barrier(len(do))

    def one(act: Callable[[], int]) -> int:
        barrier.wait()
        return act()

    with ThreadPoolExecutor(len(do)) as pool:
        return list(pool.map(one, do))


def test_of_two_people_who_take_at_once_one_has_it(
    visitor: Door, merchant: Door, colleague: Door
) -> None:
    for _ in range(5):
        id = handed_over(visitor, merchant, f"desk{next(_threads)}")
        url = f"/api/inbox/{id}/take"
        told = at_once(
            lambda url=url: merchant.press(url, {}).status_code,
            lambda url=url: colleague.press(url, {}).status_code,
        )
        assert sorted(told) == [200, 422]
        kinds = [step["kind"] for step in merchant.get(f"/api/inbox/{id}").json()["steps"]]
        assert kinds == ["opened", "taken"]


def test_taking_and_giving_back_while_the_buyer_writes(visitor: Door, merchant: Door) -> None:
    """Whatever comes first: every answer that was streamed stands in the thread as it was said,
    and none was said between the taking and the giving back."""
    for what in ("take", "give-back"):
        thread = f"desk{next(_threads)}"
        id = handed_over(visitor, merchant, thread)
        if what == "give-back":
            press(merchant, id, "take")
        heard: list[str] = []

        def write(thread: str = thread, heard: list[str] = heard) -> int:
            heard.append(ended(visitor.say("a poem please", threadId=thread))["answer"])
            return 200

        assert at_once(
            write, lambda url=f"/api/inbox/{id}/{what}": merchant.press(url, {}).status_code
        ) == [200, 200]
        story = merchant.get(f"/api/inbox/{id}").json()
        said = [turn["text"] for turn in story["turns"] if turn["role"] == "assistant"]
        assert said[-1] == heard[0]
        assert "draft" not in [turn["role"] for turn in story["turns"]]


def test_a_run_that_died_hands_over_when_it_is_carried_on(
    merchant: Door, doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And once only, however often it is looked for."""
    tenant, shop = doors.tenant("sample"), doors.shop("sample")
    actor = Actor(id="buyer_dead", audience="buyer")
    session = Session(tenant=tenant, actor=actor, thread="buyer_dead:t")
    with monkeypatch.context() as inside:
        inside.setattr("agents.assistant.LEASE", -timedelta(minutes=1))
        asyncio.run(doors.assistant.accept(session, shop, ASK))
    before = len(merchant.get("/api/inbox").json()["handovers"])
    for _ in range(2):
        asyncio.run(recover(doors.assistant, tenant, shop))
        found = merchant.get("/api/inbox").json()["handovers"]
        assert len(found) == before + 1
        assert found[-1]["thread"] == "buyer_dead:t"


def test_a_run_that_is_given_up_hands_over(
    merchant: Door, doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ended its workers; the buyer was told that it could not be finished."""
    tenant, shop = doors.tenant("sample"), doors.shop("sample")
    actor = Actor(id="buyer_lost", audience="buyer")
    session = Session(tenant=tenant, actor=actor, thread="buyer_lost:t")
    with monkeypatch.context() as inside:
        inside.setattr("agents.assistant.LEASE", -timedelta(minutes=1))
        asyncio.run(doors.assistant.accept(session, shop, "where is my parcel"))
        inside.setattr("agents.resuming.MOST_TRIES", 0)
        asyncio.run(recover(doors.assistant, tenant, shop))
    told = merchant.get("/api/inbox").json()["handovers"][-1]
    assert (told["thread"], told["why"]) == ("buyer_lost:t", "failed")
