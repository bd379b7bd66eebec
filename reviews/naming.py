"""What do staff call what customers write about? Themes that were named, joined and followed, by deeds that can be
taken back: nothing is ever lost, and who did what when can be read."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from reviews.chances import more, shown
from reviews.findings import BEFORE, ERROR, LATELY, REVIEWS_MAX, Finding, Kind
from reviews.scoring import share
from reviews.themes import Quote, phrases
from reviews.trends import Point

NAME_CHARS_MAX = 80
PHRASES_MAX = 50
"""Of one theme."""


class Action(StrEnum):
    """What may be done to a theme."""

    NAMED = "named"
    """It is called so from now on, and has these words as well."""
    JOINED = "joined"
    """It takes in all of another, which is gone."""
    FOLLOWED = "followed"
    UNFOLLOWED = "unfollowed"
    DROPPED = "dropped"
    UNDONE = "undone"
    """That deed is taken back."""


@dataclass(frozen=True, slots=True)
class ThemeDeed:
    """Something that somebody did to a theme of a brand; `about` is the other theme, or the deed that is undone."""

    id: str
    theme: str
    brand: str
    at: datetime
    who: str
    action: Action
    name: str = ""
    phrases: tuple[str, ...] = ()
    about: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A theme that has a name: the phrases by which it is found, and who follows it."""

    id: str
    brand: str
    name: str
    phrases: frozenset[str]
    followers: tuple[str, ...] = ()

    def stands_in(self, said: frozenset[str]) -> bool:
        """Whether a text of these phrases speaks of it."""
        return not self.phrases.isdisjoint(said)


def cleaned(written: Iterable[str]) -> tuple[str, ...]:
    """The words and pairs of words among what somebody wrote that can be found in texts."""
    told = dict.fromkeys(" ".join(one.casefold().split()) for one in written)
    return tuple(one for one in told if one in phrases(one))[:PHRASES_MAX]


def standing(deeds: Iterable[ThemeDeed]) -> dict[str, Named]:
    """The themes that there are after these deeds, in order, by id; those of deeds that were taken back are not."""
    told = list(deeds)
    undone = _undone(told)
    found: dict[str, Named] = {}
    for deed in told:
        if deed.id not in undone:
            _done(found, deed)
    return dict(sorted(found.items(), key=lambda item: item[1].name.casefold()))


def undoable(deeds: Sequence[ThemeDeed]) -> frozenset[str]:
    """The deeds that can be taken back: all that were not, but takings-back themselves."""
    undone = _undone(deeds)
    return frozenset(deed.id for deed in deeds if deed.id not in undone and deed.action is not Action.UNDONE)


@dataclass(frozen=True, slots=True)
class Text:
    """What a customer wrote when, in which review, and its phrases."""

    at: datetime
    review: str
    said: frozenset[str]


def read(at: datetime, quote: Quote) -> Text:
    """A text, as far as themes are found in it."""
    return Text(at, quote.review, quote.said)


def by_day(theme: Named, texts: Sequence[Text]) -> list[Point]:
    """On each day, in how many of the texts it stands."""
    every = Counter(text.at.date() for text in texts)
    with_it = Counter(text.at.date() for text in texts if theme.stands_in(text.said))
    first, last = min(every, default=date.max), max(every, default=date.min)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)] if every else []
    return [Point(day, with_it[day], every[day]) for day in days]


def growing(themes: Iterable[Named], texts: Sequence[Text], *, now: datetime) -> list[Finding]:
    """The followed themes that stand in more texts lately than before (Fisher's exact test, over all that are)."""
    lately = [text for text in texts if now - LATELY < text.at <= now]
    before = [text for text in texts if now - LATELY - BEFORE < text.at <= now - LATELY]
    tested = []
    for theme in themes:
        if theme.followers and lately and before:
            with_it = [text.review for text in lately if theme.stands_in(text.said)]
            one = share(len(with_it), len(lately))
            rest = share(sum(theme.stands_in(text.said) for text in before), len(before))
            tested.append((more(one, rest), theme, one, rest, with_it))
    marks = shown([chance for chance, *_ in tested], error=ERROR)
    return [
        Finding(Kind.THEME, theme.name, theme.id, one, rest, chance.p, tuple(dict.fromkeys(reviews))[:REVIEWS_MAX])
        for mark, (chance, theme, one, rest, reviews) in zip(marks, tested, strict=True)
        if mark
    ]


def _undone(deeds: Iterable[ThemeDeed]) -> frozenset[str]:
    return frozenset(deed.about for deed in deeds if deed.action is Action.UNDONE)


def _done(found: dict[str, Named], deed: ThemeDeed) -> None:
    theme, other = found.get(deed.theme), found.get(deed.about)
    match deed.action:
        case Action.NAMED:
            known = theme or Named(deed.theme, deed.brand, deed.name, frozenset())
            found[deed.theme] = replace(known, name=deed.name or known.name, phrases=known.phrases | {*deed.phrases})
        case Action.JOINED if theme and other and theme.id != other.id:
            followers = tuple(dict.fromkeys((*theme.followers, *other.followers)))
            found[theme.id] = replace(theme, phrases=theme.phrases | other.phrases, followers=followers)
            del found[other.id]
        case Action.FOLLOWED if theme:
            found[theme.id] = replace(theme, followers=tuple(dict.fromkeys((*theme.followers, deed.who))))
        case Action.UNFOLLOWED if theme:
            found[theme.id] = replace(theme, followers=tuple(who for who in theme.followers if who != deed.who))
        case Action.DROPPED if theme:
            del found[theme.id]
