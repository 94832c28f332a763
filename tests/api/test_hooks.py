"""What Stripe sends by itself: only what is signed, each event once, in any order."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count, permutations
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stripe import SignatureVerificationError, WebhookSignature
from visitors import Door

from api import hooks
from api.app import create_app
from api.doors import Doors
from api.rates import Rates, raised, read_rates
from connectors import stripe_hooks
from connectors.stripe_hooks import signature, signed
from tradewind.commerce import Dispute
from tradewind.people import Tenant
from wiring.platform import RATES

SECRET = "whsec_a_secret_of_the_tests_of_hooks"
PAID_AT = 1_790_000_000
_numbers = count(1)
Send = Callable[..., httpx.Response]
Event = dict[str, Any]


def a_dispute(id_: str, status: str = "needs_response", **told: Any) -> dict[str, Any]:
    return {
        "id": id_, "object": "dispute", "amount": 4000, "currency": "usd", "charge": f"ch_{id_}",
        "created": PAID_AT, "reason": "fraudulent", "status": status,
        "evidence_details": {"due_by": PAID_AT + 900_000, "submission_count": 0},
        "payment_method_details": {"type": "card", "card": {"brand": "visa"}},
    } | told  # fmt: skip


def an_event(id_: str, said: Mapping[str, Any], at: int = PAID_AT, **told: Any) -> Event:
    return {
        "id": id_, "object": "event", "created": at, "type": f"charge.{said['object']}.updated",
        "data": {"object": dict(said)}, "livemode": False,
    } | told  # fmt: skip


def signing(doors: Doors, body: bytes, secret: str = SECRET, late: int = 0) -> str:
    stamp = str(int(doors.now().timestamp()) - late)
    return f"t={stamp},v1={signature(body, stamp, secret)}"


@pytest.fixture
def shop(doors: Doors, opened: Any) -> str:
    """A shop of its own, that takes events."""
    id_ = f"hooked-{next(_numbers)}"
    opened.database.tenants().put_tenant(Tenant(id=id_, name=id_))
    doors.hooks(id_).put_secret("stripe", SECRET, doors.now())
    return id_


@pytest.fixture
def send(visitor: Door, doors: Doors, shop: str) -> Send:
    def deliver(event: Event | bytes, to: str = shop, header: str | None = None) -> httpx.Response:
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        told = signing(doors, body) if header is None else header
        return visitor.request(
            "POST",
            f"/api/hooks/stripe/{to}",
            content=body,
            headers={"stripe-signature": told.encode("latin-1")},
        )

    return deliver


def kept(doors: Doors, shop: str, id_: str = "dp_1") -> Dispute:
    found = doors.reader(shop).dispute(id_)
    assert found is not None
    return found


def test_an_event_is_taken_in_and_recorded(send: Send, doors: Doors, shop: str) -> None:
    answer = send(an_event("evt_1", a_dispute("dp_1")))
    assert (answer.status_code, answer.json()) == (200, {"event": "evt_1", "status": "taken"})
    dispute = kept(doors, shop)
    assert (dispute.state, dispute.category, dispute.stage) == (
        "needs_response", "fraudulent", "chargeback",
    )  # fmt: skip
    (entry,) = doors.store(shop).imports()
    assert (entry.file, entry.kind, entry.accepted) == (
        "stripe:evt_1", "charge.dispute.updated", 1,
    )  # fmt: skip
    assert [event.id for event in doors.hooks(shop).events()] == ["evt_1"]


def test_charges_and_refunds_come_too(send: Send, doors: Doors, shop: str) -> None:
    refund = {"id": "re_1", "object": "refund", "amount": 100, "currency": "usd", "charge": "ch_1",
              "created": PAID_AT, "status": "succeeded"}  # fmt: skip
    charge = {"id": "ch_1", "object": "charge", "amount": 100, "currency": "usd",
              "created": PAID_AT}  # fmt: skip
    assert send(an_event("evt_1", charge)).json()["status"] == "taken"
    assert send(an_event("evt_2", refund)).json()["status"] == "taken"
    assert [r.id for r in doors.reader(shop).refunds_to("ch_1")] == ["re_1"]


def test_what_tells_nothing_of_ours_is_answered_and_left(
    send: Send, doors: Doors, shop: str
) -> None:
    event = an_event("evt_1", {"object": "price", "id": "price_1"})
    assert send(event).json() == {"event": "evt_1", "status": "ignored"}
    assert doors.store(shop).imports() == ()


def test_an_object_that_cannot_be_read_is_counted_and_not_sent_again(
    send: Send, doors: Doors, shop: str
) -> None:
    assert send(an_event("evt_1", a_dispute("dp_1", amount="a lot"))).status_code == 200
    (entry,) = doors.store(shop).imports()
    assert (entry.accepted, entry.rejected) == (0, 1)


# ---- who may


BODY = json.dumps(an_event("evt_1", a_dispute("dp_1"))).encode()


def forged(doors: Doors) -> dict[str, str]:
    good = signing(doors, BODY)
    stamp, v1 = good.split(",")
    return {
        "none": "", "no scheme": stamp, "another secret": signing(doors, BODY, "whsec_other"),
        "another body": signing(doors, BODY + b" "), "an older scheme": good.replace("v1", "v0"),
        "too old": signing(doors, BODY, late=400), "ahead": signing(doors, BODY, late=-400),
        "two times": f"t=1,{good}", "no time": v1, "a word for a time": f"t=now,{v1}",
        "long": f"{good},v1={'0' * 5000}", "not latin": f"t=١,{v1}".encode().decode("latin-1"),
        "a secret that is no secret": signing(doors, BODY, hooks.NOBODYS),
    }  # fmt: skip


def test_what_is_not_signed_is_answered_as_if_nothing_were_there(
    send: Send, doors: Doors, shop: str, opened: Any
) -> None:
    opened.database.tenants().put_tenant(Tenant(id="unhooked", name="u"))
    answers = {send(BODY, header=header).text for header in forged(doors).values()}
    answers |= {send(BODY, to="unhooked").text, send(BODY, to="nowhere").text}
    nobodys = signing(doors, BODY, hooks.NOBODYS)
    answers.add(send(BODY, to="nowhere", header=nobodys).text)
    assert len(answers) == 1
    assert send(BODY, header="").status_code == 404
    assert doors.reader(shop).disputes() == ()


def test_a_cookie_or_a_token_changes_nothing(merchant: Door, shop: str) -> None:
    assert merchant.press(f"/api/hooks/stripe/{shop}", {"id": "evt_1"}).status_code == 404


def test_a_signature_among_several_will_do(send: Send, doors: Doors) -> None:
    header = signing(doors, BODY)
    assert send(BODY, header=f"{header},v1={'0' * 64}").status_code == 200


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"{", b'{"object": "dispute"}', b"\xff", b'{"object": "event"}']
)
def test_signed_nonsense_is_named(send: Send, body: bytes) -> None:
    answer = send(body)
    assert answer.status_code == 422
    assert answer.json()["error"]["type"] in ("InvalidInput", "FieldError")


def test_a_body_beyond_the_limit_is_refused_before_it_is_checked(send: Send) -> None:
    answer = send(b"{" + b" " * hooks.LARGEST_BODY)
    assert (answer.status_code, answer.json()["error"]["type"]) == (422, "InvalidInput")


def test_who_comes_too_often_is_told_when_to_come_back(doors: Doors, shop: str) -> None:
    table = raised(read_rates(RATES), 3)
    limited = replace(doors, rates=Rates(table, doors.rates._store))  # pyright: ignore[reportPrivateUsage]
    door = Door(create_app(limited), httpx.Cookies())
    statuses: list[int] = []
    for number in range(5):
        body = json.dumps(an_event(f"evt_{number}", a_dispute("dp_1"))).encode()
        header = {"stripe-signature": signing(doors, body)}
        answer = door.request("POST", f"/api/hooks/stripe/{shop}", content=body, headers=header)
        statuses.append(answer.status_code)
    assert statuses == [200, 200, 200, 429, 429]
    unsigned = [door.request("POST", f"/api/hooks/stripe/{shop}", content=b"{}") for _ in range(5)]
    assert [a.status_code for a in unsigned].count(429) >= 2


HEADERS = st.lists(
    st.sampled_from(["t={t}", "v1={good}", "v1=00", "v0={good}", "t=x", "", "=", "v1"]), max_size=4
).map(",".join)


@given(header=HEADERS, late=st.integers(-10, 400))
def test_the_official_library_says_the_same(header: str, late: int) -> None:
    """Save for two times in one header, which it takes the first of, and times ahead."""
    now = datetime.now(UTC)
    stamp = str(int(now.timestamp()) - late)
    given_ = header.format(t=stamp, good=signature(BODY, stamp, SECRET))
    ours = signed(BODY, given_, SECRET, now)
    try:
        theirs = WebhookSignature.verify_header(BODY, given_, SECRET, 300)
    except SignatureVerificationError:
        theirs = False
    if given_.count("t=") == 1 and abs(late - 300) > 2:
        assert ours == theirs
    assert not ours or theirs


# ---- once, in any order


def test_the_same_event_again_does_nothing(send: Send, doors: Doors, shop: str) -> None:
    event = an_event("evt_1", a_dispute("dp_1"))
    assert [send(event).json()["status"] for _ in range(3)] == ["taken", "seen", "seen"]
    assert len(doors.store(shop).imports()) == 1


def story(id_: str) -> list[Event]:
    """A dispute from its opening to its end, two of the events in one second."""
    return [
        an_event(f"evt_{id_}_{n}", a_dispute(id_, status, evidence_details={
            "due_by": PAID_AT + 900_000, "submission_count": sent,
        }), PAID_AT + at)
        for n, (status, sent, at) in enumerate((
            ("needs_response", 0, 0), ("under_review", 1, 50), ("won", 1, 90), ("won", 1, 90),
        ))
    ]  # fmt: skip


def test_any_order_ends_in_the_same_state(send: Send, doors: Doors, shop: str) -> None:
    ends: set[str] = set()
    for number, order in enumerate(permutations(range(4))):
        events = story(f"dp_{number}")
        for place in (*order, *order):
            assert send(events[place]).status_code == 200
        dispute = kept(doors, shop, f"dp_{number}")
        bare = dispute.model_dump(mode="json", exclude={"id", "payment_id"})
        ends.add(json.dumps(bare))
        assert dispute.state == "won"
        assert dispute.closed_at is not None
    assert len(ends) == 1


def test_an_older_event_changes_nothing(send: Send, doors: Doors, shop: str) -> None:
    later, earlier = story("dp_1")[1], story("dp_1")[0]
    send(later)
    assert send(earlier).json()["status"] == "taken"
    assert kept(doors, shop).state == "under_review"


# ---- planted bugs: each makes a test above fail


def test_a_signature_that_nobody_checks_is_found(
    send: Send, doors: Doors, shop: str, opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks, "signed", lambda *_: True)
    with pytest.raises(AssertionError):
        test_what_is_not_signed_is_answered_as_if_nothing_were_there(send, doors, shop, opened)


def test_a_signature_without_a_time_is_found(
    send: Send, doors: Doors, shop: str, opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripe_hooks, "TOLERANCE", 10**12)
    with pytest.raises(AssertionError):
        test_what_is_not_signed_is_answered_as_if_nothing_were_there(send, doors, shop, opened)


def test_replays_that_nobody_remembers_are_found(
    send: Send, doors: Doors, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stores.hooks.SqlHooks.seen", lambda *_: False)
    monkeypatch.setattr(
        "stores.hooks.SqlHooks.note",
        lambda self, event, entry: doors.store(shop).log_import(entry) or True,
    )
    with pytest.raises(AssertionError):
        test_the_same_event_again_does_nothing(send, doors, shop)
