"""Which ports of the loopback does nobody listen on?"""

import contextlib
import socket
from random import SystemRandom

HOST = "127.0.0.1"
PORTS = range(20_000, 32_000)
"""Below the ports that systems give to clients: one that calls a dead server again and again could else meet itself."""


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on. They do not come from a seed: two runs of one trial at the same time would get the
    same ones, and while a door is down the other's could answer in its place."""
    free: list[int] = []
    while len(free) < count:
        port = SystemRandom().choice(PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
            free.append(port)
    return free


def free_port() -> int:
    """One of them."""
    return free_ports(1)[0]
