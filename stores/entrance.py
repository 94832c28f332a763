"""What is asked before the tenant is known: whose sign-in link, whose API key."""

from sqlalchemy import bindparam, delete, select, update

from stores.keys import micros, plain
from stores.link import Link
from stores.people import KEY, read_key
from stores.tables import api_keys, people, sign_in_links
from tradewind.base import Time
from tradewind.people import ApiKey, Person

_l, _k = sign_in_links.c, api_keys.c
_LINK = select(_l.tenant, _l.person, _l.expires_at).where(_l.hash == bindparam("hash"))
_TAKE = delete(sign_in_links).where(_l.hash == bindparam("hash"))
_PERSON = select(people.c.body).where(
    people.c.tenant == bindparam("tenant"), people.c.id == bindparam("person")
)
_KEY = select(*KEY, _k.hash).where(_k.id == bindparam("key"))
_TOUCH = (
    update(api_keys)
    .where(_k.tenant == bindparam("of_tenant"), _k.id == bindparam("of_id"))
    .values(last_used_at=bindparam("at"))
)


class SqlEntrance:
    """Entrance over SQL."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def redeem(self, hash: str, now: Time) -> Person | None:
        """The person of an unused link, which opens no second time; None for any other."""
        with self._link.write() as write:
            found = write.rows(_LINK, {"hash": hash})
            # The delete decides: of two that read the row one takes it.
            if not write.run(_TAKE, {"hash": hash}) or not found:
                return None
            tenant, person, expires_at = found[0]
            if expires_at <= micros(now):
                return None
            rows = write.rows(_PERSON, {"tenant": tenant, "person": person})
        return Person.model_validate_json(rows[0][0]) if rows else None

    def key(self, key_id: str) -> tuple[ApiKey, str] | None:
        """A key and the hash of its secret, revoked or not."""
        rows = self._link.rows(_KEY, {"key": plain(key_id)})
        return (read_key(rows[0][:-1]), rows[0][-1]) if rows else None

    def touch_key(self, key: ApiKey, at: Time) -> None:
        """Note that the key was used."""
        values = {"of_tenant": key.tenant, "of_id": plain(key.id), "at": micros(at)}
        with self._link.write() as write:
            write.run(_TOUCH, values)
