"""What do millions of reviews cost? Dashboards, search and export over two years of a busy helpdesk, and the counts'
own part of every write."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import mkdtemp

from bench.house import LINKS, asked, opened
from bench.rows import Bench, Goal, Measured, Row
from bench.years.built import years
from bench.years.filling import FOLDED
from bench.years.lives import BEGIN, END
from reviews import flow
from reviews.counting import AGENT, COMPANY, EVERYTHING
from reviews.events import Press
from reviews.exported import csv_lines, seen
from reviews.facts import Review
from reviews.model import Mode
from reviews.rules import Rules
from reviews.visits import Visit
from store import Asked, Store, Wanted, dashboards, rollups
from store.dashboards import Wished
from store.exports import Span, pages

LOOKS = 9
"""How often a question is asked in a run; the median counts."""
HITS = 20
EVENTS = 4_000
AT_ONCE = 64
UNTIL: date = (END - timedelta(days=END.weekday())).date()
WEEKS = Asked(AGENT, UNTIL - timedelta(weeks=12), UNTIL, span_days=7)
ALL_TIME = Asked(AGENT, BEGIN.date(), END.date() + timedelta(days=60), span_days=9_999)
COMPANIES = replace(WEEKS, facet=COMPANY, span_days=84)
PAGES = {
    "overview": Wished(EVERYTHING, "", WEEKS.since, UNTIL),
    "agents": Wished(EVERYTHING, "", WEEKS.since, UNTIL, by=AGENT, most=100),
    "companies": Wished(EVERYTHING, "", WEEKS.since, UNTIL, by=COMPANY, most=100),
    "one agent": Wished(AGENT, "agent7@support.example", WEEKS.since, UNTIL),
}
QUERIES = ("vpn", "agent*", "printer slow", "ada1234", "company 77 ltd", "case number", "nobody called back")
MB = 1024 * 1024

Ask = Callable[[Store], Awaitable[object]]


def dashboard(bench: Bench) -> Row:
    """Twelve weeks of every agent, week by week."""
    file = years(bench, 1)
    return bench.valued(Goal("dashboard-1m-ms", "ms", most=15), partial(asked_by_agents, file))


def dashboard_grown(bench: Bench) -> Row:
    """The same with five times as many reviews."""
    large, small = years(bench, 5), years(bench, 1)
    goal = Goal("dashboard-5m-over-1m", "ms", most=1.25)
    return bench.paired(goal, partial(asked_by_agents, large), partial(asked_by_agents, small))


def figures(bench: Bench) -> Row:
    """All that the slowest page of figures shows of twelve weeks: days, weeks, names side by side, causes."""
    file = years(bench, 1)
    return bench.valued(Goal("figures-1m-ms", "ms", most=15), partial(pages_of_figures, file))


def search(bench: Bench) -> Row:
    """The newest hits of the slowest of some queries."""
    file = years(bench, 5)
    return bench.valued(Goal("search-5m-ms", "ms", most=5), partial(searches, file))


def export(bench: Bench) -> Row:
    """Memory that a process takes to export everything, beyond what it had when it began."""
    file = years(bench, 1)
    goal = Goal("export-1m-mb", "MB", most=32)
    return bench.valued(goal, partial(apart, file))


def write_cost(bench: Bench) -> Row:
    """CPU of events with the counts kept, and without: a fifth of the rate is 1.25 times the time."""
    goal = Goal("rollup-write-cost", "CPU µs", most=1.25)
    events = EVENTS * bench.reviews // Bench.reviews
    return bench.paired(goal, partial(written, bench, events), partial(uncounted, bench, events))


ROWS: dict[str, Callable[[Bench], Row]] = {
    "dashboard-1m-ms": dashboard,
    "dashboard-5m-over-1m": dashboard_grown,
    "figures-1m-ms": figures,
    "search-5m-ms": search,
    "rollup-write-cost": write_cost,
    "export-1m-mb": export,
}


def asked_by_agents(file: Path) -> Measured:
    """How long the questions of a dashboard take."""
    questions = {"weeks": WEEKS, "all time ms": ALL_TIME, "companies ms": COMPANIES}
    took = asyncio.run(asked_each(file, {name: partial(_counted, asked=asked) for name, asked in questions.items()}))
    return Measured(took.pop("weeks"), took)


def pages_of_figures(file: Path) -> Measured:
    """How long the figures of each page take; the slowest counts."""
    took = asyncio.run(
        asked_each(file, {f"{name} ms": partial(_figured, wished=wished) for name, wished in PAGES.items()})
    )
    return Measured(max(took.values()), took)


def searches(file: Path) -> Measured:
    """How long the newest hits of each query take; the slowest counts."""
    took = asyncio.run(asked_each(file, {f"{query} ms": partial(_found, query=query) for query in QUERIES}))
    return Measured(max(took.values()), took)


def apart(file: Path) -> Measured:
    """An export in a process of its own, which has seen nothing else."""
    with get_context("spawn").Pool(1) as process:
        mb, rate = process.apply(exported, (file,))
    return Measured(mb, {"rows/s": rate})


def exported(file: Path) -> tuple[float, float]:
    """Export all as CSV; the MB it took, and rows per second."""
    return asyncio.run(_exported(file))


def written(bench: Bench, events: int) -> Measured:
    """CPU time of an event: customers who were asked open the page and vote."""
    return asyncio.run(_written(Path(mkdtemp(dir=bench.folder)) / "afterword.db", events))


def uncounted(bench: Bench, events: int) -> Measured:
    """The same where nobody counts."""
    with _nobody_counts():
        return written(bench, events)


async def asked_each(file: Path, questions: dict[str, Ask]) -> dict[str, float]:
    """The median of the milliseconds each question takes, each asked once before."""
    return {name: median(took) for name, took in (await each_asked(file, questions)).items()}


async def each_asked(file: Path, questions: dict[str, Ask]) -> dict[str, list[float]]:
    """The milliseconds of each time a question was asked, after once before."""
    store = opened(file)
    took: dict[str, list[float]] = {}
    for name, ask in questions.items():
        await ask(store)
        took[name] = [await _milliseconds(ask, store) for _ in range(LOOKS)]
    await store.close()
    return took


async def _milliseconds(ask: Ask, store: Store) -> float:
    begun = time.perf_counter()
    await ask(store)
    return (time.perf_counter() - begun) * 1e3


async def _counted(store: Store, *, asked: Asked) -> object:
    return await store.counted(asked, now=FOLDED)


async def _figured(store: Store, *, wished: Wished) -> object:
    return await store.read(partial(dashboards.dashboard, wished=wished, now=FOLDED))


async def _found(store: Store, *, query: str) -> object:
    return await store.search(query, Wanted(), now=FOLDED, most=HITS)


async def _exported(file: Path) -> tuple[float, float]:
    store = opened(file)
    await store.reviews(Wanted(), now=FOLDED, most=1)  # every reader thread has begun
    before, begun, rows = _resident_mb(), time.perf_counter(), 0
    with Path("/dev/null").open("w") as out:  # noqa: ASYNC230 - nobody else waits
        async for page in pages(store, Span(), now=FOLDED):
            rows += len(page)
            out.write(csv_lines(seen(page, without_agents=(), ours=LINKS.ours)))
    seconds = time.perf_counter() - begun
    await store.close()
    return _resident_mb(peak=True) - before, rows / seconds


def _resident_mb(*, peak: bool = False) -> float:
    name = "VmHWM:" if peak else "VmRSS:"
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) * 1024 / MB


async def _written(file: Path, events: int) -> Measured:
    store = opened(file)
    at = END - timedelta(days=1)
    facts = [fact for number in range(events) for fact in asked(number, at=at)]
    reviews = [fact for fact in await store.record_past(*facts) if isinstance(fact, Review)]
    later = at + timedelta(hours=2)
    cpu, begun = time.process_time(), time.perf_counter()
    turn = iter(reviews)
    await asyncio.gather(*(_customers(store, turn, later) for _ in range(AT_ONCE)))
    took = Measured(
        (time.process_time() - cpu) / (2 * events) * 1e6, {"events/s": 2 * events / (time.perf_counter() - begun)}
    )
    await store.close()
    return took


async def _customers(store: Store, turn: Iterator[Review], at: datetime) -> None:
    for review in turn:
        page = f"page of {review.id}"
        visit = Visit("GET", "client", {"user-agent": "Firefox"})
        rules = Rules()
        opening = partial(flow.link_opened, hit=page, link="happy", visit=visit, at=at, rules=rules)
        press = Press(page, "happy", Mode.BUTTON, trusted=True)
        await store.record(review.id, opening)
        await store.record(review.id, partial(flow.voted, press=press, at=at + timedelta(seconds=3), rules=rules))


@contextmanager
def _nobody_counts() -> Iterator[None]:
    counting = rollups.posted
    rollups.posted = lambda *_, **__: []
    try:
        yield
    finally:
        rollups.posted = counting
