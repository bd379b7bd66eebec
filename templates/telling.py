"""How are numbers told in a mail? In whole percents and whole sentences, each with what it rests on."""

from datetime import timedelta

from babel.dates import format_date, format_interval
from babel.numbers import format_percent

from reviews.changed import Changed
from reviews.comparing import Verdict, compared
from reviews.counting import CAUSE, COMPANY, TAG, TEAM
from reviews.findings import Finding
from reviews.gathered import Gathered, Numbers
from reviews.model import Cause
from reviews.regular import Span
from reviews.scoring import Share
from reviews.themes import Theme
from reviews.trends import Change
from templates.languages import Language, languages
from templates.plain import CAUSES

ONE_DAY = timedelta(days=1)
BEFORE = {
    Verdict.HIGHER: "Before that it was {percent} of {of} answers: it is higher now.",
    Verdict.LOWER: "Before that it was {percent} of {of} answers: it is lower now.",
    Verdict.NONE: "Before that it was {percent} of {of} answers: no difference is shown.",
    Verdict.TOO_FEW: "Before that it was {percent} of {of} answers: too few to compare.",
}
FACETS = {
    TEAM: "Team {name}",
    COMPANY: "Company {name}",
    TAG: "Tag {name}",
    CAUSE: "About {name}",
}
"""What is changed, by its facet."""
SENTENCES = (*BEFORE.values(), *FACETS.values())
"""All that is said here from a table, for translators."""


def period(span: Span, language: str) -> str:
    """The days of a span, as `16 – 22 November 2026`."""
    locale, last = languages()[language].locale, span.until - ONE_DAY
    if last <= span.since:
        return str(format_date(span.since, "long", locale=locale))
    if span.since.day == 1 and span.until.day == 1 and last.month == span.since.month:
        return str(format_date(span.since, "LLLL y", locale=locale))
    return str(format_interval(span.since, last, skeleton="yMMMMd", locale=locale))


def percent(value: float, language: str) -> str:
    """A share in whole percents, as the language writes it."""
    return str(format_percent(value, locale=languages()[language].locale))


def numbers(found: Numbers | None, language: str) -> tuple[str, ...]:
    """The share of the happy with its interval, how it was before, and who answered; none where it is not told."""
    if found is None:
        return ()
    say = languages()[language].say
    if not found.happy.of:
        return (say("Nobody has rated in these days."),)
    happy = say(
        "{part} of {of} answers were happy: {percent}, as surely as 95 of 100 between {low} and {high}.",
        part=found.happy.part,
        of=found.happy.of,
        **_shares(found.happy, language),
    )
    told = [happy]
    if found.before.of:
        verdict = compared(found.happy, found.before).verdict
        told.append(say(BEFORE[verdict], of=found.before.of, percent=percent(found.before.value or 0, language)))
    if found.response.of:
        told.append(say("{part} of {of} who were asked have answered.", part=found.response.part, of=found.response.of))
    return tuple(told)


def changes(found: Gathered, spoken: str) -> tuple[str, ...]:
    """What changed, a sentence each, in a language."""
    language = languages()[spoken]
    return (
        *(_marked(one, language) for one in found.marked),
        *(_changed(one, language) for one in found.changed),
        *(_growing(one, language) for one in found.growing),
        *(_new(one, language) for one in found.words),
    )


def _new(one: Theme, language: Language) -> str:
    return language.say("New in what they write: {words} ({number}).", words=one.words, number=one.here)


def _growing(one: Finding, language: Language) -> str:
    return language.say(
        "The followed theme {name} grows: it stands in {part} of {of} texts of the last four weeks, in {before} of"
        " {of_before} of the twelve before.",
        name=one.name,
        part=f"{one.one.part:g}",
        of=f"{one.one.of:g}",
        before=f"{one.beside.part:g}",
        of_before=f"{one.beside.of:g}",
    )


def _marked(one: Change, language: Language) -> str:
    places = _change(one, str(format_date(one.at, "long", locale=language.locale)), language)
    if one.up:
        return language.say("Since {day} more are happy: {percent} of {of} answers, before {before}.", **places)
    return language.say("Since {day} fewer are happy: {percent} of {of} answers, before {before}.", **places)


def _change(one: Change, day: str, language: Language) -> dict[str, object]:
    return {
        "day": day,
        "of": one.after.of,
        "percent": percent(one.after.value or 0, language.code),
        "before": percent(one.before.value or 0, language.code),
    }


def _changed(one: Changed, language: Language) -> str:
    pair = one.of
    places: dict[str, object] = {
        "name": language.say(FACETS[pair.facet], name=_name(pair.facet, pair.name, language)),
        "percent": percent(pair.now.value or 0, language.code),
        "of": pair.now.of,
        "before": percent(pair.before.value or 0, language.code),
    }
    if one.up:
        return language.say("{name}: more are happy, {percent} of {of} answers, before {before}.", **places)
    return language.say("{name}: fewer are happy, {percent} of {of} answers, before {before}.", **places)


def _name(facet: str, name: str, language: Language) -> str:
    return language.say(CAUSES[Cause(name)]) if facet == CAUSE and name in set(Cause) else name


def _shares(share: Share, language: str) -> dict[str, object]:
    return {
        "percent": percent(share.value or 0, language),
        "low": percent(share.low, language),
        "high": percent(share.high, language),
    }
