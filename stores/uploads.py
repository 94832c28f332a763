"""Attached files in SQL, for one tenant: each with its record, sealed under the installation's key.

Neither says anything in the clear but the dispute, the order and the SHA-256: a file's name may
tell of a person as well as its content.
"""

import hashlib
from collections.abc import Iterator, Sequence

from sqlalchemy import bindparam, delete, select

from stores.body import dump
from stores.keys import micros, order_key, plain
from stores.link import Link, Write
from stores.tables import uploads
from stores.vault import Vault
from tradewind.errors import InvalidInput, SpecError
from tradewind.uploads import Attachment

_u = uploads.c
_ONE = (
    _u.tenant == bindparam("tenant"),
    _u.dispute_id == bindparam("dispute"),
    _u.sha256 == bindparam("sha256"),
)
_OF = (
    select(_u.sha256, _u.sealed)
    .where(_u.tenant == bindparam("tenant"), _u.dispute_id == bindparam("dispute"))
    .order_by(_u.given_at, _u.sha256)
)
_ORIGINAL = select(_u.original).where(*_ONE)
_DETACH = delete(uploads).where(*_ONE)
_OF_DISPUTE, _OF_ORDER = (
    delete(uploads).where(_u.tenant == bindparam("tenant"), column == bindparam("value"))
    for column in (_u.dispute_id, _u.order_key)
)


class SqlUploads:
    """UploadStore over SQL."""

    def __init__(self, link: Link, tenant: str, vault: Vault | None) -> None:
        self._link = link
        self._tenant = tenant
        self._vault = vault

    def keep(self, attachment: Attachment, original: bytes) -> None:
        """Keep both, in place of what was kept under the same dispute and SHA-256.

        Raises InvalidInput where the SHA-256 is not the original's, SpecError for a store without
        a key.
        """
        if self._vault is None:
            raise SpecError("the store was opened without a key.", "Open it with one.")
        if hashlib.sha256(original).hexdigest() != attachment.sha256:
            raise InvalidInput(f"{attachment.name} is not what its SHA-256 says.", "Read it anew.")
        place = self._place(attachment.dispute_id, attachment.sha256)
        row = {
            "tenant": self._tenant, "dispute_id": plain(attachment.dispute_id),
            "sha256": attachment.sha256, "order_key": order_key(attachment.order_id),
            "given_at": micros(attachment.given_at),
            "sealed": self._vault.hide(dump(attachment).encode(), (*place, "record")),
            "original": self._vault.hide(original, (*place, "original")),
        }  # fmt: skip
        with self._link.write() as write:
            write.upsert(uploads, [row])

    def attachments(self, dispute_id: str) -> Sequence[Attachment]:
        """A dispute's, in the order they were given in."""
        values = {"tenant": self._tenant, "dispute": plain(dispute_id)}
        return tuple(self._opened(dispute_id, self._link.rows(_OF, values)))

    def original(self, dispute_id: str, sha256: str) -> bytes | None:
        """The file as it was given. Raises BackendError for one that was altered."""
        rows = self._link.rows(_ORIGINAL, self._one(dispute_id, sha256))
        if not rows or self._vault is None:
            return None
        place = self._place(dispute_id, sha256)
        return self._vault.reveal(bytes(rows[0][0]), (*place, "original"))

    def detach(self, dispute_id: str, sha256: str) -> bool:
        """Delete both; False where there is none."""
        with self._link.write() as write:
            return write.run(_DETACH, self._one(dispute_id, sha256)) > 0

    def _opened(self, dispute_id: str, rows: Sequence[tuple[str, bytes]]) -> Iterator[Attachment]:
        for sha256, sealed in rows:
            if self._vault is not None:
                place = (*self._place(dispute_id, sha256), "record")
                yield Attachment.model_validate_json(self._vault.reveal(bytes(sealed), place))

    def _one(self, dispute_id: str, sha256: str) -> dict[str, str]:
        return {"tenant": self._tenant, "dispute": plain(dispute_id), "sha256": plain(sha256)}

    def _place(self, dispute_id: str, sha256: str) -> tuple[str, ...]:
        return self._tenant, "uploads", plain(dispute_id), sha256


def forget_uploads(
    write: Write, tenant: str, disputes: Sequence[str], orders: Sequence[str]
) -> int:
    """Delete all files of these disputes and orders; gives how many."""
    wanted = [(_OF_DISPUTE, plain(id_)) for id_ in disputes]
    wanted += [(_OF_ORDER, key) for id_ in orders if (key := order_key(id_))]
    return sum(write.run(statement, {"tenant": tenant, "value": value})
               for statement, value in wanted)  # fmt: skip
