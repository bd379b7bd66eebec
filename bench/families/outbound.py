"""What does a mail cost that goes out? Claimed, rendered, signed, handed over, marked as sent: beside a program that
only hands over, and beside the way one would write it first."""

import asyncio
import os
import smtplib
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from mjml import mjml2html

from bench.house import LINKS, asked, environment, opened
from bench.load.smtp import sent
from bench.ports import HOST, free_port
from bench.rows import Bench, Goal, Measured, NotMeasured, Row, needed
from bench.serving import serving
from mailer.compose import Composer
from mailer.sign import Signer, covered
from reviews.clicks import decide
from reviews.facts import Delivery, Review
from reviews.log import Log
from reviews.rules import Rules
from store import Outgoing
from templates import compiling
from templates.brands import SHIPPED, read_brands
from templates.letters import invitation

RATE = "mails/s"
RSA, ED25519 = "AFTERWORD_DKIM_KEY", "AFTERWORD_DKIM_ED25519_KEY"
"""The settings of the two keys."""
SESSIONS = 10
SIZE_BYTES = 25_000
MAILS_PER_SECOND = 1_500
NAIVE_MAILS_PER_SECOND = 7
GIVE_UP_SECONDS = 60.0
COUNT = "select count(*), min(settled_at), max(settled_at) from outbox where status = 'sent'"


def beside_source(bench: Bench, *, name: str, least: float, key: str = "") -> Row:
    """Our mailer beside smtp-source, both into smtp-sink; signing with the key of that setting."""
    keys = {key: pem(bench, key)} if key else {}
    return bench.paired(Goal(name, RATE, least=least), partial(mailer, bench, keys=keys), partial(source, bench))


def naive(bench: Bench) -> Row:
    """Our mailer beside MJML for each mail, EmailMessage, dkimpy and a connection for each mail."""
    key = pem(bench, RSA)
    goal = Goal("outbound-naive", RATE, least=15)
    return bench.paired(goal, partial(mailer, bench, keys={RSA: key}), partial(naive_peer, bench, key))


def composed(bench: Bench) -> Row:
    """Invitations composed and signed on one core, each another customer's: decided, put together, Ed25519 and all the
    bytes that go out."""
    composer = Composer(read_brands(SHIPPED), LINKS, "support@acme.example")
    signer = Signer.of("acme.example", "afterword", pem(bench, ED25519).encode())
    now, numbers = datetime.now(UTC), count()

    def one() -> bytes:
        review, invitation, _ = asked(next(numbers), at=now)
        assert isinstance(review, Review)
        assert isinstance(invitation, Delivery)
        log = Log(review, (invitation,))
        out = Outgoing(invitation, "acme", f"{invitation.id}@acme.example", "", "claimed", now, 1, "", None, "", "")
        mail = composer.compose(out, log, decide(log, Rules()), siblings=(), now=now)
        return replace(mail, signatures=signer.field(covered(mail.head, mail.body.relaxed), at=now)).raw

    def measure() -> Measured:
        until, mails, begun = time.monotonic() + bench.seconds / 3, 0, time.process_time()
        while time.monotonic() < until:
            one()
            mails += 1
        return Measured(mails / (time.process_time() - begun))

    one()  # the brand's mails are compiled once
    return bench.valued(Goal("compose", "mails/s of CPU", least=1_000), measure, note="signed by Ed25519")


ROWS: dict[str, Callable[[Bench], Row]] = {
    "outbound-unsigned": partial(beside_source, name="outbound-unsigned", least=0.65),
    "outbound-rsa": partial(beside_source, name="outbound-rsa", least=0.30, key=RSA),
    "outbound-ed25519": partial(beside_source, name="outbound-ed25519", least=0.5, key=ED25519),
    "outbound-naive": naive,
    "compose": composed,
}


def mailer(bench: Bench, *, keys: Mapping[str, str]) -> Measured:
    """One run of the real mailer process over a filled outbox: from the first mail marked as sent to the last."""
    folder, mails = Path(mkdtemp(dir=bench.folder)), _mails(bench)
    file = folder / "afterword.db"
    _fill(file, mails)
    with sink(folder) as port:
        own = {
            "AFTERWORD_SMTP_CONNECTIONS": str(SESSIONS),
            "AFTERWORD_SMTP_URL": f"smtp://{HOST}:{port}?starttls=none",
            "AFTERWORD_INVITATIONS_PER_HOUR": "1000000",
            "AFTERWORD_DKIM_DOMAIN": "acme.example",
        }
        with serving(
            [sys.executable, "-m", "mailer"],
            port=port,
            environment=environment(file, port=port) | own | dict(keys),
            log=folder / "log",
        ) as server:
            seconds = _seconds(file, mails)
            cpu = server.cpu_seconds() / mails  # its start as well
            return Measured((mails - 1) / seconds, {"peak MB": server.peak_mb(), "CPU ms a mail": cpu * 1_000})


def source(bench: Bench) -> Measured:
    """One run of smtp-source."""
    with sink(Path(mkdtemp(dir=bench.folder))) as port:
        return sent(port=port, to="ada@customer.example", mails=_mails(bench), sessions=SESSIONS, size_bytes=SIZE_BYTES)


def naive_peer(bench: Bench, key: str) -> Measured:
    """One run of the way one would write it first."""
    brand = read_brands(SHIPPED)["acme"]
    review, *rest = asked(1, at=datetime.now(UTC))
    assert isinstance(review, Review)
    names = invitation(Log(review, tuple(rest)), brand=brand, links=LINKS).names()
    mails = max(2, round(bench.seconds * NAIVE_MAILS_PER_SECOND))
    with sink(Path(mkdtemp(dir=bench.folder))) as port:
        begun = time.monotonic()
        for _ in range(mails):
            source = compiling._baked(brand, "invitation.mjml", markup=True).text
            html = mjml2html(compiling._PERSON_HTML.from_string(source).render(names), disable_comments=True)
            mail = EmailMessage()
            mail["From"], mail["To"], mail["Subject"] = "support@acme.example", "ada@customer.example", "How did it go?"
            mail.set_content("How did it go?")
            mail.add_alternative(html, subtype="html")
            raw = mail.as_bytes().replace(b"\n", b"\r\n")
            signature = dkim.sign(raw, b"afterword", b"acme.example", key.encode())
            with smtplib.SMTP(HOST, port) as client:
                client.sendmail("support@acme.example", ["ada@customer.example"], signature + raw)
        return Measured(mails / (time.monotonic() - begun))


@contextmanager
def sink(folder: Path) -> Iterator[int]:
    """Postfix's smtp-sink, which takes every mail and keeps none; its port."""
    port = free_port()
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    command = [needed("smtp-sink", package="postfix"), *user, "-c", f"{HOST}:{port}", "100"]
    with serving(command, port=port, log=folder / "sink"):
        yield port


def pem(bench: Bench, setting: str) -> str:
    """The private key for a setting, made once: RSA of 2,048 bits, or Ed25519."""
    if setting not in bench.built:
        key = rsa.generate_private_key(65_537, 2_048) if setting == RSA else Ed25519PrivateKey.generate()
        form = serialization.PrivateFormat.TraditionalOpenSSL if setting == RSA else serialization.PrivateFormat.PKCS8
        written = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
        bench.built[setting] = written.decode()
    known: str = bench.built[setting]
    return known


def _mails(bench: Bench) -> int:
    return max(SESSIONS * 2, round(bench.seconds * MAILS_PER_SECOND))


def _fill(file: Path, mails: int) -> None:
    async def fill() -> None:
        store = opened(file)
        now = datetime.now(UTC)
        await store.record_new(*(fact for number in range(mails) for fact in asked(number, at=now)[:2]))
        await store.close()

    asyncio.run(fill())


def _seconds(file: Path, mails: int) -> float:
    deadline = time.monotonic() + GIVE_UP_SECONDS
    done, db = 0, sqlite3.connect(file)
    try:
        while time.monotonic() < deadline:
            done, first, last = db.execute(COUNT).fetchone()
            if done >= mails:
                return float(last - first) / 1e6
            time.sleep(0.1)
    finally:
        db.close()
    raise NotMeasured(f"not measured: {done} of {mails} mails went out in {GIVE_UP_SECONDS:.0f} seconds")
