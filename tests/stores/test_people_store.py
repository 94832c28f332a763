"""What every store of people, keys, links, tokens and rates keeps to, on every back end."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Barrier
from typing import TypeVar

import pytest
from shop_records import new_tenant
from sqlalchemy import false, select

from stores.link import Link, Write
from stores.open import SqlDatabase
from stores.rates import SWEEP_EVERY, SqlRates
from stores.tables import api_keys, rate_windows, used_tokens
from tradewind.errors import InvalidInput, NotFound
from tradewind.people import ApiKey, Person
from tradewind.ports.people import Hit

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SOON = NOW + timedelta(minutes=5)
_numbers = count(1)
T = TypeVar("T")


def person(tenant: str, id_: str = "p1", email: str = "ana@shop.example") -> Person:
    return Person(id=id_, tenant=tenant, name="Ana", email=email)


def key(tenant: str) -> ApiKey:
    """A key with an id of its own: ids are one across tenants."""
    return ApiKey(id=f"key{next(_numbers)}_{tenant}", tenant=tenant, label="l", created_at=NOW)


def at_once(call: Callable[[], T], times: int = 2) -> list[T]:
    barrier = Barrier(times)

    def go(_: int) -> T:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(go, range(times)))


# ---- people


def test_a_person_is_found_by_id_and_by_email(database: SqlDatabase, tenant: str) -> None:
    people = database.people(tenant)
    ana = person(tenant, email=" Ana@Shop.example")
    people.add(ana)
    assert people.person("p1") == ana == people.by_email("ＡＮＡ@shop.EXAMPLE ")
    assert people.people() == (ana,)
    assert people.person("p2") is None


def leaving(database: SqlDatabase, tenant: str) -> list[object]:
    """What is left of a person with a key and a link, and of a neighbour's of the same id."""
    other = new_tenant()
    for shop in (tenant, other):
        people = database.people(shop)
        people.add(person(shop))
        people.keep_link(f"link of {shop}", "p1", SOON)
        people.add_key(key(shop).model_copy(update={"person": "p1"}), "h")
    assert database.people(tenant).remove("p1", NOW) == person(tenant)
    return [
        [
            database.people(shop).person("p1") is not None,
            database.entrance().redeem(f"link of {shop}", NOW) is not None,
            [k.revoked_at is None for k in database.people(shop).api_keys()],
        ]
        for shop in (tenant, other)
    ]


GONE_AND_STAYED = [[False, False, [False]], [True, True, [True]]]


def test_a_person_goes_with_links_and_keys(database: SqlDatabase, tenant: str) -> None:
    assert leaving(database, tenant) == GONE_AND_STAYED
    with pytest.raises(NotFound, match="p1"):
        database.people(tenant).remove("p1", NOW)
    with pytest.raises(NotFound, match="p1"):
        database.people(tenant).sign_out({"p1": "m"})
    with pytest.raises(NotFound, match="p1"):
        database.people(tenant).add_key(key(tenant).model_copy(update={"person": "p1"}), "h")


def test_keys_that_outlive_their_person_are_seen(
    database: SqlDatabase, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bug: only the row of the person goes."""
    monkeypatch.setattr("stores.people._REVOKE_OF", select(api_keys.c.id).where(false()))
    assert leaving(database, tenant) != GONE_AND_STAYED


def test_a_new_mark_ends_links_and_changes_nobody_else(database: SqlDatabase, tenant: str) -> None:
    people = database.people(tenant)
    for id_ in ("p1", "p2"):
        people.add(person(tenant, id_, f"{id_}@shop.example"))
        people.keep_link(f"{id_} {tenant}", id_, SOON)
    people.sign_out({"p1": "new"})
    assert [p.mark for p in people.people()] == ["new", ""]
    assert people.by_email("p1@shop.example") == people.person("p1")
    assert database.entrance().redeem(f"p1 {tenant}", NOW) is None
    assert database.entrance().redeem(f"p2 {tenant}", NOW) is not None


def test_nobody_has_the_empty_email(database: SqlDatabase, tenant: str) -> None:
    people = database.people(tenant)
    people.add(person(tenant, "owner", ""))
    people.add(person(tenant, "night", ""))
    for email in ("", "  ", "owner", "none of owner", "noneofowner"):
        assert people.by_email(email) is None
    assert [known.id for known in people.people()] == ["night", "owner"]


def test_ids_and_emails_are_one(database: SqlDatabase, tenant: str) -> None:
    people = database.people(tenant)
    people.add(person(tenant))
    with pytest.raises(InvalidInput, match="there already"):
        people.add(person(tenant, "p2", "ANA@shop.example"))
    with pytest.raises(InvalidInput, match="there already"):
        people.add(person(tenant, "p1", "other@shop.example"))
    database.people(new := new_tenant()).add(person(new))


# ---- keys


def test_a_key_is_kept_found_used_and_revoked(database: SqlDatabase, tenant: str) -> None:
    people, entrance, made = database.people(tenant), database.entrance(), key(tenant)
    people.add_key(made, "hash of the secret")
    assert entrance.key(made.id) == (made, "hash of the secret")
    entrance.touch_key(made, SOON)
    assert people.api_keys() == (made.model_copy(update={"last_used_at": SOON}),)
    revoked = people.revoke_key(made.id, SOON)
    assert revoked.revoked_at == SOON
    assert people.revoke_key(made.id, SOON + timedelta(days=1)) == revoked
    assert entrance.key(made.id) == (revoked, "hash of the secret")
    assert entrance.key("another") is None
    with pytest.raises(NotFound):
        people.revoke_key("another", SOON)


def test_no_two_tenants_share_a_keys_id(database: SqlDatabase, tenant: str) -> None:
    made, other = key(tenant), new_tenant()
    database.people(tenant).add_key(made, "a")
    with pytest.raises(InvalidInput, match="there already"):
        database.people(other).add_key(made.model_copy(update={"tenant": other}), "b")


# ---- tenants


def test_tenants_never_see_each_others_people(database: SqlDatabase, tenant: str) -> None:
    other = new_tenant()
    mine, theirs, made = database.people(tenant), database.people(other), key(tenant)
    mine.add(person(tenant))
    mine.add_key(made, "hash")
    mine.put_widget_salt("salt", NOW)
    assert mine.use_token("jti", SOON, NOW)
    nothing = [
        theirs.person("p1"), theirs.by_email("ana@shop.example"), theirs.people(),
        theirs.api_keys(), theirs.widget_salt(),
    ]  # fmt: skip
    assert not any(nothing)
    assert theirs.use_token("jti", SOON, NOW)  # a jti is one shop's
    with pytest.raises(NotFound):
        theirs.revoke_key(made.id, NOW)
    with pytest.raises(NotFound):
        theirs.keep_link("hash", "p1", SOON)
    assert mine.api_keys() == (made,)


def test_a_store_takes_its_own_tenants_only(database: SqlDatabase, tenant: str) -> None:
    people = database.people(tenant)
    with pytest.raises(InvalidInput, match="is tenant other's"):
        people.add(person("other"))
    with pytest.raises(InvalidInput, match="is tenant other's"):
        people.add_key(key("other"), "hash")


# ---- links


def new_link(database: SqlDatabase, tenant: str) -> str:
    people, hash_ = database.people(tenant), f"link{next(_numbers)}{tenant}"
    if people.person("p1") is None:
        people.add(person(tenant))
    people.keep_link(hash_, "p1", SOON)
    return hash_


def test_a_link_opens_once_and_in_time(database: SqlDatabase, tenant: str) -> None:
    entrance = database.entrance()
    link, late = new_link(database, tenant), new_link(database, tenant)
    assert entrance.redeem(link, NOW) == person(tenant)
    assert entrance.redeem(link, NOW) is None
    assert entrance.redeem(late, SOON) is None
    assert entrance.redeem(late, NOW) is None
    assert entrance.redeem("unknown", NOW) is None


def let_in(database: SqlDatabase, links: Sequence[str]) -> list[int]:
    """How many of two who come at once each link lets in."""
    entrance, found = database.entrance(), list[int]()
    for link in links:
        people = at_once(lambda link=link: entrance.redeem(link, NOW))
        found.append(sum(one is not None for one in people))
    return found


def test_of_two_at_once_with_one_link_one_comes_in(
    database: SqlDatabase, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    links = [new_link(database, tenant) for _ in range(20)]
    assert let_in(database, links[:10]) == [1] * 10

    def leave(self: Write, statement: object, values: object) -> int:
        """The bug: the link is read and not taken."""
        del self, statement, values
        return 1

    monkeypatch.setattr(Write, "run", leave)
    assert let_in(database, links[10:]) == [2] * 10


# ---- used tokens


def uses(database: SqlDatabase, tenant: str) -> list[int]:
    """How many of four at once were told to be first, token by token."""
    people, found = database.people(tenant), list[int]()
    for _ in range(10):
        jti = f"jti{next(_numbers)}"
        found.append(sum(at_once(lambda jti=jti: people.use_token(jti, SOON, NOW), 4)))
    return found


def test_a_token_is_used_once(database: SqlDatabase, tenant: str) -> None:
    assert uses(database, tenant) == [1] * 10


def test_without_its_row_a_token_is_used_again(
    database: SqlDatabase, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forget(self: Write, statement: object, values: object, what: str) -> None:
        del self, statement, values, what

    monkeypatch.setattr(Write, "add", forget)
    assert uses(database, tenant) == [4] * 10


def test_tokens_are_forgotten_when_they_cannot_come_back(
    database: SqlDatabase, tenant: str
) -> None:
    people = database.people(tenant)
    assert people.use_token("old", NOW, NOW)
    assert not people.use_token("old", NOW, NOW + timedelta(minutes=59))
    assert people.use_token("new", SOON, NOW + timedelta(hours=2))
    with database.link.connect() as connection:
        held = connection.execute(used_tokens.select().where(used_tokens.c.tenant == tenant)).all()
    assert [row.jti for row in held] == ["new"]


def test_the_widgets_salt_is_replaced(database: SqlDatabase, tenant: str) -> None:
    people = database.people(tenant)
    assert people.widget_salt() is None
    for salt in ("first", "second"):
        people.put_widget_salt(salt, NOW)
        assert people.widget_salt() == salt


# ---- rates


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def rates_of(database: SqlDatabase) -> tuple[SqlRates, SqlRates, Clock, str]:
    """Two handles with one clock, as two processes have them, and a fresh counter's key."""
    clock, link = Clock(), Link(database.link.engine)
    key_ = f"k{next(_numbers)}{new_tenant()}"
    return SqlRates(database.link, clock), SqlRates(link, clock), clock, key_


def test_a_counter_is_shared_and_starts_anew(database: SqlDatabase) -> None:
    one, other, clock, name = rates_of(database)
    assert one.window(name) == (0, NOW.timestamp())
    assert [one.hit(name, 60), other.hit(name, 60), one.hit(name, 60, 3)] == [1, 2, 5]
    clock.now = NOW + timedelta(seconds=59)
    assert other.hit(name, 60) == 6  # knocking on does not make the window longer
    assert other.window(name) == (6, (NOW + timedelta(seconds=60)).timestamp())
    clock.now = NOW + timedelta(seconds=60)
    assert one.window(name)[0] == 0
    assert other.hit(name, 60) == 1
    one.clear(name)
    assert other.window(name)[0] == 0


def counted(database: SqlDatabase) -> list[int]:
    one, other, _, name = rates_of(database)
    handles = [one, other] * 8
    found = at_once(lambda: handles.pop().hit(name, 60), 16)
    return sorted(found)


def test_no_hit_is_lost(database: SqlDatabase) -> None:
    assert counted(database) == list(range(1, 17))


def test_read_then_write_would_lose_hits(
    database: SqlDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    barrier = Barrier(16)

    def read_then_write(self: SqlRates, key: str, seconds: int, amount: int = 1) -> int:
        """The bug: the count is read before the write."""
        del seconds
        found, _ = self.window(key)
        barrier.wait()
        return found + amount

    monkeypatch.setattr(SqlRates, "hit", read_then_write)
    assert counted(database) != list(range(1, 17))


def taken(database: SqlDatabase) -> list[int]:
    """What two counters hold after two knocks on both, of which one takes a single knock."""
    one, other, _, name = rates_of(database)
    wide, narrow = (
        Hit(key=f"{name} a", seconds=60, most=9),
        Hit(key=f"{name} b", seconds=60, most=1),
    )
    assert one.hit_all([wide, narrow]) is None
    assert other.hit_all([narrow, wide]) == narrow
    return [one.window(hit.key)[0] for hit in (wide, narrow)]


def test_knocks_count_all_or_none(database: SqlDatabase) -> None:
    assert taken(database) == [1, 1]


def test_knocks_that_count_one_by_one_are_seen(
    database: SqlDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    def each_alone(self: SqlRates, hits: Sequence[Hit]) -> Hit | None:
        """The bug: a transaction for each."""
        return next((hit for hit in hits if self.hit(hit.key, hit.seconds) > hit.most), None)

    monkeypatch.setattr(SqlRates, "hit_all", each_alone)
    assert taken(database) != [1, 1]


def test_counters_that_are_over_are_swept(database: SqlDatabase) -> None:
    one, _, clock, name = rates_of(database)
    one.hit(name, 1)
    clock.now = NOW + timedelta(seconds=2)
    for _ in range(SWEEP_EVERY):
        one.hit(f"{name} other", 60)
    with database.link.connect() as connection:
        held = connection.execute(rate_windows.select().where(rate_windows.c.key == name)).all()
    assert held == []


def test_ended_sessions_are_kept_for_their_time(database: SqlDatabase, tenant: str):
    people, hour = database.people(tenant), timedelta(hours=1)
    people.end("ended: a", NOW + hour, NOW)
    people.end("ended: a", NOW + 2 * hour, NOW)
    assert people.ended(("ended: a", "ended: b", "")) == {"ended: a": NOW + 2 * hour}
    assert database.people(new_tenant()).ended(("ended: a", "", "")) == {}
    people.end("ended: b", NOW + 9 * hour, NOW + 4 * hour)
    assert people.ended(("ended: a", "ended: b", "")) == {"ended: b": NOW + 9 * hour}
