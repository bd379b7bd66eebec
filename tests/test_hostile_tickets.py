"""What a careless or hostile helpdesk, brand file or mail server can do to the mails that go out: nothing."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mailer.relay import Relay, read_smtp_url
from mailer.worker import Mailer
from reviews.model import Person
from templates.brand_file import BrandError
from templates.brands import read_brands
from tests.outside import ADA, Outside, outside
from tests.scripted_relay import Server, listening

__all__ = ["outside"]
LINE_MAX = 998
"""RFC 5322 section 2.1.1."""
HOSTILE = "VPN\r\nBcc: victim@x.example\r\n\r\nBuy now"
LONG = "The VPN drops every hour. " * 400


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "@customer.example",
        "ada@",
        "ada@customer.example, bob@customer.example",
        "ada@customer.example bob@customer.example",
        "ada@customer.example\r\nBcc: victim@x.example",
        "ada@customer.example>\r\nRCPT TO:<victim@x.example",
        "<ada@customer.example>",
        f"{'a' * 300}@customer.example",
        "ada@" + "ü" * 80 + ".example",
        "ada\0@customer.example",
    ],
)
async def test_what_is_no_address_gets_no_mail_at_once_and_the_record_says_why(outside: Outside, address: str) -> None:
    review = await outside.closed(contact=Person(address, "Ada"))
    fine = await outside.closed("2", contact=replace(ADA, email="bob@customer.example"))
    while await outside.mailer.send_due():
        pass
    ended = await outside.the_delivery(review)
    assert (ended.status, ended.reason) == ("refused", "not a mail address")
    assert [posted.recipients for posted in outside.office.posted] == [["bob@customer.example"]]
    assert (await outside.the_delivery(fine)).status == "sent"


@pytest.mark.parametrize(
    "words",
    [HOSTILE, LONG, "\x00\x07\x1b[31m\x7f\u202e\u2028VPN", "=?utf-8?q?=0D=0ABcc:_x?=", "\ud83d VPN", ".\r\n.\r\n"],
)
@pytest.mark.parametrize("field", ["subject", "ticket", "name", "company"])
async def test_words_of_others_stay_words(outside: Outside, field: str, words: str) -> None:
    if field in ("name", "company"):
        await outside.closed("1", contact=replace(ADA, **{field: words}))
    else:
        await outside.closed("1", **{field: words})  # type: ignore[arg-type]  # a field of the ticket
    await outside.closed("2", contact=replace(ADA, email="bob@customer.example"))
    while await outside.mailer.send_due():
        pass
    assert [posted.recipients for posted in outside.office.posted] == [[ADA.email], ["bob@customer.example"]]
    posted = outside.office.posted[0]
    assert max(map(len, posted.raw.split(b"\r\n"))) <= LINE_MAX
    assert posted.mail["Bcc"] is None
    assert len(posted.mail.get_all("Subject") or ()) == len(posted.mail.get_all("From") or ()) == 1
    assert not set(b"\x00\x07\x1b\x7f") & set(posted.raw)
    assert not posted.mail.defects
    assert posted.html().count("</html>") == 1


async def test_an_address_in_another_script_goes_to_its_domain_in_ascii(outside: Outside) -> None:
    await outside.closed(contact=Person("ada@straße.example", "Ada"))
    await outside.closed("2", contact=Person("dörte@bücher.example", "Dörte"))
    while await outside.mailer.send_due():
        pass
    reached = [posted.recipients for posted in outside.office.posted]
    assert reached == [["ada@xn--strae-oqa.example"], ["dörte@xn--bcher-kva.example"]]


@pytest.mark.parametrize("language", ["xx", "klingon", "../../etc/passwd", "de\r\nBcc: x@x.example", ""])
async def test_a_language_nobody_speaks_is_answered_in_the_brands(outside: Outside, language: str) -> None:
    await outside.closed(contact=replace(ADA, language=language), language=language)
    await outside.mailer.send_due()
    (posted,) = outside.office.posted
    assert "How did we do?" in posted.text()
    assert posted.mail["Bcc"] is None


def test_a_logo_of_forty_megabytes_is_refused_with_its_brand_file(tmp_path: Path) -> None:
    start = "name = 'Acme'\nwebsite = 'https://acme.example'\n[colours.light]\nprimary = '#1d5c7a'\n[logo]\nurl = "
    (tmp_path / "acme.toml").write_text(f"{start}'data:image/png;base64,{'A' * 40_000_000}'\n", "utf-8")
    with pytest.raises(BrandError, match="expected at most 65536"):
        read_brands(tmp_path)
    (tmp_path / "acme.toml").write_text(f"{start}'data:image/png;base64,AAAA'\n", "utf-8")
    with pytest.raises(BrandError, match=r"logo\.url"):
        read_brands(tmp_path)


async def test_a_logo_however_large_is_no_part_of_a_mail(outside: Outside, tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_text(
        "name = 'Acme'\nwebsite = 'https://acme.example'\n[colours.light]\nprimary = '#1d5c7a'\n"
        "[logo]\nurl = 'https://acme.example/forty-megabytes.png'\n",
        "utf-8",
    )
    composer = replace(outside.mailer.composer, brands=read_brands(tmp_path))
    await outside.closed()
    await replace(outside.mailer, composer=composer).send_due()
    (posted,) = outside.office.posted
    assert "https://acme.example/forty-megabytes.png" in posted.html()
    assert len(posted.raw) < 60_000


def by(outside: Outside, server: Server) -> Mailer:
    relay = Relay(read_smtp_url(f"smtp://127.0.0.1:{server.port}?starttls=none"), hostname="reply.acme.example")
    return replace(outside.mailer, relays=[relay])


async def all_sent(outside: Outside, server: Server, number: int) -> list[bytes]:
    """So many mails, tried until nothing more is due for a day; the Message-IDs that the server took, in order."""
    reviews = [await outside.closed(str(each)) for each in range(number)]
    mailer = by(outside, server)
    for _ in range(40):
        while await mailer.send_due():
            pass
        outside.clock.now += timedelta(minutes=30)
    for relay in mailer.relays:
        await relay.close()
    fates = [(await outside.the_delivery(review)).status for review in reviews]
    assert fates == ["sent"] * number
    lines = [line for raw in server.mails for line in raw.split(b"\r\n")]
    return [line for line in lines if line.startswith(b"Message-ID:")]


@pytest.mark.parametrize("ehlo", ["250-relay.example\r\n250 PIPELINING", "250 relay.example"])
@pytest.mark.parametrize(
    "said", ["250 2.0.0 queued\r\n250 2.0.0 queued", "250 2.0.0 queued\r\n250 2.0.0 queued\r\n250 x"]
)
async def test_a_server_that_answers_250_twice_gets_each_mail_once(outside: Outside, ehlo: str, said: str) -> None:
    async with listening(Server(ehlo=ehlo, answers={".": [said] * 3})) as server:
        taken = await all_sent(outside, server, 5)
    assert len(taken) == len(set(taken)) == 5


@pytest.mark.parametrize("ehlo", ["250-relay.example\r\n250 PIPELINING", "250 relay.example"])
async def test_a_250_too_many_that_comes_late_is_taken_for_no_other_answer(outside: Outside, ehlo: str) -> None:
    """Every answer then seems to be the one before: believed, it would mark a mail as sent that was not."""
    answers = {"MAIL": ["250 fine\r\n250 fine"]}
    async with listening(Server(ehlo=ehlo, answers=answers)) as server:
        taken = await all_sent(outside, server, 3)
    assert len(taken) == len(set(taken)) == 3


@pytest.mark.parametrize(
    "answers", [{"DATA": [""] * 2}, {"DATA": ["354 go ahead\r\n421 4.3.2 bye"]}, {"MAIL": ["", ""]}]
)
async def test_a_server_that_closes_before_it_has_a_mail_gets_it_once(
    outside: Outside, answers: dict[str, list[str]]
) -> None:
    async with listening(Server(answers=answers)) as server:
        taken = await all_sent(outside, server, 3)
    assert len(set(taken)) == 3
    assert len(taken) <= 4


async def test_a_server_that_closes_after_the_mail_gets_the_same_one_again(outside: Outside) -> None:
    """RFC 1047: whether it took it, nobody can know; it goes out again as the same mail."""
    async with listening(Server(answers={".": ["", ""]})) as server:
        taken = await all_sent(outside, server, 3)
    assert len(set(taken)) == 3
    assert len(taken) == 5


async def test_a_server_that_hangs_after_the_mail_gets_the_same_one_again(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailer.relay.DATA_SECONDS", 0.3)
    async with listening(Server(answers={".": ["never"]})) as server:
        taken = await asyncio.wait_for(all_sent(outside, server, 2), 60)
    assert len(set(taken)) == 2
    assert len(taken) == 3


@pytest.mark.parametrize("word", ["MAIL", "RCPT", "DATA", "."])
async def test_a_server_that_says_not_now_for_a_day_gets_every_mail_once_it_takes_them(
    outside: Outside, word: str
) -> None:
    async with listening(Server(answers={word: ["451 4.7.1 not now"] * 200})) as server:
        reviews = [await outside.closed(str(each)) for each in range(3)]
        mailer = by(outside, server)
        for _ in range(48):
            while await mailer.send_due():
                pass
            outside.clock.now += timedelta(minutes=30)
        assert {(await outside.the_delivery(review)).status for review in reviews} == {"deferred"}
        whole = [raw for raw in server.mails if b"Message-ID:" in raw]
        assert bool(whole) == (word == "."), "what it takes for nobody is empty"
        server.answers[word].clear()
        server.mails.clear()
        for _ in range(12):
            while await mailer.send_due():
                pass
            outside.clock.now += timedelta(minutes=30)
        for relay in mailer.relays:
            await relay.close()
    ids = [line for raw in server.mails for line in raw.split(b"\r\n") if line.startswith(b"Message-ID:")]
    assert (len(ids), len(set(ids))) == (3, 3)
    assert {(await outside.the_delivery(review)).status for review in reviews} == {"sent"}


async def test_a_brand_that_no_file_describes_any_more_waits_for_it_and_is_not_lost(outside: Outside) -> None:
    review = await outside.closed()
    gone = replace(outside.mailer, composer=replace(outside.mailer.composer, brands={}))
    while await gone.send_due():
        pass
    waiting = await outside.the_delivery(review)
    assert waiting.status not in ("sent", "refused", "dropped")
    assert "no file describes the brand acme" in waiting.reason
    outside.clock.now += timedelta(hours=1)
    while await outside.mailer.send_due():
        pass
    assert [posted.recipients for posted in outside.office.posted] == [[ADA.email]]
    assert (await outside.the_delivery(review)).status == "sent"
