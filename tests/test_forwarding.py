"""What comes for postmaster and abuse is read by the operator, whoever writes, and never goes in circles."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from inbound.forwarding import PER_HOUR_MAX
from store.mails import QUARANTINED, READ, counts
from tests.house import DOMAIN, OPERATOR, House, house
from tests.post_office import deliver, written


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as open_house:
        yield open_house


async def write(running: House, to: str, number: int = 1, *, mail_from: str = "", **headers: str) -> None:
    raw = written(
        sender="Mallory <mallory@other.example>",
        to=to,
        subject="Spam from your server",
        text=f"Please look into it ({number}).",
        Message_ID=f"<{number}@other.example>",
        Received="from there by other.example; Sat, 21 Nov 2026 10:00:00 +0000",
        **headers,
    )
    await deliver(running.smtp_port, raw, mail_from=mail_from, to=to)


async def read(running: House, number: int) -> dict[str, int]:
    """How many mails ended how, once so many were read."""
    async with asyncio.timeout(60):
        while True:
            ended = await running.store.read(counts)
            if sum(ended.get(status, 0) for status in (READ, QUARANTINED)) >= number:
                return ended
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("to", [f"postmaster@{DOMAIN}", f"Abuse@{DOMAIN}"])
async def test_a_mail_for_postmaster_or_abuse_reaches_the_operator(running: House, to: str) -> None:
    await write(running, to, mail_from="mallory@other.example")
    mail = await running.office.wait_for(OPERATOR)
    assert mail.mail["Subject"] == "For postmaster: Spam from your server"
    assert mail.mail["Reply-To"] == "mallory@other.example"
    assert mail.mail["Auto-Submitted"] == "auto-generated"
    assert "Please look into it (1)." in mail.text()
    ours, first = mail.mail.get_all("Received", [])
    assert re.fullmatch(rf"from \S+ \(\[127\.0\.0\.1\]\)\s+by {DOMAIN} with ESMTP id \w+;\s+.*", ours)
    assert first == "from there by other.example; Sat, 21 Nov 2026 10:00:00 +0000"
    assert await read(running, 1) == {READ: 1}


async def test_what_a_machine_writes_to_postmaster_goes_no_further(running: House) -> None:
    to = f"postmaster@{DOMAIN}"
    await write(running, to, 1)  # from nobody, as bounces are
    await write(running, to, 2, mail_from="mallory@other.example", Auto_Submitted="auto-replied")
    await write(running, to, 3, mail_from="mallory@other.example", Precedence="junk")
    assert await read(running, 3) == {QUARANTINED: 3}
    await asyncio.sleep(0.3)
    assert running.office.to(OPERATOR) == []


async def test_a_flood_to_postmaster_does_not_flood_the_operator(running: House) -> None:
    for number in range(PER_HOUR_MAX + 5):
        await write(running, f"postmaster@{DOMAIN}", number, mail_from="mallory@other.example")
    assert await read(running, PER_HOUR_MAX + 5) == {READ: PER_HOUR_MAX, QUARANTINED: 5}
    await running.office.wait_for(OPERATOR, PER_HOUR_MAX)
    assert len(running.office.to(OPERATOR)) == PER_HOUR_MAX
