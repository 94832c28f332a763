"""All measures of a shop over a span of time, streamed from the store: what is held in memory grows
with the proven customers and the visitors, not with what was said."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from agents.entities import order_key
from agents.measures.conversations import conversations
from agents.measures.costs import Costs, Meter, costs
from agents.measures.definitions import Definitions
from agents.measures.tally import Service, Tally
from agents.measures.visitors import ATTRIBUTE, Uplift, buyers, uplift
from tradewind.base import Record, Time
from tradewind.people import Tenant
from tradewind.ports.measures import MeasureStore
from tradewind.ports.storage import ShopReader, ThreadStore

_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


class Measures(Record):
    """Conversations that began from `since` on and before `until`, by the definitions of
    `version`."""

    version: int
    since: Time
    until: Time
    silence_hours: int
    reopen_days: int
    service: Service
    costs: Costs
    conversion: Uplift


@dataclass(frozen=True)
class Sources:
    """Where the figures of one tenant come from. `secret` is the key of visitors' marks."""

    tenant: Tenant
    store: MeasureStore
    threads: ThreadStore
    reader: ShopReader
    secret: bytes


def measure(
    sources: Sources, definitions: Definitions, since: Time, until: Time, *, terminal: bool = False
) -> Measures:
    """Count everything once. With `terminal`, the merchant's own tries at the terminal too."""
    store, began, now = sources.store, _micros(since), _micros(until)
    margin = since - timedelta(days=definitions.margin_days)
    meter = Meter(began, terminal=terminal)
    told = conversations(
        meter.watch(store.spoken(margin)), store.votes(), store.passed(margin), definitions, now
    )
    tally = Tally(definitions, began, now, _customer(sources), terminal=terminal)
    tally.add(told)
    service = tally.result()
    classes = service.classes
    return Measures(
        version=definitions.version, since=since, until=until,
        silence_hours=definitions.silence_hours, reopen_days=definitions.reopen_days,
        service=service, conversion=_conversion(sources, definitions, until),
        costs=costs(
            meter, store.held(since), sources.tenant.measuring,
            classes["confirmed"] + classes["assumed"], definitions.most_minutes_an_act,
        ),
    )  # fmt: skip


def _conversion(sources: Sources, definitions: Definitions, until: Time) -> Uplift:
    rules, tenant = definitions.conversion, sources.tenant
    visits = sources.store.visits(until - timedelta(days=rules.kept_days))
    bought = buyers(sources.store.bought(ATTRIBUTE), sources.secret, tenant.id)
    return uplift(visits, bought, tenant.measuring.holdout, rules, until)


def _customer(sources: Sources) -> Callable[[str], str]:
    """Who is proven in a thread, by the order that it proved; "" for an erased person."""

    def customer_of(thread: str) -> str:
        state = sources.threads.state(thread)
        proven = str(state.get("verified_order", ""))
        order = sources.reader.order(proven) if proven else None
        if order is None:
            return order_key(proven)
        return order.customer_id or order.email.casefold() or order_key(proven)

    return customer_of


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND
