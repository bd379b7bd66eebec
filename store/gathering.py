"""What does a regular mail find to tell? Gathered for one reader, from the reviews and the counts as they are now."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from reviews.answering import Figures
from reviews.changed import Pair, changed
from reviews.counting import AGENT, CAUSE, COMPANY, EVERYTHING, RATED, TAG, TEAM
from reviews.findings import Finding, Kind
from reviews.gathered import Gathered, Numbers, opportunities
from reviews.heard import Heard, smiles
from reviews.log import Log
from reviews.meeting import five
from reviews.model import DeliveryKind
from reviews.regular import About, Span
from reviews.scoring import Share, share
from reviews.themes import Quote, Theme, themes
from reviews.trends import Change, Point, changes
from store import findings, heard, quotes, scored
from store.counted import Asked
from store.engines import Session
from store.heard import Whose
from store.quotes import Written
from store.records import Recorder

ALL = 100_000
"""Days of a span that holds everything."""
TOLD_MAX = 20
"""Reviews of a list in one mail; the inbox has them all."""
WAITS_MAX = 25
"""Of those who wait, counted on a page: each is read, and nobody acts on the difference between 25 and 250."""
RATINGS = tuple(RATED.values())
TREND = timedelta(weeks=12)
"""How far back a change is looked for."""
USUAL = timedelta(weeks=26)
"""Over which a company's earlier answers tell what is usual for it."""
WORDS_BEFORE = timedelta(weeks=8)
WORDS_MAX = 5
FACETS = (TEAM, COMPANY, TAG, CAUSE)
"""By what a change is looked for, where a mail is about a whole brand."""


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom, and which mail; `figures` is what the brand says about the figures of single agents."""

    kind: DeliveryKind
    about: About
    email: str
    figures: Figures = Figures.LEADS


def gathered(session: Session, recorder: Recorder, reader: Reader, *, now: datetime) -> Gathered:
    """All there is to tell."""
    return _GATHERING[reader.kind](session, recorder, reader, now)


def _agents(session: Session, recorder: Recorder, reader: Reader, now: datetime) -> Gathered:
    """An agent's own: whoever may not be measured gets no numbers."""
    about, me = reader.about, reader.email.lower()
    own = Whose(about.brand, agent=me)
    open_ = heard.waiting(session, recorder, Whose(about.brand, owner=me), now)
    told = reader.figures is not Figures.OFF
    return Gathered(
        said=tuple(heard.said(session, recorder, own, about.span)[:TOLD_MAX]),
        waiting=tuple(one for one, _ in open_[:TOLD_MAX]),
        waits=len(open_),
        numbers=_numbers(session, about, AGENT, me, now) if told else None,
    )


def week(session: Session, recorder: Recorder, about: About, *, now: datetime) -> tuple[Gathered, bool]:
    """What changed and what could be made of it, and how many wait for an answer; whether there may be more of them."""
    told = _changed(session, recorder, about, now)
    waits, more = heard.how_many_wait(session, recorder, Whose(about.brand, about.team), now, most=WAITS_MAX)
    return replace(told, waits=waits), more


def _leads(session: Session, recorder: Recorder, reader: Reader, now: datetime) -> Gathered:
    """What needs an answer, what changed, and what could be made of it."""
    open_ = heard.waiting(session, recorder, Whose(reader.about.brand, reader.about.team), now)
    told = _changed(session, recorder, reader.about, now)
    return replace(told, waiting=tuple(one for one, _ in open_[:TOLD_MAX]), waits=len(open_))


def _changed(session: Session, recorder: Recorder, about: About, now: datetime) -> Gathered:
    whose, span = Whose(about.brand, about.team), about.span
    facet = TEAM if about.team else EVERYTHING
    return Gathered(
        numbers=_numbers(session, about, facet, about.team, now),
        changed=() if about.team else changed(_pairs(session, about, now)),
        marked=_marked(session, about, now),
        words=tuple(_words(session, about)[:WORDS_MAX]),
        growing=() if about.team else _growing(session, about),
        opportunities=opportunities(heard.linked(session, recorder, whose, span), span),
    )


def _smiles(session: Session, recorder: Recorder, reader: Reader, now: datetime) -> Gathered:
    about = reader.about
    found = heard.said(session, recorder, Whose(about.brand, about.team), about.span)
    facet = TEAM if about.team else EVERYTHING
    numbers = _numbers(session, about, facet, about.team, now)
    return Gathered(said=smiles(found, about.span), numbers=numbers)


def _meeting(session: Session, recorder: Recorder, reader: Reader, now: datetime) -> Gathered:
    about = reader.about
    whose = Whose(about.brand, about.team)
    found = heard.said(session, recorder, whose, about.span)
    known = {log.review.id for log, _ in found}
    waits = [one for one, _ in heard.waiting(session, recorder, whose, now) if one[0].review.id not in known]
    usual = _usual(session, about, found, now)

    def of_company(log: Log) -> Share | None:
        return usual.get((log.review.contact.company, log.review.scale))

    return Gathered(talks=five([*found, *waits], span=about.span, now=now, usual=of_company))


_GATHERING = {
    DeliveryKind.AGENTS: _agents,
    DeliveryKind.LEADS: _leads,
    DeliveryKind.SMILES: _smiles,
    DeliveryKind.MEETING: _meeting,
}


def _numbers(session: Session, about: About, facet: str, name: str, now: datetime) -> Numbers:
    """Of the scale with the most answers in these days; the days before on the same."""
    span = about.span
    found = _scored(session, about, Asked(facet, span.since, span.until, ALL, name), now)
    one = max(found, key=lambda each: each.figures.raw.n, default=None)
    if one is None:
        return Numbers(share(0, 0), share(0, 0), share(0, 0))
    before = _scored(session, about, Asked(facet, span.before.since, span.before.until, ALL, name), now)
    then = next((each.figures.adjusted.happy for each in before if each.scale == one.scale), share(0, 0))
    return Numbers(one.figures.adjusted.happy, then, one.figures.response)


def _pairs(session: Session, about: About, now: datetime) -> list[Pair]:
    """Every team, company, tag and cause, each scale by itself: these days and as many before, in one look."""
    span = about.span
    pairs: list[Pair] = []
    for facet in FACETS:
        days = (span.until - span.since).days
        found = _scored(session, about, Asked(facet, span.before.since, span.until, days, measures=RATINGS), now)
        those = _by_name(one for one in found if one.since < span.since)
        these = _by_name(one for one in found if one.since >= span.since)
        pairs += [Pair(facet, key[0], happy, those[key]) for key, happy in these.items() if key in those]
    return pairs


def _by_name(found: Iterable[scored.Scored]) -> dict[tuple[str, str], Share]:
    return {(one.name, one.scale): one.figures.adjusted.happy for one in found}


def _marked(session: Session, about: About, now: datetime) -> tuple[Change, ...]:
    """The changes of the share of the happy that began in these days."""
    span, facet = about.span, TEAM if about.team else EVERYTHING
    since = span.until - TREND
    found = _scored(session, about, Asked(facet, since, span.until, 1, about.team, measures=RATINGS), now)
    scales = [one.scale for one in found]
    scale = max(scales, key=scales.count, default="")
    days = {one.since: one.figures.adjusted.happy for one in found if one.scale == scale}
    points = [_point(since + timedelta(days=number), days) for number in range((span.until - since).days)]
    dated = (replace(one, at=_answered_from(points, one.at)) for one in changes(points))
    return tuple(one for one in dated if span.since <= one.at < span.until)


def _answered_from(points: list[Point], day: date) -> date:
    """The first day from then on on which anybody answered: a change is not seen before."""
    return next((point.since for point in points if point.since >= day and point.of), day)


def _point(day: date, days: dict[date, Share]) -> Point:
    happy = days.get(day)
    return Point(day, happy.part, happy.of) if happy else Point(day, 0, 0)


def _words(session: Session, about: About) -> list[Theme]:
    """What customers write about now, and did not before."""
    span = about.span
    ask = quotes.written(session, since=span.begins - WORDS_BEFORE, now=span.ends, brand=about.brand)
    ours = [one for one in ask if not about.team or one.team == about.team]
    return themes(*_parted(ours, span))


def _growing(session: Session, about: About) -> tuple[Finding, ...]:
    """The followed themes that grow, if there was a look in these days or since."""
    looked = findings.kept(session, brands=[about.brand])
    return tuple(
        one for each in looked if each.at >= about.span.begins for one in each.findings if one.kind is Kind.THEME
    )


def _parted(found: list[Written], span: Span) -> tuple[list[Quote], list[Quote]]:
    return (
        [one.quote for one in found if span.holds(one.at)],
        [one.quote for one in found if not span.holds(one.at)],
    )


def _usual(session: Session, about: About, found: list[Heard], now: datetime) -> dict[tuple[str, str], Share]:
    """How each company had answered before these days, by company and scale."""
    companies = frozenset(log.review.contact.company for log, _ in found if log.review.contact.company)
    if not companies:
        return {}
    since = about.span.since
    ask = Asked(COMPANY, since - USUAL, since, ALL, names=companies)
    return {(one.name, one.scale): one.figures.raw.happy for one in _scored(session, about, ask, now)}


def _scored(session: Session, about: About, asked: Asked, now: datetime) -> list[scored.Scored]:
    return scored.scored(session, replace(asked, brand=about.brand), now=now).scored
