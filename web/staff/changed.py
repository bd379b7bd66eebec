"""What changed this week? Seven days beside the seven before, and what customers newly write about."""

from datetime import timedelta
from functools import partial
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from reviews.gathered import Gathered
from reviews.regular import About, Span
from reviews.roles import Role, Staff
from reviews.scoring import Share
from store.gathering import week
from templates import telling
from templates.figures import percent
from web.answers.pages import page
from web.answers.refusals import Refused
from web.door import Door, door_of
from web.staff.figures import HERE as FIGURES
from web.staff.figures import brands_of
from web.staff.record import SIGN_OUT
from web.staff.record_view import Shown
from web.staff.sign_in import HOME
from web.staff.walls import staff_of

HERE = "/figures/week"
WEEKS_AGO_MAX = 52
QUOTES = 3
JSON = "json"


async def shown(request: Request) -> Response:
    """The page, or with `format=json` what stands on it."""
    staff, door = await staff_of(request), door_of(request)
    if staff.role == Role.AGENT and not staff.team:
        return RedirectResponse(FIGURES, status_code=303)  # their own figures: there is no team to tell of
    about, ago = _asked(request, staff, door)
    look = partial(week, recorder=door.store.recorder, about=about, now=door.clock())
    found, more = await door.store.read(look)
    if request.query_params.get("format") == JSON:
        return JSONResponse(_taken_out(found, about, more=more))
    return page(
        "week",
        brand=door.brands[about.brand],
        period=telling.period(about.span, "en"),
        numbers=telling.numbers(found.numbers, "en"),
        changes=telling.changes(found, "en"),
        themes=[_theme(found, number) for number in range(len(found.words))],
        made=found.opportunities,
        waits=found.waits,
        waits_more=more,
        here=HERE,
        chosen=about.brand,
        team=about.team,
        brands=brands_of(staff, door),
        follow_ups_url="/follow-ups",
        json_url=_url(about, ago, format=JSON),
        before_url=_url(about, ago + 1) if ago < WEEKS_AGO_MAX else "",
        after_url=_url(about, ago - 1) if ago else "",
        staff_name=staff.name or staff.email,
        sign_out_url=SIGN_OUT,
    )


def _asked(request: Request, staff: Staff, door: Door) -> tuple[About, int]:
    """Whose week, and how many weeks ago; Refused 404 for what they may not see. An agent sees their team's."""
    given, brands = request.query_params, brands_of(staff, door)
    usual = door.brand if door.brand in brands else next(iter(brands), "")
    brand, ago = given.get("brand", usual), given.get("ago", "0")
    if brand not in brands or not (ago.isascii() and ago.isdigit()) or int(ago[:4]) > WEEKS_AGO_MAX:
        raise Refused(404)
    until = door.clock().date() - timedelta(weeks=int(ago))  # today has not ended
    team = staff.team if staff.role == Role.AGENT else ""
    return About(brand, Span(until - timedelta(weeks=1), until), team), int(ago)


def _url(about: About, ago: int, **more: str) -> str:
    return f"{HERE}?{urlencode({'brand': about.brand, 'ago': ago, **more})}"


def _theme(found: Gathered, number: int) -> Shown:
    theme = found.words[number]
    return {
        "words": theme.words,
        "here": theme.here,
        "quotes": [{"text": quote.text, "url": f"{HOME}/{quote.review}"} for quote in theme.quotes[:QUOTES]],
        "more": max(0, len(theme.quotes) - QUOTES),
    }


def _taken_out(found: Gathered, about: About, *, more: bool) -> Shown:
    numbers = found.numbers
    return {
        "brand": about.brand,
        "team": about.team,
        "since": str(about.span.since),
        "until": str(about.span.until),
        "happy": _share(numbers.happy) if numbers else None,
        "before": _share(numbers.before) if numbers else None,
        "response": _share(numbers.response) if numbers else None,
        "waiting": found.waits,
        "more_waiting": more,
        "changed": [
            {"by": one.of.facet, "name": one.of.name, "now": _share(one.of.now), "before": _share(one.of.before)}
            for one in found.changed
        ],
        "since_then": [
            {"day": str(one.at), "before": _share(one.before), "after": _share(one.after)} for one in found.marked
        ],
        "words": [{"words": one.words, "texts": one.here} for one in found.words],
    }


def _share(share: Share) -> Shown:
    told = {"part": share.part, "of": share.of, "low": round(share.low, 4), "high": round(share.high, 4)}
    return told | {"told": percent(share.value) if share.value is not None else ""}
