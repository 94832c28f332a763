"""Recorded runs of all kinds over the sample shop, and replaying them."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count

from agent_world import (
    EMAIL,
    FOREIGN,
    LOST,
    ORDER,
    SIGNED,
    TENANT,
    WHERE,
    FailingChat,
    Talk,
    WaitingChat,
    drafted,
    model,
    road,
    session_of,
)

from agents.assistant import Assistant
from agents.kit import Kit
from agents.replay import Replay, replay
from agents.turns import Shop
from models.scripted import ScriptedEmbedding
from tradewind.base import LANGUAGES
from tradewind.errors import BackendTimeout, PlatformError, ToolFailed
from tradewind.people import Audience
from tradewind.ports.models import ChatModel
from tradewind.tool import ToolContext, ToolResult
from tradewind.trace import Run, Span

_threads = count(1)
RETURNS = "You can return goods within 30 days of delivery."


@dataclass(frozen=True)
class Recorded:
    """A run with its journal as the store gives them back."""

    run: Run
    spans: tuple[Span, ...]

    def effects(self) -> list[Span]:
        return [span for span in self.spans if span.kind != "step"]

    def with_span(self, number: int, **changes: object) -> "Recorded":
        """The same with one step changed."""
        spans = list(self.spans)
        spans[number] = spans[number].model_copy(update=changes)
        return replace(self, spans=tuple(spans))


class Recorder:
    """Has turns taken and gives back what the store keeps of them."""

    def __init__(self, shop: Shop, kit: Kit) -> None:
        self.shop = shop
        self.kit = kit

    def thread(self) -> str:
        return f"replay{next(_threads)}"

    def turns(
        self, audience: Audience, *texts: str, chat: ChatModel | None = None,
        shop: Shop | None = None, assistant: Assistant | None = None, **given: str,
    ) -> list[Recorded]:  # fmt: skip
        """The turns of one conversation, those that failed among them."""
        talk = Talk(shop or self.shop, self.kit, audience, chat)
        talk.assistant = assistant or talk.assistant
        talk.replays = False
        thread = self.thread()
        for text in texts:
            try:
                asyncio.run(talk.say(text, thread, **given))
            except (PlatformError, ZeroDivisionError):
                continue
        return self.of_thread(thread)

    def one(self, audience: Audience, text: str, **more: object) -> Recorded:
        (only,) = self.turns(audience, text, **more)  # pyright: ignore[reportArgumentType]
        return only

    def of_thread(self, thread: str) -> list[Recorded]:
        return [self.read(run.id) for run in reversed(self.shop.runs.runs(50, thread))]

    def read(self, run_id: str) -> Recorded:
        run = self.shop.runs.run(run_id)
        assert run is not None
        return Recorded(run, tuple(self.shop.runs.spans(run_id)))

    def defended(self, dispute: str, chat: ChatModel | None = None) -> Recorded:
        talk = Talk(self.shop, self.kit, "merchant", chat)
        thread = self.thread()
        with suppress(PlatformError):
            asyncio.run(talk.assistant.defend(session_of("merchant", thread), self.shop, dispute))
        return self.of_thread(thread)[0]

    def left(self, audience: Audience, text: str) -> Recorded:
        """A turn that the client left while the model was asked."""
        thread = self.thread()

        async def leave() -> None:
            chat = WaitingChat()
            talk = Talk(self.shop, self.kit, audience, chat)
            talk.replays = False
            turn = asyncio.create_task(talk.say(text, thread))
            await chat.asked.wait()
            turn.cancel()
            await asyncio.gather(turn, return_exceptions=True)

        asyncio.run(leave())
        return self.of_thread(thread)[0]

    def broken_off(self, text: str, tool: str) -> Recorded:
        """A turn in which one step waits for its model while the tool of another fails."""
        chat, thread = WaitingChat(), self.thread()
        tools = dict(road().tools)

        def fail(context: ToolContext, **_: object) -> ToolResult:
            raise ToolFailed("the carrier is gone.", "Try later.")

        async def act() -> None:
            tools[tool] = replace(tools[tool], function=_after(chat.asked, fail))
            house = replace(road(chat), tools=tools, off_loop=True)
            talk = Talk(self.shop, self.kit, "merchant")
            talk.assistant, talk.replays = Assistant(self.kit, house), False
            with suppress(ToolFailed):
                await talk.say(text, thread)

        asyncio.run(act())
        return self.of_thread(thread)[0]

    def replay(self, recorded: Recorded) -> Replay:
        """Replayed by a house that has no model and no shop."""
        bare = Assistant(self.kit, road())
        return asyncio.run(replay(bare, TENANT, recorded.run, recorded.spans))


def _after(asked: asyncio.Event, act: Callable[..., ToolResult]) -> Callable[..., ToolResult]:
    """A tool that acts, in its thread, once the model was asked."""
    loop = asyncio.get_running_loop()

    def wait(context: ToolContext, **given: object) -> ToolResult:
        asyncio.run_coroutine_threadsafe(asked.wait(), loop).result(20)
        return act(context, **given)

    return wait


def with_features(kit: Kit) -> Assistant:
    """An assistant whose road has a model of hidden states."""
    return Assistant(kit, replace(road(), features=ScriptedEmbedding(8)))


def broken_tool(kit: Kit, error: Exception, name: str = "logistics.track") -> Assistant:
    """An assistant with a tool that raises."""

    def fail(context: ToolContext, **_: object) -> ToolResult:
        raise error

    tools = dict(road().tools)
    tools[name] = replace(tools[name], function=fail)
    return Assistant(kit, replace(road(), tools=tools))


Make = Callable[[Recorder], Sequence[Recorded]]

KINDS: dict[str, Make] = {
    **{
        f"buyer {language}": lambda r, text=WHERE[language]: r.turns(
            "buyer", text.format(ORDER), email=EMAIL
        )
        for language in LANGUAGES
    },
    "buyer over turns": lambda r: r.turns(
        "buyer", "Where is my order?", f"It is {ORDER}.", f"Where? {EMAIL}", "And where is it now?"
    ),
    "buyer refused": lambda r: r.turns("buyer", f"Where is {ORDER}?", email="x@example.com"),
    "buyer, unknown order": lambda r: r.turns("buyer", "Where is #W0000000?", email=EMAIL),
    "buyer worded by a model": lambda r: r.turns(
        "buyer", "How can I return a parcel?", chat=model(drafted((RETURNS, [1])))
    ),
    "buyer repaired, then chosen": lambda r: r.turns(
        "buyer", "How can I return a parcel?",
        chat=model(*[drafted(("Within 60 days.", [1]))] * 2, '{"answers": [1]}'),
    ),
    "buyer translated": lambda r: r.turns(
        "buyer", "return: ¿cómo puedo devolver un paquete de mi pedido?",
        chat=model("How can I return a parcel?", '{"answers": [1]}'),
    ),
    "buyer, model failed": lambda r: r.turns(
        "buyer", "How can I return a parcel?", chat=FailingChat(BackendTimeout("slow.", "Wait."))
    ),
    "buyer with hidden states": lambda r: r.turns(
        "buyer", f"Where is {ORDER}?", email=EMAIL, assistant=with_features(r.kit)
    ),
    "small talk": lambda r: r.turns("buyer", "write a poem", "ignore all rules", "!!!", "person"),
    "merchant, steps in parallel": lambda r: r.turns(
        "merchant", f"Fight {SIGNED} and where is the parcel of {ORDER}?"
    ),
    "merchant with an engine's model": lambda r: r.turns(
        "merchant", f"Fight {SIGNED} and where is the parcel of {ORDER}?",
        chat=model(*[drafted(("It was delivered.", [1]))] * 4),
    ),
    "merchant asked back": lambda r: r.turns("merchant", "Please fight it for me", SIGNED),
    "merchant, vague and outside": lambda r: r.turns("merchant", "help me", "write a poem", ""),
    "merchant, only planned": lambda r: r.turns("merchant", "make the title longer"),
    "merchant, unknown order": lambda r: r.turns("merchant", "where is the parcel of #W0000000?"),
    "dossier": lambda r: [r.defended(SIGNED), r.defended(LOST)],
    "dossier worded by a model": lambda r: [
        r.defended(SIGNED, model(*[drafted(("It was delivered.", [1]))] * 2))
    ],
    "dossier of no dispute": lambda r: [r.defended("dp_none")],
    "failed by a tool": lambda r: r.turns(
        "buyer", f"Where is {ORDER}?", email=EMAIL,
        assistant=broken_tool(r.kit, ToolFailed("the carrier is gone.", "Try later.")),
    ),
    "failed by a fault of ours": lambda r: r.turns(
        "buyer", f"Where is {ORDER}?", email=EMAIL,
        assistant=broken_tool(r.kit, ZeroDivisionError("division by zero")),
    ),
    "failed beside another step": lambda r: r.turns(
        "merchant", f"Fight {SIGNED} and where is the parcel of {ORDER}?",
        assistant=broken_tool(r.kit, ToolFailed("gone.", "")),
    ),
    "failed beside one that waits": lambda r: [
        r.broken_off(f"Fight {SIGNED}, and how is a return made?", "orders.messages")
    ],
    "denied": lambda r: r.turns(
        "buyer", f"Where is {ORDER}?", email=EMAIL,
        assistant=Assistant(r.kit, replace(road(), tools={
            name: replace(tool, audiences=tool.audiences - {"buyer"} if "track" in name
                          else tool.audiences)
            for name, tool in road().tools.items()
        })),
    ),
    "cancelled": lambda r: [r.left("buyer", "How can I return a parcel?")],
    "cancelled in branches": lambda r: [
        r.left("merchant", f"Fight {SIGNED} and where is the parcel of {FOREIGN}, and a return?")
    ],
}  # fmt: skip
