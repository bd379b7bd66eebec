"""Do two processes do more than one? Two doors on one database, each with half of the sessions."""

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

from bench.house import environment, filled
from bench.load.http import loaded, means
from bench.ports import free_port
from bench.rows import Bench, Goal, Measured, Row
from bench.serving import serving


def two(bench: Bench) -> Row:
    """Pages opened by two web processes beside one."""
    goal = Goal("two-processes", "requests/s", least=1.4)
    return bench.paired(goal, partial(doors, bench, 2), partial(doors, bench, 1), note=means())


ROWS: dict[str, Callable[[Bench], Row]] = {"two-processes": two}


def doors(bench: Bench, number: int) -> Measured:
    """So many web processes on one database, under load together."""
    folder = Path(mkdtemp(dir=bench.folder))
    file, requests = filled(bench).copy(folder), filled(bench).opening
    with ExitStack() as stack, ThreadPoolExecutor(number) as pool:
        ports = [free_port() for _ in range(number)]
        servers = [
            stack.enter_context(
                serving(
                    [sys.executable, "-m", "web"],
                    port=port,
                    environment=environment(file, port=port),
                    log=folder / f"log-{port}",
                )
            )
            for port in ports
        ]
        before = sum(server.cpu_seconds() for server in servers)
        put = partial(loaded, sessions=bench.sessions // number, seconds=bench.seconds, folder=folder)
        seen = list(pool.map(lambda share: put(requests[share::number], port=ports[share]), range(number)))
        cpu = sum(server.cpu_seconds() for server in servers) - before
    rate = sum(one.rate for one in seen)
    return Measured(rate, {"CPU µs": cpu / sum(one.requests for one in seen) * 1e6})
