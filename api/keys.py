"""Secrets that are shown once: API keys, sign-in links, the widget's signing secret.

Keys and links are random 256-bit values, so a plain SHA-256 is kept of them: nobody tries 2^256
values, and there is no word to guess that a slow hash or a salt would have to protect.
"""

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta

from tradewind.people import ApiKey, Person, Role
from tradewind.ports.people import Entrance, PeopleStore

LINK_LIFE = timedelta(hours=12)
TOUCHED = timedelta(minutes=1)
"""How exact `last_used_at` is; a write at every request would cost more than it tells."""
OWNER = "owner"

_KEY = re.compile(r"Bearer tw_(?P<id>[0-9a-f]{12})_(?P<secret>[A-Za-z0-9_-]{43})")


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def make_link(people: PeopleStore, person: Person, now: datetime) -> str:
    """The token of a new sign-in link. Raises NotFound for somebody who is not there."""
    token = secrets.token_urlsafe(32)
    people.keep_link(hash_of(token), person.id, now + LINK_LIFE)
    return token


def owner_of(people: PeopleStore, tenant: str) -> Person:
    """Who sits at the terminal that serves a shop; made at the first start."""
    known = people.person(OWNER)
    if known is None:
        known = Person(id=OWNER, tenant=tenant, name="Owner", mark=new_mark())
        people.add(known)
    return known


def new_mark() -> str:
    """A mark that no session bears yet."""
    return secrets.token_hex(8)


def sign_out(people: PeopleStore, *who: Person) -> None:
    """End all open sessions and links of these people. Raises NotFound."""
    people.sign_out({person.id: new_mark() for person in who})


def make_key(
    people: PeopleStore, tenant: str, label: str, role: Role, now: datetime, person: str = ""
) -> tuple[ApiKey, str]:
    """A new key, and the text that opens the door; only the text's hash is kept. Raises NotFound
    for a person who is not there."""
    key = ApiKey(
        id=secrets.token_hex(6), tenant=tenant, label=label, role=role, created_at=now,
        person=person,
    )  # fmt: skip
    secret = secrets.token_urlsafe(32)
    people.add_key(key, hash_of(secret))
    return key, f"tw_{key.id}_{secret}"


def key_of(entrance: Entrance, header: str, now: datetime) -> ApiKey | None:
    """The key of an Authorization header; None when it is none, wrong or revoked."""
    given = _KEY.fullmatch(header)
    if given is None:
        return None
    found = entrance.key(given["id"])
    key, kept = found if found else (None, "")
    if not hmac.compare_digest(hash_of(given["secret"]), kept) or key is None or key.revoked_at:
        return None
    if key.last_used_at is None or now - key.last_used_at > TOUCHED:
        entrance.touch_key(key, now)
    return key


def make_widget_secret(people: PeopleStore, tenant: str, master: bytes, now: datetime) -> str:
    """A new secret with which the shop signs tokens; the one before signs nothing any more."""
    people.put_widget_salt(secrets.token_hex(16), now)
    return widget_secret(people, tenant, master) or ""


def widget_secret(people: PeopleStore, tenant: str, master: bytes) -> str | None:
    """The tenant's signing secret; None where none was made.

    Derived from the installation's key, so that the store alone, or a copy of it, signs nothing.
    """
    salt = people.widget_salt()
    if salt is None:
        return None
    return hmac.new(master, f"widget:{tenant}:{salt}".encode(), hashlib.sha256).hexdigest()
