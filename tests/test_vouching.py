"""A ticket that only a link named: its helpdesk is asked before a rating of it counts. By real HTTP, on both sides."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx2
import pytest
from starlette.responses import Response

from calling.vouching import LONG_AGO, NO_SUCH, long_ago
from calling.worker import Caller
from reviews import flow
from reviews.clicks import decide, told
from reviews.clicks.vouching import CHECKED_LINK, PATIENCE
from reviews.facts import Comment, Delivery, Review, Vote, Vouched
from reviews.log import Log
from reviews.model import DeliveryKind, Mode, Person, Status
from reviews.news import news
from reviews.sending import NO_SUCH_TICKET, UNHEARD, Drop, Wait
from store import Endpoint, Source, Wanted, endpoints, sources
from store.calls import DONE, DUE
from tests.desks import APIS, NUMBER, SECRET, USER, Desk, server
from tests.hearing import Hearer, hearing
from tests.story import RULES, SAM, asked_log, due, later, opened, voted
from tests.test_calling import caller_of, log
from tests.test_merge_links import press
from tests.web_house import House, opened_house, path_of
from web.rating.merged import CHECKED

OPTIONS = {"client_id": "our-client", "integration_code": "our-code"}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        source = Source("desk", "acme", "a secret", {})
        await house.store.write(partial(sources.set_source, source=source, at=house.clock.now))
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


async def connect(house: House, hearer: Hearer, name: str) -> Desk:
    """A helpdesk that is asked, and never written to; and a channel that hears of everything."""
    desk = Desk()
    answers = server(desk, name)
    hearer.reply = lambda heard: answers(heard) if heard.path != "/hook" else Response("ok")
    options = {**OPTIONS, "source": "desk", "user": USER, "rules": "nothing"}
    url, at = hearer.url.removesuffix("/hook"), house.clock.now - timedelta(days=1)
    asked = Endpoint("asked", name, url, (SECRET,), at, options=options)
    channel = Endpoint("channel", "slack", hearer.url, (), at)
    for endpoint in (asked, channel):
        await house.store.write(partial(endpoints.set_endpoint, endpoint=endpoint, at=house.clock.now))
    return desk


async def rated(house: House, number: str = NUMBER) -> tuple[Review, httpx2.Response]:
    """A customer opens a link of the helpdesk's own mail and presses; the review, and what the page answered."""
    patterns = house.links.merge_patterns("desk", CHECKED, "faces3", place=number)
    path = (await house.client.get(path_of(patterns["unhappy"]))).headers["location"]
    page = await house.client.get(path)
    house.clock.forward(seconds=5)
    assert await press(house.client, page, path, "unhappy") == 200
    (found,) = await house.store.reviews(Wanted(ticket=number), now=house.clock.now, most=2)
    return found.review, page


async def counted(house: House, review: Review) -> tuple[str | None, bool]:
    step = (await house.store.timeline(review.id)).at(house.clock.now)
    return step.value, step.counted


async def told_of(house: House) -> list[tuple[str, str, str]]:
    return [(call.endpoint, call.kind, call.status) for call in await log(house)]


@pytest.mark.parametrize("name", sorted(APIS))
async def test_nothing_counts_before_the_helpdesk_has_said_that_there_is_such_a_ticket(
    house: House, hearer: Hearer, caller: Caller, name: str
) -> None:
    await connect(house, hearer, name)
    review, _ = await rated(house)
    assert await counted(house, review) == ("unhappy", False)
    await caller.call_due()
    assert await counted(house, review) == ("unhappy", True)
    await caller.call_due()
    kinds = await told_of(house)
    assert ("asked", "ticket.asked", DONE) in kinds
    assert ("channel", "review.rated", DONE) in kinds
    assert [kind for endpoint, kind, status in kinds if endpoint == "asked" and status == DONE] == ["ticket.asked"]


@pytest.mark.parametrize("name", sorted(APIS))
@pytest.mark.parametrize("number", ["999", f"0{NUMBER}"])
async def test_a_number_that_somebody_made_up_never_counts_and_nobody_is_told(
    house: House, hearer: Hearer, caller: Caller, name: str, number: str
) -> None:
    await connect(house, hearer, name)
    review, _ = await rated(house, number)
    await caller.call_due()
    await caller.call_due()
    assert await counted(house, review) == (None, False)
    assert await told_of(house) == [("asked", "ticket.asked", DONE)]
    (word,) = (await house.log(review)).of(Vouched)
    assert (word.known, word.why) == (False, NO_SUCH)


async def test_a_ticket_that_has_rested_for_long_was_counted_up(house: House, hearer: Hearer, caller: Caller) -> None:
    desk = await connect(house, hearer, "zendesk")
    desk.changed = (house.clock.now - LONG_AGO - timedelta(days=1)).isoformat()
    review, _ = await rated(house)
    await caller.call_due()
    assert await counted(house, review) == (None, False)
    (word,) = (await house.log(review)).of(Vouched)
    assert word.why == "nobody has touched it for 61 days"


async def test_a_helpdesk_that_is_down_is_asked_again(house: House, hearer: Hearer, caller: Caller) -> None:
    desk = await connect(house, hearer, "zammad")
    desk.broken = 1
    review, _ = await rated(house)
    await caller.call_due()
    assert await counted(house, review) == ("unhappy", False)
    assert await told_of(house) == [("asked", "ticket.asked", DUE)]
    house.clock.forward(minutes=5)
    await caller.call_due()
    assert await counted(house, review) == ("unhappy", True)


@pytest.mark.parametrize("answers", [(), (True,), (False,)])
async def test_whoever_rated_sees_the_same_page_whatever_the_helpdesk_says(house: House, answers: tuple[bool]) -> None:
    review, _ = await rated(house)
    for known in answers:
        said = partial(flow.helpdesk_answered, known=known, at=house.clock.now, rules=house.door.rules)
        await house.store.record(review.id, said)
    known_log = await house.log(review)
    (vote,) = known_log.of(Vote)
    seen = told(known_log, decide(known_log, RULES), hit=vote.hit, now=house.clock.now)
    assert (seen.status, seen.answer, seen.needs_tap) == (Status.CONFIRMED, "unhappy", False)


def waiting_log() -> Log:
    """A ticket that a link named; somebody pressed, and wrote."""
    log_ = asked_log(closing=CHECKED_LINK)
    log_ = voted(opened(log_, "page", at=later(hours=1)), "page", "unhappy", Mode.BUTTON, at=later(hours=1))
    comment = Comment(log_.review.id, "page", later(hours=1), "It drops.")
    return log_.plus(comment, Delivery(log_.review.id, later(hours=1), DeliveryKind.NOTICE, comment.id, SAM, later()))


def test_no_staff_is_mailed_and_nobody_told_until_the_helpdesk_has_spoken() -> None:
    log_ = waiting_log()
    (notice,) = [one for one in log_.of(Delivery) if one.purpose is DeliveryKind.NOTICE]
    assert news(log_, decide(log_, RULES)) == ()
    wait = due(log_, notice, now=later(hours=2))
    assert isinstance(wait, Wait)
    assert wait.reason == UNHEARD
    assert due(log_, notice, now=later(hours=1) + PATIENCE) == Drop(UNHEARD)
    for known in (True, False):
        heard = log_.plus(*flow.helpdesk_answered(log_, known=known, at=later(hours=3), rules=RULES))
        assert flow.helpdesk_answered(heard, known=not known, at=later(hours=4), rules=RULES) == (), (
            "its first word holds"
        )
        notices = [one for one in heard.of(Delivery) if one.purpose is DeliveryKind.NOTICE]
        assert len(notices) == (2 if known else 1), "of the rating, which counts from now on"
        assert (due(heard, notice, now=later(hours=4)) == Drop(NO_SUCH_TICKET)) is not known
        assert bool(news(heard, decide(heard, RULES))) is known
        steps = decide(heard, RULES).steps
        assert [step.at for step in steps if step.counted] == ([later(hours=3)] if known else [])


def test_a_later_change_of_mind_counts_at_once_where_the_ticket_is_known() -> None:
    log_ = waiting_log()
    log_ = log_.plus(*flow.helpdesk_answered(log_, known=True, at=later(hours=3), rules=RULES))
    log_ = voted(opened(log_, "again", at=later(hours=4)), "again", "happy", Mode.BUTTON, at=later(hours=4))
    counted_steps = [(step.at, step.value) for step in decide(log_, RULES).steps if step.counted]
    assert counted_steps == [(later(hours=3), "unhappy"), (later(hours=4), "happy")]


def test_a_review_that_was_told_of_waits_for_nobody() -> None:
    log_ = waiting_log()
    told_log = replace(log_, review=replace(log_.review, closing="closed-1", contact=Person("ada@customer.example")))
    assert decide(told_log, RULES).at(later(hours=1)).counted


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ("2026-11-01T10:00:00Z", ""),
        ("2026-11-01T10:00:00.123+02:00", ""),
        ("2026-11-01T10:00:00", ""),
        ("2026-01-20T10:00:00", "nobody has touched it for 304 days"),
        ("", ""),
        ("yesterday", ""),
    ],
)
def test_what_says_nothing_that_can_be_read_is_no_reason(changed: str, why: str) -> None:
    assert long_ago(changed, now=later()) == why
