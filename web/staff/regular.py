"""Which regular mails go out, when, and what would each say? For who may read what they tell."""

from datetime import date, timedelta
from functools import partial
from urllib.parse import urlencode

from cronsim import CronSim
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from reviews.answering import Figures
from reviews.gathered import worth_a_mail
from reviews.model import REGULAR, DeliveryKind, Person
from reviews.onlookers import shows_agents
from reviews.regular import About, Regular, Span, last_span, next_time
from reviews.roles import Role, Staff
from store import regular
from store.gathering import Reader, gathered
from templates import plain, telling
from templates.brands import Brand
from templates.dates import said
from templates.mails import Rendered, compile_mails
from templates.regular_letters import Post, regular_mail
from templates.scheduling import usual
from web.answers.pages import page
from web.answers.refusals import Refused
from web.contact.view import MAIL_POLICY
from web.door import Door, door_of
from web.staff.figures import brands_of
from web.staff.record import SIGN_OUT
from web.staff.record_view import Shown
from web.staff.walls import staff_of

HERE, PREVIEW = "/regular", "/regular/preview"
NAME_CHARS_MAX = 254
SPAN_MAX = timedelta(days=366)
HTML = "html"


async def listed(request: Request) -> Response:
    """Every regular mail of the brands they see, and what each would say to them."""
    staff, door = await staff_of(request), door_of(request)
    rows = [await _row(door, door.brands[key], one) for key in brands_of(staff, door) for one in _kinds(door, key)]
    return page(
        "regular",
        brand=door.brand_of(door.brand),
        rows=[row for row in rows if _may(staff, DeliveryKind(str(row["kind"])), staff.email)],
        files=[key for key in brands_of(staff, door) if not door.brands[key].regular],
        heads=staff.role != Role.AGENT,
        staff_name=staff.name or staff.email,
        sign_out_url=SIGN_OUT,
    )


async def previewed(request: Request) -> Response:
    """What one would say: its text on a page, or with `form=html` as a mail program shows it."""
    staff, door = await staff_of(request), door_of(request)
    given = request.query_params
    brand, kind = given.get("brand", ""), given.get("kind", "")
    team, email = given.get("team", "")[:NAME_CHARS_MAX], given.get("for", "").lower() or staff.email.lower()
    if kind not in REGULAR or brand not in brands_of(staff, door):
        raise Refused(404)
    voice = door.brands[brand]
    if not _may(staff, DeliveryKind(kind), email, voice):
        raise Refused(404)
    chosen = usual(voice.regular, DeliveryKind(kind), team, timezone=voice.timezone)
    span = _span(given.get("since", ""), given.get("until", "")) or last_span(chosen, door.clock())
    mail, telling_ = await _mail(door, chosen, About(brand, span, team), email)
    if given.get("form") == HTML:
        return HTMLResponse(mail.html, headers={"Content-Security-Policy": MAIL_POLICY})
    asked = {"brand": brand, "kind": kind, "team": team, "for": email, "since": span.since, "until": span.until}
    return page(
        "regular_mail",
        brand=voice,
        title=plain.KINDS[kind],
        back_url=HERE,
        period=telling.period(span, "en"),
        subject=mail.subject,
        text=mail.text,
        telling=telling_,
        html_url=f"{PREVIEW}?{urlencode(asked | {'form': HTML})}",
        before_url=_at(asked, span.before),
        staff_name=staff.name or staff.email,
        sign_out_url=SIGN_OUT,
    )


def _at(asked: dict[str, object], span: Span) -> str:
    return f"{PREVIEW}?{urlencode(asked | {'since': span.since, 'until': span.until})}"


async def _mail(door: Door, chosen: Regular, about: About, email: str) -> tuple[Rendered, bool]:
    """The mail to that address, and whether it would go out."""
    voice, known = door.brands[about.brand], await door.store.staff(email)
    figures = voice.answering.figures
    reader = Reader(chosen.kind, about, email, figures)
    look = partial(gathered, recorder=door.store.recorder, reader=reader, now=door.clock())
    found = await door.store.read(look)
    spoken, person = voice.said_in(chosen.language), known.person if known else Person(email)
    post = Post(person, about, spoken, door.links, door.clock(), shows_agents([figures]))
    rendered = compile_mails(spoken).render(regular_mail(chosen.kind, found, post))
    return rendered, worth_a_mail(chosen.kind, found)


def _may(staff: Staff, kind: DeliveryKind, email: str, brand: Brand | None = None) -> bool:
    """Whether they may read such a mail to that address: their own week everybody; an agent's who heads them, where
    the brand shows the figures of single agents; the others whoever sees all of the brand."""
    if kind is not DeliveryKind.AGENTS:
        return staff.role != Role.AGENT
    if email.lower() == staff.email.lower():
        return True
    shown = brand is not None and brand.answering.figures is Figures.LEADS
    return shown and staff.role in (Role.LEAD, Role.ADMIN)


def _span(since: str, until: str) -> Span | None:
    """The days that were asked for; None for none, Refused 404 for what are none."""
    if not since and not until:
        return None
    try:
        span = Span(date.fromisoformat(since), date.fromisoformat(until))
    except ValueError:
        raise Refused(404) from None
    if not timedelta(0) < span.until - span.since <= SPAN_MAX:
        raise Refused(404)
    return span


def _kinds(door: Door, key: str) -> list[Regular]:
    """The regular mails of a brand, and of the kinds that it has none of what they would be."""
    brand = door.brands[key]
    missing = [kind for kind in REGULAR if kind not in {one.kind for one in brand.regular}]
    return [*brand.regular, *(usual((), kind, "", timezone=brand.timezone) for kind in missing)]


async def _row(door: Door, brand: Brand, one: Regular) -> Shown:
    kept = await door.store.read(partial(regular.last_kept, brand=brand.key, regular=one))
    goes = one in brand.regular
    asked = {"brand": brand.key, "kind": one.kind, "team": one.team}
    return {
        "kind": str(one.kind),
        "label": plain.KINDS[one.kind],
        "brand": brand.name,
        "team": one.team,
        "when": CronSim(one.cron, door.clock()).explain() if goes else "",
        "cron": one.cron,
        "timezone": one.timezone,
        "to": one.to,
        "next": said(next_time(one, door.clock()), one.timezone) if goes else "",
        "last": telling.period(kept.span, "en") if kept else "",
        "listed": kept.listed if kept else 0,
        "url": f"{PREVIEW}?{urlencode(asked)}",
    }
