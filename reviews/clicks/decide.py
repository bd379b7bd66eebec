"""Which rating counts, at every moment? `decide(log, rules) -> Timeline`, a pure function of the log.

This is the click protocol (its section 3.5): each vote fares by the rules of `course.py`, and of those that count at a
moment one is the rating. Nothing is locked, and no machine's claim stands in a later person's way.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from reviews.clicks.case import Case, read_case
from reviews.clicks.course import STAFF, State, Turn, courses
from reviews.clicks.known import known_or
from reviews.clicks.vouching import held_back
from reviews.facts import RatingSealed, StaffAction, Vote
from reviews.log import Log
from reviews.model import RESTORE, VOID, Grade, Status
from reviews.rules import Rules
from reviews.timeline import Step, Timeline

STANDS = "stands"
"""N9: another client's press or touch for another answer stands already."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One vote and how it fares. What staff restored is a claim of its own, from then on."""

    vote: Vote
    client: str
    at: datetime
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """One vote at one moment."""

    vote: Vote
    client: str
    state: State
    reasons: tuple[str, ...]


def decide(log: Log, rules: Rules) -> Timeline:
    """The timeline of a log: one step per change, computed without asking what time it is."""
    return known_or(log, rules, decided)


def decided(log: Log, rules: Rules) -> Timeline:
    """The same, decided anew whatever is known."""
    sealed = next(iter(log.of(RatingSealed)), None)
    if sealed:
        return _after(sealed, log)
    steps = [Step(log.review.at, None, Status.NONE, None)]
    if log.of(Vote):
        for step in _steps(claims(log, rules)):
            if step.essence != steps[-1].essence:
                steps.append(step)
    return Timeline(held_back(log, steps))


def claims(log: Log, rules: Rules) -> list[Claim]:
    """Every vote of a log and how it fares, in the order in which they were cast."""
    case = read_case(log, rules)
    cast = [Claim(one.vote, one.client, one.at, tuple(turns)) for one, turns in courses(case)]
    restored = _restored(case) if case.restores else []
    return sorted((*cast, *restored), key=lambda claim: claim.at) if restored else cast


def standings(log: Log, rules: Rules, *, at: datetime) -> list[Standing]:
    """How every vote fares at a moment, in the order in which they were cast. N9: while somebody else's press or touch
    for another answer stands, a soft vote waits for a tap."""
    found: list[Standing] = []
    for claim in claims(log, rules):
        turn = next((turn for turn in reversed(claim.turns) if turn.at <= at), None)
        if turn:
            waits = turn.state in (State.HOLD, State.SOFT) and _stands(found, claim)
            state, reasons = (State.PENDING, (STANDS,)) if waits else turn[1:]
            found.append(Standing(claim.vote, claim.client, state, reasons))
    return found


def _stands(before: list[Standing], claim: Claim) -> bool:
    hard = [standing for standing in before if standing.state is State.HARD]
    return bool(hard) and hard[-1].client != claim.client and hard[-1].vote.answer != claim.vote.answer


def _restored(case: Case) -> list[Claim]:
    """What staff put back counts from then on, until the customer says something else or staff void again."""
    of = {cast.vote.id: cast for cast in case.casts}
    found = []
    for action in case.restores:
        cast = of.get(action.about)
        if cast:
            ended = [void.at for void in case.voids if void.at > action.at]
            turns = [Turn(action.at, State.HARD, (STAFF,)), *(Turn(at, State.VOID, (STAFF,)) for at in ended[:1])]
            found.append(Claim(cast.vote, cast.client, action.at, tuple(turns)))
    return found


def _steps(claimed: list[Claim]) -> list[Step]:
    """What the claims together amount to, from each instant on at which one of them changes."""
    changes = sorted(
        ((turn.at, place, turn) for place, claim in enumerate(claimed) for turn in claim.turns), key=itemgetter(0, 1)
    )
    board = _Board(claimed)
    steps = []
    for at, together in groupby(changes, key=itemgetter(0)):
        for _, place, turn in together:
            board.turned(place, turn)
        steps.append(board.step(at))
    return steps


class _Board:
    """How every claim stands while the changes are gone through, in order."""

    def __init__(self, claimed: list[Claim]) -> None:
        self._claimed = claimed
        self._reasons: dict[int, tuple[str, ...]] = {}
        self._state: dict[int, State] = {}
        self._of: dict[State, set[int]] = {state: set() for state in State}

    def turned(self, place: int, turn: Turn) -> None:
        if place in self._state:
            self._of[self._state[place]].discard(place)
        self._state[place] = turn.state
        self._of[turn.state].add(place)
        self._reasons[place] = turn.reasons

    def step(self, at: datetime) -> Step:
        counting = self._counting()
        if counting is not None:
            grade = Grade.HARD if counting in self._of[State.HARD] else Grade.SOFT
            return self._told(at, counting, Status.CONFIRMED, grade)
        waiting = self._of[State.HOLD] | self._of[State.PENDING]
        if waiting:
            return self._told(at, max(waiting), Status.PROVISIONAL, None)
        return Step(at, None, Status.VOIDED, None, self._reasons[max(self._of[State.VOID])])

    def _counting(self) -> int | None:
        """The latest hard vote; a later soft one replaces it only from the same client: a change of mind from the
        mail. Without hard votes the latest soft one."""
        soft = self._of[State.SOFT]
        hard = max(self._of[State.HARD], default=None)
        if hard is None:
            return max(soft, default=None)
        client = self._claimed[hard].client
        return max([hard, *(place for place in soft if place > hard and self._claimed[place].client == client)])

    def _told(self, at: datetime, place: int, status: Status, grade: Grade | None) -> Step:
        vote = self._claimed[place].vote
        return Step(at, vote.answer, status, grade, self._reasons[place], vote.id)


def _after(sealed: RatingSealed, log: Log) -> Timeline:
    """The timeline of a review whose visits were erased: what it was, and what staff did since."""
    steps = list(sealed.steps)
    votes = {vote.id: vote for vote in log.of(Vote)}
    for action in log.of(StaffAction):
        if action.at < sealed.at:
            continue
        vote = votes.get(action.about)
        if action.action == VOID:
            steps.append(Step(action.at, None, Status.VOIDED, None, (STAFF,)))
        elif action.action == RESTORE and vote:
            steps.append(Step(action.at, vote.answer, Status.CONFIRMED, Grade.HARD, (STAFF,), vote.id))
    return Timeline(tuple(steps))
