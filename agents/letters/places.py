"""How long a reply may be where it is written, and what no public one does: `data/replies`."""

from datetime import date
from pathlib import Path

from tradewind.base import Record
from tradewind.datafile import read_data
from tradewind.letters import Channel


class Place(Record):
    """`longest` in characters, or in bytes of UTF-8; without a name for all places of a channel."""

    channel: Channel
    name: str = ""
    longest: int
    bytes: bool = False
    source: str
    note: str = ""

    def holds(self, text: str) -> bool:
        return len(text.encode() if self.bytes else text) <= self.longest


class Never(Record):
    what: str
    source: str


class PlaceRules(Record):
    version: int
    as_of: date
    place: tuple[Place, ...]
    never: tuple[Never, ...]

    def of(self, channel: Channel, name: str) -> Place:
        """The place's own rule, else its channel's."""
        ours = [place for place in self.place if place.channel == channel]
        usual = next(place for place in ours if not place.name)
        return next((place for place in ours if place.name and place.name == name), usual)


def read_places(path: Path) -> PlaceRules:
    """Raises SpecError for a table that is wrong."""
    return read_data(path, PlaceRules)
