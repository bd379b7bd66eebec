"""What does a click cost? Token verified, hit or vote on disk, page or JSON answered: against doing nothing, against a
commit per request, against Flask, and on a slow disk."""

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp

from itsdangerous import URLSafeSerializer

from bench.house import environment, filled
from bench.load.http import Request, loaded, means
from bench.ports import free_port
from bench.rows import Bench, Goal, Measured, NotMeasured, Row, needed
from bench.serving import Server, serving, uvicorn

RATE = "requests/s"
SLOW_FSYNC = Path(__file__).parent.parent / "load" / "slow_fsync.c"
WARM_SECONDS = 1.0
PEER_SECRET = "a secret of the peer, which guards nothing"  # noqa: S105 - it guards nothing


def get(bench: Bench) -> Row:
    """A page opened, durably, beside a route that does nothing."""
    goal = Goal("click-get", RATE, least=0.5)
    requests = filled(bench).opening
    return bench.paired(goal, partial(door, bench, requests), partial(noop, bench, requests), note=means())


def vote(bench: Bench) -> Row:
    """A vote cast, durably, beside a route that does nothing."""
    goal = Goal("click-vote", RATE, least=0.5)
    requests = filled(bench).voting
    return bench.paired(goal, partial(door, bench, requests), partial(noop, bench, requests), note=means())


def commit_each(bench: Bench) -> Row:
    """The same door with a commit for every request."""
    requests = filled(bench).opening
    each = partial(door, bench, requests, program="bench.peers.commit_each")
    return bench.paired(Goal("click-commit-each", RATE, least=7), partial(door, bench, requests), each)


def flask(bench: Bench) -> Row:
    """The usual small recorder in Flask."""
    if find_spec("flask") is None:
        raise NotMeasured("not measured: flask is not installed (requirements/bench.txt)")
    ours = partial(door, bench, filled(bench).opening)
    return bench.paired(Goal("click-flask", RATE, least=9), ours, partial(flask_peer, bench))


def slow_disk(bench: Bench, *, name: str, milliseconds: int, least: float) -> Row:
    """Ours and a commit per request where every fsync takes so much longer."""
    slowed = slow_fsync(bench, milliseconds)
    requests = filled(bench).opening
    ours = partial(door, bench, requests, extra=slowed)
    each = partial(door, bench, requests, program="bench.peers.commit_each", extra=slowed)
    return bench.paired(Goal(name, RATE, least=least), ours, each)


ROWS: dict[str, Callable[[Bench], Row]] = {
    "click-get": get,
    "click-vote": vote,
    "click-commit-each": commit_each,
    "click-flask": flask,
    "click-fsync-2ms": partial(slow_disk, name="click-fsync-2ms", milliseconds=2, least=20),
    "click-fsync-10ms": partial(slow_disk, name="click-fsync-10ms", milliseconds=10, least=25),
}


def door(
    bench: Bench, requests: Sequence[Request], *, program: str = "web", extra: Mapping[str, str] | None = None
) -> Measured:
    """One run of the real web process on a fresh copy of the database."""
    folder = Path(mkdtemp(dir=bench.folder))
    file, port = filled(bench).copy(folder), free_port()
    settings = environment(file, port=port) | dict(extra or {})
    with serving([sys.executable, "-m", program], port=port, environment=settings, log=folder / "log") as server:
        measured = _load(bench, server, requests, folder)
    said = (folder / "log").read_text("utf-8", "replace")
    if "locked" in said or "Traceback" in said:
        raise NotMeasured(f"not measured: the door failed under load: {said[-300:]}")
    return measured


def noop(bench: Bench, requests: Sequence[Request]) -> Measured:
    """One run of the bare peer."""
    folder, port = Path(mkdtemp(dir=bench.folder)), free_port()
    with serving(uvicorn("bench.peers.noop:app", port=port), port=port, log=folder / "log") as server:
        return _load(bench, server, requests, folder)


def flask_peer(bench: Bench) -> Measured:
    """One run of the Flask app, under uvicorn's WSGI threads."""
    folder, port = Path(mkdtemp(dir=bench.folder)), free_port()
    links = URLSafeSerializer(PEER_SECRET, salt="peer")
    requests = [Request("GET", f"/r/{links.dumps([str(number), 1])}") for number in range(bench.reviews)]
    settings = {"PEER_SECRET": PEER_SECRET, "PEER_DATABASE": str(folder / "peer.db")}
    command = uvicorn("bench.peers.flask_app:app", "--interface", "wsgi", port=port)
    with serving(command, port=port, environment=settings, log=folder / "log") as server:
        return _load(bench, server, requests, folder)


def slow_fsync(bench: Bench, milliseconds: int) -> dict[str, str]:
    """The environment under which fsync and fdatasync take so much longer, by a library put before libc's."""
    compiler = needed("cc", package="gcc")
    library = bench.folder / "slow_fsync.so"
    if not library.exists():
        subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", library, SLOW_FSYNC, "-ldl"], check=True)
    return {"LD_PRELOAD": str(library), "SLOW_FSYNC_MICROSECONDS": str(milliseconds * 1_000)}


def _load(bench: Bench, server: Server, requests: Sequence[Request], folder: Path) -> Measured:
    """Warm it up with a few of the requests from the end, then measure."""
    tail = len(requests) // 10 or 1
    put = partial(loaded, port=server.port, sessions=bench.sessions, folder=folder)
    put(requests[-tail:], seconds=min(WARM_SECONDS, bench.seconds))
    before = server.cpu_seconds()
    seen = put(requests[:-tail] or requests, seconds=bench.seconds)
    cpu = (server.cpu_seconds() - before) / seen.requests * 1e6
    return Measured(seen.rate, {"p99 ms": seen.p99_ms, "CPU µs": cpu, "peak MB": server.peak_mb()})
