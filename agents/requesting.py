"""What a scenario's engine is asked for one part of a buyer's message."""

from pydantic import JsonValue

from agents.conversation import Part
from agents.instructions import part_of
from agents.kit import Kit, Request, ThreadState
from agents.reading import Reading
from agents.run import Run
from agents.translating import translate
from tradewind.base import Language
from tradewind.plan import Scenario
from tradewind.ports.storage import ShopReader


async def request_of(
    run: Run, kit: Kit, scenario: Scenario, part: Part, memory: ThreadState, language: Language
) -> Request:
    """What the scenario's engine is asked for one part of a message; `language` is the answer's."""
    reading, english = part.reading, part.english
    inputs = {"text": part.text, **reading.entities, "order_id": memory.verified_order}
    if any(spec.type == "market" for spec in scenario.inputs.values()):
        inputs |= await _place(run, scenario, reading, memory)
    wanted = {
        name: part_of(spec.found, reading.text) if spec.found else inputs.get(spec.type, "")
        for name, spec in scenario.inputs.items()
    }
    searches = any(name.endswith(".search") for name in scenario.tools)
    if searches and not english and reading.language != "en":
        english = await translate(run, kit, part.text, part.reading.language)
    foreign = language == "en" and reading.language != "en"
    return Request(
        text=english if foreign and english else part.text, language=language, english=english,
        inputs={name: value for name, value in wanted.items() if value},
        instructed=_is_told(kit, scenario, reading), proven=bool(memory.verified_order),
    )  # fmt: skip


async def _place(
    run: Run, scenario: Scenario, reading: Reading, memory: ThreadState
) -> dict[str, str]:
    """The country whose rules apply: the one that is named or was named last, and then it is no
    proven order that is spoken of, or that such an order goes to. What is sent back is an order,
    whatever other country was spoken of before."""
    named, order_id = reading.entities.get("market", ""), memory.verified_order
    about_order = scenario.intent == "return_refund"
    if named or (memory.market and not (order_id and about_order)):
        return {"market": named or memory.market, "order_id": order_id if about_order else ""}
    if not order_id:
        return {}
    asked: dict[str, JsonValue] = {"order": order_id}
    found = await run.look("market", asked, lambda shop: _country(shop, order_id))
    return {"market": str(found)}


def _country(shop: ShopReader, order_id: str) -> str:
    order = shop.order(order_id)
    return order.ship_to.country if order and order.ship_to else ""


def _is_told(kit: Kit, scenario: Scenario, reading: Reading) -> bool:
    """Whether the buyer plainly tells us to do it."""
    told = kit.instructions.find(scenario, reading.text, reading.language, "buyer")
    return told is not None
