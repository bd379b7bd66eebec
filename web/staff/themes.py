"""What do customers write about? The words that stand out, each with the mails and comments it came from."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from reviews.roles import sees
from reviews.themes import Quote, themes
from store.quotes import Written, apart, written
from templates.dates import said
from web.answers.pages import page
from web.answers.refusals import Refused
from web.door import door_of
from web.staff.figures import THEMES, WEEKS, brands_of
from web.staff.record import SIGN_OUT
from web.staff.record_view import Shown
from web.staff.sign_in import HOME
from web.staff.walls import staff_of

HERE = THEMES
QUOTES = 10
"""Shown of a theme; each leads to its record."""
LATELY = timedelta(weeks=4)
"""What is new is what stands out in these against the weeks before."""


async def shown(request: Request) -> Response:
    """What those write who are not happy, and what is new, as far as they see the reviews."""
    staff, door = await staff_of(request), door_of(request)
    brands, now = brands_of(staff, door), door.clock()
    brand, weeks = request.query_params.get("brand", ""), request.query_params.get("weeks", str(WEEKS[1]))
    if weeks not in map(str, WEEKS) or (brand and brand not in brands):
        raise Refused(404)
    since = now - timedelta(weeks=int(weeks))
    found = await door.store.read(partial(written, since=since, now=now, brand=brand or None))
    seen = [one for one in found if sees(staff, one.review)]
    told = door.brand_of(brand or door.brand)
    return page(
        "themes",
        brand=told,
        here=HERE,
        weeks=WEEKS,
        chosen={"brand": brand, "weeks": int(weeks)},
        brands=brands,
        texts=len(seen),
        groups=[
            {"title": "Who was not happy writes about", "themes": _shown(*apart(seen), seen)},
            {"title": "New in the last four weeks", "themes": _shown(*_lately(seen, now), seen)},
        ],
        as_of_text=said(now, told.timezone),
        staff_name=staff.name or staff.email,
        sign_out_url=SIGN_OUT,
    )


def _lately(seen: Sequence[Written], now: datetime) -> tuple[list[Quote], list[Quote]]:
    new = [one.quote for one in seen if one.at > now - LATELY]
    return new, [one.quote for one in seen if one.at <= now - LATELY]


def _shown(some: list[Quote], rest: list[Quote], seen: Sequence[Written]) -> list[Shown]:
    reviews = {one.review.id: one.review for one in seen}
    return [
        {
            "words": theme.words,
            "here": f"{theme.here} of {len(some)}",
            "rest": f"{theme.rest} of {len(rest)}",
            "quotes": [
                {"text": quote.text, "url": f"{HOME}/{quote.review}", "ticket": reviews[quote.review].ticket}
                for quote in theme.quotes[:QUOTES]
            ],
            "more": max(0, len(theme.quotes) - QUOTES),
        }
        for theme in themes(some, rest)
    ]
