"""The usual way to build the buyer's turn: FastAPI over a LangGraph graph with SQLite checkpoints.

Five steps as our turn takes them (read, identify, look up, compose, store) over the same shop
store, with no model, no verification and no journal: what a framework alone costs a turn.
"""

import re
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypedDict

from fastapi import FastAPI
from langgraph.graph import END, START, StateGraph
from pydantic import BaseModel

from tradewind.ports.storage import ShopReader

MISSING = "langgraph-checkpoint-sqlite is not installed; it comes with the extra `dev`"

_ORDER = re.compile(r"#?W\d{7}")


class Question(BaseModel):
    thread: str
    text: str
    order_id: str
    email: str


class State(TypedDict, total=False):
    thread: str
    text: str
    order_id: str
    email: str
    proven: bool
    state: str
    place: str
    answer: str


class FiveSteps:
    """The graph's nodes over one shop."""

    def __init__(self, shop: ShopReader, database: Path) -> None:
        self._shop = shop
        self._answers = sqlite3.connect(database, check_same_thread=False)
        self._answers.execute("PRAGMA journal_mode = WAL")
        self._answers.execute("PRAGMA synchronous = NORMAL")
        self._answers.execute("CREATE TABLE answers (thread TEXT, text TEXT, answer TEXT)")

    def compile(self, saver: Any) -> Any:
        """The graph in a line, with a checkpoint after every step."""
        graph = StateGraph(State)
        steps = (self.read, self.identify, self.look_up, self.compose, self.store)
        for step in steps:
            graph.add_node(step.__name__, step)
        names = [START, *(step.__name__ for step in steps), END]
        for before, after in zip(names, names[1:], strict=False):
            graph.add_edge(before, after)
        return graph.compile(checkpointer=saver)

    async def read(self, state: State) -> State:
        found = _ORDER.search(state.get("text", ""))
        return {"order_id": found[0] if found else state.get("order_id", "")}

    async def identify(self, state: State) -> State:
        order = self._shop.order(state.get("order_id", ""))
        customer = self._shop.customer(order.customer_id) if order else None
        known = (order.email if order else "") or (customer.email if customer else "")
        return {"proven": known.casefold() == state.get("email", "").casefold()}

    async def look_up(self, state: State) -> State:
        for shipment in self._shop.shipments_of(state.get("order_id", "")):
            events = self._shop.events_of(shipment.tracking_no)
            if events:
                return {"state": events[-1].state, "place": events[-1].city}
        return {"state": "unknown", "place": ""}

    async def compose(self, state: State) -> State:
        if not state.get("proven"):
            return {"answer": "Please tell me the order number and its e-mail."}
        told = f"Order {state.get('order_id')} is {state.get('state')} ({state.get('place')})."
        return {"answer": told}

    async def store(self, state: State) -> State:
        row = (state.get("thread"), state.get("text"), state.get("answer"))
        with self._answers:
            self._answers.execute("INSERT INTO answers VALUES (?, ?, ?)", row)
        return {}

    def close(self) -> None:
        self._answers.close()


@asynccontextmanager
async def five_steps(shop: ShopReader, folder: Path) -> AsyncGenerator[FastAPI]:
    """The application, its databases in `folder`. ImportError without the checkpoint package."""
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

    steps = FiveSteps(shop, folder / "answers.db")
    async with AsyncSqliteSaver.from_conn_string(str(folder / "checkpoints.db")) as saver:
        graph = steps.compile(saver)
        app = FastAPI()

        @app.post("/chat")
        async def chat(question: Question) -> dict[str, str]:  # pyright: ignore[reportUnusedFunction]
            config = {"configurable": {"thread_id": question.thread}}
            state = await graph.ainvoke(question.model_dump(), config)
            return {"answer": state["answer"]}

        yield app
    steps.close()
