"""Which rating counts, at every moment? `decide(log, rules) -> Timeline`, a pure function of the log.

This is the click protocol (its section 3.5) in its simple form: evidence, hold, the early tap, proof of a machine, a
later person wins. Rules that weigh networks, bursts and fleets join `_state`; the shape stays.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from reviews.doorstep import doorstep
from reviews.facts import Arrived, Fact, Hit, Settled, Signal, SnippetGiven, Vote
from reviews.log import Log
from reviews.model import Evidence, Grade, Mode, Status
from reviews.rules import Rules
from reviews.visits import expires_at

HOLD, PENDING, SOFT, HARD, VOID = "hold", "pending", "soft", "hard", "void"


@dataclass(frozen=True, slots=True)
class Step:
    """The rating from one instant on, until the next step. `vote` is the id of the vote that counts or waits."""

    at: datetime
    value: str | None
    status: Status
    grade: Grade | None
    reasons: tuple[str, ...] = ()
    vote: str = ""

    @property
    def counted(self) -> bool:
        return self.status is Status.CONFIRMED

    @property
    def needs_tap(self) -> bool:
        return self.status is Status.PROVISIONAL and HOLD not in self.reasons


@dataclass(frozen=True, slots=True)
class Timeline:
    """The steps of one review's rating, oldest first; the first begins with the review."""

    steps: tuple[Step, ...]

    def at(self, now: datetime) -> Step:
        """The step that holds at `now`: the last one that began by then."""
        return next((step for step in reversed(self.steps) if step.at <= now), self.steps[0])


@dataclass(frozen=True, slots=True)
class Told:
    """What a page may say of its own vote. Of what others gave before it says nothing: links leak."""

    status: Status
    answer: str
    needs_tap: bool


@dataclass(frozen=True, slots=True)
class _Standing:
    """One vote at one instant: its state and the reasons for it."""

    vote: Vote
    client: str
    state: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Pages:
    """What is known of the pages votes came from, read from the log once: by hit id."""

    client: dict[str, str]
    touched_at: dict[str, datetime]
    proof: dict[str, Vote]
    sends: tuple[datetime, ...]
    expires_at: datetime


def decide(log: Log, rules: Rules) -> Timeline:
    """The timeline of a log: one step per change, computed without asking what time it is."""
    votes = log.of(Vote)
    steps = [Step(log.review.at, None, Status.NONE, None)]
    if votes:
        pages = _pages(log, rules)
        for instant in sorted(set(_instants(votes, pages, rules))):
            step = _step(votes, pages, rules, instant)
            if _essence(step) != _essence(steps[-1]):
                steps.append(step)
    return Timeline(tuple(steps))


def moves(fact: Fact, log: Log) -> bool:
    """Whether a fact can change the timeline of the log it joins. It is made of votes, so before the first nothing but
    a vote can; after it, a visit can only where a vote names it, and what is said or read beside votes never."""
    match fact:
        case Vote():
            return True
        case Hit():
            return any(vote.hit == fact.id for vote in log.of(Vote))
        case Signal() | Settled() | SnippetGiven():
            return bool(log.of(Vote))
    return False


def told(log: Log, timeline: Timeline, *, hit: str, now: datetime) -> Told:
    """What the page of that hit may say. A vote that neither counts nor will count by itself asks for a tap."""
    votes = [vote for vote in log.of(Vote) if vote.hit == hit]
    if not votes:
        return Told(Status.NONE, "", needs_tap=False)
    latest = votes[-1]
    step = timeline.at(now)
    if step.counted and step.value == latest.answer:
        return Told(Status.CONFIRMED, latest.answer, needs_tap=False)
    will_count = any(later.counted and later.vote == latest.id for later in timeline.steps if later.at > now)
    return Told(Status.PROVISIONAL, latest.answer, needs_tap=not will_count)


def _pages(log: Log, rules: Rules) -> _Pages:
    proof: dict[str, Vote] = {}
    for vote in log.of(Vote):
        if vote.machine:
            proof.setdefault(vote.hit, vote)
    return _Pages(
        client={hit.id: hit.client for hit in log.of(Hit)},
        touched_at={signal.hit: signal.at for signal in log.of(Signal)},
        proof=proof,
        sends=log.sends,
        expires_at=expires_at(doorstep(log), rules),
    )


def _instants(votes: tuple[Vote, ...], pages: _Pages, rules: Rules) -> Iterator[datetime]:
    """Every moment at which the rating can change."""
    for vote in votes:
        yield vote.at
        if vote.evidence is Evidence.SOFT:
            yield vote.at + rules.hold
    yield from pages.touched_at.values()
    yield pages.expires_at


def _step(votes: tuple[Vote, ...], pages: _Pages, rules: Rules, instant: datetime) -> Step:
    standings = [_state(vote, pages, rules, instant) for vote in votes if vote.at <= instant]
    counting = _counting(standings)
    if counting:
        grade = Grade.HARD if counting.state == HARD else Grade.SOFT
        return Step(instant, counting.vote.answer, Status.CONFIRMED, grade, counting.reasons, counting.vote.id)
    waiting = [standing for standing in standings if standing.state in (HOLD, PENDING)]
    if waiting:
        last = waiting[-1]
        return Step(instant, last.vote.answer, Status.PROVISIONAL, None, last.reasons, last.vote.id)
    if standings:
        return Step(instant, None, Status.VOIDED, None, standings[-1].reasons)
    return Step(instant, None, Status.NONE, None)


def _essence(step: Step) -> tuple[object, ...]:
    return (step.value, step.status, step.grade, step.reasons, step.vote)


def _state(vote: Vote, pages: _Pages, rules: Rules, instant: datetime) -> _Standing:
    """One vote at one instant. V1: proof of a machine on its page voids; C1, C2: a press or a touch makes it hard at
    once; N1: untouched soon after a send, it waits for a tap; C3: untouched and unopposed, it counts after the hold."""
    client = pages.client.get(vote.hit, "")
    proof = pages.proof.get(vote.hit)
    if proof and proof.at <= instant:
        return _Standing(vote, client, VOID, (proof.machine,))
    evidence = _evidence(vote, pages, instant)
    if evidence is not Evidence.SOFT:
        return _Standing(vote, client, HARD, (str(evidence),))
    if any(sent <= vote.at < sent + rules.early for sent in pages.sends):
        if instant >= pages.expires_at:
            return _Standing(vote, client, VOID, ("never_confirmed",))
        return _Standing(vote, client, PENDING, ("early",))
    if instant < vote.at + rules.hold:
        return _Standing(vote, client, HOLD, (HOLD,))
    return _Standing(vote, client, SOFT, ("held",))


def _evidence(vote: Vote, pages: _Pages, instant: datetime) -> Evidence:
    touched = pages.touched_at.get(vote.hit)
    raised = vote.evidence is Evidence.SOFT and touched is not None and touched <= instant
    return Evidence.PASSIVE if raised else vote.evidence


def _counting(standings: list[_Standing]) -> _Standing | None:
    """The latest hard vote; a later soft one replaces it only from the same client; else the latest soft one."""
    counting: _Standing | None = None
    for standing in standings:
        displaces = counting is None or counting.state == SOFT or standing.client == counting.client
        if standing.state == HARD or (standing.state == SOFT and displaces):
            counting = standing
    return counting


def evidence_of(mode: Mode, *, trusted: bool, log: Log, hit: str) -> Evidence:
    """How strong a vote is when it is cast (click-protocol 3.3): a native form post from a page whose script had
    reported in is a script's doing, and so is a press the browser does not vouch for."""
    if mode is Mode.AUTO:
        return Evidence.SOFT
    if mode is Mode.COMMENT:
        return Evidence.EXPLICIT
    if mode is Mode.BUTTON:
        return Evidence.EXPLICIT if trusted else Evidence.SOFT
    scripted = any(arrived.hit == hit for arrived in log.of(Arrived))
    return Evidence.SOFT if scripted else Evidence.EXPLICIT
