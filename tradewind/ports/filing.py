"""What is filed for a dispute: the filled form and the files that go with it, named by digest."""

import hashlib
from collections.abc import Sequence
from typing import Literal, Protocol

from pydantic import Field, JsonValue

from tradewind.base import Record, Time, digest
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


class FiledExhibit(Record):
    """A row of the table of exhibits: what it shows, in which file and on which page. `evidence`
    are the ids of the records."""

    number: int
    title: str
    source: str
    file: str
    page: int
    outsider: bool = False
    evidence: tuple[str, ...] = ()


class Cover(Record):
    """What people are shown of a filing beside it; nothing of this is sent.

    `letter` is its text, each sentence with its exhibits. `basis` marks what the packet was made
    of, whatever the day: the same basis is the same packet. `pages` are all files' together,
    `notes` tell what was made smaller or cut.
    """

    letter: str = ""
    basis: str = ""
    exhibits: tuple[FiledExhibit, ...] = ()
    pages: int = 0
    notes: tuple[str, ...] = ()


class Filing(Record):
    """All that goes to the processor for one dispute: `texts` by field, `objects` where a field
    takes one (Compelling Evidence 3.0), and a file a field.

    Who approves a digest approves exactly this.
    """

    dispute_id: str
    texts: dict[str, str]
    files: tuple[FiledFile, ...] = ()
    objects: dict[str, dict[str, JsonValue]] = Field(default_factory=dict)
    cover: Cover = Cover()

    @property
    def digest(self) -> str:
        """SHA-256 of the dispute, the texts, the objects, and the files by name, field and
        SHA-256."""
        files = [[f.field, f.name, f.media, f.sha256] for f in self.files]
        return digest([self.dispute_id, self.texts, self.objects, files])

    def check(self) -> None:
        """Raises InvalidInput for a field that is filled twice."""
        fields = [*self.texts, *self.objects, *(file.field for file in self.files)]
        if twice := {field for field in fields if fields.count(field) > 1}:
            raise InvalidInput(f"{min(twice)} has two values.", "Put them into one.")


class Filings(Protocol):
    """A tenant's filings. They are kept as they were approved."""

    def keep(self, filing: Filing) -> str:
        """Keep it and give its digest; the same again changes nothing. Raises InvalidInput."""
        ...

    def filing(self, digest: str) -> Filing | None: ...


class Prediction(Record):
    """What the strength model said of a dispute when its packet was made; nothing of a person.

    `model` and `version` are those of the strength model, `log_odds` are before calibration.
    """

    packet: str
    dispute: str
    category: str
    network: str
    log_odds: float
    probability: float
    model: Literal["shipped", "calibrated"]
    version: int
    at: Time


class Predictions(Protocol):
    """A tenant's predictions, kept for when it is known who won."""

    def keep(self, prediction: Prediction) -> None:
        """Keep it; what was said of the same packet first stands."""
        ...

    def predictions(self) -> Sequence[Prediction]:
        """Oldest first."""
        ...
