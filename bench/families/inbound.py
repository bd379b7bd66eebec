"""What does a mail cost that comes in? On disk before its 250, and read after: beside a server that keeps nothing, and
beside Postfix taking it into its queue; and how much memory does a large one take."""

import smtplib
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

from bench.house import DOMAIN, KEYS, asked, environment, filled
from bench.load.smtp import SENDER, sent
from bench.mails import answer
from bench.peers.postfix import postfix
from bench.ports import HOST, free_port
from bench.rows import Bench, Goal, Measured, Row
from bench.serving import Server, serving
from reviews.tokens import REPLY

RATE = "mails/s"
SESSIONS = 20
SIZE_BYTES = 4_096
MAILS_PER_SECOND = 1_000
"""How many mails make a second of load, about."""
LARGE_BYTES = 24 * 1024 * 1024
"""Nearly the largest that is taken."""
READING_SECONDS = 3.0
"""How long a large mail may take to be read, after its 250."""
ADDRESS = f"{KEYS.local_part(REPLY, asked(0, at=datetime.now(UTC))[0].id)}@{DOMAIN}"
"""Of the first review there is: a review's id comes from its ticket."""


def beside_null(bench: Bench, *, name: str, kept: bool, least: float) -> Row:
    """Our door beside aiosmtpd with a handler that does nothing."""
    return bench.paired(Goal(name, RATE, least=least), partial(door, bench, kept=kept), partial(null, bench, kept=kept))


def beside_postfix(bench: Bench) -> Row:
    """Our door beside Postfix."""
    return bench.paired(
        Goal("inbound-postfix", RATE, least=2.5), partial(door, bench), lambda: postfix(bench, partial(_load, bench))
    )


def large(bench: Bench) -> Row:
    """How much more memory our door holds for a large mail, in sizes of the mail."""
    return bench.valued(Goal("mail-25mb-factor", "times its size", most=4), partial(one_large, bench))


ROWS: dict[str, Callable[[Bench], Row]] = {
    "inbound-kept": partial(beside_null, name="inbound-kept", kept=True, least=1.5),
    "inbound-new": partial(beside_null, name="inbound-new", kept=False, least=1.25),
    "inbound-postfix": beside_postfix,
    "mail-25mb-factor": large,
}


def door(bench: Bench, *, kept: bool = True) -> Measured:
    """One run of the real inbound process."""
    folder, port = Path(mkdtemp(dir=bench.folder)), free_port()
    with serving(_command(), port=port, environment=_settings(bench, folder, port), log=folder / "log") as server:
        return _watched(bench, server, kept=kept)


def null(bench: Bench, *, kept: bool) -> Measured:
    """One run of the bare peer."""
    folder, port = Path(mkdtemp(dir=bench.folder)), free_port()
    command = [sys.executable, "-m", "bench.peers.null_smtp", str(port)]
    with serving(command, port=port, log=folder / "log") as server:
        return _watched(bench, server, kept=kept)


def one_large(bench: Bench) -> Measured:
    """One large mail to a fresh inbound process."""
    folder, port = Path(mkdtemp(dir=bench.folder)), free_port()
    raw = answer("Large.", number=1, to=ADDRESS, size_bytes=LARGE_BYTES)
    with serving(_command(), port=port, environment=_settings(bench, folder, port), log=folder / "log") as server:
        before = server.peak_mb()
        _send(server, raw)
        time.sleep(READING_SECONDS)
        return Measured((server.peak_mb() - before) * 1024 * 1024 / len(raw), {"peak MB": server.peak_mb()})


def _send(server: Server, raw: bytes) -> None:
    with smtplib.SMTP(HOST, server.port, timeout=60) as client:
        client.sendmail(SENDER, [ADDRESS], raw)


def _watched(bench: Bench, server: Server, *, kept: bool) -> Measured:
    """The load, and the server's CPU time for each mail, what it reads of them included."""
    before = server.cpu_seconds()
    measured = _load(bench, server.port, kept=kept)
    return replace(measured, seen={"CPU µs": (server.cpu_seconds() - before) / _mails(bench) * 1e6})


def _load(bench: Bench, port: int, *, kept: bool = True) -> Measured:
    return sent(port=port, to=ADDRESS, mails=_mails(bench), sessions=SESSIONS, size_bytes=SIZE_BYTES, kept=kept)


def _mails(bench: Bench) -> int:
    return max(SESSIONS, round(bench.seconds * MAILS_PER_SECOND))


def _command() -> list[str]:
    return [sys.executable, "-m", "inbound"]


def _settings(bench: Bench, folder: Path, port: int) -> dict[str, str]:
    own = {"AFTERWORD_INBOUND_HOST": HOST, "AFTERWORD_INBOUND_PORT": str(port)}
    return environment(filled(bench).copy(folder), port=port) | own
