"""Buyers' sessions that the shop ended before their time: one bearer, one buyer, or all of them.

What ended them is kept beside the used tokens for as long as such a session could last.
"""

from datetime import datetime, timedelta

from api.doors import Doors
from api.sessions import BUYER_SECONDS, Ticket
from tradewind.ports.people import PeopleStore

_ALL = "ended: all"
_LONGEST = timedelta(seconds=BUYER_SECONDS)


def lasts(doors: Doors, ticket: Ticket, jti: str = "") -> bool:
    """Whether nobody has ended this buyer's session, nor the bearer of this id."""
    found = doors.people(ticket.tenant).ended((_bearer(jti), _buyer(ticket.actor), _ALL))
    until = found.pop(_ALL, None)
    return not found and (until is None or ticket.expires > until.timestamp())


def end_bearer(people: PeopleStore, jti: str, now: datetime) -> None:
    """End one bearer; the buyer may open a session anew."""
    people.end(_bearer(jti), now + _LONGEST, now)


def end_buyer(people: PeopleStore, buyer: str, now: datetime) -> None:
    """End all sessions of one buyer, cookie and bearers: who comes again is somebody new."""
    people.end(_buyer(buyer), now + _LONGEST, now)


def end_all(people: PeopleStore, now: datetime) -> None:
    """End every buyer's session that was made until now."""
    people.end(_ALL, now + _LONGEST, now)


def _bearer(jti: str) -> str:
    return f"ended: bearer {jti}"


def _buyer(actor: str) -> str:
    return f"ended: {actor}"
