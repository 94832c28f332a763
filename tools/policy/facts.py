"""What the shop's rules say of one matter, sentence by sentence."""

import re
from collections.abc import Iterable, Iterator

from tools.access import readable_order
from tools.policy.force import policies_for
from tools.policy.rules import markets_of, policy_evidence
from tradewind.commerce import Faq, Policy
from tradewind.evidence import Evidence
from tradewind.tool import ToolContext, ToolResult, tool

_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+|\n+")


@tool("policy.facts", effect="read", audiences=("merchant", "buyer", "ops"))
def policy_facts(
    context: ToolContext, words: str, topic: str = "", market: str = "", order_id: str = ""
) -> ToolResult:
    """Read what the shop's rules say of one matter, for a market, or as they were in force for an
    order. `words`: English words of which a sentence on it holds one, apart by "|"; `topic`: of
    which rules. The FAQ is read where no rule speaks of it."""
    pattern = re.compile(rf"(?<![^\W_])(?:{words})", re.I)
    order = readable_order(context, order_id) if order_id else None
    markets = markets_of(market)
    if order and order.ship_to and not market:
        markets = markets_of(order.ship_to.country)
    rules = [p for p in policies_for(context.shop, order) if topic in ("", p.topic)]
    rules = sorted((p for p in rules if p.market in markets), key=lambda p: markets.index(p.market))
    asked = [faq for faq in context.shop.faqs() if faq.market in markets]
    told = next(_of_policies(rules, pattern), None) or next(_of_faqs(asked, pattern), None)
    return ToolResult(evidence=(told,) if told else (), note="" if told else "No rule tells it.")


def _of_policies(policies: Iterable[Policy], pattern: re.Pattern[str]) -> Iterator[Evidence]:
    for policy in policies:
        told = [text for text in _SENTENCE.split(policy.text) if pattern.search(text)]
        if told:
            whole = policy_evidence(policy)
            yield Evidence.of(
                "policy", whole.source, whole.title, " ".join(told[:2]), whole.facts,
                language=policy.language,
            )  # fmt: skip


def _of_faqs(faqs: Iterable[Faq], pattern: re.Pattern[str]) -> Iterator[Evidence]:
    """An entry whose answer speaks of it."""
    for faq in faqs:
        if pattern.search(faq.answer):
            yield Evidence.of(
                "faq", f"faq/{faq.id}", faq.question, faq.answer, language=faq.language,
                trust="untrusted",
            )  # fmt: skip
