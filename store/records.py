"""How is what happened recorded, and read back? One transaction per event; a fact written twice is written once."""

import secrets
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from reviews.clicks import Timeline, decide, moves
from reviews.facts import Arrived, Delivery, Fact, Hit, Review, Suppression, Vote
from reviews.log import Log
from reviews.rules import Rules
from store import rollups, search
from store.engines import Row, Session
from store.engines.many import each
from store.errors import UnknownReviewError
from store.known import Known, KnownLogs
from store.rows import micros, read_fact, read_step, write_fact, write_step
from store.search import SPOKEN

MESSAGE_ID_BYTES = 16

LOAD_REVIEW = "select body from review where id = :id {for_update}"
LOAD_FACTS = """select seq, kind, body from fact where review = :review and seq > :after
    union all select suppression.seq, 'suppression', suppression.body from suppression
        join review on review.contact = suppression.address and review.brand = suppression.brand
        where review.id = :review
    order by 1"""
LOAD_REVIEWS = "select id, body from review where id in ({ids})"
LOAD_FACTS_OF = "select review, seq, kind, body from fact where review in ({ids}) order by seq"
LOAD_SUPPRESSIONS_OF = """select review.id as review, suppression.seq, 'suppression' as kind, suppression.body
    from review join suppression on suppression.address = review.contact and suppression.brand = review.brand
    where review.id in ({ids}) order by suppression.seq"""
LOAD_STEPS = "select body from step where review = :review order by number"
ADD_REVIEW = """insert into review (id, brand, source, ticket, contact, agent, team, closed_at, at, body)
    values (:id, :brand, :source, :ticket, :contact, :agent, :team, :closed_at, :at, :body)
    on conflict (id) do nothing"""
ADD_FACT = """insert into fact (id, review, kind, at, body) values (:id, :review, :kind, :at, :body)
    on conflict (id) do nothing returning seq"""
ADD_SUPPRESSION = """insert into suppression (id, brand, address, body) values (:id, :brand, :address, :body)
    on conflict (id) do nothing"""
ADD_OUTGOING = """insert into outbox (id, review, brand, purpose, recipient, seat, message_id, status, due_at, body)
    values (:id, :review, :brand, :purpose, :recipient, :seat, :message_id, 'due', :due_at, :body)"""
DROP_STEPS = "delete from step where review = :review"
ADD_STEP = """insert into step (review, number, at, status, value, grade, body)
    values (:review, :number, :at, :status, :value, :grade, :body)"""

Rule = Callable[[Log], Iterable[Fact]]
UNCOUNTED = (Hit, Arrived)
"""Facts that no count and no search knows: most of what comes in."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A review after an event: its timeline, which facts were new, and what the next event may start from."""

    timeline: Timeline
    new: tuple[Fact, ...]
    known: Known

    @property
    def log(self) -> Log:
        return self.known.log


@dataclass(frozen=True, slots=True)
class Recorder:
    """What recording needs to know beside the session: the rules that decide, and the domain of our Message-IDs.
    `logs` spares it to read a log anew for every event of one visit; the owner keeps in it what is committed."""

    rules: Rules
    mail_domain: str
    logs: KnownLogs = field(default_factory=KnownLogs)

    def record(self, session: Session, review: str, rule: Rule) -> Recorded:
        """Load the log, apply the rule, write what is new. UnknownReviewError when there is no such review."""
        before = self._current(session, review)
        if before is None:
            raise UnknownReviewError(review)
        added = [(fact, self._add(session, before.log.review, fact)) for fact in rule(before.log)]
        new = tuple(fact for fact, number in added if number is not None)
        if not new:
            return Recorded(before.timeline or decide(before.log, self.rules), new, before)
        log = before.log.joined(*new)
        timeline = self._moved(session, before, log, new)
        last = max(before.last, *(number or 0 for _, number in added))
        return Recorded(timeline, new, Known(before.body, last, log, timeline))

    def _current(self, session: Session, review: str) -> Known | None:
        """The log as it stands in this transaction. Facts only grow, and those of one review are numbered in the order
        of their transactions, so what this process knows lacks nothing but what has a higher number."""
        sql = LOAD_REVIEW.format(for_update=session.dialect.for_update)  # nobody else decides on it meanwhile
        found = session.rows(sql, id=review)
        if not found:
            return None
        body = found[0]["body"]
        known = self.logs.find(review)
        if known is None or known.body != body:
            known = Known(body, 0, Log(_read_review(body)), None)
        added = session.rows(LOAD_FACTS, review=review, after=known.last)
        facts, suppressions = _read_facts(added)
        if known.timeline and not facts and suppressions == known.log.suppressions:
            return known
        log = Log(known.log.review, known.log.facts + facts, suppressions)
        if not facts:
            return Known(body, known.last, log, known.timeline)
        last = max(row["seq"] for row in added if row["kind"] != Suppression.kind)
        unrated = None if log.of(Vote) else decide(log, self.rules)  # the same under all rules: it is what is stored
        return Known(body, last, log, unrated)

    def _moved(self, session: Session, before: Known, log: Log, new: tuple[Fact, ...]) -> Timeline:
        """The timeline of the log with the new facts; what is derived from the log is kept along with it."""
        still = None if any(moves(fact, log) for fact in new) else before.timeline
        if still and all(isinstance(fact, UNCOUNTED) for fact in new):
            return still
        timeline = still or decide(log, self.rules)
        stored = before.timeline or load_timeline(session, log.review.id)
        keep(session, log, timeline, before=(before.log, stored), new=new)
        return timeline

    def learn(self, known: Known) -> None:
        """Keep a committed log that was read for something else: an event of that review is likely to come next."""
        timeline = None if known.log.of(Vote) else decide(known.log, self.rules)
        self.logs.keep(replace(known, timeline=timeline))

    def record_new(self, session: Session, facts: Iterable[Fact]) -> tuple[Fact, ...]:
        """Write reviews with what belongs to them, all or none; those facts that were new. To a review that was known
        nothing is added: a helpdesk that repeats its webhook, maybe with another address in it, asks nobody twice."""
        given = tuple(facts)
        reviews = {fact.id: fact for fact in given if isinstance(fact, Review)}
        begun = {id: review for id, review in reviews.items() if _add_review(session, review)}
        known = reviews.keys() - begun.keys()
        rest = (fact for fact in given if not isinstance(fact, Review) and fact.review not in known)
        added = tuple(fact for fact in rest if self._add(session, reviews.get(fact.review), fact) is not None)
        for id in begun:
            log = load(session, id)
            if log:
                keep(session, log, decide(log, self.rules), before=None, new=(log.review, *log.facts))
        return (*begun.values(), *added)

    def _add(self, session: Session, review: Review | None, fact: Fact) -> int | None:
        """The number of the fact in its review's log, 0 for one that stands beside it; None when it was not new."""
        if isinstance(fact, Suppression):
            row = {"id": fact.id, "brand": fact.brand, "address": fact.address.lower(), "body": write_fact(fact)}
            return 0 if session.run(ADD_SUPPRESSION, **row) else None
        if review is None:
            raise UnknownReviewError(fact.review)
        if fact.review != review.id:
            raise ValueError("this fact belongs to another review, which did not decide on it")
        row = {"id": fact.id, "review": fact.review, "kind": fact.kind}
        new = session.rows(ADD_FACT, **row, at=micros(fact.at), body=write_fact(fact))
        if new and isinstance(fact, Delivery):
            self.post(session, fact, brand=review.brand)
        return int(new[0]["seq"]) if new else None

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
    head = _read_review(found[0]["body"])
    return Log(head, *_read_facts(session.rows(LOAD_FACTS, review=review, after=0)))


def load_many(session: Session, reviews: Collection[str]) -> dict[str, Known]:
    """The logs of some reviews, those that are there, by their ids; in three statements for fifty."""
    rows: dict[str, list[Row]] = {}
    for statement in (LOAD_FACTS_OF, LOAD_SUPPRESSIONS_OF):
        for row in each(session, statement, reviews):
            rows.setdefault(row["review"], []).append(row)
    return {row["id"]: _known(row["body"], rows.get(row["id"], [])) for row in each(session, LOAD_REVIEWS, reviews)}


def _known(body: str, rows: list[Row]) -> Known:
    last = max((row["seq"] for row in rows if row["kind"] != Suppression.kind), default=0)
    return Known(body, last, Log(_read_review(body), *_read_facts(rows)), None)


def load_timeline(session: Session, review: str) -> Timeline:
    """The stored projection of a review's timeline."""
    return Timeline(tuple(read_step(row["body"]) for row in session.rows(LOAD_STEPS, review=review)))


def _read_review(body: str) -> Review:
    head = read_fact(Review.kind, body)
    if not isinstance(head, Review):
        raise TypeError("a review's row holds a review")
    return head


def _read_facts(rows: list[Row]) -> tuple[tuple[Fact, ...], tuple[Suppression, ...]]:
    """The facts of a review, and the suppressions of its contact's address."""
    facts = tuple(read_fact(row["kind"], row["body"]) for row in rows)
    suppressions = tuple(fact for fact in facts if isinstance(fact, Suppression))
    return (
        (tuple(fact for fact in facts if not isinstance(fact, Suppression)), suppressions)
        if suppressions
        else (facts, ())
    )


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
