"""Who is asking: tenant, actor, audience, and the session that binds them."""

from typing import Literal

from tradewind.base import Language, Record

Audience = Literal["merchant", "buyer", "ops"]


class Tenant(Record):
    """A merchant's account. `home` is the country the shop sells from (ISO 3166-1 alpha-2)."""

    id: str
    name: str
    home: str = "US"
    currency: str = "USD"
    languages: tuple[Language, ...] = ("en",)
    timezone: str = "UTC"


class Actor(Record):
    """One person or process acting for a tenant."""

    id: str
    audience: Audience


class Session(Record):
    """What is bound at the door and never read from a model: tenant, actor, proven order.

    `verified_order` is the order a buyer proved to own with number and e-mail; None else.
    """

    tenant: Tenant
    actor: Actor
    thread: str
    verified_order: str | None = None

    @property
    def audience(self) -> Audience:
        return self.actor.audience
