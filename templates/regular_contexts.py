"""What do the regular mails to staff, and the one that tells a customer what came of their words, need to know?"""

from dataclasses import dataclass
from typing import ClassVar

from templates.contexts import Answer, MailContext, Waiting


@dataclass(frozen=True)
class Regular(MailContext):
    """What all of them have in common. `period` are the days in words, `numbers` sentences, maybe none; `notices_url`
    is where each person chooses what they are mailed. No link in them opens anything for who is not signed in, so they
    can be passed on."""

    staff_name: str
    period: str
    numbers: tuple[str, ...]
    reviews_url: str
    notices_url: str


@dataclass(frozen=True)
class AgentsWeek(Regular):
    """To an agent: what customers said to them, who waits for an answer, and then the numbers. `waits` is how many
    wait in all."""

    kind: ClassVar[str] = "agents"
    said: tuple[Waiting, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    waits: int = 0


@dataclass(frozen=True)
class Made:
    """What customers' words speak for: what it is called, where it is, of how many reviews (a sentence), and what came
    of it, or ""."""

    title: str
    url: str
    number: str
    came_of: str


@dataclass(frozen=True)
class LeadsWeek(Regular):
    """To a lead: who waits for an answer, what changed (sentences), which words are new, and opportunities."""

    kind: ClassVar[str] = "leads"
    waiting: tuple[Waiting, ...] = ()
    waits: int = 0
    changes: tuple[str, ...] = ()
    made: tuple[Made, ...] = ()


@dataclass(frozen=True)
class Smile:
    """Kind words: whose, about whom ("" where that is not said), and whether they may be shown outside."""

    words: str
    name: str
    about: str
    outside: bool
    url: str


@dataclass(frozen=True)
class Smiles(Regular):
    """To a team, and on from there: kind words."""

    kind: ClassVar[str] = "smiles"
    team: str = ""
    smiles: tuple[Smile, ...] = ()


@dataclass(frozen=True)
class Subject:
    """A review to talk about: what is said of it, by which rule it was chosen, and what to ask one another."""

    title: str
    why: str
    one: Waiting
    agent: str
    questions: tuple[str, ...]


@dataclass(frozen=True)
class Meeting(Regular):
    """Before a meeting: the reviews to talk about, and by which rules none was found."""

    kind: ClassVar[str] = "meeting"
    team: str = ""
    subjects: tuple[Subject, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class CameOfIt(MailContext):
    """To the customer: what came of their feedback. `words` are staff's, `quoted` the customer's own; `trial_for` as in
    `Invitation`."""

    kind: ClassVar[str] = "came_of"
    contact_name: str
    staff_name: str
    words: str
    quoted: str
    ticket: str
    subject: str
    unsubscribe_url: str
    trial_for: str = ""


def came_of_it(told: Answer, unsubscribe_url: str) -> CameOfIt:
    """What an answer tells, as the mail that a customer asked for."""
    return CameOfIt(
        contact_name=told.contact_name,
        staff_name=told.staff_name,
        words=told.text,
        quoted=told.quoted,
        ticket=told.ticket,
        subject=told.subject,
        unsubscribe_url=unsubscribe_url,
        trial_for=told.trial_for,
    )
