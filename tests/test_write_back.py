"""Is what happened written into the helpdesk, as its API asks for it, and goes nothing in circles? Over real HTTP."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from calling.helpdesks import helpdesk, names
from calling.helpdesks.rules import USUAL, WrongRule, checked, done_on
from calling.worker import MAYBE_ECHO, Caller
from reviews import flow
from reviews.facts import Review
from store import Endpoint, Source, Wanted, endpoints, sources
from store.calls import DONE, DROPPED, DUE
from tests.desks import APIS, SECRET, USER, Desk, server
from tests.hearing import Hearer, hearing
from tests.story import START, mail
from tests.test_calling import caller_of, log, rate, say
from tests.test_hooks import PAYLOAD, send
from tests.test_hooks import SECRET as HOOK_SECRET
from tests.web_house import House, opened_house

OPTIONS = {"client_id": "our-client", "integration_code": "our-code"}
RULES = f"{USUAL} unhappy=tag:csat-{{value}}"
WORDS = Path(__file__).parent.parent / "docs" / "write-back.md"
TAGLESS = ("autotask", "connectwise", "halopsa")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        yield house


@pytest.fixture
async def hearer() -> AsyncIterator[Hearer]:
    async with hearing() as hearer:
        yield hearer


@pytest.fixture
async def caller(house: House) -> AsyncIterator[Caller]:
    caller = caller_of(house)
    yield caller
    await caller.line.close()


async def connect(house: House, hearer: Hearer, name: str, *, source: str = "zammad", rules: str = RULES) -> Desk:
    """A helpdesk of that kind, whose tickets come by that source."""
    desk = Desk()
    hearer.reply = server(desk, name)
    options = {**OPTIONS, "source": source, "user": USER, "rules": rules}
    url = hearer.url.removesuffix("/hook")
    endpoint = Endpoint("desk", name, url, (SECRET,), START, options=options)
    await house.store.write(partial(endpoints.set_endpoint, endpoint=endpoint, at=house.clock.now))
    return desk


async def write(house: House, review: Review, words: str) -> None:
    """The customer writes a mail, now."""
    incoming = mail(words, at=house.clock.now)
    rule = partial(flow.replied, mail=incoming, at=house.clock.now, rules=house.door.rules)
    await house.store.record(review.id, rule)


def test_every_helpdesk_has_its_api_in_the_tests() -> None:
    assert set(names()) == set(APIS)
    page = WORDS.read_text("utf-8")
    for name in names():
        ways = helpdesk(name)
        assert [told for told in (*ways.documented, *ways.verified, *ways.unverified) if told not in page] == []
        assert ways.documented
        assert ways.verified
        assert all(helpdesk(name).can(action) for action in ("note", "reopen", "status"))


@pytest.mark.parametrize("name", sorted(APIS))
async def test_who_was_not_happy_opens_the_ticket_and_every_word_is_a_note(
    house: House, hearer: Hearer, caller: Caller, name: str
) -> None:
    desk = await connect(house, hearer, name, rules=USUAL if name in TAGLESS else RULES)
    review = await house.asked()
    await rate(house, review, "unhappy")
    await say(house, review, "Again & <again>!")
    house.clock.forward(minutes=1)
    await write(house, review, "Still broken.")
    await caller.call_due()
    assert desk.status == "open"
    assert [("🙁 unhappy" in note, "gain &" in note, "Still broken." in note) for note in desk.notes] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]
    assert all(f"/reviews/{review.id}" in note for note in desk.notes)
    assert desk.tags == (["vpn"] if name in TAGLESS else ["vpn", "csat-unhappy"])
    assert [call.status for call in await log(house)] == [DROPPED, DONE, DONE, DONE]


@pytest.mark.parametrize("name", sorted(APIS))
async def test_a_limit_is_heeded_and_an_error_tried_again(
    house: House, hearer: Hearer, caller: Caller, name: str
) -> None:
    desk = await connect(house, hearer, name, rules="happy=note")
    desk.limited = 1
    review = await house.asked()
    await rate(house, review, "happy")
    await caller.call_due()
    (waiting,) = [call for call in await log(house) if call.status == DUE]
    assert (waiting.due_at - house.clock.now).total_seconds() == 93
    house.clock.forward(seconds=94)
    desk.broken = 1
    await caller.call_due()
    assert desk.notes == []
    house.clock.forward(minutes=6)
    await caller.call_due()
    assert len(desk.notes) == 1


@pytest.mark.parametrize("name", sorted(APIS))
async def test_a_wrong_key_is_no_answer_and_says_so(house: House, hearer: Hearer, caller: Caller, name: str) -> None:
    desk = await connect(house, hearer, name, rules="happy=note")
    known = (await house.store.read(endpoints.all_endpoints))[0]
    wrong = Endpoint(known.id, known.kind, known.url, ("wrong",), known.at, options=known.options)
    await house.store.write(partial(endpoints.set_endpoint, endpoint=wrong, at=house.clock.now))
    review = await house.asked()
    await rate(house, review, "happy")
    await caller.call_due()
    told = [call.reason for call in await log(house) if call.kind == "review.rated"]
    assert told in (["401"], ["400"])
    assert desk.notes == []


async def test_a_ticket_that_is_not_there_and_one_of_another_helpdesk(
    house: House, hearer: Hearer, caller: Caller
) -> None:
    desk = await connect(house, hearer, "zammad", rules="happy=note")
    for ticket, source in (("999", "zammad"), ("48213", "other")):
        review = await house.asked(ticket=ticket, source=source, closing=ticket)
        await rate(house, review, "happy", page=ticket)
    await caller.call_due()
    told = {call.reason for call in await log(house) if call.kind == "review.rated"}
    assert told == {"404", "a ticket of another helpdesk"}
    assert desk.notes == []


@pytest.mark.parametrize("ticket", [".", ".."])
async def test_no_ticket_leads_to_another_address_of_the_helpdesk(
    house: House, hearer: Hearer, caller: Caller, ticket: str
) -> None:
    await connect(house, hearer, "freshdesk", rules="happy=note")
    review = await house.asked(ticket=ticket)
    await rate(house, review, "happy")
    await caller.call_due()
    assert [call.reason for call in await log(house) if call.kind == "review.rated"] == ["404"]
    assert not hearer.heard


NOTING = {
    "ticket": "ticket.number",
    "closed_at": "ticket.updated_at",
    "contact.email": "ticket.customer.email",
    "event": "ticket.state",
    "event.closed": "=closed",
    "event.reopened": "=open",
}
TELLING = NOTING | {"change.by": "ticket.by", "change.said": "article.body", "change.said_at": "article.at"}


class Told:
    """A helpdesk that sends a webhook whenever something moves a ticket, whose time of change is all it tells."""

    def __init__(self, house: House, mapping: dict[str, str]) -> None:
        self.house, self.mapping = house, mapping

    async def connect(self) -> None:
        source = Source("zammad-1", "acme", HOOK_SECRET, self.mapping)
        await self.house.store.write(partial(sources.set_source, source=source, at=self.house.clock.now))

    async def tell(self, state: str = "closed", *, by: str = "sam@acme.example", said: str = "") -> dict[str, Any]:
        """What Afterword answers; with an article where something was said."""
        at = self.house.clock.now.isoformat()
        article = {"article": {"body": said, "at": at}} if said else {}
        ticket = {**PAYLOAD["ticket"], "state": state, "updated_at": at, "by": by}
        body: dict[str, Any] = (await send(self.house, {"ticket": ticket, **article})).json()
        return body

    async def count(self) -> int:
        return len(await self.house.store.reviews(Wanted(), now=self.house.clock.now, most=99))


async def noted(house: House, hearer: Hearer, caller: Caller, told: Told) -> Desk:
    """A ticket was closed, its customer wrote, and their words were written into it as a note just now."""
    await told.connect()
    desk = await connect(house, hearer, "zammad", source="zammad-1", rules="replied=note")
    first = str((await told.tell())["review"])
    house.clock.forward(minutes=90)
    found = await house.store.log(first)
    assert found
    await write(house, found.review, "Thanks.")
    await caller.call_due()
    assert len(desk.notes) == 1
    house.clock.forward(seconds=1)
    return desk


async def test_our_own_note_asks_nobody_anew(house: House, hearer: Hearer, caller: Caller) -> None:
    told = Told(house, TELLING)
    desk = await noted(house, hearer, caller, told)
    assert (await told.tell(said=desk.notes[0]))["reason"] == "it tells of what we wrote into the ticket ourselves"
    assert await told.count() == 1


@pytest.mark.parametrize(
    ("by", "words", "asked"),
    [
        ("Robot@acme.example", "", False),
        ("sam@acme.example", "", True),
        ("sam@acme.example", "Closed for good, see what was written above.", True),
        ("sam@acme.example", "{note} Solved, I call that.", True),
        ("", "", True),
    ],
)
async def test_a_real_closing_right_after_our_note_is_asked_about(
    house: House, hearer: Hearer, caller: Caller, by: str, words: str, asked: bool
) -> None:
    told = Told(house, TELLING)
    desk = await noted(house, hearer, caller, told)
    await told.tell(by=by, said=words.format(note=desk.notes[0]))
    assert await told.count() == 1 + asked


async def test_a_ticket_closed_after_our_note_is_asked_about_though_the_note_is_still_its_last_word(
    house: House, hearer: Hearer, caller: Caller
) -> None:
    told = Told(house, TELLING | {"change.said_at": "=2026-11-21T09:30:00+00:00"})
    desk = await noted(house, hearer, caller, told)
    house.clock.forward(minutes=1)
    await told.tell(said=desk.notes[0])
    assert await told.count() == 2


async def test_our_own_user_who_did_nothing_lately_is_a_person(house: House, hearer: Hearer, caller: Caller) -> None:
    told = Told(house, TELLING)
    await noted(house, hearer, caller, told)
    house.clock.forward(minutes=11)
    await told.tell(by=USER)
    assert await told.count() == 2


async def test_a_ticket_that_was_opened_again_and_closed_is_asked_about_whoever_did_it(
    house: House, hearer: Hearer, caller: Caller
) -> None:
    told = Told(house, TELLING)
    await noted(house, hearer, caller, told)
    await told.tell("open")
    house.clock.forward(seconds=9)
    await told.tell(by=USER)
    assert await told.count() == 2


async def test_nothing_goes_in_circles_where_the_helpdesk_does_not_tell_who_and_what(
    house: House, hearer: Hearer, caller: Caller
) -> None:
    told = Told(house, NOTING)
    house.clock.forward(hours=2)
    await told.connect()
    desk = await connect(house, hearer, "zammad", source="zammad-1", rules="asked=note")
    for _ in range(5):  # each writing of ours would be answered with a closing
        before = len(desk.notes)
        review = str((await told.tell())["review"])
        (out,) = await house.store.deliveries(review)
        await house.sent(out.delivery, at=house.clock.now)
        await caller.call_due()
        house.clock.forward(seconds=9)
        if len(desk.notes) == before:
            break
    assert len(desk.notes) == 1
    assert await told.count() == 2
    assert {call.reason for call in await log(house) if call.status == DROPPED} == {MAYBE_ECHO}


@pytest.mark.parametrize(
    ("kind", "value", "done"),
    [
        ("review.replied", None, [("note", "")]),
        ("review.rated", "unhappy", [("reopen", ""), ("tag", "csat-unhappy"), ("note", "")]),
        ("review.rated", "happy", []),
        ("review.commented", "unhappy", [("note", "")]),
        ("review.asked", None, []),
    ],
)
def test_what_is_done_on_which_news(kind: str, value: str | None, done: list[tuple[str, str]]) -> None:
    assert list(done_on(RULES, kind, value)) == done


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("replied=shout", "there is no shout"),
        ("replied=tag", "there is no tag"),
        ("replied=note:x", "there is no note"),
        ("shouted=note", "there is no shouted"),
        ("replied=tag:x", "has no way to tag"),
        ("replied", "there is no "),
    ],
)
def test_a_rule_that_cannot_work_is_refused(rule: str, words: str) -> None:
    with pytest.raises(WrongRule, match=words):
        checked([rule], helpdesk("halopsa"))
