"""The page of mail without a record: who may see it, what it shows of hostile mail, and what its buttons do."""

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from reviews.facts import Review
from reviews.model import Envelope
from store import people, quarantine
from store.mails import PENDING, QUARANTINED
from store.paging import NEWEST
from store.quarantine import Judged
from tests.story import ADA
from tests.web_house import FORM, House, opened_house

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"
RAW = b"Content-Type: text/html\r\n\r\n<script>alert(1)</script>\r\n"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        yield house


async def signed_in(house: House) -> None:
    """Lea comes in."""
    await house.add_staff()
    now, expires_at = house.clock.now, house.clock.now + timedelta(hours=12)
    add = partial(people.add_sign_in, id="link", email="lea@acme.example", client="c", expires_at=expires_at)
    await house.store.write(add)
    use = partial(people.use_sign_in, id="link", session_id="hers", expires_at=expires_at, now=now)
    assert await house.store.write(use)
    house.client.cookies["__Host-afterword"] = "hers"


async def kept(house: House, id: str = "mail-1", review: str = "", **shown: str) -> None:
    """A mail that waits."""
    envelope = Envelope(house.clock.now, "192.0.2.1", "x.example", "eve@evil.example", ("r@reply.acme.example",), True)
    await house.store.keep_mail(id=id, envelope=envelope, raw=RAW + id.encode())
    judged = Judged("forged", "customer.example asks to reject it", "", **shown)
    settle = partial(quarantine.settle, id=id, status=QUARANTINED, at=house.clock.now, review=review)
    await house.store.write(partial(settle, reason="its sender is forged", judged=judged))


async def status_of(house: House, review: Review) -> list[tuple[str, str]]:
    """Which mails are to be read into that review, and on whose word."""
    arrivals = await house.store.claim_arrivals(now=house.clock.now, most=9, lease=timedelta(minutes=1))
    return [(arrival.id, arrival.reason) for arrival in arrivals if arrival.review == review.id]


async def test_the_list_of_reviews_leads_to_the_mails_that_wait(house: House) -> None:
    await signed_in(house)
    assert "Without a record" not in (await house.client.get("/reviews")).text
    await kept(house)
    waiting = '<a href="/quarantine">Without a record <span class="count">1</span></a>'
    assert waiting in (await house.client.get("/reviews")).text


async def test_a_mail_that_was_meant_for_a_record_is_shown_there_and_counts_for_nothing(house: House) -> None:
    await signed_in(house)
    review = await house.asked()
    await kept(house, review=review.id, sender=f"Ada {EVIL} <ada@customer.example>", text=f"It drops. {EVIL}")
    page = (await house.client.get(f"/reviews/{review.id}")).text
    assert "Not counted yet" in page
    assert "It drops. &lt;script&gt;" in page
    assert EVIL not in page
    assert "Nothing has been written yet." in page


async def test_a_mail_is_shown_with_why_it_waits_and_nothing_of_it_runs(house: House) -> None:
    await signed_in(house)
    await kept(house, sender=f"{EVIL} <{ADA.email}>", subject=EVIL, text=f"{EVIL}\nPlease call me.")
    html = (await house.client.get("/quarantine")).text
    for words in (
        "It waits here: its sender is forged.",
        "forged: not from the sender it names (customer.example asks to reject it)",
        "Please call me.",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
    ):
        assert words in html
    assert "<script>alert" not in html
    assert "<img" not in html


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("GET", "/mail-1.eml"), ("POST", "/mail-1")])
async def test_who_is_not_signed_in_sees_and_does_nothing(house: House, method: str, path: str) -> None:
    await kept(house)
    answer = await house.client.request(method, f"/quarantine{path}", data={"choice": "drop"}, headers=FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert await house.store.read(quarantine.count_waiting) == 1


@pytest.mark.parametrize("reference", ["id", "ticket", "address"])
async def test_a_mail_is_put_into_a_record_by_whatever_names_it(house: House, reference: str) -> None:
    await signed_in(house)
    review = await house.asked()
    await kept(house)
    named = {"id": review.id, "ticket": f" {review.ticket} ", "address": f"https://x/reviews/{review.id}/"}[reference]
    answer = await house.client.post("/quarantine/mail-1", data={"record": named, "choice": "file"}, headers=FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/reviews/{review.id}")
    assert await status_of(house, review) == [("mail-1", "Lea Moss")]


async def test_the_senders_own_records_are_one_press_away_but_not_where_the_sender_is_forged(house: House) -> None:
    await signed_in(house)
    review = await house.asked()
    await kept(house, sender=f"Ada <{ADA.email}>")
    press = f'<button class="button" name="record" value="{review.id}">'
    assert press not in (await house.client.get("/quarantine")).text
    judged = Judged("unsigned", sender=f"Ada <{ADA.email}>", text="Still broken. " * 100)
    settle = partial(quarantine.settle, id="mail-1", status=QUARANTINED, at=house.clock.now, reason="x", judged=judged)
    await house.store.write(settle)
    page = (await house.client.get("/quarantine")).text
    assert press in page
    assert (page.count("Still broken."), page.count("All its words")) == (50 + 100, 1), (
        "its first words, and all folded"
    )
    form = {"choice": "file", "record": review.id}
    answer = await house.client.post("/quarantine/mail-1", data=form, headers=FORM)
    record = (await house.client.get(answer.headers["location"])).text
    assert "is just being read" in record
    assert await status_of(house, review) == [("mail-1", "Lea Moss")]


@pytest.mark.parametrize("named", ["", "nothing", "/", "x" * 5_000])
async def test_what_names_no_record_is_said_and_the_mail_stays(house: House, named: str) -> None:
    await signed_in(house)
    await house.asked()
    await kept(house)
    answer = await house.client.post("/quarantine/mail-1", data={"record": named, "choice": "file"}, headers=FORM)
    assert answer.status_code == 404
    assert "There is no record and no ticket of that name" in answer.text
    assert await house.store.read(quarantine.count_waiting) == 1


async def test_a_mail_that_was_thrown_away_is_gone(house: House) -> None:
    await signed_in(house)
    await kept(house)
    for _ in range(2):
        answer = await house.client.post("/quarantine/mail-1", data={"choice": "drop"}, headers=FORM)
        assert (answer.status_code, answer.headers["location"]) == (303, "/quarantine")
    assert "Nothing waits here." in (await house.client.get("/quarantine")).text
    assert (await house.client.get("/quarantine/mail-1.eml")).status_code == 404


async def test_another_site_can_do_nothing_here(house: House) -> None:
    await signed_in(house)
    await kept(house)
    foreign = {**FORM, "Sec-Fetch-Site": "cross-site"}
    assert (await house.client.post("/quarantine/mail-1", data={"choice": "drop"}, headers=foreign)).status_code == 403
    assert await house.store.read(quarantine.count_waiting) == 1


async def test_the_mail_as_it_came_can_be_saved_and_is_never_shown(house: House) -> None:
    await signed_in(house)
    await kept(house)
    answer = await house.client.get("/quarantine/mail-1.eml")
    assert b"<script" not in answer.content
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == 'attachment; filename="mail-1.eml"'
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_mail_that_was_read_cannot_be_reached_here(house: House) -> None:
    await signed_in(house)
    await kept(house)
    mark = house.store.mark_arrival
    await mark("mail-1", status=PENDING, at=house.clock.now)
    assert (await house.client.get("/quarantine/mail-1.eml")).status_code == 404
    assert (await house.client.post("/quarantine/mail-1", data={"choice": "drop"}, headers=FORM)).status_code == 303
    assert await house.store.raw_mail((await house.store.claim_arrivals(
        now=house.clock.now, most=1, lease=timedelta(minutes=1)
    ))[0].mail)  # fmt: skip


async def test_the_list_has_pages_and_a_wrong_place_is_none(house: House) -> None:
    await signed_in(house)
    for number in range(27):
        house.clock.forward(seconds=1)
        await kept(house, f"mail-{number}", text=f"words {number};")
    first = (await house.client.get("/quarantine")).text
    assert "words 26;" in first
    assert "words 1;" not in first
    [older] = [part.split('"')[0] for part in first.split('href="')[1:] if part.startswith("/quarantine?before")]
    assert "words 1;" in (await house.client.get(older)).text
    assert (await house.client.get("/quarantine?before=x")).status_code == 404
    assert len(await house.store.read(partial(quarantine.waiting, most=50, before=NEWEST))) == 27
