"""People, API keys, sign-in links and used tokens in SQL, for one tenant."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import bindparam, delete, insert, select, update

from stores.body import dump
from stores.keys import email_key, instant, micros, plain
from stores.link import Link, Row, Write
from stores.tables import api_keys, people, sign_in_links, used_tokens, widget_keys
from tradewind.base import Time
from tradewind.errors import InvalidInput, NotFound
from tradewind.people import ApiKey, Person

_KEPT = timedelta(hours=1)
"""A used token is remembered this long after its end: clocks differ, a token must not come back."""

_p, _k = people.c, api_keys.c
_ADD = insert(people)
_PEOPLE = select(_p.body).where(_p.tenant == bindparam("tenant")).order_by(_p.id)
_PERSON = select(_p.body).where(_p.tenant == bindparam("tenant"), _p.id == bindparam("person"))
_EMAIL = select(_p.body).where(_p.tenant == bindparam("tenant"), _p.email == bindparam("email"))
_OF = (_p.tenant == bindparam("of_tenant"), _p.id == bindparam("of_person"))
_REMOVE = delete(people).where(*_OF)
_MARK = update(people).where(*_OF).values(body=bindparam("body"))

_ADD_LINK = insert(sign_in_links)
_NO_LINKS = delete(sign_in_links).where(
    sign_in_links.c.tenant == bindparam("of_tenant"),
    sign_in_links.c.person == bindparam("of_person"),
)
_OLD_LINKS = delete(sign_in_links).where(
    sign_in_links.c.tenant == bindparam("tenant"), sign_in_links.c.expires_at < bindparam("before")
)

KEY = (
    _k.id, _k.tenant, _k.label, _k.role, _k.created_at, _k.revoked_at, _k.last_used_at, _k.person
)  # fmt: skip
"""The columns that `read_key` takes, in its order."""
_ADD_KEY = insert(api_keys).values(
    tenant=bindparam("tenant"), id=bindparam("id"), hash=bindparam("hash"),
    label=bindparam("label"), role=bindparam("role"), created_at=bindparam("created_at"),
    person=bindparam("person"),
)  # fmt: skip
_KEYS = select(*KEY).where(_k.tenant == bindparam("tenant")).order_by(_k.created_at, _k.id)
_ONE_KEY = select(*KEY).where(_k.tenant == bindparam("tenant"), _k.id == bindparam("key"))
_REVOKE = (
    update(api_keys)
    .where(
        _k.tenant == bindparam("of_tenant"), _k.id == bindparam("of_id"), _k.revoked_at.is_(None)
    )
    .values(revoked_at=bindparam("at"))
)
_REVOKE_OF = (
    update(api_keys)
    .where(
        _k.tenant == bindparam("of_tenant"), _k.person == bindparam("of_person"),
        _k.revoked_at.is_(None),
    )
    .values(revoked_at=bindparam("at"))
)  # fmt: skip

_FORGET = delete(used_tokens).where(
    used_tokens.c.tenant == bindparam("tenant"), used_tokens.c.expires_at < bindparam("before")
)
_USED = select(used_tokens.c.jti).where(
    used_tokens.c.tenant == bindparam("tenant"), used_tokens.c.jti == bindparam("jti")
)
_USE = insert(used_tokens)
_ENDED = select(used_tokens.c.jti, used_tokens.c.expires_at).where(
    used_tokens.c.tenant == bindparam("tenant"),
    used_tokens.c.jti.in_([bindparam("one"), bindparam("two"), bindparam("three")]),
)
_SALT = select(widget_keys.c.salt).where(widget_keys.c.tenant == bindparam("tenant"))


class SqlPeople:
    """PeopleStore over SQL."""

    def __init__(self, link: Link, tenant: str) -> None:
        self._link = link
        self._tenant = tenant

    def add(self, person: Person) -> None:
        """Raises InvalidInput for another tenant's person, a known id or a known e-mail."""
        self._own(person.tenant, f"person {person.id}")
        values = {
            "tenant": self._tenant, "id": plain(person.id), "body": dump(person),
            # No e-mail has blanks, so this stands in for a missing one and is never found.
            "email": email_key(person.email) or f"none of {plain(person.id)}",
        }  # fmt: skip
        with self._link.write() as write:
            write.add(_ADD, values, f"person {person.id} or the e-mail {person.email!r}")

    def person(self, person_id: str) -> Person | None:
        return self._one(self._link.rows(_PERSON, self._of(person=plain(person_id))))

    def by_email(self, email: str) -> Person | None:
        """However it is written; nobody has the empty one."""
        if not (key := email_key(email)):
            return None
        return self._one(self._link.rows(_EMAIL, self._of(email=key)))

    def people(self) -> Sequence[Person]:
        """By id."""
        rows = self._link.rows(_PEOPLE, self._of())
        return tuple(Person.model_validate_json(row[0]) for row in rows)

    def remove(self, person_id: str, at: Time) -> Person:
        """Remove a person: sessions and links open nothing, their keys are revoked. Raises
        NotFound."""
        of = {"of_tenant": self._tenant, "of_person": plain(person_id)}
        with self._link.write() as write:
            known = self._known(write, person_id)
            write.run(_REMOVE, of)
            write.run(_NO_LINKS, of)
            write.run(_REVOKE_OF, of | {"at": micros(at)})
        return known

    def sign_out(self, marks: Mapping[str, str]) -> None:
        """Give these people new marks, which ends their sessions and links. Raises NotFound."""
        with self._link.write() as write:
            for person_id, mark in sorted(marks.items()):
                of = {"of_tenant": self._tenant, "of_person": plain(person_id)}
                known = self._known(write, person_id)
                body = dump(known.model_copy(update={"mark": mark}))
                write.run(_MARK, of | {"body": body})
                write.run(_NO_LINKS, of)

    def keep_link(self, hash: str, person_id: str, expires_at: Time) -> None:
        """A sign-in link for one of the tenant's people. Raises NotFound."""
        values = self._of(hash=hash, person=plain(person_id))
        with self._link.write() as write:
            self._known(write, person_id)
            write.run(_OLD_LINKS, self._of() | {"before": micros(expires_at - timedelta(days=7))})
            write.add(_ADD_LINK, values | {"expires_at": micros(expires_at)}, "this link")

    def add_key(self, key: ApiKey, hash: str) -> None:
        """Raises InvalidInput for another tenant's key or a known id, NotFound for a key of
        nobody's."""
        self._own(key.tenant, f"key {key.id}")
        person = plain(key.person) or None
        values = self._of(
            id=plain(key.id), hash=hash, label=plain(key.label), role=key.role, person=person
        )
        with self._link.write() as write:
            if person:
                self._known(write, person)
            write.add(_ADD_KEY, values | {"created_at": micros(key.created_at)}, f"key {key.id}")

    def api_keys(self) -> Sequence[ApiKey]:
        """Oldest first, revoked ones too."""
        return tuple(read_key(row) for row in self._link.rows(_KEYS, self._of()))

    def revoke_key(self, key_id: str, at: Time) -> ApiKey:
        """The key as it is now; revoked for good. Raises NotFound."""
        values = {"of_tenant": self._tenant, "of_id": plain(key_id), "at": micros(at)}
        with self._link.write() as write:
            write.run(_REVOKE, values)
            rows = write.rows(_ONE_KEY, self._of(key=plain(key_id)))
        if not rows:
            raise NotFound(f"there is no key {key_id}.", "See `tradewind keys list`.")
        return read_key(rows[0])

    def use_token(self, jti: str, expires_at: Time, now: Time) -> bool:
        """Whether this is the first use of a token; of two at once one is first."""
        use = self._of(jti=plain(jti))
        try:
            with self._link.write() as write:
                write.run(_FORGET, self._of() | {"before": micros(now - _KEPT)})
                if write.rows(_USED, use):
                    return False
                write.add(_USE, use | {"expires_at": micros(expires_at)}, "this token")
        except InvalidInput:  # Postgres lets two transactions read before one of them writes
            return False
        return True

    def end(self, mark: str, until: Time, now: Time) -> None:
        """Keep until then that the sessions of this mark are ended."""
        row = self._of(jti=plain(mark)) | {"expires_at": micros(until)}
        with self._link.write() as write:
            write.run(_FORGET, self._of() | {"before": micros(now - _KEPT)})
            write.upsert(used_tokens, [row])

    def ended(self, marks: tuple[str, str, str]) -> dict[str, Time]:
        """Which of these marks were ended, and until when that is kept."""
        one, two, three = map(plain, marks)
        rows = self._link.rows(_ENDED, self._of(one=one, two=two, three=three))
        return {mark: instant(until) for mark, until in rows}

    def widget_salt(self) -> str | None:
        """What the widget's secret is derived from; None before the first was made."""
        rows = self._link.rows(_SALT, self._of())
        return rows[0][0] if rows else None

    def put_widget_salt(self, salt: str, at: Time) -> None:
        """From now on the old secret signs nothing."""
        row = {"tenant": self._tenant, "salt": plain(salt), "created_at": micros(at)}
        with self._link.write() as write:
            write.upsert(widget_keys, [row])

    def _known(self, write: Write, person_id: str) -> Person:
        found = self._one(write.rows(_PERSON, self._of(person=plain(person_id))))
        if found is None:
            raise NotFound(f"there is no person {person_id}.", "See `tradewind people list`.")
        return found

    def _of(self, **values: str | None) -> dict[str, str | int | bool | None]:
        return {"tenant": self._tenant, **values}

    def _own(self, tenant: str, what: str) -> None:
        if tenant != self._tenant:
            raise InvalidInput(
                f"{what} is tenant {tenant}'s, the store is {self._tenant}'s.",
                "Open the store of its tenant.",
            )

    def _one(self, rows: Sequence[Row]) -> Person | None:
        return Person.model_validate_json(rows[0][0]) if rows else None


def read_key(row: Row) -> ApiKey:
    """The key of a row of KEY."""
    id_, tenant, label, role, created, revoked, used, person = row
    return ApiKey(
        id=id_, tenant=tenant, label=label, role=role, created_at=instant(created),
        person=person or "",
        revoked_at=None if revoked is None else instant(revoked),
        last_used_at=None if used is None else instant(used),
    )  # fmt: skip
