"""Replies and insights over HTTP: for the shop's own people; nothing is sent."""

import email
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from visitors import Door

from tradewind.commerce import Message, SourceRow
from tradewind.letters import Letter
from wiring.platform import Platform

ORDER, EMAIL = "#W2611340", "james.li4495@example.com"


@pytest.fixture
def owner(new_door: Callable[[], Door], new_link: Callable[[], str]) -> Door:
    door = new_door()
    assert door.get(new_link()).status_code == 303
    return door


@pytest.fixture
def letter(opened: Platform) -> str:
    message = Message(
        id="mail_test", at=datetime(2026, 11, 23, tzinfo=UTC), sender="buyer",
        text=f"Where is my order {ORDER}?",
        letter=Letter(channel="email", address=EMAIL, ref="<m1@example.com>", subject="Hi"),
    )  # fmt: skip
    opened.database.shop("sample").put([SourceRow(record=message, raw={}, source="test")])
    return message.id


@pytest.mark.parametrize("path", ["/api/replies", "/api/replies/mail_test", "/api/insights"])
def test_they_are_the_staffs_alone(new_door: Callable[[], Door], letter: str, path: str) -> None:
    assert new_door().get(path).status_code == 403


def test_a_message_is_listed_shown_and_answered(owner: Door, letter: str) -> None:
    waiting = owner.get("/api/approvals").json()["approvals"]
    listed = owner.get("/api/replies?channel=email").json()["letters"]
    assert letter in {one["id"] for one in listed}
    assert owner.get("/api/replies?channel=review").json()["letters"] == []
    assert ORDER in owner.get(f"/api/replies/{letter}").json()["text"]
    made: dict[str, Any] = owner.press(f"/api/replies/{letter}/draft", {}).json()
    assert made["draft"]["sender"] == "matches"
    assert made["draft"]["to"] == EMAIL
    saved = owner.get(f"/api/replies/{letter}/mail?run={made['run']}")
    mail = email.message_from_string(saved.text)
    assert (mail["To"], mail["In-Reply-To"]) == (EMAIL, "<m1@example.com>")
    assert owner.get("/api/approvals").json()["approvals"] == waiting


@pytest.mark.parametrize("path", ["/api/replies/none", "/api/replies/mail_test/mail?run=run_none"])
def test_what_is_not_there_is_not_found(owner: Door, letter: str, path: str) -> None:
    assert owner.get(path).status_code == 404


def test_no_draft_is_written_from_outside(new_door: Callable[[], Door], letter: str) -> None:
    assert new_door().press(f"/api/replies/{letter}/draft", {}).status_code == 403


def test_insights_are_counted_for_so_many_days(owner: Door) -> None:
    told = owner.get("/api/insights?days=7").json()
    assert told["days"] == 7
    assert {"questions", "gaps", "weeks", "rated"} <= told["asked"].keys()
    assert owner.get("/api/insights?days=0").status_code == 422
