"""What does a form of staff's mean? One word, `do`, and its fields become a rule of `reviews/tending.py`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from reviews import tending
from reviews.addresses import parse_address
from reviews.by_hand import asked_again
from reviews.crediting import equal_shares
from reviews.deeds import WHOLE, Assigned, FollowUpOutcome, Share
from reviews.flow import Facts, Rule
from reviews.log import Log
from reviews.model import Cause, Person
from reviews.roles import Right, Staff
from templates.plain import REASON_MISSING
from web.answers.refusals import Refused

SNOOZE_DAYS_MAX = 90
AGENTS_MAX = 20
"""Who may share one credit."""
FORM_ID = re.compile("[0-9a-f]{32}")
Form = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Doer:
    """Who sends a form, when, and its id: the same form sent twice is one deed."""

    staff: Staff
    action: str
    at: datetime
    people: tuple[Staff, ...] = ()
    """Everybody it may be given to."""

    @property
    def who(self) -> str:
        return self.staff.email


def doer(staff: Staff, form: Form, *, new_id: Callable[[], str], at: datetime, people: tuple[Staff, ...] = ()) -> Doer:
    """Whoever sends it; a form without an id of ours gets a new one."""
    told = form.get("form", "")
    return Doer(staff, told if FORM_ID.fullmatch(told) else new_id(), at, people)


def rule_of(form: Form, by: Doer) -> Rule:
    """What to record; Refused 422 for what is no deed, or lacks what it needs."""
    make = DEEDS.get(form.get("do", ""))
    if make is None:
        raise Refused(422)
    return make(form, by)


def right_of(form: Form) -> Right:
    """What somebody must be allowed to send it."""
    return Right.GRANT if form.get("do", "") in GRANTING else Right.TEND


def _plain(rule: Callable[..., Facts], **more: object) -> Callable[[Form, Doer], Rule]:
    return lambda form, by: partial(rule, action=by.action, who=by.who, at=by.at, **more)


def _reasoned(rule: Callable[..., Facts]) -> Callable[[Form, Doer], Rule]:
    return lambda form, by: partial(rule, action=by.action, who=by.who, at=by.at, reason=_said(form, "reason"))


def _written(rule: Callable[..., Facts]) -> Callable[[Form, Doer], Rule]:
    return lambda form, by: partial(rule, action=by.action, who=by.staff.person, at=by.at, words=_said(form, "words"))


def _said(form: Form, name: str) -> str:
    """What was written there; Refused 422 for nothing."""
    words = form.get(name, "").strip()
    if not words:
        raise Refused(422, REASON_MISSING)
    return words


def _tag(form: Form, by: Doer, *, removed: bool = False) -> Rule:
    return partial(
        tending.tagged, action=by.action, who=by.who, at=by.at, tag=_said(form, "tag").lstrip("#"), removed=removed
    )


def _assign(form: Form, by: Doer) -> Rule:
    """To somebody of the staff, or to nobody."""
    email = form.get("owner", "").lower()
    owner = next((one.person for one in by.people if one.email.lower() == email), None)
    if email and owner is None:
        raise Refused(422)
    return partial(tending.assigned, action=by.action, who=by.who, at=by.at, owner=owner)


def _take(form: Form, by: Doer) -> Rule:
    return partial(tending.assigned, action=by.action, who=by.who, at=by.at, owner=by.staff.person)


def _give_back(form: Form, by: Doer) -> Rule:
    """To whoever had it before."""

    def given_back(log: Log) -> Facts:
        before: list[Person | None] = [None, *(deed.owner for deed in log.of(Assigned))]
        if len(before) < 2:
            return ()
        return tending.assigned(log, action=by.action, who=by.who, at=by.at, owner=before[-2])

    return given_back


def _causes(form: Form, by: Doer) -> Rule:
    named = [cause for cause in Cause if form.get(f"cause-{cause}")]
    reason = _said(form, "reason")
    return partial(tending.cause_set, action=by.action, who=by.who, at=by.at, causes=named, reason=reason)


def _snooze(form: Form, by: Doer) -> Rule:
    days = form.get("days", "")
    if not (days.isascii() and days.isdigit() and int(days[:4]) <= SNOOZE_DAYS_MAX):
        raise Refused(422)
    until = by.at + timedelta(days=int(days)) if int(days) else None
    return partial(tending.snoozed, action=by.action, who=by.who, at=by.at, until=until)


def _close(form: Form, by: Doer) -> Rule:
    outcome = form.get("outcome", "")
    if outcome not in set(FollowUpOutcome):
        raise Refused(422)
    words = form.get("words", "")
    end = partial(tending.follow_up_closed, outcome=FollowUpOutcome(outcome), words=words)
    return partial(end, action=by.action, who=by.who, at=by.at)


def _decide(granted: bool) -> Callable[[Form, Doer], Rule]:
    return lambda form, by: partial(
        tending.exclusion_decided,
        action=by.action,
        by=by.staff,
        granted=granted,
        at=by.at,
        reason=form.get("reason", ""),
    )


def _credit(form: Form, by: Doer) -> Rule:
    """The whole to one agent or team, or in equal shares to several agents."""
    agent, team = form.get("agent", "").strip().lower(), form.get("credit_team", "").strip()
    others = [parsed.address for word in form.get("others", "").split(",") if (parsed := parse_address(word.strip()))]
    agents = [agent, *others[:AGENTS_MAX]] if agent else others[:AGENTS_MAX]
    shares = equal_shares(agents) or ((Share(WHOLE, team=team),) if team else ())
    reason = _said(form, "reason")
    return partial(tending.credit_moved, action=by.action, who=by.who, at=by.at, shares=shares, reason=reason)


def _link(form: Form, by: Doer) -> Rule:
    url, title = _said(form, "url"), form.get("title", "")
    return partial(tending.linked, action=by.action, who=by.who, at=by.at, url=url, title=title)


def _came(form: Form, by: Doer) -> Rule:
    link, words = form.get("link", ""), _said(form, "words")
    if form.get("tell"):
        told = partial(tending.came_of_told, action=by.action, who=by.staff.person, at=by.at)
        return partial(told, link=link, words=words)
    return partial(tending.came_of, action=by.action, who=by.who, at=by.at, link=link, words=words)


DEEDS: dict[str, Callable[[Form, Doer], Rule]] = {
    "read": _plain(tending.read),
    "unread": _plain(tending.read, undone=True),
    "nothing": _plain(tending.nothing_to_answer),
    "something": _plain(tending.nothing_to_answer, undone=True),
    "mine": _take,
    "back": _give_back,
    "assign": _assign,
    "tag": _tag,
    "untag": partial(_tag, removed=True),
    "causes": _causes,
    "snooze": _snooze,
    "follow": _reasoned(tending.follow_up_opened),
    "close": _close,
    "again": _plain(asked_again),
    "exclude": _reasoned(tending.exclusion_asked),
    "grant": _decide(granted=True),
    "refuse": _decide(granted=False),
    "count": _reasoned(tending.exclusion_withdrawn),
    "credit": _credit,
    "kudos": _plain(tending.kudos_marked),
    "unkudos": _plain(tending.kudos_marked, removed=True),
    "consent": _plain(tending.consent_asked),
    "link": _link,
    "came": _came,
    "outcome": _written(tending.outcome_told),
    "note": _written(tending.noted),
    "answer": _written(tending.answered_on_page),
}
GRANTING = ("grant", "refuse", "credit")
"""What takes a lead."""
SEVERAL = ("read", "unread", "nothing", "something", "mine", "back", "tag", "untag")
"""What may be done to many at once: whatever can be undone."""
