"""Makes the pictures of the README from the running demo, in docs/images: `python scripts/screenshots.py [FOLDER]`.

A headless Chromium plays the customer and the agent: what the pictures show went through the real doors.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # so that this file runs by its path, too

from playwright.async_api import Browser, Page, ViewportSize, async_playwright  # noqa: E402  the line above finds demo

from demo.cast import ADA, SAM  # noqa: E402
from demo.house import House, listening, open_house, port_of, serving  # noqa: E402
from demo.mail.mailbox import Kept  # noqa: E402
from demo.page import demo_app  # noqa: E402
from scripts.chromium import ARGUMENTS, find_chromium  # noqa: E402
from scripts.moving import joined  # noqa: E402

BESIDE: ViewportSize = {"width": 600, "height": 760}  # three pictures stand side by side
WHOLE: ViewportSize = {"width": 1440, "height": 900}
MOVING: ViewportSize = {"width": 1180, "height": 820}
FRAME_MS = 2_800
AFTER_THE_SCANNER_MS = 6_000
WAIT_SECONDS = 15.0

COMMENT = "Sam stayed on the phone until it worked. Thank you!"
ANSWER = "Thank you for the kind words, Ada. I will look at the line again on Monday. Do ring me if it drops."
REPLY = "Not once since yesterday. Monday is fine!"


def main() -> None:
    """Makes the pictures; ends with a sentence where there is no Chromium."""
    chromium = find_chromium()
    if chromium is None:
        sys.exit("There is no Chromium here: install the package `chromium`.")
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(make(folder, chromium))
    for picture in sorted(folder.glob("*.png")):
        print(f"{picture}  {picture.stat().st_size // 1024} KB")


async def make(folder: Path, chromium: str) -> None:
    """Plays the story once, and takes a picture where it is worth one."""
    listener = listening()
    with tempfile.TemporaryDirectory() as place:
        async with (
            async_playwright() as playwright,
            open_house(Path(place), tell=lambda line: None) as house,
            serving(demo_app(house, house.story.brand), listener),
        ):
            browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            await house.close_tickets()
            await story(folder, browser, house, f"http://127.0.0.1:{port_of(listener)}")
            await browser.close()


async def story(folder: Path, browser: Browser, house: House, url: str) -> None:
    """Ada clicks and comments, Sam answers, Ada writes back."""
    question = await mail(house, ADA.email, 1)
    await scanned(folder, browser, url)
    page = await browser.new_page(viewport=BESIDE, user_agent=agent(browser))
    await page.set_content(question.mail.html)
    await page.screenshot(path=folder / "mail.png")
    await page.goto(str(await page.get_by_role("link", name="😊 Great").get_attribute("href")))
    await page.get_by_text("Recorded").wait_for()
    await page.get_by_role("textbox").fill(COMMENT)
    await page.screenshot(path=folder / "rating.png")
    await page.get_by_role("button", name="Send").click()

    await house.mail_client.reply(await mail(house, SAM.email, 1), ANSWER, name=SAM.name)
    await house.mail_client.reply(await mail(house, ADA.email, 2), REPLY, name=ADA.name)
    await mail(house, SAM.email, 2)
    await whole(folder, await browser.new_page(viewport=WHOLE, user_agent=agent(browser)), page, url)


async def scanned(folder: Path, browser: Browser, url: str) -> None:
    """A link scanner is let loose on another customer's mail, then the customer clicks: a moving picture of it."""
    context = await browser.new_context(viewport=MOVING, user_agent=agent(browser))
    demo = await context.new_page()
    await demo.goto(url)
    await demo.locator("#customer .owner").select_option(index=1)
    face = demo.frame_locator("#customer iframe").get_by_role("link", name="😊 Great")
    await face.wait_for()
    await demo.wait_for_timeout(1_500)
    frames = [await demo.screenshot()]
    await demo.get_by_role("button", name="Let a link scanner loose").click()
    await demo.locator(".peers").wait_for()
    await demo.get_by_text("Nobody has rated").wait_for()
    frames.append(await demo.screenshot())
    await demo.wait_for_timeout(AFTER_THE_SCANNER_MS)
    async with context.expect_page() as opened:
        await face.click()
    page = await opened.value
    await page.mouse.move(200, 200)
    await page.mouse.move(240, 240)
    await page.get_by_text("Recorded").wait_for()
    frames.append(await page.screenshot())
    await demo.bring_to_front()
    await demo.get_by_text("It counts").first.wait_for()
    frames.append(await demo.screenshot())
    (folder / "scanner.png").write_bytes(joined(frames, each_ms=FRAME_MS))
    await context.close()


def agent(browser: Browser) -> str:
    """What this browser would call itself with a window: one that says it has none is taken at its word."""
    version = browser.version.partition(".")[0]
    engine = f"AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0 Safari/537.36"
    return f"Mozilla/5.0 (X11; Linux x86_64) {engine}"


async def whole(folder: Path, demo: Page, record: Page, url: str) -> None:
    """The page of the demo at the end of the story, and the record page it leads to."""
    await demo.goto(url)
    door = demo.get_by_role("link", name="Open the record page as Sam")
    await door.wait_for()
    await demo.wait_for_timeout(1_000)  # the mails in its columns have loaded
    await demo.screenshot(path=folder / "demo.png")
    await record.goto(str(await door.get_attribute("href")))
    await record.screenshot(path=folder / "record.png")


async def mail(house: House, owner: str, number: int) -> Kept:
    """The mail with that number in a mailbox, once it has come."""
    async with asyncio.timeout(WAIT_SECONDS):
        while True:
            come = [kept for kept in reversed(house.mailboxes.of(owner)) if not kept.sent]
            if len(come) >= number:
                return come[number - 1]
            await asyncio.sleep(0.1)


if __name__ == "__main__":
    main()
