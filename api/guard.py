"""Who may use a route: staff by cookie or key, and how often anybody may knock."""

import ipaddress

from fastapi import Request

from api.doors import Doors
from api.ended import lasts
from api.keys import key_of
from api.sessions import SAFE, Ticket, buyer_of, repeats_token, same_origin, staff_of
from tradewind.errors import Forbidden
from tradewind.people import Role

_SIGN_IN = "Open a sign-in link: `tradewind people link` makes one."


async def require_staff(request: Request, doors: Doors, *roles: Role) -> Ticket:
    """The ticket of somebody in one of these roles. Raises Forbidden.

    With a key nothing else counts. A cookie allows a write only from our own pages: the origin
    is ours and the page repeats the token that others cannot read.
    """
    header = request.headers.get("authorization")
    ticket = await _by_key(doors, header) if header else await _by_cookie(request, doors)
    if ticket is None:
        raise Forbidden("you are not signed in.", _SIGN_IN)
    if ticket.audience not in roles:
        raise Forbidden(f"this is not for {ticket.audience}.", f"Ask {' or '.join(roles)} staff.")
    return ticket


async def _by_key(doors: Doors, header: str) -> Ticket | None:
    key = await doors.off(key_of, doors.entrance, header, doors.now())
    if key is None:
        return None
    return Ticket(tenant=key.tenant, audience=key.role, actor=f"key_{key.id}", expires=0)


async def _by_cookie(request: Request, doors: Doors) -> Ticket | None:
    ticket = staff_of(request, doors.secret)
    if ticket is None:
        return None
    if request.method not in SAFE:
        same_origin(request)
        repeats_token(request, doors.secret)
    return ticket if await doors.off(_holds, doors, ticket) else None


def _holds(doors: Doors, ticket: Ticket) -> bool:
    """Whether the person is still there, in this role, and was not signed out since."""
    person = doors.people(ticket.tenant).person(ticket.actor)
    return person is not None and (person.role, person.mark) == (ticket.audience, ticket.mark)


async def known_buyer(request: Request, doors: Doors) -> Ticket | None:
    """The buyer's ticket of a cookie whose session nobody has ended."""
    ticket = buyer_of(request, doors.secret)
    return ticket if ticket and await doors.off(lasts, doors, ticket) else None


def address_of(request: Request) -> str:
    """Who knocks, for counting: the address; of IPv6 the /64 that one household has."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
    return host
