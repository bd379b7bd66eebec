"""A theme that somebody named: how often they write of it, every mail that does, and what was done to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import groupby

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reviews.facts import Review
from reviews.naming import NAME_CHARS_MAX, Action, Named, ThemeDeed, by_day, cleaned, read, standing, undoable
from reviews.roles import Right, Role, Staff, may, sees
from reviews.scoring import Share, share
from reviews.trends import Point, changes
from store import naming
from store.quotes import Written, reviews, written
from templates import figures as words
from templates.charts import chart
from templates.dates import said
from web.answers.pages import page
from web.answers.refusals import Refused
from web.door import Door, door_of
from web.forms import read_form, refuse_foreign
from web.staff.figures import THEMES, brands_of
from web.staff.record import SIGN_OUT
from web.staff.record_view import Shown
from web.staff.sheets import Row, file_of, many
from web.staff.sign_in import HOME
from web.staff.walls import staff_of

HERE, DO = f"{THEMES}/{{id}}", f"{THEMES}/do"
WEEKS = 26
"""How far back a theme is looked at."""
MAILS = 50
"""Shown of a theme; the file has all of the texts that were read."""
COLUMNS = ("week", "share", "from", "to", "texts", "of it")
SAID = {
    Action.NAMED: "named it",
    Action.JOINED: "joined another with it",
    Action.FOLLOWED: "follows it",
    Action.UNFOLLOWED: "follows it no more",
    Action.DROPPED: "dropped it",
    Action.UNDONE: "took that back",
}


@dataclass(frozen=True, slots=True)
class Known:
    """A theme, all that was done to the themes of its brand, and the texts that speak of it, newest first."""

    theme: Named
    deeds: tuple[ThemeDeed, ...]
    points: tuple[Point, ...]
    texts: tuple[Written, ...]

    @property
    def history(self) -> list[ThemeDeed]:
        """What was done to it, newest first, with what became of what it took in."""
        own = {self.theme.id} | {deed.about for deed in self.deeds if deed.theme == self.theme.id}
        return [deed for deed in reversed(self.deeds) if deed.theme in own]


async def shown(request: Request) -> Response:
    """The page, or with `format` its weeks as a file."""
    staff, door = await staff_of(request), door_of(request)
    known = await _known(door, staff, request.path_params["id"])
    weeks = _weeks(known.points)
    if form := request.query_params.get("format", ""):
        rows: list[Row] = [
            (str(week), one.value, one.low, one.high, many(one.of), many(one.part)) for week, one in weeks
        ]
        return file_of("theme", form, COLUMNS, rows, theme=known.theme.name)
    told = await reviews_of(door, known.texts[:MAILS])
    return _page(door, staff, known, weeks, told)


async def done(request: Request) -> Response:
    """Somebody names, joins, follows or drops a theme, or takes that back."""
    refuse_foreign(request)
    staff, form, door = await staff_of(request), await read_form(request), door_of(request)
    brand = form.get("brand", "")
    if not may(staff, Right.TEND) or brand not in brands_of(staff, door) or form.get("action") not in set(Action):
        raise Refused(404)
    deed = ThemeDeed(
        id=form.get("form", "")[:64] or door.new_id(),
        theme=form.get("theme", "")[:64] or door.new_id(),
        brand=brand,
        at=door.clock(),
        who=staff.email.lower(),
        action=Action(form["action"]),
        name=" ".join(form.get("name", "").split())[:NAME_CHARS_MAX],
        phrases=cleaned(form.get("phrases", "")[:2_000].split(",")),
        about=form.get("about", "")[:64],
    )
    if deed.action is Action.NAMED and not deed.name and not deed.phrases:
        raise Refused(404)
    await door.store.write(partial(naming.add, deed=deed))
    there = any(one.id == deed.theme for one in await door.store.read(partial(naming.named, brand=brand)))
    return RedirectResponse(f"{THEMES}/{deed.theme}" if there else f"{THEMES}?brand={brand}", status_code=303)


async def _known(door: Door, staff: Staff, id: str) -> Known:
    """The theme with all that they may see of it; Refused 404 where there is none."""
    now = door.clock()
    for brand in brands_of(staff, door):
        deeds = await door.store.read(partial(naming.deeds, brand=brand))
        if theme := standing(deeds).get(id):
            ask = partial(written, since=now - timedelta(weeks=WEEKS), now=now, brand=brand)
            seen = await seen_of(door, staff, await door.store.read(ask))
            texts = [read(one.at, one.quote) for one in seen]
            about = (one for one, text in zip(seen, texts, strict=True) if theme.stands_in(text.said))
            return Known(theme, tuple(deeds), tuple(by_day(theme, texts)), tuple(about))
    raise Refused(404)


async def seen_of(door: Door, staff: Staff, found: Sequence[Written]) -> list[Written]:
    """What they may see of it: for who sees all of a brand no review need be read."""
    within = [one for one in found if staff.sees_brand(one.brand)]
    if staff.role != Role.AGENT:
        return within
    known = await reviews_of(door, within)
    return [one for one in within if one.quote.review in known and sees(staff, known[one.quote.review])]


async def reviews_of(door: Door, found: Iterable[Written]) -> dict[str, Review]:
    """The reviews of these texts, by id."""
    return await door.store.read(partial(reviews, ids=[one.quote.review for one in found]))


def _weeks(points: Sequence[Point]) -> list[tuple[date, Share]]:
    """In how many texts of each week it stands, from Monday."""
    weeks = groupby(points, key=lambda one: one.since - timedelta(days=one.since.weekday()))
    several = ((monday, list(days)) for monday, days in weeks)
    return [(monday, share(sum(one.part for one in days), sum(one.of for one in days))) for monday, days in several]


def _page(door: Door, staff: Staff, known: Known, weeks: list[tuple[date, Share]], told: dict[str, Review]) -> Response:
    brand, theme = door.brand_of(known.theme.brand), known.theme
    changed = changes(known.points)
    others = [one for one in standing(known.deeds).values() if one.id != theme.id]
    back = undoable(known.deeds)
    return page(
        "theme",
        brand=brand,
        theme=theme,
        phrases=sorted(theme.phrases),
        themes_url=f"{THEMES}?brand={theme.brand}",
        do_url=DO,
        form=door.new_id(),
        may_do=may(staff, Right.TEND),
        follows=staff.email.lower() in theme.followers,
        others=[{"id": one.id, "name": one.name} for one in others],
        chart=chart(
            [(week, one, f"week of {week}: {words.told(one)}") for week, one in weeks],
            [(one.at, words.CHANGED, words.changed(one)) for one in changed],
        ),
        changes=[words.changed(one) for one in changed],
        weeks=[{"week": str(week), "share": words.told(one)} for week, one in reversed(weeks)],
        texts=[_text(one, told, brand.timezone) for one in known.texts[:MAILS] if one.quote.review in told],
        more=max(0, len(known.texts) - MAILS),
        history=[_deed(deed, deed.id in back, brand.timezone) for deed in known.history],
        csv_url=f"{THEMES}/{theme.id}?format=csv",
        json_url=f"{THEMES}/{theme.id}?format=json",
        staff_name=staff.name or staff.email,
        sign_out_url=SIGN_OUT,
    )


def _text(one: Written, told: dict[str, Review], timezone: str) -> Shown:
    return {
        "text": one.quote.text,
        "url": f"{HOME}/{one.quote.review}",
        "ticket": told[one.quote.review].ticket,
        "at_text": said(one.at, timezone),
    }


def _deed(deed: ThemeDeed, undoable: bool, timezone: str) -> Shown:
    told = ", ".join(filter(None, (deed.name, *deed.phrases)))
    return {
        "id": deed.id,
        "who": deed.who,
        "words": SAID[deed.action] + (f": {told}" if told else ""),
        "at_text": said(deed.at, timezone),
        "undoable": undoable,
    }
