"""What was written to the shop, as a list."""

from collections.abc import Sequence
from typing import Self

from tradewind.base import Record, Time
from tradewind.commerce import Message
from tradewind.letters import Channel, LetterNote
from tradewind.ports.storage import ShopReader

EXCERPT = 400
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

    @classmethod
    def of(cls, message: Message) -> Self | None:
        """None for a message that did not come from outside, or that the shop wrote."""
        letter = message.letter
        if letter is None or message.sender != "buyer":
            return None
        return cls(
            id=message.id, at=message.at, order=message.order_id, language=message.language,
            excerpt=message.text[:EXCERPT], **letter.model_dump(exclude={"ref", "thread"}),
        )  # fmt: skip


def written(shop: ShopReader, limit: int, channel: Channel | None = None) -> Sequence[Written]:
    """The newest of buyers, newest first; of one channel where one is named."""
    found: list[Written] = []
    for message in shop.messages(LOOKED_AT):
        one = Written.of(message)
        if one is not None and channel in (None, one.channel):
            found.append(one)
        if len(found) == limit:
            break
    return found
