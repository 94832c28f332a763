"""The inbox: a person takes a buyer's conversation, answers in it, gives it back or ends it."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import ParamSpec, TypeVar

from agents.assistant import Assistant
from agents.hours import hours_of, is_open
from agents.reading import clean
from agents.story import Story, inbox_of, tell_story
from agents.suggesting import suggest
from agents.turns import Shop
from tradewind.base import Record, Time
from tradewind.errors import Busy, InvalidInput
from tradewind.handover import Contact, Handover
from tradewind.people import Session, Tenant

PATIENCE = 5.0
"""Seconds in which a person's word waits for a run that is at work in the thread."""
PAUSE = 0.05
NEWS_READ = 500
"""Turns of a thread in which a buyer's page looks for a person's words."""

P = ParamSpec("P")
T = TypeVar("T")


class Queue(Record):
    """What waits, oldest first. `there` says whether the shop's people are there by its hours."""

    handovers: tuple[Handover, ...]
    there: bool


class PersonSaid(Record):
    """A person's words for the buyer; `n` counts them in the thread from 1."""

    n: int
    text: str
    at: Time


class News(Record):
    """What a buyer's page hears of the shop's people. `name` stands beside their words; `held`
    while one has the conversation, `waits` while one is needed or has it."""

    name: str
    held: bool
    waits: bool
    messages: tuple[PersonSaid, ...]


class Inbox:
    """One for all tenants: each call names its session and its shop's handles."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    async def queue(self, tenant: Tenant, shop: Shop, closed: bool = False) -> Queue:
        """What waits for people, or what is closed."""
        store, now = inbox_of(shop), datetime.now(UTC)
        await self._off(store.lapse, now)
        found = await self._off(store.queue, closed)
        hours = hours_of(tenant, self._assistant.kit.inbox)
        return Queue(handovers=tuple(found), there=is_open(hours, tenant.timezone, now))

    async def show(self, tenant: Tenant, shop: Shop, id: str) -> Story:
        """One conversation with its records and replies that fit. Raises NotFound."""
        now = datetime.now(UTC)
        await self._off(inbox_of(shop).lapse, now)
        story, memory = await self._off(tell_story, shop, id, now)
        if story.handover.state == "closed":
            return story
        found = await suggest(self._assistant, tenant, shop, story, memory)
        return story.model_copy(update={"suggestions": found})

    async def take(self, session: Session, shop: Shop, id: str) -> Handover:
        """Hold the conversation: the assistant is silent from here on.

        Raises NotFound; InvalidInput for one that is closed or that somebody else has; Busy.
        """
        return await self._patiently(lambda now: inbox_of(shop).take(
            id, session.actor.id, now, self._until(now)
        ))  # fmt: skip

    async def reply(
        self, session: Session, shop: Shop, id: str, text: str, key: str = ""
    ) -> tuple[Handover, bool]:
        """Say something to the buyer; False for a message that was there already by its `key`.

        Raises NotFound; InvalidInput for who does not have it and for an empty or long text; Busy.
        """
        said, most = clean(text), self._assistant.kit.inbox.longest_reply
        if not said:
            raise InvalidInput("the reply is empty.", "Write something.")
        if len(said) > most:
            raise InvalidInput(f"the reply has {len(said)} characters, {most} can be sent.",
                               "Shorten it.")  # fmt: skip
        by, name = session.actor.id, key or f"m_{secrets.token_hex(8)}"
        return await self._patiently(lambda now: inbox_of(shop).reply(
            id, by, said, name, now, self._until(now)
        ))  # fmt: skip

    async def give_back(self, session: Session, shop: Shop, id: str) -> Handover:
        """Let the assistant go on. Raises as `take`."""
        by = session.actor.id
        return await self._patiently(lambda now: inbox_of(shop).give_back(id, by, now))

    async def close(self, session: Session, shop: Shop, id: str) -> Handover:
        """End it. Raises as `take`."""
        by = session.actor.id
        return await self._patiently(lambda now: inbox_of(shop).close(id, by, now))

    async def leave(self, session: Session, shop: Shop, contact: Contact) -> None:
        """Keep what somebody left in the contact form. Raises InvalidInput, Busy."""
        told = Contact(
            name=clean(contact.name), email=contact.email, message=clean(contact.message),
            order=clean(contact.order),
        )  # fmt: skip
        language = self._assistant.kit.buyer_reader.language_of(told.message, "en")
        await self._patiently(lambda now: inbox_of(shop).contact(
            session.thread, told, language, now
        ))  # fmt: skip

    async def news(self, session: Session, shop: Shop, after: int) -> News:
        """What people said to the buyer of this session beyond the first `after` messages."""
        found = await self._off(inbox_of(shop).standing, session.thread)
        tenant, now = session.tenant, datetime.now(UTC)
        name = hours_of(tenant, self._assistant.kit.inbox).name or tenant.name
        if found is None:
            return News(name=name, held=False, waits=False, messages=())
        turns = await self._off(shop.threads.turns, session.thread, NEWS_READ)
        said = [turn for turn in turns if turn.role == "person"]
        told = tuple(
            PersonSaid(n=n, text=turn.text, at=turn.at) for n, turn in enumerate(said, start=1)
        )
        return News(
            name=name, held=found.held(now), waits=found.state != "closed", messages=told[after:]
        )

    def _until(self, now: Time) -> Time:
        return now + timedelta(minutes=self._assistant.kit.inbox.lease_minutes)

    async def _patiently(self, do: Callable[[Time], T]) -> T:
        """Do it once no run is at work in the thread: a turn is over in a moment."""
        ends = asyncio.get_running_loop().time() + PATIENCE
        while True:
            try:
                return await self._off(do, datetime.now(UTC))
            except Busy:
                if asyncio.get_running_loop().time() > ends:
                    raise
            await asyncio.sleep(PAUSE)

    async def _off(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._assistant.off(call, *args, **kwargs)


def waiting_of(found: Sequence[Handover], now: Time) -> int:
    """How many conversations nobody has."""
    return sum(not one.held(now) for one in found)
