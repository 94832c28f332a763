"""What a tenant's data may be asked for as a whole: to forget one person, to hand all out."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from pydantic import Field, JsonValue

from tradewind.base import Record, Time


class Erasure(Record):
    """What an erase did: shop records by kind whose person was taken out, keys deleted, threads
    and pending effects closed, files of disputes deleted. All 0 for one who is not known, or no
    longer."""

    records: dict[str, int] = Field(default_factory=dict)
    keys: int = 0
    threads: int = 0
    effects: int = 0
    uploads: int = 0


class ErasureStore(Protocol):
    """Forgets persons, for one tenant."""

    def erase(self, email: str, at: Time) -> Erasure:
        """Delete the keys of all that a person with this e-mail comes up in, and take them out of
        the shop's records; what comes in again later stays without them.

        Raises InvalidInput for the empty e-mail, BackendTimeout while others hold the store.
        """
        ...


class ArchiveStore(Protocol):
    """Hands a tenant's data out, kind by kind, in bounded memory. Secrets, keys and their hashes
    are no part of it."""

    def kinds(self) -> Sequence[str]: ...
    def rows(self, kind: str) -> Iterator[dict[str, JsonValue]]:
        """The kind's records as plain data, by id."""
        ...
