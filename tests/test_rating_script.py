"""What the rating page's script sends and shows, driven in a real browser under the page's own security policy."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, async_playwright

from templates import pages
from templates.brands import SHIPPED, read_brand

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

ACME = read_brand(SHIPPED / "acme.toml")
ORIGIN = "http://care.acme.example"
NONCE = "the-nonce"
DWELL_MS = 200
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)


@dataclass
class Served:
    """A rating page as a browser has it, and what its script sent."""

    page: Page
    needs_tap: bool
    broken: bool
    dwell_ms: int
    sent: list[dict[str, str]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def context(self, *, state: str = "asking", chosen: str = "unhappy") -> dict[str, Any]:
        return {"state": state, "chosen": chosen, "action": "/r/token", "nonce": NONCE, "dwell_ms": self.dwell_ms}

    async def answer(self, route: Route) -> None:
        """Serves page, stylesheets and script under the policy of the rating page, and takes what is posted."""
        request, path = route.request, urlsplit(route.request.url).path
        if request.method == "POST":
            await self.take(route)
        elif path == "/r/token":
            html = pages.page("rating", brand=ACME, **self.context())
            await route.fulfill(body=html, content_type="text/html", headers={"Content-Security-Policy": CSP})
        elif path.startswith("/static/"):
            await route.fulfill(path=pages.STATIC / path.removeprefix("/static/"))
        else:
            await route.fulfill(body=pages.brand_css(ACME), content_type="text/css")

    async def take(self, route: Route) -> None:
        sent = dict(parse_qsl(route.request.post_data or "", keep_blank_values=True))
        scripted = route.request.headers.get("accept") == "application/json"
        if scripted and self.broken and sent["kind"] != "arrive":
            await route.abort()
            return
        self.sent.append(sent)
        if not scripted:
            html = pages.page("rating", brand=ACME, **self.context(state="recorded", chosen=sent["answer"]))
            await route.fulfill(body=html, content_type="text/html")
        elif sent["kind"] in ("arrive", "signal"):
            await route.fulfill(status=204)
        else:
            said = {"status": "provisional", "rating": sent.get("answer"), "needs_tap": self.needs_tap}
            await route.fulfill(body=json.dumps(said), content_type="application/json")

    def kinds(self) -> list[str]:
        return [" ".join(filter(None, (sent["kind"], sent.get("mode")))) for sent in self.sent]

    async def says(self, words: str) -> None:
        await self.page.locator("#status", has_text=words).wait_for(timeout=60_000)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        yield await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])


@asynccontextmanager
async def opened(
    browser: Browser, *, script: bool = True, needs_tap: bool = False, broken: bool = False, dwell_ms: int = DWELL_MS
) -> AsyncIterator[Served]:
    context = await browser.new_context(java_script_enabled=script)
    served = Served(await context.new_page(), needs_tap, broken, dwell_ms)
    served.page.on("console", lambda message: served.complaints.append(message.text))
    served.page.on("pageerror", lambda error: served.complaints.append(str(error)))
    await served.page.route("**/*", served.answer)
    await served.page.goto(f"{ORIGIN}/r/token")
    yield served
    await context.close()


async def test_the_script_votes_after_the_visible_dwell_and_says_so(browser: Browser) -> None:
    async with opened(browser) as served:
        await served.says("Recorded: 🙁 Not good")
        assert served.kinds() == ["arrive", "vote auto"]
        assert served.sent[1] | {"webdriver": ""} == {
            "kind": "vote",
            "mode": "auto",
            "answer": "unhappy",
            "event": "",
            "trusted": "0",
            "nonce": NONCE,
            "webdriver": "",
        }
        assert served.complaints == []
        assert not await served.page.locator("#confirm").is_visible()


async def test_a_touch_is_told_once_and_a_press_on_another_face_is_a_persons(browser: Browser) -> None:
    async with opened(browser) as served:
        await served.says("Recorded")
        await served.page.mouse.move(20, 20)
        await served.page.click(".face-happy")
        await served.says("Recorded: 😊 Great")
        assert served.kinds() == ["arrive", "vote auto", "signal", "vote button"]
        assert (served.sent[2]["event"], served.sent[3]["trusted"]) == ("pointermove", "1")
        assert await served.page.get_attribute(".face-happy", "aria-pressed") == "true"
        assert await served.page.get_attribute(".face-unhappy", "aria-pressed") == "false"


async def test_a_press_made_by_a_script_is_told_as_one(browser: Browser) -> None:
    async with opened(browser) as served:
        await served.says("Recorded")
        await served.page.evaluate("document.querySelector('.away').click()")
        await served.page.locator("#confirm[value=decoy]").wait_for(state="attached")
        assert (served.sent[2]["answer"], served.sent[2]["trusted"]) == ("decoy", "0")


async def test_one_more_tap_is_asked_for_by_one_big_button(browser: Browser) -> None:
    async with opened(browser, needs_tap=True) as served:
        await served.says("One more tap, please")
        box = await served.page.locator("#confirm").bounding_box()
        assert box
        assert box["height"] >= 48
        served.needs_tap = False
        await served.page.click("#confirm")
        await served.says("Recorded: 🙁 Not good")
        assert served.kinds()[-1] == "vote button"


async def test_a_comment_goes_with_its_face_and_the_thanks_stand_beside_it(browser: Browser) -> None:
    async with opened(browser) as served:
        await served.says("Recorded")
        await served.page.fill("#comment", "It still drops.\nEvery hour.")
        await served.page.click("text=Send")
        await served.page.locator("#sent", has_text="Thank you").wait_for(timeout=60_000)
        told = served.sent[-1]
        assert (told["kind"], told["mode"], told["answer"]) == ("comment", "comment", "unhappy")
        assert told["comment"] == "It still drops.\nEvery hour."


@pytest.mark.parametrize("touched", [True, False], ids=["touched", "untouched"])
async def test_who_leaves_before_the_dwell_has_voted_only_if_they_touched_the_page(
    touched: bool, browser: Browser
) -> None:
    async with opened(browser, dwell_ms=60_000) as served:
        if touched:
            await served.page.mouse.move(20, 20)
        await asyncio.sleep(0.4)  # more than the 300 ms that count as having seen it
        await served.page.evaluate("dispatchEvent(new Event('pagehide'))")  # a real leave ends what listens here, too
        await asyncio.sleep(0.1)
        assert served.kinds() == (["arrive", "signal", "vote auto"] if touched else ["arrive"])


async def test_when_the_script_cannot_reach_us_the_form_goes_by_itself(browser: Browser) -> None:
    async with opened(browser, broken=True) as served:
        await served.says("That did not reach us")
        assert await served.page.locator("#confirm").is_visible()
        await served.page.click(".face-neutral")
        await served.says("Recorded: 😐 Okay")
        assert {"kind": "vote", "mode": "form", "nonce": NONCE, "answer": "neutral"} in served.sent


async def test_without_script_the_buttons_do_it(browser: Browser) -> None:
    async with opened(browser, script=False) as served:
        assert "You chose 🙁 Not good" in await served.page.inner_text("#status")
        await served.page.click("#confirm")
        await served.says("Recorded: 🙁 Not good")
        assert served.kinds() == ["vote form"]


async def test_every_target_is_large_enough_for_a_thumb_and_nothing_runs_over_on_a_phone(browser: Browser) -> None:
    async with opened(browser, needs_tap=True) as served:
        await served.page.set_viewport_size({"width": 320, "height": 640})
        await served.says("One more tap")
        for button in await served.page.locator("button:visible:not(.away)").all():
            box = await button.bounding_box()
            assert box
            assert min(box["width"], box["height"]) >= 48
        assert await served.page.evaluate("document.documentElement.scrollWidth") <= 320
