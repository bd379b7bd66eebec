"""The demo, as a newcomer meets it: real sockets between its doors, mailboxes to answer from, a page to look at."""

import asyncio
import base64
import os
import re
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.async_api import Page, async_playwright

from demo.cast import ADA, AGENTS, LEADS, REPLY_DOMAIN, SAM
from demo.house import DATABASE, GAP, House, demo_rules, listening, open_house, port_of, serving
from demo.mail.client import NotAnswerable
from demo.mail.mailbox import Kept
from demo.page import demo_app
from demo.past import REVIEWS, past_facts
from reviews.facts import Review, Settled
from store import Endpoint, Store, Wanted, endpoints, lists, migrate_store, open_store
from tests.browsers import agent_of
from tests.hearing import hearing

HOLD = timedelta(seconds=2)
NOTICE_WITHIN_SECONDS = 15.0  # of the rating's settling: what the demo promises
NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"}
RELOADS_MAX = 300
SCRIPT = BROWSER | {"Accept": "application/json", "Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class Shown:
    """A running demo and the address of its page."""

    house: House
    url: str

    def mails_to(self, email: str) -> list[Kept]:
        """What came into a mailbox, oldest first."""
        return [kept for kept in reversed(self.house.mailboxes.of(email)) if not kept.sent]

    async def mail(self, email: str, number: int = 1, *, seconds: float = 60) -> Kept:
        """The mail with that number in a mailbox, once it is there."""
        await until(lambda: len(self.mails_to(email)) >= number, seconds)
        return self.mails_to(email)[number - 1]

    async def ada(self) -> dict[str, Any]:
        """Ada's review, as the API tells it."""
        told = await self.house.helpdesk.review((await self.reviews(ADA.email))[0].id)
        assert told
        return told

    async def reviews(self, contact: str) -> list[Review]:
        """Today's reviews of a customer."""
        wanted = Wanted(contact=contact, since=self.house.story.since)
        return [one.review for one in await self.house.store.reviews(wanted, now=self.house.clock(), most=10)]

    def story(self) -> str:
        return "\n".join(line.text for line in self.house.story.lines)


async def until(done: Callable[[], bool], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not done():  # noqa: ASYNC110 - it happens in the store or the browser, where no event of ours can be set
            await asyncio.sleep(0.02)


@asynccontextmanager
async def demo(folder: Path) -> AsyncIterator[Shown]:
    """The demo with a short hold, its tickets closed."""
    listener = listening()
    async with (
        open_house(folder, hold=HOLD, tell=lambda line: None) as house,
        serving(demo_app(house, house.story.brand), listener),
    ):
        await house.close_tickets()
        yield Shown(house, f"http://127.0.0.1:{port_of(listener)}")


def face_link(mail: Kept, word: str) -> str:
    """The link under a face, as the text of the question has it."""
    found = re.search(rf"{word}\n(http://\S+/r/\S+)", mail.mail.text)
    assert found, mail.mail.text
    return found[1]


async def opened(client: httpx2.AsyncClient, link: str) -> str:
    """The nonce of the page; it is reloaded while it asks for that, as it does until the question is noted as sent."""
    for _ in range(RELOADS_MAX):
        page = (await client.get(link)).text
        nonce = re.search(r'name="nonce" value="([^"]+)"', page)
        if nonce:
            return nonce[1]
        assert "Please reload this page in a moment." in page, page
        await asyncio.sleep(0.1)
    raise AssertionError("the page asked to be reloaded for too long")


async def clicked(link: str) -> dict[str, Any]:
    """What the browser of an honest but untouched page does: open it, say so, vote."""
    async with httpx2.AsyncClient(headers=BROWSER) as client:
        nonce = await opened(client, link)
        common = {"nonce": nonce, "webdriver": "0"}
        arrived = await client.post(link, data=common | {"kind": "arrive"}, headers=SCRIPT)
        assert arrived.status_code == 204
        vote = common | {"kind": "vote", "mode": "auto", "answer": "happy", "event": "", "trusted": "0"}
        told = await client.post(link, data=vote, headers=SCRIPT)
        assert told.status_code == 200, told.text
        shape: dict[str, Any] = told.json()
        return shape


async def test_in_the_demo_one_click_counts_the_notice_comes_and_a_staff_answer_arrives(tmp_path: Path) -> None:
    async with demo(tmp_path) as shown:
        question = await shown.mail(ADA.email)
        assert question.signed_by == "acme.example"
        async with httpx2.AsyncClient() as scanner:
            await scanner.head(face_link(question, "Not good"))
        told = await clicked(face_link(question, "Great"))
        assert told["status"] == "provisional"
        assert not (await shown.ada())["rating"]["counted"]

        notice = await shown.mail(SAM.email, seconds=HOLD.total_seconds() + NOTICE_WITHIN_SECONDS)
        rating = (await shown.ada())["rating"]
        assert (rating["value"], rating["counted"], rating["grade"]) == ("happy", True, "soft")
        settled_at = datetime.fromisoformat(rating["at"])
        assert timedelta() <= notice.at - settled_at <= timedelta(seconds=NOTICE_WITHIN_SECONDS)

        await shown.house.mail_client.reply(notice, "Dear Ada, ring me should it drop again.", name=SAM.name)
        answer = await shown.mail(ADA.email, 2)
        assert "ring me should it drop again" in answer.mail.text
        assert question.mail.message_id in answer.mail.references
        assert SAM.email.encode() not in answer.raw

        await shown.house.mail_client.reply(answer, "It has been steady since.", name=ADA.name)
        await shown.mail(SAM.email, 2)
        told_by_mail = (await shown.ada())["messages"]
        assert [(m["by"], m["text"], m["sender"]["verdict"]) for m in told_by_mail] == [
            ("staff", "Dear Ada, ring me should it drop again.", "verified"),
            ("customer", "It has been steady since.", "verified"),
        ]
        await until(lambda: "Ada answered by mail." in shown.story())
        for words in (
            "Ticket 48213, “VPN drops every hour”, was closed in the helpdesk.",
            "Afterword mailed Ada Lovelace",
            "A link of Ada's mail was opened, which rates nothing: a program looked whether it is there.",
            "Ada clicked “Great”. It counts in 2 s if nothing speaks against it.",
            "Nothing spoke against it: Ada's “Great” counts now.",
            "Sam answered from the mailbox. The signature of acme.example holds.",
        ):
            assert words in shown.story()


async def test_what_the_demo_shows_and_refuses(tmp_path: Path) -> None:
    """Several matters over one house: to begin one takes seconds."""
    async with demo(tmp_path) as shown:
        await the_six_customers_are_asked_and_nobody_else(shown)
        await a_mail_is_shown_in_a_sandbox_and_loads_nothing(shown)
        await a_mail_that_asks_for_no_answer_cannot_be_answered(shown)
        await only_the_page_itself_sends_mail_and_only_this_machine_is_answered(shown)


async def the_six_customers_are_asked_and_nobody_else(shown: Shown) -> None:
    await until(lambda: len(shown.house.mailboxes.owners()) == 6)
    await asyncio.sleep(0.5)  # two rounds of the mailer: whatever else were due would be out by then
    mailboxes = shown.house.mailboxes
    assert Counter(len(mailboxes.of(owner)) for owner in mailboxes.owners()) == {1: 6}
    assert not {one.email for one in (*AGENTS, *LEADS)} & set(mailboxes.owners())


async def a_mail_that_asks_for_no_answer_cannot_be_answered(shown: Shown) -> None:
    question = await shown.mail(ADA.email)
    with pytest.raises(NotAnswerable, match="write something"):
        await shown.house.mail_client.reply(question, "  \n", name=ADA.name)
    base = shown.house.links.base_url
    async with httpx2.AsyncClient(headers=BROWSER) as client:
        await client.post(f"{base}/sign-in", data={"email": SAM.email}, headers={"Sec-Fetch-Site": "same-origin"})
    sign_in = await shown.mail(SAM.email)
    assert f"{base}/in/" in sign_in.mail.text
    with pytest.raises(NotAnswerable, match="Nobody"):
        await shown.house.mail_client.reply(sign_in, "Hello?", name=SAM.name)
    await until(lambda: "Sam asked to sign in." in shown.story())


async def only_the_page_itself_sends_mail_and_only_this_machine_is_answered(shown: Shown) -> None:
    question = await shown.mail(ADA.email)
    path, words = f"/mails/{question.id}/answers", {"text": "Hello"}
    async with httpx2.AsyncClient(base_url=shown.url) as client:
        foreign = await client.post(path, json=words, headers={"Sec-Fetch-Site": "cross-site"})
        form = await client.post(path, data=words)
        elsewhere = await client.get("/state", headers={"Host": "rebound.example"})
        assert (foreign.status_code, form.status_code, elsewhere.status_code) == (403, 403, 400)
        assert (await client.get("/mails/999")).status_code == 404
        wrong = await client.post(path, content=b"[", headers={"Content-Type": "application/json"})
        assert wrong.status_code == 422
        sent = await client.post(path, json=words, headers={"Sec-Fetch-Site": "same-origin"})
        assert sent.json() == {"detail": "Sent."}


async def a_mail_is_shown_in_a_sandbox_and_loads_nothing(shown: Shown) -> None:
    question = await shown.mail(ADA.email)
    async with httpx2.AsyncClient(base_url=shown.url) as client:
        page = await client.get(f"/mails/{question.id}/page")
        policy = page.headers["content-security-policy"]
        assert "sandbox allow-popups" in policy
        assert "default-src 'none'" in policy
        assert '<base target="_blank">' in page.text
        index = await client.get("/")
        assert "'unsafe" not in index.headers["content-security-policy"]
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//", index.text)


async def test_a_used_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / DATABASE).touch()
    with pytest.raises(FileExistsError, match="empty folder"):
        async with open_house(tmp_path, tell=lambda line: None):
            pass


# the past


@pytest.fixture
async def past(tmp_path: Path) -> AsyncIterator[Store]:
    """A store in which nothing stands but the past."""
    url = f"sqlite:///{tmp_path}/past.db"
    migrate_store(url, affected_allowed=True)
    store = open_store(url, rules=demo_rules(), mail_domain=REPLY_DOMAIN, affected_allowed=True)
    await store.record_past(*past_facts(now=NOW, rules=demo_rules()))
    yield store
    await store.close()


async def test_nothing_is_mailed_for_the_past(past: Store) -> None:
    assert await past.read(lists.count) == REVIEWS
    assert await past.claim(now=NOW + timedelta(days=365), most=10_000, lease=timedelta(minutes=1)) == []


async def test_the_past_is_twelve_weeks_of_ten_agents_and_three_leads(past: Store) -> None:
    first = await past.reviews(Wanted(), now=NOW, most=200)
    listed = first + await past.reviews(Wanted(), now=NOW, most=200, before=first[-1].cursor)
    assert {one.review.agent.email for one in listed if one.review.agent} == {one.email for one in (*AGENTS, *LEADS)}
    assert timedelta(weeks=11) < NOW - listed[-1].review.closed_at < timedelta(weeks=13)
    values = Counter(one.rating.value for one in listed if one.rating and one.rating.counted)
    assert 0.28 <= values.total() / REVIEWS <= 0.37
    assert values["happy"] > 2 * (values["neutral"] + values["unhappy"]) * 0.6
    assert min(values["neutral"], values["unhappy"]) >= 10
    assert sum(one.messages > 0 for one in listed) >= 20


@pytest.mark.parametrize("now", [NOW, NOW.replace(hour=0), NOW + timedelta(days=1), NOW + timedelta(days=3)])
def test_the_past_lies_before_now_whatever_the_weekday(now: datetime) -> None:
    facts = past_facts(now=now, rules=demo_rules())
    assert max(fact.at for fact in facts) <= now
    assert all(fact.closed_at.weekday() < 5 for fact in facts if isinstance(fact, Review))
    assert len({fact.ticket for fact in facts if isinstance(fact, Review)}) == REVIEWS


def test_the_past_is_the_same_every_time() -> None:
    assert past_facts(now=NOW, rules=demo_rules()) == past_facts(now=NOW, rules=demo_rules())


def test_mails_of_the_past_went_the_way_the_mailer_would_have_sent_them() -> None:
    settled = [fact for fact in past_facts(now=NOW, rules=demo_rules()) if isinstance(fact, Settled)]
    fates = Counter((str(one.purpose), str(one.outcome)) for one in settled)
    assert fates[("notice", "dropped")] > 0  # a comment told in the notice of the rating
    assert set(fates) == {
        ("invitation", "sent"),
        ("notice", "sent"),
        ("notice", "dropped"),
        ("answer", "sent"),
        ("overdue", "sent"),
        ("overdue", "dropped"),
    }


# the page


@pytest.mark.browser
async def test_a_newcomer_opens_the_mail_clicks_a_face_comments_and_sees_the_record(
    tmp_path: Path, chromium: str
) -> None:
    complaints: list[str] = []
    async with demo(tmp_path) as shown, async_playwright() as playwright:
        # Chromium tells pages that a program drives it, which is proof of a machine: here it plays a person.
        args = ["--no-sandbox", "--disable-blink-features=AutomationControlled"]
        browser = await playwright.chromium.launch(executable_path=chromium, args=args)
        page = await browser.new_page(user_agent=agent_of(browser))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))
        await page.goto(shown.url)
        await says(page, "#next", "Open Ada's mail and click a face.")
        await page.locator("#customer .mails button").first.click()
        async with page.expect_popup() as opened:
            await page.frame_locator("#customer iframe").get_by_role("link", name="😊 Great").click()
        rating = await opened.value
        await says(rating, "#status", "Recorded")
        await rating.get_by_role("textbox").fill("Sam stayed until it worked.")
        await rating.get_by_role("button", name="Send").click()
        await page.bring_to_front()
        await says(page, "#record .badge", "Great")
        await says(page, "#record blockquote", "Sam stayed until it worked.")
        await says(page, "#record .standing", "It counts: a person was seen on the page.")
        await says(page, "#staff .mails", "Ada rated: Great")
        await page.locator("#staff textarea").fill("My pleasure, Ada.")
        await page.locator("#staff form button").click()
        await says(page, "#record .thread", "My pleasure, Ada.")
        await says(page, "#customer .mails", "Sam at Acme IT")
        await browser.close()
    assert complaints == []


async def says(page: Page, selector: str, words: str) -> None:
    await page.locator(selector, has_text=words).first.wait_for(timeout=60_000)


# the command


async def test_the_command_prints_one_address_and_stops_cleanly(tmp_path: Path) -> None:
    program = "from pathlib import Path; from demo.run import main; import sys; main(Path(sys.argv[1]), 0)"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, str(tmp_path / "new"), stdout=-1, stderr=-1, env=os.environ | {"PYTHONPATH": "."}
    )
    assert process.stdout
    told = ""
    async with asyncio.timeout(60):
        while "Afterword mailed Ada" not in told:
            told += (await process.stdout.readline()).decode()
        process.send_signal(signal.SIGINT)
        rest, errors = await process.communicate()
    assert process.returncode == 0
    assert errors == b""
    assert rest.decode().rstrip().endswith("Stopping.")
    assert len(re.findall(r"http://127\.0\.0\.1:\d+", told)) == 1
    left = {file.name for file in (tmp_path / "new").iterdir()}
    assert left == {DATABASE, f"{DATABASE}-turns", f"{DATABASE}-reserve", "afterword.log"}


# the scanner


async def test_a_scanner_rates_nothing_here_and_something_elsewhere_and_the_newcomer_counts(tmp_path: Path) -> None:
    async with demo(tmp_path) as shown, httpx2.AsyncClient(base_url=shown.url) as client:
        question = await shown.mail(ADA.email)
        review = next(one for one in (await client.get("/state")).json()["reviews"] if one["contact"] == ADA.email)
        path, ours = f"/reviews/{review['id']}/scanner", {"Sec-Fetch-Site": "same-origin"}
        refused = await client.post(path, json={}, headers={"Sec-Fetch-Site": "cross-site"})
        assert refused.status_code == 403
        done = await client.post(path, json={}, headers=ours, timeout=60)
        assert done.json() == {"detail": "It opened 3 links and pressed on every page."}
        record = (await client.get("/state", params={"review": review["id"]})).json()["record"]
        scanned = record["scanned"]
        assert (scanned["last_click_wins"], scanned["confirm_button"]) == ("unhappy", "unhappy")
        assert scanned["ours"] is None
        assert "taken back" in scanned["verdict"]
        assert any("no person opens so much so fast" in entry["text"] for entry in scanned["evidence"])

        await asyncio.sleep(GAP.total_seconds() + 0.5)
        await clicked(face_link(question, "Great"))
        await shown.mail(SAM.email, seconds=HOLD.total_seconds() + NOTICE_WITHIN_SECONDS)
        after = (await client.get("/state", params={"review": review["id"]})).json()["record"]
        assert (after["rating"]["value"], after["rating"]["counted"]) == ("happy", True)
        assert after["scanned"]["ours"] == "happy"


async def test_who_is_added_on_this_machine_is_told_of_a_rating(tmp_path: Path) -> None:
    async with hearing() as hearer, demo(tmp_path) as shown:
        secret = base64.b64encode(b"0" * 24).decode()
        endpoint = Endpoint("crm", "webhook", hearer.url, (secret,), shown.house.clock(), events=("review.rated",))
        await shown.house.store.write(partial(endpoints.set_endpoint, endpoint=endpoint, at=endpoint.at))
        await clicked(face_link(await shown.mail(ADA.email), "Great"))
        await until(lambda: bool(hearer.heard), HOLD.total_seconds() + NOTICE_WITHIN_SECONDS)
        told = hearer.heard[0].json
        assert (told["type"], told["data"]["rating"]["value"]) == ("review.rated", "happy")
