"""Is single sign-on in order? What the settings say, and what the provider of accounts publishes of itself."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from importlib.util import find_spec

import httpx2

from mailer.checkup import Checked, State
from settings import Settings
from templates.brand_file import BrandError
from templates.brands import SHIPPED, read_brands
from web.staff.single.discovery import ASK_SECONDS, Asked, Claims, Fault, NotPublished, faults, fetched, published

TOPIC = "Single sign-on"


def check_single(settings: Settings) -> Iterator[Checked]:
    """What can be seen without a network; nothing where no provider is named."""
    if not settings.oidc_issuer:
        return
    if find_spec("authlib") is None:
        advice = "Install it: pip install -r requirements/oidc.txt"
        yield Checked(State.BROKEN, TOPIC, "it needs Authlib, which is not there", advice)
    if not _domains(settings):
        advice = 'Say whose accounts in the file of a brand: [answering] domains = ["acme.example"]'
        yield Checked(State.BROKEN, TOPIC, "no brand names its own domains, so web does not start", advice)
    if not settings.oidc_groups:
        words = "no groups stand for roles: who is not on the staff is turned away, whatever the provider says"
        yield Checked(State.FINE, TOPIC, words)


def check_provider(settings: Settings, *, at: datetime) -> Iterator[Checked]:
    """Whether the provider answers, is the one that is named, and has what is asked of it. Blocks some seconds where it
    does not answer."""
    if settings.oidc_issuer:
        yield from asyncio.run(asked_of_provider(settings, at=at))


async def asked_of_provider(settings: Settings, *, at: datetime) -> list[Checked]:
    """The same, within a loop."""
    issuer = settings.oidc_issuer
    try:
        async with httpx2.AsyncClient(timeout=ASK_SECONDS, trust_env=False) as client:
            told, clock = await published(client, issuer)
            keys, _ = await fetched(client, str(told["jwks_uri"]))
    except NotPublished as error:
        return [Checked(State.BROKEN, TOPIC, f"{issuer}: {error}", error.advice)]
    except httpx2.HTTPStatusError as error:
        words = f"{error.request.url} answers {error.response.status_code}"
        return [Checked(State.BROKEN, TOPIC, words, "Is AFTERWORD_OIDC_ISSUER right? It has a page at that address.")]
    except (httpx2.HTTPError, TimeoutError) as error:
        words = f"{issuer} cannot be reached: {str(error) or type(error).__name__}"
        return [Checked(State.BROKEN, TOPIC, words, "Nobody can sign in by it: look at name, network, certificate.")]
    except (ValueError, TypeError) as error:
        return [Checked(State.BROKEN, TOPIC, f"{issuer}: {error}", "Is AFTERWORD_OIDC_ISSUER that of a provider?")]
    return _found(settings, told, keys, clock, at=at)


def _found(settings: Settings, told: Claims, keys: Claims, clock: datetime | None, *, at: datetime) -> list[Checked]:
    asked = Asked(
        settings.oidc_issuer,
        bool(settings.oidc_client_secret),
        settings.oidc_scopes,
        settings.oidc_groups_claim,
        bool(settings.oidc_groups),
    )
    found = list(faults(told, clock, asked, now=at))
    if not keys.get("keys"):
        found.append(Fault("it publishes no key to sign with", "Nobody's word would hold: look at its jwks_uri."))
    if not found:
        return [Checked(State.FINE, TOPIC, f"{settings.oidc_issuer} answers, and has what is asked of it")]
    return [Checked(State.LOOK if one.harmless else State.BROKEN, TOPIC, one.words, one.advice) for one in found]


def _domains(settings: Settings) -> set[str]:
    """Of all brands; as if there were some where their files cannot be read, which is told elsewhere."""
    try:
        brands = read_brands(settings.brands or SHIPPED).values()
    except BrandError:
        return {"?"}
    return {domain for brand in brands for domain in brand.answering.domains}
