"""Do 100,000 mails made by chance get through the real door and its reader? `make fuzz ARGS='--mails 100000'`.

The inbound process runs with its own readers, over a database of its own. Every mail that can be written on the wire
has to be answered 250, in less than five seconds, never 4xx; whatever was answered 250 has to be there byte for byte,
and read. Then as many sessions of nonsense as are asked for: they are answered in replies, and what they were told is
kept is there. The memory of door and readers may not grow with the number.
"""

import asyncio
import hashlib
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random

from bench.faults.audit import all_read
from bench.faults.house import House, Place, Process, build, running
from bench.faults.means.moments import TERM
from inbound.smtp.data import hops
from inbound.smtp.limits import HOPS_MAX
from store import Session
from tests.nasty import MAILS as NASTY
from tests.replies.fuzz import mail_of
from tests.test_smtp_fuzz import said

TOGETHER = 16
"""Connections at once."""
MAILS_PER_REVIEW = 20
AS_MADE = 0.01
"""Of the mails, so many go out with the bare line ends and NULs that chance put into them, to be refused."""
NASTY_SHARE = 0.02
NASTY_BYTES_MAX = 300_000
ANSWER_SECONDS_MAX = 5.0
READ_SECONDS_MAX = 3_600.0
GROWTH_MB_MAX = 64
LOOK_SECONDS = 0.5
LEFT_OUT = 0.2
"""Of the run, before memory is compared: until then caches fill."""
REPLY = re.compile(rb"[2-5][0-9]{2}[ -][ -~]*\r\n")
ENDS = re.compile(rb"\r\n|\r|\n")
TOKEN, STRANGER = b"r+token@reply.example", b"guess@other.example"
ARRIVED = "select mail, status, count(*) as times from arrival group by mail, status"


@dataclass
class Found:
    """What came of it."""

    answers: Counter[str] = field(default_factory=Counter)
    kept: set[str] = field(default_factory=set)
    """The SHA-256 of each mail that was answered 250."""
    slowest_seconds: float = 0.0
    acknowledged: int = 0
    """Mails of sessions of nonsense that were answered 250."""
    wrong: list[str] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)
    """Of door and readers together, in the order of time."""

    @property
    def growth_mb(self) -> float:
        """From the most in the beginning to the most at the end."""
        first = int(len(self.memory_mb) * LEFT_OUT) + 1
        return max(self.memory_mb[-first:]) - max(self.memory_mb[:first]) if self.memory_mb else 0.0


async def fuzzed(folder: Path, seed: int, *, mails: int, sessions: int) -> Found:
    """The run."""
    found = Found()
    house = build(Place(folder), Random(seed))
    reviews = await house.closed_tickets(max(1, mails // MAILS_PER_REVIEW), ask="never")
    to = [house.links.customer_address(review.id).encode() for review in reviews]
    async with running(house, "inbound") as [door]:
        watching = asyncio.create_task(_watch(door, found))
        await _together(_mails(house, found, to, (f"{seed}-{number}" for number in range(mails))))
        await all_read(house, seconds=READ_SECONDS_MAX)
        watching.cancel()
        await _together(_nonsense(house, found, to[0], (seed + number for number in range(sessions))))
        await all_read(house, seconds=READ_SECONDS_MAX)
        if door.running.returncode is not None or await door.end(TERM):
            found.wrong.append("the door came to an end")
    await _audit(house, found)
    return found


async def _together(work: Iterator["asyncio.Future[None]"]) -> None:
    await asyncio.gather(*work)


def _mails(house: House, found: Found, to: list[bytes], seeds: Iterator[str]) -> Iterator["asyncio.Future[None]"]:
    return (asyncio.ensure_future(_deliver(house, found, to, seeds)) for _ in range(TOGETHER))


def _nonsense(house: House, found: Found, to: bytes, seeds: Iterator[int]) -> Iterator["asyncio.Future[None]"]:
    return (asyncio.ensure_future(_talk(house, found, to, seeds)) for _ in range(TOGETHER))


async def _deliver(house: House, found: Found, to: list[bytes], seeds: Iterator[str]) -> None:
    """One mail server, which keeps its connection while it may."""
    line: Line | None = None
    for seed in seeds:
        chance = Random(seed)
        raw = written(seed, chance)
        line = line or await Line.open(house)
        await line.says(b"MAIL FROM:<ada@customer.example>")
        await line.says(b"RCPT TO:<" + chance.choice(to) + b">")
        await line.says(b"DATA")
        begun = time.monotonic()
        reply = await line.says((b"\r\n" + raw).replace(b"\r\n.", b"\r\n..")[2:] + b".")
        found.slowest_seconds = max(found.slowest_seconds, time.monotonic() - begun)
        _note(found, seed, raw, reply)
        if reply[:3] != "250":
            line.close()
            line = None
    if line:
        line.close()


def written(seed: str, chance: Random) -> bytes:
    """The mail of that seed as it goes over the wire, its last line ended."""
    if chance.random() < NASTY_SHARE:
        return chance.choice(_small())
    raw = mail_of(seed)
    if chance.random() >= AS_MADE:
        raw = ENDS.sub(b"\r\n", raw.replace(b"\0", b""))
    return raw if raw.endswith(b"\r\n") or not raw else raw + b"\r\n"


def _small() -> list[bytes]:
    return [raw for raw in NASTY.values() if len(raw) < NASTY_BYTES_MAX and (raw.endswith(b"\r\n") or not raw)]


def _note(found: Found, seed: str, raw: bytes, reply: str) -> None:
    expected = _expected(raw)
    found.answers[reply[:9].strip()] += 1
    if reply[:9] != expected:
        found.wrong.append(f"mail {seed}: answered {reply[:80]!r}, expected {expected}")
    if reply.startswith("250"):
        found.kept.add(hashlib.sha256(raw).hexdigest())


def _expected(raw: bytes) -> str:
    """What the door has to say to this mail, whatever it holds."""
    ends = raw.count(b"\r\n")
    if raw.count(b"\r") != ends or raw.count(b"\n") != ends or b"\0" in raw:
        return "554 5.6.0"
    return "554 5.4.6" if hops(raw) > HOPS_MAX else "250 2.0.0"


async def _talk(house: House, found: Found, to: bytes, seeds: Iterator[int]) -> None:
    """Sessions that no client means, to an address that is ours."""
    for seed in seeds:
        line = await Line.open(house)
        words = said(Random(seed)).replace(TOKEN, to).replace(STRANGER, to)
        try:
            line.writer.write(words)
            line.writer.write_eof()
            replies = (await asyncio.wait_for(line.reader.read(), 60)).splitlines(keepends=True)
        except ConnectionError:
            continue  # it was put out while it spoke: what it was told is not known
        finally:
            line.close()
        if not all(map(REPLY.fullmatch, replies)):
            found.wrong.append(f"session {seed}: {replies[-1]!r}")
        found.acknowledged += sum(one.startswith(b"354") and then.startswith(b"250") for one, then in pairwise(replies))


@dataclass
class Line:
    """One connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def open(cls, house: House) -> "Line":
        """Greeted."""
        line = cls(*await asyncio.open_connection("127.0.0.1", house.inbound_port, limit=2**20))
        await line.reader.readline()
        await line.says(b"EHLO mx.customer.example")
        return line

    async def says(self, words: bytes) -> str:
        """Say it, and hear the whole reply; '' when the connection is over."""
        self.writer.write(words + b"\r\n")
        while True:
            reply = await asyncio.wait_for(self.reader.readline(), 60)
            if reply[3:4] != b"-":
                return reply.decode("ascii", "replace")

    def close(self) -> None:
        self.writer.transport.abort()


async def _watch(door: Process, found: Found) -> None:
    while True:
        found.memory_mb.append(sum(map(_resident_mb, _family(door.running.pid))))
        await asyncio.sleep(LOOK_SECONDS)


def _family(process: int) -> list[int]:
    """A process and its children; nobody where the machine does not say."""
    told = Path(f"/proc/{process}/task/{process}/children")
    return [process, *map(int, told.read_text().split())] if told.exists() else []


def _resident_mb(process: int) -> float:
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


async def _audit(house: House, found: Found) -> None:
    async with house.store() as store:
        arrived = await store.read(_arrived)
    times = Counter({mail: sum(by.values()) for mail, by in arrived.items()})
    found.wrong += [f"lost: {mail}" for mail in found.kept if not times[mail]]
    told = found.answers["250 2.0.0"] + found.acknowledged
    if sum(times.values()) < told:
        found.wrong.append(f"of {told} mails that were answered 250, {sum(times.values())} are there")
    for by in arrived.values():
        found.answers.update({f"then {status}": number for status, number in by.items()})


def _arrived(session: Session) -> dict[str, Counter[str]]:
    arrived: dict[str, Counter[str]] = {}
    for row in session.rows(ARRIVED):
        arrived.setdefault(row["mail"], Counter())[row["status"]] = int(row["times"])
    return arrived


def run(seed: int, *, mails: int, sessions: int) -> None:
    """Say what came of it; exit code 1 when a promise was broken."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="afterword-fuzz-", ignore_cleanup_errors=True) as folder:
        found = asyncio.run(fuzzed(Path(folder), seed, mails=mails, sessions=sessions))
    broken = _broken(found)
    print(*broken[:50], sep="\n")
    print(f"{mails} mails and {sessions} sessions in {time.monotonic() - begun:.0f} s: {len(broken)} promises broken")
    print(", ".join(f"{number} {what}" for what, number in sorted(found.answers.items())))
    print(
        f"{found.acknowledged} mails of sessions kept; slowest answer {found.slowest_seconds:.2f} s; door and readers "
        f"{max(found.memory_mb, default=0):.0f} MB at most, grown by {found.growth_mb:.0f} MB"
    )
    sys.exit(1 if broken else 0)


def _broken(found: Found) -> list[str]:
    broken = list(found.wrong)
    if found.slowest_seconds > ANSWER_SECONDS_MAX:
        broken.append(f"an answer took {found.slowest_seconds:.1f} s")
    if found.growth_mb > GROWTH_MB_MAX:
        broken.append(f"memory grew by {found.growth_mb:.0f} MB")
    return broken
