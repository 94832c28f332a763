"""How often somebody may knock: shared by processes, told with when to come back."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import httpx
import pytest
from home_settings import offline
from visitors import Door, asked

from api.app import create_app
from api.doors import Doors
from api.rates import Rates, RateTable, raised, read_rates
from stores.open import SqlDatabase, open_database
from tradewind.errors import QuotaExceeded, SpecError
from wiring.platform import RATES, open_platform
from wiring.settings import Settings

ORDER, EMAIL = "#W2611340", "james.li4495@example.com"
_numbers = count(1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlDatabase]:
    database = open_database(f"sqlite:///{tmp_path}/rates.db")
    yield database
    database.close()


def only(**amounts: int) -> RateTable:
    """The shipped table, roomy but for these."""
    roomy = raised(read_rates(RATES), 10**6)
    return {
        name: rate.model_copy(update={"amount": amounts.get(name, rate.amount)})
        for name, rate in roomy.items()
    }


@pytest.fixture
def new_house(doors: Doors, store: SqlDatabase) -> Callable[..., Callable[[], Door]]:
    """A house with these rates; every call gives a visitor of another process of it."""

    def make(**amounts: int) -> Callable[[], Door]:
        def door() -> Door:
            rates = Rates(only(**amounts), store.rates())
            return Door(create_app(replace(doors, rates=rates)), httpx.Cookies())

        return door

    return make


def refused(answer: httpx.Response, seconds: int) -> None:
    assert answer.status_code == 429, answer.text
    assert 0 < int(answer.headers["retry-after"]) <= seconds
    assert answer.json()["error"]["type"] == "QuotaExceeded"


# ---- the table


def test_the_shipped_table_says_why() -> None:
    for rate in read_rates(RATES).values():
        assert rate.source
        assert len(rate.reason) > 20
        assert rate.seconds <= 24 * 3600


@pytest.mark.parametrize("text", ["", "rate = 1", "[[rate]]\nname = 'chat_buyer'", "x ="])
def test_a_table_that_is_none_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "rates.toml"
    file.write_text(text)
    with pytest.raises(SpecError, match=r"rates\.toml"):
        read_rates(file)
    with pytest.raises(SpecError, match=r"none\.toml"):
        read_rates(tmp_path / "none.toml")


def test_the_shipped_house_has_these_rates(home: Path) -> None:
    platform = open_platform(Settings.read(offline(home)))
    rates, most = platform.doors().rates, read_rates(RATES)["sign_in"].amount
    for _ in range(most):
        rates.take("sign_in", "10.0.0.1")
    with pytest.raises(QuotaExceeded):
        rates.take("sign_in", "10.0.0.1")
    rates.take("sign_in", "10.0.0.2")
    platform.close()


# ---- two processes


def test_two_handles_share_one_count(store: SqlDatabase) -> None:
    one, other = (Rates(only(sign_in=3), store.rates()) for _ in range(2))
    for rates in (one, other, one):
        rates.take("sign_in", "10.0.0.1")
    for rates in (one, other):
        with pytest.raises(QuotaExceeded, match="Come back in") as told:
            rates.take("sign_in", "10.0.0.1")
        assert told.value.retry_after is not None
        assert 890 <= told.value.retry_after <= 900


def test_with_a_count_of_its_own_each_process_lets_in_more(
    store: SqlDatabase, tmp_path: Path
) -> None:
    """The bug: counters in the process, here a store for each."""
    apart = open_database(f"sqlite:///{tmp_path}/apart.db")
    one, other = (Rates(only(sign_in=3), base.rates()) for base in (store, apart))
    for _ in range(3):
        one.take("sign_in", "10.0.0.1")
        other.take("sign_in", "10.0.0.1")
    apart.close()


def test_counters_name_nobody(store: SqlDatabase, tmp_path: Path) -> None:
    Rates(only(), store.rates()).take("identity_order", "sample", "SECRET-ORDER-7")
    held = b"".join(path.read_bytes() for path in tmp_path.glob("rates.db*"))
    assert b"identity_order" in held
    assert b"SECRET-ORDER-7" not in held


# ---- at the door


def test_a_buyer_who_writes_too_often(new_house: Callable[..., Callable[[], Door]]) -> None:
    new_door = new_house(chat_buyer=2)
    door, other = new_door(), new_door()
    assert [door.post(asked("hi")).status_code for _ in range(3)] == [200] * 3  # one had no name
    refused(door.post(asked("hi")), 60)
    other.cookies = httpx.Cookies(door.cookies)
    refused(other.post(asked("hi")), 60)  # the other process knows
    fresh = new_door()
    assert fresh.post(asked("hi")).status_code == 200
    refused(new_door().post(asked("hi")), 60)  # throwing the cookie away gains nothing


def test_a_crowd_of_buyers_leaves_the_merchant_room(
    new_house: Callable[..., Callable[[], Door]], new_link: Callable[[], str]
) -> None:
    new_door = new_house(chat_tenant=2)
    assert [new_door().post(asked("hi")).status_code for _ in range(2)] == [200, 200]
    refused(new_door().post(asked("hi")), 60)
    merchant = new_door()
    merchant.get(new_link())
    assert merchant.post(asked("which disputes are open?"), "merchant").status_code == 200


def test_a_script_of_the_merchant_that_runs_away(
    new_house: Callable[..., Callable[[], Door]], new_link: Callable[[], str]
) -> None:
    merchant = new_house(chat_staff=1)()
    merchant.get(new_link())
    assert merchant.post(asked("hello"), "merchant").status_code == 200
    refused(merchant.post(asked("hello"), "merchant"), 60)


def test_sign_in_links_are_not_tried_without_end(
    new_house: Callable[..., Callable[[], Door]], new_link: Callable[[], str]
) -> None:
    new_door = new_house(sign_in=2)
    assert [new_door().get("/signin/guess").status_code for _ in range(2)] == [403, 403]
    refused(new_door().get(new_link()), 900)


def proofs() -> Iterator[dict[str, str]]:
    """The same order, however it is written."""
    for order in (ORDER, "w2611340", " #W 2611340", "W2611340"):
        yield {"order": order, "postcode": f"1000{next(_numbers) % 10}"}


def test_an_orders_proof_is_not_guessed(new_house: Callable[..., Callable[[], Door]]) -> None:
    new_door = new_house(identity_order=2)
    tries = [new_door().request("POST", "/api/widget/session", json=proof) for proof in proofs()]
    assert [answer.status_code for answer in tries] == [404, 404, 429, 429]
    right = {"order": ORDER, "email": EMAIL}
    refused(new_door().request("POST", "/api/widget/session", json=right), 3600)
    refused(new_door().post(asked("Where?", forwardedProps=right)), 3600)
    other = {"order": "#W4817420", "postcode": "1"}
    assert new_door().request("POST", "/api/widget/session", json=other).status_code == 404


def test_an_unknown_order_is_counted_alike(new_house: Callable[..., Callable[[], Door]]) -> None:
    new_door = new_house(identity_order=1)
    told = [
        new_door().request("POST", "/api/widget/session", json={"order": order, "email": "a@b.c"})
        for order in (ORDER, ORDER, "#W0000000", "#W0000000")
    ]
    assert [answer.status_code for answer in told] == [404, 429, 404, 429]


def test_one_address_does_not_walk_through_orders(
    new_house: Callable[..., Callable[[], Door]],
) -> None:
    new_door = new_house(identity_address=3)
    told = [
        new_door().request("POST", "/api/widget/session", json={"order": f"#W{n}", "email": EMAIL})
        for n in range(2611338, 2611342)
    ]
    assert [answer.status_code for answer in told] == [404, 404, 200, 429]


# ---- tries in the chat


def guesses(door: Door) -> Iterator[httpx.Response]:
    """Ways to try e-mails on one order: at once, one after the other, hidden in the text."""
    thread = f"t{next(_numbers)}"
    yield door.post(
        asked("hi", threadId=thread, forwardedProps={"order": ORDER, "email": "a@b.co"})
    )
    yield door.post(asked("It is c@d.co", threadId=thread))
    yield door.post(asked("or e@f.co", threadId=thread))
    yield door.post(asked(f"Where is W26\u200e11340? g@h.co{' ' * 9000}", threadId=thread))


def test_tries_in_the_chat_count(new_house: Callable[..., Callable[[], Door]]) -> None:
    told = [answer.status_code for answer in guesses(new_house(identity_address=2)())]
    assert told == [200, 200, 429, 429]


def test_talk_about_a_proven_order_is_no_try(new_house: Callable[..., Callable[[], Door]]) -> None:
    door = new_house(identity_order=1)()
    props = {"order": ORDER, "email": EMAIL}
    thread = f"t{next(_numbers)}"
    assert door.post(asked("Where?", threadId=thread, forwardedProps=props)).status_code == 200
    for text in ("Where is it now?", f"And {ORDER}?", "My e-mail is the same"):
        assert door.post(asked(text, threadId=thread, forwardedProps=props)).status_code == 200


def test_uncounted_tries_are_seen(
    new_house: Callable[..., Callable[[], Door]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bug: only the form's fields count, not what the text offers."""

    def forms_only(text: str, given: dict[str, str], memory: object) -> str:
        del text, memory
        return given.get("order_id", "")

    monkeypatch.setattr("api.chat.attempted_order", forms_only)
    told = [answer.status_code for answer in guesses(new_house(identity_address=1)())]
    assert told.count(200) > 1
