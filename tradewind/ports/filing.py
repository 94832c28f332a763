"""What is filed for a dispute: the filled form and the files that go with it, named by digest."""

import hashlib
from typing import Literal, Protocol

from tradewind.base import Record, digest
from tradewind.errors import InvalidInput


class FiledFile(Record):
    """A finished file and the field of the form that it goes to."""

    field: str
    name: str
    media: Literal["application/pdf", "image/jpeg", "image/png"] = "application/pdf"
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


class Filing(Record):
    """All that goes to the processor for one dispute: `texts` by field, and a file a field.

    Who approves a digest approves exactly this.
    """

    dispute_id: str
    texts: dict[str, str]
    files: tuple[FiledFile, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of the dispute, the texts, and the files by name, field and SHA-256."""
        files = [[f.field, f.name, f.media, f.sha256] for f in self.files]
        return digest([self.dispute_id, self.texts, files])

    def check(self) -> None:
        """Raises InvalidInput for a field that is filled twice."""
        fields = [*self.texts, *(file.field for file in self.files)]
        if twice := {field for field in fields if fields.count(field) > 1}:
            raise InvalidInput(f"{min(twice)} has two values.", "Put them into one.")


class Filings(Protocol):
    """A tenant's filings. They are kept as they were approved."""

    def keep(self, filing: Filing) -> str:
        """Keep it and give its digest; the same again changes nothing. Raises InvalidInput."""
        ...

    def filing(self, digest: str) -> Filing | None: ...
