"""Which rating does a mail of the customer's give? By the address it came to, or by its first line."""

from datetime import datetime

from reviews.addresses import same
from reviews.doorstep import doorstep
from reviews.events import Incoming
from reviews.facts import Message, Vote
from reviews.followups import passed_on_at
from reviews.log import Log
from reviews.model import Evidence, Mode
from reviews.rules import Rules
from reviews.stated import SCORES, stated
from reviews.trust import Trust
from reviews.visits import expires_at

MAIL_VOTES_MAX = 50
"""Votes by mail kept of one review; whoever holds its address could otherwise make every event of it dear."""


def vote_by_mail(log: Log, mail: Incoming, message: Message, *, at: datetime, rules: Rules) -> Vote | None:
    """The vote that a mail carries, None where it carries none. It is explicit when it is surely the customer's; else
    it is soft, and waits until the page is touched or somebody of the staff confirms it."""
    answer = rating_of(log, mail)
    known = log.find(Message, message.id) or at > expires_at(doorstep(log), rules)
    votes = [vote for vote in log.of(Vote) if vote.mode in (Mode.MAIL, Mode.REPLY)]
    if answer is None or known or len(votes) >= MAIL_VOTES_MAX:
        return None
    sure = mail.verdict == Trust.VERIFIED and same(mail.sender, log.review.contact.email)
    evidence = Evidence.EXPLICIT if sure else Evidence.SOFT
    return Vote(log.review.id, message.id, at, answer, Mode.MAIL if mail.answer else Mode.REPLY, 0, evidence)


def rating_of(log: Log, mail: Incoming) -> str | None:
    """The answer a mail gives. Where its address and its first line say two things, or where "great, thanks" may be
    about what staff answered, it gives none."""
    said = stated(mail.text, names=_names(log))
    if mail.answer:
        return mail.answer if said in (None, mail.answer) else None
    answered = any(passed_on_at(log, message) for message in log.of(Message))
    return said if said and not (answered and not _is_score(mail.text)) else None


def _names(log: Log) -> tuple[str, ...]:
    people = (log.review.contact, *log.review.staff)
    return tuple(person.name for person in people if person.name.strip())


def _is_score(text: str) -> bool:
    return text.strip()[:1] in SCORES
