"""Attached files in SQL, for one tenant: each with its record, sealed under the installation's key;
what a buyer sent of an order under that order's own, which goes when its buyer is erased.

Neither says anything in the clear but the dispute, the order and the SHA-256: a file's name may
tell of a person as well as its content.
"""

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence

from sqlalchemy import bindparam, delete, select

from stores.body import dump
from stores.keys import micros, order_key, plain
from stores.link import Link, Write
from stores.subjects import Subjects
from stores.tables import uploads
from stores.vault import GONE, Seal, Vault, mark_of, subjects_of
from tradewind.errors import BackendError, InvalidInput, SpecError
from tradewind.uploads import OF_ORDER, Attachment

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

    def __init__(self, link: Link, tenant: str, subjects: Subjects) -> None:
        self._link = link
        self._tenant = tenant
        self._subjects = subjects
        self._vault = subjects.vault

    def keep(self, attachment: Attachment, original: bytes) -> None:
        """Keep both, in place of what was kept under the same dispute and SHA-256.

        Raises InvalidInput where the SHA-256 is not the original's, SpecError for a store without
        a key.
        """
        if self._vault is None:
            raise SpecError("the store was opened without a key.", "Open it with one.")
        if hashlib.sha256(original).hexdigest() != attachment.sha256:
            raise InvalidInput(f"{attachment.name} is not what its SHA-256 says.", "Read it anew.")
        told = dump(attachment).encode()
        row = {
            "tenant": self._tenant, "dispute_id": plain(attachment.dispute_id),
            "sha256": attachment.sha256, "order_key": order_key(attachment.order_id),
            "given_at": micros(attachment.given_at),
        }  # fmt: skip
        with self._link.write() as write:
            shut = self._closed(write, self._vault, attachment, told, original)
            write.upsert(uploads, [row | dict(zip(("sealed", "original"), shut, strict=True))])

    def _closed(
        self, write: Write, vault: Vault, attachment: Attachment, told: bytes, original: bytes
    ) -> tuple[bytes, bytes]:
        """Record and file, sealed: a buyer's for their order alone."""
        place = self._place(attachment.dispute_id, attachment.sha256)
        record, file = (*place, "record"), (*place, "original")
        seal = self._order_seal(write, attachment)
        if seal is None:
            return vault.hide(told, record), vault.hide(original, file)
        text = json.dumps(b64encode(original).decode()).encode()
        return seal.close(record, told), seal.close(file, text)

    def _order_seal(self, write: Write, attachment: Attachment) -> Seal | None:
        if not attachment.dispute_id.startswith(OF_ORDER):
            return None
        named = {("order", order_key(attachment.order_id))}
        return self._subjects.of_named(write, named, micros(attachment.given_at))

    def attachments(self, dispute_id: str) -> Sequence[Attachment]:
        """A dispute's, in the order they were given in."""
        values = {"tenant": self._tenant, "dispute": plain(dispute_id)}
        return tuple(self._opened(dispute_id, self._link.rows(_OF, values)))

    def original(self, dispute_id: str, sha256: str) -> bytes | None:
        """The file as it was given. Raises BackendError for one that was altered."""
        rows = self._link.rows(_ORIGINAL, self._one(dispute_id, sha256))
        if not rows or self._vault is None:
            return None
        sealed, place = bytes(rows[0][0]), (*self._place(dispute_id, sha256), "original")
        if not self._is_orders(dispute_id, sealed):
            return self._vault.reveal(sealed, place)
        text = self._subjects.opener(self._link, [sealed]).open(sealed, place)
        return b64decode(text) if isinstance(text, str) else None

    def detach(self, dispute_id: str, sha256: str) -> bool:
        """Delete both; False where there is none."""
        with self._link.write() as write:
            return write.run(_DETACH, self._one(dispute_id, sha256)) > 0

    def _opened(self, dispute_id: str, rows: Sequence[tuple[str, bytes]]) -> Iterator[Attachment]:
        """Those that can be opened: a buyer who was erased has left none."""
        mine = [bytes(s) for _, s in rows if self._is_orders(dispute_id, bytes(s))]
        opener = self._subjects.opener(self._link, mine)
        for sha256, sealed in rows:
            place = (*self._place(dispute_id, sha256), "record")
            if bytes(sealed) in mine:
                told = opener.open(bytes(sealed), place)
                if told is not GONE:
                    yield Attachment.model_validate_json(json.dumps(told))
            elif self._vault is not None:
                yield Attachment.model_validate_json(self._vault.reveal(bytes(sealed), place))

    def _is_orders(self, dispute_id: str, sealed: bytes) -> bool:
        """Whether it is sealed under its order's key; older photos are under the installation's."""
        if not dispute_id.startswith(OF_ORDER):
            return False
        mark = self._subjects.mark("order", order_key(dispute_id.removeprefix(OF_ORDER)))
        try:
            return [mark_of(one) for one in subjects_of(sealed)] == [mark]
        except BackendError:  # no sealed value: hidden under the installation's key
            return False

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
