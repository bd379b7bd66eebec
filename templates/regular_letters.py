"""What do the regular mails to staff say? From what was gathered to what their templates ask for."""

from dataclasses import dataclass
from datetime import datetime

from reviews.facts import Message
from reviews.gathered import Gathered
from reviews.handling import GRANTED, handling, spoken
from reviews.heard import Heard, words_in
from reviews.links import Links
from reviews.meeting import Talk, Why
from reviews.model import DeliveryKind, Person
from reviews.regular import About
from templates import telling
from templates.brands import Brand
from templates.contexts import MailContext, Waiting
from templates.dates import said
from templates.languages import languages
from templates.redacting import for_staff
from templates.regular_contexts import AgentsWeek, LeadsWeek, Made, Meeting, Smile, Smiles, Subject
from templates.talking import WORDINGS, reason


@dataclass(frozen=True)
class Post:
    """To whom a regular mail goes, what it is about, in whose voice, and with which links. With `agents` it may say who
    did the work: where a brand shows nobody the figures of single agents, a list of names would."""

    person: Person
    about: About
    brand: Brand
    links: Links
    now: datetime
    agents: bool

    @property
    def common(self) -> dict[str, str]:
        """What all kinds say alike."""
        return {
            "staff_name": self.person.first_name,
            "period": telling.period(self.about.span, self.brand.language),
            "reviews_url": self.links.reviews,
            "notices_url": self.links.notices,
        }


def regular_mail(kind: DeliveryKind, found: Gathered, post: Post) -> MailContext:
    """The mail of that kind, without what only customers may press."""
    return for_staff(_MAILS[kind](found, post), post.links.ours)


def _agents(found: Gathered, post: Post) -> MailContext:
    return AgentsWeek(
        **post.common,
        numbers=telling.numbers(found.numbers, post.brand.language),
        said=tuple(_heard(one, post, of_these_days=True) for one in found.said),
        waiting=tuple(_heard(one, post) for one in found.waiting),
        waits=found.waits,
    )


def _leads(found: Gathered, post: Post) -> MailContext:
    say = languages()[post.brand.language].say
    return LeadsWeek(
        **post.common,
        numbers=telling.numbers(found.numbers, post.brand.language),
        waiting=tuple(_heard(one, post) for one in found.waiting),
        waits=found.waits,
        changes=telling.changes(found, post.brand.language),
        made=tuple(
            Made(one.title or one.url, one.url, say("Reviews: {number}", number=one.reviews), one.came_of)
            for one in found.opportunities
        ),
    )


def _smiles(found: Gathered, post: Post) -> MailContext:
    return Smiles(
        **post.common,
        numbers=telling.numbers(found.numbers, post.brand.language)[:1],
        team=post.about.team,
        smiles=tuple(_smile(one, post) for one in found.said),
    )


def _smile(one: Heard, post: Post) -> Smile:
    log, _ = one
    return Smile(
        words=words_in(log, post.about.span),
        name=_first_name_and_company(one),
        about=_agent(one, post),
        outside=handling(log).consent == GRANTED,
        url=f"{post.links.reviews}/{log.review.id}",
    )


def _meeting(found: Gathered, post: Post) -> MailContext:
    say, chosen = languages()[post.brand.language].say, {talk.why for talk in found.talks}
    return Meeting(
        **post.common,
        numbers=(),
        team=post.about.team,
        subjects=tuple(_subject(talk, post) for talk in found.talks),
        missing=tuple(say(WORDINGS[why].missing) for why in Why if why not in chosen),
    )


def _subject(talk: Talk, post: Post) -> Subject:
    say, wording = languages()[post.brand.language].say, WORDINGS[talk.why]
    return Subject(
        title=say(wording.title),
        why=reason(talk, post.brand),
        one=_heard(talk.heard, post),
        agent=_agent(talk.heard, post),
        questions=tuple(map(say, wording.questions)),
    )


_MAILS = {
    DeliveryKind.AGENTS: _agents,
    DeliveryKind.LEADS: _leads,
    DeliveryKind.SMILES: _smiles,
    DeliveryKind.MEETING: _meeting,
}


def _heard(one: Heard, post: Post, *, of_these_days: bool = False) -> Waiting:
    """A review as a list shows it: with the customer's last words, or the last of these days."""
    log, timeline = one
    step, review = timeline.at(post.now), log.review
    words = [fact for fact in log.facts if spoken(fact)]
    last = words[-1] if words else None
    text = last.text if isinstance(last, Message) else str(getattr(last, "words", ""))
    at = last.at if last else step.at
    return Waiting(
        name=review.contact.name or review.contact.email,
        at_text=said(at, post.brand.timezone, post.brand.language),
        subject=review.subject,
        text=words_in(log, post.about.span) if of_these_days else text,
        url=f"{post.links.reviews}/{review.id}",
        face=step.value or "" if step.counted else "",
    )


def _first_name_and_company(one: Heard) -> str:
    """As much of a customer's name as a mail may carry that is passed on."""
    contact = one[0].review.contact
    return ", ".join(filter(None, (contact.first_name, contact.company)))


def _agent(one: Heard, post: Post) -> str:
    agent = one[0].review.agent
    return (agent.first_name or agent.email.partition("@")[0]) if agent and post.agents else ""
