"""The daily mail to staff: what was kept for it, once, at its hour; and who still waits for an answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from reviews import flow
from reviews.daily import last_time
from reviews.events import Press
from reviews.model import DeliveryKind, Mode
from reviews.notices import IN_THE_DIGEST
from reviews.roles import Choice
from store import Staff, daily, people
from templates.brand_file import BrandError
from templates.brands import read_brand
from tests.outside import RULES, SAM, Outside, outside
from tests.story import visit

__all__ = ["outside"]


@pytest.mark.parametrize(
    ("now", "zone", "at"),
    [
        ("2026-11-21T08:00", "UTC", "2026-11-21T08:00"),
        ("2026-11-21T07:59", "UTC", "2026-11-20T08:00"),
        ("2026-11-21T07:30", "Europe/Berlin", "2026-11-21T07:00"),
        ("2026-11-21T00:10", "America/New_York", "2026-11-20T13:00"),
        ("2026-03-29T09:00", "Europe/Berlin", "2026-03-29T06:00"),  # the clocks went forward in that night
    ],
)
def test_eight_is_eight_on_the_brands_clock(now: str, zone: str, at: str) -> None:
    asked, expected = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (now, at))
    assert last_time(asked, minutes=8 * 60, timezone=zone) == expected


@pytest.mark.parametrize("wrong", ["8", "24:00", "08:60", "08:00-18:00"])
def test_a_brand_says_when(tmp_path: Path, wrong: str) -> None:
    least = 'name = "Acme"\nwebsite = "https://a.example"\n[colours.light]\nprimary = "#1d5c7a"\n'
    file = tmp_path / "acme.toml"
    file.write_text('daily_mail = "06:30"\n' + least)
    assert read_brand(file).daily_minutes == 390
    file.write_text(f'daily_mail = "{wrong}"\n' + least)
    with pytest.raises(BrandError, match="expected a time such as 08:00"):
        read_brand(file)


async def rated(outside: Outside, number: str, answer: str) -> None:
    """A rating came in; its notice falls due."""
    review = (await outside.closed(number, subject=f"Ticket about {number}", closed_at=outside.clock())).id
    await outside.mailer.send_due()
    outside.clock.now += timedelta(minutes=30)
    opened = partial(flow.link_opened, hit=number, link=answer, visit=visit(), at=outside.clock(), rules=RULES)
    await outside.store.record(review, opened)
    press = Press(number, answer, Mode.BUTTON, trusted=True)
    await outside.store.record(review, partial(flow.voted, press=press, at=outside.clock(), rules=RULES))
    await outside.mailer.send_due()
    notices = [out for out in await outside.store.deliveries(review) if out.delivery.purpose is DeliveryKind.NOTICE]
    assert [out.reason for out in notices] == [IN_THE_DIGEST]


async def listed(outside: Outside) -> int:
    """The daily mails that are due now."""
    now = outside.clock()
    until = last_time(now, minutes=8 * 60, timezone="UTC")
    job = partial(daily.put_together, recorder=outside.store.recorder, brand="acme", until=until, now=now)
    return await outside.store.write(job)


async def test_what_was_kept_is_told_once_in_one_mail(outside: Outside) -> None:
    sam = Staff(SAM.email, SAM.name, "agent", "", choice=Choice.DAILY)
    await outside.store.write(partial(people.set_staff, staff=sam, at=outside.clock()))
    await rated(outside, "laptop", "happy")
    await rated(outside, "printer", "unhappy")
    assert await listed(outside) == 0, "eight has been; the next one is tomorrow"
    outside.clock.now += timedelta(days=1)
    assert [await listed(outside), await listed(outside)] == [1, 0]
    while await outside.mailer.send_due():
        pass
    to_sam = [posted for posted in outside.office.posted if posted.recipients == [SAM.email]]
    [mail] = [posted for posted in to_sam if "what customers said" in str(posted.mail["Subject"])]
    words = " ".join(mail.text().split())
    assert "22 November 2026" in str(mail.mail["Subject"])
    assert "Great: 1" in words
    told, _, waiting = words.partition("Waiting for an answer from you, oldest first")
    assert ("Ticket about laptop" in told, "Ticket about printer" in told) == (True, True)
    assert ("Ticket about laptop" in waiting, "Ticket about printer" in waiting) == (False, True)
    assert "/s/" in words, "each leads to its record"
    assert "@reply.acme.example" not in words, "no address of a customer's"
    assert mail.mail["Auto-Submitted"] == "auto-generated"
    kept_of_it = await outside.store.read(
        lambda session: session.rows("select sent_text from outbox where review = ''")
    )
    assert [row["sent_text"] for row in kept_of_it] == [""], "whoever is in it may be forgotten"
    outside.clock.now += timedelta(days=1)
    assert await listed(outside) == 0, "nothing new was kept"


async def test_who_is_behind_a_wall_by_now_is_told_nothing_of_that_brand(outside: Outside) -> None:
    sam = Staff(SAM.email, SAM.name, "agent", "", choice=Choice.DAILY)
    await outside.store.write(partial(people.set_staff, staff=sam, at=outside.clock()))
    await rated(outside, "laptop", "unhappy")
    outside.clock.now += timedelta(days=1)
    for brands, number in ((("zenith",), 0), (("zenith", "acme"), 1)):
        walled = replace(sam, brands=brands)
        await outside.store.write(partial(people.set_staff, staff=walled, at=outside.clock()))
        assert await listed(outside) == number
