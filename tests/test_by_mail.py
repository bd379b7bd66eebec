"""A customer and two of the staff by mail alone: six turns, commands, an exclusion by two people, an absence. Over real
sockets; no page is opened and nobody signs in."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from reviews.facts import AutoReply, Message
from reviews.handling import Handling, handling
from reviews.model import By
from store import Staff, people
from tests.house import API_KEY, House, house
from tests.post_office import Posted, deliver, signed, written
from web.app import now

ADA, SAM, LEA = "ada@customer.example", "sam@acme.example", "lea@acme.example"
PRIVATE = ("sam@acme.example", "lea@acme.example", "+44 7700 900123", "sam.reed@home.example", "192.0.2.77")
SIGNATURE = "-- \nSam Reed\nMobile +44 7700 900123\nsam.reed@home.example\n"
TICKET = {
    "source": "zammad",
    "ticket": "48213",
    "subject": "VPN drops every hour",
    "contact": {"email": ADA, "name": "Ada Lovelace"},
    "agent": {"email": SAM, "name": "Sam Reed"},
    "team": "Network",
    "ask": "now",
}


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as doors:
        for email, name, role in ((SAM, "Sam Reed", "agent"), (LEA, "Lea Moss", "lead")):
            await doors.store.write(partial(people.set_staff, staff=Staff(email, name, role, "Network"), at=now()))
        yield doors


async def writes(running: House, who: str, answered: Posted, words: str, *, id: str, **headers: str) -> None:
    """Somebody answers a mail of ours from their own program; it quotes what it answers, and their domain signs."""
    quoted = "\n".join(f"> {line}" for line in answered.text().splitlines())
    domain = who.partition("@")[2]
    raw = written(
        sender=f"{who.partition('@')[0].title()} <{who}>",
        to=answered.mail["Reply-To"],
        subject=f"Re: {answered.mail['Subject']}",
        text=f"{words}\n\nOn Sat, 21 Nov 2026 at 12:00, Acme IT wrote:\n{quoted}\n",
        Message_ID=f"<{id}@{domain}>",
        In_Reply_To=answered.mail["Message-ID"],
        References=answered.mail["Message-ID"],
        Received="from laptop (192.0.2.77) by mx.acme.example",
        **headers,
    )
    await deliver(running.smtp_port, signed(raw, domain), mail_from=who, to=answered.mail["Reply-To"])


async def handled(running: House, review: str) -> Handling:
    log = await running.store.log(review)
    assert log
    return handling(log)


async def until(running: House, review: str, said: int) -> None:
    """Until so many mails have joined the thread."""
    async with asyncio.timeout(60):
        while len((await running.store.log(review)).of(Message)) < said:  # type: ignore[union-attr]  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def ticket_closed(running: House) -> str:
    body = TICKET | {"closed_at": now().isoformat()}
    answer = await running.http.post("/api/v1/tickets", json=body, headers={"Authorization": f"Bearer {API_KEY}"})
    return str(answer.json()["review"])


async def test_whose_mail_came_back_is_told_again_once_they_write(running: House) -> None:
    await ticket_closed(running)
    await writes(running, ADA, await running.office.wait_for(ADA), "It still drops every hour.", id="ada-1")
    notice = await running.office.wait_for(SAM)
    await running.store.write(partial(people.set_bounced, email=SAM, bounced=True, at=now()))
    await writes(running, SAM, notice, "I look.", id="sam-1")
    await running.office.wait_for(ADA, 2)
    sam = await running.store.staff(SAM)
    assert sam
    assert not sam.bounced


async def test_six_turns_by_mail_alone(running: House) -> None:
    review, office = await ticket_closed(running), running.office
    invitation = await office.wait_for(ADA)
    await writes(running, ADA, invitation, "It still drops every hour.", id="ada-1")
    await writes(
        running, SAM, await office.wait_for(SAM), f"Sorry, Ada. I look.\n#tag network\n\n{SIGNATURE}", id="sam-1"
    )
    first = await office.wait_for(ADA, 2)
    await writes(running, ADA, first, "Thank you. By when?", id="ada-2")
    await writes(running, SAM, await office.wait_for(SAM, 2), "#assign lea\nLea will call you at three.", id="sam-2")
    second = await office.wait_for(ADA, 3)
    await writes(running, ADA, second, "Three is fine.", id="ada-3")
    await writes(
        running, LEA, await office.wait_for(LEA), "It was the switch. It holds now.\n#done put right", id="lea-1"
    )
    third = await office.wait_for(ADA, 4)

    assert [mail.text().splitlines()[2] for mail in (first, second, third)] == [
        "Sorry, Ada. I look.",
        "Lea will call you at three.",
        "It was the switch. It holds now.",
    ]
    for number, mail in enumerate((first, second, third), 1):
        assert mail.mail["In-Reply-To"] == f"<ada-{number}@customer.example>"
        assert invitation.mail["Message-ID"] in mail.mail["References"]
        assert "care@acme.example" in mail.mail["From"]
    for mail in office.to(ADA):
        seen = mail.raw + mail.text().encode() + mail.html().encode()
        assert [secret for secret in PRIVATE if secret.encode() in seen] == []
        assert b"#tag" not in seen
        assert b"#assign" not in seen
        assert b"#done" not in seen
    log = await running.store.log(review)
    assert log
    assert [(one.by, one.sender) for one in log.of(Message)] == [
        (By.CUSTOMER, ADA),
        (By.STAFF, SAM),
        (By.CUSTOMER, ADA),
        (By.STAFF, SAM),
        (By.CUSTOMER, ADA),
        (By.STAFF, LEA),
    ]
    state = handling(log)
    assert state.closed
    assert (state.tags, state.owner and state.owner.email, state.closed.outcome) == (("network",), LEA, "put right")
    assert len(office.to(ADA)) == 4
    notices = office.to(SAM)
    assert notices[0].mail["Message-ID"] in notices[1].mail["References"], "one thread in the agent's program, too"


async def test_what_is_not_understood_comes_back_as_help_and_the_customer_hears_nothing(running: House) -> None:
    review, office = await ticket_closed(running), running.office
    await writes(running, ADA, await office.wait_for(ADA), "It still drops.", id="ada-1")
    notice = await office.wait_for(SAM)
    await writes(running, SAM, notice, "Hello Ada.\n#frobnicate", id="sam-1")
    told = await office.wait_for(SAM, 2)
    assert "#frobnicate is no command" in told.text()
    assert "#snooze 3d" in told.text()
    await writes(running, SAM, told, "#note\nShe is a friend of the boss.", id="sam-2")
    await until(running, review, 3)
    await writes(running, SAM, told, "#help", id="sam-3")
    assert "#assign sam" in (await office.wait_for(SAM, 3)).text()
    assert len(office.to(ADA)) == 1


async def test_colleagues_who_got_a_copy_are_kept_in_the_record_and_no_address_of_ours_is(running: House) -> None:
    review, office = await ticket_closed(running), running.office
    await writes(running, ADA, await office.wait_for(ADA), "It still drops.", id="ada-1")
    notice = await office.wait_for(SAM)
    await writes(running, SAM, notice, "I look.", id="sam-1", Cc=f"Lea <{LEA}>, kim@acme.example")
    await office.wait_for(ADA, 2)
    log = await running.store.log(review)
    assert log
    assert [one.copied for one in log.of(Message)] == [(), (LEA, "kim@acme.example")]
    assert b"kim@acme.example" not in office.to(ADA)[-1].raw


async def test_an_exclusion_takes_two_people_by_mail(running: House) -> None:
    review, office = await ticket_closed(running), running.office
    await writes(running, ADA, await office.wait_for(ADA), "It still drops.", id="ada-1")
    notice = await office.wait_for(SAM)
    await writes(running, SAM, notice, "#exclude she rated another ticket\n#assign lea", id="sam-1")
    await until(running, review, 2)
    await writes(running, SAM, notice, "#grant", id="sam-2")
    assert "only a lead may decide" in (await office.wait_for(SAM, 2)).text()
    assert not (await handled(running, review)).excluded
    await writes(running, ADA, office.to(ADA)[0], "Hello?", id="ada-2")
    await writes(running, LEA, await office.wait_for(LEA), "#grant", id="lea-1")
    await until(running, review, 5)
    assert (await handled(running, review)).excluded
    assert len(office.to(ADA)) == 1


async def test_a_colleague_who_is_away_reaches_no_customer_and_the_lead_is_told_instead(running: House) -> None:
    review, office = await ticket_closed(running), running.office
    await writes(running, ADA, await office.wait_for(ADA), "It still drops.", id="ada-1")
    notice = await office.wait_for(SAM)
    await writes(running, SAM, notice, "I am away until 2099-01-01.", id="sam-1", Auto_Submitted="auto-replied")
    async with asyncio.timeout(60):
        while not (await running.store.staff(SAM)).away_until:  # type: ignore[union-attr]  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await writes(running, ADA, office.to(ADA)[0], "Is anybody there?", id="ada-2")
    assert "Is anybody there?" in (await office.wait_for(LEA)).text()
    log = await running.store.log(review)
    assert log
    assert len(log.of(AutoReply)) == 1
    assert len(office.to(ADA)) == 1
    why = [out.reason for out in await running.store.deliveries(review) if out.status == "dropped"]
    assert any(reason.endswith("lea@acme.example is told instead") for reason in why)
