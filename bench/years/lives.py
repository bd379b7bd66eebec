"""What became of each ticket? Who closed it, who was asked, and what they said: by the real rules, from a seed."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache

from reviews import flow
from reviews.events import ClosedTicket, Incoming, Press
from reviews.facts import Bounce, Delivery, Hit, Review
from reviews.log import Log
from reviews.model import SLOTS, Mode, Outcome, Person, fact_id
from reviews.rules import Rules
from reviews.sending import attempted

BEGIN = datetime(2024, 11, 1, tzinfo=UTC)
DAYS = 730
END = BEGIN + timedelta(days=DAYS)
"""The last ticket is closed before; what it leads to comes after."""
AGENTS, TEAMS, COMPANIES, PEOPLE_OF_A_COMPANY = 200, 20, 2_000, 20
TWINS = 5
BRANDS = ("acme", "zenith", "orbit")
RULES = Rules()
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
ANSWERS = ("happy",) * 78 + ("neutral",) * 9 + ("unhappy",) * 13
THINGS = ("VPN", "Printer", "Outlook", "Laptop", "Password", "Phone", "Wi-Fi", "Licence", "Monitor", "Backup")
TROUBLES = (
    "drops every hour",
    "does not start",
    "is slow since Monday",
    "asks for a code",
    "needs an update",
    "is lost",
)
TAGS = ("vpn", "hardware", "mail", "access", "network", "software", "phone", "order")
OPENINGS = ("Quick and kind.", "Thank you!", "It took three days.", "Solved at the first call.", "Nobody called back.")
ENDINGS = ("The fault came back today.", "Please keep Sam.", "I had to ask twice.", "All good now.", "Could be faster.")
RARE_EVERY = 1_000
"""One comment among so many names something that no other does."""

Life = Callable[[Log, random.Random], Log]


@dataclass(frozen=True, slots=True)
class Years:
    """So many reviews, evenly over the two years; the same number makes the same ones."""

    reviews: int

    def life(self, number: int) -> Log:
        """All that became of one ticket."""
        chance = random.Random(number)
        log = _closed(number, self._closed_at(number), chance)
        (become,) = chance.choices(BECOME, WEIGHTS)
        return become(log, chance)

    def _closed_at(self, number: int) -> datetime:
        return BEGIN + timedelta(microseconds=DAYS * 86_400_000_000 * number // self.reviews)


@cache
def agent(number: int) -> Person:
    """One of the agents."""
    return Person(f"agent{number}@support.example", f"Agent {number}")


@cache
def contact(number: int) -> Person:
    """One of the customers: their company goes by the number."""
    company = number % COMPANIES
    return Person(f"ada{number}@company{company}.example", f"Ada {number}", f"Company {company} Ltd", "en")


def twin_of(review: Review, number: int) -> Review:
    """The review of another ticket of another company, closed at the same moment; of TWINS numbers."""
    customer = int(review.contact.name.split()[-1]) + number * COMPANIES // TWINS
    return replace(review, ticket=f"{review.ticket}{number}", contact=contact(customer))


def _closed(number: int, at: datetime, chance: random.Random) -> Log:
    who = chance.randrange(AGENTS)
    customer = contact(chance.randrange(COMPANIES * PEOPLE_OF_A_COMPANY))
    ticket = ClosedTicket(
        brand=BRANDS[who % len(BRANDS)],
        source="zammad",
        ticket=str(100_000 + number),
        closing=f"closed-{number}",
        closed_at=at,
        subject=f"{chance.choice(THINGS)} {chance.choice(TROUBLES)}",
        contact=customer,
        agent=agent(who),
        team=f"Team {who % TEAMS}",
        tags=(chance.choice(TAGS),) if chance.random() < 0.5 else (),
        ask="never" if chance.random() < 0.04 else "later",
    )
    review, *rest = flow.ticket_closed(ticket, at=at, slots=SLOTS, rules=RULES)
    assert isinstance(review, Review)
    return Log(review, tuple(rest))


def _silent(log: Log, chance: random.Random) -> Log:
    """Asked, and nothing came."""
    return _asked(log) if log.facts else log


def _refused(log: Log, chance: random.Random) -> Log:
    """The relay would not take the mail."""
    return _asked(log, Outcome.REFUSED) if log.facts else log


def _returned(log: Log, chance: random.Random) -> Log:
    """The mail came back, for a moment's reason: who is gone for good would not be asked again."""
    asked = _silent(log, chance)
    if not asked.facts:
        return asked
    invitation, at = _invitation(asked), asked.sends[0] + timedelta(minutes=2)
    mail = fact_id("mail", asked.review.id)
    return asked.joined(Bounce(asked.review.id, at, invitation.id, mail, False, "4.2.2", "mailbox full"))


def _rated(log: Log, chance: random.Random) -> Log:
    """A page was opened, and an answer pressed."""
    return _visited(_silent(log, chance), chance, Mode.BUTTON)


def _looked(log: Log, chance: random.Random) -> Log:
    """A page was opened, and its script cast the vote: it counts after ten minutes."""
    return _visited(_silent(log, chance), chance, Mode.AUTO)


def _commented(log: Log, chance: random.Random) -> Log:
    """An answer, and words."""
    rated = _rated(log, chance)
    hits = rated.of(Hit)
    if not hits:
        return rated
    words = f"{chance.choice(OPENINGS)} {chance.choice(ENDINGS)}"
    if not chance.randrange(RARE_EVERY):
        words += f" Case number {chance.randrange(1_000_000)} as before."
    press = Press(hits[-1].id, "", Mode.COMMENT)
    at = rated.facts[-1].at + timedelta(seconds=chance.randrange(20, 90))
    return rated.plus(*flow.commented(rated, press=press, words=words, at=at, rules=RULES))


def _wavered(log: Log, chance: random.Random) -> Log:
    """An answer, and another one a day later."""
    return _visited(_rated(log, chance), chance, Mode.BUTTON)


def _wrote(log: Log, chance: random.Random) -> Log:
    """An answer by mail."""
    asked = _silent(log, chance)
    if not asked.facts:
        return asked
    at = asked.sends[0] + timedelta(minutes=chance.randrange(20, 3_000))
    contact, raw = asked.review.contact, fact_id("mail", asked.review.id)
    said = f"{chance.choice(OPENINGS)} {chance.choice(ENDINGS)}"
    ids = (f"<{raw}@mail.example>", raw, raw)
    mail = Incoming(at, contact.email, contact.name, "verified", *ids, f"Re: {asked.review.subject}", said, "")
    return asked.plus(*flow.replied(asked, mail=mail, at=at, rules=RULES))


BECOME: Sequence[Life] = (_silent, _refused, _returned, _rated, _looked, _commented, _wavered, _wrote)
WEIGHTS = (61, 1, 1, 13, 12, 10, 1, 1)
"""In percent: some 35 % answer, one in ten with words."""


def _asked(log: Log, outcome: Outcome = Outcome.SENT) -> Log:
    invitation = _invitation(log)
    at = invitation.due_at + timedelta(seconds=3)
    return log.joined(attempted(invitation, outcome=outcome, attempt=1, composed_at=at, seen=1, at=at))


def _invitation(log: Log) -> Delivery:
    return log.of(Delivery)[0]


def _visited(log: Log, chance: random.Random, mode: Mode) -> Log:
    """A page opened on the answer that is then given."""
    if not log.sends:
        return log
    number = len(log.of(Hit))
    at = log.facts[-1].at + timedelta(days=number, seconds=chance.randrange(1_200, 200_000))
    page, answer = fact_id("page", log.review.id, str(number)), chance.choice(ANSWERS)
    log = log.joined(Hit(page, log.review.id, at, answer, log.review.contact.email[:12], FIREFOX, page=True))
    voted = at + timedelta(seconds=chance.randrange(2, 30))
    press = Press(page, answer, mode, trusted=mode is Mode.BUTTON)
    return log.plus(*flow.voted(log, press=press, at=voted, rules=RULES))
