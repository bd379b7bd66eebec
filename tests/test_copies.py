"""Does a copy of a helpdesk's closing mail start the review of the right customer, and no other? Also by real SMTP."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from reviews.copies import GENERIC, GLPI, OSTICKET, SYSTEMS, Copy, Unclear, address_id, ticket_of
from reviews.events import ClosedTicket
from reviews.model import Person
from store import Source, Wanted, quarantine, sources
from tests.house import House, house
from tests.post_office import deliver

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
ADA = Person("ada@customer.example", "Ada Lovelace")
DESK = "support@acme.example"
PAYLOADS = Path(__file__).parent / "payloads"
"""Mails as each system's own templates and headers make them (docs/helpdesks/by-mail.md names where that was read)."""


def read(system: str = GENERIC, **changes: Any) -> ClosedTicket | Unclear:
    told: dict[str, Any] = {"sender": DESK, "to": (ADA,), "subject": "Closed: VPN [#48213]", "told": {}, "at": AT}
    return ticket_of(Copy(**told | changes), system=system, brand="acme", source="desk", own=("lea@acme.example",))


@pytest.mark.parametrize(
    ("system", "subject", "number", "bare"),
    [
        (OSTICKET, "Re: VPN drops every hour [#482130]", "482130", "VPN drops every hour"),
        (GLPI, "[GLPI #0000123] Ticket solved: VPN drops", "123", "Ticket solved: VPN drops"),
        (GLPI, "[ACME IT #0000900] Clôture du ticket VPN", "900", "Clôture du ticket VPN"),
        (GENERIC, "[Ticket#2026-482] VPN", "2026-482", "VPN"),
        (GENERIC, "AW: Re: VPN (#77)", "77", "VPN"),
        (GENERIC, "[ACME-482] VPN", "ACME-482", "VPN"),
    ],
)
def test_each_system_writes_its_number_in_its_own_way(system: str, subject: str, number: str, bare: str) -> None:
    ticket = read(system, subject=subject)
    assert isinstance(ticket, ClosedTicket)
    assert (ticket.ticket, ticket.subject, ticket.contact) == (number, bare, ADA)


def test_headers_go_before_all_else() -> None:
    told = {"ticket": "9", "contact": "Bea <bea@customer.example>", "agent": "Sam <sam@acme.example>", "team": "Net"}
    ticket = read(subject="Nothing in it", to=(ADA, Person("cem@customer.example")), told={**told, "subject": "VPN"})
    assert isinstance(ticket, ClosedTicket)
    assert (ticket.ticket, ticket.subject, ticket.team) == ("9", "VPN", "Net")
    assert ticket.contact == Person("bea@customer.example", "Bea")
    assert ticket.agent == Person("sam@acme.example", "Sam")


@pytest.mark.parametrize(
    ("changes", "hint"),
    [
        ({"subject": "Your ticket was closed"}, "no ticket number"),
        ({"subject": "VPN [#1] and [#2]"}, "more than one ticket number"),
        ({"subject": "VPN [1] [note]"}, "no ticket number"),
        ({"to": (ADA, Person("bea@customer.example"))}, "several people"),
        ({"to": (Person("Support@Acme.example"), Person("lea@acme.example"))}, "nobody but your own"),
        ({"to": ()}, "nobody but your own"),
        ({"to": (Person("undisclosed-recipients"),)}, "no mail address"),
        ({"told": {"contact": "ada"}}, "X-Afterword-Contact is no mail address"),
    ],
)
def test_what_cannot_be_told_is_never_guessed(changes: dict[str, Any], hint: str) -> None:
    unclear = read(**changes)
    assert isinstance(unclear, Unclear)
    assert hint in unclear.hint


def test_copies_of_one_day_are_one_closing_and_each_system_has_an_address() -> None:
    one, other = read(), read(at=AT.replace(hour=17))
    assert isinstance(one, ClosedTicket)
    assert isinstance(other, ClosedTicket)
    assert one.closing == other.closing
    assert len({address_id("desk", system) for system in SYSTEMS}) == len(SYSTEMS)


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as doors:
        source = Source("desk", "acme", "a secret", {})
        await doors.store.write(partial(sources.set_source, source=source, at=datetime.now(UTC)))
        yield doors


def copy_of(subject: str, *headers: str) -> bytes:
    lines = (f"From: Acme Support <{DESK}>", "To: Ada <ada@customer.example>", f"Subject: {subject}", *headers)
    return "\r\n".join([*lines, "Message-ID: <1@desk.example>", "", "We have closed your ticket.", ""]).encode()


async def send(running: House, raw: bytes) -> None:
    address = running.links.copy_address(address_id("desk", OSTICKET))
    await deliver(running.smtp_port, raw, mail_from=DESK, to=address)


@pytest.mark.parametrize(
    ("system", "number", "subject"),
    [(OSTICKET, "482130", "VPN drops every hour"), (GLPI, "123", "Ticket closed - VPN drops every hour")],
)
async def test_a_whole_mail_of_each_system_asks_its_customer_though_it_says_that_a_machine_wrote_it(
    running: House, system: str, number: str, subject: str
) -> None:
    raw = (PAYLOADS / f"{system}.eml").read_bytes().replace(b"\n", b"\r\n")
    address = running.links.copy_address(address_id("desk", system))
    await deliver(running.smtp_port, raw, mail_from=DESK, to=address)
    await running.office.wait_for("ada@customer.example")
    (found,) = await running.store.reviews(Wanted(), now=datetime.now(UTC), most=9)
    assert (found.review.ticket, found.review.subject, found.review.contact.name) == (number, subject, "Ada Example")


async def test_a_copy_asks_the_customer_once_though_it_comes_twice(running: House) -> None:
    for _ in range(2):
        await send(running, copy_of("VPN [#48213]"))
    invitation = await running.office.wait_for("ada@customer.example")
    assert "VPN" in invitation.text()
    await send(running, copy_of("VPN", "X-Afterword-Ticket: 48213"))
    await send(running, copy_of("nothing that says it"))
    while not (waiting := await running.store.read(partial(quarantine.waiting, most=9))):
        pass
    found = await running.store.reviews(Wanted(), now=datetime.now(UTC), most=9)
    assert [(one.review.ticket, one.review.source) for one in found] == [("48213", "desk")]
    (unclear,) = waiting
    assert "no ticket number as osticket writes it" in unclear.reason
