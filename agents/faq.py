"""A person's answer becomes an FAQ entry: proposed without what tells of a person, edited and saved
as a draft, published when one of the merchant's people says so, removable."""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field

from agents.assistant import Assistant
from agents.kit import ThreadState
from agents.masking import GONE, mask_person
from agents.reading import clean
from agents.story import inbox_of
from agents.turns import Shop
from retrieval.ingest import documents_of
from tradewind.base import Language, Record
from tradewind.commerce import Faq, SourceRow
from tradewind.errors import InvalidInput, NotFound
from tradewind.handover import FaqDraft, Handover
from tradewind.people import Session
from tradewind.ports.storage import ShopStore, Turn

SOURCE = "inbox"
"""What an entry's record says it was read from."""
TURNS_READ = 200


class Wording(Record):
    """Question and answer, in the language that they are written in."""

    question: Annotated[str, Field(min_length=1, max_length=500)]
    answer: Annotated[str, Field(min_length=1, max_length=4000)]
    language: Language = "en"


class Faqs:
    """One for all tenants: each call names its session and its shop's handles."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    async def propose(self, shop: Shop, id: str) -> Wording:
        """The buyer's last question before a person's last answer, both masked.

        Raises NotFound, also where no person has answered.
        """
        told = await self._handover(shop, id)
        turns = list(await self._assistant.off(shop.threads.turns, told.thread, TURNS_READ))
        last = max((n for n, turn in enumerate(turns) if turn.role == "person"), default=None)
        if last is None:
            raise NotFound(f"nobody has answered {id}.", "Answer it first.")
        names, said = await self._names(shop, told), turns[last].text
        question = next((turn.text for turn in _before(turns, last) if turn.role == "user"), "–")
        return Wording(
            question=mask_person(question, names)[:500],
            answer=mask_person(said, names),
            language=self._assistant.kit.buyer_reader.language_of(said, "en"),
        )  # fmt: skip

    async def draft(self, session: Session, shop: Shop, id: str, wording: Wording) -> FaqDraft:
        """Save what a person made of it.

        Raises NotFound; InvalidInput for an empty text and for one that tells of the buyer.
        """
        told = await self._handover(shop, id)
        names, now = await self._names(shop, told), datetime.now(UTC)
        question, answer = (_impersonal(text, names) for text in (wording.question, wording.answer))
        day = (told.answered_at or now).astimezone(ZoneInfo(session.tenant.timezone)).date()
        draft = FaqDraft(
            id=f"fd_{secrets.token_hex(6)}", tenant=session.tenant.id, handover=id,
            question=question, answer=answer, language=wording.language,
            drafted_by=session.actor.id, drafted_at=now, answered_on=day,
        )  # fmt: skip
        await self._assistant.off(inbox_of(shop).put_draft, draft)
        return draft

    async def publish(
        self, session: Session, shop: Shop, store: ShopStore, draft_id: str
    ) -> FaqDraft:
        """Make it an entry that retrieval finds. Raises NotFound, InvalidInput for one that is no
        draft any more."""
        moved = await self._move(session, shop, draft_id, "published")
        entry = _entry(moved, session.tenant.name)
        row = SourceRow(record=entry, raw={"draft": moved.id}, source=SOURCE)
        await self._assistant.off(store.put, [row])
        if shop.search is not None:
            await self._assistant.off(shop.search.upsert, documents_of(faqs=[entry]))
        return moved

    async def remove(
        self, session: Session, shop: Shop, store: ShopStore, draft_id: str
    ) -> FaqDraft:
        """Take it away, published or not. Raises NotFound, InvalidInput for one that is gone."""
        moved = await self._move(session, shop, draft_id, "removed")
        entry = _entry(moved, session.tenant.name)
        await self._assistant.off(store.drop_faq, entry.id)
        if shop.search is not None:
            await self._assistant.off(shop.search.delete, [f"faq/{entry.id}"])
        return moved

    async def _move(self, session: Session, shop: Shop, draft_id: str, to: str) -> FaqDraft:
        inbox = inbox_of(shop)
        draft = await self._assistant.off(inbox.draft, draft_id)
        if draft is None:
            raise NotFound(f"there is no draft {draft_id}.", "List the drafts.")
        if draft.status in ("removed", to):
            raise InvalidInput(f"draft {draft_id} is {draft.status}.", "Make a new one.")
        told = {"status": to, "decided_by": session.actor.id, "decided_at": datetime.now(UTC)}
        return await self._assistant.off(
            inbox.move_draft, draft.model_copy(update=told), draft.status
        )

    async def _handover(self, shop: Shop, id: str) -> Handover:
        told = await self._assistant.off(inbox_of(shop).handover, id)
        if told is None:
            raise NotFound(f"there is no handover {id}.", "List the inbox.")
        return told

    async def _names(self, shop: Shop, told: Handover) -> tuple[str, ...]:
        """Names, addresses and numbers by which the buyer of the conversation is known."""
        stored = await self._assistant.off(shop.threads.state, told.thread)
        memory = ThreadState.model_validate(stored) if stored else ThreadState()
        order = shop.reader.order(memory.verified_order) if memory.verified_order else None
        known = [memory.email, memory.postcode, memory.order_id, memory.verified_order]
        known += [told.contact.name, told.contact.email] if told.contact else []
        if order is not None:
            buyer = shop.reader.customer(order.customer_id)
            known += [order.email, *([buyer.name, buyer.phone] if buyer else [])]
            for place in (order.ship_to, order.bill_to):
                known += [place.name, place.line1, place.line2, place.phone] if place else []
        return tuple(known)


def _impersonal(text: str, names: Iterable[str]) -> str:
    told = clean(text)
    if not told:
        raise InvalidInput("question or answer is empty.", "Write both.")
    masked = mask_person(told, names)
    if GONE in masked:
        raise InvalidInput(f"this tells of the buyer: {masked[:200]}", "Write it for anybody.")
    return told


def _before(turns: list[Turn], n: int) -> list[Turn]:
    return list(reversed(turns[:n]))


def _entry(draft: FaqDraft, shop: str) -> Faq:
    """The entry; its id is what a citation shows of where it comes from."""
    id = f"answered by {shop} on {draft.answered_on} ({draft.id.removeprefix('fd_')})"
    return Faq(id=id, question=draft.question, answer=draft.answer, language=draft.language)
