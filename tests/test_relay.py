"""What is said to a relay, and what is made of its answers: by scripted servers on real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from mailer import relay
from mailer.compose import Composed
from mailer.mime import CONTENT_TYPE, alternatives
from mailer.relay import Relay, read_smtp_url
from reviews.model import Outcome
from tests.scripted_relay import EHLO, Server, listening

LATER = 0.05
TOGETHER = ["MAIL FROM:<b+1@reply.acme.example>", "RCPT TO:<ada@customer.example>", "DATA"]


@asynccontextmanager
async def relay_to(server: Server) -> AsyncIterator[Relay]:
    async with listening(server):
        kept = Relay(read_smtp_url(f"smtp://127.0.0.1:{server.port}?starttls=none"), hostname="reply.acme.example")
        try:
            yield kept
        finally:
            await kept.close()


def mail(to: str = "ada@customer.example", text: str = "Hello\n") -> Composed:
    head = {"From": b"care@acme.example", "To": to.encode(), "Content-Type": CONTENT_TYPE}
    return Composed("b+1@reply.acme.example", to, "", text, head, alternatives(text, ("<p>Hello</p>",)))


async def sent(server: Server, *mails: Composed) -> list[tuple[Outcome, str, bool]]:
    async with relay_to(server) as kept:
        handed = [await kept.send(each) for each in mails or (mail(),)]
    return [(one.outcome, one.reason, one.gone) for one in handed]


async def test_commands_go_out_together_where_the_relay_announces_pipelining() -> None:
    server = Server()
    assert await sent(server, mail(), mail()) == [(Outcome.SENT, "2.0.0 queued", False)] * 2
    assert server.heard[1:3] == [TOGETHER, TOGETHER]
    assert server.connections == 1


async def test_the_next_mail_is_announced_with_the_end_of_the_last_one() -> None:
    server = Server()
    async with relay_to(server) as kept:
        assert (await kept.send(mail(), then=mail)).outcome is Outcome.SENT
        await asyncio.sleep(LATER)
        assert server.heard[1:] == [TOGETHER, TOGETHER]  # the second before anybody sends it
        assert (await kept.send(mail(text="the second\n"))).outcome is Outcome.SENT
    assert len(server.heard[1:]) == 3  # and QUIT
    assert (len(server.mails), server.connections) == (2, 1)


async def test_a_mail_that_was_announced_and_does_not_go_out_costs_a_connection_and_no_mail() -> None:
    server = Server()
    async with relay_to(server) as kept:
        await kept.send(mail(), then=mail)
        assert (await kept.send(mail("bob@customer.example"))).outcome is Outcome.SENT
        await kept.send(mail(), then=mail)
    assert (len(server.mails), server.connections) == (3, 2)
    assert not any(raw.startswith(b"QUIT") for raw in server.mails)


@pytest.mark.parametrize(("said", "gone"), [("550 5.1.1 nobody", True), ("450 4.2.1 later", False)])
async def test_a_refusal_of_a_mail_announced_early_is_its_own(said: str, gone: bool) -> None:
    server = Server(answers={"RCPT": ["250 fine", said], "DATA": ["354 go", "554 no valid recipients"]})
    async with relay_to(server) as kept:
        assert (await kept.send(mail(), then=mail)).outcome is Outcome.SENT
        refused = await kept.send(mail())
        assert (refused.outcome is Outcome.REFUSED, refused.gone, refused.reason) == (gone, gone, said)
        assert (await kept.send(mail())).outcome is Outcome.SENT
    assert (len(server.mails), server.connections) == (2, 1)


@pytest.mark.parametrize("said", ["421 4.7.0 enough for now", "", "never"])
async def test_a_mail_that_was_taken_is_sent_whatever_becomes_of_the_next(
    said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waited for the replies to the next one's commands would take the first for lost, and send it again."""
    monkeypatch.setattr(relay, "TIMEOUT_SECONDS", 0.2)
    server = Server(answers={"MAIL": ["250 fine", said]})
    async with relay_to(server) as kept:
        assert (await kept.send(mail(), then=mail)).outcome is Outcome.SENT
        again = await kept.send(mail(text="the second\n"))
    assert again.outcome is (Outcome.DEFERRED if said == "never" else Outcome.SENT)
    assert sum(b"the second" in raw for raw in server.mails) == (said != "never")


async def test_nothing_is_announced_early_where_the_relay_takes_commands_one_by_one() -> None:
    server = Server(ehlo="250 relay.example")
    async with relay_to(server) as kept:
        for _ in range(2):
            assert (await kept.send(mail(), then=mail)).outcome is Outcome.SENT
    assert all(len(lines) == 1 for lines in server.heard)
    assert [lines[0].split()[0] for lines in server.heard] == ["EHLO", *["MAIL", "RCPT", "DATA"] * 2, "QUIT"]


@pytest.mark.parametrize("ehlo", ["250 relay.example", "502 what is that"])
async def test_commands_go_out_one_by_one_where_it_does_not(ehlo: str) -> None:
    server = Server(ehlo=ehlo)
    assert [outcome for outcome, _, _ in await sent(server)] == [Outcome.SENT]
    assert all(len(lines) == 1 for lines in server.heard)
    assert (["HELO reply.acme.example"] in server.heard) == ehlo.startswith("502")


@pytest.mark.parametrize("ehlo", [EHLO, "250 relay.example"])
@pytest.mark.parametrize(
    ("answers", "outcome", "reason", "gone"),
    [
        ({"MAIL": ["550 5.7.1 not you"], "RCPT": ["503 first"], "DATA": ["503 first"]}, Outcome.DEFERRED, "550", False),
        ({"RCPT": ["550 5.1.1 nobody"], "DATA": ["554 no valid recipients"]}, Outcome.REFUSED, "550 5.1.1", True),
        ({"RCPT": ["550 5.1.1 nobody"], "DATA": ["354 go"], ".": ["554 nobody"]}, Outcome.REFUSED, "550 5.1.1", True),
        ({"RCPT": ["450 4.1.1 nobody"], "DATA": ["554 no valid recipients"]}, Outcome.DEFERRED, "450 4.1.1", False),
        ({"RCPT": ["550 5.7.1 spam"], "DATA": ["554 no valid recipients"]}, Outcome.REFUSED, "550 5.7.1", False),
        ({"DATA": ["451 4.3.0 later"]}, Outcome.DEFERRED, "451 4.3.0 later", False),
        ({"DATA": ["554 5.3.0 never"]}, Outcome.REFUSED, "554 5.3.0 never", False),
        ({".": ["452 4.3.1 full"]}, Outcome.DEFERRED, "452 4.3.1 full", False),
        ({".": ["550-5.7.1 spam\r\n550 5.7.1 really"]}, Outcome.REFUSED, "550 5.7.1 spam\n5.7.1 really", False),
    ],
)
async def test_a_refusal_ends_that_mail_alone(
    ehlo: str, answers: dict[str, list[str]], outcome: Outcome, reason: str, gone: bool
) -> None:
    asked = list(answers) if ehlo == EHLO else list(answers)[:1]  # one by one, nothing is asked after a refusal
    server = Server(ehlo=ehlo, answers={word: list(answers[word]) for word in asked})
    first, second = await sent(server, mail(), mail(text="the second\n"))
    assert (first[0], first[1][: len(reason)], first[2]) == (outcome, reason, gone)
    assert second[0] is Outcome.SENT
    assert b"the second" in server.mails[-1]
    assert server.connections == 1


async def test_a_relay_that_asks_for_a_mail_to_nobody_gets_an_empty_one() -> None:
    """RFC 2920 section 3.1: to a server that answered DATA by 354 the mail must not be withheld."""
    server = Server(answers={"RCPT": ["550 5.1.1 nobody"], ".": ["554 nobody"]})
    await sent(server)
    assert server.mails == [b".\r\n"]


@pytest.mark.parametrize("words", [".", "..\n", ".hidden\n.\nlast"])
async def test_a_line_that_begins_with_a_dot_arrives_with_it_and_ends_nothing(words: str) -> None:
    server = Server()
    composed = mail(text=words)
    await sent(server, composed)
    (raw,) = server.mails
    lines = raw.removesuffix(b".\r\n").split(b"\r\n")
    assert b"\r\n".join(line.removeprefix(b".") for line in lines) == composed.raw


async def test_a_kept_connection_that_is_gone_is_made_anew_once() -> None:
    server = Server()
    async with relay_to(server) as kept:
        await kept.send(mail())
        server.writers[0].write(b"421 4.4.2 idle for too long\r\n")
        server.writers[0].close()
        await asyncio.sleep(LATER)
        assert (await kept.send(mail())).outcome is Outcome.SENT
        server.answers["MAIL"] = ["", ""]
        lost = await kept.send(mail())
    assert (lost.outcome, len(server.mails), server.connections) == (Outcome.DEFERRED, 2, 3)


async def test_a_relay_that_closes_says_why() -> None:
    server = Server(answers={"MAIL": ["421 4.7.0 too many connections"]})
    server.answers["RCPT"] = [""]
    ((outcome, reason, _),) = await sent(server)
    assert outcome is Outcome.DEFERRED
    assert "421 4.7.0 too many connections" in reason


async def test_a_connection_lost_after_the_dot_is_not_sent_again_at_once() -> None:
    """It may have been too late: whether it goes again is decided later, under the same Message-ID."""
    server = Server(answers={".": [""]})
    ((outcome, _, _),) = await sent(server)
    assert outcome is Outcome.DEFERRED
    assert len(server.mails) == 1


async def test_a_relay_that_says_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "TIMEOUT_SECONDS", 0.2)
    server = Server(answers={"MAIL": ["never"]})
    ((outcome, reason, _),) = await sent(server)
    assert (outcome, reason) == (Outcome.DEFERRED, "TimeoutError: no answer within 0 seconds")


@pytest.mark.parametrize("babble", ["x" * 70_000, "hello there", "25"])
async def test_what_is_no_reply_ends_the_connection(babble: str) -> None:
    server = Server(answers={"MAIL": [babble]})
    ((outcome, reason, _),) = await sent(server)
    assert outcome is Outcome.DEFERRED
    assert "the relay's reply" in reason


async def test_an_address_beyond_ascii_needs_a_relay_that_announces_it() -> None:
    able = Server(ehlo="250-relay.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8")
    assert [one[0] for one in await sent(able, mail("dörte@customer.example"))] == [Outcome.SENT]
    assert able.heard[1][:2] == [
        "MAIL FROM:<b+1@reply.acme.example> BODY=8BITMIME SMTPUTF8",
        "RCPT TO:<dörte@customer.example>",
    ]
    unable = Server()
    (refused, taken) = await sent(unable, mail("dörte@customer.example"), mail())
    assert (refused[0], taken[0]) == (Outcome.REFUSED, Outcome.SENT)
    assert "SMTPUTF8" in refused[1]


@pytest.mark.parametrize("hostile", ["ada@customer.example>\r\nRCPT TO:<victim@x.example", "ada\n@customer.example"])
async def test_a_line_break_never_becomes_a_command(hostile: str) -> None:
    server = Server()
    ((outcome, _, _),) = await sent(server, mail(hostile))
    assert outcome is Outcome.DEFERRED
    assert not any("victim" in line for lines in server.heard for line in lines)
