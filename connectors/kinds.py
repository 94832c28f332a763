"""The list of kinds, from the special to the general: the first that fits is taken."""

from functools import cache

from connectors import (
    ad_report_csv,
    aftership_tracking,
    disputes_csv,
    easypost_tracker,
    faq_csv,
    mail,
    messages,
    paypal_disputes_json,
    policy_documents,
    retail_json,
    reviews,
    seventeentrack_tracking,
    shopify_objects_json,
    shopify_orders_csv,
    shopify_orders_json,
    shopify_products_csv,
    shopify_products_json,
    shopify_shop_json,
    stripe_charges_json,
    stripe_disputes_json,
    stripe_objects_json,
)  # fmt: skip
from connectors.reader import DocumentReader, JsonReader, MailReader, TableReader
from connectors.sniff import Form
from tradewind.errors import InvalidInput

Reader = JsonReader | TableReader | DocumentReader | MailReader

DOCUMENTS = {
    reader.kind: reader
    for reader in (policy_documents.MARKDOWN, policy_documents.HTML, policy_documents.PDF)
}

MAILS: dict[Form, MailReader] = {"eml": mail.EML, "mbox": mail.MBOX}


@cache
def json_readers() -> tuple[JsonReader, ...]:
    return (
        retail_json.READER,
        stripe_objects_json.READER,
        stripe_disputes_json.READER,
        stripe_charges_json.READER,
        stripe_charges_json.REFUNDS,
        paypal_disputes_json.READER,
        easypost_tracker.READER,
        seventeentrack_tracking.READER,
        aftership_tracking.READER,
        shopify_orders_json.READER,
        shopify_products_json.READER,
        shopify_objects_json.DISPUTES,
        shopify_objects_json.GRAPHQL_DISPUTES,
        shopify_objects_json.REFUNDS,
        shopify_objects_json.FULFILLMENTS,
        shopify_objects_json.CUSTOMERS,
        reviews.JSON,
        shopify_shop_json.READER,
        messages.JSON,
    )


@cache
def table_readers() -> tuple[TableReader, ...]:
    return (
        shopify_orders_csv.READER,
        shopify_products_csv.READER,
        ad_report_csv.READER,
        disputes_csv.reader(),
        faq_csv.reader(),
        reviews.reader(),
        messages.TABLE,
    )


def kinds() -> tuple[str, ...]:
    """The names of all kinds."""
    return tuple(reader.kind for reader in _all())


def reader_of(kind: str) -> Reader:
    """The reader of a kind. Raises InvalidInput, naming the kinds."""
    found = next((reader for reader in _all() if reader.kind == kind), None)
    if found is None:
        raise InvalidInput(f"kind {kind[:60]!r} does not exist", f"Kinds: {', '.join(kinds())}.")
    return found


def _all() -> tuple[Reader, ...]:
    return (*table_readers(), *json_readers(), *DOCUMENTS.values(), *MAILS.values())
