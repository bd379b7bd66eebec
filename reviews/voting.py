"""Which vote does a press on a rating page make, if any?"""

from collections.abc import Collection
from datetime import datetime

from reviews.clicks import decide, evidence_of, told
from reviews.events import Press
from reviews.facts import Hit, Vote
from reviews.log import Log
from reviews.model import DECOY, SCALES, Evidence, Status
from reviews.rules import Rules

VOTES_MAX = 100
"""Votes kept of one review: nobody changes their mind so often, and every vote is weighed on every event."""

NOBODY_KNOWN = "nobody@unknown.invalid"
"""Whose review it is that the first use of a link began, in a helpdesk's own mail (RFC 2606: no mail goes there)."""


def votes_on(log: Log, hit: str) -> bool:
    """Whether that page was served able to vote, and may still."""
    kept = log.find(Hit, hit)
    return kept is not None and kept.page and not taken(log, hit)


def taken(log: Log, hit: str) -> bool:
    """Whether this review is of whoever rates first, and somebody else than the opener of that page has. Asked where
    facts are recorded, so that of two who open it at the same moment one rates."""
    kept = log.find(Hit, hit)
    return log.review.contact.email == NOBODY_KNOWN and (kept is None or not of_rater(log, {kept.client, kept.before}))


def of_rater(log: Log, clients: Collection[str]) -> bool:
    """Whether nobody has rated but these clients: the keys of one program and network, this week's and the last's."""
    hits = {vote.hit for vote in log.of(Vote)}
    known = {key for hit in log.of(Hit) if hit.id in hits for key in (hit.client, hit.before) if key}
    return not hits or bool(known & set(clients))


def vote_of(log: Log, press: Press, at: datetime, rules: Rules) -> Vote | None:
    """The vote of a press; None when it says nothing new."""
    earlier = [vote for vote in log.of(Vote) if vote.hit == press.hit]
    if (
        not votes_on(log, press.hit)
        or len(log.of(Vote)) >= VOTES_MAX
        or press.answer not in (*SCALES[log.review.scale], DECOY)
    ):
        return None
    machine = press.machine or ("decoy button" if press.answer == DECOY else "")
    evidence = evidence_of(press.mode, trusted=press.trusted, log=log, hit=press.hit)
    vote = Vote(log.review.id, press.hit, at, press.answer, press.mode, len(earlier), evidence, machine, press.network)
    return None if earlier and _repeats(log, vote, earlier[-1], rules) else vote


def _repeats(log: Log, vote: Vote, latest: Vote, rules: Rules) -> bool:
    """Whether a vote says no more than the page's latest: the same answer, no better attested. A press whose like was
    taken back, or waits, is news: the page asked for it."""
    strength = list(Evidence)
    same = vote.answer == latest.answer and vote.machine == latest.machine
    if not same or strength.index(vote.evidence) > strength.index(latest.evidence):
        return False
    if vote.evidence is not Evidence.EXPLICIT or vote.at - latest.at < rules.press_burst:
        return True
    return told(log, decide(log, rules), hit=vote.hit, now=vote.at).status is Status.CONFIRMED
