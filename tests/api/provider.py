"""A small OpenID Connect provider on loopback: discovery, keys, codes with PKCE, ID tokens."""

import hashlib
import secrets
import socket
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

CLIENT, SECRET = "tradewind", "kept between the two"


@dataclass
class IdentityProvider:
    """Signs in whoever `email` names. `claims` and `signs_with` let it lie; `codes` are open."""

    email: str = "ana@shop.example"
    claims: dict[str, Any] = field(default_factory=dict[str, Any])
    signs_with: Any = None
    algorithm: str = "RS256"
    address: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])

    def __post_init__(self) -> None:
        self._key = RSAKey.generate_key(2048, parameters={"kid": "k1"})

    def reset(self) -> None:
        self.email, self.claims, self.signs_with = "ana@shop.example", {}, None
        self.algorithm = "RS256"

    def authorize(self, location: str) -> str:
        """What the person's browser does there: signs in; gives where it is sent back to."""
        asked = {k: v[0] for k, v in parse_qs(urlsplit(location).query).items()}
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert set(asked["scope"].split()) == {"openid", "email"}
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        back = urlsplit(asked["redirect_uri"]).path
        return f"{back}?code={code}&state={asked['state']}"

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/.well-known/openid-configuration")
        def discover() -> dict[str, str]:  # pyright: ignore[reportUnusedFunction]
            return {
                "issuer": self.address, "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token", "jwks_uri": f"{self.address}/keys",
            }  # fmt: skip

        @app.get("/keys")
        def keys() -> dict[str, Any]:  # pyright: ignore[reportUnusedFunction]
            return dict(KeySet([self._key]).as_dict(private=False))

        @app.post("/token")
        async def token(request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
            form = {k: v[0] for k, v in parse_qs((await request.body()).decode()).items()}
            asked = self.codes.pop(form["code"], None)
            basic = b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
            if asked is None or not self._fits(asked, form) or basic != f"{CLIENT}:{SECRET}":
                return JSONResponse({"error": "invalid_grant"}, status_code=400)
            return JSONResponse({
                "access_token": "a", "token_type": "Bearer", "id_token": self._token(asked),
            })  # fmt: skip

        return app

    def _fits(self, asked: dict[str, str], form: dict[str, str]) -> bool:
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = urlsafe_b64encode(digest).decode().rstrip("=")
        return (
            asked["code_challenge"] == challenge and asked["redirect_uri"] == form["redirect_uri"]
        )

    def _token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.address, "aud": CLIENT, "sub": "u1", "iat": now, "exp": now + 300,
            "nonce": asked["nonce"], "email": self.email, "email_verified": True,
        } | self.claims  # fmt: skip
        header = {"alg": self.algorithm, "kid": "k1"}
        key = self.signs_with or self._key
        return jwt.encode(header, claims, key, algorithms=[self.algorithm])


@contextmanager
def serving() -> Generator[IdentityProvider]:
    provider = IdentityProvider()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        provider.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(provider.app(), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield provider
        server.should_exit = True
        thread.join()


def symmetric(secret: str) -> OctKey:
    return OctKey.import_key(secret, parameters={"kid": "k1"})


def stranger() -> RSAKey:
    """A key that is not the provider's, under the name of the provider's."""
    return RSAKey.generate_key(2048, parameters={"kid": "k1"})
