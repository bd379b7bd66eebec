"""How is an HTTP server put under load, and what was seen? By wrk where it is there, else by a client of our own."""

import asyncio
import json
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from statistics import quantiles

from bench.ports import HOST
from bench.rows import NotMeasured

THREADS = 2
SCRIPT = Path(__file__).with_name("wrk.lua")
OWN_CLIENT = "load by our own client: wrk is not installed"


@dataclass(frozen=True, slots=True)
class Request:
    """One request to send: GET, or POST with a form's body."""

    method: str
    path: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a load saw."""

    requests: int
    seconds: float
    p99_ms: float
    failed: int

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


def loaded(requests: Sequence[Request], *, port: int, sessions: int, seconds: float, folder: Path) -> Seen:
    """Those requests in turn over kept connections, for so long. NotMeasured when any was refused."""
    program = shutil.which("wrk")
    if program:
        seen = _by_wrk(program, requests, port=port, sessions=sessions, seconds=seconds, folder=folder)
    else:
        seen = asyncio.run(_by_hand(requests, port=port, sessions=sessions, seconds=seconds))
    if seen.failed:
        raise NotMeasured(f"not measured: {seen.failed} of {seen.requests} requests were not answered 200")
    return seen


def means() -> str:
    """What to say of the load in a row, or ''."""
    return "" if shutil.which("wrk") else OWN_CLIENT


def _by_wrk(
    program: str, requests: Sequence[Request], *, port: int, sessions: int, seconds: float, folder: Path
) -> Seen:
    lines = folder / f"requests-{port}"
    lines.write_text("".join(f"{r.method}\t{r.path}\t{r.body}\n" for r in requests), "utf-8")
    duration = f"{max(1, round(seconds))}s"
    command = [program, f"-t{THREADS}", f"-c{max(sessions, THREADS)}", f"-d{duration}", "--timeout", "20s"]
    command += ["-s", str(SCRIPT), f"http://{HOST}:{port}", "--", str(lines), str(THREADS)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 60)
    told = json.loads(done.stdout.splitlines()[-1])
    return Seen(told["requests"], told["seconds"], told["p99_ms"], told["failed"])


async def _by_hand(requests: Sequence[Request], *, port: int, sessions: int, seconds: float) -> Seen:
    begun = time.monotonic()
    waited: list[float] = []
    turn = cycle(enumerate(requests))
    failed = await asyncio.gather(*(_session(turn, port, begun + seconds, waited) for _ in range(sessions)))
    p99 = quantiles(waited, n=100)[-1] if len(waited) > 1 else 0.0
    return Seen(len(waited), time.monotonic() - begun, p99 * 1_000, sum(failed))


async def _session(turn: Iterator[tuple[int, Request]], port: int, until: float, waited: list[float]) -> int:
    reader, writer = await asyncio.open_connection(HOST, port)
    failed = 0
    while (asked := time.monotonic()) < until:
        writer.write(_written(*next(turn)))
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.partition(b":")[2]))
        waited.append(time.monotonic() - asked)
        failed += not head.startswith(b"HTTP/1.1 2")
    writer.close()
    return failed


def _written(number: int, request: Request) -> bytes:
    """The request on the wire, from a network of its own: one client at thousands of reviews would be a scanner."""
    lines = [f"{request.method} {request.path} HTTP/1.1", f"Host: {HOST}", "User-Agent: Firefox"]
    lines.append(f"X-Forwarded-For: 81.{number // 256 % 256}.{number % 256}.9")
    if request.method == "POST":
        lines += ["Content-Type: application/x-www-form-urlencoded", "Accept: application/json"]
        lines += ["Sec-Fetch-Site: same-origin", f"Content-Length: {len(request.body)}"]
    return ("\r\n".join(lines) + f"\r\n\r\n{request.body}").encode()
