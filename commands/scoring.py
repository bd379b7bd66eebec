"""What do the scores say, what do they rest on, and what do customers write about? Every review behind it is named."""

import asyncio
import sys
from datetime import datetime, timedelta
from functools import partial

import click

from commands.operating import answering, at_text, now, read, table, with_store
from reviews.answering import Figures as AgentFigures
from reviews.counting import AGENT, CAUSE, COMPANY, EVERYTHING, LANGUAGE, OPPORTUNITY, TAG, TEAM, WAIT, Measure
from reviews.onlookers import shows_agents
from reviews.scoring import Figures, added
from reviews.themes import Theme, themes
from settings import read_settings
from store import Asked, Store, lists
from store.explaining import CONTACT, Part, parts, summed
from store.quotes import SAD, apart, written
from store.rollups import as_of
from store.scored import Scored, scored
from templates.figures import rows, told, verdict

DAYS = 90
"""How far back a score looks where nobody says."""
BY = (AGENT, TEAM, COMPANY, TAG, CAUSE, LANGUAGE, OPPORTUNITY, WAIT)
DAY = click.DateTime(("%Y-%m-%d",))


@click.command()
@click.option("--by", type=click.Choice(BY), help="Every name, each with its score.")
@click.option("--agent", help="Of one agent, by address.")
@click.option("--team", help="Of one team.")
@click.option("--company", help="Of one company of customers.")
@click.option("--contact", help="Of one customer, by address.")
@click.option("--tag", help="Of one tag.")
@click.option("--cause", help="Of what it was about: person, fix, wait, product or policy.")
@click.option("--language", help="Of one language.")
@click.option("--brand", help="Of this brand alone.")
@click.option("--since", type=DAY, help=f"From that day on, in UTC; left out, {DAYS} days back.")
@click.option("--until", type=DAY, help="Before that day, in UTC; left out, all until now.")
@click.option("--explain", is_flag=True, help="The reviews behind the figures, counted anew from what was recorded.")
def score(
    *,
    by: str | None,
    brand: str | None,
    since: datetime | None,
    until: datetime | None,
    explain: bool,
    **of: str | None,
) -> None:
    """How many were happy, how surely, and what the figure rests on.

    Ratings stand on the day they began to count, in UTC. With --explain it ends with status 1 should the logs say
    otherwise than the counts.
    """
    named = [(facet, name) for facet, name in of.items() if name is not None]
    if len(named) + bool(by) > 1 or (by and explain):
        raise click.UsageError("one of --by, --agent, --team, --company, --contact, --tag, --cause and --language")
    facet, name = named[0] if named else (by or EVERYTHING, None if by else "")
    if facet == AGENT and not shows_agents(_rules(brand)):
        raise click.ClickException("the figures of single agents are not shown here: see [answering] figures")
    today = now().date()
    asked = Asked(
        facet,
        since.date() if since else today - timedelta(days=DAYS),
        until.date() if until else today + timedelta(days=1),
        span_days=100_000,
        name=name.lower() if name and facet in (AGENT, CONTACT, LANGUAGE) else name,
        brand=brand,
    )
    asyncio.run(with_store(partial(_by_name if by else _of_one, asked=asked, explain=explain)))


@click.command("themes")
@click.option("--brand", help="Of this brand alone.")
@click.option("--days", type=click.IntRange(1, 3_700), default=DAYS, show_default=True, help="How far back.")
@click.option("--face", help="What those wrote who rated so, beside all others; left out, those who were not happy.")
def themes_told(*, brand: str | None, days: int, face: str | None) -> None:
    """What customers write about: the words that stand out, and the reviews they stand in."""
    at = now()
    found = read(written, since=at - timedelta(days=days), now=at, brand=brand)
    some, rest = apart(found, faces=frozenset({face}) if face else SAD)
    told = themes(some, rest)
    table((one.words, f"{one.here} of {len(some)}", f"{one.rest} of {len(rest)}", _reviews(one)) for one in told)
    click.echo(f"{len(found)} texts of {days} days, as of {at_text(at)}.", err=True)


def _reviews(theme: Theme) -> str:
    return " ".join(dict.fromkeys(quote.review for quote in theme.quotes))


def _rules(brand: str | None) -> list[AgentFigures]:
    """What the brands that are counted say about agents' figures."""
    return [rules.figures for key, rules in answering(read_settings()).items() if brand in (None, key)]


async def _by_name(store: Store, *, asked: Asked, explain: bool) -> None:
    found = await store.read(partial(scored, asked=asked, now=now()))
    lines = found.compared()
    table((one.name, one.scale, told(one.figures.adjusted.happy), verdict(shown)) for one, shown in lines)
    click.echo(f"Adjusted figures, as of {at_text(found.as_of)}.", err=True)


async def _of_one(store: Store, *, asked: Asked, explain: bool) -> None:
    at = await store.read(partial(as_of, now=now()))
    behind = await _behind(store, asked, at) if explain or asked.facet == CONTACT else []
    if explain:
        table(_line(part) for part in behind)
    counted = await store.read(partial(scored, asked=asked, now=at)) if asked.facet != CONTACT else None
    scales = dict.fromkeys(one.scale for one in counted.scored) if counted else {}
    for scale in scales or dict.fromkeys(part.review.scale for part in behind):
        _tell(asked, scale, _figures(counted.scored, scale) if counted else _anew(behind, scale), at)
    if not scales and not behind:
        click.echo("nothing on these days", err=True)
    if explain and counted:
        _prove(counted.scored, behind)


def _tell(asked: Asked, scale: str, found: Figures, at: datetime) -> None:
    who = " ".join(filter(None, (asked.facet, asked.name))) or "all"
    last = asked.until - timedelta(days=1)
    click.echo(f"{who}, {asked.since} to {last}, {scale}, as of {at_text(at)}")
    for name, words in rows(found):
        click.echo(f"  {name:<17} {words}")


async def _behind(store: Store, asked: Asked, at: datetime) -> list[Part]:
    hidden = not sys.stderr.isatty() or asked.facet == CONTACT
    number = 0 if hidden else await store.read(lists.count)
    with click.progressbar(length=number, label="reviews", file=sys.stderr, hidden=hidden) as bar:
        return [part async for part in parts(store, asked, now=at, told=bar.update)]


def _line(part: Part) -> tuple[str, ...]:
    added = " ".join(f"{measure}@{day}" for day, measure in part.added)
    aside = "excluded" if part.excluded else "not theirs" if part.not_theirs else ""
    return (part.review.id, part.review.ticket, part.review.brand, part.review.scale, added, aside)


def _figures(several: list[Scored], scale: str) -> Figures:
    return next(one.figures for one in several if one.scale == scale)


def _anew(behind: list[Part], scale: str) -> Figures:
    numbers, excluded, not_theirs = summed(behind, scale)
    return Figures(numbers, scale, excluded, not_theirs)


def _prove(several: list[Scored], behind: list[Part]) -> None:
    """Say that the logs tell the same, or end with what differs."""
    for scale in dict.fromkeys([*(one.scale for one in several), *(part.review.scale for part in behind)]):
        counted = [one.numbers for one in several if one.scale == scale]
        found = summed(behind, scale)[0]
        if differing := [m for m in Measure if added(counted).get(m, 0) != found.get(m, 0)]:
            raise click.ClickException(f"the logs say otherwise of {', '.join(differing)}; see `afterword recompute`")
    click.echo(f"The logs of {len(behind)} reviews say the same.")
