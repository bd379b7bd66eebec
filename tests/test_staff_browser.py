"""Staff in front of a real browser: from an unhappy rating's notice to put right, by keys, live, readable by all."""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from bench.ports import free_port
from reviews import flow, staff_answers, tending
from reviews.facts import Review
from reviews.findings import Finding, Kind
from reviews.handling import handling
from reviews.log import Log
from reviews.naming import Action, ThemeDeed
from reviews.roles import Staff
from reviews.scoring import share
from reviews.wanted import consented
from store import findings, naming, people
from tests.browsers import LIKE_A_PERSON, agent_of
from tests.house import API_KEY, house
from tests.house import House as Doors
from tests.story import LEA, RULES, SAM, later, mail, staff_mail
from tests.test_inbox_pages import filled
from tests.web_house import House, opened_house, served

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

ADA = "ada@customer.example"
SCREENS = os.environ.get("STAFF_SCREENS", "")
"""A folder for pictures of what was looked at."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=LIKE_A_PERSON)
        yield browser
        await browser.close()


async def test_an_unhappy_rating_is_walked_from_the_notice_to_put_right(tmp_path: Path, browser: Browser) -> None:
    async with house(tmp_path) as doors:
        sam = Staff(SAM.email, "Sam Smith", "agent", "Network")
        await doors.store.write(partial(people.set_staff, staff=sam, at=datetime.now(UTC)))
        review = await ticket_closed(doors)
        customer = await browser.new_context(user_agent=agent_of(browser))
        await rated_unhappy(doors, await customer.new_page())
        await doors.office.wait_for(SAM.email)
        notice = await doors.office.wait_for(SAM.email, 2)
        assert "Still drops every hour." in notice.text()

        desk = await browser.new_context(user_agent=agent_of(browser))
        page = await desk.new_page()
        await signed_in_by_mail(doors, page)
        await page.goto(f"{doors.links.base_url}/reviews?queue=unhappy")
        await page.keyboard.press("j")
        await page.keyboard.press("Enter")
        await expect(page.locator(".record")).to_contain_text("Still drops every hour.")
        await page.keyboard.press("r")
        await page.keyboard.type("Sorry, Ada. The router is replaced now.")
        await page.get_by_role("button", name="Answer the customer").click()
        await expect(page.locator(".thread")).to_contain_text("The router is replaced now.")
        answer = await doors.office.wait_for(ADA, 2)
        assert "The router is replaced now." in answer.text()
        assert SAM.email.encode() not in answer.raw

        await page.get_by_text("Close the follow-up").click()
        await page.get_by_label("What came of it").select_option("put right")
        await page.get_by_role("button", name="Close", exact=True).click()
        await expect(page.locator("main")).to_contain_text("Closed: put right")
        log = await doors.store.log(review)
        assert log
        closed = handling(log).closed
        assert closed
        assert (closed.outcome, closed.who) == ("put right", SAM.email)
        await page.keyboard.press("u")
        await expect(page).to_have_url(re.compile("/reviews$"))
        await customer.close()
        await desk.close()


async def ticket_closed(doors: Doors) -> str:
    """The helpdesk tells of a ticket; the review's id."""
    body = {
        "source": "zammad",
        "ticket": "48213",
        "closed_at": datetime.now(UTC).isoformat(),
        "subject": "VPN drops every hour",
        "brand": "acme",
        "contact": {"email": ADA, "name": "Ada Lovelace", "company": "Customer Ltd"},
        "agent": {"email": SAM.email, "name": "Sam Smith"},
        "team": "Network",
        "ask": "now",
    }
    told = await doors.http.post("/api/v1/tickets", json=body, headers={"Authorization": f"Bearer {API_KEY}"})
    return str(told.json()["review"])


async def rated_unhappy(doors: Doors, page: Page) -> None:
    """Ada presses the unhappy face in her mail, and says why."""
    invitation = await doors.office.wait_for(ADA)
    async with asyncio.timeout(60):
        while any(out.status != "sent" for out in await doors.store.deliveries((await only(doors)).id)):  # noqa: ASYNC110 - the mailer notes it when it may
            await asyncio.sleep(0.02)
    url = doors.links.rate(await only(doors))["unhappy"]
    assert url in invitation.text()
    await page.goto(url)
    await page.mouse.move(100, 100)
    await page.mouse.move(140, 120)
    await expect(page.locator("#status")).to_contain_text("Recorded")
    await page.locator("#comment").fill("Still drops every hour.")
    await page.get_by_role("button", name=re.compile("Send")).click()
    await expect(page.locator("#sent")).to_contain_text("Thank you")


async def only(doors: Doors) -> Review:
    """The one review there is."""
    listed = await doors.http.get("/api/v1/reviews", headers={"Authorization": f"Bearer {API_KEY}"})
    log = await doors.store.log(listed.json()["reviews"][0]["id"])
    assert log
    return log.review


async def signed_in_by_mail(doors: Doors, page: Page) -> None:
    """Sam asks for a link, and follows it in the same browser."""
    before = len(doors.office.to(SAM.email))
    await page.goto(f"{doors.links.base_url}/sign-in")
    await page.locator("input[name=email]").fill(SAM.email)
    await page.locator("main button").click()
    link = await doors.office.wait_for(SAM.email, before + 1)
    [url] = set(re.findall(r"http\S+/in/\S+", link.text()))
    await page.goto(url)
    await page.locator("main button").click()
    await expect(page.locator("h1")).to_have_text("All reviews")


@dataclass
class Desk:
    """A lead in front of the browser: what the page complained of, and where it asked."""

    house: House
    reviews: dict[str, Review]
    context: BrowserContext
    page: Page
    base_url: str
    complaints: list[str]
    hosts: set[str]

    async def opened(self, path: str) -> None:
        await self.page.goto(self.base_url + path)


@asynccontextmanager
async def at_desk(folder: Path, browser: Browser, **options: Any) -> AsyncIterator[Desk]:
    """Lea's desk, with four ratings. Nothing may be asked of another host, and no policy be broken."""
    port = free_port()
    base_url = f"http://127.0.0.1:{port}"
    async with opened_house(folder, base_url=base_url) as house:
        reviews = await filled(house)
        session = await session_of(house, "lea@acme.example")
        async with served(house.door, port=port):
            context = await browser.new_context(**options)
            await context.add_cookies([{"name": "afterword", "value": session, "url": base_url}])
            page = await context.new_page()
            desk = Desk(house, reviews, context, page, base_url, [], set())
            page.on("console", lambda message: desk.complaints.append(message.text))
            page.on("pageerror", lambda error: desk.complaints.append(str(error)))
            page.on("request", lambda request: desk.hosts.add(request.url.split("/")[2]))
            yield desk
            assert desk.complaints == []
            assert desk.hosts <= {f"127.0.0.1:{port}"}
            await context.close()


async def session_of(house: House, email: str, **changes: str) -> str:
    """The secret of a session of that member of staff."""
    staff = await house.add_staff(email, email.partition("@")[0].title(), **changes)
    id, session, now = house.door.new_id(), house.door.new_id(), house.clock.now
    await house.store.write(partial(people.add_sign_in, id=id, email=staff.email, client="c", expires_at=later(days=9)))
    use = partial(people.use_sign_in, id=id, session_id=session, expires_at=later(days=9), now=now)
    assert await house.store.write(use)
    return session


async def until(house: House, review: Review, holds: Callable[[Log], bool]) -> None:
    """Wait until that holds of a log."""
    async with asyncio.timeout(60):
        while not holds(await house.log(review)):  # noqa: ASYNC110 - what a browser did is in the store when it is
            await asyncio.sleep(0.05)


async def test_the_keys_go_down_the_list_and_do_what_they_say(tmp_path: Path, browser: Browser) -> None:
    async with at_desk(tmp_path, browser) as desk:
        page, focused = desk.page, desk.page.locator(".line .title:focus")
        await desk.opened("/reviews?queue=owed")
        for key, at in (("j", 0), ("j", 1), ("j", 1), ("k", 0)):
            await page.keyboard.press(key)
            await expect(page.locator(".line .title").nth(at)).to_be_focused()
        assert "ticket 2 ·" in await focused.locator("xpath=ancestor::li").inner_text()
        await page.keyboard.press("e")
        await expect(page.locator(".done")).to_contain_text("Nothing to answer: 1.")
        assert handling(await desk.house.log(desk.reviews["2"])).waiting_since is None
        await page.get_by_role("button", name="Undo").click()
        await expect(page.locator(".line")).to_have_count(2)
        await page.keyboard.press("?")
        await expect(page.locator("#keys")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.locator("#keys")).not_to_be_visible()
        await page.keyboard.press("/")
        await expect(page.locator("#q")).to_be_focused()
        await page.keyboard.type("jkre?")
        await expect(page.locator("#q")).to_have_value("jkre?")
        await desk.opened(f"/reviews/{desk.reviews['2'].id}")
        await page.keyboard.press("r")
        await expect(page.locator("#answer")).to_be_focused()
        await page.keyboard.type("I look at it.")
        await until(desk.house, desk.reviews["2"], lambda log: not handling(log).unread)
        await page.locator("h1").click()
        await page.keyboard.press("e")
        await until(desk.house, desk.reviews["2"], lambda log: handling(log).waiting_since is None)


async def test_what_comes_in_stands_in_an_open_inbox_without_loading_it_again(tmp_path: Path, browser: Browser) -> None:
    async with at_desk(tmp_path, browser) as desk:
        await desk.opened("/reviews?queue=owed")
        await expect(desk.page.locator(".line")).to_have_count(2)
        await desk.page.evaluate("() => { window.same = true }")
        reply = partial(flow.replied, mail=mail("And one more thing."), at=later(hours=9), rules=RULES)
        await desk.house.store.record(desk.reviews["3"].id, reply)
        await expect(desk.page.locator(".line")).to_have_count(3, timeout=60_000)
        assert await desk.page.evaluate("() => window.same") is True
        await desk.page.keyboard.press("j")  # who has a line under their hand is asked before it moves
        later_reply = mail("And another.", at=later(hours=9), message_id="another@customer.example")
        await desk.house.store.record(
            desk.reviews["4"].id, partial(flow.replied, mail=later_reply, at=later(hours=9), rules=RULES)
        )
        await expect(desk.page.locator("#fresh")).to_be_visible(timeout=60_000)
        await desk.page.locator("#fresh").click()
        await expect(desk.page.locator(".line")).to_have_count(4)


async def test_the_inbox_and_the_record_work_without_script(tmp_path: Path, browser: Browser) -> None:
    async with at_desk(tmp_path, browser, java_script_enabled=False) as desk:
        await desk.opened("/reviews?queue=owed")
        await desk.page.locator(".line .title").first.click()
        await desk.page.get_by_label("Your words").fill("It was the router.")
        await desk.page.get_by_role("button", name="Keep as a note").click()
        assert "It was the router." in await desk.page.locator(".thread").inner_text()


async def lived_in(desk: Desk) -> None:
    """Something of everything: a thread, a tag, an exclusion asked for and one granted, a kudos."""
    store, at = desk.house.store, desk.house.clock.now
    unhappy, neutral, happy = (desk.reviews[ticket].id for ticket in ("2", "3", "1"))

    async def did(review: str, rule: Any, **told: Any) -> None:
        who = {"who": LEA.email} | told
        await store.record(review, partial(rule, action=desk.house.door.new_id(), at=at, **who))

    await store.record(unhappy, partial(flow.replied, mail=mail("Every hour, still."), at=at, rules=RULES))
    answering = staff_mail("I look at it at once.", at=at, message_id="a@acme.example")
    await store.record(unhappy, partial(staff_answers.staff_answered, mail=answering, seat=SAM, at=at))
    await did(unhappy, tending.tagged, tag="network")
    await did(unhappy, tending.linked, url="https://tracker.example/issues/1", title="Router firmware")
    await did(neutral, tending.exclusion_asked, reason="The shop was closed that day.")
    await did(desk.reviews["4"].id, tending.exclusion_asked, who=SAM.email, reason="It was meant for another desk.")
    await did(happy, tending.kudos_marked)
    await store.record(happy, partial(flow.replied, mail=mail("Sam is a star."), at=at, rules=RULES))
    await did(happy, tending.consent_asked)
    await store.record(happy, partial(consented, at=at))
    for number, action in enumerate((Action.NAMED, Action.FOLLOWED)):
        deed = ThemeDeed(f"d{number}", "router", "acme", at, LEA.email, action, "Routers", ("hour", "star"))
        await store.write(partial(naming.add, deed=deed))
    found = Finding(Kind.TURNED, "Customer Ltd", "", share(2, 12), share(38, 40), 1e-5, (unhappy, neutral))
    await store.write(partial(findings.keep, found={"acme": [found]}, now=at))
    brands = desk.house.door.brands
    assert isinstance(brands, dict)
    brands["acme"] = replace(brands["acme"], testimonials=True)


PATHS = {
    "inbox": "/reviews",
    "found": "/reviews?queue=unhappy&team=Desk",
    "record": "/reviews/{unhappy}",
    "follow-ups": "/follow-ups",
    "smiles": "/smiles",
    "exclusions": "/exclusions",
    "sessions": "/sessions",
    "notices": "/notices?kept=1",
    "week": "/figures/week",
    "figures": "/figures",
    "figures-agents": "/figures?by=agent",
    "figures-tag": "/figures?of=tag&name=network",
    "shows": "/figures/findings",
    "themes": "/figures/themes",
    "theme": "/figures/themes/router",
    "regular": "/regular",
    "regular-mail": "/regular/preview?brand=acme&kind=meeting",
    "testimonials": "/testimonials/acme?language=ar",
}
LOOKS = [(width, scheme) for width in (1280, 360) for scheme in ("light", "dark")]


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
async def test_axe_finds_nothing_wrong_and_nothing_runs_out_to_the_side(
    tmp_path: Path, browser: Browser, width: int, scheme: str
) -> None:
    size = {"width": width, "height": 800}
    async with at_desk(tmp_path, browser, viewport=size, color_scheme=scheme, bypass_csp=True) as desk:
        await lived_in(desk)
        wrong: dict[str, Any] = {}
        for name, path in PATHS.items():
            await desk.opened(path.format(unhappy=desk.reviews["2"].id))
            found = await Axe().run(desk.page)
            if SCREENS:
                await desk.page.screenshot(path=f"{SCREENS}/{name}-{width}-{scheme}.png", full_page=True)
            over = await desk.page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
            told = [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found.response["violations"]]
            if told or over > 0:
                wrong[name] = (told, over)
        assert wrong == {}


async def test_on_paper_stands_what_is_read_and_nothing_that_is_pressed(tmp_path: Path, browser: Browser) -> None:
    async with at_desk(tmp_path, browser, viewport={"width": 1_017, "height": 700}, color_scheme="dark") as desk:
        await lived_in(desk)
        page = desk.page
        await page.emulate_media(media="print")
        for path, words in (
            ("/figures?by=agent", "as surely as 95 of 100"),
            (PATHS["record"].format(unhappy=desk.reviews["2"].id), "#network"),
            (PATHS["regular-mail"], "Some reviews for your next meeting"),
        ):
            await desk.opened(path)
            await expect(page.locator("main")).to_contain_text(words)
            await expect(page.get_by_text(words).last).to_be_visible()
            assert await page.locator("button:visible, nav:visible, input:visible, select:visible").count() == 0
            assert await page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0
            assert await page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
