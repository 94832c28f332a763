"""Who is at the door: signed cookies, one-time sign-in links, same-origin writes.

A cookie is `payload.signature` (HMAC-SHA-256 over the payload with the installation's
secret). Buyers get an anonymous one; merchants get theirs by a one-time link.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from typing import Literal

from fastapi import Request, Response

from tradewind.base import Record
from tradewind.errors import Forbidden
from tradewind.people import Actor, Session, Tenant

MERCHANT_COOKIE = "tradewind_merchant"
BUYER_COOKIE = "tradewind_buyer"
MERCHANT_SECONDS = 12 * 3600
BUYER_SECONDS = 24 * 3600
LINK_SECONDS = 12 * 3600


class Ticket(Record):
    """What a cookie says."""

    tenant: str
    audience: Literal["merchant", "buyer"]
    actor: str
    expires: int


def seal(ticket: Ticket, secret: bytes) -> str:
    """The cookie's value."""
    payload = base64.urlsafe_b64encode(ticket.model_dump_json().encode()).decode().rstrip("=")
    return f"{payload}.{_sign(payload, secret)}"


def unseal(value: str, secret: bytes, now: float) -> Ticket | None:
    """The ticket of a cookie; None when it is forged, broken or expired."""
    payload, _, signature = value.partition(".")
    if not hmac.compare_digest(signature.encode(), _sign(payload, secret).encode()):
        return None
    data = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    ticket = Ticket.model_validate(data)
    return ticket if ticket.expires > now else None


def _sign(payload: str, secret: bytes) -> str:
    return hmac.new(secret, payload.encode(), hashlib.sha256).hexdigest()


class SignInLinks:
    """One-time tokens, kept hashed; each opens the console once."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[str, float]] = {}

    def make(self, tenant: str) -> str:
        """A new token for a tenant's merchant."""
        token = secrets.token_urlsafe(24)
        self._open[_hash(token)] = (tenant, time.time() + LINK_SECONDS)
        return token

    def redeem(self, token: str) -> str:
        """The tenant of an unused token. Raises Forbidden for any other."""
        tenant, expires = self._open.pop(_hash(token), ("", 0.0))
        if expires < time.time():
            raise Forbidden("this sign-in link is used up or unknown.", "Start the server anew.")
        return tenant


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def issue(response: Response, ticket: Ticket, secret: bytes) -> None:
    """Set the ticket's cookie."""
    name = MERCHANT_COOKIE if ticket.audience == "merchant" else BUYER_COOKIE
    seconds = max(1, ticket.expires - int(time.time()))
    response.set_cookie(
        name, seal(ticket, secret), max_age=seconds, httponly=True, samesite="lax", path="/"
    )


def ticket_of(
    request: Request, audience: Literal["merchant", "buyer"], secret: bytes
) -> Ticket | None:
    """The request's valid ticket for an audience."""
    name = MERCHANT_COOKIE if audience == "merchant" else BUYER_COOKIE
    value = request.cookies.get(name, "")
    ticket = unseal(value, secret, time.time()) if value else None
    return ticket if ticket and ticket.audience == audience else None


def require_merchant(request: Request, secret: bytes) -> Ticket:
    """The merchant's ticket. Raises Forbidden without one."""
    ticket = ticket_of(request, "merchant", secret)
    if ticket is None:
        raise Forbidden("you are not signed in.", "Open the sign-in link that the server printed.")
    return ticket


def new_buyer(tenant: str) -> Ticket:
    """A ticket for a buyer nobody knows yet."""
    expires = int(time.time()) + BUYER_SECONDS
    actor = f"buyer_{secrets.token_hex(8)}"
    return Ticket(tenant=tenant, audience="buyer", actor=actor, expires=expires)


def new_merchant(tenant: str) -> Ticket:
    expires = int(time.time()) + MERCHANT_SECONDS
    actor = f"merchant_{secrets.token_hex(4)}"
    return Ticket(tenant=tenant, audience="merchant", actor=actor, expires=expires)


def same_origin(request: Request) -> None:
    """Refuse a browser's write from another site. Raises Forbidden."""
    origin = request.headers.get("origin")
    if origin and origin.split("://", 1)[-1] != request.headers.get("host"):
        raise Forbidden(f"origin {origin} may not write here.", "Open the page from this server.")


def session_of(ticket: Ticket, tenant: Tenant, thread: str) -> Session:
    """The session of a ticket. Threads of different people never share a name."""
    actor = Actor(id=ticket.actor, audience=ticket.audience)
    owner = ticket.actor if ticket.audience == "buyer" else "merchant"
    return Session(tenant=tenant, actor=actor, thread=f"{owner}:{thread}")
