"""How do we do? Figures of all, of a team, an agent, a company, a tag, for who may see them; each table as a file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from urllib.parse import quote_plus, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reviews.counting import AGENT, CAUSE, COMPANY, EVERYTHING, LANGUAGE, OPPORTUNITY, TAG, TEAM, WAIT
from reviews.model import SCALES
from reviews.onlookers import sees_figures
from reviews.roles import Role, Staff
from store.dashboards import Dashboard, Wished, dashboard
from templates import figures as words
from templates.dates import said
from web.answers.pages import page
from web.answers.refusals import Refused
from web.door import Door, door_of
from web.staff.figures_view import View, view
from web.staff.record import SIGN_OUT
from web.staff.sheets import CSV, JSON, NAMES_MAX, Sheet, file_of, names_file
from web.staff.walls import staff_of

HERE, THEMES, FINDINGS = "/figures", "/figures/themes", "/figures/findings"
WEEKS = (4, 12, 26, 52)
"""How far back a page may look; the second is usual."""
OF = (EVERYTHING, TEAM, AGENT, COMPANY, TAG, LANGUAGE, CAUSE, OPPORTUNITY, WAIT)
NAME_CHARS_MAX = 500
NAMES = 100
"""Side by side on one page; a file has them all."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    of: str
    name: str
    by: str
    brand: str
    weeks: int
    scale: str = ""

    def url(self, **other: str | int) -> str:
        """The address of this page with something else in it."""
        asked: dict[str, str | int] = {"of": self.of, "name": self.name, "by": self.by, "brand": self.brand}
        return figures_url(**(asked | {"weeks": self.weeks, "scale": self.scale} | other))

    def url_of(self, of: str) -> Callable[[str], str]:
        """The address of each name's own page, of which there are many on a page."""
        head, rest = f"{HERE}?{urlencode({'of': of})}&name=", self.url(of="", name="", by="").partition("?")[2]
        return lambda name: f"{head}{quote_plus(name)}&{rest}"


def figures_url(**asked: str | int) -> str:
    """The address of a page of figures."""
    return f"{HERE}?{urlencode({key: value for key, value in asked.items() if value != ''})}"


async def shown(request: Request) -> Response:
    """The page, or with `format` and `table` one table of it as a file."""
    staff, door = await staff_of(request), door_of(request)
    if not request.query_params and staff.role == Role.AGENT:
        return RedirectResponse(_first(staff, door), status_code=303)
    asked = read(request, staff, door)
    now = door.clock()
    since, until = _span(now, asked.weeks)
    form = request.query_params.get("format", "")
    after = request.query_params.get("after", "")[:NAME_CHARS_MAX]
    wished = Wished(asked.of, asked.name, since, until, asked.brand or None, asked.by, "" if form else after, NAMES)
    table = request.query_params.get("table", "")
    if form and asked.by and table in (asked.by, f"{asked.by}-asking"):
        return names_file(door.store, wished, form, table, now=now)
    found = await door.store.read(partial(dashboard, wished=wished, now=now))
    seen = view(found, since=since, until=until, by=asked.by, scale=asked.scale, after=wished.after)
    if form:
        return _taken_out(seen, form, table, found.as_of)
    return _page(door, staff, asked, seen, found)


def read(request: Request, staff: Staff, door: Door) -> Asked:
    """What is asked for; Refused 404 for what there is not, or what they may not see."""
    given = request.query_params
    brands = brands_of(staff, door)
    if not brands:  # the file of their brand was taken away
        raise Refused(404)
    brand = given.get("brand", "") or (brands[0] if staff.brands else "")
    weeks, of = given.get("weeks", str(WEEKS[1])), given.get("of", EVERYTHING)
    name, by = given.get("name", "").strip(), given.get("by", "")
    scale = given.get("scale", "")
    if (
        (scale and scale not in SCALES)
        or weeks not in map(str, WEEKS)
        or of not in OF
        or by not in OF
        or len(name) > NAME_CHARS_MAX
    ):
        raise Refused(404)
    if bool(name) != bool(of) or (of and by) or (brand and brand not in brands) or (scale and scale not in SCALES):
        raise Refused(404)
    rules = [door.brands[key].answering.figures for key in ([brand] if brand else brands)]
    if not sees_figures(staff, of, name, rules) or (by and not sees_figures(staff, by, None, rules)):
        raise Refused(404)
    return Asked(of, name.lower() if of == AGENT else name, by, brand, int(weeks), scale)


def brands_of(staff: Staff, door: Door) -> list[str]:
    """The brands they see."""
    return [key for key in door.brands if staff.sees_brand(key)]


def _first(staff: Staff, door: Door) -> str:
    """Where an agent begins: with their team's figures, else their own, else with what customers write about."""
    return _of_team(staff) or _own(staff, door) or THEMES


def _of_team(staff: Staff) -> str:
    return figures_url(of=TEAM, name=staff.team) if staff.team else ""


def _own(staff: Staff, door: Door) -> str:
    """The address of an agent's own figures: of all their brands, or of the first that shows them, '' for none."""
    brands = brands_of(staff, door)
    for brand, counted in (("", brands), *((one, [one]) for one in brands)):
        if sees_figures(staff, AGENT, staff.email, [door.brands[key].answering.figures for key in counted]):
            return figures_url(of=AGENT, name=staff.email, brand=brand)
    return ""


def _theirs(staff: Staff, door: Door, asked: Asked) -> list[tuple[str, str]]:
    """What else an agent may look at: their own figures, or their team's."""
    if staff.role != Role.AGENT:
        return []
    own, team = ("Your own figures", _own(staff, door)), ("Your team's figures", _of_team(staff))
    return [(words, url) for words, url in ([own] if asked.of == TEAM else [team]) if url]


def _span(now: datetime, weeks: int) -> tuple[date, date]:
    """From a Monday to the end of today, in UTC."""
    today = now.date()
    return today - timedelta(days=today.weekday() + 7 * (weeks - 1)), today + timedelta(days=1)


def _page(door: Door, staff: Staff, asked: Asked, seen: View, found: Dashboard) -> Response:
    brand = door.brand_of(asked.brand or door.brand)
    return page(
        "figures",
        brand=brand,
        title=f"{asked.of.capitalize()}: {asked.name}" if asked.of else "Figures",
        asked=asked,
        here=HERE,
        overview_url=asked.url(of="", name="", by="") if asked.of and staff.role != Role.AGENT else "",
        theirs=_theirs(staff, door, asked),
        findings_url=FINDINGS if sees_figures(staff, COMPANY, None, ()) else "",
        themes_url=f"{THEMES}?{urlencode({'brand': asked.brand, 'weeks': asked.weeks})}",
        choices=_choices(staff, door, asked),
        brands=brands_of(staff, door),
        all_brands=not staff.brands,
        weeks=WEEKS,
        happy=words.told(seen.whole.raw.happy),
        adjusted=words.told(seen.whole.adjusted.happy),
        response=words.response(seen.whole),
        rests=words.rows(seen.whole),
        scale=seen.scale,
        chart=seen.chart,
        changes=seen.changes,
        asked_otherwise=seen.asked_otherwise,
        scales=[(scale, number, asked.url(scale=scale)) for scale, number in seen.scales],
        sheets=[_sheet(sheet, asked) for sheet in seen.sheets],
        as_of_text=said(found.as_of, brand.timezone),
        more_url=asked.url(after=found.next_after) if found.next_after else "",
        staff_name=staff.name or staff.email,
        sign_out_url=SIGN_OUT,
    )


def _choices(staff: Staff, door: Door, asked: Asked) -> list[str]:
    """What may be set side by side on the page of all."""
    rules = [door.brands[key].answering.figures for key in ([asked.brand] if asked.brand else brands_of(staff, door))]
    return [] if asked.of else [facet for facet in OF[1:] if sees_figures(staff, facet, None, rules)]


def _sheet(sheet: Sheet, asked: Asked) -> dict[str, object]:
    of = sheet.name.removesuffix("-asking")
    leads = asked.url_of(of) if of in OF else None
    return {
        "name": sheet.name,
        "caption": sheet.caption,
        "columns": sheet.columns,
        "notes": sheet.notes,
        "rows": [
            {"url": leads(cells[0]) if leads else "", "name": cells[0], "cells": cells[1:]} for cells in sheet.shown()
        ],
        "more": max(0, len(sheet.rows) - NAMES_MAX),
        "csv_url": asked.url(format=CSV, table=sheet.name),
        "json_url": asked.url(format=JSON, table=sheet.name),
    }


def _taken_out(seen: View, form: str, name: str, as_of: datetime) -> Response:
    """A table as a file."""
    sheet = next((sheet for sheet in seen.sheets if sheet.name == name), None)
    if sheet is None:
        raise Refused(404)
    return file_of(name, form, sheet.columns, sheet.rows, as_of=as_of.isoformat(), scale=seen.scale)
