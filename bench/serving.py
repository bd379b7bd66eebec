"""How is a server started, watched and stopped? Each a process of its own on 127.0.0.1, ended whatever happens."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.ports import HOST
from bench.rows import NotMeasured

ROOT = Path(__file__).resolve().parent.parent
SERVICE = ROOT / "bench" / "service"
"""Hides from a server what is installed for tests alone."""
START_SECONDS = 20.0
STOP_SECONDS = 15.0
LOOK_AGAIN_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers."""

    process: "subprocess.Popen[bytes]"
    port: int

    def cpu_seconds(self) -> float:
        """CPU time of the process so far, both user's and system's; 0 where the machine does not say."""
        stat = Path(f"/proc/{self.process.pid}/stat")
        if not stat.exists():
            return 0.0
        fields = stat.read_text("utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak_mb(self) -> float:
        """The most memory it has held; 0 where the machine does not say."""
        status = Path(f"/proc/{self.process.pid}/status")
        lines = status.read_text("utf-8").splitlines() if status.exists() else []
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


@contextmanager
def serving(
    command: Sequence[str], *, port: int, environment: Mapping[str, str] | None = None, log: Path
) -> Iterator[Server]:
    """That program, from when its port answers until the block is left. What it says goes to a file."""
    env = {**os.environ, **(environment or {}), "PYTHONPATH": os.pathsep.join((str(SERVICE), str(ROOT)))}
    with (
        log.open("ab") as told,
        subprocess.Popen(command, env=env, cwd=log.parent, stdout=told, stderr=told) as process,
    ):
        try:
            _await(process, port, log)
            yield Server(process, port)
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def uvicorn(app: str, *arguments: str, port: int) -> list[str]:
    """The command of a bare uvicorn with one of the peers."""
    bounds = ("--host", HOST, "--port", str(port), "--no-access-log", "--log-level", "warning")
    return [sys.executable, "-m", "uvicorn", app, *bounds, *arguments]


def _await(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(LOOK_AGAIN_SECONDS)
    raise NotMeasured(f"not measured: a server did not start: {log.read_text('utf-8', 'replace')[-300:]}")
