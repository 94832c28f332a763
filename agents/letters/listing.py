"""What was written to the shop, as a list."""

from collections.abc import Sequence

from tradewind.base import Record, Time
from tradewind.letters import Channel, LetterNote
from tradewind.ports.storage import ShopReader

LOOKED_AT = 5000
"""The newest messages that are looked through where only some are wanted."""


class Written(Record):
    """One message from outside: who says to have written it, and how it begins."""

    id: str
    at: Time
    channel: Channel
    place: str
    name: str
    address: str
    subject: str
    stars: int | None
    product: str
    order: str
    language: str
    excerpt: str
    attachments: tuple[str, ...]
    notes: tuple[LetterNote, ...]


def written(shop: ShopReader, limit: int, channel: Channel | None = None) -> Sequence[Written]:
    """The newest of buyers, newest first; of one channel where one is named."""
    found: list[Written] = []
    for message in shop.messages(LOOKED_AT):
        letter = message.letter
        if letter is None or message.sender != "buyer" or channel not in (None, letter.channel):
            continue
        found.append(Written(
            id=message.id, at=message.at, order=message.order_id, language=message.language,
            excerpt=message.text[:400],
            **letter.model_dump(exclude={"ref", "thread"}),
        ))  # fmt: skip
        if len(found) == limit:
            break
    return found
