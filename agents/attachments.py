"""Files that a merchant attaches to a dispute: taken in, vouched for, listed, taken off.

What comes in is kept as it is and read in a process of its own; what cannot be shown is kept too,
with the reason and the remedy. Refused is what is empty, too large, or one file too many.
"""

import hashlib
from collections.abc import Callable, Collection, Sequence

from agents.chargeback.facts import text_of
from agents.chargeback.tables import UploadRules
from packets.names import differs, safe_name
from packets.records import Upload
from packets.uploads import Unread, UploadFile, Uploads
from tradewind.base import Record, Time
from tradewind.cards import mask_cards
from tradewind.commerce import Dispute
from tradewind.errors import InvalidInput, NotFound
from tradewind.evidence import Evidence
from tradewind.ports.storage import ShopReader
from tradewind.ports.uploads import UploadStore
from tradewind.uploads import Attachment, Role

CARD = "a whole card number stands in it"
BEGINNING = 600
"""Characters of a file's text that people are shown."""


class Given(Record):
    """A file as somebody gives it. `pages` chooses those to show; `vouch`: it is what its role
    says."""

    name: str
    data: bytes
    role: Role = "uncategorized_file"
    pages: str = ""
    vouch: bool = False


class FileView(Record):
    """A file as people are shown it: `file` is its id, `text` the beginning of what is written in
    it, `shown` whether it can stand in a packet, and if not why and what to do."""

    file: str
    sha256: str
    name: str
    role: Role
    media: str
    size: int
    pages: int
    chosen: str
    shown: bool
    reason: str
    remedy: str
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    text: str
    given_by: str
    given_at: Time
    vouched_by: str
    vouched_at: Time | None

    @classmethod
    def of(cls, one: Attachment) -> "FileView":
        told = one.model_dump(exclude={"dispute_id", "order_id", "language", "text", "hidden"})
        return cls(file=one.id, shown=one.shown, text=one.text[:BEGINNING], **told)


class Attachments:
    """The attached files of one shop's disputes. `language_of` tells a text's language."""

    def __init__(
        self, store: UploadStore, reader: ShopReader, uploads: Uploads, rules: UploadRules,
        language_of: Callable[[str], str],
    ) -> None:  # fmt: skip
        self._store = store
        self._reader = reader
        self._uploads = uploads
        self._rules = rules
        self._language_of = language_of

    @property
    def largest(self) -> int:
        """Bytes of the largest file that is taken."""
        return self._uploads.largest

    def of(self, dispute_id: str) -> Sequence[Attachment]:
        """A dispute's files. Raises NotFound."""
        self._dispute(dispute_id)
        return self._store.attachments(dispute_id)

    def attach(self, dispute_id: str, given: Given, by: str, at: Time) -> Attachment:
        """Keep a file with what is known of it; given again, its role, pages and vouching change.

        Raises NotFound for the dispute, InvalidInput for a file that is not kept.
        """
        dispute = self._dispute(dispute_id)
        name = safe_name(given.name)
        self._check(name, given.data)
        sha256 = hashlib.sha256(given.data).hexdigest()
        known = {one.sha256: one for one in self._store.attachments(dispute_id)}
        if sha256 not in known:
            self._check_room(dispute_id, known.values(), len(given.data))
        read = self._read(given)
        dispute = dispute.model_copy(update={"order_id": self.order_of(dispute)})
        kept = _attachment(dispute, given, read, known.get(sha256), by, at)
        text = mask_cards(read.text) if isinstance(read, Upload) else ""
        kept = kept.model_copy(update={"text": text, "language": self._language_of(text)})
        if isinstance(read, Upload) and text != read.text:
            kept = kept.model_copy(update={"warnings": (*kept.warnings, CARD)})
        self._store.keep(kept, given.data)
        return kept

    def vouch(self, dispute_id: str, file: str, by: str, at: Time) -> Attachment:
        """Somebody of the shop says that the file is what its role says. Raises NotFound;
        InvalidInput for one that cannot be shown."""
        found = self.find(dispute_id, file)
        if not found.shown:
            raise InvalidInput(f"{found.name} {found.reason}", found.remedy)
        vouched = found.model_copy(update={"vouched_by": by, "vouched_at": at})
        self._store.keep(vouched, self.original(found))
        return vouched

    def detach(self, dispute_id: str, file: str) -> Attachment:
        """Take a file off its dispute, with its original. Raises NotFound."""
        found = self.find(dispute_id, file)
        self._store.detach(found.dispute_id, found.sha256)
        return found

    def find(self, dispute_id: str, file: str) -> Attachment:
        """A file by its id, or by its SHA-256 or eight digits of it or more. Raises NotFound."""
        wanted = file.strip().casefold()
        for one in self.of(dispute_id):
            if wanted == one.id.casefold() or (len(wanted) >= 8 and one.sha256.startswith(wanted)):
                return one
        raise NotFound(f"dispute {dispute_id} has no file {file!r}.", "List its files first.")

    def original(self, attachment: Attachment) -> bytes:
        """The file as it was given. Raises NotFound for one that was taken off meanwhile."""
        data = self._store.original(attachment.dispute_id, attachment.sha256)
        if data is None:
            raise NotFound(f"{attachment.id} is no longer kept.", "List the files again.")
        return data

    def order_of(self, dispute: Dispute) -> str:
        """The order that the dispute, or the payment behind it, names."""
        payment = self._reader.payment(dispute.payment_id) if dispute.payment_id else None
        return dispute.order_id or (payment.order_id if payment else "")

    def shown(self, evidence: Sequence[Evidence]) -> dict[str, Upload | Unread]:
        """The files of a dispute's evidence as pages, by their ids, made anew of the originals."""
        dispute = next((text_of(e, "id") for e in evidence if e.kind == "dispute"), "")
        wanted = {text_of(e, "file") for e in evidence if e.kind == "upload"}
        files = [one for one in self._store.attachments(dispute) if one.id in wanted]
        given = [
            UploadFile(name=one.name, data=self.original(one), pages=one.chosen) for one in files
        ]
        read = self._uploads.read_all(given)
        return {one.id: made for one, made in zip(files, read, strict=True)}

    def _dispute(self, dispute_id: str) -> Dispute:
        found = self._reader.dispute(dispute_id)
        if found is None:
            raise NotFound(f"there is no dispute {dispute_id}.", "See `tradewind disputes list`.")
        return found

    def _check(self, name: str, data: bytes) -> None:
        if not data:
            raise InvalidInput(f"{name} is empty; it was not kept.", "Ask for it again.")
        if len(data) > self.largest:
            raise too_large(name, len(data), self.largest)

    def _check_room(self, dispute_id: str, known: Collection[Attachment], size: int) -> None:
        most = self._rules.kept
        held = sum(one.size for one in known)
        if len(known) >= most.files or held + size > most.bytes:
            raise InvalidInput(
                f"dispute {dispute_id} holds {len(known)} files of {held} bytes; it takes "
                f"{most.files} files and {most.bytes} bytes.",
                "Take off what is not needed first.",
            )

    def _read(self, given: Given) -> Upload | Unread:
        file = UploadFile(
            name=given.name, data=given.data, pages=given.pages, words=self._rules.kept.text
        )
        return self._uploads.read_all([file])[0]


def too_large(name: str, size: int, largest: int) -> InvalidInput:
    """The refusal of a file that is larger than any is taken."""
    return InvalidInput(
        f"{name} has over {largest} bytes ({size} so far); it was not kept.",
        "Save it smaller, or only the pages that matter.",
    )


def _attachment(
    dispute: Dispute, given: Given, read: Upload | Unread, before: Attachment | None, by: str,
    at: Time,
) -> Attachment:  # fmt: skip
    """The record; who gave a file first stays."""
    kept = Attachment(
        dispute_id=dispute.id, order_id=dispute.order_id, sha256=read.sha256, role=given.role,
        name=mask_cards(safe_name(given.name)), size=read.size, chosen=given.pages,
        given_by=before.given_by if before else by, given_at=before.given_at if before else at,
    )  # fmt: skip
    if isinstance(read, Unread):
        return kept.model_copy(update={"reason": read.reason, "remedy": read.remedy})
    who, when = _vouched(given, before, by, at)
    return kept.model_copy(update={
        "name": mask_cards(safe_name(given.name, read.media)), "media": read.media,
        "pages": read.pages, "notes": read.notes, "warnings": _warnings(given, read),
        "hidden": read.hidden,
        "vouched_by": who, "vouched_at": when,
    })  # fmt: skip


def _vouched(given: Given, before: Attachment | None, by: str, at: Time) -> tuple[str, Time | None]:
    """Who vouches for a file now; who did stands by it while its role and pages stay the same."""
    if given.vouch:
        return by, at
    if before and (before.role, before.chosen) == (given.role, given.pages):
        return before.vouched_by, before.vouched_at
    return "", None


def _warnings(given: Given, read: Upload) -> tuple[str, ...]:
    ending = differs(given.name, read.media)
    named = (f"its name ends with {ending}, but it is {read.media}",) if ending else ()
    return (*named, *read.warnings)
