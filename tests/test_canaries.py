"""How many ratings are false? Mailboxes nobody reads, what machines make of them, and what can be said of it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from commands import watching
from reviews import flow
from reviews.canaries import SOURCE, Canary, Rate, asked_twice, upper_bound
from reviews.clicks import decide
from reviews.counting import changes, counts
from reviews.events import Press
from reviews.facts import Delivery, Review
from reviews.log import Log
from reviews.model import DeliveryKind, Mode, Outcome
from reviews.sending import attempted
from store import Settlement, Store, canaries, migrate_store, open_store
from tests.histories import LATE, open_, press, shown, touch
from tests.story import RULES, START, asked_log, later, rated_log, visit

DOMAIN = "reply.acme.example"
DEFENDER = Canary("nobody@canary.example", "Defender", "acme")
OPERATOR = "ops@acme.example"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    url = f"sqlite:///{tmp_path}/afterword.db"
    migrate_store(url, affected_allowed=True)
    store = open_store(url, rules=RULES, mail_domain=DOMAIN, affected_allowed=True)
    await store.write(partial(canaries.add, canary=DEFENDER, at=START))
    yield store
    await store.close()


async def ask(store: Store, days: float = 0) -> int:
    now = START + timedelta(days=days)
    return await store.write(partial(canaries.ask_due, recorder=store.recorder, now=now, operator=OPERATOR))


async def the_reviews(store: Store) -> list[Review]:
    rows = await store.read(lambda session: session.rows("select id from review order by at, id"))
    logs = [await store.log(row["id"]) for row in rows]
    return [log.review for log in logs if log]


async def sent(store: Store, review: Review, *, at: float) -> None:
    log = await store.log(review.id)
    assert log
    mail = next(fact for fact in log.of(Delivery) if fact.purpose is DeliveryKind.INVITATION)
    done = attempted(mail, outcome=Outcome.SENT, attempt=1, composed_at=later(at), at=later(at))
    await store.settle(Settlement(done))


async def pressed(store: Store, review: Review, *, at: float) -> None:
    page = f"page of {review.id}"
    opened = partial(flow.link_opened, hit=page, link="happy", visit=visit(), at=later(at), rules=RULES)
    await store.record(review.id, opened)
    said = Press(page, "happy", Mode.BUTTON, trusted=True)
    await store.record(review.id, partial(flow.voted, press=said, at=later(at + 2), rules=RULES))


async def found(store: Store) -> list[canaries.Found]:
    return await store.read(partial(canaries.found, recorder=store.recorder, now=later(days=99)))


async def test_a_mailbox_is_asked_once_a_day_until_it_is_removed(store: Store) -> None:
    assert [await ask(store, days) for days in (0, 0, 0.9, 1, 1.5, 2)] == [1, 0, 0, 1, 0, 1]
    assert [review.source for review in await the_reviews(store)] == [SOURCE] * 3
    assert await store.write(partial(canaries.drop, address=DEFENDER.address, at=START))
    assert await ask(store, 9) == 0


async def test_none_in_n_is_at_most_three_in_n(store: Store) -> None:
    for day in range(3):
        await ask(store, day)
    for review in await the_reviews(store):
        await sent(store, review, at=0)
    [defender] = await found(store)
    assert (defender.product, defender.asked, defender.visited, defender.false) == ("Defender", 3, 0, Rate(0, 3))
    assert defender.false.at_most == pytest.approx(min(1, 2.9957 / 3), abs=1e-3)


async def test_a_rating_that_counts_there_is_false_and_is_told_to_the_operator(store: Store) -> None:
    await ask(store)
    [review] = await the_reviews(store)
    await sent(store, review, at=0)
    await pressed(store, review, at=LATE)
    [defender] = await found(store)
    assert (defender.visited, defender.false) == (1, Rate(1, 1))
    log = await store.log(review.id)
    assert log
    assert [d.recipient.email for d in log.of(Delivery) if d.purpose is DeliveryKind.NOTICE] == [OPERATOR]


async def test_each_product_has_a_line_and_all_together_one(store: Store) -> None:
    await store.write(partial(canaries.add, canary=Canary("n@m.example", "Mimecast", "acme"), at=START))
    assert await ask(store) == 2
    for review in await the_reviews(store):
        await sent(store, review, at=0)
    assert [(one.product, one.asked) for one in await found(store)] == [("Defender", 1), ("Mimecast", 1), ("all", 2)]


def test_a_canary_is_in_no_count() -> None:
    log = rated_log()
    canary = Log(replace(log.review, source=SOURCE), log.facts)
    timeline = decide(log, RULES)
    assert not counts(canary, timeline, later(days=9))
    assert not list(changes(canary, timeline))
    assert counts(log, timeline, later(days=9))


@pytest.mark.parametrize(
    ("number", "of", "bound"),
    [  # against the tables of Clopper and Pearson, one-sided
        (0, 300, 0.00999),
        (0, 1_000, 0.002996),
        (0, 3_000, 0.000999),
        (1, 100, 0.0466),
        (5, 100, 0.1023),
        (1, 2, 0.9747),
        (2, 2, 1.0),
        (0, 1, 1.0),
        (0, 0, 1.0),
    ],
)
def test_what_is_not_refuted_at_95_percent(number: int, of: int, bound: float) -> None:
    assert upper_bound(number, of) == pytest.approx(bound, rel=2e-3)


async def test_the_share_of_people_who_tap_twice_stands_beside(store: Store) -> None:
    histories = [
        [shown("p", LATE)],  # once: it counts after the hold
        [shown("p", LATE), touch("p", LATE + 2)],  # once
        [shown("p", 60), press("p", "happy", 70)],  # twice
        [open_("p", 60), press("p", "happy", 70)],  # once: pressed before the script voted
        [shown("p", 60)],  # nobody knows whether this was a person
    ]
    told = []
    for events in histories:
        log = asked_log()
        for event in events:
            log = event(log)
        told.append(asked_twice(decide(log, RULES)))
    assert told == [False, False, True, False, None]
    assert await store.read(canaries.second_taps) == Rate(0, 0)


def test_the_command_adds_lists_shows_and_removes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{tmp_path}/afterword.db"
    migrate_store(url, affected_allowed=True)
    for name, value in {
        "DATABASE_URL": url,
        "AFTERWORD_BASE_URL": "https://care.acme.example",
        "AFTERWORD_REPLY_DOMAIN": DOMAIN,
        "AFTERWORD_FROM": "care@acme.example",
        "AFTERWORD_SECRET_KEYS": "k" * 40,
        "AFTERWORD_AFFECTED_SQLITE": "true",
    }.items():
        monkeypatch.setenv(name, value)

    def run(*words: str) -> str:
        done = CliRunner().invoke(watching.canary, words)
        return done.output

    assert "is asked once a day" in run("add", "nobody@canary.example", "--product", "Defender")
    assert "nobody@canary.example\tDefender\tacme" in run("list")
    assert "asked for a second tap: 0 of 0 people" in run()
    assert "is asked no more" in run("remove", "nobody@canary.example")
    assert "is no canary" in run("remove", "nobody@canary.example")
    assert "is no mail address" in run("add", "nobody", "--product", "Defender")
