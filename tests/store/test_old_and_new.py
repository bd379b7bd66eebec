"""May the web processes of an earlier version and of this one work side by side on one database while it is migrated?
Really: the earlier one is taken from the history of this repository, and runs; customers and helpdesks ask all along.
"""

import asyncio
import re
import signal
import subprocess
import sys
import tarfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from itertools import cycle
from pathlib import Path
from random import Random

import httpx2
import pytest

from bench.faults.audit import hold_against_record
from bench.faults.clients.customers import customers
from bench.faults.house import LOOK_SECONDS, ROOT, House, Place, build, closing, running
from bench.faults.ledger import Ledger
from bench.ports import free_ports
from reviews.facts import Review
from store import migrate_store, schema
from store.recompute import recompute

NAMED = re.compile(r'^ {8}"(\d{4}_\w+)",?$', re.MULTILINE)
PARTS = ("store/first_schema.py", "store/schema.py")
REVIEWS = 40
SOME = 30
"""Acknowledgements in a stage: each client had several."""
STAGE_SECONDS = 60
FILL = """
import asyncio, sys
from datetime import datetime, timedelta
from functools import partial
from bench.faults.house import DOMAIN, closing
from reviews.rules import Rules
from store import open_store
try:
    from store.api_keys import add_key
except ImportError:  # where it was until then
    from store.people import add_key

async def fill(url, key, at):
    none = timedelta(0)
    rules = Rules(delay=none, dwell=none, min_age=none, early=none, hold=none)
    store = open_store(url, rules=rules, mail_domain=DOMAIN)
    await store.write(partial(add_key, name="helpdesk", secret=key, at=at))
    for number in range(REVIEWS):
        await store.record_new(*closing(number, ask="embedded", at=at, rules=rules))
    await store.close()

asyncio.run(fill(sys.argv[1], sys.argv[2], datetime.fromisoformat(sys.argv[3])))
""".replace("REVIEWS", str(REVIEWS))


@pytest.fixture(scope="session")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of the earliest commit from which a rolling upgrade to this one is promised: its schema is the same,
    or lacks only what is added to it."""
    commit = next(reversed(list(_candidates())), "")
    if not commit:
        pytest.skip("no earlier version here: the history is shallow, or every migration since stands alone")
    folder = tmp_path_factory.mktemp("earlier")
    with tarfile.open(fileobj=BytesIO(_git("archive", "--format=tar", commit))) as archive:
        archive.extractall(folder, filter="data")
    return folder


def _candidates() -> list[str]:
    """The commits that changed the schema and lack nothing, or only what may be added beside them; the newest first."""
    found = []
    for commit in _git("log", "--format=%H", "-60", "--", *PARTS).decode().split():
        names = {name for part in PARTS for name in NAMED.findall(_git("show", f"{commit}:{part}").decode())}
        lacks = set(schema.NAMES) - names
        if names <= set(schema.NAMES) and not any(name.endswith("_alone") for name in lacks):
            found.append(commit)
    return found


def _git(*arguments: str) -> bytes:
    """What git says; nothing where there is no git, no history, or no such file."""
    with suppress(OSError):
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False).stdout
    return b""


async def test_nothing_is_refused_or_lost_while_a_new_web_takes_over_from_an_old_one(
    url: str, tmp_path: Path, earlier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", ())
        house = build(Place(tmp_path, url), Random(7))
    reviews = await filled_by(earlier, house)
    old_port, new_port = free_ports(2)
    ledger, front = Ledger(), Front([old_port])
    old_code = {"PYTHONPATH": str(earlier), "PORT": str(old_port)}
    async with running(house, "web", more=old_code) as processes, front.standing_at(house.web_port):
        async with customers(house, ledger, Random(7), reviews, connections_kept=0):
            await ledger.reached(SOME, seconds=STAGE_SECONDS)
            added = await asyncio.to_thread(migrate_store, url)
            await ledger.reached(len(ledger.kept) + SOME, seconds=STAGE_SECONDS)
            assert ("newer" in await ready(old_port)) == bool(added)
            processes.append(await house.start("web", {"PORT": str(new_port)}))
            front.to(old_port, new_port)
            await ledger.reached(len(ledger.kept) + 2 * SOME, seconds=STAGE_SECONDS)
            front.to(new_port)
            await front.done_with(old_port)
            assert await processes[0].end(signal.SIGTERM) == 0
            await ledger.reached(len(ledger.kept) + SOME, seconds=STAGE_SECONDS)
        assert await ready(new_port) == "schema ok"
    assert (ledger.wrong, dict(ledger.refusals), ledger.in_flight, ledger.shed) == ([], {}, 0, 0)
    await hold_against_record(house, ledger)
    assert (ledger.lost, ledger.wrong) == ([], [])
    assert min(front.served[old_port], front.served[new_port]) > SOME / 2
    assert await differing(house) == []


async def filled_by(earlier: Path, house: House) -> list[Review]:
    """A database that the earlier version made and filled, by its own commands; the reviews in it."""
    at = datetime.now(UTC)
    for command in (("-m", "store", "migrate"), ("-c", FILL, house.url, house.api_key, at.isoformat())):
        environment = {"PYTHONPATH": str(earlier), "PATH": "/usr/bin:/bin"}
        process = await asyncio.create_subprocess_exec(sys.executable, *command, cwd=house.folder, env=environment)
        assert await process.wait() == 0
    told = [closing(number, ask="embedded", at=at, rules=house.rules) for number in range(REVIEWS)]
    return [fact for facts in told for fact in facts if isinstance(fact, Review)]


async def ready(port: int) -> str:
    """What a web process says of the schema; it must be ready."""
    async with httpx2.AsyncClient() as http:
        answer = await http.get(f"http://127.0.0.1:{port}/readyz")
    assert answer.status_code == 200
    return next(line for line in answer.text.splitlines() if line.startswith("schema"))


async def differing(house: House) -> list[object]:
    """What is derived and does not agree with what was recorded."""
    async with house.store() as store:
        look = recompute(store, mend=False, clock=partial(datetime.now, UTC), told=lambda _: None)
        return [one async for one in look]


class Front:
    """A load balancer in front of the web processes: each connection goes to the next of them."""

    def __init__(self, ports: list[int]) -> None:
        self._ports = cycle(ports)
        self.served: Counter[int] = Counter()
        self.open: Counter[int] = Counter()

    def to(self, *ports: int) -> None:
        """From now on connections go to these."""
        self._ports = cycle(ports)

    async def done_with(self, port: int) -> None:
        """Wait until what went there is answered."""
        async with asyncio.timeout(STAGE_SECONDS):
            while self.open[port]:  # noqa: ASYNC110 - counted by others
                await asyncio.sleep(LOOK_SECONDS)

    @asynccontextmanager
    async def standing_at(self, port: int) -> AsyncIterator[None]:
        """It listens there until the block is left."""
        server = await asyncio.start_server(self._passed_on, "127.0.0.1", port)
        try:
            yield
        finally:
            server.close()
            await server.wait_closed()

    async def _passed_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        port = next(self._ports)
        try:
            to_reader, to_writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            writer.transport.abort()  # the ledger will say that somebody was never answered
            return
        self.served[port] += 1
        self.open[port] += 1
        await asyncio.gather(_poured(reader, to_writer), _poured(to_reader, writer))
        self.open[port] -= 1


async def _poured(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
