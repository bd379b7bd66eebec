"""What does a provider of accounts publish of itself (OpenID Connect Discovery 1.0), and does that do for us? Asked of
nothing but the address in the settings, and of what it names itself; with a limit on time and bytes."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""With a key pair: `none` is nobody's word, and one with a shared secret could be made from what is public."""
DISCOVERY = "/.well-known/openid-configuration"
ASK_SECONDS = 10.0
BYTES_MAX = 1_000_000
SKEW_SECONDS = 60
REACHED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
CLAIMS, SCOPES, METHODS = "claims_supported", "scopes_supported", "token_endpoint_auth_methods_supported"
Claims = Mapping[str, Any]


class NotPublished(ValueError):
    """What the provider publishes is none of ours; `advice` is what to do about it."""

    def __init__(self, words: str, advice: str = "") -> None:
        super().__init__(words)
        self.advice = advice


@dataclass(frozen=True, slots=True)
class Asked:
    """What the settings say of a provider."""

    issuer: str
    secret: bool
    scopes: str
    groups_claim: str
    groups: bool
    """Whether groups stand for roles."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not do, and what to do about it; `harmless` where people come in all the same."""

    words: str
    advice: str
    harmless: bool = False


async def published(client: httpx2.AsyncClient, issuer: str) -> tuple[Claims, datetime | None]:
    """What a provider says of itself, and when by its own clock. NotPublished where it is another one, or lacks what we
    need; httpx2.HTTPError, ValueError and TypeError where it cannot be asked."""
    told, headers = await fetched(client, issuer.rstrip("/") + DISCOVERY)
    if told.get("issuer") != issuer:
        advice = "AFTERWORD_OIDC_ISSUER is compared letter by letter: mind a slash at its end, and a tenant's own id."
        raise NotPublished(f"it calls itself {told.get('issuer')!r}, the settings {issuer!r}", advice)
    if wrong := [name for name in REACHED if not as_safe(str(told.get(name, "")), issuer)]:
        raise NotPublished(f"it publishes no {wrong[0]} by https")
    return told, _clock(headers)


async def fetched(client: httpx2.AsyncClient, url: str) -> tuple[dict[str, Any], Mapping[str, str]]:
    """An object of JSON and the headers it came with. TypeError and ValueError for anything else, or too much of it."""
    read = bytearray()
    async with asyncio.timeout(ASK_SECONDS), client.stream("GET", url) as answer:
        answer.raise_for_status()
        async for piece in answer.aiter_bytes():
            read += piece
            if len(read) > BYTES_MAX:
                raise ValueError("its answer is too long")
    told = json.loads(read)
    if not isinstance(told, dict):
        raise TypeError("its answer is no object")
    return told, answer.headers


def as_safe(url: str, issuer: str) -> bool:
    """Whether a page of the provider's is as safe to ask as the provider itself."""
    return url.startswith("https://") or (url.startswith("http://") and issuer.startswith("http://"))


def faults(told: Claims, clock: datetime | None, asked: Asked, *, now: datetime) -> Iterator[Fault]:
    """What would keep people out, or without their groups."""
    if clock and abs(now - clock) > timedelta(seconds=SKEW_SECONDS):
        words = f"its clock differs from ours by {abs(now - clock).total_seconds():.0f} seconds"
        yield Fault(words, f"Its word would be refused beyond {SKEW_SECONDS} seconds: set the time by NTP.")
    named = told.get("id_token_signing_alg_values_supported") or ["RS256"]
    if not set(named) & set(ALGORITHMS):
        yield Fault(f"it signs by {_list(named)} alone", f"We take one of {_list(ALGORITHMS)}.")
    challenges = told.get("code_challenge_methods_supported")
    if challenges and "S256" not in challenges:
        yield Fault("it names PKCE without S256", "Turn PKCE with S256 on for this client.", harmless=True)
    ways = told.get(METHODS) or ["client_secret_basic"]
    usable = ("client_secret_basic", "client_secret_post") if asked.secret else ("none",)
    if not set(ways) & set(usable):
        advice = "Give the client a secret, or AFTERWORD_OIDC_CLIENT_SECRET its own."
        yield Fault(f"it lets a client prove itself by {_list(ways)}, we would by {' or '.join(usable)}", advice)
    yield from _of_groups(told, asked)


def _of_groups(told: Claims, asked: Asked) -> Iterator[Fault]:
    scopes = told.get(SCOPES) or ()
    if unknown := [one for one in asked.scopes.split() if scopes and one not in scopes]:
        yield Fault(f"it lists no scope {unknown[0]}", "Mend AFTERWORD_OIDC_SCOPES.", harmless=True)
    if not asked.groups:
        return
    claim, claims = asked.groups_claim, told.get(CLAIMS) or ()
    if claims and claim not in claims:
        advice = "Name the claim it has in AFTERWORD_OIDC_GROUPS_CLAIM, or let it send this one; some list not all."
        yield Fault(
            f"it lists no claim {claim}, by which AFTERWORD_OIDC_GROUPS would give roles", advice, harmless=True
        )
    if claim in scopes and claim not in asked.scopes.split():
        words = f"it has a scope {claim} that AFTERWORD_OIDC_SCOPES does not ask for"
        yield Fault(words, f"Set AFTERWORD_OIDC_SCOPES={asked.scopes} {claim}, or nobody has groups.", harmless=True)


def _list(names: object) -> str:
    return ", ".join(map(str, names)) if isinstance(names, (list, tuple)) else str(names)


def _clock(headers: Mapping[str, str]) -> datetime | None:
    try:
        told = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return None
    return told if told.tzinfo else None
