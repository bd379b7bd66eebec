"""Scores agree with a plain count in SQL over what was recorded, and every review behind one can be named."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from hypothesis import given, settings

from reviews.comparing import Verdict
from reviews.counting import AGENT, CAUSE, COMPANY, EVERYTHING, TAG, TEAM, Measure
from reviews.scoring import Figures
from store import Session, Store
from store.explaining import CONTACT, Part, parts, summed
from store.rows import micros
from store.scored import Scored, scored
from tests.store.keeping import new_review
from tests.store.test_rollups import EVENTS, asked, deed, happen, pressed, sent_all, three_reviews
from tests.story import ADA, LEA, SAM, START, later

LAST_STEPS = """select review.agent, review.team, step.value, step.grade, count(*) as reviews from review
    join step on step.review = review.id and step.number = (
        select max(number) from step as later where later.review = review.id and later.at <= :now)
    where step.status = 'confirmed' group by 1, 2, 3, 4"""
SOON = later(hours=9)


def plain(session: Session, now: datetime) -> Counter[tuple[str, str]]:
    """How many reviews are rated how at that moment, counted from each one's last step."""
    rows = session.rows(LAST_STEPS, now=micros(now))
    return Counter({(row["value"], row["grade"]): 0 for row in rows}) + sum(
        (Counter({(row["value"], row["grade"]): int(row["reviews"])}) for row in rows), Counter()
    )


@settings(max_examples=25, deadline=None, derandomize=True)
@given(events=EVENTS)
def test_scores_are_those_of_a_plain_count(events: list[tuple[int, str, int, str, int, int]]) -> None:
    async def told(folder: Path) -> None:
        store = await three_reviews(folder)
        at = START
        for review, what, page, answer, wait, _ in events:
            at += timedelta(seconds=wait)
            await happen(store, review, what, page, answer, at)
        for now in (at, at + timedelta(days=40)):
            found = [one.figures for one in (await store.read(partial(scored, asked=asked(), now=now))).scored]
            rated = await store.read(partial(plain, now=now))
            assert sum(one.raw.n for one in found) == sum(rated.values())
            happy = rated["happy", "hard"] + rated["happy", "soft"]
            assert sum(one.raw.happy.part for one in found) == happy
            assert sum(one.raw.soft for one in found) == sum(n for (_, grade), n in rated.items() if grade == "soft")
        for facet in (EVERYTHING, AGENT, TEAM, COMPANY, TAG, CAUSE):
            for one in (await store.read(partial(scored, asked=asked(facet, span_days=9_999), now=at))).scored:
                assert await anew(store, one, facet, at) == tuple(
                    map(Counter, (one.numbers, one.excluded, one.not_theirs))
                )
        await store.close()

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(told(Path(folder)))


async def anew(store: Store, one: Scored, facet: str, at: datetime) -> tuple[Mapping[Measure, float], ...]:
    """The same, of the reviews that are named as behind it."""
    found = [part async for part in parts(store, asked(facet, name=one.name), now=at)]
    return tuple(map(Counter, summed(found, one.scale)))


async def test_the_reviews_behind_a_score_are_named_with_what_was_left_out(store: Store) -> None:
    ids = [(await new_review(store, ticket=str(number))).id for number in range(3)]
    await sent_all(store)
    for number, id in enumerate(ids):
        review = await store.log(id)
        assert review
        await pressed(store, review.review, ("happy", "unhappy", "unhappy")[number], at=later(3_000))
    for what, page in (("exclude", 0), ("grant", 0)):
        await store.record(ids[1], partial(deed, what=what, page=page, at=later(3_100)))
    await store.record(ids[2], partial(deed, what="cause", page=0, at=later(3_100)))

    async def behind(facet: str, name: str) -> dict[str, Part]:
        found = [part async for part in parts(store, asked(facet, name=name), now=SOON)]
        return {part.review.ticket: part for part in found}

    agents = await behind(AGENT, SAM.email)
    assert {ticket: (part.excluded, part.not_theirs) for ticket, part in agents.items()} == {
        "0": (False, False),
        "1": (True, False),
        "2": (False, True),
    }
    assert (await behind(CONTACT, "ADA@customer.example")).keys() == agents.keys()
    assert await behind(AGENT, LEA.email) == await behind(CONTACT, SAM.email) == {}
    assert (await behind(CAUSE, "product")).keys() == {"2"}
    assert not (await behind(COMPANY, ADA.company))["2"].not_theirs
    (agent,) = await figures_of(store, AGENT)
    assert (agent.raw.n, agent.adjusted.n, agent.excluded, agent.not_theirs) == (3, 1, 1, 1)
    (company,) = await figures_of(store, COMPANY)
    assert (company.raw.n, company.adjusted.n, company.not_theirs) == (3, 2, 0)


async def figures_of(store: Store, facet: str) -> list[Figures]:
    return [one.figures for one in (await store.read(partial(scored, asked=asked(facet), now=SOON))).scored]


async def test_each_is_compared_with_the_others_on_its_scale(store: Store) -> None:
    for number in range(2):
        await new_review(store, ticket=str(number), agent=(SAM, LEA)[number])
    found = await store.read(partial(scored, asked=asked(AGENT), now=SOON))
    assert [(one.name, shown.verdict) for one, shown in found.compared()] == [
        (LEA.email, Verdict.TOO_FEW),
        (SAM.email, Verdict.TOO_FEW),
    ]
