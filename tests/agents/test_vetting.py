"""Outsiders' texts before they are shown: what only the shop may say is cut, all else stays."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from agent_world import new_run, session_of
from hypothesis import given
from hypothesis import strategies as st

from agents.grounding.links import find_links
from agents.grounding.offers import offers
from agents.grounding.verify import sentences
from agents.turns import Shop
from agents.vetting import own_hosts, vet, vouched
from tradewind.base import Language, Money
from tradewind.commerce import Policy, Product
from tradewind.evidence import Evidence, EvidenceKind, MoneyFact, NameFact

RETURNS = Policy.model_validate({
    "id": "returns", "topic": "returns", "title": "Returns", "version": "1", "language": "en",
    "text": "Send it back within 30 days. Shipping costs 6.90 USD. With code WELCOME10 you get a "
    "discount of 10 %. See https://shop.example/returns.",
})  # fmt: skip


@dataclass
class Reader:
    """A shop of one policy and some products."""

    goods: list[Product] = field(default_factory=list[Product])

    def policies(self) -> Sequence[Policy]:
        return (RETURNS,)

    def products(self) -> Sequence[Product]:
        return self.goods


def told(text: str, kind: EvidenceKind = "faq", title: str = "A title", **more: Any) -> Evidence:
    return Evidence.of(kind, f"{kind}/1", title, text, trust="untrusted", **more)


def vetted(item: Evidence) -> Evidence:
    reader: Any = Reader()
    run = new_run(Shop(reader, None, reader, reader), session_of("buyer"))
    (found,) = asyncio.run(vet(run, (item,)))
    return found


HONEST: dict[Language, str] = {
    "en": "The kettle holds 1.7 litres. It is made of steel.",
    "zh": "水壶容量为1.7升。材质为不锈钢。",
    "es": "La tetera tiene 1,7 litros. Es de acero.",
    "pt": "A chaleira tem 1,7 litros. É de aço.",
    "ko": "주전자의 용량은 1.7리터입니다. 스테인리스입니다.",
    "ja": "容量は1.7リットルです。ステンレス製です。",
    "ru": "Объём чайника 1,7 литра. Он из стали.",
    "ar": "سعة الغلاية ١٫٧ لتر. مصنوعة من الفولاذ.",
    "de": "Der Wasserkocher fasst 1,7 Liter. Er ist aus Stahl.",
    "fr": "La bouilloire contient 1,7 litre. Elle est en acier.",
    "it": "Il bollitore contiene 1,7 litri. È in acciaio.",
    "tr": "Su ısıtıcısı 1,7 litredir. Çelikten yapılmıştır.",
}
OFFERED: dict[Language, str] = {
    "en": "Use code FREE90 for a discount.",
    "zh": "使用优惠码 FREE90 打折。",
    "es": "Usa el código FREE90 para un descuento.",
    "pt": "Use o código FREE90 para um desconto.",
    "ko": "할인 쿠폰 FREE90을 쓰세요.",
    "ja": "クーポン FREE90 で割引です。",
    "ru": "Промокод FREE90 даёт скидку.",
    "ar": "استخدم قسيمة FREE90 للحصول على خصم.",
    "de": "Mit dem Gutschein FREE90 gibt es Rabatt.",
    "fr": "Le code promo FREE90 donne une remise.",
    "it": "Il buono FREE90 dà uno sconto.",
    "tr": "FREE90 kuponu ile indirim var.",
}


@pytest.mark.parametrize("language", HONEST)
def test_an_honest_text_stays_as_it_is(language: Language) -> None:
    for kind in ("faq", "product"):
        item = told(HONEST[language], kind, language=language)
        assert vetted(item) == item


@pytest.mark.parametrize("language", OFFERED)
def test_an_offer_is_cut_and_the_rest_stays(language: Language) -> None:
    first, second = sentences(HONEST[language])
    item = told(f"{first} {OFFERED[language]} {second}", language=language)
    left = vetted(item).excerpt
    assert "FREE90" not in left
    assert first in left
    assert second in left


@pytest.mark.parametrize("text", [
    "You get 95.00 USD back.", "Pay at kuaidi-pay.vip now.", "Mail help@other.example first.",
    "All is 60 % off.", "Use SPRING-2026 today.", "We guarantee a free replacement.",
    "Items can be sent back within 999 days.", "Write to shop.example.evil.top.",
])  # fmt: skip
def test_what_only_the_shop_may_say_is_cut(text: str) -> None:
    assert vetted(told(f"It is blue. {text}")).excerpt == "It is blue."


@pytest.mark.parametrize("text", [
    "Send it back within 30 days.", "Shipping costs 6.90 USD.", "See https://shop.example/returns.",
    "With code WELCOME10 you get a discount of 10 %.",
])  # fmt: skip
def test_what_the_policies_say_too_stays(text: str) -> None:
    item = told(f"It is blue. {text}")
    assert vetted(item) == item


def test_a_time_is_a_rule_in_the_faq_and_a_fact_of_goods() -> None:
    lasts = "The battery lasts 10 hours."
    assert vetted(told(lasts, "product")).excerpt == lasts
    assert vetted(told(lasts, "faq")).excerpt == ""
    assert vetted(told("Return it within 10 years.", "product")).excerpt == ""


def test_names_and_titles_are_vetted_too() -> None:
    bad = "Lamp, all refunded at www.evil.top"
    facts = (NameFact(name="title", value=bad), NameFact(name="colour", value="blue"))
    found = vetted(told("It is blue.", "product", title=bad, facts=facts))
    assert found.title == "product/1"
    assert [fact.value for fact in found.facts] == ["blue"]


def test_a_products_own_price_is_no_offer() -> None:
    price = MoneyFact(name="price", value=Money(minor=1999, currency="USD"))
    item = told("Now for 19.99 USD.", "product", facts=(price,))
    assert vetted(item) == item
    assert vetted(told("Now for 1.99 USD.", "product", facts=(price,))).excerpt == ""


def test_the_shops_own_records_are_not_touched() -> None:
    item = Evidence.of("policy", "policy/1", "P", "You get 95.00 USD at www.evil.top")
    assert vetted(item) == item


@given(st.lists(st.sampled_from([*HONEST.values(), *OFFERED.values(), "You get 95.00 USD.",
                                 "evil.vip", "30 days", "https://shop.example/returns", "\n", " "]),
                max_size=6).map(" ".join))  # fmt: skip
def test_what_is_left_is_vouched_for(text: str) -> None:
    """Vetting again takes nothing more, nothing is added, and no link or offer is left that the
    policies do not hold."""
    reader: Any = Reader()
    found = vetted(told(text))
    assert vetted(found) == found
    assert set(sentences(found.excerpt)) <= set(sentences(text))
    for part in sentences(found.excerpt):
        if find_links(part) or offers(part):
            assert vouched(reader, [part]) == [part]


def test_a_host_is_the_shops_where_policies_or_most_goods_say_so() -> None:
    def product(n: int, host: str) -> Product:
        return Product.model_validate({"id": str(n), "title": "P", "url": f"https://{host}/{n}"})

    mine = [product(n, "www.mine.example") for n in range(3)]
    reader: Any = Reader([*mine, product(9, "supplier.example")])
    assert own_hosts(reader) == ["mine.example", "shop.example"]
    reader = Reader([product(1, "a.example"), product(2, "b.example")])
    assert own_hosts(reader) == ["shop.example"]
