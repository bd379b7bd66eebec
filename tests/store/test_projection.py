"""The stored timeline is always the one the log gives."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviews import flow, hindsight, subscriptions
from reviews.clicks import decide
from reviews.doorstep import Doorstep
from reviews.events import Press
from reviews.facts import Fact
from reviews.log import Log
from reviews.model import Mode, Outcome
from reviews.suspects import Suspicion
from store import (
    Caller,
    Wanted,
    open_store,
)
from tests.store.keeping import (
    DOMAIN,
    Opening,
    claimed,
    comment,
    new_review,
    recording,
    seed,
    settlement,
)
from tests.story import RULES, START, later, visit

WHAT = (
    *("open", "auto", "press", "form", "touch", "webdriver", "comment", "unsubscribe", "again"),
    *("visit", "decoy link", "suspected", "void"),
)
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(WHAT),
        st.integers(0, 2),
        st.sampled_from(["happy", "neutral", "unhappy", "decoy"]),
        st.one_of(st.integers(0, 5), st.integers(6, 900)),
    ),
    max_size=14,
)
MODES = {"auto": Mode.AUTO, "press": Mode.BUTTON, "form": Mode.FORM, "webdriver": Mode.AUTO, "comment": Mode.COMMENT}


def without_suspicion(opened: Callable[[Doorstep], Sequence[Fact]], seen: Doorstep, shows: object) -> Sequence[Fact]:
    return opened(seen)


def rule_of(what: str, page: int, answer: str, at: datetime) -> Callable[[Log], Iterable[Fact]]:
    if what == "open":
        return partial(
            flow.link_opened, hit=f"page {page}", link=answer, visit=visit(f"c{page % 2}"), at=at, rules=RULES
        )
    if what == "touch":
        return partial(flow.page_touched, hit=f"page {page}", event="scroll", at=at, rules=RULES)
    if what == "unsubscribe":
        return partial(subscriptions.unsubscribed, at=at)
    if what == "again":
        return partial(subscriptions.subscribed_again, at=at)
    if what == "suspected":
        told = Suspicion("", f"c{page % 2}", "fleet", at - timedelta(minutes=1), at)
        return partial(hindsight.client_suspected, suspicion=told, at=at)
    if what == "void":
        return partial(hindsight.rating_voided, action=str(at), who="lea", reason="a test", at=at, rules=RULES)
    press = Press(f"page {page}", answer, MODES[what], trusted=True, machine="webdriver" if what == "webdriver" else "")
    if what == "comment":
        return partial(flow.commented, press=press, words=f"{answer} {at}", at=at, rules=RULES)
    return partial(flow.voted, press=press, at=at, rules=RULES)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS)
def test_the_stored_timeline_is_always_the_one_the_log_gives(
    opening: Opening, events: list[tuple[str, int, str, int]]
) -> None:
    async def told() -> None:
        store = opening()
        try:
            number = len(await store.reviews(Wanted(), now=START, most=200))
            review = await new_review(store, ticket=f"t{number}")
            for out in await claimed(store):
                await store.settle(settlement(out, Outcome.SENT))
            at = later(60)
            for what, page, answer, wait in events:
                at += timedelta(seconds=wait)
                if what in ("visit", "decoy link"):
                    link = "decoy" if what == "decoy link" else answer
                    seen = visit(f"c{page % 2}")
                    opened = partial(
                        flow.link_opened, hit=f"page {page} {at}", link=link, visit=seen, at=at, rules=RULES
                    )
                    await store.visit(Caller(review.id, seen.client, at, partial(without_suspicion, opened)))
                    continue
                recorded = await store.record(review.id, rule_of(what, page, answer, at))
                assert recorded.log == await store.log(review.id)
            log = await store.log(review.id)
            assert log is not None
            assert await store.timeline(review.id) == decide(log, RULES)
        finally:
            await store.close()

    asyncio.run(told())


async def test_a_timeline_kept_under_other_rules_is_set_right_by_the_next_event(opening: Opening, url: str) -> None:
    review = await seed(opening)
    patient = open_store(url, rules=replace(RULES, hold=timedelta(hours=2)), mail_domain=DOMAIN)
    try:
        recorded = await patient.record(review, recording(comment(review, "words", at=later(hours=9))))
        assert recorded.timeline == await patient.timeline(review)
    finally:
        await patient.close()
