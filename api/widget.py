"""`POST /api/widget/session`: a buyer proves an order, or brings the shop's word.

The shop's word is a JWT that its server signs (HS256) with the secret of `tradewind keys widget`:
`aud` the shop's id, `sub` the customer's id, `order` an order of theirs (optional), `jti` never
used before, `iat`, and `exp` at most ten minutes ahead.

On our own pages the session is a cookie. A page of the shop's, which must be one of its origins and
names the shop in the query, gets a bearer instead: see `api.cors`.
"""

from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Request, Response
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from pydantic import Field, ValidationError

from agents.entities import order_key
from agents.service import verify
from api.cors import allows, bearer_of, make_bearer
from api.doors import Doors
from api.guard import address_of, known_buyer
from api.keys import widget_secret
from api.sessions import (
    Ticket,
    foreign_origin,
    issue,
    new_buyer,
    same_origin,
)
from tradewind.base import Record
from tradewind.errors import Forbidden, NotFound
from tradewind.ports.storage import ShopReader

LONGEST_LIFE = timedelta(minutes=10)
LEEWAY = timedelta(seconds=30)
"""By how much the shop's clock may run ahead."""
NO_SECRET = "0" * 64
"""Stands in where a shop has no secret, so that both roads take as long; it opens nothing."""


class Proof(Record):
    """The shop's token; or an order number with the e-mail or postcode of the order; or, with
    nothing to prove, `visit`: who has a session keeps it."""

    visit: bool = False
    token: str = Field(default="", max_length=4096)
    shop: str = Field(default="", max_length=200)
    order: str = Field(default="", max_length=200)
    email: str = Field(default="", max_length=320)
    postcode: str = Field(default="", max_length=40)


class Claims(Record, extra="ignore"):
    """What a token must say."""

    aud: str = Field(min_length=1, max_length=200)
    sub: str = Field(min_length=1, max_length=200)
    jti: str = Field(min_length=8, max_length=200)
    iat: int = Field(ge=0, lt=1 << 40)
    exp: int = Field(ge=0, lt=1 << 40)
    order: str = Field(default="", max_length=200)


class Opened(Record):
    """The buyer's session: its cookie is set, or the bearer is to be sent with every message.

    Nothing in here tells more than was proven. `expires` is in Unix seconds.
    """

    expires: int
    bearer: str | None = None


def widget_router(doors: Doors) -> APIRouter:
    router = APIRouter(prefix="/api/widget", tags=["widget"])

    @router.post("/session", response_model_exclude_none=True)
    async def open_session(  # pyright: ignore[reportUnusedFunction]
        request: Request, response: Response, proof: Proof, shop: str = ""
    ) -> Opened:
        """A buyer's session. Whatever was wrong with a proof, the answer is the same."""
        origin = foreign_origin(request)
        if origin and not await doors.off(allows, doors, shop, origin):
            same_origin(request)
        ticket = await _ticket(request, doors, proof, shop)
        if not origin:
            issue(request, response, ticket, doors.secret)
            return Opened(expires=ticket.expires)
        if ticket.tenant != shop:
            raise _refused()
        bearer, expires = make_bearer(ticket, origin, doors.secret)
        return Opened(expires=expires, bearer=bearer)

    return router


async def _ticket(request: Request, doors: Doors, proof: Proof, shop: str) -> Ticket:
    address = address_of(request)
    if proof.visit:
        crossing = foreign_origin(request)
        known = await (bearer_of if crossing else known_buyer)(request, doors)
        tenant = shop or doors.default_tenant
        if known is None or known.tenant != tenant:
            await doors.off(doors.rates.take, "chat_buyer", tenant, address)
            return new_buyer(doors.tenant(tenant).id)
        return known
    await doors.off(doors.rates.take, "identity_address", address)
    if proof.token:
        return await doors.off(_by_token, doors, proof.token)
    return await doors.off(_by_order, doors, proof, shop or proof.shop or doors.default_tenant)


def _by_order(doors: Doors, proof: Proof, tenant: str) -> Ticket:
    doors.rates.take("identity_order", tenant, order_key(proof.order))
    order = verify(doors.reader(tenant), proof.order, proof.email, proof.postcode)
    if not order:
        raise NotFound(
            "no order matches what was given.", "Check the number, and the e-mail or postcode."
        )
    return new_buyer(tenant, order=order)


def _by_token(doors: Doors, token: str) -> Ticket:
    now = doors.now()
    claims = read_token(doors, token, now)
    ends = datetime.fromtimestamp(claims.exp, UTC)
    reader = doors.reader(claims.aud)
    if claims.order and not _theirs(reader, claims.order, claims.sub):
        raise _refused()
    if not doors.people(claims.aud).use_token(claims.jti, ends, now):
        raise _refused()
    found = reader.order(claims.order) if claims.order else None
    return new_buyer(claims.aud, order=found.id if found else "", customer=claims.sub)


def read_token(doors: Doors, token: str, now: datetime) -> Claims:
    """The claims of a token that the shop of its audience signed, and that is in time.

    Raises Forbidden for every other.
    """
    tenant = _audience(token)
    secret = widget_secret(doors.people(tenant), tenant, doors.secret)
    try:
        key = OctKey.import_key(secret or NO_SECRET)
        signed = jws.deserialize_compact(token, key, algorithms=["HS256"])
        claims = Claims.model_validate_json(signed.payload or b"")
    except (JoseError, ValidationError, ValueError) as error:
        raise _refused() from error
    at = now.timestamp()
    ahead = LEEWAY.total_seconds()
    in_time = at < claims.exp <= at + LONGEST_LIFE.total_seconds() and claims.iat <= at + ahead
    if secret is None or claims.aud != tenant or not in_time:
        raise _refused()
    return claims


def _audience(token: str) -> str:
    """Whose secret to check the token with: read before it is believed."""
    try:
        return Claims.model_validate_json(jws.extract_compact(token.encode()).payload).aud
    except (JoseError, ValidationError, ValueError) as error:
        raise _refused() from error


def _theirs(reader: ShopReader, order_id: str, customer: str) -> bool:
    """Whether the records say nothing against the shop's word."""
    order = reader.order(order_id)
    return order is not None and order.customer_id in ("", customer)


def _refused() -> Forbidden:
    return Forbidden("this token was not accepted.", "Let the shop make a new one.")
