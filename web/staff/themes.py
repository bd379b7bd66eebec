"""What do customers write about? The words that stand out, each with the mails and comments it came from."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from reviews.facts import Review
from reviews.naming import Named, Text, read
from reviews.roles import Right, may
from reviews.themes import Quote, Theme, themes
from store import naming
from store.quotes import Written, apart, reviews, written
from templates.dates import said
from web.answers.pages import page
from web.answers.refusals import Refused
from web.door import Door, door_of
from web.staff.figures import THEMES, WEEKS, brands_of
from web.staff.record import SIGN_OUT
from web.staff.record_view import Shown
from web.staff.sign_in import HOME
from web.staff.theme import DO, seen_of
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
    seen = await seen_of(door, staff, found)
    told = door.brand_of(brand or door.brand)
    of_brand = brand or (brands[0] if len(brands) == 1 else "")
    known = [one for key in ([of_brand] if of_brand else brands) for one in await _known(door, key)]
    texts: dict[str, list[Text]] = {}
    for one in seen if known else ():
        texts.setdefault(one.brand, []).append(read(one.at, one.quote))
    return page(
        "themes",
        brand=told,
        here=HERE,
        weeks=WEEKS,
        chosen={"brand": brand, "weeks": int(weeks)},
        brands=brands,
        named=[_named(one, texts) for one in known],
        do_url=DO,
        may_do=may(staff, Right.TEND),
        of_brand=of_brand,
        form=door.new_id(),
        read=len(seen),
        groups=await _groups(door, seen, now),
        as_of_text=said(now, told.timezone),
        staff_name=staff.name or staff.email,
        sign_out_url=SIGN_OUT,
    )


async def _groups(door: Door, seen: Sequence[Written], now: datetime) -> list[Shown]:
    """What stands out, each with its texts and their tickets."""
    sides = {"Who was not happy writes about": apart(seen), "New in the last four weeks": _lately(seen, now)}
    found = {title: themes(*both) for title, both in sides.items()}
    shown_of = (quote.review for several in found.values() for one in several for quote in one.quotes[:QUOTES])
    told = await door.store.read(partial(reviews, ids=list(shown_of)))
    return [
        {"title": title, "themes": [_theme(one, len(some), len(rest), told) for one in found[title]]}
        for title, (some, rest) in sides.items()
    ]


async def _known(door: Door, brand: str) -> list[Named]:
    return await door.store.read(partial(naming.named, brand=brand))


def _named(theme: Named, texts: dict[str, list[Text]]) -> Shown:
    """A theme that has a name, and in how many of the texts it stands."""
    return {
        "id": theme.id,
        "name": theme.name,
        "brand": theme.brand,
        "url": f"{THEMES}/{theme.id}",
        "texts": sum(theme.stands_in(text.said) for text in texts.get(theme.brand, ())),
        "followers": len(theme.followers),
    }


def _lately(seen: Sequence[Written], now: datetime) -> tuple[list[Quote], list[Quote]]:
    new = [one.quote for one in seen if one.at > now - LATELY]
    return new, [one.quote for one in seen if one.at <= now - LATELY]


def _theme(theme: Theme, some: int, rest: int, told: dict[str, Review]) -> Shown:
    return {
        "words": theme.words,
        "here": f"{theme.here} of {some}",
        "rest": f"{theme.rest} of {rest}",
        "quotes": [
            {"text": quote.text, "url": f"{HOME}/{quote.review}", "ticket": told[quote.review].ticket}
            for quote in theme.quotes[:QUOTES]
            if quote.review in told
        ],
        "more": max(0, len(theme.quotes) - QUOTES),
    }
