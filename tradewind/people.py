"""Who is asking: tenant, person, key, actor, audience, and the session that binds them."""

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator

from tradewind.base import Language, Record, Time
from tradewind.errors import InvalidInput
from tradewind.handover import Hours

Audience = Literal["merchant", "buyer", "ops"]

Role = Literal["merchant", "ops"]
"""What a person or key of a tenant may do; buyers are nobody's staff and have no record here."""


def _origin(value: str) -> str:
    """As browsers write it: `https://shop.example`, a port only where it is not the usual one."""
    told = value.casefold().removesuffix("/")
    where = urlsplit(told)
    usual = {"https": 443, "http": 80}.get(where.scheme)
    if usual is None or not where.hostname or told != f"{where.scheme}://{where.netloc}":
        raise ValueError(f"{value!r} is no origin; write it like https://shop.example")
    if not re.fullmatch(r"(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?", where.netloc):
        raise ValueError(f"{value!r} is no origin; name one host")
    return told.removesuffix(f":{usual}")


Origin = Annotated[str, AfterValidator(_origin)]


class Tenant(Record):
    """A merchant's account. `home` is the country the shop sells from (ISO 3166-1 alpha-2).

    `origins` are those of the shop's own pages, on which the widget may stand. `hours` are when its
    people are there; None: as shipped.
    """

    id: str
    name: str
    home: str = "US"
    currency: str = "USD"
    languages: tuple[Language, ...] = ("en",)
    timezone: str = "UTC"
    origins: tuple[Origin, ...] = ()
    hours: Hours | None = None


class ShopDetails(Record):
    """What somebody says of a tenant's shop; empty: it is not told. See Tenant."""

    name: str = ""
    home: str = ""
    currency: str = ""
    timezone: str = ""

    @classmethod
    def told(
        cls, *, name: str = "", home: str = "", currency: str = "", timezone: str = ""
    ) -> "ShopDetails":
        """Raises InvalidInput for a country, a currency or a time zone that there is not."""
        country, money = home.strip().upper(), currency.strip().upper()
        if country and not re.fullmatch("[A-Z]{2}", country):
            raise InvalidInput(f"{home!r} is no country's code.", "Write two letters, as in TR.")
        if money and not re.fullmatch("[A-Z]{3}", money):
            raise InvalidInput(f"{currency!r} is no currency.", "Write three letters, as in EUR.")
        return cls(name=name.strip()[:80], home=country, currency=money, timezone=_zone(timezone))

    def laid_over(self, tenant: Tenant) -> Tenant:
        """The tenant with what is told here."""
        return tenant.model_copy(update={name: value for name, value in self if value})


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name.strip()).key if name.strip() else ""
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidInput(f"{name!r} is no time zone.", "Write it like Europe/Berlin.") from error


class Person(Record):
    """One of a tenant's staff. Signs in by a link, or by a provider that vouches for `email`.

    A session holds as long as it bears the person's `mark`: a new one ends all that are open.
    """

    id: str
    tenant: str
    name: str
    email: str = ""
    role: Role = "merchant"
    mark: str = ""


class ApiKey(Record):
    """A key as it may be shown again; its secret was shown once and is kept as a hash.

    One that was made for a `person` closes when they are removed.
    """

    id: str
    tenant: str
    label: str
    role: Role = "merchant"
    created_at: Time
    person: str = ""
    revoked_at: Time | None = None
    last_used_at: Time | None = None


class Actor(Record):
    """One person or process acting for a tenant."""

    id: str
    audience: Audience


class Session(Record):
    """What is bound at the door and never read from a model: tenant, actor, proven order.

    `verified_order` is the order a buyer proved to own; None else. `customer` is the customer
    that the shop itself vouches for: all orders of that customer are the buyer's own.
    """

    tenant: Tenant
    actor: Actor
    thread: str
    verified_order: str | None = None
    customer: str | None = None

    @property
    def audience(self) -> Audience:
        return self.actor.audience
