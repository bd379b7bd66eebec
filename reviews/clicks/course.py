"""How does one vote fare? Its states, from the instant it was cast, each with the reasons for it.

hold: nothing speaks against it, it waits for its time. pending: it waits for a tap. soft, hard: it counts. void: it was
taken back.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from reviews.clicks import doubts, voids
from reviews.clicks.case import Case, Cast, Span
from reviews.model import Evidence
from reviews.timeline import HOLD as HELD_BACK


class State(StrEnum):
    """What a vote is worth at a moment (click-protocol 3.5)."""

    HOLD = "hold"
    PENDING = "pending"
    SOFT = "soft"
    HARD = "hard"
    VOID = "void"


Rule = Callable[[Cast, Case], Span | None]
_Asked = Mapping[Evidence, Sequence[tuple[bool, str, Rule]]]
"""The rules that may find anything in a case: whether they void, their reason, themselves."""

VOIDS: Mapping[Evidence, Mapping[str, Rule]] = {
    Evidence.SOFT: {
        "proof": voids.proof,
        "before_delivery": voids.before_delivery,
        "burst": voids.burst,
        "honeypot": voids.honeypot,
        "sweep": voids.sweep,
        "button_burst": voids.button_burst,
    },
    Evidence.PASSIVE: {
        "proof": voids.proof,
        "before_delivery": voids.before_delivery,
        "burst": voids.hard_burst,
        "button_burst": voids.button_burst,
    },
    Evidence.EXPLICIT: {
        "proof": voids.proof,
        "burst": voids.pressed_in_burst,
        "button_burst": voids.button_burst,
    },
}
"""What takes a vote back, by how well it is attested; the names are the reasons that are told."""
DOUBTS: Mapping[Evidence, Mapping[str, Rule]] = {
    Evidence.SOFT: {
        "early": doubts.early,
        "network": doubts.network,
        "conflict": doubts.conflict,
        "burst_neighbour": doubts.burst_neighbour,
        "sweep_any": doubts.sweep_any,
        "bad_token": doubts.bad_token,
        "fleet": doubts.fleet,
        "contradiction": doubts.contradiction,
        "unproven_sender": doubts.unproven_sender,
    },
    Evidence.PASSIVE: {
        "early_network": doubts.early_network,
        "bad_token": doubts.bad_token,
        "fleet": doubts.fleet,
    },
    Evidence.EXPLICIT: {},
}
"""What makes it wait for a tap."""
NEEDS: Mapping[str, str] = {
    "proof": "proofs",
    "before_delivery": "delivered",
    "honeypot": "decoys",
    "sweep": "swept_alone",
    "button_burst": "press_bursts",
    "sweep_any": "swept_by_any",
    "bad_token": "suspicions",
    "fleet": "suspicions",
}
"""What must be in a case for a rule to find anything: most reviews have none of it."""
STAFF, NEVER_CONFIRMED = "staff", "never_confirmed"


class Turn(NamedTuple):
    """From one instant on a vote is in this state."""

    at: datetime
    state: State
    reasons: tuple[str, ...]


class _Against(NamedTuple):
    """One rule that speaks against a vote while it is of one evidence."""

    void: bool
    reason: str
    since: datetime
    until: datetime | None

    def speaks(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


def courses(case: Case) -> Iterator[tuple[Cast, list[Turn]]]:
    """Every vote of a case, and its states, oldest first."""
    asked: _Asked = {
        evidence: [
            (void, reason, rule)
            for void, rules in ((True, VOIDS[evidence]), (False, DOUBTS[evidence]))
            for reason, rule in rules.items()
            if reason not in NEEDS or getattr(case, NEEDS[reason])
        ]
        for evidence in Evidence
    }
    for cast in case.casts:
        yield cast, _course(cast, case, asked)


def _course(cast: Cast, case: Case, asked: _Asked) -> list[Turn]:
    against = list(_against(cast, case, asked))
    if not against and cast.touched_at is None:
        return list(_unopposed(cast, case))
    instants = {cast.at, *(edge for one in against for edge in (one.since, one.until) if edge and edge > cast.at)}
    if cast.vote.evidence is Evidence.SOFT:
        instants.add(cast.at + case.rules.hold)
        if cast.touched_at and cast.touched_at > cast.at:
            instants.add(cast.touched_at)
    if any(not one.void for one in against):
        instants.add(max(case.expires_at, cast.at))
    turns: list[Turn] = []
    for at in sorted(instants):
        turn = _turn(cast, case, against, at)
        if not turns or turn[1:] != turns[-1][1:]:
            turns.append(turn)
    return turns


def _unopposed(cast: Cast, case: Case) -> Iterator[Turn]:
    """The states of a vote that nothing speaks against, and of a page that was not touched: nearly all of them."""
    if cast.vote.evidence is Evidence.SOFT:
        yield Turn(cast.at, State.HOLD, (HELD_BACK,))
        yield Turn(cast.at + case.rules.hold, State.SOFT, ("held",))
    else:
        yield Turn(cast.at, State.HARD, (str(cast.vote.evidence),))


def _turn(cast: Cast, case: Case, against: list[_Against], at: datetime) -> Turn:
    """V: proof takes a vote back. C1, C2: a press or a touch makes it hard at once. N: doubt makes it wait for a tap,
    X: until its time is over. C3: untouched and unopposed, it counts after the hold."""
    speaking = [one for one in against if one.speaks(at)]
    taken_back = tuple(one.reason for one in speaking if one.void)
    if taken_back:
        return Turn(at, State.VOID, taken_back)
    waiting = tuple(one.reason for one in speaking)
    if waiting and at >= case.expires_at:
        return Turn(at, State.VOID, (NEVER_CONFIRMED,))
    if waiting:
        return Turn(at, State.PENDING, waiting)
    evidence = _evidence(cast, at)
    if evidence is not Evidence.SOFT:
        return Turn(at, State.HARD, (str(evidence),))
    if at < cast.at + case.rules.hold:
        return Turn(at, State.HOLD, (HELD_BACK,))
    return Turn(at, State.SOFT, ("held",))


def _evidence(cast: Cast, at: datetime) -> Evidence:
    touched = cast.touched_at is not None and cast.touched_at <= at
    return Evidence.PASSIVE if touched and cast.vote.evidence is Evidence.SOFT else cast.vote.evidence


def _against(cast: Cast, case: Case, asked: _Asked) -> Iterator[_Against]:
    """Every rule that ever speaks against this vote. A touch changes which rules do: those of a soft vote fall silent,
    those of a passive one begin."""
    for action in case.voids:
        if action.at >= cast.at:
            yield _Against(True, STAFF, action.at, None)
    if cast.vote.evidence is not Evidence.SOFT or cast.touched_at is None:
        yield from _spoken(cast, case, asked[cast.vote.evidence], cast.at, None)
        return
    if cast.touched_at > cast.at:
        yield from _spoken(cast, case, asked[Evidence.SOFT], cast.at, cast.touched_at)
    yield from _spoken(cast, case, asked[Evidence.PASSIVE], max(cast.at, cast.touched_at), None)


def _spoken(
    cast: Cast, case: Case, asked: Sequence[tuple[bool, str, Rule]], first: datetime, last: datetime | None
) -> Iterator[_Against]:
    """What those rules say between two instants."""
    for void, reason, rule in asked:
        span = rule(cast, case)
        if span is None:
            continue
        since = max(span.since, first)
        until = min((end for end in (span.until, last) if end), default=None)
        if until is None or since < until:
            yield _Against(void, span.reason or reason, since, until)
