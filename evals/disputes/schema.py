"""Whether evidence is such as its processor takes, by the published lists of its fields."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import JsonValue

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = re.compile(r"[A-Za-z0-9\-_,\s]+\.[A-Za-z]+")
"""PayPal's pattern for a document's name."""
UTF16 = "utf-16-le"
TRANSACTION = frozenset((
    "charge", "customer_account_id", "customer_device_fingerprint", "customer_device_id",
    "customer_email_address", "customer_purchase_ip", "merchandise_or_services",
    "product_description", "shipping_address",
))  # fmt: skip
"""What a transaction of `visa_compelling_evidence_3` may tell (docs.stripe.com/api/disputes)."""
PRIORS = 2


def form_of(processor: str) -> Path:
    """The published list: PayPal's for PayPal, else Stripe's."""
    name = "paypal" if processor == "paypal" else "stripe"
    return ROOT / "data" / "disputes" / f"{name}_evidence.toml"


def wrong_fields(evidence: JsonValue, processor: str) -> list[str]:
    """What the processor would refuse."""
    table = tomllib.loads(form_of(processor).read_text(encoding="utf-8"))
    if processor == "paypal":
        return list(_wrong_items(evidence, table))
    if not isinstance(evidence, dict):
        return ["the evidence is no object"]
    return list(_wrong(evidence, table))


def _wrong_items(evidence: JsonValue, table: Mapping[str, Any]) -> Iterator[str]:
    """PayPal takes a list: a type once, with notes, documents, tracking numbers or refund ids."""
    kinds = {field["name"]: field["kinds"] for field in table["field"]}
    told = evidence if isinstance(evidence, list) else []
    items = [item for item in told if isinstance(item, dict)]
    types = [item.get("evidence_type") for item in items]
    if not items or len(set(map(str, types))) != len(types):
        yield f"{types} is no list of types"
    for item in items:
        name = str(item.get("evidence_type"))
        notes, documents = item.get("notes", ""), item.get("documents", [])
        if name not in kinds:
            yield f"{name} is no type"
        elif "text" not in kinds[name] and (notes or documents):
            yield f"{name} takes no notes or documents"
        elif "text" in kinds[name] and item.get("evidence_info"):
            yield f"{name} takes no tracking numbers"
        if len(str(notes)) > table["text_characters"]:
            yield f"{name} has {len(str(notes))} characters"
        for one in documents if isinstance(documents, list) else []:
            if not isinstance(one, dict) or not DOCUMENT.fullmatch(str(one.get("name"))):
                yield f"{name}: {one!r} is no document"


def _wrong(evidence: Mapping[str, JsonValue], table: Mapping[str, Any]) -> Iterator[str]:
    kinds = {field["name"]: field["kinds"] for field in table["field"]}
    used = 0
    for name, value in evidence.items():
        if name not in kinds:
            yield f"{name} is no field"
        elif name == "enhanced_evidence":
            yield from _wrong_ce3(value)
        elif not isinstance(value, str) or not value:
            yield f"{name} holds no text"
        elif "text" in kinds[name]:
            size = len(value.encode(UTF16)) // 2
            used += size
            if size > table["text_characters"]:
                yield f"{name} has {size} characters"
    if used > table["combined_characters"]:
        yield f"{used} characters in all"


def _wrong_ce3(value: JsonValue) -> Iterator[str]:
    told = value.get("visa_compelling_evidence_3") if isinstance(value, dict) else None
    if not isinstance(told, dict):
        yield "enhanced_evidence names no programme"
        return
    disputed, priors = told.get("disputed_transaction"), told.get("prior_undisputed_transactions")
    if not isinstance(priors, list) or len(priors) != PRIORS:
        yield "not two earlier transactions"
        return
    for one in (disputed, *priors):
        if not isinstance(one, dict) or not one.keys() <= TRANSACTION:
            yield f"{one!r} is no transaction"
    if not isinstance(disputed, dict) or "merchandise_or_services" not in disputed:
        yield "the disputed transaction does not say what it was for"
    if not all(isinstance(one, dict) and one.get("charge") for one in priors):
        yield "an earlier transaction names no charge"
