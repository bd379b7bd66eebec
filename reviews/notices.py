"""Which mails go to staff, and which of them have nothing left to tell?"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from reviews.answering import AGENT, LEAD, Tell
from reviews.clicks import Step, Timeline
from reviews.facts import Comment, Delivery, Message, Settled
from reviews.followups import reminders
from reviews.handling import owner
from reviews.log import Log
from reviews.model import By, DeliveryKind, Outcome, Person
from reviews.roles import Choice, Role, Staff
from reviews.storms import untold

RATED = "rated"
IN_THE_DIGEST = "in the daily mail"


def notices(log: Log, timeline: Timeline, *, at: datetime) -> tuple[Delivery, ...]:
    """Every mail to staff this log calls for and does not have. What was told to some is not told to who comes later:
    the record tells them."""
    known = {mail.occasion for mail in log.of(Delivery) if mail.purpose is DeliveryKind.NOTICE}
    told = tuple(
        Delivery(log.review.id, at, DeliveryKind.NOTICE, occasion, person, due_at)
        for occasion, due_at in _occasions(log, timeline)
        if occasion not in known
        for person in told_of(log, _value_at(occasion, timeline, due_at), _said(log, occasion))
    )
    return (*told, *reminders(log, timeline, at=at))


def stand_in(mail: Delivery, log: Log, *, at: datetime) -> Delivery | None:
    """The same mail to a lead, whom nobody has told of it yet; None where there is none who would read it."""
    told = {one.recipient.email.lower() for one in log.of(Delivery) if one.occasion == mail.occasion}
    for lead in log.desk.leads(log.review.team):
        if lead.email.lower() not in told and not log.desk.why_unreachable(lead.email, at):
            return replace(mail, at=at, recipient=lead, due_at=at)
    return None


def told_of(log: Log, value: str | None, words: str) -> tuple[Person, ...]:
    """Who hears of what a customer gave or said, by the brand's rules: those of the first that fits, each once."""
    rule = rule_for(log, value, words)
    people: dict[str, Person] = {}
    for name in rule.to if rule else (AGENT,):
        for person in _named(log, name):
            people.setdefault(person.email.lower(), person)
    return tuple(people.values())


def rule_for(log: Log, value: str | None, words: str) -> Tell | None:
    """The first of the brand's rules that fits a rating (None for none yet) and words; None where none does."""
    said, team, company = words.casefold(), log.review.team.casefold(), log.review.contact.company.casefold()
    for rule in log.desk.answering.telling:
        faces = not rule.faces or value in rule.faces
        here = rule.team in ("", team) and rule.company in ("", company)
        if faces and here and (not rule.words or any(word in said for word in rule.words)):
            return rule
    return None


def _named(log: Log, name: str) -> tuple[Person, ...]:
    """Whom a rule names: whoever the review is with, who leads the team, or an address."""
    if name == AGENT:
        given = owner(log)
        return (given,) if given and given not in log.review.staff else log.review.staff
    if name == LEAD:
        return log.desk.leads(log.review.team)
    known = log.desk.member(name)
    return (known.person if known else Person(name),)


def _value_at(occasion: str, timeline: Timeline, at: datetime) -> str | None:
    head, _, rest = occasion.partition(":")
    return rest.partition(":")[0] if head == RATED else timeline.at(at).value


def _said(log: Log, occasion: str) -> str:
    message = log.find(Message, occasion)
    comment = log.find(Comment, occasion)
    return message.text if message else comment.words if comment else ""


def watchers(staff: Iterable[Staff], team: str, *, brand: str, operator: str) -> tuple[Person, ...]:
    """Who is told where no agent is named, so that somebody always is: of those who see the brand the team's leads,
    else all leads, else the admins, else whoever looks after the installation."""
    known = tuple(one for one in staff if one.sees_brand(brand))
    leads = [one for one in known if one.role == Role.LEAD]
    told = [one for one in leads if one.team == team] or leads or [one for one in known if one.role == Role.ADMIN]
    return tuple(one.person for one in told) or ((Person(operator),) if operator else ())


def nothing_to_tell(notice: Delivery, log: Log, timeline: Timeline, now: datetime) -> str:
    """Why this notice need not be sent any more, or ''."""
    since = _since(notice, log, timeline, now)
    if since is None:
        return "no longer so"
    return "told in an earlier notice" if _told(notice, log, since) else _chosen(notice, log, timeline, now)


def _chosen(notice: Delivery, log: Log, timeline: Timeline, now: datetime) -> str:
    """Why they are not mailed at once: they chose so, or the brand's rule for it says so. Each chooses for themselves:
    what an agent wishes keeps nothing from their lead."""
    member = log.desk.member(notice.recipient.email)
    choice = member.choice if member else Choice.AT_ONCE
    if choice == Choice.OFF:
        return "they chose no mails"
    if choice == Choice.DAILY:
        return IN_THE_DIGEST
    if log.find(Message, notice.occasion) or member is None:
        return ""  # somebody waits for an answer; or nobody we know, who gets no digest
    rule = rule_for(log, _value_at(notice.occasion, timeline, now), _said(log, notice.occasion))
    return IN_THE_DIGEST if rule and rule.daily else ""


def _occasions(log: Log, timeline: Timeline) -> Iterator[tuple[str, datetime]]:
    for step in _new_values(timeline):
        yield f"{RATED}:{step.value}:{step.at.isoformat()}", step.at
    silent = untold(log.of(Message))
    for fact in log.facts:
        theirs = isinstance(fact, Comment) or (isinstance(fact, Message) and fact.by is By.CUSTOMER)
        if theirs and fact.id not in silent:
            yield fact.id, fact.at


def _new_values(timeline: Timeline) -> Iterator[Step]:
    """The steps at which another rating begins to count."""
    value: str | None = None
    for step in timeline.steps:
        if step.counted and step.value != value:
            yield step
        value = step.value if step.counted else value


def _since(notice: Delivery, log: Log, timeline: Timeline, now: datetime) -> datetime | None:
    """Since when what the notice tells has been so; None when it is so no more."""
    head, _, rest = notice.occasion.partition(":")
    if head != RATED:
        return log.review.at
    step = timeline.at(now)
    if not step.counted or step.value != rest.partition(":")[0]:
        return None
    return [new.at for new in _new_values(timeline) if new.at <= now][-1]


def _told(notice: Delivery, log: Log, since: datetime) -> bool:
    """Whether an earlier notice to the same person told it: put together after `since`, from a log that held what this
    one is about (a notice is recorded together with its cause)."""
    to_them = {d.id for d in log.of(Delivery) if d.recipient == notice.recipient and d.purpose is DeliveryKind.NOTICE}
    place = next((place for place, fact in enumerate(log.facts) if fact.id == notice.id), len(log.facts))
    return any(
        done.delivery in to_them and done.outcome is Outcome.SENT and done.seen > place and done.composed_at >= since
        for done in log.of(Settled)
    )
