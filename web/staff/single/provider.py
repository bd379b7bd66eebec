"""What does the provider say of who came back from it? OpenID Connect by its code flow with PKCE (RFC 7636), spoken by
Authlib, which is the extra `oidc`: nothing imports this file but where single sign-on is set up.

A signed state, a nonce and a verifier of this browser alone bind an answer to who asked; what signs an ID token is one
of ALGORITHMS with a key that the provider publishes, whatever the token or the provider say.
"""

import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx2
from authlib.common.urls import add_params_to_uri
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from reviews.admission import Vouched
from web.staff.single.discovery import (
    ALGORITHMS,
    ASK_SECONDS,
    BYTES_MAX,
    SKEW_SECONDS,
    Claims,
    as_safe,
    fetched,
    published,
)
from web.staff.single.ways import Unvouched

KNOWN_SECONDS = 3_600.0
"""How long is known where the provider's pages are and which keys it signs with; an unknown key asks at once."""
VERIFIED = ("email_verified", "xms_edov")
"""The claim of the specification, and Entra ID's own, that the owner of the address's domain was verified."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the provider publishes of itself, and since when that is known (monotonic seconds)."""

    metadata: Claims
    keys: KeySet
    at: float


@dataclass(slots=True)
class Provider:
    """One provider of accounts, as the settings name it; `back` is our own page that it leads back to."""

    issuer: str
    client_id: str
    back: str
    client_secret: str = field(default="", repr=False)
    scope: str = "openid email profile"
    groups_claim: str = "groups"
    _known: Known | None = None

    async def begun(self, *, state: str, nonce: str, verifier: str) -> str:
        """Where a browser is sent to sign in. Unvouched where the provider cannot be asked."""
        known = await self._published()
        async with self._client(known) as client:
            place = known.metadata["authorization_endpoint"]
            url, _ = client.create_authorization_url(place, state=state, nonce=nonce, code_verifier=verifier)
        return str(url)

    async def vouched(self, code: str, *, nonce: str, verifier: str, now: datetime) -> Vouched:
        """Whom the provider vouches for with this code. Unvouched says why it does not."""
        known = await self._published()
        try:
            async with self._client(known) as client:
                token = await client.fetch_token(known.metadata["token_endpoint"], code=code, code_verifier=verifier)
                claims = await self._claims(token, nonce=nonce, now=now)
                return self._read(await self._with_more(client, known, claims))
        except httpx2.HTTPError as error:
            raise Unvouched(f"{type(error).__name__}: the provider could not be asked", away=True) from error
        except (OAuthError, JoseError, ValueError, KeyError, TypeError) as error:
            raise Unvouched(_reason(error)) from error

    async def signed_out_at(self) -> str:
        """Where somebody signs out of the provider as well, or '' where it has no such page or cannot be asked."""
        try:
            known = await self._published()
        except Unvouched:
            return ""
        place = str(known.metadata.get("end_session_endpoint", ""))
        return str(add_params_to_uri(place, {"client_id": self.client_id})) if self._speaks(place) else ""

    async def _claims(self, token: Claims, *, nonce: str, now: datetime) -> Claims:
        """What the ID token says, once all of it was checked (OpenID Connect Core 1.0 section 3.1.3.7)."""
        written, expected = str(token["id_token"]), {"essential": True}
        try:
            read = self._decoded(written, await self._published())
        except InvalidKeyIdError:  # signed with a key that is new
            read = self._decoded(written, await self._published(anew=True))
        claims = CodeIDToken(
            read.claims,
            read.header,
            {
                "iss": {**expected, "value": self.issuer},
                "aud": {**expected, "value": self.client_id},
                "nonce": {**expected, "value": nonce},
            },
            {"client_id": self.client_id, "nonce": nonce, "access_token": token.get("access_token")},
        )
        claims.validate(now=int(now.timestamp()), leeway=SKEW_SECONDS)
        return dict(claims)

    def _decoded(self, written: str, known: Known) -> jwt.Token:
        named = known.metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        registry = JWSRegistry(algorithms=[one for one in ALGORITHMS if one in named], strict_check_header=False)
        return jwt.decode(written, known.keys, registry=registry)

    async def _with_more(self, client: AsyncOAuth2Client, known: Known, claims: Claims) -> Claims:
        """The same, with what the provider tells at its own page alone: an ID token may hold no address or groups."""
        place = str(known.metadata.get("userinfo_endpoint", ""))
        if ("email" in claims and self.groups_claim in claims) or not self._speaks(place):
            return claims
        told = _json(await client.get(place))
        if told.get("sub") != claims["sub"]:
            raise ValueError("userinfo tells of somebody else")  # section 5.3.2
        return {**told, **claims}

    def _read(self, claims: Claims) -> Vouched:
        verified = next((claims[name] for name in VERIFIED if name in claims), False)
        groups = claims.get(self.groups_claim) or ()
        named = (groups,) if isinstance(groups, str) else groups
        return Vouched(
            email=str(claims.get("email") or ""),
            verified=verified in (True, "true", "1"),
            name=str(claims.get("name") or ""),
            groups=tuple(group for group in named if isinstance(group, str)),
        )

    async def _published(self, *, anew: bool = False) -> Known:
        known = self._known
        if known is None or anew or time.monotonic() - known.at > KNOWN_SECONDS:
            known = self._known = await self._asked()
        return known

    async def _asked(self) -> Known:
        try:
            async with httpx2.AsyncClient(timeout=ASK_SECONDS, trust_env=False) as client:
                metadata, _ = await published(client, self.issuer)
                told: Any = (await fetched(client, metadata["jwks_uri"]))[0]
                keys = KeySet.import_key_set(told)
        except (httpx2.HTTPError, TimeoutError, JoseError, ValueError, KeyError, TypeError) as error:
            raise Unvouched(f"the provider could not be asked: {_reason(error)}", away=True) from error
        return Known(metadata, keys, time.monotonic())

    def _speaks(self, url: str) -> bool:
        return as_safe(url, self.issuer)

    def _client(self, known: Known) -> AsyncOAuth2Client:
        ways = known.metadata.get("token_endpoint_auth_methods_supported") or ()
        basic = not ways or "client_secret_basic" in ways
        method = ("client_secret_basic" if basic else "client_secret_post") if self.client_secret else "none"
        return AsyncOAuth2Client(
            self.client_id,
            self.client_secret or None,
            token_endpoint_auth_method=method,
            scope=self.scope,
            redirect_uri=self.back,
            code_challenge_method="S256",
            timeout=ASK_SECONDS,
            trust_env=False,
        )


def _json(answer: httpx2.Response) -> dict[str, Any]:
    """An answer as an object of JSON; ValueError for anything else, HTTPStatusError for an error."""
    answer.raise_for_status()
    if len(answer.content) > BYTES_MAX:
        raise ValueError("its answer is too long")
    told = answer.json()
    if not isinstance(told, dict):
        raise TypeError("its answer is no object")
    return told


def _reason(error: Exception) -> str:
    """Why, without what anybody sent."""
    name = getattr(error, "error", "") or type(error).__name__
    return f"{name}: {error}" if isinstance(error, (ValueError, TypeError)) else str(name)
