"""Who may come in, as stores keep it: people, keys, links, used tokens, rates."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from tradewind.base import Record, Time
from tradewind.people import ApiKey, Person


class PeopleStore(Protocol):
    """One tenant's people and keys. Secrets come as hashes and never leave."""

    def add(self, person: Person) -> None:
        """Raises InvalidInput for another tenant's person, a known id or a known e-mail."""
        ...

    def person(self, person_id: str) -> Person | None: ...
    def by_email(self, email: str) -> Person | None:
        """However it is written; nobody has the empty one."""
        ...

    def people(self) -> Sequence[Person]:
        """By id."""
        ...

    def remove(self, person_id: str, at: Time) -> Person:
        """Remove a person: sessions and links open nothing, their keys are revoked. Raises
        NotFound."""
        ...

    def sign_out(self, marks: Mapping[str, str]) -> None:
        """Give these people new marks, which ends their sessions and links. Raises NotFound."""
        ...

    def keep_link(self, hash: str, person_id: str, expires_at: Time) -> None:
        """A sign-in link for one of the tenant's people. Raises NotFound."""
        ...

    def add_key(self, key: ApiKey, hash: str) -> None: ...
    def api_keys(self) -> Sequence[ApiKey]:
        """Oldest first, revoked ones too."""
        ...

    def revoke_key(self, key_id: str, at: Time) -> ApiKey:
        """The key as it is now; revoked for good. Raises NotFound."""
        ...

    def use_token(self, jti: str, expires_at: Time, now: Time) -> bool:
        """Whether this is the first use of a token; of two at once one is first."""
        ...

    def end(self, mark: str, until: Time, now: Time) -> None:
        """Keep until then that the sessions of this mark are ended."""
        ...

    def ended(self, marks: tuple[str, str, str]) -> dict[str, Time]:
        """Which of these marks were ended, and until when that is kept."""
        ...

    def widget_salt(self) -> str | None:
        """What the widget's secret is derived from; None before the first was made."""
        ...

    def put_widget_salt(self, salt: str, at: Time) -> None:
        """From now on the old secret signs nothing."""
        ...


class Entrance(Protocol):
    """What is asked before the tenant is known: only by a secret's hash, or a key's id."""

    def redeem(self, hash: str, now: Time) -> Person | None:
        """The person of an unused link, which opens no second time; None for any other."""
        ...

    def key(self, key_id: str) -> tuple[ApiKey, str] | None:
        """A key and the hash of its secret, revoked or not."""
        ...

    def touch_key(self, key: ApiKey, at: Time) -> None:
        """Note that the key was used."""
        ...


class Hit(Record):
    """One knock to count: at most `most` in a window of so many seconds."""

    key: str
    seconds: int
    most: int


class RateStore(Protocol):
    """Counters shared by all processes: each counts for a window that its first hit opens."""

    def hit(self, key: str, seconds: int, amount: int = 1) -> int:
        """Add to a counter; what it is now. One statement: no two hits read the same count."""
        ...

    def hit_all(self, hits: Sequence[Hit]) -> Hit | None:
        """Add one to each counter in one transaction, or to none: one that is full, if any."""
        ...

    def window(self, key: str) -> tuple[int, float]:
        """A counter and when it ends, in seconds since 1970; (0, now) for none that counts."""
        ...

    def clear(self, key: str) -> None: ...
    def clear_all(self) -> int:
        """How many counters there were."""
        ...
