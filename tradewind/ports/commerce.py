"""What comes from outside the house: files and APIs of shops, processors, carriers."""

from collections.abc import Iterator
from typing import Protocol

from tradewind.commerce import Rejected, SourceRow


class ShopSource(Protocol):
    """One file or API page, opened and recognised. Reading yields good rows and rejected ones.

    Raises InvalidInput when the whole source is broken.
    """

    @property
    def kind(self) -> str: ...
    def rows(self) -> Iterator[SourceRow | Rejected]: ...
