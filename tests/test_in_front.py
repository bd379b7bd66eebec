"""What stands in front of inbound: load balancers that say who calls, and a mail server that brings mail by LMTP. Real
ones of Debian's where they are installed."""

import asyncio
import os
import shutil
import socket
import ssl
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from bench.ports import free_port
from commands.in_front import check_lmtp
from inbound.smtp.callers import Callers
from inbound.smtp.proxied import Caller, header_bytes, read_header
from inbound.smtp.server import Limits
from inbound.trust.front import Front, read_networks
from mailer.checkup import State
from settings import read_settings
from tests.smtp_house import HELLO, MAIL, WORDS, Client, House, house, until, write_certificate
from tests.test_cli import afterword, folder, installed, refused

__all__ = ["folder", "installed"]
BALANCERS = Callers(read_networks("127.0.0.0/8"))
V2 = b"\r\n\r\n\0\r\nQUIT\n"


def version2(address: str, *, command: int = 1, tls: bytes = b"") -> bytes:
    """A header of version 2, written by hand from the specification."""
    addresses = socket.inet_aton(address) + socket.inet_aton("192.0.2.99") + struct.pack(">HH", 4711, 25)
    follows = addresses + tls
    return V2 + bytes([0x20 | command, 0x11]) + struct.pack(">H", len(follows)) + follows


SSL = b"\x20" + struct.pack(">H", 5) + b"\x01" + b"\0\0\0\0"
HEADERS = [
    (b"PROXY TCP4 198.51.100.7 192.0.2.99 4711 25\r\n", Caller("198.51.100.7", tls=False)),
    (b"PROXY TCP6 2001:db8::7 2001:db8::9 4711 25\r\n", Caller("2001:db8::7", tls=False)),
    (b"PROXY UNKNOWN\r\n", Caller("", tls=False)),
    (version2("198.51.100.7"), Caller("198.51.100.7", tls=False)),
    (version2("198.51.100.7", tls=SSL), Caller("198.51.100.7", tls=True)),
    (version2("198.51.100.7", command=0), Caller("", tls=False)),
]
WRONG = [
    b"EHLO mx.customer.example\r\n",
    b"PROXY TCP4 nobody 192.0.2.99 4711 25\r\n",
    b"PROXY TCP4 198.51.100.7 192.0.2.99 4711 25 and more\r\n",
    b"PROXY TCP4 198.51.100.7 192.0.2.99 99999 25\r\n",
    b"PROXY " + b"x" * 200,
    V2 + b"\x21\x11\x00\x04" + b"\0" * 4,
    V2 + b"\x91\x11\x00\x00",
    V2 + b"\x21\x11\xff\xff" + b"\0" * 100,
    version2("198.51.100.7", tls=b"\x20\x00\x00"),
]


@pytest.mark.parametrize(("header", "caller"), HEADERS)
def test_a_header_is_read_wherever_it_is_cut(header: bytes, caller: Caller) -> None:
    for cut in range(1, len(header)):
        assert header_bytes(header[:cut]) == 0
    assert header_bytes(header + b"EHLO x\r\n") == len(header)
    assert read_header(header) == caller


@pytest.mark.parametrize("header", WRONG)
async def test_who_must_say_who_calls_and_says_nonsense_is_cut_off(header: bytes) -> None:
    async with house(callers=BALANCERS) as here:
        client = await here.call()
        with pytest.raises((ConnectionError, AssertionError)):
            assert await client.says(header) != [""]
        assert here.shelf.kept == []


@pytest.mark.parametrize(("header", "caller"), HEADERS)
async def test_the_address_before_the_balancer_is_the_callers(header: bytes, caller: Caller) -> None:
    async with house(callers=BALANCERS) as here:
        client = await here.call()
        client.writer.write(header[:7])
        await client.writer.drain()
        await asyncio.sleep(0.01)
        client.writer.write(header[7:] + HELLO)
        assert await client.reply() == "220 mail.reply.example ESMTP"
        await client.reply()
        await client.sends(WORDS + b".\r\n")
        [(envelope, _)] = here.shelf.kept
        assert (envelope.peer, envelope.tls) == (caller.address or "127.0.0.1", caller.tls)


async def test_nobody_else_is_believed() -> None:
    async with house(callers=Callers(read_networks("10.0.0.0/8"))) as here:
        client = await here.greeted()
        [reply] = await client.says(b"PROXY TCP4 198.51.100.7 192.0.2.99 4711 25\r\n")
        assert reply.startswith("500 ")
        await client.sends(WORDS + b".\r\n")
        assert here.shelf.kept[0][0].peer == "127.0.0.1"


async def test_callers_behind_one_balancer_are_told_apart() -> None:
    async with house(Limits(connections_per_address=1), callers=BALANCERS) as here:
        first, second, again = [await here.call() for _ in range(3)]
        for client, last in ((first, 1), (second, 2), (again, 1)):
            client.writer.write(b"PROXY TCP4 198.51.100.%d 192.0.2.99 4711 25\r\n" % last)
        assert [(await client.reply())[:3] for client in (first, second, again)] == ["220", "220", "421"]


async def test_a_server_that_stops_waits_for_no_header() -> None:
    async with house(callers=BALANCERS) as here:
        client = await here.call()
        client.writer.write(b"PROXY TCP4 198.51")
        await until(lambda: any(dialogue._header for dialogue in here.server._dialogues))
        await here.server.close()
        with suppress(ConnectionError):
            assert await client.rest() == []


# the real HAProxy

HAPROXY = """
defaults
  mode tcp
  timeout connect 5s
  timeout client 10s
  timeout server 10s
frontend plain
  bind 127.0.0.1:{plain}
  default_backend one
frontend tls
  bind 127.0.0.1:{tls} ssl crt {certificate}
  default_backend two
backend one
  server a 127.0.0.1:{port} send-proxy source 127.0.0.5
backend two
  server a 127.0.0.1:{port} send-proxy-v2-ssl source 127.0.0.5
"""


@contextmanager
def running(*command: str | Path, port: int) -> Iterator[None]:
    """A server of Debian's, once it takes calls."""
    server = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield
    finally:
        server.terminate()
        server.wait(10)


@pytest.mark.debian("haproxy", "haproxy")
async def test_haproxy_says_who_calls_in_both_versions_and_whether_by_tls(tmp_path: Path) -> None:
    program = shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program
    certificate = write_certificate(tmp_path / "haproxy.pem")
    async with house(callers=Callers(read_networks("127.0.0.5"))) as here:
        plain, tls = free_port(), free_port()
        config = tmp_path / "haproxy.cfg"
        config.write_text(HAPROXY.format(plain=plain, tls=tls, certificate=certificate, port=here.server.port))
        with running(program, "-db", "-f", config, port=plain):
            trusting = ssl.create_default_context(cafile=certificate)
            trusting.check_hostname = False
            for port, context in ((plain, None), (tls, trusting)):
                streams = asyncio.open_connection("127.0.0.1", port, ssl=context, local_addr=("127.0.0.77", 0))
                client = Client(*await streams)
                here.clients.append(client)
                assert (await client.reply()).startswith("220 ")
                await client.says(HELLO)
                assert (await client.sends(WORDS + b".\r\n")).startswith("250 ")
        assert [(kept.peer, kept.tls) for kept, _ in here.shelf.kept] == [("127.0.0.77", False), ("127.0.0.77", True)]


# LMTP

LHLO = b"LHLO mx.acme.example\r\n"


async def lmtp_client(here: House) -> Client:
    client = await here.call()
    assert await client.reply() == "220 mail.reply.example LMTP"
    return client


async def test_lmtp_answers_for_every_recipient() -> None:
    async with house(lmtp=True) as here:
        client = await lmtp_client(here)
        replies = await client.says(b"EHLO x\r\nHELO x\r\n" + LHLO, replies=3)
        assert [reply[:3] for reply in replies] == ["500", "500", "250"]
        assert "PIPELINING" in replies[2]
        assert "ENHANCEDSTATUSCODES" in replies[2]
        to = b"RCPT TO:<r+a@reply.example>\r\nRCPT TO:<nobody@else.example>\r\nRCPT TO:<r+b@reply.example>\r\n"
        replies = await client.says(b"MAIL FROM:<ada@customer.example>\r\n" + to + b"DATA\r\n", replies=5)
        assert [reply[:3] for reply in replies] == ["250", "250", "550", "250", "354"]
        replies = await client.says(WORDS + b".\r\n", replies=2)
        assert [reply[:3] for reply in replies] == ["250", "250"]
        [(envelope, content)] = here.shelf.kept
        assert envelope.recipients == ("r+a@reply.example", "r+b@reply.example")
        assert content == WORDS


async def test_lmtp_says_later_to_every_recipient_when_nothing_can_be_kept() -> None:
    async with house(lmtp=True) as here:
        here.shelf.trouble = RuntimeError("no database")
        client = await lmtp_client(here)
        await client.says(LHLO)
        await client.says(MAIL + b"RCPT TO:<r+b@reply.example>\r\nDATA\r\n", replies=4)
        replies = await client.says(WORDS + b".\r\nNOOP\r\n", replies=3)
        assert [reply[:3] for reply in replies] == ["451", "451", "250"]


async def test_lmtp_by_tcp_is_for_listed_mail_servers_alone() -> None:
    async with house(lmtp=True, callers=Callers(only=read_networks("10.0.0.0/8"))) as here:
        assert (await (await here.call()).reply()).startswith("554 5.7.1")
    async with house(lmtp=True, callers=Callers(only=read_networks("127.0.0.1"))) as here:
        await lmtp_client(here)


async def test_lmtp_by_a_socket_is_for_its_owner_and_group_and_from_a_mail_server_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "lmtp"
    async with house(lmtp=True, path=path, callers=Callers(only=())) as here:
        assert path.stat().st_mode & 0o777 == 0o660
        client = Client(*await asyncio.open_unix_connection(path))
        here.clients.append(client)
        assert (await client.reply()).startswith("220 ")
        await client.says(LHLO)
        assert (await client.sends(WORDS + b".\r\n")).startswith("250 ")
        assert Front().stands_at(here.shelf.kept[0][0].peer)


# the real Postfix

POSTFIX = """compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
mail_owner = postfix
setgid_group = postdrop
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
inet_interfaces = loopback-only
inet_protocols = ipv4
mydestination =
mynetworks = 127.0.0.0/8
relay_domains = reply.example
smtpd_relay_restrictions = permit_mynetworks, reject
relay_transport = lmtp:{where}
transport_maps =
alias_maps =
alias_database =
maillog_file = {folder}/data/log
maillog_file_prefixes = {folder}
smtpd_peername_lookup = no
minimal_backoff_time = 1s
queue_run_delay = 1s
"""


@contextmanager
def postfix(folder: Path, where: str) -> Iterator[int]:
    """Debian's Postfix with a queue of its own, which brings all mail there by LMTP; its port."""
    port = free_port()
    folder.mkdir(mode=0o755)
    for name in ("queue", "data"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    (folder / "main.cf").write_text(POSTFIX.format(folder=folder, where=where))
    master = Path("/usr/share/postfix/master.cf.dist").read_text()
    lines = [line.split() for line in master.splitlines() if line and not line.startswith(("#", " ", "\t"))]
    for fields in lines:
        fields[4] = "n"  # no chroot: it has no files of its own
        if fields[7] == "smtpd" and fields[0] == "smtp":
            fields[0] = f"127.0.0.1:{port}"
    (folder / "master.cf").write_text("".join(" ".join(one) + "\n" for one in lines if one[7] != "pipe"))
    program = shutil.which("postfix", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program
    subprocess.run([program, "-c", folder, "start"], check=True, capture_output=True)
    try:
        yield port
    finally:
        subprocess.run([program, "-c", folder, "stop"], check=False, capture_output=True)


@pytest.mark.debian("postfix", "postfix")
@pytest.mark.parametrize("by", ["tcp", "socket"])
async def test_postfix_brings_mail_by_lmtp_and_keeps_what_we_cannot_take_yet(by: str) -> None:
    folder = Path(f"/var/tmp/afterword-lmtp-{os.getpid()}-{by}")  # noqa: S108 - Postfix's own user must reach it
    where_to: dict[str, Any] = {"path": folder.with_suffix(".socket")} if by == "socket" else {}
    try:
        async with house(lmtp=True, **where_to) as here:
            if by == "socket":
                shutil.chown(where_to["path"], group="postfix")
            where = f"unix:{where_to['path']}" if where_to else f"inet:127.0.0.1:{here.server.port}"
            here.shelf.trouble = RuntimeError("not yet")
            with postfix(folder, where) as port:
                streams = await asyncio.open_connection("127.0.0.1", port)
                client = Client(*streams)
                assert (await client.reply()).startswith("220 ")
                await client.says(HELLO)
                to = b"RCPT TO:<r+a@reply.example>\r\nRCPT TO:<r+b@reply.example>\r\nDATA\r\n"
                await client.says(b"MAIL FROM:<ada@customer.example>\r\n" + to, replies=4)
                await client.says(WORDS + b".\r\nQUIT\r\n", replies=2)
                client.writer.close()
                await asyncio.sleep(2)
                assert here.shelf.kept == []
                here.shelf.trouble = None
                async with asyncio.timeout(60):
                    while not here.shelf.kept:  # noqa: ASYNC110 - Postfix tries again in its own time
                        await asyncio.sleep(0.2)
        recipients = sorted(to for envelope, _ in here.shelf.kept for to in envelope.recipients)
        assert recipients == ["r+a@reply.example", "r+b@reply.example"]
        assert b"Thank you, Sam." in here.shelf.contents[0]
        assert {envelope.peer for envelope, _ in here.shelf.kept} == {"socket" if by == "socket" else "127.0.0.1"}
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        folder.with_suffix(".socket").unlink(missing_ok=True)


# the doctor


def test_the_doctor_looks_at_what_stands_in_front(installed: Path) -> None:
    env = installed / ".env"
    told = env.read_text()
    assert "Load balancers" not in afterword("doctor", "--no-network").stdout
    env.write_text(told + "AFTERWORD_INBOUND_PROXIES=10.0.0.1\n")
    assert "10.0.0.1/32 say who calls, and must" in afterword("doctor", "--no-network").stdout
    env.write_text(told + "AFTERWORD_INBOUND_PROXIES=0.0.0.0/0\n")
    assert "lists everybody" in afterword("doctor", "--no-network").stdout
    for wrong in ("PROXIES=everybody", "LMTP=somewhere"):
        env.write_text(f"{told}AFTERWORD_INBOUND_{wrong}\n")
        assert "expected" in refused("doctor", "--no-network")
    env.write_text(told)


async def test_the_doctor_calls_by_lmtp(tmp_path: Path, installed: Path) -> None:
    path = tmp_path / "lmtp"
    settings = read_settings().model_copy(update={"inbound_lmtp": str(path)})
    [found] = await asyncio.to_thread(lambda: list(check_lmtp(settings)))
    assert found.state is State.BROKEN
    async with house(lmtp=True, path=path):
        [found] = await asyncio.to_thread(lambda: list(check_lmtp(settings)))
    assert found.state is State.FINE
