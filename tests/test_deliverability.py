"""Do mails arrive, and can everybody read them? SpamAssassin's local tests, and axe in a browser.

Where one of these is not installed its tests are skipped with the reason: `apt install spamassassin chromium`.
"""

import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import axe_playwright_python
import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from mailer.compose import Composer
from reviews.clicks import decide
from reviews.facts import Delivery
from reviews.links import Links
from reviews.log import Log
from reviews.model import DeliveryKind, Outcome, Person
from reviews.tokens import Keys
from store import Outgoing
from templates.brands import SHIPPED, Brand, read_brand
from templates.languages import languages
from templates.mails import compile_mails
from templates.pages import STATIC, brand_css, page
from templates.samples import samples
from tests.story import RULES, SECRETS, START, closing

ACME = read_brand(SHIPPED / "acme.toml")
LINKS = Links(Keys(SECRETS), "https://care.acme.example", "reply.acme.example")
SCORE_MAX = 1.0
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
FOR_PAGES_ONLY = ("landmark-one-main", "page-has-heading-one", "region")
"""Rules of axe about a page's landmarks, which a mail shown inside a mail program's page has not."""
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
RATING = {"state": "asking", "chosen": "unhappy", "action": "/r/token", "nonce": "n", "dwell_ms": 1000}

each_language = pytest.mark.parametrize("code", languages())
each_mail = pytest.mark.parametrize("name", samples(ACME))
each_scale = pytest.mark.parametrize("scale", ["thumbs", "faces3", "faces4", "faces5"])


def invitation(language: str, brand: Brand = ACME) -> bytes:
    """The bytes of an invitation as they go out."""
    contact = Person("ada@customer.example", "Ada Lovelace", "Customer Ltd", language)
    review, *rest = closing(contact=contact, subject="VPN drops every hour")
    [delivery] = [fact for fact in rest if isinstance(fact, Delivery)]
    assert delivery.purpose is DeliveryKind.INVITATION
    outgoing = Outgoing(
        delivery=delivery,
        brand="acme",
        message_id="0123456789abcdef0123456789@reply.acme.example",
        relay_id="",
        status=Outcome.DEFERRED,
        due_at=START,
        attempts=1,
        reason="",
        settled_at=None,
        subject="",
        sent_text="",
    )
    composer = Composer({"acme": brand}, LINKS, "care@acme.example")
    log = Log(review, tuple(rest))  # type: ignore[arg-type]  # the first fact is the review
    return composer.compose(outgoing, log, decide(log, RULES), siblings=(), now=START).raw


@pytest.mark.spamassassin
def test_a_spam_filter_has_nothing_against_an_invitation_in_any_language() -> None:
    program = shutil.which("spamassassin")
    assert program
    mails = {code: invitation(code).replace(b"\r\n", b"\n") for code in languages()}
    mbox = b"".join(b"From care@acme.example Sat Nov 21 10:00:00 2026\n" + mail + b"\n\n" for mail in mails.values())
    judged = subprocess.run([program, "--local", "--mbox"], input=mbox, capture_output=True, check=True)
    scores = re.findall(rb"^X-Spam-Status: .*?score=(-?[0-9.]+)", judged.stdout, re.MULTILINE)
    assert len(scores) == len(mails)
    high = {code: score for code, score in zip(mails, scores, strict=True) if float(score) >= SCORE_MAX}
    assert high == {}, judged.stdout.decode(errors="replace")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        await browser.close()


async def complaints(browser: Browser, html: str, *, width: int) -> list[str]:
    """What axe has against a page of that width, light and dark, and how far it runs out to the side."""
    shown = await browser.new_page(viewport={"width": width, "height": 900})
    await shown.set_content(html)
    await shown.evaluate(AXE.read_text("utf-8"))
    wrong = []
    for scheme in SCHEMES:
        await shown.emulate_media(color_scheme=scheme)
        found = await shown.evaluate("() => axe.run()")
        wrong += [
            f"{scheme}: {one['id']}: {node['html']} {node['failureSummary']}"
            for one in found["violations"]
            if one["id"] not in FOR_PAGES_ONLY
            for node in one["nodes"]
        ]
    wide = await shown.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    await shown.close()
    return [*wrong, *([f"{wide} px too wide"] if wide > 0 else [])]


@pytest.mark.browser
@each_mail
@pytest.mark.asyncio(loop_scope="module")
async def test_everybody_can_read_a_mail(browser: Browser, name: str) -> None:
    html = compile_mails(ACME).render(samples(ACME)[name]).html
    assert await complaints(browser, html, width=320) == []


@pytest.mark.browser
@each_scale
@pytest.mark.parametrize("code", ["ar", "de"])
@pytest.mark.asyncio(loop_scope="module")
async def test_the_faces_of_every_scale_fit_a_phone(browser: Browser, code: str, scale: str) -> None:
    brand = ACME.said_in(code).on_scale(scale)
    mail = compile_mails(brand).render(samples(brand)["invitation"]).html
    assert await complaints(browser, mail, width=320) == []


@pytest.mark.browser
@each_language
@pytest.mark.asyncio(loop_scope="module")
async def test_everybody_can_use_the_rating_page(browser: Browser, code: str) -> None:
    brand = ACME.said_in(code).on_scale("faces5")
    html = page("rating", brand=brand, **RATING)
    styles = (STATIC / "pages.css").read_text() + brand_css(brand)
    styled = html.replace("</head>", f"<style>{styles}</style></head>")
    assert await complaints(browser, styled, width=320) == []
