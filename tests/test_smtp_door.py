"""The SMTP door, over real sockets: what it takes, what it refuses, and that no mail it said 250 to is lost."""

import asyncio
import inspect
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from itertools import product
from pathlib import Path

import aiosmtplib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbound.smtp import refusals
from inbound.smtp.data import DataReader, hops
from inbound.smtp.load import network
from inbound.smtp.server import Door, Limits, Refusal, serve
from reviews.model import Envelope
from tests.smtp_house import HELLO, MAIL, NOON, QUICK, WORDS, Client, Full, Shelf, house, until, write_certificate

# What it takes.


async def test_a_mail_is_kept_byte_for_byte_with_its_envelope() -> None:
    async with house() as here:
        client = await here.greeted()
        assert await client.sends(WORDS + b".\r\n") == "250 2.0.0 OK"
        envelope = Envelope(
            at=NOON,
            peer="127.0.0.1",
            helo="mx.customer.example",
            mail_from="ada@customer.example",
            recipients=("r+token@reply.example",),
            tls=False,
        )
        assert here.shelf.kept == [(envelope, WORDS)]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (b".\r\n", b""),
        (b"\r\n.\r\n", b"\r\n"),
        (b"..\r\n.\r\n", b".\r\n"),
        (b"...\r\n.\r\n", b"..\r\n"),
        (b".x\r\n.\r\n", b"x\r\n"),
        (b"a\r\n..\r\n...b\r\nc.\r\n.\r\n", b"a\r\n.\r\n..b\r\nc.\r\n"),
        (b"\r\n\r\n..\r\n\r\n.\r\n", b"\r\n\r\n.\r\n\r\n"),
        (
            bytes(range(1, 10)) + bytes(range(128, 256)) + b"\r\n.\r\n",
            bytes(range(1, 10)) + bytes(range(128, 256)) + b"\r\n",
        ),
        (b"x" * 1_000_000 + b"\r\n.\r\n", b"x" * 1_000_000 + b"\r\n"),
        (b"\r\n" * 100_000 + b".\r\n", b"\r\n" * 100_000),
    ],
    ids=["empty", "line", "dot", "two dots", "word", "dots", "empty lines", "8 bit", "long line", "many lines"],
)
async def test_dots_are_unstuffed_and_nothing_else_is_changed(sent: bytes, kept: bytes) -> None:
    async with house() as here:
        client = await here.greeted()
        assert await client.sends(sent) == "250 2.0.0 OK"
        assert here.shelf.contents == [kept]


@given(st.lists(st.sampled_from([b".", b"..", b"x", b"\r\n", b"\r\n.", b".\r\n"])), st.integers(1, 7))
def test_a_mail_reads_the_same_however_it_is_cut(parts: list[bytes], step: int) -> None:
    lines = b"".join(parts).split(b"\r\n")
    stuffed = b"".join((b"." + line if line.startswith(b".") else line) + b"\r\n" for line in lines)
    sent = stuffed + b".\r\nNOOP\r\n"
    data = DataReader(size_bytes_max=10_000, read_bytes_max=30_000)
    at = 0
    while not data.ended:
        data.feed(sent[at : at + step])
        at += step
    assert data.content() == b"".join(line + b"\r\n" for line in lines)
    assert data.rest + sent[at:] == b"NOOP\r\n"
    assert data.refusal is None


@given(st.lists(st.sampled_from([b"x", b".", b"\r", b"\n", b"\r\n", b"\0"])), st.integers(1, 5))
def test_no_bare_line_end_is_ever_kept(parts: list[bytes], step: int) -> None:
    sent = b"".join(parts) + b"\r\n.\r\n"
    data = DataReader(size_bytes_max=10_000, read_bytes_max=30_000)
    for at in range(0, len(sent), step):
        if not data.ended:
            data.feed(sent[at : at + step])
    assert data.ended
    plain = data.content().replace(b"\r\n", b"")
    assert not any(byte in plain for byte in b"\r\n\0")
    taken = sent[: sent.index(b"\r\n.\r\n")] if not sent.startswith(b".\r\n") else b""
    bare = taken.replace(b"\r\n", b"")
    assert (data.refusal is refusals.BARE_NEWLINE) == (b"\r" in bare or b"\n" in bare)


def test_every_short_mail_ends_at_its_one_true_end_however_it_is_cut() -> None:
    for sent in (b"".join(bytes_) for n in range(7) for bytes_ in product((b"\r", b"\n", b".", b"x"), repeat=n)):
        wire = sent + b"\r\n.\r\nREST"
        end = (b"\r\n" + wire).index(b"\r\n.\r\n")
        bare = re.search(rb"\r(?!\n)|(?<!\r)\n", wire[:end])
        unstuffed = re.sub(rb"(\A|\r\n)\.", rb"\1", wire[:end])
        for step in (1, 3, len(wire)):
            data = DataReader(size_bytes_max=100, read_bytes_max=100)
            cuts = [wire[at : at + step] for at in range(0, len(wire), step)]
            while cuts and not data.ended:
                data.feed(cuts.pop(0))
            assert data.refusal is (refusals.BARE_NEWLINE if bare else None), wire
            assert data.content() == (b"" if bare else unstuffed), wire
            assert data.rest + b"".join(cuts) == wire[end + 3 :], wire


async def test_commands_may_be_sent_ahead() -> None:
    async with house() as here:
        client = await here.call()
        one = MAIL + b"DATA\r\n"
        replies = await client.says(HELLO + one + WORDS + b".\r\n" + one + b"second\r\n.\r\nQUIT\r\n", replies=11)
        assert [reply[:3] for reply in replies] == ["220", "250", *["250", "250", "354", "250"] * 2, "221"]
        assert here.shelf.contents == [WORDS, b"second\r\n"]
        assert [envelope.recipients for envelope, _ in here.shelf.kept] == [("r+token@reply.example",)] * 2
        assert await client.rest() == []


async def test_commands_may_come_byte_by_byte() -> None:
    async with house() as here:
        client = await here.greeted()
        for byte in MAIL + b"DATA\r\n" + WORDS + b".\r\n":
            client.writer.write(bytes([byte]))
            await asyncio.sleep(0)
        assert [await client.reply() for _ in range(4)][-1] == "250 2.0.0 OK"
        assert here.shelf.contents == [WORDS]


async def test_a_client_that_stops_sending_is_still_answered() -> None:
    async with house() as here:
        client = await here.call()
        client.writer.write(HELLO + MAIL + b"DATA\r\n" + WORDS + b".\r\n")
        client.writer.write_eof()
        assert [reply[:3] for reply in await client.rest()] == ["220", "250", "250", "250", "354", "250"]
        assert here.shelf.contents == [WORDS]


async def test_what_is_offered_is_told_and_the_program_is_not() -> None:
    async with house() as here:
        client = await here.call()
        assert await client.reply() == "220 mail.reply.example ESMTP"
        (offer,) = await client.says(HELLO)
        assert offer.splitlines() == [
            "250-mail.reply.example",
            "250-SIZE 26214400",
            "250-8BITMIME",
            "250-SMTPUTF8",
            "250-PIPELINING",
            "250 ENHANCEDSTATUSCODES",
        ]


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("<>", ""),
        (" <ada@customer.example>", "ada@customer.example"),
        ("<Ada.Byron+x=y@Customer.Example>", "Ada.Byron+x=y@Customer.Example"),
        ('<"ada >x\\"y"@customer.example>', '"ada >x\\"y"@customer.example'),
        ("<@relay.example,@other.example:ada@customer.example>", "ada@customer.example"),
        ("<ada@[192.0.2.1]>", "ada@[192.0.2.1]"),
        ("<ada@[IPv6:2001:db8::1]>", "ada@[IPv6:2001:db8::1]"),
        ("<ada@customer.example> SIZE=1000 BODY=8BITMIME", "ada@customer.example"),
        ("<ada@müller.example> SMTPUTF8", "ada@müller.example"),
        ("<ada@customer.example> size=26214400 smtputf8 body=7bit", "ada@customer.example"),
    ],
)
async def test_a_sender_is_read(path: str, address: str) -> None:
    async with house() as here:
        client = await here.greeted()
        commands = f"mail from:{path}\r\nrcpt to:<POSTMASTER>\r\ndata\r\n.\r\n"
        replies = await client.says(commands.encode(), replies=4)
        assert replies[-1] == "250 2.0.0 OK"
        assert here.shelf.kept[0][0].mail_from == address


async def test_a_recipient_beyond_ascii_is_taken_when_it_was_announced() -> None:
    async with house() as here:
        client = await here.greeted()
        commands = "MAIL FROM:<> SMTPUTF8\r\nRCPT TO:<jörg@müller.example>\r\nDATA\r\n.\r\n"
        await client.says(commands.encode(), replies=4)
        assert here.shelf.kept[0][0].recipients == ("jörg@müller.example",)


# What it refuses.

MALFORMED = [
    (b"MAIL FROM:<", 501),
    (b"MAIL FROM:", 501),
    (b"MAIL", 501),
    (b"MAIL TO:<ada@customer.example>", 501),
    (b"MAIL FROM:ada@customer.example", 501),
    (b"MAIL FROM:<ada@customer.example", 501),
    (b"MAIL FROM:<<ada@customer.example>>", 501),
    (b'MAIL FROM:<"ada@customer.example>', 501),
    (b"MAIL FROM:<ada>", 553),
    (b"MAIL FROM:<@>", 553),
    (b"MAIL FROM:<ada@>", 553),
    (b"MAIL FROM:<@customer.example>", 553),
    (b"MAIL FROM:<a@b@c>", 553),
    (b"MAIL FROM:<a b@customer.example>", 553),
    (b"MAIL FROM:<ada@customer.example\0>", 553),
    (b"MAIL FROM:<ada@[customer.example>", 553),
    (b"MAIL FROM:<\xff\xfe@customer.example> SMTPUTF8", 553),
    (b"MAIL FROM:<\xc3\xa4@customer.example>", 553),
    (b"MAIL FROM:<" + b"a" * 600 + b"@customer.example>", 553),
    (b'MAIL FROM:<"' + b"\\" * 2000, 501),
    (b"MAIL FROM:<ada@customer.example> SIZE", 501),
    (b"MAIL FROM:<ada@customer.example> SIZE=", 501),
    (b"MAIL FROM:<ada@customer.example> SIZE=-1", 501),
    (b"MAIL FROM:<ada@customer.example> SIZE=\xd9\xa1", 501),
    (b"MAIL FROM:<ada@customer.example> SIZE=" + b"9" * 1000, 501),
    (b"MAIL FROM:<ada@customer.example> SIZE=26214401", 552),
    (b"MAIL FROM:<ada@customer.example> BODY=BINARYMIME", 501),
    (b"MAIL FROM:<ada@customer.example> SMTPUTF8=1", 555),
    (b"MAIL FROM:<ada@customer.example> RET=HDRS", 555),
    (b"MAIL FROM:<ada@customer.example> SIZE=99999999 SIZE=1", 501),
    (b"MAIL FROM:<ada@customer.example> SMTPUTF8 SMTPUTF8", 501),
    (b"MAIL FROM:<ada@customer.example> AUTH=<>", 555),
    (b"MAIL FROM:<ada@customer.example> BODY", 501),
    (b"MAIL FROM:<ada@customer.example> =", 555),
    (b"MAIL FROM:<ada@customer.example>SIZE=1", 501),
    (b"MAIL FROM:<ada@customer.example>\tSIZE=1", 501),
    (b"MAIL FROM:<ada@customer.example> >", 555),
    (b"MAIL FROM:< ada@customer.example >", 553),
    (b"MAIL FROM:<ada@[]>", 553),
    (b"MAIL FROM:<ada@[999.1.1.1]>", 553),
    (b"MAIL FROM:<ada@[IPv6:192.0.2.1]>", 553),
    (b"MAIL FROM:<ada@customer..example>", 553),
    (b"MAIL FROM:<ada@.example>", 553),
    (b"MAIL FROM:<ada@" + b"a" * 64 + b".example>", 553),
    (b"MAIL FROM:<ada@" + b"a.b." * 80 + b"example>", 553),
    (b"MAIL FROM:<ada@customer.example> SIZE=1\x0bBODY=7BIT", 501),
    (b"MAIL FROM:<ada@customer.example> \xc2\xa0SIZE=1", 555),
    (b"MAIL FROM:<ada@customer.example> \xc5\xbfIZE=1", 555),
    ("MA\u0131L FROM:<ada@customer.example>".encode(), 500),
    ("R\u017fET".encode(), 500),
    (b"MAIL FROM:<:ada@customer.example>", 553),
    (b"MAIL FROM:<a\xe2\x80\xaeda@customer.example> SMTPUTF8", 553),
    (b"MAIL FROM:<a\xe2\x80\xa8da@customer.example> SMTPUTF8", 553),
    (b"MAIL FROM:<ada@\xe2\x80\x8bcustomer.example> SMTPUTF8", 553),
    (b"MAIL\tFROM:<ada@customer.example>", 500),
    (b" MAIL FROM:<ada@customer.example>", 500),
    (b"M\xc4\xb1AIL FROM:<ada@customer.example>", 500),
    (b"TURN", 500),
    (b"ATRN", 500),
    (b"ETRN customer.example", 500),
    (b"SEND FROM:<ada@customer.example>", 500),
    (b"SOML FROM:<ada@customer.example>", 500),
    (b"SAML FROM:<ada@customer.example>", 500),
    (b"XCLIENT ADDR=127.0.0.1", 500),
    (b"XFORWARD NAME=mail.reply.example", 500),
    (b"LHLO mx.customer.example", 500),
    (b"PROXY TCP4 127.0.0.1 127.0.0.1 1 25", 500),
    (b"BURL imap://mail.reply.example/", 500),
    (b"\x16\x03\x01\x02\x00\x01", 500),
    (b"HELO", 501),
    (b"EHLO", 501),
    (b"EHLO " + b"x" * 300, 501),
    (b"EHLO a\tb", 501),
    (b"RCPT TO:<r@reply.example>", 503),
    (b"DATA", 503),
    (b"DATA now", 501),
    (b"AUTH PLAIN AGEAYg==", 502),
    (b"BDAT 10 LAST", 502),
    (b"EXPN staff", 502),
    (b"STARTTLS", 502),
    (b"", 500),
    (b" ", 500),
    (b"\0\0\0", 500),
    (b"\xff\xfe", 500),
    (b"H\xc3\x89LO x", 500),
    (b"__INIT__", 500),
    (b"NOOP" * 600, 500),
    (b"NOOP " + b"x" * 30_000, 500),
]


@pytest.mark.parametrize(("command", "code"), MALFORMED, ids=[repr(command)[:40] for command, _ in MALFORMED])
async def test_a_wrong_command_is_refused_and_the_next_one_answered(command: bytes, code: int) -> None:
    async with house() as here:
        client = await here.greeted()
        reply, after = await client.says(command + b"\r\nNOOP\r\n", replies=2)
        assert reply.startswith(f"{code} 5.")
        assert "Error" not in reply
        assert after == "250 2.0.0 OK"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("<", 501),
        ("<>", 553),
        ("<ada>", 553),
        ("<stranger@other.example>", 550),
        ("<r+token@reply.example> NOTIFY=NEVER", 555),
        ("<jörg@müller.example>", 553),
        ("<r%other.example@other.example>", 550),
        ("<other.example!r@other.example>", 550),
        ("<@reply.example>", 553),
        ("<postmaster@>", 553),
        ("<r+token@reply.example,x@other.example>", 553),
        ("<r+token@reply.example><x@other.example>", 501),
        ("<r+token@reply.example> ORCPT=rfc822;x", 555),
        ("r+token@reply.example", 501),
        ("<r+token@[127.0.0.1]>", 550),
        ("<@reply.example:stranger@other.example>", 550),
        ("<trouble@reply.example>", 451),
    ],
)
async def test_a_recipient_that_is_not_ours_is_refused_at_once(path: str, code: int) -> None:
    async with house() as here:
        client = await here.greeted()
        _, reply, data = await client.says(f"MAIL FROM:<>\r\nRCPT TO:{path}\r\nDATA\r\n".encode(), replies=3)
        assert reply.startswith(f"{code} {code // 100}.")
        assert data.startswith("503 5.5.1 ")
        assert here.shelf.kept == []


async def test_the_commands_have_their_order() -> None:
    async with house() as here:
        client = await here.call()
        replies = await client.says(b"MAIL FROM:<>\r\n" + HELLO + MAIL + MAIL + b"RSET\r\nDATA\r\n", replies=9)
        assert [reply[:3] for reply in replies] == ["220", "503", "250", "250", "250", "503", "250", "250", "503"]


@pytest.mark.parametrize("again", [HELLO, b"HELO mx.customer.example\r\n", b"RSET\r\n"])
async def test_who_begins_anew_has_no_recipients_any_more(again: bytes) -> None:
    async with house() as here:
        client = await here.greeted()
        *_, data = await client.says(MAIL + again + b"DATA\r\n", replies=4)
        assert data.startswith("503 ")
        *_, data = await client.says(MAIL + again + b"MAIL FROM:<>\r\nDATA\r\n", replies=5)
        assert data.startswith("503 5.5.1 No recipient")


async def test_ten_thousand_recipients_are_answered_and_then_put_out() -> None:
    async with house() as here:
        client = await here.greeted()
        client.writer.write(b"MAIL FROM:<>\r\n" + b"RCPT TO:<r+token@reply.example>\r\n" * 10_000)
        replies = [reply[:9] for reply in await client.rest()]
        assert (replies.count("250 2.1.5"), replies[-2:]) == (100, ["452 4.5.3", "421 4.7.0"])
        assert here.shelf.kept == []


async def test_a_size_that_was_promised_and_not_kept_is_of_no_account() -> None:
    async with house() as here:
        client = await here.greeted()
        commands = b"MAIL FROM:<> SIZE=1\r\nRCPT TO:<postmaster>\r\nDATA\r\n"
        assert (await client.says(commands + WORDS + b".\r\n", replies=4))[-1] == "250 2.0.0 OK"
        assert here.shelf.contents == [WORDS]


SPOKEN = HELLO + MAIL + b"DATA\r\n" + WORDS + b".\r\n"


async def test_a_client_that_is_gone_after_any_byte_leaves_a_whole_mail_or_none() -> None:
    async with house(replace(QUICK, connections_per_address=500)) as here:
        for cut in range(len(SPOKEN) + 1):
            client = await here.call()
            await client.reply()
            client.writer.write(SPOKEN[:cut])
            await client.writer.drain()
            if cut % 2:
                client.writer.write_eof()
                await client.rest()
            else:
                client.writer.transport.abort()
        client = await here.greeted()
        assert await client.sends(WORDS + b".\r\n") == "250 2.0.0 OK"
        assert set(here.shelf.contents) == {WORDS}
        assert len(here.shelf.kept) <= 2, "one said to its end, and the last"


async def test_nobody_is_told_who_lives_here() -> None:
    async with house() as here:
        client = await here.greeted()
        known, unknown, helped = await client.says(b"VRFY r+token\r\nVRFY nobody\r\nHELP MAIL\r\n", replies=3)
        assert known == unknown == "252 2.0.0 Send the mail and see"
        assert helped == "214 2.0.0 See RFC 5321"


SMUGGLED = b"MAIL FROM:<boss@reply.example>\r\nRCPT TO:<s+token@reply.example>\r\nDATA\r\nsmuggled\r\n"
FALSE_ENDS = [
    b"\n.\n",
    b"\r.\r",
    b"\n.\r\n",
    b"\r.\r\n",
    b"\r\n.\n",
    b"\r\n.\r",
    b"\r\n.\r\r\n",
    b"\r\n\r.\r\n",
    b"\r\r\n.\r\n",
    b"\n\r\n.\r\n",
    b"\r\n\n.\r\n",
    b"\n.\r",
    b"\r.\n",
    b"\n\n.\n\n",
    b"\r\r.\r\r",
    b"\n\r.\n\r",
    b"\r\n.\0\r\n\n",
    b"\0\n.\n",
    b"\r\n.\n\r\n.\r\n",
    b"x\n",
    b"x\r",
]


@pytest.mark.parametrize("false_end", FALSE_ENDS, ids=repr)
@pytest.mark.parametrize("ended", [True, False], ids=["ended", "left open"])
async def test_a_smuggled_mail_is_refused_with_the_mail_that_carried_it(false_end: bytes, ended: bool) -> None:
    async with house() as here:
        client = await here.greeted()
        reply = await client.sends(WORDS[:-2] + false_end + SMUGGLED + b".\r\nQUIT\r\n" * ended)
        assert reply == "554 5.6.0 The mail holds a bare CR or LF; lines must end in CR LF"
        assert await client.rest() == []
        assert here.shelf.kept == []


@pytest.mark.parametrize("form", [b"x\0y\r\n", b"\0\r\n", b"\r\n.\0\r\n", b"x\0"])
async def test_a_nul_is_refused_and_the_next_mail_taken(form: bytes) -> None:
    async with house() as here:
        client = await here.greeted()
        assert await client.sends(form + b"\r\n.\r\n") == "554 5.6.0 The mail holds a NUL character"
        assert await client.sends(WORDS + b".\r\n") == "250 2.0.0 OK"
        assert here.shelf.contents == [WORDS]


@pytest.mark.parametrize(
    "line", [b"NOOP\n", b"NO\rOP\r\n", b"NOOP\r\r\n", b"\n", b"MAIL FROM:<>\nRCPT TO:<postmaster>\r\n"]
)
async def test_a_command_with_a_bare_line_end_ends_the_dialogue(line: bytes) -> None:
    async with house() as here:
        client = await here.greeted()
        (reply,) = await client.says(line + b"NOOP\r\n")
        assert reply.startswith("500 5.5.2 ")
        assert await client.rest() == []


@pytest.mark.parametrize("first", [b"POST / HTTP/1.1", b"DELETE /x HTTP/1.1", b"GET /", b"Host: mail", b"Subject:"])
async def test_a_browser_cannot_speak_through_its_user(first: bytes) -> None:
    async with house() as here:
        client = await here.call()
        await client.reply()
        (reply,) = await client.says(first + b"\r\nHost: mail\r\n\r\n" + HELLO + MAIL + b"DATA\r\n.\r\n")
        assert reply.startswith("554 5.5.1 ")
        assert await client.rest() == []


async def test_the_words_of_a_mail_that_was_not_let_in_are_no_commands() -> None:
    async with house() as here:
        client = await here.greeted()
        words = b"From: ada@customer.example\r\n\r\n" + MAIL + b"DATA\r\nSubject: smuggled\r\n\r\n.\r\n"
        replies = await client.says(b"MAIL FROM:<>\r\nRCPT TO:<a@other.example>\r\nDATA\r\n" + words, replies=4)
        assert [reply[:9] for reply in replies] == ["250 2.1.0", "550 5.1.1", "503 5.5.1", "554 5.5.1"]
        assert await client.rest() == []
        assert here.shelf.kept == []


async def test_a_mail_that_travels_in_circles_is_stopped() -> None:
    async with house(Limits(hops=3)) as here:
        client = await here.greeted()
        trace = b"RECEIVED: from a\r\n\tby b\r\n"
        body = b"Subject: x\r\n\r\n" + b"Received: in the body\r\n" * 9 + b".\r\n"
        assert await client.sends(trace * 3 + body) == "250 2.0.0 OK"
        assert await client.sends(trace * 4 + body) == "554 5.4.6 The mail has travelled in a loop"


async def test_a_mail_that_came_through_us_too_often_is_stopped() -> None:
    async with house() as here:
        client = await here.greeted()
        ours = b"Received: from a ([192.0.2.1])\r\n\tBY mail.reply.example with ESMTP id 1; x\r\n"
        other = b"Received: from mail.reply.example by other.example\r\n"
        body = b"Subject: x\r\n\r\n" + ours * 9 + b".\r\n"
        assert await client.sends(other * 9 + ours * 3 + body) == "250 2.0.0 OK"
        assert await client.sends(ours * 4 + body) == "554 5.4.6 The mail has travelled in a loop"


def test_trace_is_counted_in_the_headers_alone() -> None:
    assert hops(b"") == 0
    assert hops(b"Received: a\r\nX-Received: b\r\nreceived: c\r\n\r\nReceived: d\r\n") == 2


# Limits.


async def test_a_mail_of_just_the_size_is_taken_and_one_byte_more_is_not() -> None:
    async with house(Limits(mail_bytes=1000)) as here:
        client = await here.greeted()
        exactly = b"..\r\n" * 100 + b"x" * 698 + b"\r\n"
        assert await client.sends(exactly + b".\r\n") == "250 2.0.0 OK"
        assert await client.sends(b"x" + exactly + b".\r\n") == "552 5.3.4 The mail is larger than we take"
        assert await client.sends(WORDS + b".\r\n") == "250 2.0.0 OK"
        assert [len(content) for content in here.shelf.contents] == [1000, len(WORDS)]


@pytest.mark.parametrize("line", [b"x", b"\r\n", b"x\r\n"], ids=["one line", "empty lines", "short lines"])
async def test_a_mail_without_end_is_cut(line: bytes) -> None:
    async with house(Limits(mail_bytes=100_000, linger_seconds=0.1)) as here:
        client = await here.greeted()
        assert await client.sends(line * 400_000) == "552 5.3.4 The mail is larger than we take"
        assert await client.rest() == []
        assert here.shelf.kept == []


async def test_mails_share_the_memory_and_one_too_many_comes_again() -> None:
    async with house(Limits(bytes_held=250_000)) as here:
        here.shelf.go_on.clear()
        first, second = await here.greeted(), await here.greeted()
        large = b"x" * 200_000 + b"\r\n.\r\n"
        waiting = asyncio.create_task(first.sends(large))
        await until(lambda: here.server._load.bytes_held == len(large) - 3 and bool(here.server._load.writes))
        assert await second.sends(large) == "452 4.3.1 We have no room for the mail just now; please try again"
        here.shelf.go_on.set()
        assert await waiting == "250 2.0.0 OK"
        assert await second.sends(large) == "250 2.0.0 OK"
        assert here.server._load.bytes_held == 0


async def test_too_many_recipients_wait_for_the_next_mail() -> None:
    async with house() as here:
        client = await here.greeted()
        commands = b"MAIL FROM:<>\r\n" + b"RCPT TO:<r@reply.example>\r\n" * 120
        replies = await client.says(commands, replies=121)
        assert [reply[:9] for reply in replies] == ["250 2.1.0"] + ["250 2.1.5"] * 100 + ["452 4.5.3"] * 20
        assert (await client.says(b"DATA\r\n.\r\n", replies=2))[-1] == "250 2.0.0 OK"
        assert len(here.shelf.kept[0][0].recipients) == 100


async def test_who_names_a_thousand_recipients_sends_to_the_first_hundred() -> None:
    async with house() as here:
        client = await here.greeted()
        asked = b"".join(b"RCPT TO:<r+%d@reply.example>\r\n" % number for number in range(1_001))
        replies = await client.says(b"MAIL FROM:<>\r\n" + asked + b"DATA\r\n.\r\n", replies=1_004)
        assert [reply[:3] for reply in replies] == ["250"] * 101 + ["452"] * 901 + ["354", "250"]
        assert len(here.shelf.kept[0][0].recipients) == 100


async def test_too_many_errors_end_the_dialogue() -> None:
    async with house() as here:
        client = await here.greeted()
        replies = await client.says(b"GUESS\r\n" * 1000, replies=11)
        assert [reply[:9] for reply in replies] == ["500 5.5.1"] * 10 + ["421 4.7.0"]
        assert await client.rest() == []


async def test_too_many_commands_end_the_dialogue_but_mails_do_not() -> None:
    async with house(Limits(commands=20, linger_seconds=0.5)) as here:
        client = await here.greeted()
        for _ in range(20):
            assert await client.sends(WORDS + b".\r\n") == "250 2.0.0 OK"
        replies = await client.says(b"NOOP\r\n" * 100, replies=21)
        assert [reply[:9] for reply in replies] == ["250 2.0.0"] * 20 + ["421 4.7.0"]
        assert await client.rest() == []


async def test_a_line_without_end_ends_the_dialogue() -> None:
    async with house() as here:
        client = await here.greeted()
        (reply,) = await client.says(b"x" * 2_000_000)
        assert reply == "500 5.5.6 This command line is too long"
        assert await client.rest() == []


async def check_turned_away(limits: Limits) -> None:
    """The third of three is turned away, until one of them leaves."""
    async with house(limits) as here:
        first, second = await here.greeted(), await here.greeted()
        third = await here.call()
        assert (await third.reply()).startswith("421 4.7.0 ")
        assert await third.rest() == []
        assert await second.says(b"NOOP\r\n") == ["250 2.0.0 OK"]
        await first.says(b"QUIT\r\n")
        await until(lambda: here.server._load.connections == 1)
        await here.greeted()


async def test_one_connection_too_many_from_one_address_is_turned_away() -> None:
    await check_turned_away(Limits(connections_per_address=2))


async def test_one_connection_too_many_in_all_is_turned_away() -> None:
    await check_turned_away(Limits(connections=2))


async def test_another_address_is_served_meanwhile() -> None:
    async with house(Limits(connections_per_address=1)) as here:
        await here.greeted()
        elsewhere = socket.socket()
        elsewhere.bind(("127.0.0.2", 0))
        elsewhere.setblocking(False)
        await asyncio.get_running_loop().sock_connect(elsewhere, ("127.0.0.1", here.server.port))
        client = Client(*await asyncio.open_connection(sock=elsewhere))
        here.clients.append(client)
        assert (await client.reply()).startswith("220 ")


def test_one_ipv6_customer_is_one_caller() -> None:
    assert network("2001:db8:1:2::9") == network("2001:db8:1:2:ffff::1") != network("2001:db8:1:3::9")
    assert network("::ffff:192.0.2.1") == network("192.0.2.1") == "192.0.2.1"
    assert network("fe80::1%eth0") == "fe80::/64"


@pytest.mark.parametrize(
    "begun", [b"", b"NO", HELLO + MAIL + b"DATA\r\nSubj"], ids=["silent", "in a command", "in a mail"]
)
async def test_a_client_that_stops_talking_is_put_out(begun: bytes) -> None:
    async with house(Limits(read_seconds=0.1)) as here:
        client = await here.call()
        client.writer.write(begun)
        assert (await client.rest())[-1] == "421 4.4.2 This took too long"
        assert here.shelf.kept == []


async def test_a_client_that_trickles_is_put_out() -> None:
    async with house(Limits(read_seconds=0.1, connection_seconds=0.4)) as here:
        client = await here.greeted()
        await client.says(MAIL + b"DATA\r\n", replies=3)
        reply = asyncio.create_task(client.reply())
        while not reply.done():
            client.writer.write(b"x\r\n")
            await asyncio.sleep(0.04)
        assert await reply == "421 4.4.2 This took too long"


async def test_a_client_that_reads_nothing_is_put_out() -> None:
    async with house(Limits(commands=10**6, read_seconds=0.1, close_seconds=0.1)) as here:
        deaf = socket.socket()
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(deaf, ("127.0.0.1", here.server.port))
        saying = asyncio.create_task(loop.sock_sendall(deaf, b"EHLO x\r\n" * 100_000))
        await until(lambda: here.server._load.connections > 0)
        await until(lambda: all(dialogue.transport is None for dialogue in here.server._dialogues))
        saying.cancel()
        deaf.close()


async def test_a_slow_store_does_not_cut_a_client() -> None:
    async with house(Limits(read_seconds=0.1, connection_seconds=0.1)) as here:
        here.shelf.go_on.clear()
        client = await here.greeted()
        waiting = asyncio.create_task(client.sends(WORDS + b".\r\n"))
        await asyncio.sleep(0.3)
        here.shelf.go_on.set()
        assert await waiting == "250 2.0.0 OK"


# Trouble behind the door.


@pytest.mark.parametrize(
    ("trouble", "reply"),
    [
        (RuntimeError("locked"), "451 4.3.0"),
        (OSError("gone"), "451 4.3.0"),
        (SystemExit(1), "451 4.3.0"),
        (asyncio.CancelledError(), "451 4.3.0"),
        (TimeoutError(), "451 4.3.0"),
        (EOFError(), "451 4.3.0"),
        (Full(), "452 4.3.1"),
    ],
    ids=repr,
)
async def test_trouble_in_keeping_is_passing_and_the_mail_is_taken_later(trouble: BaseException, reply: str) -> None:
    async with house() as here:
        client = await here.greeted()
        here.shelf.trouble = trouble
        assert (await client.sends(WORDS + b".\r\n")).startswith(reply)
        assert here.shelf.kept == []
        here.shelf.trouble = None
        assert await client.sends(WORDS + b".\r\n") == "250 2.0.0 OK"
        assert here.shelf.contents == [WORDS]


async def test_a_store_that_never_answers_is_passing_trouble() -> None:
    async with house(Limits(accept_seconds=0.05)) as here:
        here.shelf.go_on.clear()
        client = await here.greeted()
        assert (await client.sends(WORDS + b".\r\n")).startswith("451 4.3.0 ")


@pytest.mark.parametrize("how", ["closed", "reset"])
async def test_a_client_that_vanishes_at_the_dot_has_its_mail_kept(how: str) -> None:
    async with house() as here:
        here.shelf.go_on.clear()
        client = await here.greeted()
        await client.says(MAIL + b"DATA\r\n", replies=3)
        client.writer.write(WORDS + b".\r\n")
        await until(lambda: bool(here.server._load.writes))
        if how == "reset":
            client.writer.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0" + bytes(4)
            )
        client.writer.transport.abort()
        await until(lambda: how == "closed" or not here.server._load.connections)
        here.shelf.go_on.set()
        await until(lambda: here.shelf.contents == [WORDS])


async def test_a_client_that_vanishes_within_a_mail_leaves_nothing() -> None:
    async with house() as here:
        client = await here.greeted()
        await client.says(MAIL + b"DATA\r\n", replies=3)
        client.writer.write(WORDS)
        await until(lambda: here.server._load.bytes_held > 0)
        client.writer.close()
        await until(lambda: not here.server._load.connections)
        assert here.shelf.kept == []
        assert here.server._load.bytes_held == 0


async def test_our_own_mistake_is_passing_trouble_too() -> None:
    def clock() -> datetime:
        raise RuntimeError("no clock")

    shelf = Shelf()
    server = await serve(
        Door(accept=shelf.accept, recipient=shelf.recipient, clock=clock), "127.0.0.1", 0, hostname="x", limits=QUICK
    )
    client = Client(*await asyncio.open_connection("127.0.0.1", server.port))
    await client.says(HELLO, replies=2)
    assert (await client.sends(WORDS + b".\r\n")).startswith("421 4.3.0 ")
    assert await client.rest() == []
    client.writer.close()
    await server.close()


# Stopping.


async def test_stopping_tells_the_idle_and_finishes_the_mail_under_way() -> None:
    async with house() as here:
        idle, busy = await here.greeted(), await here.greeted()
        await busy.says(MAIL + b"DATA\r\n", replies=3)
        await until(lambda: any(dialogue._busy for dialogue in here.server._dialogues))
        closing = asyncio.create_task(here.server.close())
        assert (await idle.rest()) == ["421 4.3.2 We are stopping; please try again"]
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", here.server.port)
        busy.writer.write(WORDS + b".\r\n")
        assert [reply[:9] for reply in await busy.rest()] == ["250 2.0.0", "421 4.3.2"]
        await closing
        assert here.shelf.contents == [WORDS]


async def test_stopping_waits_for_nobody_for_ever() -> None:
    async with house(Limits(close_seconds=0.1)) as here:
        client = await here.greeted()
        await client.says(MAIL + b"DATA\r\n", replies=3)
        async with asyncio.timeout(60):
            await here.server.close()
            assert await client.rest() == []


# TLS.


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_certificate(tmp_path_factory.mktemp("tls") / "mail.pem")


@pytest.fixture
def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def client_tls(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


async def under_tls(client: Client, context: ssl.SSLContext) -> None:
    await client.writer.start_tls(context, server_hostname="127.0.0.1")


async def test_a_mail_under_tls_says_so(server_tls: ssl.SSLContext, client_tls: ssl.SSLContext) -> None:
    async with house(tls=server_tls) as here:
        client = await here.call()
        await client.reply()
        (offer,) = await client.says(HELLO)
        assert "250-STARTTLS" in offer.splitlines()
        assert await client.says(b"STARTTLS\r\n") == ["220 2.0.0 Ready to start TLS"]
        await under_tls(client, client_tls)
        assert (await client.says(b"MAIL FROM:<>\r\n"))[0].startswith("503 ")  # RFC 3207 section 4.2: it begins anew
        (offer,) = await client.says(HELLO)
        assert "STARTTLS" not in offer
        assert (await client.says(b"STARTTLS\r\n"))[0].startswith("503 ")
        large = WORDS + b"x" * 1_000_000 + b"\r\n"
        assert await client.sends(large + b".\r\n") == "250 2.0.0 OK"
        assert await client.says(b"QUIT\r\n") == ["221 2.0.0 Bye"]
        assert [(envelope.tls, content) for envelope, content in here.shelf.kept] == [(True, large)]


@pytest.mark.parametrize(
    "injected", [MAIL, HELLO + MAIL + b"DATA\r\n", b"NOOP\r\n" * 50_000], ids=["mail", "data", "much"]
)
async def test_what_came_in_clear_is_not_obeyed_under_tls(
    injected: bytes, server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    async with house(tls=server_tls) as here:
        client = await here.greeted()
        client.writer.write(b"STARTTLS\r\n" + injected)
        assert await client.reply() == "220 2.0.0 Ready to start TLS"
        try:
            await under_tls(client, client_tls)
            replies = await client.says(b"NOOP\r\nDATA\r\n", replies=2)
            assert [reply[:3] for reply in replies] == ["250", "503"]
        except OSError:  # more than we had read reached the handshake, which it breaks
            assert len(injected) > 100_000
        assert here.shelf.kept == []


async def test_junk_for_a_handshake_costs_one_connection(server_tls: ssl.SSLContext) -> None:
    async with house(tls=server_tls) as here:
        client = await here.greeted()
        await client.says(b"STARTTLS\r\n")
        client.writer.write(b"this is not TLS\r\n")
        await client.reader.read()
        await until(lambda: not here.server._load.connections)
        await here.greeted()


# Clients that others wrote.


def letter() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ada@customer.example", "r+token@reply.example", "Re: Grüße"
    mail.set_content("Thank you, Sam.\n.\n..\nAda\n")
    return mail


async def test_smtplib_can_send() -> None:
    def send(port: int) -> None:
        with smtplib.SMTP("127.0.0.1", port) as client:
            client.send_message(letter())
            client.send_message(letter())

    async with house() as here:
        await asyncio.to_thread(send, here.server.port)
        assert [content.endswith(b"Sam.\r\n.\r\n..\r\nAda\r\n") for content in here.shelf.contents] == [True, True]


async def test_aiosmtplib_can_send(server_tls: ssl.SSLContext, client_tls: ssl.SSLContext) -> None:
    async with house(tls=server_tls) as here:
        port = here.server.port
        await aiosmtplib.send(letter(), hostname="127.0.0.1", port=port, start_tls=True, tls_context=client_tls)
        (envelope, content), *_ = here.shelf.kept
        assert envelope.tls
        assert content.endswith(b"Sam.\r\n.\r\n..\r\nAda\r\n")


# What is told.


async def test_the_log_names_no_address_and_no_word(capsys: pytest.CaptureFixture[str]) -> None:
    async with house() as here:
        client = await here.greeted()
        await client.says(
            b"MAIL FROM:<ada@customer.example>\r\nRCPT TO:<secret@other.example>\r\nRSET\r\nSECRET\r\n", 4
        )
        await client.says(b"MAIL FROM:<>\r\nRCPT TO:<trouble@reply.example>\r\nRSET\r\n", 3)
        await client.sends(WORDS + b".\r\n")
        here.shelf.trouble = RuntimeError("could not keep r+token@reply.example")
        await client.sends(WORDS + b".\r\n")
    told = capsys.readouterr().out
    assert "mail accepted" in told
    assert "mail not kept" in told
    for secret in ("ada", "token", "secret", "SECRET", "trouble@", "Sam"):
        assert secret not in told


def test_a_refusal_is_one_line_of_ascii_whatever_it_holds() -> None:
    assert str(Refusal(550, "5.1.1", "nö\r\n250 OK\0")) == "550 5.1.1 n???250 OK?"
    for code, enhanced in ((250, "2.0.0"), (550, "4.1.1"), (600, "6.0.0")):
        with pytest.raises(ValueError, match="no negative reply"):
            Refusal(code, enhanced, "")


@pytest.mark.parametrize("hostname", ["", "two words", "mäil.example", "line\r\n"])
async def test_a_host_name_that_cannot_be_said_stops_the_start(hostname: str) -> None:
    shelf = Shelf()
    door = Door(accept=shelf.accept, recipient=shelf.recipient, clock=lambda: NOON)
    with pytest.raises(ValueError, match="host name"):
        await serve(door, "127.0.0.1", 0, hostname=hostname)


# The event loop it runs on in earnest.

BY_THEMSELVES = [
    test
    for name, test in globals().items()
    if name.startswith("test_")
    and inspect.iscoroutinefunction(test)
    and inspect.signature(test).parameters.keys() <= {"server_tls", "client_tls"}
]


@pytest.mark.parametrize("test", BY_THEMSELVES, ids=lambda test: test.__name__)
def test_it_is_the_same_under_uvloop(
    test: Callable[..., Coroutine[None, None, None]], request: pytest.FixtureRequest
) -> None:
    uvloop = pytest.importorskip("uvloop")
    contexts = {name: request.getfixturevalue(name) for name in inspect.signature(test).parameters}
    uvloop.run(test(**contexts))
