"""Sign-in with an OpenID Connect provider: authorization code with PKCE, state and nonce.

A person is found by the e-mail that the provider has verified; nobody is made. Protocol:
OpenID Connect Core 1.0, 3.1; discovery: OpenID Connect Discovery 1.0.
"""

import hmac
import secrets
from typing import Any, cast

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import JsonValue, SecretStr, ValidationError

from tradewind.base import Record
from tradewind.errors import BackendError, BackendTimeout, Forbidden

ALGORITHMS = ("RS256", "PS256", "ES256", "Ed25519", "EdDSA")
"""Signatures that only the provider can make; never HS256, whose key we hold as well."""
LEEWAY = 60
"""Seconds by which the provider's clock may differ."""


class Provider(Record):
    """Who vouches for our people, and as whom we ask."""

    issuer: str
    client_id: str
    client_secret: SecretStr


class Errand(Record):
    """What a browser carries to the provider and back, sealed: which shop, and what must match."""

    tenant: str
    state: str
    nonce: str
    verifier: str
    expires: int


class Endpoints(Record, extra="ignore"):
    """Of the discovery document, what we use."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


def new_errand(tenant: str, expires: int) -> Errand:
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return Errand(tenant=tenant, state=state, nonce=nonce, verifier=verifier, expires=expires)


class Relying:
    """Our side of the protocol. Raises BackendError when the provider does not do its part,
    Forbidden when what comes back is not what we asked for."""

    def __init__(self, provider: Provider, seconds: float = 10.0) -> None:
        self._provider = provider
        self._seconds = seconds
        self._endpoints: Endpoints | None = None

    async def address(self, errand: Errand, back: str) -> str:
        """Where the browser goes; it comes back to `back` with a code."""
        return prepare_grant_uri(
            (await self._known()).authorization_endpoint, self._provider.client_id, "code",
            redirect_uri=back, scope="openid email", state=errand.state, nonce=errand.nonce,
            code_challenge=create_s256_code_challenge(errand.verifier),
            code_challenge_method="S256",
        )  # fmt: skip

    async def email(self, errand: Errand, state: str, code: str, back: str) -> str:
        """The verified e-mail of who came back."""
        if not code or not hmac.compare_digest(state.encode(), errand.state.encode()):
            raise _refused()
        known = await self._known()
        told = await self._call("POST", known.token_endpoint, {
            "grant_type": "authorization_code", "code": code, "redirect_uri": back,
            "code_verifier": errand.verifier,
        })  # fmt: skip
        keys = KeySet.import_key_set(cast(Any, await self._call("GET", known.jwks_uri)))
        claims = self._claims(str(told.get("id_token", "")), keys, errand)
        email = claims.get("email")
        if claims.get("email_verified") is not True or not isinstance(email, str):
            raise _refused()
        return email

    def _claims(self, token: str, keys: KeySet, errand: Errand) -> CodeIDToken:
        wanted = {
            "iss": {"essential": True, "value": self._provider.issuer},
            "aud": {"essential": True, "value": self._provider.client_id},
            "nonce": {"essential": True, "value": errand.nonce},
        }
        params = {"nonce": errand.nonce, "client_id": self._provider.client_id}
        try:
            read = jwt.decode(token, keys, algorithms=list(ALGORITHMS))
            claims = CodeIDToken(read.claims, read.header, options=wanted, params=params)
            claims.validate(leeway=LEEWAY)
        except (JoseError, ValueError) as error:
            raise _refused() from error
        return claims

    async def _known(self) -> Endpoints:
        """The discovery document, asked for once."""
        if self._endpoints is None:
            issuer = self._provider.issuer
            told = await self._call("GET", get_well_known_url(issuer, external=True))
            try:
                found = Endpoints.model_validate(told)
            except ValidationError as error:
                raise self._unfit("its discovery document lacks an endpoint") from error
            if found.issuer != issuer:
                raise self._unfit(f"it calls itself {found.issuer}")
            self._endpoints = found
        return self._endpoints

    async def _call(
        self, method: str, url: str, form: dict[str, str] | None = None
    ) -> dict[str, JsonValue]:
        ours = self._provider
        auth = (ours.client_id, ours.client_secret.get_secret_value()) if form else None
        try:
            async with httpx.AsyncClient(timeout=self._seconds) as client:
                answer = await client.request(method, url, data=form, auth=auth)
            told = answer.json()
        except httpx.TimeoutException as error:
            raise BackendTimeout(f"provider {ours.issuer} did not answer.", "Try again.") from error
        except (httpx.HTTPError, ValueError) as error:
            raise self._unfit("it cannot be reached or answers no JSON") from error
        if form and answer.status_code in (400, 401):
            raise _refused()  # the code is used up, or not ours
        if answer.status_code != 200 or not isinstance(told, dict):
            raise self._unfit(f"{url} answers {answer.status_code}")
        return told

    def _unfit(self, why: str) -> BackendError:
        return BackendError(
            f"provider {self._provider.issuer}: {why}.", "Check TRADEWIND_OIDC_ISSUER."
        )


def _refused() -> Forbidden:
    return Forbidden("the provider's answer was not accepted.", "Start at /signin/oidc again.")
