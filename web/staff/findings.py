"""What do the answers show that nobody asked for? What the last look found, with its test and reviews behind it."""

from collections.abc import Sequence
from functools import partial
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from reviews.counting import COMPANY, TAG
from reviews.findings import Finding, Kind
from reviews.onlookers import sees_figures
from store.findings import Looked, kept
from templates.dates import said as at_text
from templates.findings import TITLES, said, surety
from web.answers.pages import page
from web.answers.refusals import Refused
from web.door import door_of
from web.staff.figures import FINDINGS, THEMES, brands_of, figures_url
from web.staff.record import SIGN_OUT
from web.staff.record_view import Shown
from web.staff.sheets import Row, file_of, many
from web.staff.sign_in import HOME
from web.staff.walls import staff_of

HERE = FINDINGS
COLUMNS = ("brand", "kind", "name", "other", "part", "of", "part beside", "of beside", "p", "words", "reviews")
OF_KIND = {Kind.BREAKS: TAG, Kind.WAITS: TAG}
"""Whose figures a finding leads to; those of a company otherwise."""


async def shown(request: Request) -> Response:
    """The page, or with `format` all of it as a file."""
    staff, door = await staff_of(request), door_of(request)
    brands, brand = brands_of(staff, door), request.query_params.get("brand", "")
    if not sees_figures(staff, COMPANY, None, ()) or (brand and brand not in brands):
        raise Refused(404)
    looked = await door.store.read(partial(kept, brands=[brand] if brand else brands))
    if form := request.query_params.get("format", ""):
        return file_of("findings", form, COLUMNS, _rows(looked))
    told = door.brand_of(brand or door.brand)
    return page(
        "findings",
        brand=told,
        here=HERE,
        brands=brands,
        chosen=brand,
        groups=_groups(looked),
        as_of_text=at_text(min(one.at for one in looked), told.timezone) if looked else "",
        themes_url=THEMES,
        csv_url=f"{HERE}?{urlencode({'brand': brand, 'format': 'csv'})}",
        json_url=f"{HERE}?{urlencode({'brand': brand, 'format': 'json'})}",
        staff_name=staff.name or staff.email,
        sign_out_url=SIGN_OUT,
    )


def _groups(looked: Sequence[Looked]) -> list[Shown]:
    """What was found, by title, in the order of the kinds."""
    groups: dict[str, list[Shown]] = {title: [] for title in TITLES.values()}
    for one in looked:
        for finding in one.findings:
            groups[TITLES[finding.kind]].append(_shown(finding, one.brand))
    return [{"title": title, "findings": findings} for title, findings in groups.items() if findings]


def _shown(found: Finding, brand: str) -> Shown:
    theme = f"{THEMES}/{found.other}" if found.kind is Kind.THEME else ""
    return {
        "words": said(found),
        "sure": surety(found),
        "url": theme or figures_url(of=OF_KIND.get(found.kind, COMPANY), name=found.name, brand=brand),
        "reviews": [f"{HOME}/{review}" for review in found.reviews],
    }


def _rows(looked: Sequence[Looked]) -> list[Row]:
    return [_row(one.brand, found) for one in looked for found in one.findings]


def _row(brand: str, found: Finding) -> Row:
    sides = map(many, (found.one.part, found.one.of, found.beside.part, found.beside.of))
    words = (found.p, said(found), " ".join(found.reviews))
    return (brand, str(found.kind), found.name, found.other, *sides, *words)
