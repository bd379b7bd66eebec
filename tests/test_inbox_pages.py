"""What staff do in the inbox and on a record, through real HTTP: looking, tending, several at once, and undoing it."""

import asyncio
import re
from collections.abc import AsyncIterator
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import pytest

from reviews import flow
from reviews.deeds import Assigned
from reviews.events import Press
from reviews.facts import Delivery, Message, Review
from reviews.handling import handling
from reviews.model import By, DeliveryKind, Mode, Person
from store import people, sessions
from tests.story import ADA, RULES, SAM, later, mail, visit
from tests.web_house import House, opened_house, served

OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        yield house


async def sign_in(house: House, email: str = "lea@acme.example", **changes: str) -> None:
    """Somebody of the staff; their session is the client's from now on."""
    staff = await house.add_staff(email, email.partition("@")[0].title(), **changes)
    id, session, now = house.door.new_id(), house.door.new_id(), house.clock.now
    await house.store.write(partial(people.add_sign_in, id=id, email=staff.email, client="c", expires_at=later(days=9)))
    use = partial(people.use_sign_in, id=id, session_id=session, expires_at=later(days=9), now=now)
    assert await house.store.write(use)
    house.client.cookies.set("__Host-afterword", session, domain="care.acme.example", path="/")


async def rated(house: House, answer: str, *, ticket: str, words: str = "", **changes: Any) -> Review:
    review = await house.asked(ticket=ticket, **changes)
    at, page = later(hours=1, minutes=int(ticket)), f"page of {ticket}"
    opening = partial(flow.link_opened, hit=page, link=answer, visit=visit(), at=at, rules=RULES)
    await house.store.record(review.id, opening)
    press = Press(page, answer, Mode.BUTTON, trusted=True)
    await house.store.record(review.id, partial(flow.voted, press=press, at=at, rules=RULES))
    if words:
        told = partial(flow.commented, press=Press(page, "", Mode.COMMENT), words=words, at=at, rules=RULES)
        await house.store.record(review.id, told)
    house.clock.now = later(hours=9)
    return review


def tickets(answer: httpx2.Response) -> list[str]:
    """The tickets of the lines, in order."""
    assert answer.status_code == 200
    return re.findall(r"ticket (\d+) ·", answer.text)


async def do(house: House, review: Review, **form: str) -> httpx2.Response:
    return await house.client.post(f"/reviews/{review.id}/do", data=form, headers=OURS)


async def filled(house: House) -> dict[str, Review]:
    return {
        "1": await rated(house, "happy", ticket="1", words="Thank you!", tags=("vpn",)),
        "2": await rated(house, "unhappy", ticket="2", words="It is slow.", team="Desk"),
        "3": await rated(house, "neutral", ticket="3", contact=Person("eve@other.example", "Eve", "Other Ltd")),
        "4": await rated(house, "unhappy", ticket="4", agent=None),
    }


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", "4321"),
        ("queue=unread", "4321"),
        ("queue=owed", "21"),
        ("queue=unhappy", "42"),
        ("queue=neutral", "3"),
        ("queue=mine", ""),
        ("queue=unassigned", "4"),
        ("queue=waiting", ""),
        ("queue=nonsense", "4321"),
        ("face=unhappy&team=Desk", "2"),
        ("company=other+ltd", "3"),
        ("tag=vpn", "1"),
        ("agent=SAM@acme.example", "321"),
        ("q=slow", "2"),
        ("q=vpn&queue=unhappy", "42"),
        ("since=2026-11-21&until=2026-11-21", "4321"),
        ("until=2026-11-20", ""),
        ("since=yesterday", "4321"),
    ],
)
async def test_the_inbox_shows_what_is_looked_for(house: House, query: str, shown: str) -> None:
    await filled(house)
    await sign_in(house)
    assert "".join(tickets(await house.client.get(f"/reviews?{query}"))) == shown


async def test_opening_a_record_reads_it_by_name_and_that_can_be_undone(house: House) -> None:
    reviews = await filled(house)
    await sign_in(house)
    fetched = await house.client.get(f"/reviews/{reviews['2'].id}", headers={"Sec-Purpose": "prefetch"})
    assert fetched.status_code == 200
    assert tickets(await house.client.get("/reviews?queue=unread")) == ["4", "3", "2", "1"]
    assert "lea@acme.example" in (await house.client.get(f"/reviews/{reviews['2'].id}")).text
    assert tickets(await house.client.get("/reviews?queue=unread")) == ["4", "3", "1"]
    await do(house, reviews["2"], do="unread")
    assert tickets(await house.client.get("/reviews?queue=unread")) == ["4", "3", "2", "1"]


DID = [
    ({"do": "nothing"}, lambda h: h.waiting_since is None),
    ({"do": "assign", "owner": "kim@acme.example"}, lambda h: h.owner.email == "kim@acme.example"),
    ({"do": "mine"}, lambda h: h.owner.email == "lea@acme.example"),
    ({"do": "tag", "tag": "#network"}, lambda h: "network" in h.tags),
    ({"do": "causes", "cause-product": "1", "reason": "it broke"}, lambda h: h.causes == ("product",)),
    ({"do": "snooze", "days": "3"}, lambda h: h.snoozed_until is not None),
    ({"do": "close", "outcome": "explained"}, lambda h: h.closed is not None),
    ({"do": "exclude", "reason": "not ours"}, lambda h: h.exclusion.state == "asked"),
    (
        {"do": "credit", "agent": "kim@acme.example", "reason": "hers"},
        lambda h: h.shares[0].agent == "kim@acme.example",
    ),
    (
        {"do": "credit", "agent": "kim@acme.example", "others": "lea@acme.example, nobody", "reason": "both"},
        lambda h: (
            [(one.agent, one.percent) for one in h.shares] == [("kim@acme.example", 50), ("lea@acme.example", 50)]
        ),
    ),
    ({"do": "kudos"}, lambda h: h.kudos),
    ({"do": "link", "url": "https://tracker.example/1", "title": "Router"}, lambda h: len(h.links) == 1),
]


@pytest.mark.parametrize(("form", "holds"), DID, ids=[f"{form['do']}{len(form)}" for form, _ in DID])
async def test_each_form_of_the_record_does_what_it_says_once(house: House, form: dict[str, str], holds: Any) -> None:
    reviews = await filled(house)
    await house.add_staff("kim@acme.example", "Kim", role="agent")
    await sign_in(house)
    assert not holds(handling(await house.log(reviews["2"]))) if form["do"] != "exclude" else True
    for _ in range(2):
        answer = await do(house, reviews["2"], form="0" * 32, **form)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/reviews/{reviews['2'].id}")
    log = await house.log(reviews["2"])
    assert holds(handling(log))
    assert len([fact for fact in log.facts if getattr(fact, "id", "") == "0" * 32]) == 1
    assert (await house.client.get(f"/reviews/{reviews['2'].id}")).status_code == 200


async def test_a_review_is_given_only_to_who_could_look_after_it(house: House) -> None:
    reviews = await filled(house)
    others: dict[str, dict[str, Any]] = {
        "walled@acme.example": {"role": "lead", "brands": ("zenith",)},
        "reader@acme.example": {"role": "reader"},
        "new@acme.example": {"role": "agent", "confirmed": False},
    }
    for email, more in others.items():
        await house.add_staff(email, email, **more)
    await sign_in(house)
    page = (await house.client.get(f"/reviews/{reviews['2'].id}")).text
    for email in others:
        assert email not in page
        assert (await do(house, reviews["2"], do="assign", owner=email)).status_code == 422
    assert not (await house.log(reviews["2"])).of(Assigned)


@pytest.mark.parametrize(
    "form", [{"do": "fly"}, {"do": "tag"}, {"do": "snooze", "days": "x"}, {"do": "answer"}, {"what": "x"}]
)
async def test_a_form_that_says_nothing_is_refused(house: House, form: dict[str, str]) -> None:
    reviews = await filled(house)
    await sign_in(house)
    before = len((await house.log(reviews["2"])).facts)
    assert (await do(house, reviews["2"], **form)).status_code == 422
    assert len((await house.log(reviews["2"])).facts) == before


async def test_an_answer_goes_to_the_customer_and_a_note_stays(house: House) -> None:
    reviews = await filled(house)
    await sign_in(house)
    await do(house, reviews["2"], do="answer", words="I have replaced the router.", answers="0")
    await do(house, reviews["2"], do="note", words="It was the router.")
    log = await house.log(reviews["2"])
    assert [message.by for message in log.of(Message)] == [By.STAFF, By.NOTE]
    assert [out.recipient.email for out in log.of(Delivery) if out.purpose is DeliveryKind.ANSWER] == [ADA.email]
    html = (await house.client.get(f"/reviews/{reviews['2'].id}")).text
    assert "I have replaced the router." in html
    assert tickets(await house.client.get("/reviews?queue=waiting")) == ["2"]


async def test_it_is_known_when_a_session_was_last_used(house: House) -> None:
    await sign_in(house)
    (one,) = await house.store.read(partial(sessions.every, now=house.clock.now))
    house.clock.forward(minutes=4)
    await house.client.get("/reviews")
    (same,) = await house.store.read(partial(sessions.every, now=house.clock.now))
    assert same.used_at == one.used_at
    house.clock.forward(minutes=4)
    await house.client.get("/reviews")
    (later_on,) = await house.store.read(partial(sessions.every, now=house.clock.now))
    assert later_on.used_at == house.clock.now


@pytest.mark.parametrize("tell", [False, True])
async def test_what_came_of_a_chance_is_told_to_the_customer_if_staff_wish(house: House, tell: bool) -> None:
    reviews = await filled(house)
    await sign_in(house)
    await do(house, reviews["2"], do="link", url="https://tracker.example/1", title="Router")
    (link,) = handling(await house.log(reviews["2"])).links
    form = {"link": link.id, "words": "The new router is in.", **({"tell": "1"} if tell else {})}
    for _ in range(2):
        await do(house, reviews["2"], do="came", form="0" * 32, **form)
    log = await house.log(reviews["2"])
    (came,) = handling(log).came_of
    told = [out.occasion for out in log.of(Delivery) if out.purpose is DeliveryKind.ANSWER]
    assert told == ([came.message] if tell else [])
    assert [message.text for message in log.of(Message)] == (["The new router is in."] if tell else [])
    page = (await house.client.get(f"/reviews/{reviews['2'].id}")).text
    assert "The new router is in." in page
    nothing = await do(house, reviews["2"], do="came", link="none", words="x", tell="1")
    assert nothing.status_code == 303
    assert len((await house.log(reviews["2"])).of(Message)) == int(tell)


async def test_who_was_overtaken_is_told_before_a_second_answer_goes_out(house: House) -> None:
    reviews = await filled(house)
    await sign_in(house)
    await do(house, reviews["2"], do="answer", words="First words.", answers="0")
    told = await do(house, reviews["2"], do="answer", words="Second words.", answers="0")
    assert told.status_code == 409
    assert "answered while you were writing" in told.text
    assert "Second words." in told.text
    assert len((await house.log(reviews["2"])).of(Message)) == 1
    assert 'name="sure"' in told.text
    await do(house, reviews["2"], do="answer", words="Second words.", answers="0", sure="1")
    assert [message.text for message in (await house.log(reviews["2"])).of(Message)] == [
        "First words.",
        "Second words.",
    ]


async def test_others_see_who_writes(house: House) -> None:
    reviews = await filled(house)
    await sign_in(house, "kim@acme.example")
    path = f"/reviews/{reviews['2'].id}"
    assert (await house.client.post(f"{path}/writing", headers=OURS)).status_code == 204
    assert "writing" not in (await house.client.get(f"{path}/writers")).text
    await sign_in(house)
    assert "Kim is writing an answer." in (await house.client.get(path)).text
    assert "Kim is writing an answer." in (await house.client.get(f"{path}/writers")).text
    house.clock.forward(minutes=3)
    assert "Kim" not in (await house.client.get(f"{path}/writers")).text


async def test_several_are_done_at_once_and_undone(house: House) -> None:
    reviews = await filled(house)
    await sign_in(house)
    chosen = {f"r-{reviews[ticket].id}": "1" for ticket in ("1", "2", "4")} | {"r-nothing": "1"}
    form = chosen | {"do": "nothing", "back": "/reviews?queue=owed"}
    answer = await house.client.post("/reviews/several", data=form, headers=OURS)
    assert answer.status_code == 303
    page = await house.client.get(answer.headers["location"])
    assert "Nothing to answer: 2." in page.text
    assert tickets(page) == []
    undo = dict(re.findall(r'<input type="hidden" name="(r-[a-z2-7]+)" value="(1)">', page.text)) | {"do": "something"}
    back = await house.client.post("/reviews/several", data=undo | {"back": "/reviews?queue=owed"}, headers=OURS)
    assert tickets(await house.client.get(back.headers["location"])) == ["2", "1"]


@pytest.mark.parametrize("back", ["https://evil.example/reviews?x", "//evil.example/reviews?x", "/sign-out?x", "x"])
async def test_nobody_is_led_elsewhere_by_a_form(house: House, back: str) -> None:
    reviews = await filled(house)
    await sign_in(house)
    form = {f"r-{reviews['1'].id}": "1", "do": "read", "back": back}
    answer = await house.client.post("/reviews/several", data=form, headers=OURS)
    assert answer.headers["location"].startswith("/reviews?did=read&")


async def test_a_view_is_saved_for_its_owner_and_dropped(house: House) -> None:
    await filled(house)
    await sign_in(house)
    form = {"do": "keep", "name": "Slow <desk>", "query": "queue=unhappy&team=Desk"}
    answer = await house.client.post("/reviews/views", data=form, headers=OURS)
    page = await house.client.get(answer.headers["location"])
    assert tickets(page) == ["2"]
    assert "Slow &lt;desk&gt;" in page.text
    await sign_in(house, "kim@acme.example")
    assert "Slow" not in (await house.client.get("/reviews")).text
    await sign_in(house)
    await house.client.post("/reviews/views", data=form | {"do": "drop"}, headers=OURS)
    assert "Slow" not in (await house.client.get("/reviews")).text


async def test_an_agent_sees_their_own_and_their_teams_and_a_reader_changes_nothing(house: House) -> None:
    reviews = await filled(house)
    await sign_in(house, SAM.email, role="agent", team="")
    assert tickets(await house.client.get("/reviews")) == ["3", "2", "1"]
    for path in ("", "/do", "/rating", "/ask", "/writing"):
        method = "GET" if not path else "POST"
        answer = await house.client.request(
            method, f"/reviews/{reviews['4'].id}{path}", headers=OURS, data={"do": "mine"}
        )
        assert answer.status_code == 404, path
    await sign_in(house, "ray@acme.example", role="reader")
    page = await house.client.get(f"/reviews/{reviews['4'].id}")
    assert page.status_code == 200
    assert 'name="do"' not in page.text
    assert (await do(house, reviews["4"], do="mine")).status_code == 404
    assert handling(await house.log(reviews["4"])).unread


async def test_an_exclusion_takes_two_and_stands_on_its_page(house: House) -> None:
    reviews = await filled(house)
    await sign_in(house)
    await do(house, reviews["2"], do="exclude", reason="It was the shop.")
    await do(house, reviews["2"], do="grant")
    exclusion = handling(await house.log(reviews["2"])).exclusion
    assert exclusion
    assert exclusion.state == "asked"
    await sign_in(house, "kim@acme.example")
    assert re.findall(r"ticket (\d+)", (await house.client.get("/exclusions")).text) == ["2"]
    assert "Grant it" in (await house.client.get(f"/reviews/{reviews['2'].id}")).text
    assert rates((await house.client.get("/exclusions")).text) == {SAM.email: ("3", "0", "0 %")}
    await do(house, reviews["2"], do="grant")
    assert handling(await house.log(reviews["2"])).excluded
    assert rates((await house.client.get("/exclusions")).text) == {SAM.email: ("3", "1", "33 %")}
    assert "not counted" in (await house.client.get("/reviews?q=slow")).text


def rates(html: str) -> dict[str, tuple[str, ...]]:
    """Of each agent the numbers of the row."""
    rows = re.findall(r"<tr>(<th scope=\"row\">.*?)</tr>", html)
    cells = [re.findall(r"<(?:td|bdi)>([^<]*)", row) for row in rows]
    return {agent: tuple(numbers) for agent, *numbers in cells}


async def test_who_may_see_nobodys_figures_sees_no_rates_but_their_own(house: House) -> None:
    await filled(house)
    await sign_in(house, SAM.email, role="agent", team="")
    assert list(rates((await house.client.get("/exclusions")).text)) == [SAM.email]
    await sign_in(house, "kim@acme.example", role="agent", team="Network")
    assert rates((await house.client.get("/exclusions")).text) == {}
    await sign_in(house, "ray@acme.example", role="reader")
    assert rates((await house.client.get("/exclusions")).text) == {}


async def test_who_got_a_copy_stands_in_the_record(house: House) -> None:
    reviews = await filled(house)
    await sign_in(house)
    reply = mail("Please call.", at=later(hours=9), copied=("boss@customer.example", "it@customer.example"))
    await house.store.record(reviews["2"].id, partial(flow.replied, mail=reply, at=later(hours=9), rules=RULES))
    html = (await house.client.get(f"/reviews/{reviews['2'].id}")).text
    assert "Copy to <bdi>boss@customer.example</bdi>, <bdi>it@customer.example</bdi>" in html


@pytest.mark.parametrize("path", ["/follow-ups", "/follow-ups?whose=mine", "/smiles", "/exclusions", "/sessions"])
async def test_every_page_is_there_for_who_is_signed_in_and_for_nobody_else(house: House, path: str) -> None:
    reviews = await filled(house)
    assert (await house.client.get(path)).headers["location"] == "/sign-in"
    await sign_in(house)
    await do(house, reviews["1"], do="kudos")
    assert (await house.client.get(path)).status_code == 200


async def test_what_is_owed_stands_most_urgent_first_until_somebody_answers(house: House) -> None:
    reviews = await filled(house)
    await sign_in(house)
    owed = re.compile(r"ticket (\d+)")
    assert owed.findall((await house.client.get("/follow-ups")).text) == ["2", "3", "4"]
    await do(house, reviews["2"], do="answer", words="I call you.", answers="0")
    assert owed.findall((await house.client.get("/follow-ups")).text) == ["3", "4"]
    assert "Thank you!" not in (await house.client.get("/smiles")).text
    await do(house, reviews["1"], do="kudos")
    assert "Thank you!" in (await house.client.get("/smiles")).text


async def test_an_admin_ends_sessions_and_others_only_their_own(house: House) -> None:
    await sign_in(house, "kim@acme.example")
    await sign_in(house, "lea@acme.example")
    html = (await house.client.get("/sessions")).text
    assert "kim@acme.example" not in html
    form = {"session": "x", "email": "kim@acme.example"}
    assert (await house.client.post("/sessions", data=form, headers=OURS)).status_code == 404
    await sign_in(house, "ada@acme.example", role="admin")
    html = (await house.client.get("/sessions")).text
    row = re.search(r'name="session" value="([^"]+)"><input type="hidden" name="email" value="kim@acme.example"', html)
    assert row
    await house.client.post("/sessions", data={"session": row[1], "email": "kim@acme.example"}, headers=OURS)
    html = (await house.client.get("/sessions")).text
    assert "session ended" in html
    assert f'value="{row[1]}"' not in html


async def test_an_open_inbox_is_told_of_what_happens(house: House) -> None:
    reviews = await filled(house)
    await sign_in(house)
    page = (await house.client.get("/reviews")).text
    newest = re.search(r'data-newest="(\d+)"', page)
    assert newest
    async with served(house.door) as port:
        cookie = {"Cookie": f"__Host-afterword={house.client.cookies['__Host-afterword']}"}
        url = f"http://127.0.0.1:{port}/reviews/news?after={newest[1]}"
        async with httpx2.AsyncClient() as client, client.stream("GET", url, headers=cookie) as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            reply = partial(flow.replied, mail=mail(), at=later(hours=9), rules=RULES)
            await house.store.record(reviews["1"].id, reply)
            async with asyncio.timeout(60):
                async for line in stream.aiter_lines():
                    if line == "event: news":
                        break
        assert (await house.client.get("/reviews/news?after=x")).status_code == 404
    assert unescape(page).count("Thank you!") == 1
