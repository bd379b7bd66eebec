"""What happened in the twelve weeks before? Four hundred reviews told through the real flow, so no list is empty.

They are made of the same facts as everything else, by the same rules, only with the clock set back. Chance has a fixed
seed: every try-out tells the same story.
"""

import hashlib
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from demo.cast import AGENTS, BRAND, CUSTOMERS, HELPDESK, LEADS
from reviews import flow, staff_answers
from reviews.events import ClosedTicket, Incoming, Press
from reviews.facts import Delivery, Fact, Review, Settled
from reviews.log import Log
from reviews.model import SLOTS, Mode, Outcome, Person, text_id
from reviews.rules import Rules
from reviews.sending import Brakes, Drop, attempted, still_due
from reviews.trust import Trust
from reviews.visits import Visit
from store import Staff

REVIEWS = 400
DAYS = 84
SEED = 20_261_121
FIRST_TICKET = 46_980  # three numbers on for each review: the last stays below today's tickets

ANSWERED = 0.33  # response rates of one-click surveys lie between a quarter and two fifths
MOODS = {"happy": 70, "neutral": 17, "unhappy": 13}
COMMENTS = {"happy": 0.3, "neutral": 0.5, "unhappy": 0.7}
REPLIES = {"happy": 0.08, "neutral": 0.2, "unhappy": 0.4}
ANSWERS = {"happy": 0.0, "neutral": 0.6, "unhappy": 0.85}
LEADS_SHARE, NOBODY_SHARE, NOT_ASKED_SHARE, AWAY_SHARE = 0.06, 0.03, 0.02, 0.03
TOUCHED_SHARE = 0.8  # most people move on the page; the others' clicks count after the hold
ANSWERED_AFTER_MINUTES = (2, 4, 9, 25, 70, 190, 1_300, 2_900)

BROWSERS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Version/19.1 Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/19.1 Safari/605.1.15",
)


UNHAPPY = "unhappy"
ASKED_TODAY = frozenset(customer.email for customer in CUSTOMERS)
"""Nobody of them may still wait for an answer: who does is asked about nothing else."""


def past_facts(*, now: datetime, rules: Rules) -> tuple[Fact, ...]:
    """The facts of all past reviews, each review's in order. The customer was asked an hour after closing."""
    words = tomllib.loads(Path(__file__).with_name("past.toml").read_text())
    told = replace(rules, delay=timedelta(hours=1))
    chance = _chance("closings")
    closings = sorted(_closing_time(chance, now) for _ in range(REVIEWS))
    return tuple(
        fact
        for number, closed_at in enumerate(closings)
        for fact in _Telling(words, told, FIRST_TICKET + 3 * number, closed_at, now).facts()
    )


def _chance(about: str) -> Random:
    return Random(f"{SEED} {about}")  # noqa: S311 - the same story every time; nothing secret is drawn from it


def _closing_time(chance: Random, now: datetime) -> datetime:
    """Some working hour of the last twelve weeks; what falls on a weekend was done on the Friday before."""
    day = now - timedelta(days=chance.randrange(DAYS))
    day -= timedelta(days=max(0, day.weekday() - 4))
    at = day.replace(hour=chance.randint(8, 16), minute=chance.randint(0, 59), second=chance.randint(0, 59))
    return at if at < now - timedelta(hours=2) else at - timedelta(days=7)


class _Telling:
    """One review, told from its closing on. Whatever would lie in the future has not happened."""

    def __init__(self, words: dict[str, Any], rules: Rules, number: int, closed_at: datetime, now: datetime) -> None:
        self._chance = _chance(str(number))
        self._words = words
        self._rules = rules
        self._now = now
        team = self._chance.choice(sorted(words["subjects"]))
        self._lead = next(lead for lead in LEADS if lead.team == team)
        self._agent = self._drawn_agent(team)
        at = closed_at + timedelta(seconds=3)
        begun = flow.ticket_closed(
            self._ticket(str(number), team, closed_at),
            at=at,
            slots=tuple(self._chance.sample(SLOTS, k=len(SLOTS))),
            rules=rules,
            watchers=() if self._agent else (Person(self._lead.email, self._lead.name),),
        )
        review, *rest = begun
        assert isinstance(review, Review)
        self._log = Log(review, tuple(rest))
        self._mailed(until=closed_at + timedelta(hours=2))

    def facts(self) -> tuple[Fact, ...]:
        """All that happened."""
        if self._log.sends:
            self._customer(self._log.sends[0])
        self._mailed(until=self._now)
        return (self._log.review, *self._log.facts)

    def _ticket(self, number: str, team: str, closed_at: datetime) -> ClosedTicket:
        company = self._chance.choice(self._words["companies"])
        name = self._chance.choice(company["people"])
        address = f"{name.split()[0].lower()}@{company['domain']}"
        return ClosedTicket(
            brand=BRAND,
            source=HELPDESK,
            ticket=number,
            closing=closed_at.isoformat(timespec="seconds"),
            closed_at=closed_at,
            subject=self._chance.choice(self._words["subjects"][team]),
            contact=Person(address, name, company["name"], "en"),
            agent=Person(self._agent.email, self._agent.name) if self._agent else None,
            team=team,
            ask="never" if self._happens(NOT_ASKED_SHARE) else "later",
        )

    def _customer(self, asked_at: datetime) -> None:
        if self._happens(AWAY_SHARE):
            self._away(asked_at + timedelta(seconds=20))
        elif self._happens(ANSWERED):
            self._answered(asked_at + timedelta(minutes=self._chance.choice(ANSWERED_AFTER_MINUTES)))

    def _answered(self, at: datetime) -> None:
        mood = self._chance.choices(list(MOODS), weights=list(MOODS.values()))[0]
        hit = self._click(mood, at)
        if self._happens(COMMENTS[mood]):
            press = Press(hit, mood, Mode.COMMENT, trusted=True)
            words = self._said(mood)
            self._then(at + timedelta(seconds=50), flow.commented, press=press, words=words, rules=self._rules)
        wrote_at = at + timedelta(minutes=self._chance.choice((3, 12, 45)))
        if self._happens(REPLIES[mood]):
            self._reply(mood, wrote_at)
        if self._happens(ANSWERS[mood]) or (mood == UNHAPPY and self._log.review.contact.email in ASKED_TODAY):
            self._staff_answer(mood, wrote_at + timedelta(minutes=self._chance.choice((15, 40, 90, 200))))

    def _click(self, mood: str, at: datetime) -> str:
        hit = text_id(self._chance.randbytes(16))
        visit = Visit("GET", text_id(self._chance.randbytes(16)), {"user-agent": self._chance.choice(BROWSERS)})
        self._then(at, flow.link_opened, hit=hit, link=mood, visit=visit, rules=self._rules)
        self._then(at, flow.page_arrived, hit=hit)
        self._then(at + timedelta(seconds=1), flow.voted, press=Press(hit, mood, Mode.AUTO), rules=self._rules)
        if self._happens(TOUCHED_SHARE):
            touched_at = at + timedelta(seconds=2)
            self._then(touched_at, flow.page_touched, hit=hit, event="pointermove", rules=self._rules)
        return hit

    def _reply(self, mood: str, at: datetime) -> None:
        mail = self._mail(self._log.review.contact, self._said(f"replies_{mood}"), at)
        self._then(at, flow.replied, mail=mail, rules=self._rules)

    def _staff_answer(self, mood: str, at: datetime) -> None:
        seat = self._log.review.staff[0]
        mail = self._mail(seat, self._said(f"answers_{mood}"), at)
        self._then(at, staff_answers.staff_answered, mail=mail, seat=seat)

    def _away(self, at: datetime) -> None:
        subject = self._said("machine_replies")
        mail = _hash(self._log.review.id, subject)
        reason = "auto-submitted header"
        self._then(at, flow.machine_answered, mail=mail, subject=subject, reason=reason)

    def _mail(self, sender: Person, words: str, at: datetime) -> Incoming:
        raw = _hash(sender.email, str(at), words)
        return Incoming(
            at=at,
            sender=sender.email,
            sender_name=sender.name,
            verdict=Trust.VERIFIED,
            message_id=f"{raw[:24]}@{sender.email.partition('@')[2]}",
            body_sha256=raw,
            mail=raw,
            subject=f"Re: {self._log.review.subject}",
            text=words,
            trimmed="",
        )

    def _then(self, at: datetime, rule: Callable[..., flow.Facts], **told: object) -> None:
        """Something happened, and before it what the mailer had to do."""
        if at > self._now:
            return
        self._mailed(until=at)
        known = {fact.id for fact in self._log.facts}
        self._log = self._log.plus(*(fact for fact in rule(self._log, at=at, **told) if fact.id not in known))

    def _mailed(self, *, until: datetime) -> None:
        """See every mail that fell due through, as the mailer would have."""
        settled = {done.delivery for done in self._log.of(Settled)}
        waiting = [delivery for delivery in self._log.of(Delivery) if delivery.id not in settled]
        for delivery in sorted(waiting, key=lambda one: one.due_at):
            at = delivery.due_at + timedelta(seconds=2)
            if at <= until:
                self._log = self._log.plus(self._attempt(delivery, at))

    def _attempt(self, delivery: Delivery, at: datetime) -> Settled:
        verdict = still_due(delivery, self._log, now=at, rules=self._rules, brakes=Brakes())
        if isinstance(verdict, Drop):
            outcome, reason = Outcome.DROPPED, verdict.reason
        else:
            outcome, reason = Outcome.SENT, ""
        return attempted(
            delivery,
            outcome=outcome,
            attempt=1,
            composed_at=at,
            at=at,
            seen=len(self._log.facts),
            reason=reason,
        )

    def _said(self, kind: str) -> str:
        first = self._agent.name.split()[0] if self._agent else "They"
        return str(self._chance.choice(self._words[kind])).format(agent=first)

    def _drawn_agent(self, team: str) -> Staff | None:
        if self._happens(NOBODY_SHARE):
            return None
        if self._happens(LEADS_SHARE):
            return self._lead
        return self._chance.choice([agent for agent in AGENTS if agent.team == team])

    def _happens(self, share: float) -> bool:
        return self._chance.random() < share


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
