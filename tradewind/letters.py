"""What was written to the shop from outside: e-mails, marketplace messages, reviews."""

from typing import Literal

from tradewind.base import Record

Channel = Literal["email", "marketplace", "review"]

LetterNote = Literal[
    "automatic", "answered", "cut", "html_only", "remote_pictures", "quoted_cut", "no_text",
    "many_parts",
]  # fmt: skip
"""automatic: a machine or a list sent it. answered: the export holds a reply already. cut: longer
than what is kept. html_only: no plain text came with it. remote_pictures: it names pictures
elsewhere, which nobody fetched. quoted_cut: older mails or a signature stood below and were left
out. no_text, many_parts: nothing could be read, or only the first parts were."""


class Letter(Record):
    """How a message came, and what its writer says of themselves: all of it is a claim.

    `place` is where it was written ("ebay"; "" for an e-mail), `address` the From of an e-mail or
    the address that an export names, `name` as they call themselves. `ref` is the place's own id
    (an e-mail's Message-ID), `thread` those of what it answers. `product` is the place's id, SKU or
    title of what a review is of; `stars` 1 to 5, None: not told. `attachments` are names, unopened.
    """

    channel: Channel
    place: str = ""
    address: str = ""
    name: str = ""
    subject: str = ""
    ref: str = ""
    thread: tuple[str, ...] = ()
    product: str = ""
    stars: int | None = None
    attachments: tuple[str, ...] = ()
    notes: tuple[LetterNote, ...] = ()

    def bare(self) -> "Letter":
        """Without who wrote it."""
        return Letter(
            channel=self.channel, place=self.place, product=self.product, stars=self.stars
        )
