"""The running inbound process under abuse: a customer beside the crowd is served, and memory stays within bounds."""

import asyncio
import resource
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import pytest

from store import migrate_store
from tests.smtp_house import HELLO, WORDS, Client
from tests.store.keeping import ROOT, url_of

MB = 1024 * 1024
START_SECONDS = 30.0
SERVED_SECONDS, EVER_SECONDS = 2.0, 10.0  # usually; and ever, where other tests run at the same time
PER_ADDRESS = 50
"""Connections that the door takes from one address: a crowd comes from many."""
MAIL = b"MAIL FROM:<ada@customer.example>\r\nRCPT TO:<postmaster>\r\nDATA\r\n"
pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells a process's peak")


@dataclass
class Process:
    """The inbound process."""

    pid: int
    port: int

    def peak_mb(self) -> float:
        """The most memory it has held."""
        lines = Path(f"/proc/{self.pid}/status").read_text("utf-8").splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


@dataclass
class Running:
    """The inbound process, and who called it."""

    process: Process
    clients: list[Client] = field(default_factory=list)

    async def call(self, number: int = 0) -> Client:
        """A connection, each fifty of them from an address of their own."""
        host = f"127.1.{number // PER_ADDRESS // 250}.{number // PER_ADDRESS % 250 + 1}"
        client = Client(*await asyncio.open_connection("127.0.0.1", self.process.port, local_addr=(host, 0)))
        self.clients.append(client)
        return client

    async def serve_a_customer(self) -> float:
        """How many seconds a whole dialogue takes, from calling to the 250 of a mail."""
        begun = time.monotonic()
        client = await self.call(number=60_000)
        await client.says(HELLO, replies=2)
        *_, taken = await client.says(MAIL + WORDS + b".\r\n", replies=4)
        assert taken == "250 2.0.0 OK"
        client.writer.close()
        return time.monotonic() - begun


@pytest.fixture(scope="module", autouse=True)
def _many_files() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (before[1], before[1]))
    if before[1] < 8_000:
        pytest.skip("not so many files may be open here")
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    migrate_store(url_of(tmp_path))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "DATABASE_URL": url_of(tmp_path),
        "AFTERWORD_BASE_URL": "https://feedback.acme.example",
        "AFTERWORD_REPLY_DOMAIN": "reply.acme.example",
        "AFTERWORD_SECRET_KEYS": "k" * 32,
        "AFTERWORD_FROM": "care@acme.example",
        "AFTERWORD_INBOUND_HOST": "127.0.0.1",
        "AFTERWORD_INBOUND_PORT": str(port),
        "AFTERWORD_AFFECTED_SQLITE": "true",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "inbound"]
    with (tmp_path / "log").open("wb") as log:
        started = subprocess.Popen(command, env=settings, cwd=tmp_path, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _answers(port):
            assert time.monotonic() < deadline, (tmp_path / "log").read_text("utf-8")
            time.sleep(0.1)
        yield Process(started.pid, port)
    finally:
        started.kill()
        started.wait()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
async def running(process: Process) -> AsyncIterator[Running]:
    called = Running(process)
    yield called
    for client in called.clients:
        client.writer.transport.abort()
    await asyncio.sleep(0.1)


async def calls(running: Running, number: int, say: bytes = b"") -> list[Client]:
    """So many connections, each saying that."""
    clients: list[Client] = []
    for first in range(0, number, 100):
        clients += await asyncio.gather(*(running.call(n) for n in range(first, min(first + 100, number))))
    for client in clients:
        client.writer.write(say)
    return clients


@asynccontextmanager
async def trickling(clients: list[Client]) -> AsyncIterator[None]:
    """Each client sends one byte after the other."""

    async def trickle() -> None:
        while True:
            for client in clients:
                client.writer.write(b"x")
            await asyncio.sleep(0.2)

    task = asyncio.create_task(trickle())
    yield
    task.cancel()


async def test_2000_idle_connections_keep_no_customer_waiting(running: Running) -> None:
    await calls(running, 2_000)
    assert median([await running.serve_a_customer() for _ in range(3)]) < SERVED_SECONDS


@pytest.mark.parametrize("begun", [b"EHLO ", HELLO + MAIL], ids=["in commands", "in mails"])
async def test_500_slow_clients_keep_no_customer_waiting(running: Running, begun: bytes) -> None:
    clients = await calls(running, 500, begun)
    async with trickling(clients):
        await asyncio.sleep(1)
        assert median([await running.serve_a_customer() for _ in range(3)]) < SERVED_SECONDS


async def test_a_storm_of_3000_connections_keeps_no_customer_waiting(running: Running) -> None:
    storm = asyncio.create_task(calls(running, 3_000, HELLO))
    waits = []
    while not storm.done():
        waits.append(await running.serve_a_customer())
    waits.append(await running.serve_a_customer())
    assert median(waits) < SERVED_SECONDS
    assert max(waits) < EVER_SECONDS


async def test_whoever_fills_one_address_is_turned_away_and_nobody_else(running: Running) -> None:
    for _ in range(PER_ADDRESS):
        await running.call(0)
    assert (await (await running.call(0)).reply()).startswith("421 4.7.0 ")
    assert median([await running.serve_a_customer() for _ in range(3)]) < SERVED_SECONDS


@pytest.mark.parametrize(
    "endless",
    [b"x" * MB, b"\r\n" * (MB // 2), b"x\r\n" * (MB // 3), b"X-A: y\r\n" * (MB // 8)],
    ids=["one line", "empty lines", "short lines", "headers"],
)
async def test_a_mail_without_end_takes_less_than_100_mb(running: Running, endless: bytes) -> None:
    await running.serve_a_customer()
    before = running.process.peak_mb()
    client = await running.call()
    await client.says(HELLO, replies=2)
    await client.says(MAIL, replies=3)
    with suppress(ConnectionError):
        for _ in range(120):
            client.writer.write(endless)
            await client.writer.drain()
    assert running.process.peak_mb() - before < 100
    assert median([await running.serve_a_customer() for _ in range(3)]) < SERVED_SECONDS


async def test_a_mail_of_25_mb_takes_less_than_100_mb(running: Running) -> None:
    await running.serve_a_customer()
    before = running.process.peak_mb()
    client = await running.call()
    await client.says(HELLO, replies=2)
    large = WORDS + (b"y" * 70 + b"\r\n") * (25 * MB // 72 - 10)
    *_, taken = await client.says(MAIL + large + b".\r\n", replies=4)
    assert taken == "250 2.0.0 OK"
    await asyncio.sleep(1)  # so that it is read as well
    assert running.process.peak_mb() - before < 100
