"""What has to be advised on a made dispute, by what was planted in it.

Written from `data/disputes/rulebook.toml` and docs/disputes.md in this module's own words; it reads
no record and no rule. Where the advice would hang on odds alone, a plot has no label.
"""

from evals.disputes.plot import TINY, Plot
from tradewind.base import Record

ARBITRATED = 60000
"""What Visa takes of who loses an arbitration, in minor units of USD."""
PAYPAL_SIGNED_ABOVE = 75000
CAME = frozenset(("postcode", "signed", "family"))
"""Deliveries that answer a claim of non-receipt."""
WRONG = {
    "wrong_city": "city", "early": "before_shipping", "stranger": "signed_by",
    "redirected": "redirected", "taken_back": "taken_back",
}  # fmt: skip
"""Deliveries that the records contradict, and how."""
BARRED_BY = {
    "taken_back": ("product_not_received", "product_unacceptable", "credit_not_processed"),
}


class Label(Record):
    """`act` None: it hangs on odds. `asks` and `against` are what must be asked and told."""

    act: str | None
    category: str
    asks: frozenset[str]
    against: frozenset[str]


def label(plot: Plot) -> Label:
    category = "unknown" if plot.code == "vague" else plot.category
    return Label(
        act=_act(plot), category=category, asks=frozenset(_asks(plot)),
        against=frozenset(_against(plot)),
    )  # fmt: skip


def _act(plot: Plot) -> str | None:  # noqa: PLR0911 - a line a reason
    if plot.state != "open":
        return "closed"
    if plot.due == "passed":
        return "too_late"
    if _asks(plot):
        return "ask"
    if _barred(plot) or not answered(plot) or _unpaying(plot):
        if not plot.inquiry:
            return "accept"
        return "answer" if plot.refunded == "full" else "refund"
    if harmed(plot) or _doubtful_arbitration(plot):
        return None
    return "answer" if plot.inquiry else "fight"


def _asks(plot: Plot) -> list[str]:
    asked: list[str] = []
    if plot.code == "unknown":
        asked.append("code")
    if plot.code == "vague":
        asked.append("category")
    if plot.link == "two":
        asked.append("two_orders")
    odd = "other_currency" in (plot.disputed, plot.link)
    if odd:
        asked.append("currency")
    elif plot.disputed == "above":
        asked.append("amount")
    if plot.link == "cheaper" and plot.category not in ("duplicate", "general") and not odd:
        asked.append("overcharged")
    if plot.link == "missing" and not answered(plot):
        asked.append("order")
    return asked


def _against(plot: Plot) -> set[str]:
    """The contradictions that must be told."""
    told: set[str] = set()
    if plot.link != "missing" and plot.delivery in WRONG:
        told.add(WRONG[plot.delivery])
    if plot.words == "admitted" and plot.link != "missing" and plot.refunded != "full":
        told.add("admitted")
    odd = "other_currency" in (plot.disputed, plot.link)
    if odd:
        told.add("currency")
    elif plot.disputed == "above":
        told.add("amount")
    if plot.link == "cheaper" and not odd:
        told.add("overcharged")
    if plot.link == "two":
        told.add("two_orders")
    if plot.second == "twice" and plot.link in ("sound", "two"):
        told.add("charged_twice")
    return told


def _barred(plot: Plot) -> bool:
    """Whether the records forbid a fight. A refund of it all answers whatever a scan says."""
    if plot.refunded == "full":
        return False
    told = _against(plot)
    if "admitted" in told:
        return True
    if plot.category in ("duplicate", "general") and told & {"charged_twice", "overcharged"}:
        return True
    scans = told & set(WRONG.values())
    return any(plot.category in BARRED_BY.get(name, ("product_not_received",)) for name in scans)


def answered(plot: Plot) -> bool:  # noqa: PLR0911 - a line a category
    """Whether what was planted is a whole answer to the claim."""
    if plot.refunded == "full":
        return True
    if plot.link == "missing":
        return plot.category == "fraudulent" and _shifted(plot)
    agrees = plot.link == "sound" and plot.disputed in ("whole", "part", "above")
    none_back = plot.back == "none" and plot.words not in ("return_asked", "cancelled_before")
    none_back = none_back and not plot.cancelled
    policy = plot.terms in ("published", "accepted")
    match plot.category:
        case "fraudulent" if plot.network == "paypal":
            return _came(plot)
        case "fraudulent":
            return _shifted(plot) or _buyer_known(plot)
        case "product_not_received":
            return _came(plot)
        case "product_unacceptable":
            return none_back and (plot.listing == "sold" or policy)
        case "credit_not_processed":
            late = plot.back == "late" and plot.delivery in CAME
            return plot.terms == "accepted" and (late or none_back)
        case "subscription_canceled":
            # The accepted terms and no cancellation; or one purchase that nothing repeats.
            never = plot.words != "cancelled_before" and not plot.cancelled
            return (plot.terms == "accepted" and never) or (
                agrees and plot.second in ("none", "other_order")
            )
        case "duplicate":
            apart = plot.second == "other_order" or (
                plot.second == "none" and not plot.paid_otherwise
            )
            return agrees and apart
        case "general":
            return agrees
        case _:
            return False


def _came(plot: Plot) -> bool:
    if plot.delivery not in CAME:
        return False
    dear = plot.network == "paypal" and disputed_amount(plot) > PAYPAL_SIGNED_ABOVE
    return not dear or plot.delivery in ("signed", "family")


def _shifted(plot: Plot) -> bool:
    return plot.shift in ("authenticated", "attempted")


def _buyer_known(plot: Plot) -> bool:
    if plot.before == "ce3" and plot.network == "visa":
        return True
    known = plot.before in ("ce3", "known")
    to_billing = plot.delivery in CAME and plot.checks == "pass" and not plot.billing_elsewhere
    return known and (plot.checks == "pass" or to_billing)


def disputed_amount(plot: Plot) -> int:
    return {"part": plot.amount // 2, "above": plot.amount * 2}.get(plot.disputed, plot.amount)


def _unpaying(plot: Plot) -> bool:
    """Whether even the best odds bring less than they cost."""
    if disputed_amount(plot) <= TINY:
        return True
    late = plot.stage in ("pre_arbitration", "arbitration") and plot.network == "visa"
    return late and disputed_amount(plot) < ARBITRATED * 0.05


def _doubtful_arbitration(plot: Plot) -> bool:
    """Whether the odds decide if Visa's arbitration is worth its risk."""
    late = plot.stage in ("pre_arbitration", "arbitration") and plot.network == "visa"
    return late and disputed_amount(plot) < 5 * ARBITRATED


def _asks_for_delivery(plot: Plot) -> bool:
    """Whether a missing delivery speaks against the merchant."""
    paypal = plot.category == "fraudulent" and plot.network == "paypal"
    return plot.category in ("product_not_received", "general") or paypal


def harmed(plot: Plot) -> bool:
    """Whether something speaks against the merchant that does not decide it by itself."""
    return bool(
        _against(plot) - ({"city", "before_shipping", "signed_by", "redirected", "taken_back"}
                          if plot.refunded == "full" else set())
        or plot.checks == "fail" or plot.billing_elsewhere
        or (plot.delivery in ("none", "moving", "lost", "neighbour", "city_only", "one_of_two")
            and plot.refunded != "full" and _asks_for_delivery(plot))
        or plot.words in ("defect", "cancelled_before") or plot.back == "received"
        or plot.cancelled
    )  # fmt: skip
