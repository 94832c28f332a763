"""Shop records become documents, without anything fetched and without prices."""

import socket

import pytest

from retrieval.analyse import terms
from retrieval.ingest import SECTION_TERMS, documents_of
from tradewind.base import Money
from tradewind.commerce import Faq, Policy, Product, Variant

SHOES = Product(
    id="9523", title="Running Shoes", description="Light shoes for the road.", type="Shoes",
    vendor="Zephyr", tags=("sport",), attributes={"Sole": "rubber"},
    variants=(
        Variant(id="v1", sku="RS-38-BLK", options={"Size": "38", "Colour": "black"},
                price=Money(minor=4666, currency="USD"), stock=7531, barcode="4006381333931"),
        Variant(id="v2", sku="RS-39-BLK", options={"Size": "39", "Colour": "black"}),
    ),
)  # fmt: skip

RETURNS = Policy(
    id="returns",
    topic="returns",
    title="Returns",
    language="en",
    market="US",
    text="""Everything about returns.

# Returns

## Deadline

You have 30 days.

## Refunds

### By card

Paid to the card.

### By voucher

"""
    + "Vouchers are sent by mail within a day or two of the return. " * 40,
)

FAQ = Faq(id="f1", question="可以退货吗？", answer="三十天内可以退货。", language="zh")


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("ingestion must not use the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_a_product_holds_its_facts_and_codes_but_no_price_or_stock() -> None:
    (document,) = documents_of([SHOES])
    assert (document.id, document.source, document.kind) == (
        "product/9523",
        "product/9523",
        "product",
    )
    assert document.title == "Running Shoes"
    for said in ("Shoes", "Zephyr", "sport", "Sole: rubber", "Size: 38, 39", "RS-39-BLK", "Light"):
        assert said in document.text
    assert "46" not in document.text.replace("4006381333931", "")
    assert "7531" not in document.text
    assert document.metadata["codes"].split() == ["RS-38-BLK", "4006381333931", "RS-39-BLK"]


def test_a_faq_is_its_question_and_answer() -> None:
    (document,) = documents_of(faqs=[FAQ])
    assert (document.id, document.kind, document.language) == ("faq/f1", "faq", "zh")
    assert (document.title, document.text) == (FAQ.question, FAQ.answer)


def test_a_policy_is_split_by_its_headings() -> None:
    documents = documents_of(policies=[RETURNS])
    found = {document.id: document for document in documents}
    assert {document.source for document in documents} == {"policy/returns"}
    assert {document.market for document in documents} == {"US"}
    assert found["policy/returns"].text == "Everything about returns."
    deadline = found["policy/returns#returns/deadline"]
    assert (deadline.title, deadline.text) == ("Returns › Deadline", "You have 30 days.")
    card = found["policy/returns#returns/refunds/by-card"]
    assert (card.title, card.text) == ("Returns › Refunds › By card", "Paid to the card.")
    assert all(document.text.strip() for document in documents)


def test_a_long_section_is_split_at_sentences_under_the_limit() -> None:
    parts = [d for d in documents_of(policies=[RETURNS]) if "by-voucher" in d.id]
    assert [d.id.partition("by-voucher")[2] for d in parts][:3] == ["", "-2", "-3"]
    for part in parts:
        assert len(terms(part.text)) <= SECTION_TERMS
        assert part.text.startswith("Vouchers")
        assert part.text.endswith(".")


def test_a_long_chinese_section_is_split_too() -> None:
    text = "收到商品后三十天内可以申请退货，运费由卖家承担。" * 60
    policy = Policy(id="zh", topic="returns", title="退货政策", text=text, language="zh")
    parts = documents_of(policies=[policy])
    assert len(parts) > 3
    assert all(part.text.endswith("。") for part in parts)
    assert all(len(terms(part.text)) <= SECTION_TERMS for part in parts)


def test_ids_and_digests_are_stable_and_follow_the_content() -> None:
    once, again = (documents_of([SHOES], [RETURNS], [FAQ]) for _ in range(2))
    assert once == again
    assert len({document.id for document in once}) == len(once)
    longer = RETURNS.model_copy(update={"text": "# Contact\n\nMail us.\n\n" + RETURNS.text})
    changed = {d.id: d.digest for d in documents_of(policies=[longer])}
    same = [d for d in once if changed.get(d.id) == d.digest]
    assert any(d.id == "policy/returns#returns/deadline" for d in same)


def test_nothing_gives_nothing() -> None:
    assert documents_of() == ()
    assert documents_of(policies=[Policy(id="e", topic="t", title="Empty", text="")]) == ()
