"""Which routes are there, and how is the application put together?"""

import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from random import SystemRandom

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.types import ASGIApp, Lifespan

from machine import named
from reviews.admission import Admission
from reviews.links import Links
from reviews.networks import Networks, read_networks
from reviews.tokens import Keys
from settings import Settings, WrongSettings, read_settings
from store import open_store
from store.presence import Itself, present
from templates.brands import SHIPPED, Brand, answering_of, read_brands
from web import files, health, metrics, networks
from web.answers.guard import Guard
from web.answers.refusals import REFUSED
from web.api import document, operations
from web.api.rates import Rates
from web.contact import consent, testimonials, unsubscribe, view
from web.door import Door
from web.hooks import received
from web.rating import merged
from web.rating import page as rating_page
from web.rating import post as rating_post
from web.rating.direct import Direct
from web.staff import (
    by_hand,
    care_pages,
    changed,
    correcting,
    endpoints,
    figures,
    findings,
    house,
    inbox,
    mails,
    news,
    notices,
    proving,
    quarantine,
    record,
    regular,
    running,
    sign_in,
    sources,
    suppressions,
    tend,
    theme,
    themes,
)
from web.staff.single import pages as single_pages
from web.staff.single.ways import SingleSignOn

ID_BYTES = 16
ROUTES = (
    Route("/r/{token}", rating_page.opened, methods=list(rating_page.METHODS)),
    Route("/r/{token}", rating_post.posted, methods=["POST"]),
    Route("/m/{token}/{answer}", merged.opened, methods=["GET"]),
    *operations.routes(),
    Route("/api/v1/openapi.json", document.served),
    Route("/api/v1/docs", document.shown),
    Route("/hooks/{id}", received.received, methods=["POST"]),
    Route("/hooks/{id}/reopened", received.reopened, methods=["POST"]),
    Route("/v/{token}", view.viewed),
    Route("/f/{token}", consent.asked),
    Route("/f/{token}", consent.chosen, methods=["POST"]),
    Route(testimonials.JSON_PATH, testimonials.taken_out),
    Route(testimonials.PATH, testimonials.shown),
    Route("/u/{token}", unsubscribe.asked),
    Route("/u/{token}", unsubscribe.chosen, methods=["POST"]),
    Route("/s/{token}", record.opened_by_link),
    Route("/s/{token}", record.held_answer_sent, methods=["POST"]),
    Route("/s/{token}/rating", correcting.corrected_by_link, methods=["POST"]),
    Route("/s/{token}/files/{sha256}", record.file_saved_by_link),
    Route("/s/{token}/notices", notices.asked_by_link),
    Route("/s/{token}/notices", notices.chosen_by_link, methods=["POST"]),
    Route("/sign-in", sign_in.asked),
    Route("/sign-in", sign_in.requested, methods=["POST"]),
    Route(single_pages.BEGIN, single_pages.begun, methods=["GET"]),
    Route(single_pages.BACK, single_pages.came_back, methods=["GET"]),
    Route("/in/{token}", sign_in.followed),
    Route("/in/{token}", sign_in.confirmed, methods=["POST"]),
    Route("/sign-out", sign_in.signed_out, methods=["POST"]),
    Route("/reviews", inbox.listed),
    Route(inbox.BULK, tend.several_tended, methods=["POST"]),
    Route(inbox.VIEWS, inbox.kept, methods=["POST"]),
    Route(inbox.NEWS, news.listened),
    Route("/reviews/{id}", record.opened_by_staff),
    Route("/reviews/{id}/ask", by_hand.asked, methods=["POST"]),
    Route(figures.HERE, figures.shown),
    Route(themes.HERE, themes.shown),
    Route(theme.DO, theme.done, methods=["POST"]),
    Route(theme.HERE, theme.shown),
    Route(findings.HERE, findings.shown),
    Route(changed.HERE, changed.shown),
    Route(regular.HERE, regular.listed),
    Route(regular.PREVIEW, regular.previewed),
    Route("/reviews/{id}/do", tend.tended, methods=["POST"]),
    Route("/reviews/{id}/writing", tend.write_seen, methods=["POST"]),
    Route("/reviews/{id}/writers", news.writers),
    Route("/reviews/{id}/mails/{sha256}", mails.shown_raw),
    Route("/reviews/{id}/mails/{sha256}/letter", mails.framed),
    Route(care_pages.FOLLOW_UPS, care_pages.follow_ups),
    Route(care_pages.SMILES, care_pages.smiles),
    Route(care_pages.EXCLUSIONS, care_pages.exclusions),
    Route(notices.HERE, notices.asked),
    Route(notices.HERE, notices.chosen, methods=["POST"]),
    Route(house.HERE, house.listed),
    Route(house.HERE, house.ended, methods=["POST"]),
    Route("/suppressions", suppressions.listed),
    Route("/suppressions", suppressions.lifted, methods=["POST"]),
    Route("/reviews/{id}/rating", correcting.corrected_by_staff, methods=["POST"]),
    Route("/reviews/{id}/files/{sha256}", record.file_saved_by_staff),
    Route("/reviews/{id}/bundle", proving.saved),
    Route(quarantine.QUARANTINE, quarantine.listed),
    Route("/quarantine/{id}.eml", quarantine.raw),
    Route("/quarantine/{id}", quarantine.chosen, methods=["POST"]),
    Route(running.HERE, running.shown),
    Route(sources.PATH, sources.listed),
    Route(sources.PATH, sources.posted, methods=["POST"]),
    Route(endpoints.PATH, endpoints.listed),
    Route(endpoints.PATH, endpoints.posted, methods=["POST"]),
    Route("/brand/{key}.css", files.brand_css),
    Route("/static/{name}", files.static),
    Route("/robots.txt", files.robots),
    Route("/.well-known/afterword-keys.json", proving.published),
    Route("/healthz", health.alive),
    Route("/readyz", health.ready),
    Route("/metrics", metrics.metrics),
)


def build_app(door: Door, *, lifespan: Lifespan[Starlette] | None = None) -> ASGIApp:
    """The whole HTTP door. The store is closed by whoever opened it."""
    guard = Middleware(Guard, https=door.https, timing=door.timing)
    app = Starlette(routes=ROUTES, middleware=[guard], exception_handlers=REFUSED, lifespan=lifespan)
    app.router.redirect_slashes = False  # its redirect would go to whatever host the request names
    app.state.door = door
    app.state.herald = news.herald_of(door)
    return Direct(app, https=door.https, timing=door.timing)


def create() -> ASGIApp:
    """The application of this process's settings, for `uvicorn web.app:create --factory`."""
    return create_from(read_settings())


def create_from(settings: Settings) -> ASGIApp:
    """The application of these settings; it closes its store when the server stops. WrongSettings, SchemaError,
    EngineError, BrandError and ValueError say why there can be none."""
    door = open_door(settings)
    return build_app(door, lifespan=_closing(door))


def open_door(settings: Settings) -> Door:
    """The door that these settings describe."""
    brands = read_brands(settings.brands or SHIPPED)
    if settings.brand not in brands:
        raise WrongSettings(f"AFTERWORD_BRAND is {settings.brand!r}: expected one of {', '.join(brands)}")
    single = _single(settings, brands)
    links = Links(Keys(settings.secret_keys), settings.base_url, settings.reply_domain, hidden=settings.decoys)
    store = open_store(
        settings.database_url,
        rules=settings.rules(),
        mail_domain=settings.reply_domain,
        affected_allowed=settings.affected_sqlite,
        answering=answering_of(brands),
    )
    return Door(
        store=store,
        links=links,
        brands=brands,
        brand=settings.brand,
        clock=now,
        new_id=new_id,
        shuffled=shuffled,
        operator=settings.operator,
        networks=_networks(settings),
        rates=Rates("api", settings.api_per_minute),
        bundle_keys=settings.bundle_keys,
        single=single,
    )


def _single(settings: Settings, brands: Mapping[str, Brand]) -> SingleSignOn | None:
    """Single sign-on, where the settings name a provider; WrongSettings says what it lacks."""
    if not settings.oidc_issuer:
        return None
    groups, domains = settings.groups(), {key: brand.answering.domains for key, brand in brands.items()}
    unknown = {grant.brand for grants in groups.values() for grant in grants if grant.brand} - set(brands)
    if unknown:
        raise WrongSettings(f"AFTERWORD_OIDC_GROUPS names {min(unknown)!r}: expected one of {', '.join(brands)}")
    if not any(domains.values()):
        raise WrongSettings("AFTERWORD_OIDC_ISSUER: a brand's file names whose accounts: [answering] domains = […]")
    try:
        from web.staff.single.provider import Provider
    except ImportError:
        raise WrongSettings(
            "AFTERWORD_OIDC_ISSUER: single sign-on needs Authlib: pip install -r requirements/oidc.txt"
        ) from None
    provider = Provider(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.base_url + single_pages.BACK,
        settings.oidc_client_secret,
        " ".join(settings.oidc_scopes.split()),
        settings.oidc_groups_claim,
    )
    rules = Admission(groups, domains)
    return SingleSignOn(provider, rules, settings.oidc_issuer, settings.oidc_name, only=settings.oidc_only)


def _networks(settings: Settings) -> Networks:
    """The table of networks; WrongSettings when the file cannot be read."""
    path = settings.networks or networks.SHIPPED
    try:
        return read_networks(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise WrongSettings(f"AFTERWORD_NETWORKS is {str(path)!r}: {error}") from None


def now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


def new_id() -> str:
    """16 random bytes as text."""
    return secrets.token_hex(ID_BYTES)


def shuffled(slots: tuple[str, ...]) -> tuple[str, ...]:
    """The slots in an order nobody can guess."""
    return tuple(SystemRandom().sample(slots, k=len(slots)))


def _closing(door: Door) -> Lifespan[Starlette]:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with present(door.store, Itself(**named("web")), door.clock):
            yield
        await door.store.close()

    return lifespan
