"""Who is at the door: signed cookies, and what guards a write that a cookie allows.

A cookie is `payload.signature` (HMAC-SHA-256 over the payload with the installation's
secret). Buyers get an anonymous one, which says more once they prove an order; staff get
theirs by a one-time link or an identity provider.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time

from fastapi import Request, Response

from tradewind.base import Record
from tradewind.errors import Forbidden
from tradewind.people import Actor, Audience, Person, Session, Tenant

STAFF_COOKIE = "tradewind_merchant"
BUYER_COOKIE = "tradewind_buyer"
CSRF_COOKIE = "tradewind_csrf"
CSRF_HEADER = "x-csrf-token"
STAFF_SECONDS = 12 * 3600
BUYER_SECONDS = 24 * 3600
SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
"""Methods that change nothing."""


class Ticket(Record):
    """What a cookie says. `order` was proven; `customer` is who the shop says a buyer is.

    `sign_in` tells two sessions of one person apart; `mark` is the person's when it was made.
    """

    tenant: str
    audience: Audience
    actor: str
    expires: int
    order: str = ""
    customer: str = ""
    sign_in: str = ""
    mark: str = ""


def seal(ticket: Ticket, secret: bytes) -> str:
    """The cookie's value."""
    return seal_text(ticket.model_dump_json(exclude_defaults=True), secret, "ticket")


def unseal(value: str, secret: bytes, now: float) -> Ticket | None:
    """The ticket of a cookie; None when it is forged, broken or expired."""
    data = unseal_text(value, secret, "ticket")
    ticket = Ticket.model_validate(json.loads(data)) if data is not None else None
    return ticket if ticket and ticket.expires > now else None


def seal_text(text: str, secret: bytes, purpose: str) -> str:
    """The text with our signature, which holds for one purpose only."""
    payload = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    return f"{payload}.{_sign(payload, secret, purpose)}"


def unseal_text(value: str, secret: bytes, purpose: str) -> str | None:
    """What we signed for this purpose; None for anything else."""
    payload, _, signature = value.partition(".")
    if not hmac.compare_digest(signature.encode(), _sign(payload, secret, purpose).encode()):
        return None
    return base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()


def _sign(payload: str, secret: bytes, purpose: str) -> str:
    return hmac.new(secret, f"{purpose}:{payload}".encode(), hashlib.sha256).hexdigest()


def issue(request: Request, response: Response, ticket: Ticket, secret: bytes) -> None:
    """Set the ticket's cookie; for staff also the token that their writes must repeat."""
    value = seal(ticket, secret)
    if ticket.audience == "buyer":
        set_cookie(request, response, BUYER_COOKIE, value, ticket.expires)
        return
    set_cookie(request, response, STAFF_COOKIE, value, ticket.expires)
    token = csrf_token(value, secret)
    set_cookie(request, response, CSRF_COOKIE, token, ticket.expires, httponly=False)


def set_cookie(
    request: Request, response: Response, name: str, value: str, expires: int,
    *, httponly: bool = True,
) -> None:  # fmt: skip
    """A cookie of this site; Secure when the request came over https."""
    response.set_cookie(
        name, value, max_age=max(1, expires - int(time.time())), httponly=httponly,
        samesite="lax", path="/", secure=request.url.scheme == "https",
    )  # fmt: skip


def buyer_of(request: Request, secret: bytes) -> Ticket | None:
    """The buyer's valid ticket."""
    ticket = _ticket(request, BUYER_COOKIE, secret)
    return ticket if ticket and ticket.audience == "buyer" else None


def staff_of(request: Request, secret: bytes) -> Ticket | None:
    """The valid ticket of one of the tenant's staff."""
    ticket = _ticket(request, STAFF_COOKIE, secret)
    return ticket if ticket and ticket.audience != "buyer" else None


def _ticket(request: Request, cookie: str, secret: bytes) -> Ticket | None:
    value = request.cookies.get(cookie, "")
    return unseal(value, secret, time.time()) if value else None


def new_buyer(tenant: str, order: str = "", customer: str = "") -> Ticket:
    """A ticket for a buyer nobody knew. One who proves an order gets a new name as well, so
    that whoever knew the old cookie does not come to share the order."""
    return Ticket(
        tenant=tenant, audience="buyer", actor=f"buyer_{secrets.token_hex(8)}",
        expires=int(time.time()) + BUYER_SECONDS, order=order, customer=customer,
    )  # fmt: skip


def ticket_for(person: Person) -> Ticket:
    """A ticket for one of the staff."""
    expires = int(time.time()) + STAFF_SECONDS
    return Ticket(
        tenant=person.tenant, audience=person.role, actor=person.id, expires=expires,
        sign_in=secrets.token_hex(8), mark=person.mark,
    )  # fmt: skip


def same_origin(request: Request) -> None:
    """Refuse a browser's write from another site. Raises Forbidden."""
    if origin := foreign_origin(request):
        raise Forbidden(f"origin {origin} may not write here.", "Open the page from this server.")


def foreign_origin(request: Request) -> str:
    """The other site whose page sends this; empty for our own, and where no browser says."""
    origin = request.headers.get("origin", "")
    return "" if origin.split("://", 1)[-1] == request.headers.get("host") else origin


def csrf_token(cookie: str, secret: bytes) -> str:
    """What a write with this cookie must repeat: bound to the session, unknown to other sites."""
    return _sign(cookie, secret, "csrf")


def repeats_token(request: Request, secret: bytes) -> None:
    """Refuse a write whose page cannot read our cookies. Raises Forbidden."""
    right = csrf_token(request.cookies.get(STAFF_COOKIE, ""), secret)
    for given in (request.headers.get(CSRF_HEADER, ""), request.cookies.get(CSRF_COOKIE, "")):
        if not hmac.compare_digest(given.encode(), right.encode()):
            raise Forbidden("the write does not repeat its token.", "Reload the page.")


def session_of(ticket: Ticket, tenant: Tenant, thread: str) -> Session:
    """The session of a ticket. Threads of different people never share a name."""
    actor = Actor(id=ticket.actor, audience=ticket.audience)
    owner = ticket.actor if ticket.audience == "buyer" else "merchant"
    return Session(
        tenant=tenant, actor=actor, thread=f"{owner}:{thread}",
        verified_order=ticket.order or None, customer=ticket.customer or None,
    )  # fmt: skip
