"""Which trials are there, over which engines, and how many of each?"""

import asyncio
import tempfile
import traceback
from collections.abc import Awaitable, Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.faults.house import Place
from bench.faults.ledger import Ledger, Outcome, Skipped
from bench.faults.means.moments import KILL, TERM, Anywhere, BeforeReply, InData
from bench.faults.means.postgres import schema
from bench.faults.trials.clock import clock_turns
from bench.faults.trials.endings import inbound_ends, web_ends
from bench.faults.trials.power import power_fails
from bench.faults.trials.races import closings_race
from bench.faults.trials.refusing import database_locked, disk_fills, postgres_away
from bench.faults.trials.relay_away import relay_away
from bench.faults.trials.sending import mailer_ends

SQLITE, POSTGRES = "SQLite", "PostgreSQL"
SECONDS_MAX = 300.0
LONG_SECONDS_MAX = 1_200.0


@dataclass(frozen=True, slots=True)
class Trial:
    """One kind of trial, how many make a usual run over each engine, and how many a long one."""

    run: Callable[[Place, int], Awaitable[Ledger]]
    usual: int
    long: int
    engines: tuple[str, ...] = (SQLITE, POSTGRES)


@dataclass(frozen=True, slots=True)
class Planned:
    """One trial to run."""

    name: str
    engine: str
    seed: int
    long: bool = False
    slack: float = 1.0

    @property
    def kind(self) -> str:
        """Which trial, over which engine."""
        return f"{self.name} ({self.engine})"


TRIALS = {
    "kill-web": Trial(partial(web_ends, moment=Anywhere(KILL)), usual=5, long=20),
    "kill-web-200": Trial(partial(web_ends, moment=BeforeReply("HTTP/1.1 20")), usual=5, long=20),
    "kill-inbound": Trial(partial(inbound_ends, moment=Anywhere(KILL)), usual=7, long=70),
    "kill-inbound-data": Trial(partial(inbound_ends, moment=InData()), usual=7, long=70),
    "kill-inbound-250": Trial(partial(inbound_ends, moment=BeforeReply("250 2.0.0")), usual=7, long=70),
    "kill-mailer": Trial(partial(mailer_ends, how=KILL), usual=10, long=20),
    "stop-web": Trial(partial(web_ends, moment=Anywhere(TERM)), usual=3, long=3),
    "stop-inbound": Trial(partial(inbound_ends, moment=Anywhere(TERM)), usual=3, long=3),
    "stop-mailer": Trial(partial(mailer_ends, how=TERM), usual=3, long=3),
    "power": Trial(power_fails, usual=3, long=12, engines=(SQLITE,)),
    "disk-full": Trial(disk_fills, usual=3, long=3, engines=(SQLITE,)),
    "locked": Trial(database_locked, usual=3, long=1),
    "away": Trial(postgres_away, usual=3, long=1, engines=(POSTGRES,)),
    "races": Trial(closings_race, usual=1, long=5),
    "relay-away": Trial(relay_away, usual=1, long=3),
    "clock": Trial(clock_turns, usual=3, long=10),
}


def planned(
    *, engine: str, seed: int, long: bool = False, only: tuple[str, ...] = (), trials: int = 0
) -> list[Planned]:
    """The trials to run, each with a seed of its own. `only` picks some kinds; `trials` is how many of each, in place
    of the usual number."""
    return [
        Planned(name, engine, seed + number, long)
        for name, trial in TRIALS.items()
        if engine in trial.engines and (not only or name in only)
        for number in range(trials or (trial.long if long else trial.usual))
    ]


def run(plan: Planned, *, url: str = "") -> Outcome:
    """One trial in a folder of its own, and for PostgreSQL in a schema of its own at that URL. Skipped says what it
    would need."""
    own_server = TRIALS[plan.name].engines == (POSTGRES,)
    with (
        tempfile.TemporaryDirectory(prefix="afterword-faults-", ignore_cleanup_errors=True) as folder,
        schema(url) if plan.engine == POSTGRES and not own_server else nullcontext("") as own,
    ):
        return asyncio.run(_within_time(plan, Place(Path(folder), own, plan.long, plan.slack)))


async def _within_time(plan: Planned, place: Place) -> Outcome:
    try:
        async with asyncio.timeout(LONG_SECONDS_MAX if plan.long else SECONDS_MAX):
            ledger = await TRIALS[plan.name].run(place, plan.seed)
    except Skipped:
        raise
    except Exception as error:  # noqa: BLE001 - a trial that cannot end is a finding like any other
        ledger = Ledger(wrong=[_told(error, place.folder)])
    return ledger.outcome(plan.name, plan.engine, plan.seed)


def _told(error: Exception, folder: Path) -> str:
    """What stopped a trial, with the last lines of the processes."""
    return "\n".join(("".join(traceback.format_exception(error)), *_last_lines(folder)))


def _last_lines(folder: Path) -> Iterator[str]:
    for log in sorted(folder.glob("*.log")):
        lines = log.read_text("utf-8", "replace").splitlines()
        yield "\n".join((f"--- {log.name}", *lines[-20:]))
