"""How does a review stand with the people who look after it? Read from their deeds alone, the latest of each kind."""

from dataclasses import dataclass
from datetime import datetime

from reviews.bare_replies import is_bare
from reviews.deeds import (
    Assigned,
    CameOf,
    CauseSet,
    ConsentAsked,
    Consented,
    CreditMoved,
    ExclusionAsked,
    ExclusionDecided,
    ExclusionWithdrawn,
    FollowUpClosed,
    FollowUpOpened,
    KudosMarked,
    Linked,
    NotFixed,
    NothingToAnswer,
    OutcomeWished,
    Read,
    Share,
    Snoozed,
    Tagged,
)
from reviews.facts import Comment, Delivery, Fact, Message, StaffAction, Vote
from reviews.log import Log
from reviews.model import SEND, By, Cause, DeliveryKind, Person

ASKED, GRANTED, REFUSED, WITHDRAWN = "asked", "granted", "refused", "withdrawn"


@dataclass(frozen=True, slots=True)
class Exclusion:
    """The latest exclusion that was asked for: its state, who asked and why, who decided."""

    id: str
    state: str
    asked: ExclusionAsked
    decided: ExclusionDecided | None = None
    withdrawn: ExclusionWithdrawn | None = None


@dataclass(frozen=True, slots=True)
class Handling:
    """Where a review stands."""

    unread: bool
    """Whether something of the customer's came since a named person opened it."""
    read_by: str
    owner: Person | None
    """Whoever it was assigned to, else the agent, else the first who watches."""
    assigned: bool
    tags: tuple[str, ...]
    """The helpdesk's and those of staff."""
    causes: tuple[str, ...]
    waiting_since: datetime | None
    """Since when the customer's words wait for a person's mail to them."""
    closed: FollowUpClosed | None
    snoozed_until: datetime | None
    exclusion: Exclusion | None
    shares: tuple[Share, ...]
    kudos: bool
    consent: str
    """`asked`, `granted`, `withdrawn`, or ''."""
    links: tuple[Linked, ...]
    came_of: tuple[CameOf, ...]
    not_fixed: NotFixed | None

    @property
    def excluded(self) -> bool:
        return self.exclusion is not None and self.exclusion.state == GRANTED


def handling(log: Log) -> Handling:
    """How a review stands; what is over by the clock, as a snooze, is for the reader to tell."""
    read = _latest_read(log)
    assigned = log.of(Assigned)
    marks = log.of(KudosMarked)
    unfixed = log.of(NotFixed)
    return Handling(
        unread=read is None,
        read_by=read.who if read else "",
        owner=owner(log),
        assigned=bool(assigned) and assigned[-1].owner is not None,
        tags=tags(log),
        causes=causes(log),
        waiting_since=waiting_since(log),
        closed=closed(log),
        snoozed_until=_snoozed_until(log),
        exclusion=exclusion(log),
        shares=shares(log),
        kudos=bool(marks) and not marks[-1].removed,
        consent=consent(log),
        links=log.of(Linked),
        came_of=log.of(CameOf),
        not_fixed=unfixed[-1] if unfixed else None,
    )


def owner(log: Log) -> Person | None:
    """Whose it is: who it was assigned to, else the agent, else the first who watches."""
    assigned = log.of(Assigned)
    if assigned and assigned[-1].owner:
        return assigned[-1].owner
    return log.review.staff[0] if log.review.staff else None


def tags(log: Log) -> tuple[str, ...]:
    """The helpdesk's tags and those of staff, without what was taken off."""
    known = dict.fromkeys(log.review.tags)
    for deed in log.of(Tagged):
        if deed.removed:
            known.pop(deed.tag, None)
        else:
            known[deed.tag] = None
    return tuple(known)


def causes(log: Log) -> tuple[str, ...]:
    """What the rating was about: as staff said last, else the last chips the customer tapped."""
    if named := log.of(CauseSet):
        return named[-1].causes
    tapped = next((comment.causes for comment in reversed(log.of(Comment)) if comment.causes), ())
    return tuple(cause for cause in Cause if cause in tapped) if tapped else ()


def waiting_since(log: Log) -> datetime | None:
    """Since when the customer waits for a person's mail: from their first words that none followed. In the order in
    which things were recorded, since a mail may be read later than it came."""
    since = before = None
    if not log.holds(Message, Comment):
        return None
    for fact in log.facts:
        if calls(log, fact):
            since = since or fact.at
        elif isinstance(fact, NothingToAnswer):
            since, before = (since or before, None) if fact.undone else (None, since)
        elif answered_by(fact) or isinstance(fact, FollowUpClosed):
            since = before = None
    return since


def spoken(fact: Fact) -> bool:
    """Whether these are words of the customer's."""
    return (isinstance(fact, Message) and fact.by is By.CUSTOMER) or (isinstance(fact, Comment) and bool(fact.words))


def calls(log: Log, fact: Fact) -> bool:
    """Whether these are words that call for an answer."""
    return spoken(fact) and not is_bare(log, fact)


def answered_by(fact: Fact) -> bool:
    """Whether a person's mail went to the customer by this: an answer, or one that was held and sent after all."""
    if isinstance(fact, Message):
        return fact.by is By.STAFF and not fact.held
    return isinstance(fact, StaffAction) and fact.action == SEND


def closed(log: Log) -> FollowUpClosed | None:
    """How it was closed, None while it is open: words of the customer's or a person open it again."""
    end: FollowUpClosed | None = None
    if not log.holds(FollowUpClosed):
        return None
    for fact in log.facts:
        if isinstance(fact, FollowUpClosed):
            end = fact
        elif calls(log, fact) or isinstance(fact, FollowUpOpened):
            end = None
    return end


def exclusion(log: Log) -> Exclusion | None:
    """The latest that was asked for, with what became of it."""
    asked = log.of(ExclusionAsked)
    if not asked:
        return None
    one = asked[-1]
    decided = [deed for deed in log.of(ExclusionDecided) if deed.about == one.id]
    withdrawn = [deed for deed in log.of(ExclusionWithdrawn) if deed.about == one.id]
    state = WITHDRAWN if withdrawn else (GRANTED if decided[-1].granted else REFUSED) if decided else ASKED
    return Exclusion(one.id, state, one, decided[-1] if decided else None, withdrawn[-1] if withdrawn else None)


def shares(log: Log) -> tuple[Share, ...]:
    """Whose score it counts for: as it was moved last, else whoever solved the ticket, else nobody's."""
    if moved := log.of(CreditMoved):
        return moved[-1].shares
    return (Share(100, agent=log.review.agent.email.lower()),) if log.review.agent else ()


def own_work(log: Log, who: str) -> bool:
    """Whether it is their own work that was rated: they solved it, or some of its credit is theirs."""
    agent = log.review.agent
    theirs = {share.agent.lower() for share in shares(log) if share.agent} | ({agent.email.lower()} if agent else set())
    return who.lower() in theirs


def consent(log: Log) -> str:
    """Whether the customer's words may be published outside."""
    if chosen := log.of(Consented):
        return WITHDRAWN if chosen[-1].withdrawn else GRANTED
    return ASKED if log.of(ConsentAsked) else ""


def may_hear(log: Log) -> bool:
    """Whether the customer wants to hear what came of it, has not yet, and may be mailed."""
    told = any(mail.purpose is DeliveryKind.CAME_OF for mail in log.of(Delivery))
    return bool(log.of(OutcomeWished)) and not told and not log.suppressed


def _latest_read(log: Log) -> Read | None:
    """The deed by which a named person has read all the customer said; None where something is unread."""
    read: Read | None = None
    if not log.holds(Read):
        return None
    for fact in log.facts:
        if isinstance(fact, Read):
            read = None if fact.undone else fact
        elif spoken(fact) or isinstance(fact, Vote):
            read = None
    return read


def _snoozed_until(log: Log) -> datetime | None:
    until: datetime | None = None
    if not log.holds(Snoozed):
        return None
    for fact in log.facts:
        if isinstance(fact, Snoozed):
            until = fact.until
        elif spoken(fact) or isinstance(fact, FollowUpClosed):
            until = None
    return until
