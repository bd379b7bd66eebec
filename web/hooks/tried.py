"""What would a payload become? Told field by field, with nothing recorded: for who writes a mapping."""

from collections.abc import Collection
from dataclasses import asdict

from reviews.rules import Rules
from store import Source
from web.hooks.mapping import Event
from web.hooks.understood import Closed, Meaning, NotUnderstood, Sent, TakenBack, understood

Told = dict[str, object]


def tried(source: Source, sent: Sent, *, brands: Collection[str], rules: Rules) -> Told:
    """What the payload means, as `event` with the fields of the ticket, or `reason` and `errors` where it cannot be
    read. No signature is asked for, as nothing comes of it."""
    try:
        return _meant(understood(source, sent, brands=brands, rules=rules))
    except NotUnderstood as error:
        return {"event": None, "reason": error.reason, "errors": list(error.problems)}


def _meant(meaning: Meaning) -> Told:
    if isinstance(meaning, Closed):
        ticket = {**asdict(meaning.ticket), "closed_at": meaning.ticket.closed_at.isoformat()}
        return {"event": Event.CLOSED.value, "ticket": ticket}
    if isinstance(meaning, TakenBack):
        return {"event": meaning.event.value, "ticket": {"ticket": meaning.ticket}}
    return {"event": Event.OTHER.value, "reason": meaning.reason}
