"""What the SMTP door does with clients that guess, trickle, crowd in or send in clear: a dialogue for each rule."""

import asyncio
import ssl
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from inbound.certificate import Certificate
from inbound.smtp.guesses import Guesses
from inbound.smtp.load import Load
from inbound.smtp.server import Door, Limits, Tls, serve
from tests.smtp_house import HELLO, MAIL, NOON, QUICK, WORDS, Client, House, Shelf, house, until, write_certificate

STRANGER = b"RCPT TO:<guess@other.example>\r\n"
ADA = b"RCPT TO:<r+token@reply.example>\r\n"


async def timed(client: Client, command: bytes) -> tuple[str, float]:
    begun = time.monotonic()
    (reply,) = await client.says(command)
    return reply, time.monotonic() - begun


# Who guesses.


async def test_who_guesses_addresses_is_answered_ever_later_and_a_customer_beside_them_at_once() -> None:
    async with house(replace(QUICK, guesses=2, guess_seconds=0.4)) as here:
        guesser, customer = await here.greeted(), await here.greeted()
        await guesser.says(b"MAIL FROM:<>\r\n")
        await customer.says(b"MAIL FROM:<>\r\n")
        waits = [(await timed(guesser, STRANGER))[1] for _ in range(4)]
        assert waits[2] >= 0.2
        assert waits[3] >= 0.4
        guess = asyncio.create_task(guesser.says(STRANGER))
        assert (await customer.says(ADA))[0].startswith("250 ")
        assert not guess.done()
        await guess


def test_guesses_are_counted_by_network_and_forgotten_after_an_hour() -> None:
    now = [0.0]
    guesses = Guesses(Limits(guesses=10, guess_seconds=5), lambda: now[0])
    assert [guesses.wait_seconds("192.0.2.1") for _ in range(12)] == [0.0] * 10 + [0.5, 1.0]
    assert guesses.wait_seconds("192.0.2.2") == 0.0
    assert max(guesses.wait_seconds("192.0.2.1") for _ in range(1000)) == 5.0
    now[0] = 3601.0
    assert guesses.wait_seconds("192.0.2.1") == 0.0


# Who trickles.


async def test_a_mail_that_trickles_in_is_put_out_however_often_it_moves() -> None:
    async with house(replace(QUICK, read_seconds=0.3, data_bytes_per_second=1000)) as here:
        client = await here.greeted()
        await client.says(MAIL + b"DATA\r\n", replies=3)
        reply = asyncio.create_task(client.reply())
        while not reply.done():
            client.writer.write(b"x\r\n")
            await asyncio.sleep(0.05)
        assert await reply == "421 4.4.2 This took too long"
        assert here.shelf.kept == []


async def test_a_mail_at_the_least_speed_is_taken() -> None:
    async with house(replace(QUICK, read_seconds=0.2, data_bytes_per_second=1000)) as here:
        client = await here.greeted()
        await client.says(MAIL + b"DATA\r\n", replies=3)
        for _ in range(10):
            client.writer.write(b"x" * 98 + b"\r\n")
            await asyncio.sleep(0.05)
        assert (await client.says(b".\r\n"))[0] == "250 2.0.0 OK"


async def test_a_command_that_trickles_in_is_put_out_however_often_it_moves() -> None:
    async with house(replace(QUICK, read_seconds=0.3)) as here:
        client = await here.greeted()
        reply = asyncio.create_task(client.reply())
        while not reply.done():
            client.writer.write(b"N")
            await asyncio.sleep(0.05)
        assert await reply == "421 4.4.2 This took too long"


async def test_in_a_crowd_who_says_nothing_is_put_out_sooner() -> None:
    async with house(replace(QUICK, connections=4, read_seconds=5, busy_read_seconds=0.1)) as here:
        first, second = await here.greeted(), await here.greeted()
        third = await here.call()
        assert (await third.rest())[-1] == "421 4.4.2 This took too long"
        assert await first.says(b"NOOP\r\n") == await second.says(b"NOOP\r\n") == ["250 2.0.0 OK"]


# Who sends in clear.


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_certificate(tmp_path_factory.mktemp("tls") / "mail.pem")


async def secured(here: House, context: ssl.SSLContext) -> Client:
    client = await here.greeted()
    assert await client.says(b"STARTTLS\r\n") == ["220 2.0.0 Ready to start TLS"]
    await client.writer.start_tls(context, server_hostname="127.0.0.1")
    return client


async def test_where_tls_is_required_no_mail_is_taken_in_clear(certificate: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    async with house(tls=Tls(Certificate(certificate, None).context, required=True)) as here:
        client = await here.greeted()
        replies = await client.says(MAIL + b"DATA\r\nVRFY a\r\nNOOP\r\nRSET\r\n", replies=6)
        assert [reply[:9] for reply in replies] == ["530 5.7.0"] * 4 + ["250 2.0.0"] * 2
        client = await secured(here, trusting)
        await client.says(HELLO)
        assert await client.sends(WORDS + b".\r\n") == "250 2.0.0 OK"
        assert [envelope.tls for envelope, _ in here.shelf.kept] == [True]


async def test_a_renewed_certificate_is_used_at_the_next_handshake(tmp_path: Path) -> None:
    file = write_certificate(tmp_path / "mail.pem")
    old = ssl.create_default_context(cafile=str(file))
    async with house(tls=Tls(Certificate(file, file).context)) as here:
        await secured(here, old)
        file.write_bytes(b"half a renew")  # what stands there for a moment is never offered
        await secured(here, old)
        write_certificate(file)
        await secured(here, ssl.create_default_context(cafile=str(file)))
        with pytest.raises(ssl.SSLCertVerificationError):
            await secured(here, old)


async def test_tls_before_1_2_is_refused(certificate: Path) -> None:
    ancient = ssl.create_default_context(cafile=str(certificate))
    ancient.set_ciphers("DEFAULT:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        ancient.maximum_version = ssl.TLSVersion.TLSv1_1
    async with house(tls=Tls(Certificate(certificate, None).context)) as here:
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await secured(here, ancient)


def test_a_certificate_that_cannot_be_used_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="AFTERWORD_INBOUND_TLS_CERTIFICATE"):
        Certificate(tmp_path / "none.pem", None)


# Several processes on one port.


async def test_servers_share_a_port_and_when_one_stops_the_others_go_on() -> None:
    shelves = [Shelf(), Shelf()]
    doors = [Door(accept=shelf.accept, recipient=shelf.recipient, clock=lambda: NOON) for shelf in shelves]
    async with AsyncExitStack() as stack:
        first = await serve(doors[0], "127.0.0.1", 0, hostname="x", limits=QUICK, reuse_port=True)
        second = await serve(doors[1], "127.0.0.1", first.port, hostname="x", limits=QUICK, reuse_port=True)
        stack.push_async_callback(second.close)

        async def send() -> None:
            client = Client(*await asyncio.open_connection("127.0.0.1", second.port))
            await client.says(HELLO, replies=2)
            assert await client.sends(WORDS + b".\r\n") == "250 2.0.0 OK"
            client.writer.close()

        for _ in range(40):
            await send()
        assert min(len(shelf.kept) for shelf in shelves) > 0
        assert sum(len(shelf.kept) for shelf in shelves) == 40
        await first.close()
        for _ in range(10):
            await send()
        assert sum(len(shelf.kept) for shelf in shelves) == 50


# What is refused leaves no trace but its line in the log.


async def test_a_refused_mail_leaves_a_line_in_the_log_and_nothing_else() -> None:
    with structlog.testing.capture_logs() as told:
        async with house(replace(QUICK, mail_bytes=1000)) as here:
            client = await here.greeted()
            assert (await client.sends(b"x" * 2000 + b"\r\n.\r\n")).startswith("552 ")
            await until(lambda: here.server._load.bytes_held == 0)
            assert here.shelf.kept == []
    assert [(line["event"], line["code"]) for line in told if line.get("code") == 552] == [("refused", 552)]


async def test_memory_is_counted_over_all_connections() -> None:
    load = Load(Limits(bytes_held=100))
    with load.share(60), load.share(40):
        assert load.has_room()
        with load.share(1):
            assert not load.has_room()
    assert load.bytes_held == 0
