"""Photos of a damage that buyers send: kept for one order, sealed under its own key, gone with its
buyer. Whoever has not proven the order is told of none, whether or not it is there.

What is in a picture is an outsider's: nothing of it is read as words. Who decides sees it made
anew, without metadata; the file itself is never shown.
"""

import hashlib
from collections.abc import Callable, Collection
from pathlib import Path

from packets.uploads import Unread, UploadFile, Uploads
from tradewind.base import Record, Time
from tradewind.datafile import read_data
from tradewind.errors import InvalidInput, NotFound
from tradewind.ports.uploads import UploadStore
from tradewind.uploads import OF_ORDER, Attachment


class PhotoRules(Record):
    """`data/orders/photos.toml`: what is taken of one order."""

    version: int
    files: int
    bytes: int
    media: tuple[str, ...]


def read_photo_rules(path: Path) -> PhotoRules:
    """Raises SpecError naming the file."""
    return read_data(path, PhotoRules)


class Kept(Record):
    """A photo that was kept: what names it in a form."""

    sha256: str
    size: int


class PhotoRoom:
    """One shop's photos. `uploads` reads files in a process of its own."""

    def __init__(
        self, store: UploadStore, uploads: Callable[[], Uploads], rules: PhotoRules
    ) -> None:
        self._store = store
        self._uploads = uploads
        self._rules = rules

    @property
    def largest(self) -> int:
        """Bytes of the largest photo that is taken."""
        return self._rules.bytes

    def of_order(self, order_id: str) -> Collection[str]:
        """The SHA-256 of each photo of an order."""
        return [one.sha256 for one in self._store.attachments(_place(order_id))]

    def keep(self, order_id: str, name: str, data: bytes, by: str, at: Time) -> Kept:
        """Keep a photo; the same again is one. Raises InvalidInput for what is no photo, is too
        large, or one too many."""
        if not 0 < len(data) <= self._rules.bytes:
            raise InvalidInput(
                f"the photo has {len(data)} bytes; up to {self._rules.bytes} are taken.",
                "Take it smaller.",
            )
        sha256, known = hashlib.sha256(data).hexdigest(), self.of_order(order_id)
        if sha256 not in known and len(known) >= self._rules.files:
            raise InvalidInput(
                f"{len(known)} photos of this order are kept already.", "Use one of them."
            )
        read = self._uploads().read_all([UploadFile(name=name, data=data)])[0]
        if isinstance(read, Unread) or read.media not in self._rules.media:
            why = read.reason if isinstance(read, Unread) else f"is {read.media}"
            raise InvalidInput(f"this is no photo that is taken: it {why}.", "Send a JPEG or PNG.")
        self._store.keep(Attachment(
            dispute_id=_place(order_id), order_id=order_id, sha256=sha256,
            role="uncategorized_file", name="photo", media=read.media, size=len(data),
            pages=1, given_by=by, given_at=at,
        ), data)  # fmt: skip
        return Kept(sha256=sha256, size=len(data))

    def picture(self, order_id: str, sha256: str) -> bytes:
        """The photo made anew, as JPEG. Raises NotFound for one that is not kept any more."""
        data = self._store.original(_place(order_id), sha256)
        if data is None:
            raise NotFound("this photo is no longer kept.", "Ask the buyer for it again.")
        return self._uploads().read(UploadFile(name="photo", data=data)).pictures[0].jpeg


def _place(order_id: str) -> str:
    """Under which name the store keeps them, beside the files of disputes."""
    return f"{OF_ORDER}{order_id}"
