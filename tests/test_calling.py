"""Is what happened told to others, once, in order, signed, and nowhere it must not go? Over real HTTP."""

import base64
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from ipaddress import ip_address
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from calling.guard import Answer, Forbidden, Line, checked, public, read_networks
from calling.waits import WAITS, again, judged
from calling.worker import Caller
from reviews import flow
from reviews.clicks import decide
from reviews.deeds import FollowUpClosed, FollowUpOutcome
from reviews.events import Press
from reviews.facts import Comment, Fact, Review
from reviews.log import Log
from reviews.model import Mode
from reviews.news import NewsKind, news
from store import Call, Endpoint, calls, endpoints
from store.calls import DONE, DROPPED, DUE, FAILED, TEST
from tests.hearing import Hearer, hearing
from tests.story import RULES, START, answered, asked_log, later, rated_log, replied, visit
from tests.web_house import House, opened_house

HERE = read_networks("127.0.0.1")
SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
OLDER = "whsec_" + base64.b64encode(b"o" * 32).decode()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        yield house


@pytest.fixture
async def hearer() -> AsyncIterator[Hearer]:
    async with hearing() as hearer:
        yield hearer


def caller_of(house: House, *, allowed: str = "127.0.0.1") -> Caller:
    base_url, ours = "https://care.acme.example", house.links.ours
    return Caller(house.store, Line(read_networks(allowed)), base_url, ours, house.clock, lambda: 0.0)


@pytest.fixture
async def caller(house: House) -> AsyncIterator[Caller]:
    caller = caller_of(house)
    yield caller
    await caller.line.close()


async def add(house: House, url: str, kind: str = "webhook", **changes: object) -> Endpoint:
    endpoint = Endpoint("desk", kind, url, (SECRET,), START - timedelta(days=1))
    endpoint = replace(endpoint, **changes)  # type: ignore[arg-type]  # the fields of Endpoint
    await house.store.write(partial(endpoints.set_endpoint, endpoint=endpoint))
    return endpoint


async def rate(house: House, review: Review, answer: str, page: str = "page") -> None:
    """The customer presses a face, now."""
    now = house.clock.now
    opened = partial(flow.link_opened, hit=page, link=answer, visit=visit(), at=now, rules=RULES)
    press = Press(page, answer, Mode.BUTTON, trusted=True)
    await house.store.record(review.id, opened)
    await house.store.record(review.id, partial(flow.voted, press=press, at=now, rules=RULES))


async def say(house: House, review: Review, words: str) -> None:
    """The customer writes on the page, now."""
    comment = Comment(review.id, "page", house.clock.now, words)

    def rule(_: Log) -> Sequence[Fact]:
        return (comment,)

    await house.store.record(review.id, rule)


async def log(house: House, *, endpoint: str = "") -> list[Call]:
    return (await house.store.read(partial(calls.page, most=99, endpoint=endpoint)))[::-1]


async def test_news_of_a_review_are_told_in_order_each_once(house: House, hearer: Hearer, caller: Caller) -> None:
    await add(house, hearer.url)
    review = await house.asked()
    await rate(house, review, "unhappy")
    await say(house, review, "Again!")
    await caller.call_due()
    await caller.call_due()
    assert [heard.json["type"] for heard in hearer.heard] == ["review.asked", "review.rated", "review.commented"]
    rated, commented = hearer.heard[1].json["data"], hearer.heard[2].json["data"]
    assert (rated["review"]["ticket"], rated["rating"]["value"], rated["rating"]["grade"]) == (
        "48213",
        "unhappy",
        "hard",
    )
    assert commented["comment"]["text"] == "Again!"
    assert rated["url"] == f"https://care.acme.example/reviews/{review.id}"
    assert [call.status for call in await log(house)] == [DONE] * 3


async def test_it_is_signed_as_the_specification_has_it_under_every_secret(
    house: House, hearer: Hearer, caller: Caller
) -> None:
    house.clock.now = datetime.now(START.tzinfo)  # the verifier asks the real clock
    await add(house, hearer.url, secrets=(SECRET, OLDER), at=START - timedelta(days=90))
    await house.store.write(partial(calls.add_test, endpoint="desk", id="one", at=house.clock.now))
    await caller.call_due()
    (heard,) = hearer.heard
    for secret in (SECRET, OLDER):
        assert Webhook(secret).verify(heard.body, heard.headers)["type"] == TEST
    assert heard.headers["webhook-id"] == "msg_one"
    assert len(heard.headers["webhook-signature"].split()) == 2


async def test_what_fails_is_told_again_after_growing_waits_and_what_came_later_waits_for_it(
    house: House, hearer: Hearer, caller: Caller
) -> None:
    await add(house, hearer.url)
    review = await house.asked()
    await rate(house, review, "happy")
    hearer.answers = [(500, {}), (302, {"location": "http://127.0.0.1:1/"})]
    await caller.call_due()
    assert [call.status for call in await log(house)] == [DUE, DUE]
    house.clock.forward(seconds=6)
    await caller.call_due()
    assert (await log(house))[0].reason == "302 (redirects are not followed)"
    house.clock.forward(minutes=6)
    await caller.call_due()
    told = [heard.json["type"] for heard in hearer.heard]
    assert told == ["review.asked"] * 3 + ["review.rated"]
    assert len({heard.headers["webhook-id"] for heard in hearer.heard[:3]}) == 1


async def test_another_review_does_not_wait(house: House, hearer: Hearer, caller: Caller) -> None:
    await add(house, hearer.url, events=("review.asked",))
    hearer.answers = [(500, {})]
    await house.asked()
    await house.asked(ticket="2", closing="two")
    await caller.call_due()
    assert sorted(call.status for call in await log(house)) == [DONE, DUE]


async def test_after_three_days_it_is_given_up_and_can_be_replayed(
    house: House, hearer: Hearer, caller: Caller
) -> None:
    await add(house, hearer.url, events=("review.asked",))
    await house.asked()
    begun = house.clock.now
    hearer.answers = [(503, {})] * 10
    for _ in range(10):
        await caller.call_due()
        house.clock.now = (await log(house))[0].due_at
    (call,) = await log(house)
    assert (call.status, call.attempts) == (FAILED, 10)
    assert timedelta(days=3) <= house.clock.now - begun <= timedelta(days=4)
    assert await house.store.write(partial(calls.replay, id=call.id, now=house.clock.now))
    await caller.call_due()
    assert (await log(house))[0].status == DONE
    assert len({heard.headers["webhook-id"] for heard in hearer.heard}) == 1


async def test_gone_is_told_nothing_any_more(house: House, hearer: Hearer, caller: Caller) -> None:
    await add(house, hearer.url)
    await house.asked()
    hearer.answers = [(410, {})]
    await caller.call_due()
    known = await house.store.read(partial(endpoints.endpoint, id="desk"))
    assert known
    assert (known.disabled_at, known.reason) == (house.clock.now, "it answered 410 Gone")
    await house.asked(ticket="2", closing="two")
    await caller.call_due()
    assert len(hearer.heard) == 1


async def test_a_slow_endpoint_is_cut_off_and_asked_again(
    house: House, hearer: Hearer, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("calling.guard.ANSWER_SECONDS", 0.2)
    await add(house, hearer.url, events=("review.asked",))
    await house.asked()
    hearer.seconds = 1
    await caller.call_due()
    (call,) = await log(house)
    assert (call.status, call.reason) == (DUE, "no answer (ReadTimeout)")


async def test_what_waited_and_is_no_longer_so_is_not_told(house: House, hearer: Hearer, caller: Caller) -> None:
    await add(house, hearer.url, events=("review.rated",))
    review = await house.asked()
    await rate(house, review, "happy")
    await caller.spread()
    await house.store.write(lambda session: session.run("update call set news = 'another', id = 'x'"))
    await caller.call_due()
    assert hearer.heard == []
    assert (await log(house))[0].status == DROPPED


async def test_a_vote_that_waits_is_told_when_it_counts(house: House, hearer: Hearer, caller: Caller) -> None:
    await add(house, hearer.url, events=("review.rated",))
    review, now = await house.asked(), house.clock.now
    opened = partial(flow.link_opened, hit="page", link="happy", visit=visit(), at=now, rules=RULES)
    await house.store.record(review.id, opened)
    silent = Press("page", "happy", Mode.AUTO)
    await house.store.record(review.id, partial(flow.voted, press=silent, at=now + timedelta(seconds=2), rules=RULES))
    await caller.call_due()
    assert hearer.heard == []
    house.clock.forward(minutes=11)
    await caller.call_due()
    assert hearer.heard[0].json["data"]["rating"]["grade"] == "soft"


async def test_what_happened_before_an_endpoint_was_there_and_other_brands_are_not_told(
    house: House, hearer: Hearer, caller: Caller
) -> None:
    await add(house, hearer.url, at=START + timedelta(minutes=1))
    await add(house, hearer.url, id="other", brand="globex")
    review = await house.asked()
    await rate(house, review, "happy")
    await caller.call_due()
    assert [heard.json["type"] for heard in hearer.heard] == ["review.rated"]


@pytest.mark.parametrize("kind", ["slack", "teams"])
async def test_a_chat_is_told_in_its_own_form_and_words_of_others_stay_words(
    house: House, hearer: Hearer, caller: Caller, kind: str
) -> None:
    await add(house, hearer.url, kind, secrets=())
    review = await house.asked(subject='<!channel> "VPN"')
    await rate(house, review, "unhappy")
    await say(house, review, "<https://evil.example|click>\n[x](https://evil.example)")
    await house.store.write(partial(calls.add_test, endpoint="desk", id="one", at=house.clock.now))
    await caller.call_due()
    told = [heard.json for heard in hearer.heard]
    assert "This is a test by Afterword." in json.dumps(told)
    rated = next(json.dumps(one, ensure_ascii=False) for one in told if "A rating" in json.dumps(one))
    assert "A rating: 🙁 unhappy" in rated
    assert f"/reviews/{review.id}" in rated
    assert not ({"mrkdwn", "TextBlock"} & _types(told))
    if kind == "teams":
        assert told[0]["attachments"][0]["contentType"] == "application/vnd.microsoft.card.adaptive"
    else:
        assert all(one["text"] and one["blocks"] for one in told)


async def test_a_template_of_the_operators_own_is_used_and_cannot_reach_out(
    house: House, hearer: Hearer, caller: Caller
) -> None:
    await add(
        house, hearer.url, "slack", events=("review.asked",), options={"template": '{"content": {{ ticket | tojson }}}'}
    )
    evil = "{{ ''.__class__.__mro__[1].__subclasses__() }}"
    await add(house, hearer.url, "slack", id="evil", events=("review.asked",), options={"template": evil})
    await house.asked()
    await caller.call_due()
    assert [heard.json for heard in hearer.heard] == [{"content": "48213"}]
    assert (await log(house, endpoint="evil"))[0].status == FAILED


async def test_plain_mail_is_a_notice_in_the_outbox(house: House, caller: Caller) -> None:
    await add(house, "boss@acme.example", "mail", secrets=())
    review = await house.asked()
    await rate(house, review, "unhappy")
    await caller.call_due()
    notices = [
        out.delivery.recipient.email
        for out in await house.store.deliveries(review.id)
        if out.delivery.recipient.email == "boss@acme.example"
    ]
    assert notices == ["boss@acme.example"]
    assert [call.status for call in await log(house)] == [DROPPED, DONE]


async def test_nothing_is_called_inside_unless_it_is_allowed(house: House, hearer: Hearer) -> None:
    strict = caller_of(house, allowed="10.9.9.9")
    await add(house, hearer.url, events=("review.asked",))
    await add(house, hearer.url.replace("http:", "https:"), id="tls", events=("review.asked",))
    await add(house, f"https://localhost:{hearer.port}/", id="named", events=("review.asked",))
    await house.asked()
    await strict.call_due()
    await strict.line.close()
    assert hearer.heard == []
    assert all("127.0.0.1: it is no machine of" in call.reason or "::1" in call.reason for call in await log(house))


@pytest.mark.parametrize(
    "address",
    "127.0.0.1 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255 ::1 ::"
    " fe80::1 fc00::1 ff02::1 ::ffff:127.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 2002:7f00:1:: 2002:a00:1::".split(),
)
def test_these_are_no_machines_of_the_open_internet(address: str) -> None:
    assert not public(ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_these_are(address: str) -> None:
    assert public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://x.example/", "https://", "https://u:p@x.example/", "http://x.example/", "//x", "file:///etc/passwd"),
        *("https://x.example/\r\nX: y", "https://x.example:99999/", "https://[::1"),
    ],
)
def test_no_such_address_is_called(url: str) -> None:
    with pytest.raises(Forbidden):
        checked(url, allowed=())


def test_it_waits_as_long_as_it_is_asked_to_but_a_day_at_most() -> None:
    def wait(told: str, status: int = 429) -> timedelta:
        fate = judged(Answer(status, {"retry-after": told}, b""), attempt=1, now=START, chance=0)
        assert fate.retry_at
        return fate.retry_at - START

    assert wait("") == WAITS[0]
    assert wait("90") == timedelta(seconds=90)
    assert wait("99999999999") == timedelta(days=1)
    assert wait("Sat, 21 Nov 2026 09:30:00 GMT") == timedelta(minutes=30)
    assert wait("soon", 503) == WAITS[0]
    assert again("x", attempt=1, now=START, chance=1).retry_at == START + WAITS[0] * 1.1


def test_every_kind_of_news_is_found_in_a_log() -> None:
    log = answered(replied(rated_log()))
    log = log.plus(Comment(log.review.id, "page 1", later(hours=2), "again"))
    closed = FollowUpClosed("form", log.review.id, later(hours=4), "lea@acme.example", FollowUpOutcome.PUT_RIGHT)
    log = log.plus(closed)
    told = news(log, decide(log, RULES))
    kinds = [one.kind for one in told]
    assert [kind.removeprefix("review.") for kind in kinds] == [
        *("asked", "rated", "commented", "replied", "answered", "closed")
    ]
    assert len({one.id for one in told}) == 6
    assert news(asked_log(), decide(asked_log(), RULES))[0].kind is NewsKind.ASKED


def _types(value: object) -> set[object]:
    """Every `type` in it."""
    if isinstance(value, dict):
        return {value.get("type")} | {kind for one in value.values() for kind in _types(one)}
    return {kind for one in value for kind in _types(one)} if isinstance(value, list) else set()
