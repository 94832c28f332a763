"""Every tool against ids of another shop, and of another buyer.

What is not ours is not there: the answer is the one for an id that nobody has. Tools come from
`collect_tools`; a new argument that nothing here knows fails.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Literal, get_args, get_origin

import pytest
from neighbour_shop import ANOTHERS, FOREIGN, MARK, NOW, OWN, USD, outcome

from agents.turns import Shop
from tools import collect_tools
from tradewind.base import Money
from tradewind.commerce import Address, Order
from tradewind.errors import NotFound
from tradewind.people import Actor, Audience, Session
from tradewind.ports.search import SearchQuery
from tradewind.ports.storage import ShopReader
from tradewind.tool import Tool, ToolContext, ToolResult, tool
from wiring.platform import Platform

WORDS: dict[str, Any] = {
    "text": f"{MARK} blanket", "english": f"{MARK} blanket", "topic": "returns", "market": "US",
    "language": "en", "reason": "asked for", "name": "Ann", "line1": "1 Road", "line2": "",
    "city": "Rome", "region": "", "postcode": "20121", "country": "IT", "phone": "",
    "currency": "USD", "amount": USD, "budget": USD,
    "address": "1 Road, 20121 Rome", "campaign": "Lamps", "packet": "0" * 64, "news": "",
    "today": "2026-11-20", "at": "2026-11-20T12:00:00+00:00", "when": "when", "items": ("1",),
    "to": ("2",), "photo": "0" * 64, "method": "gift_card_1",
    "new_items": ("2",), "seen": None, "terms": None,
    "names": "material|colour", "words": f"{MARK}|blanket", "thing": "blanket", "value": "40",
    "unit": "",
}  # fmt: skip
"""Arguments that name nothing of anybody's."""


def fill(name: str, hint: Any) -> Any:
    """A value for an argument that is no id. Raises KeyError for one that needs a case."""
    if name in WORDS:
        return WORDS[name]
    if get_origin(hint) is Literal:
        return get_args(hint)[0]
    plain: dict[Any, Any] = {
        int: 1, bool: True, Money: USD, Address: Address(city="Rome"), datetime: NOW,
    }  # fmt: skip
    return plain[hint]


def cases(found: Tool) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each id that the tool takes, with values for all else. KeyError: it needs a case here."""
    fields = {name: field.annotation for name, field in found.arguments.model_fields.items()}
    ids = [name for name in fields if name in FOREIGN]
    rest = {name: fill(name, hint) for name, hint in fields.items() if name not in FOREIGN}
    for name in ids:
        yield name, rest | {other: FOREIGN[other][1] for other in ids if other != name}
    if not ids:
        yield "", rest


def context(platform: Platform, audience: Audience) -> ToolContext:
    shop = platform.shop("sample")
    session = Session(
        tenant=platform.tenant("sample"), actor=Actor(id="a", audience=audience), thread="t",
        verified_order=OWN if audience == "buyer" else None,
    )  # fmt: skip
    return shop.context(session)


def leaks(platform: Platform, tools: Mapping[str, Tool]) -> list[str]:
    """Tools that tell a foreign id from one that nobody has, or say a word of the neighbour's."""
    found: list[str] = []
    for one in tools.values():
        for audience in sorted(one.audiences):
            bound = context(platform, audience)
            for name, rest in cases(one):
                given = list(FOREIGN[name]) if name else [""]
                if name == "order_id" and audience == "buyer":
                    given.insert(0, ANOTHERS)
                each = [{**rest, name: id_} if name else dict(rest) for id_ in given]
                told = {outcome(partial(one, bound, arguments), *given) for arguments in each}
                if len(told) > 1 or any(MARK in words.replace(WORDS["text"], "") for words in told):
                    found.append(f"{one.name}({name}) for {audience}")
    return found


def test_no_tool_tells_of_anothers(platform: Platform, neighbour: Shop) -> None:
    tools = collect_tools()
    assert len(tools) > 6
    reads = {"refunds.list", "disputes.priors", "catalog.sold", "policy.shown", "orders.history"}
    reads |= {"catalog.facts", "catalog.fits", "catalog.size_chart", "policy.facts"}
    assert reads <= tools.keys()
    assert leaks(platform, tools) == []


def test_the_neighbours_ids_are_real(platform: Platform, neighbour: Shop) -> None:
    del platform
    reader = neighbour.reader
    assert reader.order(FOREIGN["order_id"][0])
    assert reader.dispute(FOREIGN["dispute_id"][0])
    assert reader.shipments_with(FOREIGN["tracking_no"][0])
    assert neighbour.search is not None
    assert MARK in repr(neighbour.search.search(SearchQuery(text=f"{MARK} blanket")))


def test_a_tool_with_an_argument_nobody_knows_is_found() -> None:
    @tool("parcels.open", effect="read")
    def open_parcel(context: ToolContext, parcel_ref: str) -> ToolResult:
        """Open a parcel."""
        return ToolResult(note=parcel_ref)

    with pytest.raises(KeyError):
        list(cases(open_parcel))


def test_a_tool_that_reads_any_shop_is_found(
    platform: Platform, neighbour: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bug: the handle looks in another shop as well."""
    order = neighbour.reader.order
    own = platform.database.shop("sample").order

    def anybodys(_: object, order_id: str) -> Order | None:
        return order(order_id) if order_id == FOREIGN["order_id"][0] else own(order_id)

    order, own = Frozen(neighbour.reader), Frozen(platform.database.shop("sample"))
    monkeypatch.setattr("stores.shop.SqlShop.order", anybodys)
    assert "orders.find(order_id) for merchant" in leaks(platform, collect_tools())


class Frozen:
    """Orders as they were before the store was broken."""

    def __init__(self, reader: ShopReader) -> None:
        self._known = {id_: reader.order(id_) for id_ in (FOREIGN["order_id"][0], OWN, ANOTHERS)}

    def __call__(self, order_id: str) -> Order | None:
        return self._known.get(order_id)


def test_a_buyers_tool_that_reads_any_order_is_found(
    platform: Platform, neighbour: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bug: the proven order is not asked after."""

    def unasked(context: ToolContext, order_id: str) -> Order:
        if (order := context.shop.order(order_id)) is None:
            raise NotFound("there is none.")
        return order

    monkeypatch.setattr("tools.orders.find.told_order", unasked)
    assert leaks(platform, collect_tools()) == ["orders.find(order_id) for buyer"]
