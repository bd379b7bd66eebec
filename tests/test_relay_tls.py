"""Encrypted or not at all: STARTTLS, certificates and logins, by a stock SMTP server on a real socket."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from mailer.compose import Composed
from mailer.mime import CONTENT_TYPE, alternatives
from mailer.relay import Handed, Relay, read_smtp_url
from reviews.model import Outcome
from tests.smtp_house import write_certificate

HEAD = {"From": b"care@acme.example", "To": b"ada@customer.example", "Content-Type": CONTENT_TYPE}
MAIL = Composed(
    "b+1@reply.acme.example", "ada@customer.example", "", "Hello", HEAD, alternatives("Hello\n", ("<p>Hello</p>",))
)


@dataclass
class Strict:
    """What a server was told, and whether the connection was encrypted then."""

    port: int = 0
    encrypted: list[bool] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        assert server.transport
        self.encrypted.append(server.transport.get_extra_info("cipher") is not None)
        return "250 2.0.0 Ok"

    def login(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"right:one", handled=False)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_certificate(tmp_path_factory.mktemp("tls") / "mail.pem")


@asynccontextmanager
async def serving(certificate: Path | None, *, at_once: bool = False, login: bool = False) -> AsyncIterator[Strict]:
    """A server that offers STARTTLS, or begins with TLS, or knows of none (None)."""
    strict, context = Strict(), None
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)

    def answer() -> SMTP:
        safe = certificate is not None
        asked = {"authenticator": strict.login, "auth_required": safe, "auth_require_tls": safe} if login else {}
        return SMTP(strict, tls_context=None if at_once else context, **asked)  # type: ignore[arg-type]

    loop = asyncio.get_running_loop()
    server = await loop.create_server(answer, "127.0.0.1", 0, ssl=context if at_once else None)
    strict.port = server.sockets[0].getsockname()[1]
    try:
        yield strict
    finally:
        server.close()


async def sent(url: str) -> Handed:
    relay = Relay(read_smtp_url(url), hostname="reply.acme.example")
    try:
        return await relay.send(MAIL)
    finally:
        await relay.close()


@pytest.mark.parametrize("wish", ["require", "opportunistic"])
async def test_where_tls_is_offered_the_mail_goes_through_it(certificate: Path, wish: str) -> None:
    async with serving(certificate) as strict:
        handed = await sent(f"smtp://127.0.0.1:{strict.port}?starttls={wish}&ca={certificate}")
    assert (handed.outcome, strict.encrypted) == (Outcome.SENT, [True])


async def test_tls_from_the_first_byte(certificate: Path) -> None:
    async with serving(certificate, at_once=True) as strict:
        handed = await sent(f"smtps://127.0.0.1:{strict.port}?ca={certificate}")
    assert (handed.outcome, strict.encrypted) == (Outcome.SENT, [True])


@pytest.mark.parametrize("wish", ["require", "opportunistic"])
async def test_a_certificate_nobody_vouches_for_gets_no_mail(certificate: Path, wish: str) -> None:
    async with serving(certificate) as strict:
        handed = await sent(f"smtp://127.0.0.1:{strict.port}?starttls={wish}")
    assert (handed.outcome, handed.route_failed, strict.encrypted) == (Outcome.DEFERRED, True, [])
    assert "certificate" in handed.reason.lower()


async def test_a_certificate_for_another_name_gets_no_mail(certificate: Path) -> None:
    async with serving(certificate) as strict:
        handed = await sent(f"smtp://localhost:{strict.port}?starttls=require&ca={certificate}")
    assert (handed.outcome, strict.encrypted) == (Outcome.DEFERRED, [])


async def test_where_tls_is_required_and_not_offered_nothing_goes_in_clear() -> None:
    async with serving(None, login=True) as strict:
        handed = await sent(f"smtp://me:right%3Aone@127.0.0.1:{strict.port}?starttls=require")
    assert (handed.outcome, handed.route_failed) == (Outcome.DEFERRED, True)
    assert (strict.encrypted, strict.logins) == ([], [])


async def test_where_it_is_only_wished_for_and_not_offered_the_mail_goes_in_clear() -> None:
    async with serving(None) as strict:
        assert (await sent(f"smtp://127.0.0.1:{strict.port}?starttls=opportunistic")).outcome is Outcome.SENT
    assert strict.encrypted == [False]


async def test_the_password_goes_through_tls_and_a_wrong_one_loses_no_mail(certificate: Path) -> None:
    async with serving(certificate, login=True) as strict:
        place = f"127.0.0.1:{strict.port}?starttls=require&ca={certificate}"
        assert (await sent(f"smtp://me:right%3Aone@{place}")).outcome is Outcome.SENT
        refused = await sent(f"smtp://me:wrong@{place}")
    assert strict.encrypted == [True]
    assert strict.logins[0] == (b"me", b"right:one")
    assert (refused.outcome, refused.route_failed) == (Outcome.DEFERRED, True)
    assert refused.reason.startswith("535")
    assert "wrong" not in refused.reason


@pytest.mark.parametrize(
    ("url", "starttls"),
    [
        ("smtp://mail.example", None),
        ("smtp://me:secret@mail.example", True),
        ("smtp://me:secret@mail.example?starttls=opportunistic", None),
        ("smtp://me:secret@localhost", None),
        ("smtps://me:secret@mail.example", False),
    ],
)
def test_a_password_is_said_to_nobody_who_took_the_offer_of_tls_away(url: str, starttls: bool | None) -> None:
    assert read_smtp_url(url).starttls is starttls
