"""What do words cost? A mail rendered, a rating decided."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from mjml import mjml2html

from bench.house import LINKS, asked
from bench.rows import Bench, Goal, Measured, Row
from reviews import flow
from reviews.clicks.decide import decided as decided_anew
from reviews.events import Press
from reviews.facts import Review
from reviews.log import Log
from reviews.model import FACES, Mode
from reviews.rules import Rules
from reviews.visits import Visit
from templates import compiling
from templates.brands import SHIPPED, read_brands
from templates.letters import invitation
from templates.mails import compile_mails

PER_SECOND = "per second"
VISITS, VOTED = 100, 4
"""Visits of the decided review, and how many of them there are to a vote: a wave of scanners, and some people."""
CALLS_AT_ONCE = 20
"""Calls between two looks at the clock."""


def render(bench: Bench) -> Row:
    """An invitation rendered, beside MJML compiled for each mail; the same bytes."""
    brand = read_brands(SHIPPED)["acme"]
    context = invitation(_asked(), brand=brand, links=LINKS)
    mails, names = compile_mails(brand), context.names()
    source = compiling._PERSON_HTML.from_string(compiling._baked(brand, "invitation.mjml", markup=True).text)

    def compiled() -> str:
        return mails.html(context)

    def each() -> str:
        html: str = mjml2html(source.render(names), disable_comments=True, fonts={})
        return html

    if compiled() != compiling.narrow(each()):
        raise AssertionError("compiled once and compiled for each mail must give the same bytes")
    return bench.paired(Goal("render", PER_SECOND, least=12), _rate(bench, compiled), _rate(bench, each))


def decided(bench: Bench) -> Row:
    """The timeline of a review with a hundred visits, by which scanners and people made some votes."""
    log, rules = _undecided(), Rules()
    return bench.valued(
        Goal("decide", "µs of CPU", most=1_000),
        lambda: _cpu(bench, lambda: decided_anew(log, rules)),
        note=f"{VISITS} visits, {VISITS // VOTED} votes",
    )


ROWS: dict[str, Callable[[Bench], Row]] = {"render": render, "decide": decided}


def _asked() -> Log:
    review, *rest = asked(1, at=datetime.now(UTC) - timedelta(hours=2))
    assert isinstance(review, Review)
    return Log(review, tuple(rest))


def _undecided() -> Log:
    log, rules = _asked(), Rules()
    for number in range(VISITS):
        at = log.sends[0] + timedelta(minutes=20, seconds=20 * number + 300 * (number // 10))
        visit, face = Visit("GET", f"client {number % 20}", {"user-agent": "Firefox"}), FACES[number % 3]
        log = log.plus(*flow.link_opened(log, hit=str(number), link=face, visit=visit, at=at, rules=rules))
        if number % VOTED == 0:
            log = log.plus(*flow.voted(log, press=Press(str(number), face, Mode.AUTO), at=at, rules=rules))
    return log


def _rate(bench: Bench, call: Callable[[], object]) -> Callable[[], Measured]:
    def measure() -> Measured:
        calls, begun = 0, time.perf_counter()
        while time.perf_counter() - begun < bench.seconds / 3:
            for _ in range(CALLS_AT_ONCE):
                call()
            calls += CALLS_AT_ONCE
        return Measured(calls / (time.perf_counter() - begun))

    return measure


def _cpu(bench: Bench, call: Callable[[], object]) -> Measured:
    """The microseconds of CPU a call takes: a busy machine makes it wait, but not work more."""
    calls, until, begun = 0, time.perf_counter() + bench.seconds / 3, time.process_time()
    while time.perf_counter() < until:
        for _ in range(CALLS_AT_ONCE):
            call()
        calls += CALLS_AT_ONCE
    return Measured(1e6 * (time.process_time() - begun) / calls)
