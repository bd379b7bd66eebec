"""How is what happened recorded? All events that wait are one transaction; a fact written twice is written once."""

import json
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from reviews.addresses import folded
from reviews.clicks import Timeline, decide, moves
from reviews.desk import Desk
from reviews.facts import Arrived, Delivery, Fact, Hit, Review, Settled, SnippetGiven, Vote
from reviews.holds import Suppression
from reviews.log import Log
from reviews.rules import Rules
from store import doorsteps, inbox, rollups, search, steps, wordings
from store.desks import Desks
from store.engines import Session, Value
from store.errors import UnknownReviewError
from store.facts import add_facts, add_suppression, load, read_review, read_suppression
from store.known import Known, KnownLogs
from store.rows import micros, read_fact, write_fact
from store.search import SPOKEN

MESSAGE_ID_BYTES = 16

HEADS = """select id, body from review where id in (select asked.value ->> 0 from {each})
    order by id {for_update}"""
FACTS = """select fact.review, fact.seq, fact.kind, fact.body from {each}
    join fact on fact.review = asked.value ->> 0 and fact.seq > cast(asked.value ->> 1 as bigint)
    order by fact.review, fact.seq"""
SUPPRESSIONS = """select review.id as review, suppression.body from review
    join suppression on (suppression.address = review.contact or suppression.person = review.person)
        and suppression.brand in (review.brand, '')
    where review.id in (select asked.value ->> 0 from {each}) order by suppression.seq"""
LAST_FACT = "select coalesce(max(seq), 0) as seq from fact"
ADD_REVIEW = """insert into review (
        id, brand, source, ticket, contact, person, company, agent, team, closed_at, at, body)
    values (:id, :brand, :source, :ticket, :contact, :person, :company, :agent, :team, :closed_at, :at, :body)
    on conflict (id) do nothing"""
ADD_OUTGOING = """insert into outbox (id, review, brand, purpose, recipient, seat, message_id, status, due_at, body)
    values (:id, :review, :brand, :purpose, :recipient, :seat, :message_id, 'due', :due_at, :body)
    on conflict (id) do nothing"""
NOTE_UNTOLD = """insert into untold (review) select asked.value ->> 0 from {each}
    where exists (select 1 from endpoint where disabled_at is null)"""

Rule = Callable[[Log], Iterable[Fact]]
Event = tuple[str, Rule]
"""A review, and the rule that says of its log which facts the event means."""
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
class Kept:
    """A log whose derived parts are to be kept: `before` is what was kept of it, None for nothing; `new` are the facts
    it was not kept with."""

    log: Log
    timeline: Timeline
    before: tuple[Log, Timeline] | None
    new: Sequence[Fact]


@dataclass(frozen=True, slots=True)
class Recorder:
    """What recording needs to know beside the session: the rules that decide, and the domain of our Message-IDs.
    `logs` spares it to read a log anew for every event of one visit; the owner keeps in it what is committed."""

    rules: Rules
    mail_domain: str
    logs: KnownLogs = field(default_factory=KnownLogs)
    desks: Desks = field(default_factory=Desks)
    """Who looks after each brand's reviews."""

    def record(self, session: Session, review: str, rule: Rule) -> Recorded:
        """One event. UnknownReviewError when there is no such review."""
        (recorded,) = self.record_all(session, [(review, rule)])
        if isinstance(recorded, UnknownReviewError):
            raise recorded
        return recorded

    def record_all(self, session: Session, events: Sequence[Event]) -> list[Recorded | UnknownReviewError]:
        """Load each review's log, apply the rule, write what is new. Two events of one review follow each other."""
        recorded: dict[int, Recorded | UnknownReviewError] = {}
        waiting = dict(enumerate(events))
        while waiting:
            first = {review: number for number, (review, _) in reversed(waiting.items())}
            turn = {review: waiting.pop(number)[1] for review, number in first.items()}
            for review, result in self._record_each(session, turn).items():
                recorded[first[review]] = result
        return [recorded[number] for number in range(len(events))]

    def _record_each(self, session: Session, rules: dict[str, Rule]) -> dict[str, Recorded | UnknownReviewError]:
        """One event of each of these reviews."""
        current = self.current(session, tuple(rules), for_update=session.dialect.for_update)
        new = {review: _new(known.log, rules[review](known.log)) for review, known in current.items()}
        self._add(session, current, [fact for facts in new.values() for fact in facts])
        last = int(session.rows(LAST_FACT)[0]["seq"]) if any(new.values()) else 0
        recorded: dict[str, Recorded | UnknownReviewError] = {}
        kept: list[Kept] = []
        for review in rules:
            known = current.get(review)
            if known is None:
                recorded[review] = UnknownReviewError(review)
                continue
            recorded[review], derived = self._after(session, known, new[review], last)
            kept += derived
        keep(session, kept)
        return recorded

    def current(self, session: Session, reviews: Sequence[str], *, for_update: str = "") -> dict[str, Known]:
        """The logs as they stand in this transaction, of those reviews that are there. Facts only grow, and those of
        one review are numbered in the order of their transactions, so what this process knows lacks nothing but what
        has a higher number. Who is to decide on them takes them for themselves, in the dialect's word."""
        known = {review: found for review in reviews if (found := self.logs.find(review))}
        heads = _each(session, HEADS, ("id", "body"), [[review] for review in reviews], for_update=for_update)
        for review, body in heads:
            if review not in known or known[review].body != body:
                known[review] = Known(body, 0, Log(read_review(body)), None)
        there = [review for review, _ in heads]
        after = [[review, known[review].last] for review in there]
        facts: dict[str, list[tuple[int, Fact]]] = {review: [] for review in there}
        for review, seq, kind, body in _each(session, FACTS, ("review", "seq", "kind", "body"), after):
            facts[review].append((int(seq), read_fact(kind, body)))
        suppressions: dict[str, list[Suppression]] = {review: [] for review in there}
        for review, body in _each(session, SUPPRESSIONS, ("review", "body"), [[review] for review in there]):
            suppressions[review].append(read_suppression(body))
        if not there:
            return {}
        seats = self.desks.known(session)
        return {
            review: _grown(
                known[review],
                facts[review],
                tuple(suppressions[review]),
                seats.of(known[review].log.review.brand),
                self.rules,
            )
            for review in there
        }

    def timeline(self, known: Known) -> Timeline:
        """The timeline of a log."""
        return known.timeline or decide(known.log, self.rules)

    def load(self, session: Session, review: str) -> Log | None:
        """The log of a review as it stands, or None, with who looks after it now."""
        log = load(session, review)
        return replace(log, desk=self.desks.known(session).of(log.review.brand)) if log else None

    def _after(self, session: Session, known: Known, new: tuple[Fact, ...], last: int) -> tuple[Recorded, list[Kept]]:
        """A review with its new facts, and what is to be derived of it. Any fact it gets later has a number beyond
        `last`: others that decide on it wait for this transaction."""
        if not new:
            return Recorded(known.timeline or decide(known.log, self.rules), new, known), []
        log = known.log.joined(*new)
        still = None if any(moves(fact, log) for fact in new) else known.timeline
        timeline = still or decide(log, self.rules)
        recorded = Recorded(timeline, new, Known(known.body, last, log, timeline))
        if still and all(isinstance(fact, UNCOUNTED) for fact in new):
            return recorded, []
        stored = known.timeline or steps.load(session, log.review.id)
        return recorded, [Kept(log, timeline, (known.log, stored), new)]

    def record_new(self, session: Session, facts: Iterable[Fact]) -> tuple[Fact, ...]:
        """Write reviews with what belongs to them, all or none; those facts that were new. To a review that was known
        nothing is added: a helpdesk that repeats its webhook, maybe with another address in it, asks nobody twice."""
        given = tuple(facts)
        reviews = {fact.id: fact for fact in given if isinstance(fact, Review)}
        begun = {id: review for id, review in reviews.items() if _add_review(session, review)}
        known = reviews.keys() - begun.keys()
        rest = {fact.id: fact for fact in given if not isinstance(fact, Review) and fact.review not in known}
        if strangers := {fact.review for fact in rest.values() if fact.review} - begun.keys():
            raise UnknownReviewError(strangers.pop())
        added = self._add(session, {id: Known("", 0, Log(review), None) for id, review in begun.items()}, rest.values())
        logs = [log for id in begun if (log := load(session, id))]
        keep(session, [Kept(log, decide(log, self.rules), None, (log.review, *log.facts)) for log in logs])
        return (*begun.values(), *added)

    def _add(self, session: Session, known: dict[str, Known], facts: Iterable[Fact]) -> tuple[Fact, ...]:
        """Write facts that these reviews do not know; those that were new."""
        told = tuple(fact for fact in facts if not isinstance(fact, Suppression) or add_suppression(session, fact))
        add_facts(session, [fact for fact in told if not isinstance(fact, Suppression)])
        asked = [fact for fact in told if isinstance(fact, Settled | SnippetGiven)]
        wordings.note(session, [(known[fact.review].log.review, fact) for fact in asked])
        mails = [(fact, known[fact.review].log.review.brand) for fact in told if isinstance(fact, Delivery)]
        if mails:
            session.run_each(ADD_OUTGOING, [self._outgoing(delivery, brand) for delivery, brand in mails])
        return told

    def post(self, session: Session, delivery: Delivery, *, brand: str) -> None:
        """Put a delivery into the outbox, with a Message-ID of its own."""
        session.run(ADD_OUTGOING, **self._outgoing(delivery, brand))

    def _outgoing(self, delivery: Delivery, brand: str) -> dict[str, Value]:
        return {
            "id": delivery.id,
            "review": delivery.review,
            "brand": brand,
            "purpose": delivery.purpose,
            "recipient": delivery.recipient.email.lower(),
            "seat": delivery.seat,
            "message_id": f"{secrets.token_hex(MESSAGE_ID_BYTES)}@{self.mail_domain}",
            "due_at": micros(delivery.due_at),
            "body": write_fact(delivery),
        }


def _grown(
    known: Known, facts: Sequence[tuple[int, Fact]], suppressions: tuple[Suppression, ...], desk: Desk, rules: Rules
) -> Known:
    """A log with what came since, and with who looks after it now."""
    same = not facts and suppressions == known.log.suppressions
    if same and known.timeline and desk is known.log.desk:
        return known
    log = Log(known.log.review, known.log.facts + tuple(fact for _, fact in facts), suppressions, desk)
    if not facts:
        return Known(known.body, known.last, log, known.timeline)
    unrated = None if log.of(Vote) else decide(log, rules)  # the same under all rules: it is what is stored
    return Known(known.body, facts[-1][0], log, unrated)


def _new(log: Log, facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Those of the facts that the log does not know; ValueError for one of another review, which did not decide."""
    told = tuple(facts)
    if any(fact.review != log.review.id for fact in told if not isinstance(fact, Suppression)):
        raise ValueError("this fact belongs to another review, which did not decide on it")
    return log.lacking(*told)


def _each(
    session: Session, sql: str, columns: Sequence[str], asked: Sequence[Sequence[object]], *, for_update: str = ""
) -> list[Sequence[str]]:
    if not asked:
        return []
    written = sql.format(each=session.dialect.each, for_update=for_update)
    return session.table(written, columns, asked=json.dumps(asked))


def _add_review(session: Session, review: Review) -> bool:
    return (
        session.run(
            ADD_REVIEW,
            id=review.id,
            brand=review.brand,
            source=review.source,
            ticket=review.ticket,
            contact=review.contact.email.lower(),
            person=folded(review.contact.email),
            company=review.contact.company.lower(),
            agent=review.agent.email.lower() if review.agent else "",
            team=review.team,
            closed_at=micros(review.closed_at),
            at=micros(review.at),
            body=write_fact(review),
        )
        > 0
    )


def keep(session: Session, several: Sequence[Kept]) -> None:
    """Keep what is derived from logs: their steps, their place in the counts, the words they are found by, the
    doorstep that visitors find, their line in the inbox."""
    steps.write(
        session,
        [(k.log.review.id, k.timeline, k.before[1] if k.before else None) for k in several],
    )
    if several:
        session.run(
            NOTE_UNTOLD.format(each=session.dialect.each), asked=json.dumps([[kept.log.review.id] for kept in several])
        )
    for kept in several:
        if kept.before is None or any(isinstance(fact, SPOKEN) for fact in kept.new):
            search.put(session, kept.log)
    doorsteps.put(session, (k.log for k in several if k.before is None))
    doorsteps.move(session, [k.log for k in several if k.before and doorsteps.changed(k.before[0], k.new)])
    moves = (inbox.moved(k.log, k.timeline, before=k.before, new=k.new) for k in several)
    inbox.put(session, [move for move in moves if move])
    posting = [change for kept in several for change in rollups.posted(kept.log, kept.timeline, before=kept.before)]
    if posting:
        rollups.post(session, posting, now=_latest(several))


def _latest(several: Sequence[Kept]) -> datetime:
    """When the newest of it happened. Where facts only changed, as when somebody is forgotten, none is new."""
    return max(fact.at for kept in several for fact in (*kept.new, kept.log.review))
