"""How is what happened recorded, and read back? One transaction per event; a fact written twice is written once."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from reviews.clicks import Timeline, decide
from reviews.facts import Delivery, Fact, Review, Suppression
from reviews.log import Log
from reviews.rules import Rules
from store import rollups, search
from store.engines import Session
from store.errors import UnknownReviewError
from store.rows import micros, read_fact, read_step, write_fact, write_step
from store.search import SPOKEN

MESSAGE_ID_BYTES = 16

LOAD_REVIEW = "select body from review where id = :id {for_update}"
LOAD_FACTS = "select kind, body from fact where review = :review order by seq"
LOAD_SUPPRESSIONS = "select body from suppression where address = :address and brand = :brand order by seq"
LOAD_STEPS = "select body from step where review = :review order by number"
ADD_REVIEW = """insert into review (id, brand, source, ticket, contact, agent, team, closed_at, at, body)
    values (:id, :brand, :source, :ticket, :contact, :agent, :team, :closed_at, :at, :body)
    on conflict (id) do nothing"""
ADD_FACT = """insert into fact (id, review, kind, at, body) values (:id, :review, :kind, :at, :body)
    on conflict (id) do nothing"""
ADD_SUPPRESSION = """insert into suppression (id, brand, address, body) values (:id, :brand, :address, :body)
    on conflict (id) do nothing"""
ADD_OUTGOING = """insert into outbox (id, review, brand, purpose, recipient, seat, message_id, status, due_at, body)
    values (:id, :review, :brand, :purpose, :recipient, :seat, :message_id, 'due', :due_at, :body)"""
DROP_STEPS = "delete from step where review = :review"
ADD_STEP = """insert into step (review, number, at, status, value, grade, body)
    values (:review, :number, :at, :status, :value, :grade, :body)"""

Rule = Callable[[Log], Iterable[Fact]]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A review after an event: its log, its timeline, and which facts were new."""

    log: Log
    timeline: Timeline
    new: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Recorder:
    """What recording needs to know beside the session: the rules that decide, and the domain of our Message-IDs."""

    rules: Rules
    mail_domain: str

    def record(self, session: Session, review: str, rule: Rule) -> Recorded:
        """Load the log, apply the rule, write what is new. UnknownReviewError when there is no such review."""
        log = load(session, review, for_update=session.dialect.for_update)
        if log is None:
            raise UnknownReviewError(review)
        new = tuple(fact for fact in rule(log) if self._add(session, log.review, fact))
        after = log.plus(*new)
        timeline = decide(after, self.rules)
        if new:
            keep(session, after, timeline, before=(log, load_timeline(session, log.review.id)), new=new)
        return Recorded(after, timeline, new)

    def record_new(self, session: Session, facts: Iterable[Fact]) -> tuple[Fact, ...]:
        """Write reviews with what belongs to them, all or none; those facts that were new. To a review that was known
        nothing is added: a helpdesk that repeats its webhook, maybe with another address in it, asks nobody twice."""
        given = tuple(facts)
        reviews = {fact.id: fact for fact in given if isinstance(fact, Review)}
        begun = {id: review for id, review in reviews.items() if _add_review(session, review)}
        known = reviews.keys() - begun.keys()
        rest = (fact for fact in given if not isinstance(fact, Review) and fact.review not in known)
        added = tuple(fact for fact in rest if self._add(session, reviews.get(fact.review), fact))
        for id in begun:
            log = load(session, id)
            if log:
                keep(session, log, decide(log, self.rules), before=None, new=(log.review, *log.facts))
        return (*begun.values(), *added)

    def _add(self, session: Session, review: Review | None, fact: Fact) -> bool:
        """Whether the fact was new."""
        if isinstance(fact, Suppression):
            row = {"id": fact.id, "brand": fact.brand, "address": fact.address.lower(), "body": write_fact(fact)}
            return session.run(ADD_SUPPRESSION, **row) > 0
        if review is None:
            raise UnknownReviewError(fact.review)
        if fact.review != review.id:
            raise ValueError("this fact belongs to another review, which did not decide on it")
        row = {"id": fact.id, "review": fact.review, "kind": fact.kind}
        new = session.run(ADD_FACT, **row, at=micros(fact.at), body=write_fact(fact)) > 0
        if new and isinstance(fact, Delivery):
            self.post(session, fact, brand=review.brand)
        return new

    def post(self, session: Session, delivery: Delivery, *, brand: str) -> None:
        """Put a delivery into the outbox, with a Message-ID of its own."""
        session.run(
            ADD_OUTGOING,
            id=delivery.id,
            review=delivery.review,
            brand=brand,
            purpose=delivery.purpose,
            recipient=delivery.recipient.email.lower(),
            seat=delivery.seat,
            message_id=f"{secrets.token_hex(MESSAGE_ID_BYTES)}@{self.mail_domain}",
            due_at=micros(delivery.due_at),
            body=write_fact(delivery),
        )


def load(session: Session, review: str, *, for_update: str = "") -> Log | None:
    """The log of a review, or None. Who is to decide on it takes the review for themselves, in the dialect's word."""
    found = session.rows(LOAD_REVIEW.format(for_update=for_update), id=review)
    if not found:
        return None
    head = read_fact(Review.kind, found[0]["body"])
    if not isinstance(head, Review):
        raise TypeError("a review's row holds a review")
    facts = tuple(read_fact(row["kind"], row["body"]) for row in session.rows(LOAD_FACTS, review=review))
    about = session.rows(LOAD_SUPPRESSIONS, address=head.contact.email.lower(), brand=head.brand)
    suppressions = (read_fact(Suppression.kind, row["body"]) for row in about)
    return Log(head, facts, tuple(s for s in suppressions if isinstance(s, Suppression)))


def load_timeline(session: Session, review: str) -> Timeline:
    """The stored projection of a review's timeline."""
    return Timeline(tuple(read_step(row["body"]) for row in session.rows(LOAD_STEPS, review=review)))


def _add_review(session: Session, review: Review) -> bool:
    return (
        session.run(
            ADD_REVIEW,
            id=review.id,
            brand=review.brand,
            source=review.source,
            ticket=review.ticket,
            contact=review.contact.email.lower(),
            agent=review.agent.email.lower() if review.agent else "",
            team=review.team,
            closed_at=micros(review.closed_at),
            at=micros(review.at),
            body=write_fact(review),
        )
        > 0
    )


def keep(
    session: Session, log: Log, timeline: Timeline, *, before: tuple[Log, Timeline] | None, new: Sequence[Fact]
) -> None:
    """Keep what is derived from a log: its steps, its place in the counts, the words it is found by. `before` is what
    was kept of it, None for nothing; `new` are the facts it was not kept with."""
    if before is None or timeline != before[1]:
        _write_steps(session, log.review.id, timeline)
    if before is None or any(isinstance(fact, SPOKEN) for fact in new):
        search.put(session, log)
    rollups.post(session, log, timeline, before=before, now=max(fact.at for fact in new))


def _write_steps(session: Session, review: str, timeline: Timeline) -> None:
    session.run(DROP_STEPS, review=review)
    for number, step in enumerate(timeline.steps):
        session.run(
            ADD_STEP,
            review=review,
            number=number,
            at=micros(step.at),
            status=step.status,
            value=step.value,
            grade=step.grade,
            body=write_step(step),
        )
