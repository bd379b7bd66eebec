"""A customer and an agent, each on a Postfix of their own, with Afterword between them: six turns by mail alone."""

import os
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from bench.ports import free_port
from reviews.facts import Message
from reviews.handling import handling
from reviews.model import By
from store import Staff, people
from tests.house import DOMAIN, SENDER, House, house
from tests.mail_servers import MailServer, running
from tests.post_office import Posted, deliver, signed, written
from tests.test_by_mail import ADA, PRIVATE, SAM, SIGNATURE, ticket_closed
from web.app import now

ROOT = os.geteuid() == 0
pytestmark = pytest.mark.postfix if ROOT else pytest.mark.skip("Postfix is started by root alone")


@dataclass
class World:
    """Afterword, the customer's mail server, and the company's own, which passes on what Afterword sends."""

    afterword: House
    customers: MailServer
    company: MailServer

    async def answers(self, who: str, answered: Posted, words: str, *, id: str) -> None:
        """Somebody answers from their own program, by their own server; their domain signs."""
        domain = who.partition("@")[2]
        quoted = "\n".join(f"> {line}" for line in answered.text().splitlines())
        raw = written(
            sender=f"{who.partition('@')[0].title()} <{who}>",
            to=answered.mail["Reply-To"],
            subject=f"Re: {answered.mail['Subject']}",
            text=f"{words}\n\nOn Sat, 21 Nov 2026 at 12:00, Acme IT wrote:\n{quoted}\n",
            Message_ID=f"<{id}@{domain}>",
            In_Reply_To=answered.mail["Message-ID"],
            References=" ".join(filter(None, (answered.mail["References"], answered.mail["Message-ID"]))),
        )
        server = self.customers if domain == self.customers.domain else self.company
        await deliver(server.port, signed(raw, domain), mail_from=who, to=answered.mail["Reply-To"])


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    customers = MailServer("customer.example", free_port(), ("ada",))
    company = MailServer("acme.example", free_port(), ("sam", "lea"))
    async with house(tmp_path, relay_port=company.port) as afterword:
        staff = Staff(SAM, "Sam Reed", "agent", "Network")
        await afterword.store.write(partial(people.set_staff, staff=staff, at=now()))
        customers.routes |= {DOMAIN: afterword.smtp_port, company.domain: company.port}
        company.routes |= {DOMAIN: afterword.smtp_port, customers.domain: customers.port}
        with ExitStack() as servers:
            for server in (customers, company):
                servers.enter_context(running(server))
            yield World(afterword, customers, company)


async def test_six_turns_between_two_mail_servers(world: World) -> None:
    review = await ticket_closed(world.afterword)
    invitation = await world.customers.wait_for(ADA)
    turns = (
        ("It still drops every hour.", f"Sorry, Ada. I look.\n#tag network\n\n{SIGNATURE}"),
        ("Thank you. By when?", "At three, I will call you."),
        ("Three is fine.", "It was the switch. It holds now.\n#done put right"),
    )
    asked = invitation
    for number, (words, answer) in enumerate(turns, 1):
        await world.answers(ADA, asked, words, id=f"ada-{number}")
        notice = await world.company.wait_for(SAM, number)
        assert words in notice.text()
        await world.answers(SAM, notice, answer, id=f"sam-{number}")
        asked = await world.customers.wait_for(ADA, 1 + number)
        assert asked.text().splitlines()[2] == answer.splitlines()[0]
        assert asked.mail["In-Reply-To"] == f"<ada-{number}@customer.example>"
        assert invitation.mail["Message-ID"] in asked.mail["References"]

    log = await world.afterword.store.log(review)
    assert log
    said = [(one.by, one.sender, one.verdict) for one in log.of(Message)]
    assert said == [(By.CUSTOMER, ADA, "verified"), (By.STAFF, SAM, "verified")] * 3
    state = handling(log)
    assert state.closed
    assert (state.tags, state.closed.outcome) == (("network",), "put right")

    inbox, desk = world.customers.to(ADA), world.company.to(SAM)
    assert (len(inbox), len(desk)) == (4, 3)
    assert all(f"<{SENDER}>" in mail.mail["From"] for mail in inbox)
    assert all(invitation.mail["Message-ID"] in mail.mail["References"] for mail in inbox[1:])
    assert all(desk[0].mail["Message-ID"] in mail.mail["References"] for mail in desk[1:])
    for mail in inbox:
        seen = mail.raw + mail.text().encode() + mail.html().encode()
        assert [secret for secret in PRIVATE if secret.encode() in seen] == []
        assert [sign for sign in (b"#tag", b"#done") if sign in seen] == []
        assert mail.mail_from.startswith("b+"), "what bounces comes back to the record"
