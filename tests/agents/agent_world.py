"""Runs over the sample shop, with a model that says what the test wrote."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from pydantic import JsonValue

from agents.assistant import Assistant
from agents.events import Answer, TurnEvent
from agents.journal import Journal
from agents.kit import Kit
from agents.replay import replay
from agents.run import Road, Run
from agents.turns import Shop
from models.scripted import ScriptedChat
from tools import collect_tools
from tradewind.base import Language
from tradewind.people import Actor, Audience, Session, Tenant
from tradewind.plan import Tier
from tradewind.ports.models import ChatModel, ChatRequest, Completion
from tradewind.ports.search import Document, IndexCount, SearchHit, SearchQuery
from tradewind.tool import ToolContext
from tradewind.trace import Span

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TENANT = Tenant(id="sample", name="Sample")

ORDER, EMAIL = "#W2611340", "james.li4495@example.com"
"""An order on its way, and the e-mail it was placed with."""
TRACKING, CITY = "9400133284041056308157", "Salt Lake City"
FOREIGN, FOREIGN_EMAIL = "#W7156413", "ethan.moore4935@example.com"
"""Another buyer's order."""
SIGNED = "dp_1QSamplepbDnETYhXfRA9"
"""A dispute over that order: not received, signed for at a matching postcode."""
LOST = "dp_1QSamplerffRJTReW5Egr"

WHERE: dict[Language, str] = {
    "en": "Where is my order {}?",
    "zh": "我的订单{}到哪里了？",
    "es": "¿Dónde está mi pedido {}?",
    "pt": "Onde está o meu pedido {}?",
    "ko": "제 주문 {} 어디쯤 왔나요?",
    "ja": "注文{}の荷物は今どこですか？",
    "ru": "Где мой заказ {}?",
    "ar": "أين طلبي {}؟",
    "de": "Wo ist meine Bestellung {}?",
    "fr": "Où est ma commande {} ?",
    "it": "Dov'è il mio ordine {}?",
    "tr": "{} numaralı siparişim nerede?",
}


def model(*answers: str | Completion, trusted: Iterable[str] = ("en",)) -> ScriptedChat:
    """A model that gives these answers in turn."""
    return ScriptedChat(answers, trusted_languages=frozenset(trusted))


class FailingChat(ScriptedChat):
    """A model that raises what it is given."""

    def __init__(self, error: Exception) -> None:
        super().__init__((), trusted_languages=frozenset({"en"}))
        self._error = error

    async def complete(self, request: ChatRequest) -> Completion:
        self.requests.append(request)
        raise self._error


class WaitingChat(ScriptedChat):
    """A model that never answers; `asked` is set once it was called."""

    def __init__(self) -> None:
        super().__init__((), trusted_languages=frozenset({"en"}))
        self.asked = asyncio.Event()

    async def complete(self, request: ChatRequest) -> Completion:
        self.asked.set()
        await asyncio.Event().wait()
        raise AssertionError


class NoIndex:
    """An index in which nothing is found."""

    def sync(self, documents: Iterable[Document]) -> IndexCount:
        return IndexCount()

    def upsert(self, documents: Iterable[Document]) -> IndexCount:
        return IndexCount()

    def delete(self, ids: Iterable[str]) -> int:
        return 0

    def search(self, query: SearchQuery) -> tuple[SearchHit, ...]:
        return ()

    def count(self) -> int:
        return 0

    def close(self) -> None:
        """Holds nothing."""


def road(chat: ChatModel | None = None, *, off_loop: bool = False) -> Road:
    chats: dict[Tier, ChatModel] = {} if chat is None else {"base": chat}
    return Road(collect_tools(), chats, None, clock=lambda: NOON, off_loop=off_loop)


def session_of(audience: Audience, thread: str = "t", verified: str | None = None) -> Session:
    actor = Actor(id="someone", audience=audience)
    return Session(tenant=TENANT, actor=actor, thread=thread, verified_order=verified)


def new_run(
    shop: Shop,
    session: Session,
    chat: ChatModel | None = None,
    emit: Callable[[TurnEvent], None] = lambda _: None,
) -> Run:
    context = ToolContext(session=session, shop=shop.reader, search=shop.search)
    return Run(Journal("run_test"), road(chat), context, emit)


class Talk:
    """A conversation with the assistant over the sample shop.

    Every run that it leaves is replayed at once and must come out the same, unless `replays` is
    switched off.
    """

    def __init__(
        self, shop: Shop, kit: Kit, audience: Audience, chat: ChatModel | None = None
    ) -> None:
        self.shop = shop
        self.assistant = Assistant(kit, road(chat))
        self.audience: Audience = audience
        self.events: list[TurnEvent] = []
        self.run = ""
        self.replays = True

    async def say(self, text: str, thread: str = "t", **given: str) -> Answer:
        who = session_of(self.audience, thread)
        self.events = []
        try:
            ended = await self.assistant.turn(who, self.shop, text, self.events.append, given)
        finally:
            if self.replays:
                await self._replay_last(thread)
        self.run = ended.run
        return ended.answer

    async def _replay_last(self, thread: str) -> None:
        for run in self.shop.runs.runs(1, thread):
            done = await replay(self.assistant, TENANT, run, self.shop.runs.spans(run.id))
            assert done.identical, str(done.mismatch)
            assert done.effects_executed == 0

    def spans(self) -> list[Span]:
        """The journal of the last turn, as it was stored."""
        return list(self.shop.runs.spans(self.run))


def told(answer: Answer) -> str:
    """All that a person can read of an answer."""
    return " ".join([answer.text, *(c.excerpt + c.source for c in answer.citations)])


def drafted(*said: tuple[str, list[int]], answerable: bool = True) -> str:
    """A model's draft as it writes it: sentences with the numbers of their records."""
    import json

    sentences: JsonValue = [{"text": text, "sources": list(numbers)} for text, numbers in said]
    return json.dumps({"answerable": answerable, "sentences": sentences})
