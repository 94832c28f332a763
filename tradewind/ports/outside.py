"""Where effects land: a shop's platform, a processor, an ad network, a mail service."""

from collections.abc import Mapping
from typing import Protocol

from pydantic import JsonValue

from tradewind.base import Record


class Receipt(Record):
    """What the outside says of one effect: its own name for it, and how things stand there now."""

    id: str
    state: dict[str, JsonValue]


class Outside(Protocol):
    """One tenant's account at the systems that tools write to.

    `keyed`: the same key twice is one effect there. `asked`: it can be asked what became of a
    key. A system that is neither is written to once, and what it did not answer is unknown.
    """

    @property
    def keyed(self) -> bool: ...
    @property
    def asked(self) -> bool: ...
    def send(self, key: str, tool: str, arguments: Mapping[str, JsonValue]) -> Receipt:
        """Do it. Raises ToolFailed when it was refused for good, so that nothing was done;
        BackendError when nobody knows."""
        ...

    def find(self, key: str, tool: str, arguments: Mapping[str, JsonValue]) -> Receipt | None:
        """What became of a key; None when the outside has never seen it. Raises BackendError
        when it cannot be asked now."""
        ...
