"""What do words cost? A mail rendered, a mail read, a rating decided."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP

from mjml import mjml2html

from bench.house import LINKS, asked
from bench.mails import answer
from bench.rows import Bench, Goal, Measured, Row
from reviews import flow
from reviews.clicks import decide
from reviews.events import Press
from reviews.facts import Review
from reviews.log import Log
from reviews.mail import read_mail
from reviews.model import Mode
from reviews.reading import read_reply
from reviews.rules import Rules
from reviews.visits import Visit
from templates import compiling
from templates.brands import SHIPPED, read_brands
from templates.letters import invitation
from templates.mails import compile_mails

PER_SECOND = "per second"
VISITS = 5
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

    if compiled() != each():
        raise AssertionError("compiled once and compiled for each mail must give the same bytes")
    return bench.paired(Goal("render", PER_SECOND, least=12), _rate(bench, compiled), _rate(bench, each))


def reading(bench: Bench) -> Row:
    """A customer's answer read to its words, beside Python's own parser that reads none."""
    raw = answer("Thank you, it works again. The line still drops on Mondays, though.", number=1)

    def words() -> object:
        return read_reply(read_mail(raw), original="")

    def parsed() -> object:
        return message_from_bytes(raw, policy=SMTP).get_content()

    return bench.paired(Goal("reading", PER_SECOND), _rate(bench, words), _rate(bench, parsed))


def decided(bench: Bench) -> Row:
    """The timeline of a log in which somebody changed their mind again and again."""
    log, rules = _undecided(), Rules()
    rate = _rate(bench, lambda: decide(log, rules))
    return bench.valued(
        Goal("decide", "µs"), lambda: Measured(1e6 / rate().amount), note=f"{VISITS} visits, each a vote"
    )


ROWS: dict[str, Callable[[Bench], Row]] = {"render": render, "reading": reading, "decide": decided}


def _asked() -> Log:
    review, *rest = asked(1, at=datetime.now(UTC) - timedelta(hours=2))
    assert isinstance(review, Review)
    return Log(review, tuple(rest))


def _undecided() -> Log:
    log, rules = _asked(), Rules()
    for number in range(VISITS):
        at = log.sends[0] + timedelta(minutes=20 * (number + 1))
        visit, face = Visit("GET", f"client {number}", {}), ("happy", "unhappy")[number % 2]
        log = log.plus(*flow.link_opened(log, hit=str(number), link=face, visit=visit, at=at, rules=rules))
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
