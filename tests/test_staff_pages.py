"""Who may see a record, and how do they come in? Staff's pages through real HTTP, on a real store."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import pytest

from reviews import flow, staff_answers, subscriptions
from reviews.events import Press
from reviews.facts import Delivery, Message, Review, StaffAction
from reviews.model import Attachment, DeliveryKind, Mode, seat_of
from reviews.tokens import RECORD, SIGN_IN
from store import people, sources
from tests.story import ADA, RULES, SAM, closing, later, mail, staff_mail, visit
from tests.web_house import House, opened_house, path_of

OURS = {"Sec-Fetch-Site": "same-origin"}
HELD = re.compile(r'name="held" value="([^"]+)"')
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        yield house


async def replied_to(house: House, words: str = "Still drops, I am afraid.") -> Review:
    """A review whose customer wrote a mail, so that Sam got a notice."""
    review = await house.asked()
    reply = mail(words, attachments=(Attachment("../../etc/passwd", "text/plain", 2_400, "ab"),))
    await house.store.record(review.id, partial(flow.replied, mail=reply, at=later(hours=2), rules=RULES))
    house.clock.now = later(hours=2)
    return review


async def held_answer(house: House, review: Review) -> None:
    """Sam's answer to that notice, which nothing proves to be his."""
    answer = staff_mail(verdict="unsigned")
    await house.store.record(review.id, partial(staff_answers.staff_answered, mail=answer, seat=SAM, at=later(hours=3)))


def record_path(house: House, review: Review, email: str = SAM.email) -> str:
    return path_of(house.links.record(review.id, seat_of(review.id, email)))


async def answers(house: House, review: Review) -> int:
    """How many answers go to the customer."""
    return sum(d.purpose is DeliveryKind.ANSWER for d in (await house.log(review)).of(Delivery))


# the record behind a notice's link


async def test_who_got_a_notice_sees_the_whole_record(house: House) -> None:
    review = await replied_to(house)
    html = (await house.client.get(record_path(house, review))).text
    for words in ("VPN drops every hour", ADA.name, ADA.email, "Still drops, I am afraid.", "2 KB", "Question", "sent"):
        assert words in html
    assert "sender not verified" not in html


async def test_a_sender_nobody_vouches_for_is_marked(house: House) -> None:
    review = await house.asked()
    await house.store.record(
        review.id, partial(flow.replied, mail=mail(verdict="unsigned"), at=later(hours=2), rules=RULES)
    )
    assert "sender not verified" in (await house.client.get(record_path(house, review))).text


async def test_a_stranger_under_the_customers_name_is_told_by_the_address(house: House) -> None:
    review = await house.asked()
    strange = mail(sender="eve@evil.example", sender_name=ADA.name, verdict="verified")
    await house.store.record(review.id, partial(flow.replied, mail=strange, at=later(hours=2), rules=RULES))
    html = (await house.client.get(record_path(house, review))).text
    assert "<strong><bdi>eve@evil.example</bdi></strong>" in html
    assert f"it came from eve@evil.example, not from {ADA.email}" in html
    assert f"<strong><bdi>{ADA.name}</bdi>" not in html


async def test_other_peoples_words_are_text_and_nothing_else(house: House) -> None:
    review = await replied_to(house, words=EVIL)
    html = (await house.client.get(record_path(house, review))).text
    assert "<script>" not in html
    assert "<img" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


async def test_all_that_the_customer_wrote_on_the_rating_page_is_there(house: House) -> None:
    review = await replied_to(house)
    opening = partial(flow.link_opened, hit="page", link="happy", visit=visit(), at=later(hours=2), rules=RULES)
    await house.store.record(review.id, opening)
    press = Press("page", "", Mode.COMMENT)
    for words in ("First thoughts.", "Second thoughts."):
        rule = partial(flow.commented, press=press, words=words, at=later(hours=2), rules=RULES)
        await house.store.record(review.id, rule)
    html = (await house.client.get(record_path(house, review))).text
    assert html.index("First thoughts.") < html.index("Second thoughts.")


@pytest.mark.parametrize("email", ["lea@acme.example", ADA.email, ""])
async def test_a_link_for_who_got_no_notice_opens_nothing(house: House, email: str) -> None:
    review = await replied_to(house)
    assert (await house.client.get(record_path(house, review, email))).status_code == 404


async def test_a_seat_at_one_review_is_none_at_another(house: House) -> None:
    review = await replied_to(house)
    other = await house.asked(ticket="2")
    path = path_of(house.links.record(other.id, seat_of(review.id, SAM.email)))
    assert (await house.client.get(path)).status_code == 404


@pytest.mark.parametrize("token", ["x", "WyJhIiwiYiJd.AAAA"])
async def test_a_bad_record_link_gets_the_neutral_page(house: House, token: str) -> None:
    for method in ("GET", "POST"):
        assert (await house.client.request(method, f"/s/{token}")).status_code == 404


async def test_a_held_answer_is_sent_by_one_press_and_only_once(house: House) -> None:
    review = await replied_to(house)
    await held_answer(house, review)
    path = record_path(house, review)
    html = (await house.client.get(path)).text
    held = HELD.search(html)
    assert held
    assert "I have replaced the router." in html
    for _ in range(2):
        answer = await house.client.post(path, data={"held": held[1]}, headers=OURS)
        assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert await answers(house, review) == 1
    assert [action.who for action in (await house.log(review)).of(StaffAction)] == [SAM.email]
    html = (await house.client.get(path)).text
    assert not HELD.search(html)
    assert "I have replaced the router." in html


@pytest.mark.parametrize("held", ["", "x", "the customer's"])
async def test_only_a_held_answer_can_be_sent(house: House, held: str) -> None:
    review = await replied_to(house)
    await held_answer(house, review)
    if held == "the customer's":
        held = (await house.log(review)).of(Message)[0].id
    await house.client.post(record_path(house, review), data={"held": held}, headers=OURS)
    assert await answers(house, review) == 0


@pytest.mark.parametrize("path", ["record", "/sign-in", "/in/x", "/sign-out"])
@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}],
)
async def test_a_form_of_another_site_is_refused(house: House, path: str, headers: dict[str, str]) -> None:
    review = await replied_to(house)
    await held_answer(house, review)
    held = HELD.search((await house.client.get(record_path(house, review))).text)
    assert held
    place = record_path(house, review) if path == "record" else path
    answer = await house.client.post(place, data={"held": held[1], "email": "lea@acme.example"}, headers=headers)
    assert answer.status_code == 403
    assert await answers(house, review) == 0


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("paused", "Questions of this brand are paused."),
        ("unsubscribed", "they asked not to be asked again"),
        ("never", "the helpdesk said not to ask"),
        ("", ""),
    ],
)
async def test_the_record_says_why_a_customer_is_not_asked(house: House, what: str, words: str) -> None:
    await sign_in(house)
    facts = closing(ask="never" if what == "never" else "later")
    await house.record(*facts)
    review = next(fact for fact in facts if isinstance(fact, Review))
    if what == "paused":
        await house.store.write(
            partial(sources.set_paused, brand="acme", paused_at=house.clock.now, at=house.clock.now)
        )
    if what == "unsubscribed":
        await house.store.record(review.id, partial(subscriptions.unsubscribed, at=house.clock.now))
    html = (await house.client.get(f"/reviews/{review.id}")).text
    assert words in html
    assert ('class="notice"' in html) is bool(what)


# signing in


async def mailed_link(house: House) -> str | None:
    """The path of the sign-in link that waits in the outbox."""
    claimed = await house.store.claim(now=house.clock.now, most=50, lease=timedelta(minutes=5))
    links = [out for out in claimed if out.delivery.purpose is DeliveryKind.SIGN_IN]
    assert len(links) <= 1
    return path_of(house.links.sign_in(links[0].delivery.occasion)) if links else None


async def ask_for_link(house: House, email: str = "lea@acme.example") -> httpx2.Response:
    return await house.client.post("/sign-in", data={"email": email}, headers=OURS)


async def sign_in(house: House, **changes: Any) -> None:
    """Lea signs in, by her mailbox; anew where she becomes something else."""
    await house.add_staff(**changes)
    await ask_for_link(house)
    path = await mailed_link(house)
    assert path
    assert (await house.client.post(path, headers=OURS)).status_code == 303


async def test_a_known_address_gets_a_link_that_signs_in_by_a_press(house: House) -> None:
    await house.add_staff()
    await ask_for_link(house, " LEA@acme.example ")
    path = await mailed_link(house)
    assert path
    opened = await house.client.get(path)
    assert (opened.status_code, "set-cookie" in opened.headers) == (200, False)
    assert "One press, and you are in" in opened.text
    pressed = await house.client.post(path, headers=OURS)
    assert (pressed.status_code, pressed.headers["location"]) == (303, "/reviews")
    cookie = pressed.headers["set-cookie"]
    assert cookie.startswith("__Host-afterword=")
    for attribute in ("HttpOnly", "Secure", "SameSite=lax", "Path=/", "Max-Age=43200"):
        assert attribute in cookie
    assert "Domain" not in cookie
    assert "Lea Moss" in (await house.client.get("/reviews")).text


async def test_the_answer_is_the_same_whether_an_address_is_known_or_not(house: House) -> None:
    await house.add_staff()
    known = await ask_for_link(house)
    unknown = [await ask_for_link(house, email) for email in ("eve@evil.example", "", "no address", "x" * 10_000)]
    assert {answer.text for answer in unknown} == {known.text}
    assert {answer.status_code for answer in unknown} == {200}
    assert await mailed_link(house)  # the one of who is known


@pytest.mark.parametrize("cookie", ["", "__Host-afterword-asking=", "__Host-afterword-asking=forged"])
async def test_a_link_signs_in_only_the_browser_that_asked_for_it(house: House, cookie: str) -> None:
    await house.add_staff()
    await ask_for_link(house)
    path = await mailed_link(house)
    assert path
    async with house.from_address("198.51.100.9") as thief:
        opened = await thief.get(path, headers={"Cookie": cookie})
        pressed = await thief.post(path, headers=OURS | {"Cookie": cookie})
    assert opened.status_code == (200 if "forged" in cookie else 403)
    assert (pressed.status_code, "set-cookie" in pressed.headers) == (410, False)
    assert (await house.client.post(path, headers=OURS)).status_code == 303  # its owner's link is none the worse


async def test_who_asks_twice_may_use_either_link(house: House) -> None:
    await house.add_staff()
    await ask_for_link(house)
    first = await mailed_link(house)
    await ask_for_link(house)
    assert first
    assert (await house.client.post(first, headers=OURS)).status_code == 303


async def test_a_link_signs_in_once(house: House) -> None:
    await house.add_staff()
    await ask_for_link(house)
    path = await mailed_link(house)
    assert path
    await house.client.post(path, headers=OURS)
    del house.client.cookies["__Host-afterword"]
    again = await house.client.post(path, headers=OURS)
    assert (again.status_code, "set-cookie" in again.headers) == (410, False)
    assert (await house.client.get("/reviews")).status_code == 303


@pytest.mark.parametrize(("minutes", "status"), [(14.9, 303), (15, 410), (24 * 60, 410)])
async def test_a_link_is_good_for_15_minutes(house: House, minutes: float, status: int) -> None:
    await house.add_staff()
    await ask_for_link(house)
    path = await mailed_link(house)
    assert path
    house.clock.forward(minutes=minutes)
    assert (await house.client.post(path, headers=OURS)).status_code == status


async def test_a_link_we_signed_but_never_mailed_signs_nobody_in(house: House) -> None:
    token = house.door.keys.link(SIGN_IN, "a" * 26)
    assert (await house.client.post(f"/in/{token}", headers=OURS)).status_code == 410
    other_purpose = house.door.keys.link(RECORD, "a" * 26)
    assert (await house.client.post(f"/in/{other_purpose}", headers=OURS)).status_code == 404


async def test_a_mailbox_is_not_filled_with_links(house: House) -> None:
    await house.add_staff()
    for _ in range(9):
        assert (await ask_for_link(house)).status_code == 200
    claimed = await house.store.claim(now=house.clock.now, most=50, lease=timedelta(minutes=5))
    assert len(claimed) == 5
    house.clock.forward(minutes=15)
    await ask_for_link(house)
    assert len(await house.store.claim(now=house.clock.now, most=50, lease=timedelta(hours=5))) == 6


@pytest.mark.parametrize("path", ["/reviews", "/reviews/x"])
async def test_who_is_not_signed_in_is_asked_to(house: House, path: str) -> None:
    for cookie in ("", "__Host-afterword=", "__Host-afterword=forged", "afterword=forged"):
        answer = await house.client.get(path, headers={"Cookie": cookie})
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


@pytest.mark.parametrize(("hours", "status"), [(11.9, 200), (12, 303)])
async def test_a_session_lasts_twelve_hours(house: House, hours: float, status: int) -> None:
    await sign_in(house)
    house.clock.forward(hours=hours)
    assert (await house.client.get("/reviews")).status_code == status


async def test_signing_in_again_ends_the_session_before(house: House) -> None:
    await sign_in(house)
    first = house.client.cookies["__Host-afterword"]
    await sign_in(house)
    assert house.client.cookies["__Host-afterword"] != first
    house.client.cookies.clear()
    answer = await house.client.get("/reviews", headers={"Cookie": f"__Host-afterword={first}"})
    assert answer.status_code == 303


async def test_signing_out_ends_the_session_for_good(house: House) -> None:
    await sign_in(house)
    session = house.client.cookies["__Host-afterword"]
    answer = await house.client.post("/sign-out", headers=OURS)
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert "__Host-afterword" not in house.client.cookies
    answer = await house.client.get("/reviews", headers={"Cookie": f"__Host-afterword={session}"})
    assert answer.status_code == 303


async def test_who_is_no_longer_staff_is_signed_out(house: House) -> None:
    await sign_in(house)
    await house.store.write(partial(people.drop_staff, email="lea@acme.example", at=house.clock()))
    assert (await house.client.get("/reviews")).status_code == 303


async def test_without_tls_the_cookie_has_no_name_that_needs_it(tmp_path: Path) -> None:
    async with opened_house(tmp_path, base_url="http://localhost:8000") as house:
        await house.add_staff()
        await ask_for_link(house)
        claimed = await house.store.claim(now=house.clock.now, most=1, lease=timedelta(minutes=5))
        path = house.links.sign_in(claimed[0].delivery.occasion)
        cookie = (await house.client.post(path, headers=OURS)).headers["set-cookie"]
        assert cookie.startswith("afterword=")
        assert "Secure" not in cookie


# the list


async def test_the_list_leads_through_all_reviews_once(house: House) -> None:
    await sign_in(house)
    for number in range(60):
        await house.record(*closing(ticket=f"T{number:02}", at=house.clock.now + timedelta(seconds=number)))
    house.clock.forward(hours=1)
    path, seen, pages, html = "/reviews", [], 0, ""
    while path:
        html = (await house.client.get(path)).text
        seen += re.findall(r"ticket (T\d\d)", html)
        older = re.search(r'href="([^"]+)" rel="next"', html)
        path, pages = (older[1] if older else ""), pages + 1
    assert seen == [f"T{number:02}" for number in reversed(range(60))]
    assert pages == 3
    back = re.search(r'href="([^"]+)" rel="prev"', html)
    seen_back: list[str] = []
    while back:
        html = (await house.client.get(back[1])).text
        seen_back = re.findall(r"ticket (T\d\d)", html) + seen_back
        back = re.search(r'href="([^"]+)" rel="prev"', html)
    assert seen_back == seen[:50]


async def test_a_list_of_none_says_so(house: House) -> None:
    await sign_in(house)
    assert "Nothing here yet" in (await house.client.get("/reviews")).text


async def test_a_search_leads_through_its_hits_once_and_back(house: House) -> None:
    await sign_in(house)
    for number in range(60):
        subject = "Router & <café>" if number % 2 else "VPN"
        await house.record(*closing(ticket=f"T{number:02}", subject=subject))
    hits = [f"T{number:02}" for number in range(59, 0, -2)]
    first = (await house.client.get("/reviews", params={"q": 'CAFE "router"'})).text
    assert 'value="CAFE &#34;router&#34;"' in first
    older = re.search(r'href="([^"]+)" rel="next"', first)
    assert older
    second = (await house.client.get(unescape(older[1]))).text
    assert re.findall(r"ticket (T\d\d)", first) + re.findall(r"ticket (T\d\d)", second) == hits
    newer = re.search(r'href="([^"]+)" rel="prev"', second)
    assert newer
    assert re.findall(r"ticket (T\d\d)", (await house.client.get(unescape(newer[1]))).text) == hits[:25]


@pytest.mark.parametrize("query", ["nowhere", '"', "* AND (", "<script>", "x" * 6_000, "\x00", "🎉"])
async def test_a_search_that_finds_nothing_says_so(house: House, query: str) -> None:
    await house.asked()
    await sign_in(house)
    html = (await house.client.get("/reviews", params={"q": query})).text
    assert "Nothing was found" in html
    assert "<script>" not in html


@pytest.mark.parametrize("path", ["/reviews?before=x", "/reviews?after=x", "/reviews/x"])
async def test_what_is_not_there_is_not_found(house: House, path: str) -> None:
    await sign_in(house)
    assert (await house.client.get(path)).status_code == 404


async def test_a_line_of_the_list_opens_its_record(house: House) -> None:
    review = await replied_to(house)
    await sign_in(house)
    assert f'href="/reviews/{review.id}"' in (await house.client.get("/reviews")).text
    html = (await house.client.get(f"/reviews/{review.id}")).text
    assert "Still drops, I am afraid." in html
    assert not HELD.search(html)
