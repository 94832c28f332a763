"""Whether one purchase was charged twice."""

from agents.chargeback.case import Case, order_key
from agents.chargeback.facts import folded, money_of, text_of, texts_of, time_of
from agents.chargeback.found import Found, found
from agents.chargeback.money import agree, partners
from agents.chargeback.rules import Rules
from tradewind.evidence import Evidence


def prove_apart(case: Case, rules: Rules) -> list[Found]:
    """The other charge near this one: another order's, or none."""
    if case.payment is None or case.order is None or len(case.order_ids) != 1:
        return []
    split = agree(case) and money_of(case.order, "total") != case.paid
    parts = partners(case) if split else []
    near = [p for p in case.priors if _near(p, case, rules) and p not in parts]
    if not near:
        return [found("charged_once", case.payment)]
    apart = [p for p in near if _of_another_order(p, case) and not _alike(p, case)]
    if len(apart) < len(near):
        return []
    return [found("two_orders", case.payment, case.order, *apart)]


def find_double(case: Case, rules: Rules) -> list[Found]:
    """Two charges of the whole total for one order."""
    total = money_of(case.order, "total")
    if total is None:
        return []
    twice = [p for p in case.priors if not _of_another_order(p, case) and _stands(p)
             and money_of(p, "amount") == case.paid == total]  # fmt: skip
    return [found("charged_twice", case.payment, case.order, *twice)] if twice else []


def _stands(prior: Evidence) -> bool:
    """Whether it has not gone back as a whole."""
    return money_of(prior, "refunded") != money_of(prior, "amount")


def _near(prior: Evidence, case: Case, rules: Rules) -> bool:
    at = time_of(prior, "processed_at")
    if at is None or case.paid_at is None:
        return False
    return abs((at - case.paid_at).days) <= rules.book.near.duplicate_days


def _of_another_order(prior: Evidence, case: Case) -> bool:
    other = order_key(text_of(prior, "order"))
    return bool(other) and other not in case.order_ids


def _alike(prior: Evidence, case: Case) -> bool:
    """The same amount for the same goods: an order that was sent twice, perhaps."""
    if money_of(prior, "amount") != case.paid:
        return False
    goods = text_of(prior, "description")
    return not goods or _listed(goods) == _listed(goods_of(case))


def goods_of(case: Case) -> str:
    """What was bought, in the payment's words or the order's."""
    told = text_of(case.payment, "description")
    return told or "; ".join(texts_of(case.order, "item"))


def _listed(goods: str) -> list[str]:
    """The items, whatever their order."""
    return sorted(folded(item) for item in goods.split(";"))
