"""Several ways out: whose mails go by which, and what becomes of them when one is down, slow or refuses us."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from mailer import relay
from mailer.breaker import FAILURES, FIRST_WAIT, LONGEST_WAIT, TRYING, Breaker
from mailer.limits import Limit, Limits, read_limits
from mailer.relay import Relay, read_smtp_url
from mailer.routes import DEFAULT, Routes, UnknownRoute
from mailer.worker import Mailer
from reviews.facts import Review
from reviews.schedule import GIVE_UP_AFTER
from store import routes as kept
from store.routes import Down
from tests.outside import ADA, NOW, Outside, outside
from tests.scripted_relay import Server, listening

__all__ = ["outside"]
SECOND = timedelta(seconds=1)


def lane(outside: Outside, routes: Routes, name: str, *ports: int) -> Mailer:
    """The mailer of one route, with a connection to each of these ports."""
    urls = [f"smtp://127.0.0.1:{port}?starttls=none" for port in ports]
    relays = [Relay(read_smtp_url(url), hostname="reply.acme.example") for url in urls]
    brands = {key: replace(outside.mailer.composer.brands["acme"], key=key) for key in ("acme", "beta")}
    composer = replace(outside.mailer.composer, brands=brands)
    return replace(outside.mailer, relays=relays, composer=composer, routes=routes, route=name, per_hour=None)


@asynccontextmanager
async def closing(*mailers: Mailer) -> AsyncIterator[None]:
    try:
        yield
    finally:
        for mailer in mailers:
            for one in mailer.relays:
                await one.close()


def two_routes(**wishes: tuple[str, ...]) -> Routes:
    return Routes((DEFAULT, "eu"), wishes, chance=lambda: 0.5)


async def fate(outside: Outside, review: Review) -> tuple[str, int]:
    delivery = await outside.the_delivery(review)
    return delivery.status, delivery.attempts


async def test_a_brands_mails_go_by_its_own_route_and_all_others_by_the_usual_one(outside: Outside) -> None:
    async with listening(Server()) as eu:
        routes = two_routes(beta=("eu",))
        usual, own = lane(outside, routes, DEFAULT, outside.office.port), lane(outside, routes, "eu", eu.port)
        async with closing(usual, own):
            for number in range(3):
                await outside.closed(f"a{number}")
                await outside.closed(f"b{number}", brand="beta")
            while await usual.send_due() + await own.send_due():
                pass
        assert len(outside.office.posted) == 3
        assert len(eu.mails) == 3


async def test_a_route_that_is_down_is_left_alone_and_the_brands_next_one_takes_its_mails(outside: Outside) -> None:
    async with listening(Server()) as gone:
        pass  # and nobody listens there any more
    routes = two_routes(beta=("eu", DEFAULT))
    usual, own = lane(outside, routes, DEFAULT, outside.office.port), lane(outside, routes, "eu", gone.port)
    reviews = [await outside.closed(str(number), brand="beta") for number in range(FAILURES + 4)]
    async with closing(usual, own):
        for _ in range(FAILURES):
            assert await usual.send_due() == 0
            assert await own.send_due() == 1
        assert await own.send_due() == 0, "it is down, so nothing is claimed for it"
        (down,) = await outside.store.read(kept.down)
        assert (down.name, down.failures, down.until) == ("eu", FAILURES, NOW + FIRST_WAIT)
        assert "Connect" in down.reason
        while await usual.send_due():
            pass
        fates = [await fate(outside, review) for review in reviews]
        assert sorted(fates) == [("deferred", 1)] * FAILURES + [("sent", 1)] * 4
        async with listening(replace(gone, heard=[], writers=[])) as back:
            outside.clock.now += timedelta(minutes=2)
            assert await own.send_due() == 1, "one mail finds out whether it is back"
            assert await outside.store.read(kept.down) == []
            while await own.send_due():
                pass
            assert len(back.mails) == FAILURES
    assert {(await fate(outside, review))[0] for review in reviews} == {"sent"}


async def test_what_one_mailer_finds_of_a_route_holds_for_all(outside: Outside) -> None:
    async with listening(Server()) as gone:
        pass
    one, other, third = [lane(outside, two_routes(), DEFAULT, gone.port) for _ in "123"]
    for number in range(FAILURES + 2):
        await outside.closed(str(number))
    async with closing(one, other, third):
        for turn in range(FAILURES):
            assert await (one, other)[turn % 2].send_due() == 1
        assert [await mailer.send_due() for mailer in (one, other, third)] == [0, 0, 0], "it is down for all of them"
        outside.clock.now += FIRST_WAIT
        assert sum(await asyncio.gather(*(mailer.send_due() for mailer in (one, other, third)))) == 1, "one tries it"
        (down,) = await outside.store.read(kept.down)
        assert down.failures == FAILURES + 1
        outside.clock.now += 2 * FIRST_WAIT
        async with listening(replace(gone, heard=[], writers=[])) as back:
            assert await other.send_due() == 1
            while await one.send_due() + await third.send_due():
                pass
            assert len(back.mails) == FAILURES + 1, "all but the one that tried in vain, which waits"
    assert await outside.store.read(kept.standings) == {}


async def test_what_was_claimed_when_the_route_went_down_is_given_back_untried(outside: Outside) -> None:
    async with listening(Server()) as gone:
        pass
    routes = two_routes()
    mailer = lane(outside, routes, DEFAULT, *[gone.port] * 20)
    reviews = [await outside.closed(str(number)) for number in range(20)]
    async with closing(mailer):
        one = replace(mailer, relays=mailer.relays[:1])
        for _ in range(FAILURES - 1):
            assert await one.send_due() == 1
        assert await mailer.send_due() == 16, "the first of these to fail closes the way"
    fates = [await fate(outside, review) for review in reviews]
    assert {attempts for status, attempts in fates if status == "due"} <= {0}
    assert {attempts for status, attempts in fates if status == "deferred"} == {1}
    assert len(fates) == 20


async def test_a_route_that_hangs_holds_up_no_other(outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "TIMEOUT_SECONDS", 0.5)
    async with listening(Server(answers={"MAIL": ["never"] * 50})) as eu:
        routes = two_routes(beta=("eu",))
        usual, own = lane(outside, routes, DEFAULT, outside.office.port), lane(outside, routes, "eu", eu.port)
        held = await outside.closed("b", brand="beta")
        for number in range(5):
            await outside.closed(str(number))
        stop = asyncio.Event()
        running = [asyncio.create_task(replace(one, idle_seconds=0.02).run(stop)) for one in (own, usual)]
        await outside.office.wait_for(ADA.email, 5)
        stop.set()
        await asyncio.wait_for(asyncio.gather(*running), 60)
    assert await fate(outside, held) == ("deferred", 1)
    assert eu.mails == []


async def test_a_refused_mail_says_nothing_against_its_route(outside: Outside) -> None:
    for number in range(FAILURES + 2):
        await outside.closed(str(number))
    outside.office.answers += ["550 5.7.1 spam"] * FAILURES
    while await outside.mailer.send_due():
        pass
    assert outside.mailer.routes.breaker(DEFAULT) == Breaker()
    assert len(outside.office.posted) == 2


def test_a_brand_that_wants_a_route_that_is_none_stops_the_start() -> None:
    with pytest.raises(UnknownRoute, match="the brand acme wants the route us; there are: default, eu"):
        two_routes(acme=("us",))


def test_the_waits_of_a_breaker_grow_and_one_success_ends_them() -> None:
    breaker, now, waits = Breaker(), NOW, []
    for number in range(FAILURES + 6):
        assert breaker.allows(now)
        breaker = breaker.failed(now, chance=0.5)
        assert bool(breaker.until) == (number >= FAILURES - 1)
        assert not breaker.until or breaker.failed(now, chance=0.5) == breaker, "what was under way counts no more"
        if breaker.until:
            waits.append(breaker.until - now)
            now = breaker.until
    assert waits[:3] == [FIRST_WAIT, FIRST_WAIT * 2, FIRST_WAIT * 4]
    assert waits[-1] == LONGEST_WAIT


def test_of_all_who_could_one_mail_tries_a_route_that_was_down_and_if_it_is_gone_another() -> None:
    down = Breaker(FAILURES, NOW)
    trying = down.tried(NOW)
    assert not trying.allows(NOW)
    assert trying.tried(NOW + SECOND) == trying, "one tries it already"
    assert trying.failed(NOW + SECOND, chance=0.5).failures == FAILURES, "and what was under way counts no more"
    assert trying.failed(NOW + SECOND, chance=0.5, trying=True).failures == FAILURES + 1
    assert trying.tried(NOW + TRYING) != trying
    assert Breaker(2).tried(NOW) == Breaker(2)
    assert down.failed(NOW, chance=0.5).hoped(NOW).allows(NOW), "who starts anew tries at once"


@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_breakers_that_opened_together_do_not_try_again_together(chance: float) -> None:
    breaker = Breaker(failures=FAILURES - 1)
    assert breaker.failed(NOW, chance=chance).until == NOW + FIRST_WAIT * (0.8 + 0.4 * chance)


async def test_a_domain_gets_no_more_mails_in_a_minute_than_its_limit(outside: Outside) -> None:
    mailer = replace(outside.mailer, limits=Limits({"customer.example": Limit(None, 6)}), per_hour=None)
    for number in range(12):
        await outside.closed(str(number))
    await outside.closed("other", contact=replace(ADA, email="bob@elsewhere.example"))
    sent_at: list[timedelta] = []
    for _ in range(130):
        while await mailer.send_due():
            pass
        sent_at += [outside.clock.now - NOW] * (len(outside.office.to(ADA.email)) - len(sent_at))
        outside.clock.now += SECOND
    assert len(outside.office.to("bob@elsewhere.example")) == 1
    assert sent_at == [timedelta(seconds=10 * number) for number in range(12)]


async def test_no_more_mails_are_under_way_to_a_domain_than_its_limit(outside: Outside) -> None:
    url = f"smtp://127.0.0.1:{outside.office.port}?starttls=none"
    relays = [Relay(read_smtp_url(url), hostname="reply.acme.example") for _ in range(6)]
    limits = Limits({"*": Limit(2, None)})
    mailer = replace(outside.mailer, relays=relays, limits=limits, per_hour=None)
    for number in range(12):
        await outside.closed(str(number))
    most = busy = 0

    async def look(content: bytes) -> None:
        nonlocal most, busy
        busy += 1
        most = max(most, busy)
        await asyncio.sleep(0.05)
        busy -= 1

    outside.office.look = look
    async with closing(mailer):
        for _ in range(20):
            while await mailer.send_due():
                pass
            outside.clock.now += SECOND * 2
    assert len(outside.office.posted) == 12
    assert most == 2


def test_limits_are_read_and_the_star_is_for_all_others() -> None:
    limits = read_limits("gmail.com=4/600  *=10 Own.example=0")
    assert limits.of("gmail.com") == Limit(4, 600)
    assert limits.of("customer.example") == Limit(10, None)
    assert limits.of("own.example") == Limit(None, None)
    assert read_limits("").of("gmail.com") is None
    with pytest.raises(ValueError, match="expected DOMAIN=AT_ONCE/A_MINUTE"):
        read_limits("gmail.com:4")


async def test_a_server_that_says_later_for_a_day_gets_each_mail_once_when_it_is_back(outside: Outside) -> None:
    reviews = [await outside.closed(str(number)) for number in range(5)]
    outside.office.sender_reply = "451 4.3.2 not now"
    waits = set()
    while outside.clock.now < NOW + timedelta(days=1):
        while await outside.mailer.send_due():
            pass
        waits |= {(await outside.the_delivery(review)).due_at - outside.clock.now for review in reviews}
        outside.clock.now += timedelta(minutes=10)
    assert outside.office.posted == []
    assert len(waits) > 50, "what failed together does not come again together"
    outside.office.sender_reply = ""
    while outside.clock.now < NOW + timedelta(days=2):
        while await outside.mailer.send_due():
            pass
        outside.clock.now += timedelta(minutes=10)
    assert len({posted.mail["Message-ID"] for posted in outside.office.posted}) == len(outside.office.posted) == 5
    assert [(await outside.the_delivery(review)).status for review in reviews] == ["sent"] * 5


async def test_after_three_days_of_later_a_mail_is_given_up_with_the_last_answer(outside: Outside) -> None:
    review = await outside.closed()
    outside.office.sender_reply = "451 4.3.2 not now"
    while (await outside.the_delivery(review)).status != "refused":
        outside.clock.now = max(outside.clock.now + SECOND, (await outside.the_delivery(review)).due_at)
        await outside.mailer.send_due()
    ended = await outside.the_delivery(review)
    assert ended.reason == "given up: 451 4.3.2 not now"
    assert timedelta(days=2, hours=12) < outside.clock.now - NOW <= GIVE_UP_AFTER


async def test_a_route_that_is_down_is_told_by_name_and_reason(outside: Outside) -> None:
    down = Down("eu", NOW, NOW + SECOND, 7, "535 5.7.8 wrong password")
    await outside.store.write(
        partial(kept.changed, name="eu", rule=lambda _: (down.failures, down.until), at=NOW, reason=down.reason)
    )
    assert await outside.store.read(kept.down) == [down]
