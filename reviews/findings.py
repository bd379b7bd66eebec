"""What do the answers show that nobody asked for? Told only where a stated test says that chance would not.

Looked at are the last sixteen weeks: the latest four beside the twelve before. `Kind` says what each holds against
what, by Fisher's exact test. Each kind by itself shows anything in at most five of a hundred looks at a house where
nothing is the matter (reviews/chances.py says how, tests/test_findings.py counts it).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from reviews.answering import UNHAPPY
from reviews.chances import Chance, apart, more, shown
from reviews.scoring import HAPPY, Share, share

LATELY, BEFORE = timedelta(weeks=4), timedelta(weeks=12)
ERROR = 0.05
VOICE_MIN, VOICES_MIN = 5, 10
"""Answers of one contact, and of their company, from which on one voice is looked for."""
ALONE = 0.8
"""Of a company's answers: who gave as many speaks for it alone. A count, no test."""
TICKETS_MIN = 5
"""Of one company about one tag: fewer questions are no need for training."""
FINDINGS_MAX = 50
"""Of a kind: more are no findings any more."""
REVIEWS_MAX = 5


class Kind(StrEnum):
    """What may be found."""

    ONE_VOICE = "one voice"
    """One contact's answers are unlike those of all others of their company."""
    ALONE = "alone"
    """Nearly all answers of a company are one contact's."""
    TURNED = "turned"
    """A company is happier, or less happy, than it was."""
    BREAKS = "breaks"
    """Who asks about something is unhappy more often than before."""
    WAITS = "waits"
    """Who asks about something names the wait as the cause more often than before."""
    TRAINING = "training"
    """A company asks about something more often than all others do."""
    THEME = "theme"
    """A followed theme stands in more texts than before."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One review, as far as findings go: `face` is the answer that counts, '' for none."""

    review: str
    company: str
    contact: str
    tags: tuple[str, ...]
    closed_at: datetime
    face: str = ""
    rated_at: datetime | None = None
    wait: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of `name` (a company or a tag) and, of some kinds, `other` (a contact or a tag): the one share
    beside the other, how likely chance alone shows as much (None where it is a plain count), and some reviews."""

    kind: Kind
    name: str
    other: str
    one: Share
    beside: Share
    p: float | None
    reviews: tuple[str, ...] = ()


@dataclass
class Tally:
    """What was counted: `of` and `part` by what is looked at, and the latest reviews to look into."""

    of: Counter[tuple[str, ...]] = field(default_factory=Counter)
    part: Counter[tuple[str, ...]] = field(default_factory=Counter)
    reviews: defaultdict[tuple[str, ...], list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, key: tuple[str, ...], review: str, *, so: bool, telling: bool = True) -> None:
        """One more, which is so or not; whether it is one to look into."""
        self.of[key] += 1
        self.part[key] += so
        if telling:
            self.reviews[key] = [*self.reviews[key][1 - REVIEWS_MAX :], review]

    def share(self, *key: str) -> Share:
        return share(self.part[key], self.of[key])


class Found:
    """Reads reviews one by one, oldest first, and says at the end what they show; memory goes by names, not reviews."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._voices, self._companies, self._unhappy, self._waits, self._asked = (Tally() for _ in range(5))

    def see(self, one: Seen) -> None:
        """Count one review."""
        self._asks(one)
        if one.face and one.rated_at and self._when(one.rated_at):
            self._rates(one, self._when(one.rated_at))

    def findings(self) -> list[Finding]:
        """All that is more than chance, by kind, the surest first."""
        return [
            finding
            for look in (self._one_voice, self._alone, self._turned, self._breaks, self._waiting, self._training)
            for finding in list(look())[:FINDINGS_MAX]
        ]

    def _asks(self, one: Seen) -> None:
        if self._when(one.closed_at):
            for tag in one.tags:
                self._asked.add((one.company, tag), one.review, so=True)
                self._asked.add((tag,), one.review, so=True, telling=False)
            self._asked.add((one.company, ""), one.review, so=True, telling=False)
            self._asked.add(("",), one.review, so=True, telling=False)

    def _rates(self, one: Seen, when: str) -> None:
        happy, unhappy = one.face in HAPPY, one.face in UNHAPPY
        if one.company:
            self._voices.add((one.company, one.contact), one.review, so=happy)
            self._companies.add((one.company, when), one.review, so=happy)
        for tag in one.tags:
            self._unhappy.add((tag, when), one.review, so=unhappy, telling=unhappy)
            self._waits.add((tag, when), one.review, so=one.wait, telling=one.wait)

    def _when(self, at: datetime) -> str:
        if self._now - LATELY < at <= self._now:
            return "lately"
        return "before" if self._now - LATELY - BEFORE < at <= self._now - LATELY else ""

    def _one_voice(self) -> Iterator[Finding]:
        told = {company: total for company, total in self._of_companies().items() if total.of >= VOICES_MIN}
        cases = []
        for company, contact in self._voices.of:
            one, total = self._voices.share(company, contact), told.get(company)
            if total and one.of >= VOICE_MIN and one.of < total.of:
                rest = share(total.part - one.part, total.of - one.of)
                cases.append((company, contact, one, rest, self._voices.reviews[company, contact]))
        found: dict[str, Finding] = {}
        for one_voice in _surest(Kind.ONE_VOICE, cases, apart):
            found.setdefault(one_voice.name, one_voice)  # where only two spoke, the one is as unlike as the other
        return iter(found.values())

    def _alone(self) -> Iterator[Finding]:
        totals = self._of_companies()
        for (company, contact), number in sorted(self._voices.of.items()):
            total = totals[company]
            if total.of >= VOICES_MIN and number >= ALONE * total.of:
                reviews = tuple(self._voices.reviews[company, contact])
                yield Finding(Kind.ALONE, company, contact, share(number, total.of), total, None, reviews)

    def _turned(self) -> Iterator[Finding]:
        return _surest(Kind.TURNED, _over_time(self._companies), apart)

    def _breaks(self) -> Iterator[Finding]:
        return _surest(Kind.BREAKS, _over_time(self._unhappy), more)

    def _waiting(self) -> Iterator[Finding]:
        return _surest(Kind.WAITS, _over_time(self._waits), more)

    def _training(self) -> Iterator[Finding]:
        every, cases = self._asked.of[("",)], []
        for (company, tag), number in ((key, n) for key, n in self._asked.of.items() if len(key) == 2):
            if company and tag and number >= TICKETS_MIN:
                own = self._asked.of[company, ""]
                rest = share(self._asked.of[(tag,)] - number, every - own)
                cases.append((company, tag, share(number, own), rest, self._asked.reviews[company, tag]))
        return _surest(Kind.TRAINING, cases, more)

    def _of_companies(self) -> dict[str, Share]:
        of: Counter[str] = Counter()
        part: Counter[str] = Counter()
        for (company, contact), number in self._voices.of.items():
            of[company] += number
            part[company] += self._voices.part[company, contact]
        return {company: share(part[company], number) for company, number in of.items()}


Case = tuple[str, str, Share, Share, list[str]]


def _over_time(tally: Tally) -> list[Case]:
    """Every name lately, beside what it was before; those that have both."""
    names = sorted({name for name, _ in tally.of})
    return [
        (name, "", tally.share(name, "lately"), tally.share(name, "before"), tally.reviews[name, "lately"])
        for name in names
        if tally.of[name, "lately"] and tally.of[name, "before"]
    ]


def _surest(kind: Kind, cases: Iterable[Case], test: Callable[[Share, Share], Chance]) -> Iterator[Finding]:
    """Those that are more than chance, the surest first."""
    tested = [(test(one, rest), name, other, one, rest, reviews) for name, other, one, rest, reviews in cases]
    marks = shown([chance for chance, *_ in tested], error=ERROR)
    found = [
        Finding(kind, name, other, one, rest, chance.p, tuple(reviews))
        for mark, (chance, name, other, one, rest, reviews) in zip(marks, tested, strict=True)
        if mark
    ]
    return iter(sorted(found, key=lambda one: (one.p or 0.0, one.one.of, one.name, one.other)))
