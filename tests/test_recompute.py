"""What is derived is proved against the facts by one command, and mended by it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main
from reviews import flow
from reviews.events import Press
from reviews.model import Mode, Outcome
from store import Store, Wanted, lists, migrate_store, open_store, recompute, rollups
from store.recompute import Difference
from tests.store.keeping import DOMAIN, claimed, comment, new_review, recording, settlement, url_of
from tests.store.test_rollups import asked, lines, pressed, sent_all
from tests.story import RULES, SAM, START, later, visit

SOON = later(hours=2)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """A store with three reviews: one waits, one was rated, one was not asked; some of it is folded."""
    migrate_store(url_of(tmp_path))
    store = open_store(url_of(tmp_path), rules=RULES, mail_domain=DOMAIN)
    rated = await new_review(store, tags=("vpn",))
    await sent_all(store)
    await pressed(store, rated, "happy", at=later(3_000))
    await store.record(rated.id, recording(comment(rated.id, "Quick and kind.")))
    await new_review(store, ticket="2", ask="never")
    await store.write(partial(rollups.fold, now=START))
    await new_review(store, ticket="3")
    yield store
    await store.close()


async def found(store: Store, *, mend: bool = False) -> list[Difference]:
    """What differs."""
    told: list[int] = []
    differing = recompute.recompute(store, mend=mend, clock=lambda: SOON, told=told.append)
    found = [difference async for difference in differing]
    assert sum(told) == 2 * await store.read(lists.count)
    return found


async def spoil(store: Store, sql: str) -> None:
    """Something goes wrong."""
    assert await store.write(lambda session: session.run(sql)) > 0


async def test_nothing_differs_where_nothing_went_wrong(store: Store) -> None:
    assert await found(store) == []


SPOILT = {
    "a step is gone": ("delete from step where number = 1", {"rating"}),
    "all steps are gone": ("delete from step", {"rating"}),
    "a line of the inbox is gone": ("delete from inbox", {"inbox"}),
    "a step says something else": ("update step set body = replace(body, 'happy', 'unhappy')", {"rating"}),
    "a count is too high": ("update rollup set asked = asked + 7 where facet = 'tag'", {"counts"}),
    "the counts are gone": ("delete from rollup", {"counts"}),
    "a change is gone": ("delete from rollup_change", {"counts"}),
    "a change came twice": ("insert into rollup_change (at, body) select at, body from rollup_change", {"counts"}),
    "words are gone": ("delete from searchable", {"words"}),
    "words are others": ("update searchable set words = 'other words'", {"words"}),
}


@pytest.mark.parametrize(("sql", "what"), SPOILT.values(), ids=SPOILT)
async def test_what_differs_is_told_and_mended_once(store: Store, sql: str, what: set[str]) -> None:
    before = await seen(store)
    await spoil(store, sql)
    assert {difference.what for difference in await found(store)} == what
    assert {difference.what for difference in await found(store, mend=True)} >= what
    assert await found(store) == []
    assert await seen(store) == before


async def seen(store: Store) -> object:
    """What people see of it."""
    counts = [lines(await store.counted(asked(facet), now=SOON)) for facet in ("", "agent", "team", "company", "tag")]
    ratings = [line.rating for line in await store.reviews(Wanted(), now=SOON, most=9)]
    hits = [line.review.id for line in await store.search("kind", Wanted(), now=SOON, most=9)]
    return counts, ratings, hits


async def test_other_rules_move_ratings_and_the_counts_along_with_them(store: Store, tmp_path: Path) -> None:
    """An operator changed the hold: a rating that stands is decided anew by the next event, or by this command."""
    soft = await new_review(store, ticket="4", ask="embedded")
    opening = partial(flow.link_opened, hit="soft", link="happy", visit=visit(), at=later(3_000), rules=RULES)
    await store.record(soft.id, opening)
    voting = partial(flow.voted, press=Press("soft", "happy", Mode.AUTO), at=later(3_001), rules=RULES)
    await store.record(soft.id, voting)
    patient = replace(RULES, hold=timedelta(hours=9))
    other = open_store(url_of(tmp_path), rules=patient, mail_domain=DOMAIN)
    assert {difference.what for difference in await found(other)} == {"rating", "inbox", "counts"}
    assert await found(other, mend=True) == [Difference("rating", soft.id), Difference("inbox", soft.id)]
    assert await found(other) == []
    await other.close()


async def test_a_count_that_is_off_says_where_and_by_how_much(store: Store) -> None:
    await spoil(store, "update rollup set asked = asked + 7 where facet = 'agent'")
    monday = START.date() - timedelta(days=START.weekday())
    assert await found(store) == [
        Difference("counts", f"{START.date()} acme agent {SAM.email}", "asked -7"),
        Difference("counts", f"week of {monday} acme agent {SAM.email}", "asked -7"),
    ]


async def test_others_may_write_while_it_is_mended(store: Store) -> None:
    await spoil(store, "delete from rollup")

    async def others() -> None:
        for number in range(40):
            review = await new_review(store, ticket=f"other {number}")
            for out in await claimed(store, now=START):
                await store.settle(settlement(out, Outcome.SENT))
            await pressed(store, review, "unhappy", at=later(3_000))

    await asyncio.gather(others(), mended_over_and_over(store))
    assert await found(store) == []


async def mended_over_and_over(store: Store) -> None:
    for _ in range(5):
        differing = recompute.recompute(store, mend=True, clock=lambda: SOON, told=lambda number: None)
        assert {difference.what async for difference in differing} <= {"counts"}


async def test_reviews_from_before_there_were_counts_are_counted_and_found_after_mending(store: Store) -> None:
    before = await seen(store)
    for table in ("rollup", "rollup_change", "searchable"):
        await spoil(store, f"delete from {table}")  # noqa: S608 - three names that stand above
    assert lines(await store.counted(asked(), now=SOON)) == []
    await found(store, mend=True)
    assert await seen(store) == before


# the command


def afterword(*words: str) -> Result:
    result = CliRunner().invoke(main, words)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An installation with one review."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "AFTERWORD_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    assert afterword("init", "--yes", "--domain", "acme.example", "--brand-name", "Acme IT").exit_code == 0
    migrate_store("sqlite:///afterword.db")
    on_file(new_review)
    return tmp_path


def on_file(job: Callable[[Store], Awaitable[object]]) -> None:
    """Do something in the installation's store."""

    async def done() -> None:
        store = open_store("sqlite:///afterword.db", rules=RULES, mail_domain=DOMAIN)
        await job(store)
        await store.close()

    asyncio.run(done())


def test_recompute_says_that_all_is_well(installed: Path) -> None:
    result = afterword("recompute")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "1 review" in result.stderr


def test_recompute_ends_with_status_1_until_what_differs_is_mended(installed: Path) -> None:
    on_file(lambda store: spoil(store, "update rollup_change set body = replace(body, 'waiting', 'asked')"))
    for words, status in (((), 1), (("--mend",), 0), ((), 0)):
        result = afterword("recompute", *words)
        assert result.exit_code == status
        assert ("asked -1" in result.stdout) is ("waiting +1" in result.stdout) is (words == ("--mend",) or status == 1)


# what was recorded, taken out


def test_reviews_are_exported_to_standard_output(installed: Path) -> None:
    on_file(partial(new_review, ticket="2", subject="@sum(a1)"))
    result = afterword("export", "reviews")
    head, *lines = result.stdout.splitlines()
    assert (result.exit_code, result.stderr, head.split(",")[:4]) == (0, "", ["review", "brand", "source", "ticket"])
    assert [line.split(",")[3:5] for line in sorted(lines, key=lambda line: line.split(",")[3])] == [
        ["2", "'@sum(a1)"],
        ["48213", "VPN drops every hour"],
    ]
    told = afterword("export", "reviews", "--format", "jsonl", "--since", "2026-01-01", "--until", "2027-01-01").stdout
    assert {json.loads(line)["ticket"] for line in told.splitlines()} == {"2", "48213"}
    assert afterword("export", "reviews", "--brand", "nobody", "--format", "jsonl").stdout == ""
