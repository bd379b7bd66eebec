"""Whatever is said at the SMTP door: it answers in replies, fails at nothing, keeps only whole mails, and goes on."""

import asyncio
import random
import re
from dataclasses import replace

import structlog

from tests.smtp_house import HELLO, MAIL, QUICK, WORDS, Client, House, house, until

SESSIONS = 400
TOGETHER = 20
REPLY = re.compile(rb"[2-5][0-9]{2}[ -][ -~]*\r\n")
WORDS_OF_SMTP = [
    HELLO,
    MAIL,
    b"MAIL FROM:<> SIZE=99999999999 BODY=8BITMIME\r\n",
    b"RCPT TO:<guess@other.example>\r\n",
    b"RCPT TO:<@a,@b:r+x@reply.example>\r\n",
    b"DATA\r\n",
    b"DATA\r\n" + WORDS + b".\r\n",
    WORDS + b".\r\n",
    b".\r\n",
    b"\r\n.\r\n",
    b"\n.\n",
    b"\r\n.\r",
    b"RSET\r\n",
    b"NOOP\r\n",
    b"QUIT\r\n",
    b"BDAT 5 LAST\r\nhello",
    b"STARTTLS\r\n",
    b"AUTH PLAIN AAAA\r\n",
    b"\r\n",
    b"\n",
    b"\0",
    b"GET / HTTP/1.1\r\n",
    b"x" * 3000,
    b"EHLO [" + b"1" * 500 + b"]\r\n",
]


def said(chance: random.Random) -> bytes:
    """A session that no client means."""
    pieces = [chance.choice(WORDS_OF_SMTP) for _ in range(chance.randrange(1, 15))]
    if chance.random() < 0.3:
        pieces.insert(chance.randrange(len(pieces)), chance.randbytes(chance.randrange(1, 200)))
    if chance.random() < 0.5:
        pieces[:0] = [HELLO, MAIL]
    whole = bytearray(b"".join(pieces))
    for _ in range(max(0, chance.randrange(-3, 3))):
        whole[chance.randrange(len(whole))] = chance.randrange(256)
    return bytes(whole)


async def session(here: House, seed: int) -> None:
    """One client: says it in pieces, reads nothing until the end, and leaves in one of the ways there are."""
    chance = random.Random(seed)
    client = await here.call()
    try:
        await speak(client, said(chance), chance)
        if chance.random() < 0.5:
            client.writer.write_eof()
            replies = await asyncio.wait_for(client.reader.read(), 60)
            assert REPLY.fullmatch(replies.splitlines(keepends=True)[0]), (seed, replies)
            assert all(REPLY.fullmatch(line) for line in replies.splitlines(keepends=True)), (seed, replies)
    except ConnectionError:
        pass  # it was put out while it spoke
    finally:
        client.writer.transport.abort()


async def speak(client: Client, words: bytes, chance: random.Random) -> None:
    while words and not client.writer.is_closing():
        step = chance.choice([1, 7, 100, len(words)])
        client.writer.write(words[:step])
        words = words[step:]
        if chance.random() < 0.2:
            await client.writer.drain()


async def test_four_hundred_sessions_of_nonsense_leave_the_door_as_it_was() -> None:
    limits = replace(QUICK, quiet_seconds=0.02, linger_seconds=0.02, guess_seconds=0.0)
    with structlog.testing.capture_logs() as told:
        async with house(limits) as here:
            for first in range(0, SESSIONS, TOGETHER):
                await asyncio.gather(*(session(here, seed) for seed in range(first, first + TOGETHER)))
            await until(lambda: here.server._load.connections == 0)
            assert here.server._load.bytes_held == 0
            assert all(b"\n" not in content.replace(b"\r\n", b"") for content in here.shelf.contents)
            kept = len(here.shelf.kept)
            assert kept > 0
            client = await here.greeted()
            assert await client.sends(WORDS + b".\r\n") == "250 2.0.0 OK"
            assert len(here.shelf.kept) == kept + 1
    assert [line for line in told if line["log_level"] == "error"] == []
