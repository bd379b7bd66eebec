"""The whole loop over real sockets: closed ticket, mail, one click, comment, reply, staff answer, second reply."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiosmtplib
import pytest

from reviews.facts import AutoReply, Message
from reviews.model import By, DeliveryKind
from tests.house import API_KEY, House, house
from tests.post_office import Posted, deliver, signed, written

ADA, SAM = "ada@customer.example", "sam@acme.example"
CORPUS = Path(__file__).parents[2] / "shared" / "corpora" / "replies"
CORPUS_MAILS = 24


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as doors:
        yield doors


async def test_the_whole_loop(running: House) -> None:
    review = await _close_ticket(running)
    invitation = await running.office.wait_for(ADA)
    await _noted_as_sent(running, review)  # no customer is as quick as this test
    page = await _click(running, invitation, "Great")
    assert (await _record(running, review))["rating"]["status"] == "provisional"
    await _until_counted(running, review)
    first_notice = await running.office.wait_for(SAM)
    assert "Ada rated: Great" in first_notice.mail["Subject"]

    await _comment(running, page, "unhappy", "It dropped again while I was writing this.")
    second_notice = await running.office.wait_for(SAM, 2)
    assert "It dropped again" in second_notice.text()
    assert first_notice.mail["Message-ID"] in second_notice.mail["References"]

    await _customer_writes(running, invitation, "Could you call me?", number=1)
    third_notice = await running.office.wait_for(SAM, 3)
    assert "Could you call me?" in third_notice.text()

    await _staff_answers(running, third_notice, "Sorry, Ada. I will call you at three.")
    answer = await running.office.wait_for(ADA, 2)
    assert "I will call you at three." in answer.text()
    assert answer.mail["In-Reply-To"] == "<customer-1@customer.example>"
    assert SAM.encode() not in answer.raw

    await _customer_writes(running, answer, "Thank you, that helped.", number=2)
    await running.office.wait_for(SAM, 4)
    await _until_all_settled(running, review)
    _check_record(await _record(running, review))
    assert len(running.office.to(ADA)) == 2
    assert len(running.office.to(SAM)) == 4


def _check_record(record: dict[str, Any]) -> None:
    assert (record["rating"]["value"], record["rating"]["status"], record["rating"]["grade"]) == (
        "unhappy",
        "confirmed",
        "hard",
    )
    assert record["comment"] == "It dropped again while I was writing this."
    assert [(message["by"], message["text"]) for message in record["messages"]] == [
        ("customer", "Could you call me?"),
        ("staff", "Sorry, Ada. I will call you at three."),
        ("customer", "Thank you, that helped."),
    ]
    assert record["messages"][1]["sender"]["verdict"] == "verified"
    assert (record["follow_up"]["status"], record["follow_up"]["why"]) == ("open", "reply"), "she wrote once more"
    kinds = [delivery["kind"] for delivery in record["deliveries"] if delivery["status"] == "sent"]
    assert sorted(kinds) == ["answer", "invitation", "notice", "notice", "notice", "notice"]


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of replies is not beside this checkout (../shared/corpora)")
async def test_mails_of_the_world_arrive_in_their_thread_once_and_intact(running: House) -> None:
    review = await _close_ticket(running)
    await running.office.wait_for(ADA)
    address = running.links.customer_address(review)
    mails = sorted(CORPUS.glob("*.eml"))
    mails = mails[:: max(1, len(mails) // CORPUS_MAILS)]
    assert len(mails) >= 10
    wires = [_as_sent(path.read_bytes()) for path in mails]
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=running.smtp_port, start_tls=False) as client:
        for path in (*mails, *mails):  # every one twice, as an impatient server may
            await client.mail("somebody@world.example", options=["BODY=8BITMIME"])
            await client.rcpt(address)
            await client.data(path.read_bytes())
    kept = await _kept_mails(running, review, len(mails))
    assert sorted(kept) == sorted(wires)


async def _kept_mails(running: House, review: str, number: int) -> list[bytes]:
    """The raw mails of the thread, once that many are there and nothing is waiting."""
    async with asyncio.timeout(60):
        while True:
            log = await running.store.log(review)
            assert log is not None
            hashes = [fact.mail for fact in log.facts if isinstance(fact, Message | AutoReply)]
            if len(hashes) >= number:
                break
            await asyncio.sleep(0.05)
    assert all(fact.by is By.CUSTOMER for fact in log.of(Message))
    raws = [await running.store.raw_mail(sha256) for sha256 in hashes]
    return [raw for raw in raws if raw is not None]


async def _noted_as_sent(running: House, review: str) -> None:
    async with asyncio.timeout(60):
        while True:
            if all(delivery.status == "sent" for delivery in await running.store.deliveries(review)):
                return
            await asyncio.sleep(0.01)


def _as_sent(raw: bytes) -> bytes:
    """What the client puts on the wire: every line end as CRLF, the last one too."""
    lines = re.sub(rb"\r\n|\r|\n", b"\n", raw).replace(b"\n", b"\r\n")
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"


async def _close_ticket(running: House) -> str:
    """The helpdesk closes a ticket, twice as impatient ones do; the review's id."""
    body = {
        "source": "zammad",
        "ticket": "48213",
        "closed_at": datetime.now(UTC).isoformat(),
        "subject": "VPN drops every hour",
        "brand": "acme",
        "contact": {"email": ADA, "name": "Ada Lovelace", "company": "Customer Ltd"},
        "agent": {"email": SAM, "name": "Sam Smith"},
        "team": "Network",
        "ask": "now",
    }
    headers = {"Authorization": f"Bearer {API_KEY}"}
    answers = [await running.http.post("/api/v1/tickets", json=body, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json()["review"] == answers[1].json()["review"]
    return str(answers[0].json()["review"])


async def _click(running: House, invitation: Posted, word: str) -> dict[str, str]:
    """One click on a face; then the page's script reports in and, a second later, votes. The page's form."""
    [url] = re.findall(rf"{word}\s+(http\S+/r/\S+)", invitation.text())
    opened = await running.http.get(url)
    assert opened.status_code == 200
    [nonce] = set(re.findall(r'name="nonce" value="([^"]+)"', opened.text))
    [answer] = re.findall(r'data-answer="(\w+)"', opened.text)
    page = {"url": url, "nonce": nonce}
    await _post(running, page, kind="arrive")
    await _post(running, page, kind="vote", mode="auto", answer=answer)
    return page


async def _comment(running: House, page: dict[str, str], answer: str, words: str) -> None:
    await _post(running, page, kind="comment", mode="comment", answer=answer, comment=words)


async def _post(running: House, page: dict[str, str], **fields: str) -> None:
    headers = {"Accept": "application/json", "Sec-Fetch-Site": "same-origin"}
    posted = await running.http.post(page["url"], data={**fields, "nonce": page["nonce"]}, headers=headers)
    assert posted.status_code in (200, 204), posted.text


async def _record(running: House, review: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {API_KEY}"}
    answer = await running.http.get(f"/api/v1/reviews/{review}", headers=headers)
    record: dict[str, Any] = answer.json()
    return record


async def _until_counted(running: House, review: str) -> None:
    async with asyncio.timeout(60):
        while not (await _record(running, review))["rating"]["counted"]:  # noqa: ASYNC110 - asked by HTTP, as a client has to
            await asyncio.sleep(0.05)


async def _until_all_settled(running: House, review: str) -> None:
    async with asyncio.timeout(60):
        while await _under_way(running, review):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.05)


async def _under_way(running: House, review: str) -> bool:
    """Whether a mail is still to go out, but for those about an answer that is late: here none is."""
    waiting = [out for out in await running.store.deliveries(review) if out.settled_at is None]
    return any(out.delivery.purpose is not DeliveryKind.OVERDUE for out in waiting)


async def _customer_writes(running: House, answered: Posted, words: str, *, number: int) -> None:
    """Ada answers a mail of ours from her mail program: it quotes what it answers."""
    quoted = "\n".join(f"> {line}" for line in answered.text().splitlines())
    raw = written(
        sender=f"Ada Lovelace <{ADA}>",
        to=answered.mail["Reply-To"],
        subject=f"Re: {answered.mail['Subject']}",
        text=f"{words}\n\nOn Sat, 21 Nov 2026 at 12:00, Acme IT wrote:\n{quoted}\n",
        Message_ID=f"<customer-{number}@customer.example>",
        In_Reply_To=answered.mail["Message-ID"],
        References=answered.mail["Message-ID"],
    )
    await deliver(running.smtp_port, raw, mail_from=ADA, to=answered.mail["Reply-To"])


async def _staff_answers(running: House, notice: Posted, words: str) -> None:
    """Sam answers a notice from his mail program; his domain signs."""
    raw = written(
        sender=f"Sam Smith <{SAM}>",
        to=notice.mail["Reply-To"],
        subject=f"Re: {notice.mail['Subject']}",
        text=f"{words}\n",
        Message_ID="<staff-1@acme.example>",
        In_Reply_To=notice.mail["Message-ID"],
    )
    await deliver(running.smtp_port, signed(raw, "acme.example"), mail_from=SAM, to=notice.mail["Reply-To"])
