"""What a program that watches is told: figures that agree with what happened, and nothing about anybody."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from reviews.facts import Review
from store import routes
from store.engines import sqlite
from store.engines.versions import COPYING
from store.figures import Histogram, together
from tests.story import ADA, SAM, closing, later
from tests.web_house import KEY, House, opened_house, path_of

LABELS = ("handler", "status", "answer", "outcome", "route", "le")
Figures = dict[tuple[str, str], float]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        yield house


async def figures(house: House) -> Figures:
    """Every sample, by its name and the values of its labels."""
    answer = await house.client.get("/metrics", headers={"Authorization": f"Bearer {KEY}"})
    assert answer.status_code == 200
    return {
        (sample.name, " ".join(sample.labels[name] for name in LABELS if name in sample.labels)): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def test_who_has_no_key_is_told_nothing(house: House) -> None:
    answer = await house.client.get("/metrics")
    assert answer.status_code == 401
    assert "afterword_" not in answer.text


async def test_every_request_is_counted_by_who_answered_and_how(house: House) -> None:
    review = await house.asked()
    link = path_of(house.links.rate(review)["happy"])
    for path in (link, link, "/r/nonsense", "/nowhere"):
        await house.client.get(path)
    found = await figures(house)
    count = "afterword_web_request_seconds_count"
    assert found[count, "rating.page.opened 200"] == 2
    assert found[count, "rating.page.opened 404"] == 1
    assert found[count, "nobody 404"] == 1
    assert found["afterword_web_request_seconds_bucket", "rating.page.opened 200 +Inf"] == 2
    assert 0 < found["afterword_web_request_seconds_sum", "rating.page.opened 200"] < 10


async def test_a_mail_server_that_is_down_is_told_until_it_is_up(house: House) -> None:
    at, until = house.clock(), later(300)
    down = partial(routes.changed, name="eu", rule=lambda _: (5, until), at=at, reason="no answer")
    await house.store.write(down)
    assert (await figures(house))["afterword_route_down", "eu"] == 1
    await house.store.write(partial(routes.changed, name="eu", rule=lambda _: routes.UNTRIED, at=at))
    assert ("afterword_route_down", "eu") not in await figures(house)


async def test_mails_and_reviews_are_told_by_what_became_of_them(house: House) -> None:
    await house.asked()
    await house.record(*closing(ticket="2", ask="never"))
    found = await figures(house)
    assert found["afterword_outbox_mails", "sent"] == 1
    assert found["afterword_outbox_mails", "due"] == 0
    assert (found["afterword_reviews", "asked"], found["afterword_reviews", "never"]) == (1, 1)
    assert found["afterword_arrivals_mails", "quarantined"] == 0


async def test_a_mail_that_is_late_is_told_with_how_late(house: House) -> None:
    facts = await _listed(house)
    house.clock.now = later(minutes=30)
    assert (await figures(house))["afterword_outbox_late_seconds", ""] == 1_800
    assert (await house.client.get("/readyz")).text.endswith("outbox late 1800 s\n")
    assert facts.ticket == "48213"


async def _listed(house: House) -> Review:
    facts = closing()
    await house.record(*facts)
    review = facts[0]
    assert isinstance(review, Review)
    return review


async def test_writes_that_share_a_transaction_are_told(house: House) -> None:
    before = (await figures(house))["afterword_store_group_size_sum", ""]
    many = [house.store.write(lambda session: None) for _ in range(20)]
    await asyncio.gather(*many)
    found = await figures(house)
    assert found["afterword_store_group_size_sum", ""] - before >= 20
    assert found["afterword_store_group_size_count", ""] < 20


async def test_nobody_is_named(house: House) -> None:
    await house.asked()
    answer = await house.client.get("/metrics", headers={"Authorization": f"Bearer {KEY}"})
    for known in (ADA.email, ADA.name, SAM.email, "48213", "VPN"):
        assert known not in answer.text


@pytest.mark.parametrize(
    ("migration", "status", "words"),
    [
        ("9999_only_adds", 200, "schema newer: start this process anew"),
        ("9999_takes_away_alone", 503, "the schema is not the one"),
        (COPYING, 503, "the schema is not the one"),
    ],
)
async def test_a_process_whose_schema_was_changed_under_it_goes_on_where_it_was_only_added_to(
    house: House, tmp_path: Path, migration: str, status: int, words: str
) -> None:
    assert "schema ok" in (await house.client.get("/readyz")).text
    with sqlite.opened(tmp_path / "afterword.db") as db:
        db.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at) values ('afterword', ?, '')", [migration]
        )
    answer = await house.client.get("/readyz")
    assert (answer.status_code, words in answer.text) == (status, True)


def test_a_value_on_a_bound_belongs_below_it() -> None:
    histogram = Histogram((1, 5))
    for value in (1, 2, 5, 6):
        histogram.add(value)
    assert histogram.buckets() == [("1", 1), ("5", 3), ("+Inf", 4)]
    assert together((1, 5), [histogram, histogram]).buckets() == [("1", 2), ("5", 6), ("+Inf", 8)]
