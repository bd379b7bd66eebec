"""How does the house run? What `/metrics` tells a program, told to who administers: what waits, what went wrong, which
processes run and in which versions."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from reviews.canaries import Rate
from reviews.roles import Right
from reviews.rules import VERSION
from store import canaries, presence
from store.canaries import Found
from store.engines import Session
from store.figures import Histogram
from store.health import Figures, Health, figures, health
from store.presence import Process
from store.schema import NAMES
from templates.dates import said
from web.answers.pages import page
from web.door import Door, door_of
from web.staff.record import SIGN_OUT
from web.staff.record_view import Shown
from web.staff.walls import staff_of

HERE = "/running"
MEGABYTE = 1_000_000
LATE = timedelta(minutes=15)
Line = tuple[str, str]


async def shown(request: Request) -> Response:
    """The page, for admins; to anybody else there is none."""
    staff, door = await staff_of(request, Right.ADMINISTER), door_of(request)
    now, brand = door.clock(), door.brand_of(door.brand)
    known, found, mailboxes = await door.store.read(partial(_known, door=door, now=now))
    return page(
        "running",
        brand=brand,
        at_text=said(now, brand.timezone),
        warnings=list(_warnings(known, found, now)),
        processes=[_process(one, brand.timezone, now) for one in known.processes],
        groups=[
            ("Mails that go out", _numbers({**dict.fromkeys(("due", "deferred", "claimed"), 0), **known.outbox})),
            ("Mails that came in", _numbers({"pending": 0, "quarantined": 0, "unreadable": 0, **known.arrivals})),
            ("Reviews by what became of them", _numbers(known.reviews)),
            ("Requests this process could not take", _numbers({str(k): v for k, v in door.shed.items()})),
            ("Writes in one transaction, in this process", _sizes(door.store.sizes())),
        ],
        canaries=[_canary(one) for one in mailboxes],
        versions=[
            ("Database", known.engine),
            ("Schema", NAMES[-1]),
            ("Rules that decide ratings", VERSION),
        ],
        staff_name=staff.name or staff.email,
        sign_out_url=SIGN_OUT,
    )


def _known(session: Session, door: Door, now: datetime) -> tuple[Figures, Health, list[Found]]:
    return (
        figures(session, now=now),
        health(session, now=now),
        canaries.found(session, recorder=door.store.recorder, now=now),
    )


def _warnings(known: Figures, found: Health, now: datetime) -> Iterable[str]:
    """What somebody should look at, the worst first."""
    if known.oldest_due_at and now - known.oldest_due_at > LATE:
        yield f"Mails are late by {_span(now - known.oldest_due_at)}: does the mailer run?"
    for kind in sorted({one.kind for one in known.processes}):
        if all(one.silent(now) for one in known.processes if one.kind == kind):
            yield f"No process of the kind {kind} has told of itself for {_span(presence.SILENT)}."
    for route in found.routes_down:
        yield f"The mail server {route.name} cannot be used: {route.reason}"
    for brand in found.paused:
        yield f"{brand} is paused: its questions wait."
    if len({one.version for one in known.processes if not one.silent(now)}) > 1:
        yield "Processes of different versions run side by side."


def _process(one: Process, timezone: str, now: datetime) -> Shown:
    writes, transactions = one.figures.get("writes", 0), one.figures.get("transactions", 0)
    return {
        "kind": one.kind,
        "machine": one.machine,
        "version": one.version,
        "began_text": said(one.began_at, timezone),
        "seen_text": f"silent since {said(one.seen_at, timezone)}" if one.silent(now) else "runs",
        "writes": f"{writes:,} in {transactions:,} transactions" if writes else "none",
        "memory": f"{one.figures['memory_bytes'] / MEGABYTE:,.0f} MB" if "memory_bytes" in one.figures else "",
    }


def _numbers(numbers: dict[str, int]) -> list[Line]:
    return [(name.replace("_", " "), f"{number:,}") for name, number in numbers.items()]


def _sizes(sizes: Histogram) -> list[Line]:
    """How many transactions took up to so many writes, but no fewer."""
    bounds = [*(f"up to {bound:g}" for bound in sizes.bounds), "more"]
    return [(bound, f"{count:,}") for bound, count in zip(bounds, sizes.counts, strict=True) if count]


def _canary(found: Found) -> Shown:
    return {
        "product": found.product,
        "asked": f"{found.asked:,}",
        "visited": f"{found.visited:,}",
        "false": f"{found.false.found:,}",
        "at_most": _percent(found.false),
    }


def _percent(rate: Rate) -> str:
    return f"{100 * rate.at_most:.3g} %"


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
