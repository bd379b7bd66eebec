"""A customer's reply quotes the question with all its links, a forward of it too: whatever staff are given of that, in
their mails, on their pages, by the API or as a file, no press of theirs rates or unsubscribes."""

import asyncio
import base64
import re
from collections.abc import AsyncIterator, Iterable
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from reviews.facts import Hit, Message, Vote
from reviews.holds import Suppression
from reviews.mail import read_mail
from reviews.redacted import LINK_OUT, Ours
from store import Staff, people
from tests.house import API_KEY, House, house
from tests.post_office import Posted, deliver, signed
from tests.test_by_mail import ADA, LEA, SAM, ticket_closed
from web.app import now
from web.staff.saving import saved_mail

KEY = {"Authorization": f"Bearer {API_KEY}"}
WORDS = "It still drops."


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as doors:
        for email, name, role in ((SAM, "Sam Reed", "agent"), (LEA, "Lea Moss", "lead")):
            await doors.store.write(partial(people.set_staff, staff=Staff(email, name, role, "Network"), at=now()))
        yield doors


def pressable(running: House, texts: Iterable[str]) -> list[str]:
    """The customer's links and addresses in these texts, as a mail program or a browser would find them."""
    base = re.escape(running.links.base_url)
    domain = re.escape(running.links.reply_domain)
    found = []
    for text in texts:
        plain = unquote(text)
        found += re.findall(rf"{base}/[rmvufc]/[^\s\"'<>]+", plain)
        found += re.findall(rf"[rv]\+[a-z0-9]+@{domain}", plain, re.IGNORECASE)
    return found


def quoting(invitation: Posted, *, to: str, encoding: str = "quoted-printable") -> bytes:
    """A reply that quotes the whole question, as text and as a page, and has it as a file too."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Ada Lovelace <{ADA}>", to, f"Re: {invitation.mail['Subject']}"
    mail["Message-ID"], mail["In-Reply-To"] = "<ada-quotes@customer.example>", invitation.mail["Message-ID"]
    urls = re.findall(r"https?://\S+", invitation.text())
    filtered = f"https://filter.example/?u={quote(urls[0], safe='')}"
    quoted = "\n".join(f"> {line}" for line in invitation.text().splitlines())
    mail.set_content(f"{WORDS}\n\nI pressed this: {filtered}\n\nAcme IT wrote:\n{quoted}\n", cte=encoding)
    mail.add_alternative(f"<p>{WORDS}</p><blockquote>{invitation.html()}</blockquote>", subtype="html", cte=encoding)
    mail.add_attachment(invitation.raw, maintype="application", subtype="octet-stream", filename="question.eml")
    return mail.as_bytes()


async def test_a_reply_that_quotes_the_question_gives_staff_nothing_to_press(running: House) -> None:
    review = await ticket_closed(running)
    invitation = await running.office.wait_for(ADA)
    assert len(pressable(running, [invitation.text()])) >= 3
    raw = quoting(invitation, to=str(invitation.mail["Reply-To"]))
    await deliver(running.smtp_port, signed(raw, "customer.example"), mail_from=ADA, to=invitation.mail["Reply-To"])
    notice = await running.office.wait_for(SAM)
    assert WORDS in notice.text()
    assert LINK_OUT in notice.text()
    told = (await running.http.get(f"/api/v1/reviews/{review}", headers=KEY)).text
    thread = (await running.http.get(f"/api/v1/reviews/{review}/messages", headers=KEY)).text
    record = re.search(rf"{re.escape(running.links.base_url)}(/s/\S+)", notice.text())
    assert record
    page = await running.http.get(record[1])
    log = await running.store.log(review)
    assert log
    [message] = log.of(Message)
    file = await running.http.get(f"{record[1]}/files/{message.attachments[0].sha256}")
    assert file.status_code == 200
    within = read_mail(file.content)
    seen = [notice.text(), notice.html(), notice.raw.decode(), told, thread, page.text, within.text, within.html]
    assert all(WORDS in text for text in (told, thread, page.text))
    assert pressable(running, seen) == []

    before = len(log.of(Hit))
    for url in set(re.findall(r"https?://[^\s\"'<>)]+", " ".join(seen))):
        if url.startswith(running.links.base_url):
            await running.http.get(url)
            await running.http.post(url, headers={"Origin": running.links.base_url})
    await asyncio.sleep(0.2)
    after = await running.store.log(review)
    assert after
    assert len(after.of(Hit)) == before
    assert after.of(Vote) == ()
    assert after.of(Suppression) == ()


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64"])
async def test_a_mail_that_is_saved_as_a_file_has_nothing_to_press(running: House, encoding: str) -> None:
    await ticket_closed(running)
    invitation = await running.office.wait_for(ADA)
    raw = quoting(invitation, to="care@acme.example", encoding=encoding)
    saved = read_mail(saved_mail(raw, running.links.ours))
    assert saved.sender.address == ADA
    assert saved.message_id == "ada-quotes@customer.example"
    assert WORDS in saved.text
    assert WORDS in saved.html
    [file] = saved.attachments
    within = read_mail(file.content)
    assert pressable(running, [saved.text, saved.html, within.text, within.html]) == []


def test_what_is_hostile_is_saved_all_the_same() -> None:
    ours = Ours("care.acme.example", "reply.acme.example")
    nested = b"Subject: x\r\n\r\ninnermost https://care.acme.example/r/abc"
    for _ in range(8):
        body = base64.encodebytes(nested)
        nested = (
            b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
            b"Content-Type: application/octet-stream; name=m.eml\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n" + body + b"\r\n--b--\r\n"
        )
    for raw in (b"", b"\x00\xff\xfe", b"Subject: a\rBcc: b\r\n\r\n\xc3", nested):
        assert b"/r/abc" not in saved_mail(raw, ours)
