"""Who may see and do what, on every page of staff's: each route, each role, one's own brand and another's."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import pytest

from reviews import flow
from reviews.attachments import examined
from reviews.facts import Review
from reviews.mail import read_mail
from reviews.model import Envelope, Person, seat_of
from reviews.naming import Action, ThemeDeed
from reviews.roles import Staff
from reviews.subscriptions import suppressed_by_staff
from store import naming, people, quarantine, suppressions
from store.mails import QUARANTINED
from store.quarantine import Judged
from templates.bundle import new_seed
from tests.story import ADA, RULES, SAM, later, mail
from tests.web_house import KEY, House, opened_house, path_of, two_brands
from web.app import ROUTES

OURS = {"Sec-Fetch-Site": "same-origin"}
FILE = b"a drawing"
RAW = (
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nSee it.\r\n--b\r\n'
    b"Content-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\n"
) + FILE + b"\r\n--b--\r\n"  # fmt: skip

PEOPLE = {
    "agent": Staff(SAM.email, "Sam", "agent", "Network"),
    "other": Staff("kim@acme.example", "Kim", "agent", "Printers"),
    "lead": Staff("lea@acme.example", "Lea", "lead", "Network"),
    "reader": Staff("ray@acme.example", "Ray", "reader", ""),
    "admin": Staff("ada@acme.example", "Ada", "admin", ""),
    "walled agent": Staff("zoe@acme.example", "Zoe", "agent", "Network", brands=("zenith",)),
    "walled lead": Staff("zac@acme.example", "Zac", "lead", "Network", brands=("zenith",)),
    "walled reader": Staff("zia@acme.example", "Zia", "reader", "", brands=("zenith",)),
    "walled admin": Staff("zed@acme.example", "Zed", "admin", "", brands=("zenith",)),
    "unconfirmed": replace(Staff("new@acme.example", "New", "agent", "Network"), confirmed=False),
}
READS = {"agent", "lead", "reader", "admin"}
"""Who may see a record of acme and of Sam; the others stand behind a wall, or are nobody's here."""
TENDS = READS - {"reader"}
RECORD: dict[tuple[str, str], set[str]] = {
    ("GET", "/reviews/{id}"): READS,
    ("POST", "/reviews/{id}/do"): TENDS,
    ("POST", "/reviews/{id}/ask"): TENDS,
    ("POST", "/reviews/{id}/rating"): TENDS,
    ("POST", "/reviews/{id}/writing"): TENDS,
    ("GET", "/reviews/{id}/writers"): TENDS,
    ("GET", "/reviews/{id}/mails/{sha256}"): READS,
    ("GET", "/reviews/{id}/mails/{sha256}/letter"): READS,
    ("GET", "/reviews/{id}/files/{sha256}"): READS,
    ("GET", "/reviews/{id}/bundle"): {"lead", "admin"},
}
"""Each page about one record, and who has it."""
OF_OTHERS = {"/reviews/{id}/rating"}
"""What nobody does about their own work."""
EVERYBODY = set(PEOPLE) - {"unconfirmed"}
HEADS = {"lead", "admin", "walled lead", "walled admin"}
LISTS: dict[tuple[str, str], set[str]] = {
    ("GET", "/reviews"): EVERYBODY,
    ("POST", "/reviews/views"): EVERYBODY,
    ("POST", "/reviews/several"): EVERYBODY - {"reader", "walled reader"},
    ("GET", "/follow-ups"): EVERYBODY,
    ("GET", "/smiles"): EVERYBODY,
    ("GET", "/exclusions"): EVERYBODY,
    ("GET", "/figures/themes"): EVERYBODY,
    ("GET", "/figures/themes/{id}"): READS | {"other"},
    ("POST", "/figures/themes/do"): TENDS | {"other"},
    ("GET", "/figures/week"): EVERYBODY,
    ("GET", "/figures/findings"): EVERYBODY - {"agent", "other", "walled agent"},
    ("GET", "/regular"): EVERYBODY,
    ("GET", "/notices"): EVERYBODY,
    ("POST", "/notices"): EVERYBODY,
    ("GET", "/sessions"): EVERYBODY,
    ("POST", "/sessions"): EVERYBODY,
    ("GET", "/suppressions"): EVERYBODY,
    ("POST", "/suppressions"): TENDS | {"other"},
    ("GET", "/quarantine"): HEADS,
    ("GET", "/quarantine/{id}.eml"): {"lead", "admin"},
    ("POST", "/quarantine/{id}"): {"lead", "admin"},
    ("GET", "/running"): {"admin"},
    ("GET", "/sources"): {"admin"},
    ("POST", "/sources"): {"admin"},
    ("GET", "/endpoints"): {"admin"},
    ("POST", "/endpoints"): {"admin"},
}
FORMS: dict[str, dict[str, str]] = {
    "/reviews/{id}/do": {"do": "mine"},
    "/reviews/{id}/ask": {"reason": "They asked."},
    "/reviews/{id}/rating": {"action": "void", "reason": "A machine."},
    "/reviews/several": {"do": "read"},
    "/figures/themes/do": {"action": "followed", "theme": "printers", "brand": "acme"},
    "/reviews/views": {"do": "keep", "name": "A view"},
    "/sessions": {"do": "others"},
    "/notices": {"choice": "daily"},
    "/quarantine/{id}": {"choice": "file", "record": "nothing"},
    "/sources": {"do": "try", "source": "none"},
    "/endpoints": {"do": "test", "about": "none"},
}
ELSEWHERE = {
    *("/r/{token}", "/m/{token}/{answer}", "/hooks/{id}", "/hooks/{id}/reopened", "/v/{token}", "/f/{token}"),
    *("/testimonials/{key}", "/testimonials/{key}.json"),
    *(
        "/u/{token}",
        "/s/{token}",
        "/s/{token}/rating",
        "/s/{token}/files/{sha256}",
        "/s/{token}/notices",
        "/sign-in",
        "/in/{token}",
        "/sign-in/single",
        "/sign-in/single/back",
    ),
    *("/sign-out", "/brand/{key}.css", "/static/{name}", "/robots.txt", "/healthz", "/readyz", "/metrics"),
    *("/reviews/news", "/figures", "/regular/preview", "/.well-known/afterword-keys.json"),
}
"""Customers' pages, programs', the sign-in, what a signed link opens; the news, which name nothing; and the figures,
whose walls stand below."""
SEE_ALL = {"lead", "reader", "admin"}
FIGURES: dict[str, set[str]] = {
    "?weeks=12": SEE_ALL | {"walled lead", "walled reader", "walled admin"},
    "?brand=acme": SEE_ALL,
    "?brand=zenith": SEE_ALL | {"walled lead", "walled reader", "walled admin"},
    "?of=team&name=Network&brand=acme": SEE_ALL | {"agent"},
    "?of=team&name=Printers&brand=acme": SEE_ALL | {"other"},
    "?by=team&brand=acme": SEE_ALL,
    "?of=agent&name=sam@acme.example&brand=acme": {"lead", "admin", "agent"},
    "?by=agent&brand=acme": {"lead", "admin"},
    "?of=company&name=Customer&brand=acme": SEE_ALL,
}
"""What is asked of the figures, and who has it."""


ABOUT = {"/quarantine": "arrival", "/figures/themes": "theme"}
"""What the id in an address is of, where it is of no review."""


@dataclass(frozen=True)
class World:
    """A record of acme and everything that hangs on it."""

    house: House
    review: Review
    ids: dict[str, str]

    async def as_(self, who: str) -> None:
        """That person asks from now on."""
        self.house.client.cookies.clear()
        staff, now = PEOPLE[who], self.house.clock.now
        await self.house.store.write(partial(people.set_staff, staff=staff, at=now))
        id, session = self.house.door.new_id(), self.house.door.new_id()
        add = partial(people.add_sign_in, id=id, email=staff.email, client="c", expires_at=later(days=9))
        await self.house.store.write(add)
        use = partial(people.use_sign_in, id=id, session_id=session, expires_at=later(days=9), now=now)
        await self.house.store.write(use)
        self.house.client.cookies.set("__Host-afterword", session, domain="care.acme.example", path="/")

    async def asked(self, method: str, path: str, **other: str) -> httpx2.Response:
        """That page, about the record unless `other` says about which."""
        ids = self.ids | other
        form = FORMS.get(path, {}) | ({"suppression": ids["suppression"], "reason": "Asked."} if "supp" in path else {})
        about = next((name for start, name in ABOUT.items() if path.startswith(start)), "review")
        url = path.format(id=ids[about], sha256=self.sha256(path))
        sent: dict[str, Any] = {"headers": OURS, "data": form} if method == "POST" else {}
        return await self.house.client.request(method, url, **sent)

    def sha256(self, path: str) -> str:
        return self.ids["file" if "/files/" in path else "mail"]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened_house(tmp_path, bundle_keys=(new_seed(),)) as opened:
        house = two_brands(opened)
        review = await house.asked(subject="ACME ONLY", contact=Person(ADA.email, "ACME ONLY"))
        envelope = Envelope(later(), "192.0.2.1", "x.example", ADA.email, ("r@x",), True)
        sha256 = await house.store.keep_mail(id="joined", envelope=envelope, raw=RAW)
        files = tuple(map(examined, read_mail(RAW).attachments))
        reply = mail("ACME ONLY", mail=sha256, attachments=files)
        await house.store.record(review.id, partial(flow.replied, mail=reply, at=later(hours=2), rules=RULES))
        house.clock.now = later(hours=30)
        await house.store.keep_mail(id="stray", envelope=envelope, raw=RAW + b"stray")
        judged = Judged("forged", "asks to reject it", "", text="ACME ONLY")
        settle = partial(quarantine.settle, id="stray", status=QUARANTINED, at=later(), review=review.id)
        await house.store.write(partial(settle, reason="its sender is forged", judged=judged))
        fact = suppressed_by_staff(
            brand="acme", address="acme-only@x.example", action="a", who="w", why="y", at=later()
        )
        await house.store.write(partial(suppressions.put, fact=fact))
        named = ThemeDeed("d", "printers", "acme", later(), SAM.email, Action.NAMED, "Printers", ("printer",))
        await house.store.write(partial(naming.add, deed=named))
        ids = {
            "theme": "printers",
            "review": review.id,
            "mail": sha256,
            "file": files[0].sha256,
            "arrival": "stray",
            "suppression": fact.id,
        }
        yield World(house, review, ids)


def test_every_route_of_staff_is_in_the_tables() -> None:
    told = {path for _, path in (*RECORD, *LISTS)} | ELSEWHERE
    routes = {route.path for route in ROUTES if not route.path.startswith("/api/")}
    assert routes == told
    methods = {
        (method, route.path)
        for route in ROUTES
        if route.path not in ELSEWHERE and not route.path.startswith("/api/")
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert methods == {*RECORD, *LISTS}


@pytest.mark.parametrize("who", PEOPLE)
async def test_a_record_is_there_for_who_may_and_none_for_anybody_else(world: World, who: str) -> None:
    await world.as_(who)
    for (method, path), may in RECORD.items():
        answer = await world.asked(method, path)
        if who == "unconfirmed":
            assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in"), path
        elif who == "agent" and path in OF_OTHERS:
            assert answer.status_code == 403, path
        elif who in may:
            assert answer.status_code in (200, 204, 303, 409), (path, answer.status_code)
        else:
            none = await world.asked(method, path, review="a" * 26)
            assert (answer.status_code, none.status_code) == (404, 404), path
            assert seen(answer) == seen(none), path


def seen(answer: httpx2.Response) -> str:
    """What is answered, without what differs each time."""
    return re.sub(r"[0-9a-f]{32}", "", answer.text)


@pytest.mark.parametrize("who", PEOPLE)
async def test_lists_hold_nothing_of_what_is_behind_a_wall(world: World, who: str) -> None:
    for (method, path), may in LISTS.items():
        await world.as_(who)
        answer = await world.asked(method, path)
        if who == "unconfirmed":
            assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in"), path
        elif who not in may:
            assert answer.status_code == 404, path
        if who not in READS and (who != "other" or path != "/suppressions"):
            assert "acme only" not in answer.text.lower().replace("-", " "), path


@pytest.mark.parametrize("who", [None, *PEOPLE])
async def test_figures_and_news_are_behind_the_same_walls(world: World, who: str | None) -> None:
    if who:
        await world.as_(who)
    for asked, may in FIGURES.items():
        answer = await world.house.client.get(f"/figures{asked}")
        if who in (None, "unconfirmed"):
            assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in"), asked
        else:
            assert answer.status_code == (200 if who in may else 404), asked
    news = await world.house.client.get("/reviews/news?after=none")
    assert news.status_code == (303 if who in (None, "unconfirmed") else 404)


@pytest.mark.parametrize("who", ["agent", "other", "reader", "walled lead", "admin"])
async def test_no_page_leads_anybody_to_one_that_is_none_to_them(world: World, who: str) -> None:
    await world.as_(who)
    looked, led = set[str](), dict[str, str]()
    for method, path in (*RECORD, *LISTS):
        if method == "GET" and who in (RECORD | LISTS)[method, path] and "sha256" not in path:
            told = await world.asked(method, path)
            looked.add(path.format(id=world.ids["review"]))
            links = re.findall(r'<a [^>]*href="(/[^"#]*)', told.text) if "html" in told.headers["content-type"] else ()
            led |= {unescape(link): path for link in links}
    shortest = {link.partition("?")[0]: link for link in sorted(led, key=len, reverse=True)}
    for place, link in shortest.items():
        if place not in looked:
            answer = await world.house.client.get(link, follow_redirects=True)
            assert answer.status_code == 200, (link, led[link])


async def test_who_may_sees_it_in_the_lists(world: World) -> None:
    await world.as_("lead")
    for path in ("/reviews", "/follow-ups", "/suppressions", "/quarantine"):
        assert "acme only" in (await world.asked("GET", path)).text.lower().replace("-", " "), path


@pytest.mark.parametrize("who", [None, *PEOPLE])
async def test_nobody_comes_in_without_a_session_and_no_other_site_posts(world: World, who: str | None) -> None:
    before = (await world.house.log(world.review)).facts
    if who:
        await world.as_(who)
    for method, path in (*RECORD, *LISTS):
        url = path.format(id=world.review.id, sha256="0" * 64)
        if who is None:
            answer = await world.asked(method, path)
            assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in"), path
        elif method == "POST":
            foreign = await world.house.client.post(url, data={}, headers={"Sec-Fetch-Site": "cross-site"})
            assert foreign.status_code in (303, 403, 404), path
            assert foreign.status_code != 303 or foreign.headers["location"] == "/sign-in", path
    assert (await world.house.log(world.review)).facts == before


async def test_who_is_behind_a_wall_files_no_mail_in_a_record_of_others(world: World) -> None:
    zenith = await world.house.asked(ticket="9", brand="zenith")
    envelope = Envelope(later(), "192.0.2.1", "x.example", ADA.email, ("r@x",), True)
    await world.house.store.keep_mail(id="theirs", envelope=envelope, raw=RAW + b"theirs")
    settle = partial(quarantine.settle, id="theirs", status=QUARANTINED, at=later(), review=zenith.id)
    await world.house.store.write(partial(settle, reason="forged", judged=Judged(text="ZENITH ONLY")))
    await world.as_("walled lead")
    assert "ZENITH ONLY" in (await world.asked("GET", "/quarantine")).text
    post = partial(world.house.client.post, "/quarantine/theirs", headers=OURS)
    for record in (world.review.id, world.review.ticket):
        told = await post(data={"choice": "file", "record": record})
        none = await post(data={"choice": "file", "record": "a" * 26})
        assert (told.status_code, seen(told)) == (404, seen(none))
    assert (await post(data={"choice": "file", "record": zenith.id})).status_code == 303


async def test_a_ticket_without_an_agent_is_told_to_leads_who_see_its_brand(world: World) -> None:
    for who in ("walled lead", "lead"):
        await world.house.store.write(partial(people.set_staff, staff=PEOPLE[who], at=world.house.clock.now))
    ticket = {"source": "zammad", "ticket": "77", "brand": "acme", "team": "Network", "contact": {"email": ADA.email}}
    told = ticket | {"closed_at": world.house.clock.now.isoformat()}
    answer = await world.house.client.post("/api/v1/tickets", json=told, headers={"Authorization": f"Bearer {KEY}"})
    log = await world.house.store.log(answer.json()["review"])
    assert log
    assert [one.email for one in log.review.watchers] == [PEOPLE["lead"].email]


async def test_the_link_of_a_notice_ends_where_a_wall_was_put_up_since(world: World) -> None:
    link = path_of(world.house.links.record(world.review.id, seat_of(world.review.id, SAM.email)))
    assert (await world.house.client.get(link)).status_code == 200
    correct = partial(world.house.client.post, f"{link}/rating", data={"action": "void", "reason": "x"}, headers=OURS)
    now = world.house.clock.now
    reader = replace(PEOPLE["agent"], role="reader")
    await world.house.store.write(partial(people.set_staff, staff=reader, at=now))
    assert (await world.house.client.get(link)).status_code == 200
    assert (await correct()).status_code == 404
    walled = replace(PEOPLE["agent"], brands=("zenith",))
    await world.house.store.write(partial(people.set_staff, staff=walled, at=now))
    assert (await world.house.client.get(link)).status_code == 404
    assert (await correct()).status_code == 404
