"""Calls of every route with another shop's ids."""

from collections.abc import Callable

import httpx
from foreign_shop import (
    EMAIL,
    HASH,
    ORDER,
    OWN,
    PHOTO,
    SAID,
)
from visitors import Door, asked

Call = Callable[[Door], httpx.Response]


def get(url: str) -> Call:
    return lambda door: door.get(url)


def say(as_: str) -> Call:
    """The neighbour's order, with all that proves it there."""
    props = {"order": ORDER, "email": EMAIL}
    return lambda door: door.post(asked(SAID, threadId="t1", forwardedProps=props), as_)


def prove(door: Door) -> httpx.Response:
    proof = {"order": ORDER, "email": EMAIL}
    return door.request("POST", "/api/widget/session", json=proof)


def leave_word(door: Door) -> httpx.Response:
    """The contact form, naming the neighbour's order and conversation."""
    form = {"name": "N", "email": EMAIL, "message": "x", "order": ORDER, "thread": "t1"}
    plain = Door(door.app, httpx.Cookies())
    return plain.request("POST", "/api/contact", json=form)


def buyer_of(door: Door, **proof: str) -> Door:
    """A buyer of our own, who wrote in a thread of the neighbour's name."""
    plain = Door(door.app, httpx.Cookies())
    plain.say("Where is it?", forwardedProps=proof)
    return plain


def buyer_presses(url: str, **body: object) -> Call:
    """A button of the widget, by a buyer who has proven an order of ours."""
    return lambda door: buyer_of(door, **OWN).press(url, {"thread": "t1", **body})


def fill_in(order: str) -> Call:
    """A form for an order."""
    form = {"tool": "orders.cancel", "order_id": order}
    return buyer_presses("/api/chat/do", key="key-neighbour", language="en", form=form)


def reply_to(run: str) -> Call:
    """A yes to what a run has offered."""
    return buyer_presses("/api/chat/reply", run=run, hash=HASH, yes=True)


def send_photo(door: Door) -> httpx.Response:
    """The very picture that the neighbour keeps."""
    return door.request("POST", "/api/chat/photo?thread=t1", files={"file": ("x.png", PHOTO)})


def press(url: str, **body: object) -> Call:
    """A button of the console."""
    return lambda door: door.press(url, body)
