"""Monthly counts by network, as the monitoring programmes count, and weekly ones."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from tools.disputes.counting import (
    counted,
    figure,
    is_counted,
    month_of,
    months_back,
    rules,
    shown,
    some,
    week_of,
)
from tools.outsiders import as_word
from tradewind.base import Money, Time
from tradewind.commerce import Dispute, Payment
from tradewind.evidence import DateFact, Evidence, Fact, FlagFact, MoneyFact, NameFact
from tradewind.ports.storage import ShopReader
from tradewind.tool import ToolContext, ToolResult, tool

UNDATED = "undated"
"""In place of a month."""

_Key = tuple[str, str]
"""Network and month."""


class _Counted(NamedTuple):
    """Ids by network and month."""

    settled: dict[_Key, list[str]]
    frauds: dict[_Key, list[str]]
    fraud_unknown: Counter[_Key]
    disputes: dict[_Key, list[str]]
    no_network: list[str]
    networks: dict[str, str]
    """Of payments that are disputed, by their ids."""


@tool("disputes.months", effect="read", bulk=True)
def count_months(context: ToolContext, at: Time) -> ToolResult:
    """Count settled card payments without the card present, disputes and reported frauds by network
    and month (UTC), as the networks' monitoring programmes do, until a time."""
    disputes = [d for d in context.shop.all("dispute") if isinstance(d, Dispute)]
    found = _count(context.shop, disputes, at)
    told = months_back(at, rules().months)
    networks = sorted({network for network, _ in (*found.settled, *found.disputes)})
    figures = [_month(network, month, found, at) for network in networks for month in told]
    return ToolResult(evidence=(*figures, *_left_out(found)))


@tool("disputes.weeks", effect="read", bulk=True)
def count_weeks(context: ToolContext, at: Time) -> ToolResult:
    """Count the disputes opened in each of the last weeks (from Monday, UTC), with their amounts,
    categories and reason codes."""
    first = week_of(at) - timedelta(weeks=rules().weeks - 1)
    weeks: dict[date, list[Dispute]] = {
        first + timedelta(weeks=n): [] for n in range(rules().weeks)
    }
    for dispute in context.shop.all("dispute"):
        opened = dispute.opened_at if isinstance(dispute, Dispute) else None
        if isinstance(dispute, Dispute) and opened and opened <= at and week_of(opened) in weeks:
            weeks[week_of(opened)].append(dispute)
    return ToolResult(evidence=tuple(_week(week, held, at) for week, held in weeks.items()))


def _count(shop: ShopReader, disputes: list[Dispute], at: Time) -> _Counted:
    lists = [defaultdict[_Key, list[str]](list) for _ in range(3)]
    found = _Counted(lists[0], lists[1], Counter(), lists[2], [], {})
    asked = {d.payment_id for d in disputes if d.payment_id}
    for payment in shop.all("payment"):
        if isinstance(payment, Payment):
            _take(payment, asked, found, at)
    for dispute in disputes:
        if is_counted(dispute) and not (dispute.opened_at and dispute.opened_at > at):
            network = _folded(dispute.network) or found.networks.get(dispute.payment_id, "")
            month = month_of(dispute.opened_at) if dispute.opened_at else UNDATED
            found.disputes[network, month].append(dispute.id)
    return found


def _take(payment: Payment, asked: set[str], found: _Counted, at: Time) -> None:
    """A settled card payment without the card counts; without a network it is set apart."""
    ours, method = rules(), payment.method.casefold()
    itself = method if method in ours.own_network else ""
    network = _folded(payment.network or payment.brand or itself)
    found.networks.update({id_: network for id_ in (payment.id, payment.intent) if id_ in asked})
    when = payment.captured_at or payment.created_at
    if payment.status.casefold() not in ours.settled or method in ours.present | ours.not_cards:
        return
    if when is not None and when > at:
        return
    if not network:
        found.no_network.append(payment.id)
        return
    key = network, month_of(when) if when else UNDATED
    found.settled[key].append(payment.id)
    if payment.fraud_reported:
        found.frauds[key].append(payment.id)
    found.fraud_unknown[key] += payment.fraud_reported is None


def _folded(network: str) -> str:
    """A network as records name it, one way of writing."""
    return as_word(network.strip().casefold())


def _month(network: str, month: str, found: _Counted, at: Time) -> Evidence:
    key = network, month
    settled, disputes, frauds = found.settled[key], found.disputes[key], found.frauds[key]
    name, unknown = network or "network not told", found.fraud_unknown[key]
    facts: list[Fact] = [
        NameFact(name="count", value="month"),
        *([NameFact(name="network", value=network), NameFact(name="name", value=shown(network))]
          if network else []),
        NameFact(name="month", value=month),
        DateFact(name="from", value=date.fromisoformat(f"{month}-01")),
        counted("settled", len(settled)), counted("disputes", len(disputes)),
        counted("frauds", len(frauds)), counted("fraud_unknown", unknown),
        FlagFact(name="ended", value=month < month_of(at)),
    ]  # fmt: skip
    which = f": {some(disputes)}" if disputes else ""
    return figure(
        f"month/{network or '-'}/{month}", f"{name}, {month}",
        f"{name}, {month}: {len(settled)} settled card payments without the card present, "
        f"{len(disputes)} disputes opened{which}; {len(frauds)} payments of the month with a "
        f"reported fraud, {unknown} of which no record tells.",
        facts, (*settled, *disputes, *frauds),
    )  # fmt: skip


def _left_out(found: _Counted) -> list[Evidence]:
    """What could not be counted; nothing where all was."""
    undated = [id_ for (_, month), ids in found.settled.items() if month == UNDATED for id_ in ids]
    unopened = [id_ for (_, m), ids in found.disputes.items() if m == UNDATED for id_ in ids]
    ids = [*undated, *unopened, *found.no_network]
    if not ids:
        return []
    return [figure(
        "left_out", "What could not be counted",
        f"Not counted: {len(found.no_network)} payments without a network, {len(undated)} payments "
        f"and {len(unopened)} disputes without a date.",
        (NameFact(name="count", value="left_out"), counted("no_network", len(found.no_network)),
         counted("undated_payments", len(undated)), counted("undated_disputes", len(unopened))),
        ids,
    )]  # fmt: skip


def _week(week: date, disputes: list[Dispute], at: Time) -> Evidence:
    ended = week + timedelta(days=7) <= at.date()
    facts: list[Fact] = [
        NameFact(name="count", value="week"),
        DateFact(name="from", value=week),
        counted("disputes", len(disputes)),
        FlagFact(name="ended", value=ended),
    ]
    sums = _sums(disputes)
    facts += [MoneyFact(name="amount", value=amount) for amount in sums]
    kinds = Counter(d.category for d in disputes)
    codes = Counter(f"{_folded(d.network)} {as_word(d.reason_code)}".strip() for d in disputes)
    facts += [counted(f"category.{name}", n) for name, n in sorted(kinds.items())]
    facts += [counted(f"code.{name}", n) for name, n in sorted(codes.items()) if name]
    over = f" over {', '.join(map(str, sums))}" if sums else ""
    return figure(
        f"week/{week}", f"Week from {week}",
        f"Week from {week}: {len(disputes)} disputes opened{over}.", facts,
        [d.id for d in disputes],
    )  # fmt: skip


def _sums(disputes: Iterable[Dispute]) -> list[Money]:
    """The disputed amounts of each currency together: no rate is known that would add them."""
    totals: Counter[str] = Counter()
    for dispute in disputes:
        totals[dispute.amount.currency] += dispute.amount.minor
    return [Money(minor=minor, currency=code) for code, minor in sorted(totals.items())]
