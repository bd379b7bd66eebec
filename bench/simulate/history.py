"""What happens? A seed makes a history: who does what when, how the relay answers, and what becomes of which commit."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from bench.simulate.memory import AFTER, BEFORE, BUSY, TWICE
from reviews.model import FACES

CLOSED, REOPENED, PRESSED, LOOKED, WROTE, SCANNED, COMMENTED, CLOCK = (
    "closed",
    "reopened",
    "pressed",
    "looked",
    "wrote",
    "scanned",
    "commented",
    "clock",
)
"""The helpdesk closes or reopens a ticket; a person presses a face, looks at the page and lets its script vote, writes
a mail, or a comment; a scanner opens every link; all clocks go wrong by so many seconds, or right again."""
TAKEN, LATER, REFUSED, GONE, LOST, SILENT = "taken", "later", "refused", "gone", "lost", "silent"
"""How the relay answers: 250, 4xx, 5xx, no such mailbox; it takes the mail and its answer is lost; it never answers."""
HOUR, DAY = 3_600.0, 86_400.0
COMMITS = 60
"""About so many a history has."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something from outside. `word` is the face, the words, or by how many seconds clocks go wrong."""

    at: float
    what: str
    ticket: int = 0
    word: str = ""
    who: str = ""
    times: int = 1
    """How often it comes: a webhook or a mail may come again."""

    def __str__(self) -> str:
        told = (f"ticket {self.ticket}" if self.what != CLOCK else "", self.word, self.who and f"by {self.who}")
        again = f" {self.times} times" if self.times > 1 else ""
        return f"{self.at:>10.1f} s  {' '.join(filter(None, (self.what, *told)))}{again}"


@dataclass(frozen=True, slots=True)
class History:
    """All that chance decides."""

    seed: int
    happenings: tuple[Happening, ...]
    answers: tuple[str, ...]
    """Of the relay, one after the other; then it takes everything."""
    fates: tuple[tuple[int, str], ...]
    """What becomes of commits, by number."""
    mailers: int = 1
    """How many processes send."""

    def lines(self) -> Iterator[str]:
        yield from map(str, sorted(self.happenings, key=lambda one: one.at))
        if any(answer != TAKEN for answer in self.answers):
            yield f"the relay answers: {', '.join(self.answers)}"
        for number, fate in self.fates:
            yield f"commit {number}: {fate}"


def history(seed: int) -> History:
    """The history of a seed."""
    chance = Random(seed)
    tickets = 1 + (chance.random() < 0.25)
    happenings = [one for ticket in range(tickets) for one in _of_ticket(chance, ticket)]
    if chance.random() < 0.2:
        happenings += _wrong_clock(chance)
    weights = (12, 3, 0.5, 0.5, 2, 1) if chance.random() < 0.6 else (1, 0, 0, 0, 0, 0)
    answers = chance.choices((TAKEN, LATER, REFUSED, GONE, LOST, SILENT), weights, k=chance.randint(0, 8))
    return History(seed, tuple(happenings), tuple(answers), tuple(_fates(chance)), chance.choice((1, 1, 2)))


def _of_ticket(chance: Random, ticket: int) -> Iterator[Happening]:
    closed = chance.uniform(0, HOUR)
    yield Happening(closed, CLOSED, ticket, word="1", times=chance.choice((1, 1, 2, 3)))
    if chance.random() < 0.15:
        again = closed + chance.uniform(60, 3 * DAY)
        yield Happening(again, REOPENED, ticket)
        yield Happening(again + chance.uniform(60, DAY), CLOSED, ticket, word="2", times=chance.choice((1, 2)))
    for client in range(chance.choice((0, 0, 1, 2))):
        yield Happening(closed + chance.uniform(HOUR, 3 * HOUR), SCANNED, ticket, who=f"scanner {client}")
    for _ in range(chance.choice((0, 1, 1, 2, 3))):
        at, who = closed + chance.uniform(HOUR, 4 * DAY), f"person {chance.randint(1, 2)}"
        what = chance.choice((PRESSED, PRESSED, LOOKED, COMMENTED))
        yield Happening(at, what, ticket, word=chance.choice(FACES), who=who)
    for number in range(chance.choice((0, 0, 1, 2))):
        at = closed + chance.uniform(HOUR, 5 * DAY)
        yield Happening(at, WROTE, ticket, word=f"It was the cable, number {number}.", times=chance.choice((1, 1, 2)))


def _wrong_clock(chance: Random) -> Iterator[Happening]:
    at = chance.uniform(0, 2 * DAY)
    wrong = chance.choice((-DAY, -HOUR, -60, 60, HOUR, DAY))
    yield Happening(at, CLOCK, word=f"{wrong:+.0f}")
    yield Happening(at + chance.uniform(10, DAY), CLOCK, word="+0")


def _fates(chance: Random) -> Iterator[tuple[int, str]]:
    if chance.random() < 0.3:
        return
    for number in sorted(chance.sample(range(1, COMMITS), chance.randint(1, 6))):
        yield number, chance.choice((BEFORE, AFTER, AFTER, BUSY, TWICE))
