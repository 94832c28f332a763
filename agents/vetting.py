"""Outsiders' texts before they are shown to a model, quoted or cited: what they may not say is cut.

A sentence with a link, an amount, a share, an offer, a code or, where rules are told, a time is
kept only where the shop's own policies hold the same. Most sentences hold none of these, and cost
nothing more.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import cast

from pydantic import JsonValue

from agents.grounding.links import find_links, host_of
from agents.grounding.mentions import SHARES, TIMES, Mention, find_mentions
from agents.grounding.offers import matters, offers
from agents.grounding.verify import Facts, sentences
from agents.run import Run
from tradewind.commerce import Policy
from tradewind.evidence import Evidence, Fact, NameFact
from tradewind.ports.storage import ShopReader

_CODE = re.compile(r"(?<![\w#-])[A-Z]{4,}-?\d{2,}(?!\w)")
"""What a shopper would type for a discount: WELCOME10. Ratings and models look otherwise."""
_TOKEN = re.compile(r"(?<![\w#-])(?=[A-Z0-9-]*[A-Z])[A-Z0-9-]{4,}(?!\w)")
"""What may be a code beside words that offer something."""
QUOTED = frozenset(("product", "faq", "message"))
"""Kinds of evidence whose texts are quoted or cited wherever they are found."""
RULES = frozenset(("faq", "policy"))
"""Kinds of evidence that tell what the shop does: a time in them is a promise."""
_DIGIT = re.compile(r"\d")


async def vet(run: Run, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The evidence, outsiders' texts without what they may not say in the shop's name."""
    asked = dict.fromkeys(text for item in evidence for text in _doubtful_parts(item))
    if not asked:
        return tuple(evidence)
    request: dict[str, JsonValue] = {"texts": list(asked)}
    held = await run.look("vouched", request, lambda shop: vouched(shop, list(asked)))
    cut = asked.keys() - set(cast(list[str], held))
    return tuple(_without(item, cut) for item in evidence)


def vouched(shop: ShopReader, texts: Sequence[str]) -> JsonValue:
    """Of these texts those whose amounts, offers, codes and links the shop's policies hold."""
    policies = shop.policies()
    own = Facts(Evidence.of("policy", p.id, p.title, _told(p), language=p.language)
                for p in policies)  # fmt: skip
    linked = any(find_links(text) for text in texts)  # whose hosts are own takes all products
    hosts = frozenset(own_hosts(shop)) if linked else frozenset[str]()
    return [text for text in texts if _held(text, own, hosts)]


def own_hosts(shop: ShopReader) -> list[str]:
    """Hosts that the shop's records hold as its own: those that its policies name, and that of
    most of its products. A single record is not enough: it may be a supplier's."""
    told = {host_of(link) for p in shop.policies() for link in find_links(p.text)}
    urls = [host_of(product.url) for product in shop.products() if product.url]
    for host, count in Counter(urls).most_common(1):
        if 2 * count > len(urls):
            told.add(host)
    return sorted(told)


def is_own(link: str, hosts: frozenset[str]) -> bool:
    """Whether a link leads to one of the hosts, or to a part of one."""
    host = host_of(link)
    return any(host == own or host.endswith(f".{own}") for own in hosts)


def _doubtful_parts(item: Evidence) -> list[str]:
    """Sentences and names of an outsider's text that only the shop's own word could carry."""
    if item.trust == "record":
        return []
    typed = Facts((item.model_copy(update={"trust": "record", "title": "", "excerpt": ""}),))
    parts = [*sentences(item.excerpt), item.title, *_names(item)]
    rules = item.kind in RULES
    return [p for p in parts if _doubtful(p, rules) and not _carried(p, typed, rules)]


def _names(item: Evidence) -> list[str]:
    return [fact.value for fact in item.facts if isinstance(fact, NameFact)]


@lru_cache(maxsize=2048)
def _doubtful(text: str, rules: bool) -> bool:
    if find_links(text) or offers(text) or _CODE.search(text):
        return True
    return _DIGIT.search(text) is not None and bool(_values(text, rules))


def _carried(text: str, typed: Facts, rules: bool) -> bool:
    """Whether all that is doubtful are amounts that the record itself holds as such."""
    plain = not (find_links(text) or offers(text) or _CODE.search(text))
    return plain and all(typed.vouches(mention) for mention in _values(text, rules))


def _held(text: str, own: Facts, hosts: frozenset[str]) -> bool:
    offered = offers(text)
    codes = {code.casefold() for code in (_TOKEN if offered else _CODE).findall(text)}
    return (
        all(is_own(link, hosts) for link in find_links(text))
        and all(offer in own.text for offer in offered)
        and all(code in own.text for code in codes)
        and all(own.carries(mention) for mention in _values(text, rules=True))
    )


def _values(text: str, rules: bool) -> list[Mention]:
    """Amounts; shares and times where something is offered, times also in rules and in what
    speaks of the shop's own matters."""
    offered = bool(offers(text))
    doubtful = (*(SHARES if offered else ()), *(TIMES if rules or offered or matters(text) else ()))
    return [
        mention for mention in find_mentions(text, "en")
        if mention.kind == "money"
        or any(key.endswith(doubtful) for key in mention.readings)
    ]  # fmt: skip


def _told(policy: Policy) -> str:
    return f"{policy.text} {' '.join(policy.facts.values())}"


def _without(item: Evidence, cut: set[str]) -> Evidence:
    if item.trust == "record":
        return item
    # A line each: what stood apart never becomes one sentence.
    kept = "\n".join(part for part in sentences(item.excerpt) if part not in cut)
    facts: tuple[Fact, ...] = tuple(
        fact for fact in item.facts if not (isinstance(fact, NameFact) and fact.value in cut)
    )
    title = item.source if item.title in cut else item.title
    if all(part not in cut for part in sentences(item.excerpt)):
        kept = item.excerpt
    return item.model_copy(update={"excerpt": kept, "facts": facts, "title": title})
