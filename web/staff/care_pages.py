"""What is owed, what went well, and what should not count: lists of reviews for who is signed in."""

from collections import Counter
from datetime import timedelta
from functools import partial
from itertools import groupby
from operator import itemgetter

from starlette.requests import Request
from starlette.responses import Response

from reviews.counting import AGENT
from reviews.followups import FollowUp
from reviews.handling import ASKED, GRANTED
from reviews.onlookers import names_agent, sees_figures
from reviews.roles import Right, Staff, may
from reviews.scoring import plain
from store import owed, queues, scored
from store.counted import Asked
from store.queues import Line, Sought
from templates.dates import said
from web.answers.pages import page
from web.door import Door, door_of
from web.staff.figures import brands_of
from web.staff.record import SIGN_OUT
from web.staff.record_view import Shown, rating
from web.staff.sheets import file_of
from web.staff.sign_in import HOME
from web.staff.tally import TALLY_COLUMNS, tallied
from web.staff.walls import allowed, staff_of, wall_of

PAGE = 50
RATE_WEEKS = 12
"""Over which it is told how much of an agent's ratings was excluded: as the figures begin with."""
FOLLOW_UPS, SMILES, EXCLUSIONS = "/follow-ups", "/smiles", "/exclusions"


async def follow_ups(request: Request) -> Response:
    """What is owed to customers, the most urgent first."""
    staff, door = await staff_of(request), door_of(request)
    mine = request.query_params.get("whose") == "mine"

    def may_see(one: owed.Owed) -> bool:
        theirs = one.owed.owner is not None and one.owed.owner.email.lower() == staff.email
        return (theirs or not mine) and allowed(staff, one.log, Right.READ)

    ask = partial(owed.open_ones, recorder=door.store.recorder, now=door.clock(), most=PAGE, shown=may_see)
    shown = await door.store.read(ask)
    read = partial(queues.lines, reviews=[one.log.review.id for one in shown], now=door.clock())
    placed = await door.store.read(read)
    lines = [_owed(line, one.owed, door) for line, one in zip(placed, shown, strict=True)]
    return _page(door, "follow_ups", staff, {"lines": lines, "mine": mine})


async def smiles(request: Request) -> Response:
    """The wall: what is worth sharing, and whose it is, this month and ever."""
    staff, door = await staff_of(request), door_of(request)
    tally = await tallied(door, staff)
    if form := request.query_params.get("format", ""):
        return file_of("smiles", form, TALLY_COLUMNS, (one.row for one in tally))
    ask = partial(queues.page, sought=Sought(kudos="marked", wall=wall_of(staff)), now=door.clock(), most=PAGE)
    found = await door.store.read(ask)
    lines = [_smile(line, door, staff) for line in found if line.listed.comment]
    months = [_month(month, list(some)) for month, some in groupby(lines, key=itemgetter("month"))]
    return _page(door, "smiles", staff, {"months": months, "tally": [one.shown for one in tally]})


async def exclusions(request: Request) -> Response:
    """What somebody asks not to count, and what does not."""
    staff, door = await staff_of(request), door_of(request)
    told: dict[str, list[Shown]] = {}
    for state in (ASKED, GRANTED):
        sought = Sought(exclusion=state, wall=wall_of(staff))
        found = await door.store.read(partial(queues.page, sought=sought, now=door.clock(), most=PAGE))
        told[state] = [_line(line, door) for line in found]
    context = {"asked": told[ASKED], "granted": told[GRANTED], "may_grant": may(staff, Right.GRANT)}
    rates = [_rate(agent, of, gone) for agent, (of, gone) in sorted((await _excluded(door, staff)).items())]
    return _page(door, "exclusions", staff, {**context, "rates": rates, "weeks": RATE_WEEKS})


async def _excluded(door: Door, staff: Staff) -> dict[str, tuple[float, float]]:
    """Of each agent whose figures they may see: how many ratings count as given, and how many of them are excluded."""
    today, found = door.clock().date(), dict[str, tuple[float, float]]()
    for brand in brands_of(staff, door):
        rules = [door.brands[brand].answering.figures]
        name = None if sees_figures(staff, AGENT, None, rules) else staff.email.lower()
        if not sees_figures(staff, AGENT, name, rules):
            continue
        until = today + timedelta(days=1)
        since = until - timedelta(weeks=RATE_WEEKS)
        asked = Asked(AGENT, since, until, span_days=7 * RATE_WEEKS, name=name, brand=brand)
        for one in (await door.store.read(partial(scored.scored, asked=asked, now=door.clock()))).scored:
            of, gone = found.get(one.name, (0, 0))
            found[one.name] = (plain(of + one.figures.raw.n), plain(gone + one.figures.excluded))
    return found


def _smile(line: Line, door: Door, staff: Staff) -> Shown:
    """Kind words, and about whom as far as they may know: from a list by name anybody has the figures."""
    review, told = line.listed.review, _line(line, door)
    rule = door.brand_of(review.brand).answering.figures
    agent = review.agent.email if review.agent else ""
    if not agent or not names_agent(staff, agent, rule):
        return told | {"agent_name": review.team, "counted": ""}
    return told | {"counted": told["agent_name"] if sees_figures(staff, AGENT, agent, [rule]) else ""}


def _month(month: object, lines: list[Shown]) -> Shown:
    """The kind words of a month, and how many are whose, of whom they may see figures: by name."""
    whose = Counter(str(line["counted"]) for line in lines if line["counted"])
    return {"month": month, "lines": lines, "whose": sorted(whose.items())}


def _rate(agent: str, of: float, gone: float) -> Shown:
    return {"agent": agent, "of": of, "excluded": gone, "percent": f"{100 * gone / of:.0f} %" if of else "–"}


def _page(door: Door, name: str, staff: Staff, context: Shown) -> Response:
    staff_name = staff.name or staff.email
    return page(name, brand=door.brand_of(door.brand), staff_name=staff_name, sign_out_url=SIGN_OUT, **context)


def _line(line: Line, door: Door) -> Shown:
    review, brand = line.listed.review, door.brand_of(line.listed.review.brand)
    return {
        "url": f"{HOME}/{review.id}",
        "subject": review.subject or f"Ticket {review.ticket}",
        "ticket": review.ticket,
        "contact_name": review.contact.name or review.contact.email,
        "company": review.contact.company,
        "agent_name": review.agent.name or review.agent.email if review.agent else review.team,
        "rating": rating(line.listed.rating, brand) if line.listed.rating else None,
        "comment": line.listed.comment,
        "at_text": said(line.place.at, brand.timezone),
        "month": f"{line.place.at:%B %Y}",
    }


def _owed(line: Line, owed: FollowUp, door: Door) -> Shown:
    brand = door.brand_of(line.listed.review.brand)
    return _line(line, door) | {
        "due": said(owed.due_at, brand.timezone),
        "late": owed.due_at < door.clock(),
        "owner": (owed.owner.name or owed.owner.email) if owed.owner else "",
    }
