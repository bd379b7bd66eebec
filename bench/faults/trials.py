"""Which trials are there?"""

import asyncio
import tempfile
import traceback
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from bench.faults.clock import clock_turns
from bench.faults.endings import inbound_ends, web_ends
from bench.faults.house import Place
from bench.faults.ledger import Ledger, Outcome, Skipped
from bench.faults.moments import KILL, TERM, Anywhere, BeforeReply, InData
from bench.faults.postgres import postgres_restarts, schema
from bench.faults.refusing import database_locked, disk_fills
from bench.faults.sending import mailer_ends

Trial = Callable[[Place, int], Awaitable[Ledger]]

KILLS: dict[str, Trial] = {
    "kill-web": partial(web_ends, moment=Anywhere(KILL)),
    "kill-inbound": partial(inbound_ends, moment=Anywhere(KILL)),
    "kill-inbound-data": partial(inbound_ends, moment=InData()),
    "kill-inbound-250": partial(inbound_ends, moment=BeforeReply("250 2.0.0")),
    "kill-mailer": partial(mailer_ends, how=KILL),
}
"""These take turns, as many times as are asked for."""
OTHERS: dict[str, Trial] = {
    "stop-web": partial(web_ends, moment=Anywhere(TERM)),
    "stop-inbound": partial(inbound_ends, moment=Anywhere(TERM)),
    "stop-mailer": partial(mailer_ends, how=TERM),
    "disk-full": disk_fills,
    "locked": database_locked,
    "clock": clock_turns,
    "postgres": postgres_restarts,
}
"""Each of these runs OTHERS_TIMES."""
OTHERS_TIMES = 3
TRIALS = KILLS | OTHERS
SECONDS_MAX = 300.0


def planned(*, trials: int, seed: int, only: tuple[str, ...] = ()) -> list[tuple[str, int]]:
    """The trials to run, each with a seed of its own: `trials` kills in turn, and each of the others a few times. With
    `only`, `trials` of those."""
    if only:
        return [(only[number % len(only)], seed + number) for number in range(trials)]
    names = tuple(KILLS)
    kills = [(names[number % len(names)], seed + number) for number in range(trials)]
    return kills + [(name, seed + number) for name in OTHERS for number in range(OTHERS_TIMES)]


def run(name: str, seed: int, *, url: str = "") -> Outcome:
    """One trial in a folder of its own, and in a schema of its own where the URL of a PostgreSQL is given. Skipped says
    what it would need."""
    with (
        tempfile.TemporaryDirectory(prefix="afterword-faults-", ignore_cleanup_errors=True) as folder,
        schema(url) if url else nullcontext("") as own,
    ):
        return asyncio.run(_within_time(name, seed, Place(Path(folder), own)))


async def _within_time(name: str, seed: int, place: Place) -> Outcome:
    try:
        async with asyncio.timeout(SECONDS_MAX):
            ledger = await TRIALS[name](place, seed)
    except Skipped:
        raise
    except Exception as error:  # noqa: BLE001 - a trial that cannot end is a finding like any other
        ledger = Ledger(wrong=[_told(error, place.folder)])
    return ledger.outcome(name, seed, engine="PostgreSQL" if place.url else "SQLite")


def _told(error: Exception, folder: Path) -> str:
    """What stopped a trial, with the last lines of the processes."""
    logs = [f"--- {log.name}\n{_last_lines(log)}" for log in sorted(folder.glob("*.log"))]
    return "".join(traceback.format_exception(error)) + "\n".join(logs)


def _last_lines(log: Path) -> str:
    return "\n".join(log.read_text("utf-8", "replace").splitlines()[-20:])
