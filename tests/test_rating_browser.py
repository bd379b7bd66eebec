"""What happens when a person opens a face's link? The whole way: a real browser, the real server, a real store."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright, expect

from bench.ports import free_port
from reviews.clicks import Step
from reviews.facts import Comment, Hit, Review, Vote
from reviews.handling import may_hear
from reviews.model import FACES, Evidence, Grade, Mode, Status
from templates.brand_words import CHIPS_MAX
from tests.browsers import LIKE_A_PERSON, agent_of
from tests.story import RULES, START
from tests.web_house import House, opened_house, served

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

DWELL = timedelta(seconds=0.3)
PHONE: dict[str, Any] = {"viewport": {"width": 375, "height": 667}, "is_mobile": True, "has_touch": True}
TARGET_PX_MIN = 48
PATIENCE_SECONDS = 60.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=LIKE_A_PERSON)
        yield browser
        await browser.close()


@dataclass
class Visit:
    """A customer in front of the browser: the page, what it complained of, where it asked."""

    house: House
    review: Review
    page: Page
    complaints: list[str]
    hosts: set[str]

    def url(self, face: str) -> str:
        return self.house.links.rate(self.review)[face]

    async def rated(self, status: Status, value: str | None) -> Step:
        """The rating, once it is this; TimeoutError when it does not come to be."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                step = (await self.house.store.timeline(self.review.id)).at(self.house.clock.now)
                if (step.status, step.value) == (status, value):
                    return step
                await asyncio.sleep(0.05)

    async def votes(self) -> list[Vote]:
        return list((await self.house.log(self.review)).of(Vote))


@asynccontextmanager
async def visiting(folder: Path, browser: Browser, *, dwell: timedelta = DWELL, **options: Any) -> AsyncIterator[Visit]:
    """A visit an hour after the mail. Nothing may leave for another host, and no policy may be broken."""
    port = free_port()
    base_url = f"http://127.0.0.1:{port}"
    async with opened_house(folder, rules=replace(RULES, dwell=dwell), base_url=base_url) as house:
        review = await house.asked()
        async with served(house.door, port=port):
            context = await browser.new_context(**{"user_agent": agent_of(browser)} | options)
            page = await context.new_page()
            visit = Visit(house, review, page, [], set())
            page.on("console", lambda message: visit.complaints.append(message.text))
            page.on("pageerror", lambda error: visit.complaints.append(str(error)))
            page.on("request", lambda request: visit.hosts.add(request.url.split("/")[2]))
            yield visit
            assert visit.complaints == []
            assert visit.hosts <= {f"127.0.0.1:{port}"}
            assert await context.cookies() == []
            await context.close()


async def test_one_click_in_the_mail_is_one_vote_after_the_dwell(tmp_path: Path, browser: Browser) -> None:
    async with visiting(tmp_path, browser) as visit:
        await visit.page.goto(visit.url("happy"))
        await expect(visit.page.locator("#status")).to_contain_text("Recorded")
        await visit.rated(Status.PROVISIONAL, "happy")
        [vote] = await visit.votes()
        assert (vote.mode, vote.evidence) == (Mode.AUTO, Evidence.SOFT)
        visit.house.clock.forward(minutes=10)
        step = await visit.rated(Status.CONFIRMED, "happy")
        assert step.grade is Grade.SOFT


async def test_a_hand_on_the_mouse_makes_it_count_at_once(tmp_path: Path, browser: Browser) -> None:
    async with visiting(tmp_path, browser) as visit:
        await visit.page.goto(visit.url("unhappy"))
        await visit.page.mouse.move(100, 100)
        await visit.page.mouse.move(140, 120)
        step = await visit.rated(Status.CONFIRMED, "unhappy")
        assert step.grade is Grade.HARD


async def test_who_leaves_before_the_dwell_has_not_voted(tmp_path: Path, browser: Browser) -> None:
    async with visiting(tmp_path, browser) as visit:
        await visit.page.goto(visit.url("happy"), wait_until="commit")
        await visit.page.goto("about:blank")
        await asyncio.sleep(2 * DWELL.total_seconds())
        assert await visit.votes() == []
        visit.hosts.discard("")


async def test_right_after_the_mail_one_more_tap_is_asked_for_and_counts(tmp_path: Path, browser: Browser) -> None:
    async with visiting(tmp_path, browser) as visit:
        visit.house.clock.now = START + timedelta(minutes=1)
        await visit.page.goto(visit.url("neutral"))
        confirm = visit.page.locator("#confirm")
        await expect(confirm).to_be_visible()
        await expect(confirm).to_contain_text("Okay")
        await visit.rated(Status.PROVISIONAL, "neutral")
        await confirm.click()
        await visit.rated(Status.CONFIRMED, "neutral")
        await expect(confirm).to_be_hidden()


async def test_another_face_is_a_change_of_mind(tmp_path: Path, browser: Browser) -> None:
    async with visiting(tmp_path, browser) as visit:
        await visit.page.goto(visit.url("happy"))
        await visit.rated(Status.PROVISIONAL, "happy")
        await visit.page.get_by_role("button", name="Not good").click()
        await visit.rated(Status.CONFIRMED, "unhappy")
        await expect(visit.page.locator("#status")).to_contain_text("Not good")
        visit.house.clock.forward(seconds=10)
        await visit.page.get_by_role("button", name="Great").click()
        await visit.rated(Status.CONFIRMED, "happy")


async def test_words_reach_the_record(tmp_path: Path, browser: Browser) -> None:
    async with visiting(tmp_path, browser) as visit:
        await visit.page.goto(visit.url("unhappy"))
        await visit.page.get_by_label("Would you like to tell us more?").fill("It drops.\nEvery hour. 😀")
        await visit.page.get_by_role("button", name="Send").click()
        await expect(visit.page.locator("#sent")).to_contain_text("Thank you")
        await visit.rated(Status.CONFIRMED, "unhappy")
        [comment] = (await visit.house.log(visit.review)).of(Comment)
        assert comment.words == "It drops.\nEvery hour. 😀"


async def test_without_script_opening_records_nothing_and_a_press_does(tmp_path: Path, browser: Browser) -> None:
    async with visiting(tmp_path, browser, java_script_enabled=False) as visit:
        await visit.page.goto(visit.url("happy"))
        await asyncio.sleep(2 * DWELL.total_seconds())
        assert await visit.votes() == []
        await visit.page.locator("#confirm").click()
        await expect(visit.page.locator("#status")).to_contain_text("Recorded")
        step = await visit.rated(Status.CONFIRMED, "happy")
        assert step.grade is Grade.HARD
        await visit.page.get_by_role("button", name="Okay").click()
        await expect(visit.page.locator('[aria-pressed="true"]')).to_contain_text("Okay")
        await visit.rated(Status.CONFIRMED, "neutral")


async def test_without_script_words_reach_the_record(tmp_path: Path, browser: Browser) -> None:
    async with visiting(tmp_path, browser, java_script_enabled=False) as visit:
        await visit.page.goto(visit.url("happy"))
        await visit.page.get_by_label("Would you like to tell us more?").fill("Quick and kind.\nThank you!")
        await visit.page.get_by_role("button", name="Send").click()
        await expect(visit.page.locator("#status")).to_contain_text("Your words are with us")
        [comment] = (await visit.house.log(visit.review)).of(Comment)
        assert comment.words == "Quick and kind.\nThank you!"
        await visit.rated(Status.CONFIRMED, "happy")


async def test_the_page_after_a_press_without_script_votes_no_more_when_script_comes_back(
    tmp_path: Path, browser: Browser
) -> None:
    async with visiting(tmp_path, browser) as visit:
        await visit.page.goto(visit.url("happy"))
        await visit.rated(Status.PROVISIONAL, "happy")
        before = len(await visit.votes())
        await visit.page.evaluate(
            "document.querySelector('form[data-script]').submit()"
        )  # what a failed fetch falls to
        await visit.page.wait_for_url("**/r/*")
        await asyncio.sleep(2 * DWELL.total_seconds())
        assert len(await visit.votes()) == before


async def test_a_scanner_that_says_it_is_one_never_counts(tmp_path: Path, browser: Browser) -> None:
    async with visiting(tmp_path, browser) as visit:
        await visit.page.add_init_script("Object.defineProperty(navigator, 'webdriver', {get: () => true})")
        await visit.page.goto(visit.url("happy"))
        await visit.rated(Status.VOIDED, None)


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_thumb_can_do_all_of_it(tmp_path: Path, browser: Browser, script: bool, scheme: str) -> None:
    options: dict[str, Any] = {**PHONE, "java_script_enabled": script, "color_scheme": scheme}
    async with visiting(tmp_path, browser, **options) as visit:
        await visit.page.goto(visit.url("happy"))
        for name in ("Great", "Okay", "Not good", "Send"):
            box = await visit.page.get_by_role("button", name=name, exact=False).first.bounding_box()
            assert box
            assert box["height"] >= TARGET_PX_MIN
            assert 0 <= box["x"] <= box["x"] + box["width"] <= 375
        await visit.page.locator(".face-unhappy").tap()
        await expect(visit.page.locator("#status")).to_contain_text("Recorded")
        await visit.rated(Status.CONFIRMED, "unhappy")


async def test_the_keyboard_meets_the_faces_first_and_never_the_decoy(tmp_path: Path, browser: Browser) -> None:
    async with visiting(tmp_path, browser) as visit:
        await visit.page.goto(visit.url("happy"))
        await visit.page.keyboard.press("Tab")
        assert await visit.page.evaluate("document.activeElement.value") == "happy"
        await visit.page.keyboard.press("Tab")
        await visit.page.keyboard.press("Enter")
        await visit.rated(Status.CONFIRMED, "neutral")


async def test_a_second_tab_is_a_second_hit_and_the_later_press_wins(tmp_path: Path, browser: Browser) -> None:
    async with visiting(tmp_path, browser) as visit:
        await visit.page.goto(visit.url("happy"))
        await visit.page.get_by_role("button", name="Great").click()
        await visit.rated(Status.CONFIRMED, "happy")
        visit.house.clock.forward(minutes=2)
        await visit.page.goto(visit.url("unhappy"))
        await visit.page.get_by_role("button", name="Not good").click()
        await visit.rated(Status.CONFIRMED, "unhappy")
        assert len((await visit.house.log(visit.review)).of(Hit)) == 2


async def test_a_peek_of_six_tenths_of_a_second_is_none(tmp_path: Path, browser: Browser) -> None:
    for shown_ms, votes in ((600, 0), (1_200, 1)):
        (place := tmp_path / str(shown_ms)).mkdir()
        async with visiting(place, browser, dwell=RULES.dwell) as visit:
            await visit.page.clock.install()
            await visit.page.goto("about:blank")
            await visit.page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))  # the page's time is ours from here
            await visit.page.goto(visit.url("unhappy"))
            await visit.page.clock.run_for(shown_ms)
            await visit.page.wait_for_load_state("networkidle")
            await visit.page.goto("about:blank")
            assert len(await visit.votes()) == votes


async def test_a_sandbox_that_opens_every_face_rates_nothing_and_a_person_after_it_does(
    tmp_path: Path, browser: Browser
) -> None:
    async with visiting(tmp_path, browser) as visit:
        pages = [await visit.page.context.new_page() for _ in FACES]
        await asyncio.gather(*(page.goto(visit.url(face)) for page, face in zip(pages, FACES, strict=True)))
        for page in pages:
            await page.bring_to_front()
            await asyncio.sleep(2 * DWELL.total_seconds())
        await visit.rated(Status.VOIDED, None)
        visit.house.clock.forward(hours=1)
        await visit.page.bring_to_front()
        await visit.page.goto(visit.url("happy"))
        await visit.rated(Status.PROVISIONAL, "happy")
        visit.house.clock.forward(minutes=10)
        await visit.rated(Status.CONFIRMED, "happy")


async def test_a_page_shown_ahead_of_time_votes_nothing_and_the_click_that_follows_does(
    tmp_path: Path, browser: Browser
) -> None:
    async with visiting(tmp_path, browser) as visit:
        link = visit.url("happy")
        rules = json.dumps({"prerender": [{"source": "list", "urls": [link], "eagerness": "immediate"}]})
        html = f'<script type="speculationrules">{rules}</script><a href="{link}">Great</a>'
        start = f"{visit.house.links.base_url}/robots.txt"
        await visit.page.route(start, lambda route: route.fulfill(body=html, content_type="text/html"))
        await visit.page.goto(start)
        await asyncio.sleep(4 * DWELL.total_seconds())
        ahead = (await visit.house.log(visit.review)).of(Hit)
        assert {hit.machine for hit in ahead} == {"prefetch"}
        assert await visit.votes() == []
        await visit.page.get_by_role("link", name="Great").click()
        await expect(visit.page.locator("#status")).to_contain_text("Recorded")
        assert len(await visit.votes()) == 1
        visit.complaints.clear()  # that the page was not had ahead of time is told on the console


async def test_a_driven_browser_is_taken_at_its_word(tmp_path: Path, chromium: str) -> None:
    async with async_playwright() as playwright:
        driven = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        async with visiting(tmp_path, driven) as visit:
            await visit.page.goto(visit.url("happy"))
            await visit.rated(Status.VOIDED, None)
            [vote] = await visit.votes()
            assert vote.machine == "webdriver"
        await driven.close()


async def test_what_calls_itself_headless_gets_no_page_that_can_vote(tmp_path: Path, browser: Browser) -> None:
    headless = agent_of(browser).replace("Chrome/", "HeadlessChrome/")
    async with visiting(tmp_path, browser, user_agent=headless) as visit:
        await visit.page.goto(visit.url("happy"))
        await asyncio.sleep(2 * DWELL.total_seconds())
        assert await visit.votes() == []
        assert [hit.machine for hit in (await visit.house.log(visit.review)).of(Hit)] == ["declared_agent"]
        visit.complaints.clear()  # a plain text has no icon, which is told on the console


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("minutes", [1, 60])
async def test_axe_finds_nothing_wrong_with_the_page(
    tmp_path: Path, browser: Browser, scheme: str, minutes: int
) -> None:
    async with visiting(tmp_path, browser, **PHONE, color_scheme=scheme, bypass_csp=True) as visit:
        visit.house.clock.now = START + timedelta(minutes=minutes)  # with and without the button for one more tap
        await visit.page.goto(visit.url("happy"))
        await visit.rated(Status.PROVISIONAL, "happy")
        found = await Axe().run(visit.page)
        assert [(one["id"], one["impact"]) for one in found.response["violations"]] == []


async def test_the_keyboard_alone_does_all_of_it(tmp_path: Path, browser: Browser) -> None:
    async with visiting(tmp_path, browser) as visit:
        await visit.page.goto(visit.url("happy"))
        for _ in FACES:
            await visit.page.keyboard.press("Tab")
        await visit.page.keyboard.press("Space")
        await visit.rated(Status.CONFIRMED, "unhappy")
        await expect(visit.page.locator("#status")).to_contain_text("Recorded")
        comment = visit.page.locator("#comment")
        for _ in range(CHIPS_MAX + 1):  # between the faces and the comment stand the chips of that face
            await visit.page.keyboard.press("Tab")
            if await comment.evaluate("field => field === document.activeElement"):
                break
        await visit.page.keyboard.type("Still drops.")
        await visit.page.keyboard.press("Tab")
        await visit.page.keyboard.press("Space")  # to hear what came of it
        await visit.page.keyboard.press("Tab")
        await visit.page.keyboard.press("Enter")
        await expect(visit.page.locator("#sent")).to_contain_text("Thank you")
        log = await visit.house.log(visit.review)
        [written] = log.of(Comment)
        assert written.words == "Still drops."
        assert may_hear(log)
