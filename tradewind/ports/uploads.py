"""Where the originals of attached files are kept: sealed, for one tenant."""

from collections.abc import Sequence
from typing import Protocol

from tradewind.uploads import Attachment


class UploadStore(Protocol):
    """A tenant's attached files. A file is one record of its dispute however often it is given."""

    def keep(self, attachment: Attachment, original: bytes) -> None:
        """Keep both, in place of what was kept under the same dispute and SHA-256.

        Raises InvalidInput where the SHA-256 is not the original's, SpecError for a store without
        a key.
        """
        ...

    def attachments(self, dispute_id: str) -> Sequence[Attachment]:
        """A dispute's, in the order they were given in."""
        ...

    def original(self, dispute_id: str, sha256: str) -> bytes | None:
        """The file as it was given. Raises BackendError for one that was altered."""
        ...

    def detach(self, dispute_id: str, sha256: str) -> bool:
        """Delete both; False where there is none."""
        ...
