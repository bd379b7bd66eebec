"""What does a helpdesk's webhook cost? Verified, mapped, its review and invitation on disk: beside casting a vote."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from bench.families.click import RATE, door
from bench.house import filled
from bench.load.http import Request, means
from bench.rows import Bench, Goal, Row
from bench.webhooks import PATH, payload

PER_SECOND_MAX = 5_000
"""More tickets than any run can send: one that is sent again is a repeat, and costs less."""


def closed(bench: Bench) -> Row:
    """A ticket that was closed, each once, beside a vote of the same door."""
    goal = Goal("hooks-closed", RATE, least=0.6)
    now, many = datetime.now(UTC), int(PER_SECOND_MAX * (bench.seconds + 1))
    tickets = [Request("POST", PATH, payload(number, at=now).decode()) for number in range(many)]
    votes = filled(bench).voting
    return bench.paired(goal, partial(door, bench, tickets), partial(door, bench, votes), note=means())


ROWS: dict[str, Callable[[Bench], Row]] = {"hooks-closed": closed}
