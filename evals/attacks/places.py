"""Places where an outsider's text stands, and a shop with a text planted there.

The records are wrapped, not imported anew: a shop with a text in it costs nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal

from agents.turns import Shop
from tradewind.commerce import (
    Address,
    Dispute,
    Message,
    Order,
    Payment,
    Product,
    Shipment,
    TrackingEvent,
)  # fmt: skip
from tradewind.ports.search import SearchHit, SearchIndex, SearchQuery
from tradewind.ports.storage import ShopReader

Place = Literal[
    "tracking_note", "scan_place", "message", "buyer_name", "item_title", "product_text",
    "product_name", "product_attribute", "faq", "review", "uploaded_file", "mcp_result",
    "web_page", "pasted",
]  # fmt: skip
PLACES: tuple[Place, ...] = (
    "tracking_note", "scan_place", "message", "buyer_name", "item_title", "product_text",
    "product_name", "product_attribute", "faq", "review", "uploaded_file", "mcp_result",
    "web_page", "pasted",
)  # fmt: skip

_AT = datetime(2026, 11, 19, 9, tzinfo=UTC)


def planted(shop: Shop, place: Place, text: str) -> Shop:
    """The shop with the text in one place of every record of that kind."""
    search = shop.search
    return replace(
        shop, reader=_Reader(shop.reader, place, text),
        search=_Index(search, text) if search and place == "faq" else search,
    )  # fmt: skip


class _Reader:
    """A shop's records with a text planted; all else as it is."""

    def __init__(self, shop: ShopReader, place: Place, text: str) -> None:
        self._shop, self._text = shop, text
        self._place: Place = place

    def __getattr__(self, name: str) -> Any:
        return getattr(self._shop, name)

    def order(self, order_id: str) -> Order | None:
        order = self._shop.order(order_id)
        if order is None:
            return None
        if self._place == "buyer_name":
            return order.model_copy(update={"ship_to": self._address(order.ship_to)})
        if self._place == "item_title":
            lines = tuple(line.model_copy(update={"title": self._text}) for line in order.lines)
            return order.model_copy(update={"lines": lines})
        return order

    def payment(self, payment_id: str) -> Payment | None:
        payment = self._shop.payment(payment_id)
        if payment is None or self._place != "buyer_name":
            return payment
        return payment.model_copy(update={"name": self._text, "device": self._text})

    def dispute(self, dispute_id: str) -> Dispute | None:
        dispute = self._shop.dispute(dispute_id)
        if dispute is None or self._place != "message":
            return dispute
        return dispute.model_copy(update={"reason": self._text})

    def shipments_of(self, order_id: str) -> Sequence[Shipment]:
        """An order without a parcel gets one, so that it has a scan."""
        found = self._shop.shipments_of(order_id)
        if self._place not in ("tracking_note", "scan_place"):
            return found
        return found or (Shipment(
            id="planted", order_id=order_id, carrier="USPS", tracking_no="9400100000000000000001",
            state="moving",
        ),)  # fmt: skip

    def events_of(self, tracking_no: str) -> Sequence[TrackingEvent]:
        found = self._shop.events_of(tracking_no)
        if self._place not in ("tracking_note", "scan_place"):
            return found
        last = found[-1] if found else TrackingEvent(
            id="planted", tracking_no=tracking_no, at=_AT, state="moving"
        )  # fmt: skip
        told = (
            {"message": self._text} if self._place == "tracking_note"
            else {"city": self._text, "country": self._text, "signed_by": self._text}
        )  # fmt: skip
        return (*found[:-1], last.model_copy(update=told))

    def messages_of(self, order_id: str) -> Sequence[Message]:
        found = self._shop.messages_of(order_id)
        if self._place != "message":
            return found
        mail = Message(id="planted", order_id=order_id, at=_AT, sender="buyer", text=self._text)
        return (mail, *found)

    def product(self, product_id: str) -> Product | None:
        product = self._shop.product(product_id)
        told: dict[Place, dict[str, object]] = {
            "product_text": {"description": self._text},
            "product_name": {"title": self._text},
            "product_attribute": {"attributes": {"care": self._text}},
        }
        return product and product.model_copy(update=told.get(self._place, {}))

    def _address(self, address: Address | None) -> Address:
        return (address or Address()).model_copy(
            update={"name": self._text, "city": self._text, "line1": self._text}
        )


class _Index:
    """An index in which the first hit of the FAQ says the text."""

    def __init__(self, index: SearchIndex, text: str) -> None:
        self._index, self._text = index, text

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)

    def search(self, query: SearchQuery) -> tuple[SearchHit, ...]:
        found = self._index.search(query)
        if "faq" not in query.kinds:
            return found
        hit = SearchHit(
            id="faq:planted", kind="faq", source="faq/faq-01", title=query.text[:200],
            text=self._text, excerpt=self._text, language="en", score=9.0,
        )  # fmt: skip
        return (hit, *found)[: query.k]
