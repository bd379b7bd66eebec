"""What is a host here? A network namespace with an address of its own, on a bridge; it can die, and be cut off."""

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.cluster import names
from bench.faults.ledger import Skipped

NETWORK = "198.18.77"
"""Out of the block for benchmarks (RFC 2544): nobody routes it."""
GATEWAY = f"{NETWORK}.1"
"""The bridge's own address, where the clients, the balancer and the relay are."""
STOP_SECONDS = 30.0
RESOLVERS = Path("/etc/netns")
"""`ip netns exec` puts what is in a namespace's folder here in place of /etc's (ip-netns(8))."""


@dataclass
class Host:
    """One host and what runs on it."""

    name: str
    space: str
    """Its network namespace."""
    wire: str
    """The bridge's end of its cable."""
    address: str
    folder: Path
    running: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)

    async def start(
        self, name: str, *command: str, user: str = "", more: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> None:
        """Run a command here, as that user; what it says goes into a file of its name."""
        as_user = ("setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups") if user else ()
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = await asyncio.create_subprocess_exec(
                *("ip", "netns", "exec", self.space, *as_user, *command),
                cwd=cwd or self.folder,
                env={"PATH": os.environ.get("PATH", ""), **(more or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def runs(self, name: str) -> bool:
        """Whether it was started here and has not ended."""
        return name in self.running and self.running[name].returncode is None

    async def kill(self, *names: str) -> None:
        """Kill these with -9; they go in that order."""
        for name in names:
            process = self.running.pop(name, None)
            if process and process.returncode is None:
                process.kill()
                await process.wait()

    async def die(self) -> None:
        """Kill all that runs here, with -9, as a power cut does to a host."""
        for pid in (await _output("ip", "netns", "pids", self.space)).split():
            kill(int(pid))
        await self.kill(*self.running)

    async def stop(self, name: str) -> int:
        """Ask one to go; its exit code."""
        process = self.running.pop(name)
        process.terminate()
        return await asyncio.wait_for(process.wait(), STOP_SECONDS)

    async def cut_off(self) -> None:
        """Pull its cable out."""
        await _output("ip", "link", "set", self.wire, "down")

    async def plug_in(self) -> None:
        """Put its cable back."""
        await _output("ip", "link", "set", self.wire, "up")


def kill(pid: int) -> None:
    """Kill that process with -9 if it is there."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


@contextmanager
def network(folder: Path, count: int) -> Iterator[list[Host]]:
    """So many hosts, gone in the end with all that runs on them. Skipped says what it needs."""
    if os.geteuid() or not shutil.which("ip"):
        raise Skipped("network namespaces need root, and iproute2")
    mark = f"aw{os.getpid()}"
    folder.chmod(0o711)  # the database's user passes through it
    hosts = [_host(folder, mark, number) for number in range(1, count + 1)]
    try:
        _ip("link", "add", mark, "type", "bridge")
        _ip("address", "add", f"{GATEWAY}/24", "dev", mark)
        _ip("link", "set", mark, "up")
        for host in hosts:
            _plugged(host, mark)
        yield hosts
    finally:
        for host in hosts:
            _gone(host)
        subprocess.run(["ip", "link", "delete", mark], check=False, capture_output=True)


def _host(folder: Path, mark: str, number: int) -> Host:
    place = folder / f"host{number}"
    place.mkdir()
    return Host(f"host{number}", f"{mark}-{number}", f"{mark}w{number}", f"{NETWORK}.{10 + number}", place)


def _plugged(host: Host, bridge: str) -> None:
    own = RESOLVERS / host.space
    own.mkdir(parents=True)
    (own / "resolv.conf").write_text(f"nameserver {names.ADDRESS}\n", "utf-8")
    _ip("netns", "add", host.space)
    _ip("link", "add", host.wire, "type", "veth", "peer", "name", "eth0", "netns", host.space)
    _ip("link", "set", host.wire, "master", bridge, "up")
    _ip("-n", host.space, "address", "add", f"{host.address}/24", "dev", "eth0")
    for device in ("lo", "eth0"):
        _ip("-n", host.space, "link", "set", device, "up")


def _gone(host: Host) -> None:
    listed = subprocess.run(["ip", "netns", "pids", host.space], check=False, capture_output=True, text=True)
    for pid in listed.stdout.split():
        kill(int(pid))
    shutil.rmtree(RESOLVERS / host.space, ignore_errors=True)
    for command in (("netns", "delete", host.space), ("link", "delete", host.wire)):
        subprocess.run(["ip", *command], check=False, capture_output=True)


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], check=False, capture_output=True, text=True)
    if done.returncode:
        raise Skipped(f"ip {' '.join(words)}: {done.stderr.strip()}")


async def _output(*command: str) -> str:
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    told, wrong = await process.communicate()
    if process.returncode:
        raise OSError(f"{' '.join(command)}: {wrong.decode(errors='replace').strip()}")
    return told.decode()
