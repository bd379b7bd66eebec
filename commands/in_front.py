"""Is what stands in front of inbound in order? Load balancers that say who calls, a mail server that brings mail."""

import socket
from collections.abc import Iterator

from inbound.trust.front import read_networks
from mailer.checkup import Checked, State
from settings import Settings

SECONDS = 3.0
NOBODY_ELSE = "List the load balancers alone: whoever is listed can say that anybody called."


def check_front(settings: Settings) -> Iterator[Checked]:
    """What the settings say, without a network."""
    balancers = read_networks(settings.inbound_proxies)
    if any(network.prefixlen == 0 for network in balancers):
        words = "AFTERWORD_INBOUND_PROXIES lists everybody"
        yield Checked(State.BROKEN, "Load balancers", words, NOBODY_ELSE)
    elif balancers:
        yield Checked(State.FINE, "Load balancers", f"{', '.join(map(str, balancers))} say who calls, and must")


def check_sealers(settings: Settings) -> Iterator[Checked]:
    """Whose seals are believed."""
    if settings.arc_sealers:
        sealers = settings.arc_sealers.replace(",", ", ")
        yield Checked(State.FINE, "Seals (ARC)", f"mail that {sealers} passed on counts as they had found it")


def check_lmtp(settings: Settings) -> Iterator[Checked]:
    """Whether inbound takes mail by LMTP where the settings say so."""
    where = settings.inbound_lmtp
    if not where:
        return
    greeting = _greeting(where)
    if greeting.startswith("220 ") and greeting.endswith(" LMTP"):
        yield Checked(State.FINE, "LMTP", f"{where} answers")
    elif greeting.startswith("554 "):
        yield Checked(State.FINE, "LMTP", f"{where} answers, and does not take this machine for a mail server of yours")
    else:
        advice = "Start inbound; the folder of a socket must be there, and inbound's user may write in it."
        yield Checked(State.BROKEN, "LMTP", f"nobody answers at {where}: {greeting}", advice)


def check_clamd(settings: Settings) -> Iterator[Checked]:
    """Whether the virus scanner answers."""
    if not settings.clamd:
        return
    answer = _greeting(settings.clamd, b"nPING\n").strip()
    if answer == "PONG":
        yield Checked(State.FINE, "Virus scanner", f"{settings.clamd} answers")
    else:
        advice = "Start clamd, and let inbound's user open its socket. Until then files are marked as not scanned."
        yield Checked(State.BROKEN, "Virus scanner", f"nobody answers at {settings.clamd}: {answer}", advice)


def _greeting(where: str, first: bytes = b"") -> str:
    """The first line that is said there, after our word if it waits for one; or why there is none."""
    try:
        with _called(where) as caller:
            caller.sendall(first)
            return caller.recv(512).decode("ascii", "replace").partition("\r\n")[0]
    except OSError as error:
        return str(error)


def _called(where: str) -> socket.socket:
    """A connection to the path of a socket, or to HOST:PORT. OSError when there is none."""
    if not where.startswith("/"):
        host, _, port = where.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), SECONDS)
    caller = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        caller.settimeout(SECONDS)
        caller.connect(where)
    except OSError:
        caller.close()
        raise
    return caller
