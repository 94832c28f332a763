"""What Shopify says of a shop itself (`shop.json` of its Admin API)."""

from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from connectors.document import JsonObject
from connectors.fields import Fields
from connectors.places import country_code
from connectors.reader import Context, JsonReader, Outcome
from tradewind.people import ShopDetails


def find_shop(document: JsonValue) -> Sequence[JsonObject]:
    """The shop's object; none in a document of another kind."""
    found = document.get("shop", document) if isinstance(document, dict) else None
    own = {"name", "myshopify_domain", "currency"}
    return (found,) if isinstance(found, dict) and own <= found.keys() else ()


def read_details(fields: Fields) -> ShopDetails:
    """Its name, country, currency and time zone. Only `iana_timezone` is read: the other name of
    the zone is a sentence. Raises InvalidInput."""
    return ShopDetails.told(
        name=fields.need("name"), home=country_code(fields.text("country_code", "country")),
        currency=fields.text("currency"), timezone=fields.text("iana_timezone"),
    )  # fmt: skip


def no_records(fields: Fields, context: Context) -> Iterator[Outcome]:
    """It tells of the shop alone."""
    return iter(())


READER = JsonReader("shopify_shop_json", find_shop, no_records, read_details)
