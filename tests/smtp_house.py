"""The SMTP door with a shelf behind it, and clients that say exactly the bytes they are told, over real sockets."""

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from inbound.smtp.server import Door, Limits, Refusal, Server, Tls, serve
from reviews.model import Envelope

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
QUICK = Limits(quiet_seconds=0.1, linger_seconds=0.1, close_seconds=0.5)
HELLO = b"EHLO mx.customer.example\r\n"
MAIL = b"MAIL FROM:<ada@customer.example>\r\nRCPT TO:<r+token@reply.example>\r\n"
WORDS = b"Subject: Re: your ticket\r\n\r\nThank you, Sam.\r\n"


class Full(Exception):
    """What a store raises that has no room."""


@dataclass
class Shelf:
    """What stands behind the door in these tests: mails in the order they were kept, or the trouble in keeping them."""

    kept: list[tuple[Envelope, bytes]] = field(default_factory=list)
    trouble: BaseException | None = None
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.go_on.set()

    async def accept(self, envelope: Envelope, content: bytes) -> None:
        await self.go_on.wait()
        if self.trouble is not None:
            raise self.trouble
        self.kept.append((envelope, content))

    async def recipient(self, address: str) -> Refusal | None:
        if address.startswith("trouble"):
            raise RuntimeError("a message that names trouble@reply.example")
        ours = address.lower() == "postmaster" or address.endswith(("@reply.example", "@müller.example"))
        return None if ours else Refusal(550, "5.1.1", "Nobody of that näme\r\nlives here")

    @property
    def contents(self) -> list[bytes]:
        return [content for _, content in self.kept]


@dataclass
class Client:
    """A client that says exactly the bytes it is told, and reads replies whole."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def reply(self) -> str:
        """The next reply with all its lines; '' when the server has closed."""
        lines = []
        while line := await asyncio.wait_for(self.reader.readline(), 60):
            assert line.endswith(b"\r\n")
            assert line.isascii()
            lines.append(line.decode().rstrip("\r\n"))
            if line[3:4] != b"-":
                break
        return "\n".join(lines)

    async def says(self, commands: bytes, replies: int = 1) -> list[str]:
        """Send these bytes in one go, and read so many replies."""
        self.writer.write(commands)
        await self.writer.drain()
        return [await self.reply() for _ in range(replies)]

    async def sends(self, content: bytes) -> str:
        """A whole mail; the reply to its content, which is sent as it is, without a dot of ours."""
        *_, ready = await self.says(MAIL + b"DATA\r\n", replies=3)
        assert ready.startswith("354 ")
        (reply,) = await self.says(content)
        return reply

    async def rest(self) -> list[str]:
        """All replies until the server closes."""
        replies = []
        while reply := await self.reply():
            replies.append(reply)
        return replies


@dataclass
class House:
    """A running door, what is behind it, and a way to call."""

    server: Server
    shelf: Shelf
    clients: list[Client] = field(default_factory=list)

    async def call(self, host: str = "127.0.0.1") -> Client:
        """A connection that is greeted but says nothing yet."""
        client = Client(*await asyncio.open_connection(host, self.server.port))
        self.clients.append(client)
        return client

    async def greeted(self) -> Client:
        client = await self.call()
        assert await client.reply() == "220 mail.reply.example ESMTP"
        await client.says(HELLO)
        return client


@asynccontextmanager
async def house(limits: Limits = QUICK, tls: ssl.SSLContext | Tls | None = None, **more: Any) -> AsyncIterator[House]:
    """A running door; a TLS context is offered, and not required. `more` as `serve` takes it."""
    shelf = Shelf()
    door = Door(accept=shelf.accept, recipient=shelf.recipient, clock=lambda: NOON, full=(Full,))
    offered = Tls(lambda: tls) if isinstance(tls, ssl.SSLContext) else tls
    server = await serve(door, "127.0.0.1", 0, hostname="mail.reply.example", limits=limits, tls=offered, **more)
    running = House(server, shelf)
    try:
        yield running
    finally:
        shelf.go_on.set()
        await server.close()
        for client in running.clients:
            client.writer.close()


async def until(true: Callable[[], bool]) -> None:
    """Wait for what happens on the other side of a socket."""
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110  # what is waited for is in the kernel or in the server, not in this test
            await asyncio.sleep(0.005)


def write_certificate(path: Path) -> Path:
    """Write a new key and a certificate for 127.0.0.1 that it signs itself into one PEM file; the file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.reply.example")])
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + signed.public_bytes(serialization.Encoding.PEM))
    return path
