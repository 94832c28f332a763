"""Signing staff in: one-time links of ours, or an OpenID Connect provider."""

import time

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from api.doors import Doors
from api.guard import address_of
from api.keys import hash_of
from api.oidc import Errand, Relying, new_errand
from api.sessions import issue, seal_text, set_cookie, ticket_for, unseal_text
from tradewind.errors import Forbidden, NotFound
from tradewind.people import Person

ERRAND_COOKIE = "tradewind_errand"
ERRAND_SECONDS = 600


def signin_router(doors: Doors) -> APIRouter:
    router = APIRouter(prefix="/signin", include_in_schema=False)
    relying = Relying(doors.provider) if doors.provider else None

    @router.get("/oidc")
    async def begin(request: Request, shop: str = "") -> RedirectResponse:  # pyright: ignore[reportUnusedFunction]
        """To the provider; `shop` is the tenant whose person comes back."""
        expires = int(time.time()) + ERRAND_SECONDS
        errand = new_errand(shop or doors.default_tenant, expires)
        target = await _open(relying).address(errand, _back(request))
        response = RedirectResponse(target, status_code=303)
        sealed = seal_text(errand.model_dump_json(), doors.secret, "errand")
        set_cookie(request, response, ERRAND_COOKIE, sealed, expires)
        return response

    @router.get("/oidc/callback")
    async def come_back(request: Request, state: str = "", code: str = "") -> RedirectResponse:  # pyright: ignore[reportUnusedFunction]
        """From the provider. The errand's cookie serves once."""
        await doors.off(doors.rates.take, "sign_in", address_of(request))
        errand = _errand(request, doors.secret)
        email = await _open(relying).email(errand, state, code, _back(request))
        people = doors.people(errand.tenant)
        response = _welcome(request, doors, await doors.off(people.by_email, email))
        response.delete_cookie(ERRAND_COOKIE)
        return response

    @router.get("/{token}")
    async def redeem(request: Request, token: str) -> RedirectResponse:  # pyright: ignore[reportUnusedFunction]
        """Redeem a one-time link."""
        await doors.off(doors.rates.take, "sign_in", address_of(request))
        person = await doors.off(doors.entrance.redeem, hash_of(token), doors.now())
        return _welcome(request, doors, person)

    return router


def _welcome(request: Request, doors: Doors, person: Person | None) -> RedirectResponse:
    if person is None:
        raise Forbidden(
            "this sign-in link is used up or unknown, or nobody here has that e-mail.",
            "Make a link with `tradewind people link`.",
        )
    response = RedirectResponse("/console", status_code=303)
    issue(request, response, ticket_for(person), doors.secret)
    return response


def _open(relying: Relying | None) -> Relying:
    if relying is None:
        raise NotFound("no identity provider is set up.", "Set TRADEWIND_OIDC_ISSUER.")
    return relying


def _errand(request: Request, secret: bytes) -> Errand:
    data = unseal_text(request.cookies.get(ERRAND_COOKIE, ""), secret, "errand")
    errand = Errand.model_validate_json(data) if data is not None else None
    if errand is None or errand.expires <= time.time():
        raise Forbidden("this sign-in was not begun here.", "Start at /signin/oidc again.")
    return errand


def _back(request: Request) -> str:
    return f"{request.url.scheme}://{request.headers.get('host', '')}/signin/oidc/callback"
