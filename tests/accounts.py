"""A provider of accounts for tests: a small OpenID Connect provider with a server of its own. It does what the
specification asks of it (codes good once, PKCE, its client's secret) and says of a person whatever the test wants."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlencode

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.serving import serving

KEY = RSAKey.generate_key(2048, auto_kid=True)
CLIENT, SECRET = "afterword", "a secret of the client: +/%&"
UNSIGNED = "none"


@dataclass
class Accounts:
    """The provider, and what it says of who comes next: `claims` over what it would say, None to leave one out."""

    clock: Callable[[], datetime]
    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    """What it tells at its userinfo page."""
    metadata: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    key: RSAKey = field(default_factory=lambda: KEY)
    published: list[RSAKey] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    """Every request to sign in, as it came."""
    traded: int = 0

    def __post_init__(self) -> None:
        self.published.append(self.key)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._described),
                Route("/keys", self._keys),
                Route("/sign-in", self._signed_in),
                Route("/token", self._token, methods=["POST"]),
                Route("/me", self._me),
            ]
        )

    async def _described(self, _: Request) -> Response:
        told = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/sign-in",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/me",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/out",
            "id_token_signing_alg_values_supported": ["none", "HS256", "RS256"],
        }
        return JSONResponse(told | self.metadata)

    async def _keys(self, _: Request) -> Response:
        return JSONResponse(KeySet([*self.published]).as_dict(private=False))

    async def _signed_in(self, request: Request) -> Response:
        """Whoever comes has an account here and is signed in to it."""
        asked = dict(request.query_params)
        self.asked.append(asked)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"], "iss": self.issuer})
        return RedirectResponse(f"{asked['redirect_uri']}?{back}", status_code=303)

    async def _token(self, request: Request) -> Response:
        form = dict(await request.form())
        asked = self.codes.pop(str(form.get("code")), None)
        if not self._client_is_ours(request):
            return JSONResponse({"error": "invalid_client"}, 401)
        if asked is None or not self._proves(str(form.get("code_verifier", "")), asked):
            return JSONResponse({"error": "invalid_grant"}, 400)
        self.traded += 1
        return JSONResponse({"access_token": "of-ada", "token_type": "Bearer", "id_token": self.id_token(asked)})

    async def _me(self, request: Request) -> Response:
        assert request.headers["authorization"] == "Bearer of-ada"
        return JSONResponse({"sub": "17"} | self.more)

    def id_token(self, asked: dict[str, str]) -> str:
        now = int(self.clock().timestamp())
        said = {
            "iss": self.issuer,
            "sub": "17",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "email": "kim@acme.example",
            "email_verified": True,
            "name": "Kim Lane",
            "groups": ["Help Desk"],
        } | self.claims
        told = {name: value for name, value in said.items() if value is not None}
        if self.algorithm in (UNSIGNED, "HS256"):
            return self._unsafe(told)
        return jwt.encode({"alg": self.algorithm, "kid": self.key.kid}, told, self.key)

    def _unsafe(self, told: dict[str, Any]) -> str:
        """What no library makes any more: a token that nobody signed, or with the public key as a shared secret."""
        head = {"alg": self.algorithm, "kid": self.key.kid}
        signed = ".".join(_encoded(json.dumps(part).encode()) for part in (head, told))
        mac = hmac.digest(self.key.as_pem(private=False), signed.encode(), "sha256")
        return f"{signed}.{'' if self.algorithm == UNSIGNED else _encoded(mac)}"

    def _client_is_ours(self, request: Request) -> bool:
        _, _, given = request.headers.get("authorization", "").partition(" ")
        name, _, secret = base64.b64decode(given).decode().partition(":")
        return (unquote(name), unquote(secret)) == (CLIENT, SECRET)

    def _proves(self, verifier: str, asked: dict[str, str]) -> bool:
        digest = _encoded(hashlib.sha256(verifier.encode()).digest())
        return asked.get("code_challenge_method") == "S256" and digest == asked.get("code_challenge")


@asynccontextmanager
async def opened_accounts(clock: Callable[[], datetime]) -> AsyncIterator[Accounts]:
    """The provider on a port of its own."""
    accounts = Accounts(clock)
    async with serving(accounts.app()) as port:
        accounts.issuer = f"http://127.0.0.1:{port}"
        yield accounts


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
