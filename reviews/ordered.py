"""What does a command in a mail of staff's mean? Facts to record, or why it cannot be done, for whoever wrote it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from reviews import refused, tending
from reviews.by_hand import asked_again, why_not_again
from reviews.commands import Command, read_until
from reviews.deeds import FollowUpOutcome
from reviews.facts import Fact
from reviews.handling import ASKED, GRANTED, exclusion
from reviews.log import Log
from reviews.model import By, Cause, Person
from reviews.roles import Right, Staff, may
from reviews.wanted import not_fixed

Facts = tuple[Fact, ...]
BY_MAIL = "said by mail"
"""The reason of a cause that came without one."""


@dataclass(frozen=True, slots=True)
class Order:
    """One command, who gave it, and in which mail: `member` is None for an agent whom only the helpdesk knows."""

    command: Command
    who: Person
    member: Staff | None
    action: str
    at: datetime
    answers: bool
    """Whether the mail goes on to the customer."""

    @property
    def argument(self) -> str:
        return self.command.argument


def ordered(log: Log, order: Order) -> Facts | str:
    """What the command means for this review; or a phrase that says why not."""
    return ORDERS[order.command.name](log, order)


def _note(log: Log, order: Order) -> Facts:
    return ()


def _done(log: Log, order: Order) -> Facts | str:
    said = " ".join(order.argument.casefold().split())
    usual = FollowUpOutcome.EXPLAINED if order.answers else FollowUpOutcome.PUT_RIGHT
    found = usual if not said else next((one for one in FollowUpOutcome if said.startswith(one)), None)
    if found is None:
        return refused.DONE_KNOWS.format(outcomes=", ".join(FollowUpOutcome))
    words = order.argument[len(found) :].strip(" .,:;-") if said else ""
    return _by(order, tending.follow_up_closed)(log, outcome=found, words=words)


def _assign(log: Log, order: Order) -> Facts | str:
    if order.argument.casefold() in ("nobody", "none"):
        return _by(order, tending.assigned)(log, owner=None)
    if not order.argument:
        return refused.NAME_MISSING
    meant = [order.member] if order.argument.casefold() == "me" and order.member else log.desk.named(order.argument)
    if len(meant) != 1:
        return (refused.SEVERAL_CALLED if meant else refused.NOBODY_CALLED).format(name=order.argument)
    if not may(meant[0], Right.TEND, log.review, owner=meant[0].email):
        return refused.MAY_NOT_TEND.format(name=meant[0].name or meant[0].email)
    return _by(order, tending.assigned)(log, owner=meant[0].person)


def _tag(log: Log, order: Order) -> Facts | str:
    return _tags(log, order, removed=False)


def _untag(log: Log, order: Order) -> Facts | str:
    return _tags(log, order, removed=True)


def _tags(log: Log, order: Order, *, removed: bool) -> Facts | str:
    names = [name.strip() for name in order.argument.split(",") if name.strip()]
    if not names:
        return refused.TAG_MISSING.format(command=order.command.name)
    told: Facts = ()
    for number, name in enumerate(names):
        each = replace(order, action=f"{order.action}:{number}")
        told += _by(each, tending.tagged)(log.plus(*told), tag=name, removed=removed)
    return told


def _cause(log: Log, order: Order) -> Facts | str:
    name, _, reason = order.argument.partition(" ")
    if name.casefold() not in set(Cause):
        return refused.CAUSE_KNOWS.format(causes=", ".join(Cause))
    return _by(order, tending.cause_set)(log, causes=(name.casefold(),), reason=reason.strip() or BY_MAIL)


def _exclude(log: Log, order: Order) -> Facts | str:
    if not order.argument:
        return refused.REASON_MISSING
    known = exclusion(log)
    if known and known.state in (ASKED, GRANTED):
        return refused.ASKED_ALREADY if known.state == ASKED else refused.GRANTED_ALREADY
    return _by(order, tending.exclusion_asked)(log, reason=order.argument)


def _grant(log: Log, order: Order) -> Facts | str:
    return _decide(log, order, granted=True)


def _refuse(log: Log, order: Order) -> Facts | str:
    return _decide(log, order, granted=False)


def _decide(log: Log, order: Order, *, granted: bool) -> Facts | str:
    if order.member is None:
        return refused.LEADS_DECIDE
    if why := tending.why_not_decide(log, order.member):
        return why
    decided = partial(tending.exclusion_decided, log, action=order.action, by=order.member, at=order.at)
    return decided(granted=granted, reason=order.argument)


def _snooze(log: Log, order: Order) -> Facts | str:
    until = read_until(order.argument, at=order.at)
    if until is None:
        return refused.TIME_MISSING
    return _by(order, tending.snoozed)(log, until=until)


def _kudos(log: Log, order: Order) -> Facts:
    return _by(order, tending.kudos_marked)(log)


def _consent(log: Log, order: Order) -> Facts:
    return _by(order, tending.consent_asked)(log)


def _ask(log: Log, order: Order) -> Facts | str:
    """It was put right: ask the customer once more."""
    if why := why_not_again(log):
        return why if why in refused.PHRASES else refused.NOT_WISHED
    return _by(order, asked_again)(log, reason=order.argument)


def _reopen(log: Log, order: Order) -> Facts:
    return _by(order, not_fixed)(log, by=By.STAFF, words=order.argument)


def _by(order: Order, deed: Callable[..., Facts]) -> Callable[..., Facts]:
    """A deed of whoever gave the order."""
    return partial(deed, action=order.action, who=order.who.email, at=order.at)


ORDERS: dict[str, Callable[[Log, Order], Facts | str]] = {
    "note": _note,
    "help": _note,
    "done": _done,
    "assign": _assign,
    "tag": _tag,
    "untag": _untag,
    "cause": _cause,
    "exclude": _exclude,
    "grant": _grant,
    "refuse": _refuse,
    "snooze": _snooze,
    "kudos": _kudos,
    "consent": _consent,
    "ask": _ask,
    "reopen": _reopen,
}
