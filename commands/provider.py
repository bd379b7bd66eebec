"""Is the provider of accounts the one that is named, and does it do for us? Needs what requirements/oidc.txt brings."""

from datetime import datetime

import httpx2

from commands.accounts import TOPIC
from mailer.checkup import Checked, State
from settings import Settings
from web.staff.single.discovery import ASK_SECONDS, Asked, Claims, Fault, NotPublished, faults, fetched, published


async def asked_of_provider(settings: Settings, *, at: datetime) -> list[Checked]:
    """Whether it answers, and does for us."""
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
