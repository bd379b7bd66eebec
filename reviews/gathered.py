"""What does a regular mail tell? Words of customers first, then what waits, what changed, and the numbers."""

from collections.abc import Iterable
from dataclasses import dataclass

from reviews.changed import Changed
from reviews.deeds import CameOf, Linked
from reviews.findings import Finding
from reviews.heard import Heard
from reviews.meeting import Talk
from reviews.model import DeliveryKind
from reviews.regular import Span
from reviews.scoring import Share
from reviews.themes import Theme
from reviews.trends import Change

OPPORTUNITIES_MAX = 20


@dataclass(frozen=True, slots=True)
class Numbers:
    """The share of the happy in these days and in as many before, and how many of those who were asked answered."""

    happy: Share
    before: Share
    response: Share


@dataclass(frozen=True, slots=True)
class Opportunity:
    """Something in a tracker that customers' words speak for: of how many reviews, and what came of it so far."""

    url: str
    title: str
    reviews: int
    came_of: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """What there is to tell of these days; what a kind of mail does not tell is empty."""

    said: tuple[Heard, ...] = ()
    waiting: tuple[Heard, ...] = ()
    """Who waits for an answer, the longest first; `waits` is how many in all."""
    waits: int = 0
    numbers: Numbers | None = None
    """None where they are not to be told."""
    changed: tuple[Changed, ...] = ()
    marked: tuple[Change, ...] = ()
    words: tuple[Theme, ...] = ()
    growing: tuple[Finding, ...] = ()
    """Themes that staff follow and that stand in more texts than before, as of the last daily look."""
    opportunities: tuple[Opportunity, ...] = ()
    talks: tuple[Talk, ...] = ()

    @property
    def answers(self) -> int:
        return round(self.numbers.happy.of) if self.numbers else 0


def worth_a_mail(kind: DeliveryKind, found: Gathered) -> bool:
    """Whether there is anything to tell: an empty week brings no mail, since one that says nothing teaches to skip the
    next."""
    if kind is DeliveryKind.LEADS:
        return bool(found.waits or found.answers or found.marked or found.opportunities or found.growing)
    return bool(found.said or found.waiting or found.talks)


def opportunities(heard: Iterable[Heard], span: Span) -> tuple[Opportunity, ...]:
    """What reviews were linked to in these days, or what came of it then; what most speak for first."""
    found: dict[str, Opportunity] = {}
    for log, _ in heard:
        links = {link.id: link for link in log.of(Linked)}
        for link in {link.url: link for link in links.values()}.values():
            told = [deed for deed in log.of(CameOf) if deed.about in links and links[deed.about].url == link.url]
            if not any(span.holds(at) for at in (link.at, *(deed.at for deed in told))):
                continue
            known = found.get(link.url, Opportunity(link.url, link.title, 0, ""))
            came_of = told[-1].words if told else known.came_of
            found[link.url] = Opportunity(link.url, known.title or link.title, known.reviews + 1, came_of)
    return tuple(sorted(found.values(), key=lambda one: (-one.reviews, one.url))[:OPPORTUNITIES_MAX])
