"""Who loads the mail door? Mail servers that keep each mail until they hear 250, as real ones do."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random

import aiosmtplib

from bench.faults.house import House
from bench.faults.ledger import Kept, Ledger, waits
from reviews.facts import Review

SENDERS = 4
THINKING_SECONDS = 0.02
LINE = b"The quick brown fox wrote this line to fill the mail.\r\n"


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail on its way to us."""

    review: str
    to: str
    message_id: str
    raw: bytes

    @property
    def kept(self) -> Kept:
        return Kept("mail", self.review, f"{self.message_id} {hashlib.sha256(self.raw).hexdigest()}")

    @property
    def on_the_wire(self) -> bytes:
        """Its DATA with the final dot; no line of it begins with one."""
        return self.raw + b".\r\n"


@dataclass
class MailServer:
    """One mail server with a connection that it keeps."""

    house: House
    ledger: Ledger
    chance: Random
    _client: aiosmtplib.SMTP | None = None
    _dot_at: float | None = None
    """When the content of a mail began to go out: from then on it may have arrived, whatever is answered."""

    async def deliver(self, mail: Mail) -> None:
        """Try until it is taken. What is refused for good is lost: its sender gets it back."""
        again = waits()
        async with asyncio.timeout(self.ledger.patience_seconds):
            while not await self._taken(mail):
                await asyncio.sleep(next(again))

    def close(self) -> None:
        """Hang up."""
        if self._client is not None:
            self._client.close()
        self._client = None

    async def _taken(self, mail: Mail) -> bool:
        self._dot_at = None
        try:
            await self._hand_over(mail)
        except aiosmtplib.SMTPResponseException as error:
            return await self._refused(mail, error)
        except (aiosmtplib.SMTPException, OSError):
            self._cut_off(mail)
            return False
        await self.ledger.keep(mail.kept)
        return True

    async def _hand_over(self, mail: Mail) -> None:
        if self._client is None or not self._client.is_connected:
            self._client = aiosmtplib.SMTP(
                hostname="127.0.0.1", port=self.house.inbound_port, start_tls=False, timeout=60
            )
            await self._client.connect()
        await self._client.mail("customer@customer.example")
        await self._client.rcpt(mail.to)
        self._dot_at = time.monotonic()
        await self._client.data(mail.raw)

    def _cut_off(self, mail: Mail) -> None:
        self.close()
        if self._dot_at is not None:
            self.ledger.unanswered(mail.kept)

    async def _refused(self, mail: Mail, error: aiosmtplib.SMTPResponseException) -> bool:
        self.close()
        if error.code >= 500:
            self.ledger.lost.append(f"a mail was refused for good: {error.code} {error.message}")
            return True
        begun = self._dot_at if self._dot_at is not None else time.monotonic()
        await self.ledger.refused(error.code, seconds=time.monotonic() - begun)
        return False


@asynccontextmanager
async def half_sent(house: House, mail: Mail, *, bytes_sent: int) -> AsyncIterator[None]:
    """A connection on which a mail is under way: so many bytes of its DATA went out, and no more."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.inbound_port)
    for line in (
        "",
        "EHLO mx.example",
        "MAIL FROM:<customer@customer.example>",
        f"RCPT TO:<{mail.to}>",
        "DATA",
    ):
        if line:
            writer.write(f"{line}\r\n".encode())
        while (await reader.readline())[3:4] == b"-":  # one line of several
            pass
    writer.write(mail.on_the_wire[:bytes_sent])
    await writer.drain()
    try:
        yield
    finally:
        writer.close()


def written(house: House, review: str, chance: Random, *, lines_max: int) -> Mail:
    """A customer's answer of random length."""
    message_id = f"{chance.getrandbits(64):x}@customer.example"
    head = f"From: customer@customer.example\r\nSubject: Re: your ticket\r\nMessage-ID: <{message_id}>\r\n\r\n"
    raw = f"{head}It works now, thank you: {message_id}\r\n\r\n".encode() + LINE * chance.randrange(lines_max)
    return Mail(review, house.links.customer_address(review), message_id, raw)


@asynccontextmanager
async def senders(
    house: House,
    ledger: Ledger,
    chance: Random,
    reviews: list[Review],
    *,
    lines_max: int = 200,
    thinking_seconds: float = THINKING_SECONDS,
) -> AsyncIterator[None]:
    """The load, until the block is left; then everybody delivers what they have begun."""
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(SENDERS):
            server = MailServer(house, ledger, Random(chance.getrandbits(64)))
            tasks.create_task(_until(stop, server, reviews, lines_max, thinking_seconds))
        try:
            yield
        finally:
            stop.set()


async def _until(
    stop: asyncio.Event, server: MailServer, reviews: list[Review], lines_max: int, thinking_seconds: float
) -> None:
    try:
        while not stop.is_set():
            review = server.chance.choice(reviews)
            await server.deliver(written(server.house, review.id, server.chance, lines_max=lines_max))
            await asyncio.sleep(server.chance.uniform(0, thinking_seconds))
    except TimeoutError:
        server.ledger.wrong.append("a mail was never taken")
    finally:
        server.close()
