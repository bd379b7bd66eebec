"""Is single sign-on in order? What the settings say, and what the provider of accounts publishes of itself."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from importlib.util import find_spec

from mailer.checkup import Checked, State
from settings import Settings
from templates.brand_file import BrandError
from templates.brands import SHIPPED, read_brands

TOPIC = "Single sign-on"


def check_single(settings: Settings) -> Iterator[Checked]:
    """What can be seen without a network; nothing where no provider is named."""
    if not settings.oidc_issuer:
        return
    if not _installed():
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
    if settings.oidc_issuer and _installed():
        from commands.provider import asked_of_provider  # it needs what requirements/oidc.txt brings

        yield from asyncio.run(asked_of_provider(settings, at=at))


def _installed() -> bool:
    return find_spec("authlib") is not None and find_spec("httpx2") is not None


def _domains(settings: Settings) -> set[str]:
    """Of all brands; as if there were some where their files cannot be read, which is told elsewhere."""
    try:
        brands = read_brands(settings.brands or SHIPPED).values()
    except BrandError:
        return {"?"}
    return {domain for brand in brands for domain in brand.answering.domains}
