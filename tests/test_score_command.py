"""`afterword score`: figures with what they rest on, the reviews behind them, and a proof by the logs."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from commands.operating import with_store
from reviews.model import Outcome
from store import Session, Store
from tests.store.keeping import new_review, settlement
from tests.store.test_rollups import pressed
from tests.story import LEA, SAM, START, later
from tests.test_cli import afterword, folder, installed, refused, said

__all__ = ["folder", "installed"]  # fixtures

SPAN = ("--since", str(START.date() - timedelta(days=3)), "--until", str(START.date() + timedelta(days=3)))


def doing(work: Callable[[Store], Awaitable[None]]) -> None:
    asyncio.run(with_store(work))


async def answers(store: Store) -> None:
    """Five of Sam's customers, two of Lea's; all answer."""
    for number in range(7):
        review = await new_review(store, ticket=str(number), agent=SAM if number < 5 else LEA)
        for out in await store.claim(now=START, most=1, lease=timedelta(minutes=5)):
            await store.settle(settlement(out, Outcome.SENT))
        await pressed(store, review, "happy" if number % 4 else "unhappy", at=later(3_000))


@pytest.fixture
def answered(installed: Path) -> None:
    doing(answers)


@pytest.mark.usefixtures("answered")
def test_a_score_is_told_with_its_interval_and_what_it_rests_on() -> None:
    told = said("score", *SPAN)
    assert "all, 2026-11-18 to 2026-11-23, faces3, as of " in told
    for words in (
        "Happy             71.4 % (35.9–91.8 %), 5 of 7",
        "Answers           happy 5, neutral 0, unhappy 2",
        "7 hard, 0 soft; beside them 0 provisional, 0 voided",
        "100.0 % (64.6–100.0 %), 7 of 7 who were asked",
        "7 = 7 asked",
    ):
        assert words in told, words


@pytest.mark.usefixtures("answered")
def test_the_reviews_behind_a_score_are_printed_and_the_logs_say_the_same() -> None:
    told = said("score", "--agent", "Sam@acme.example", "--explain", *SPAN)
    lines = [line.split("\t") for line in told.splitlines() if "\t" in line]
    assert sorted(line[1] for line in lines) == ["0", "1", "2", "3", "4"]
    assert {line[4] for line in lines if line[1] == "0"} == {
        "answered@2026-11-21 asked@2026-11-21 feedback@2026-11-21 unhappy_hard@2026-11-21 unhappy_once@2026-11-21"
    }
    assert "3 of 5" in told
    assert told.endswith("The logs of 5 reviews say the same.\n")


@pytest.mark.usefixtures("answered")
def test_counts_that_are_wrong_are_found_out() -> None:
    def spoil(session: Session) -> None:
        session.run("delete from rollup_change where seq = (select max(seq) from rollup_change)")

    async def spoiling(store: Store) -> None:
        await store.write(spoil)

    doing(spoiling)
    assert "the logs say otherwise of " in refused("score", "--explain", *SPAN)


@pytest.mark.usefixtures("answered")
def test_agents_are_told_side_by_side_without_a_rank() -> None:
    assert said("score", "--by", "agent", *SPAN).splitlines() == [
        "lea@acme.example\tfaces3\t100.0 % (34.2–100.0 %), 2 of 2\tfewer than 30 answers: not compared",
        "sam@acme.example\tfaces3\t60.0 % (23.1–88.2 %), 3 of 5\tfewer than 30 answers: not compared",
    ]


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("rule", ["off", "own"])
def test_no_agents_figures_are_told_where_the_brand_shows_them_to_nobody_else(installed: Path, rule: str) -> None:
    (file,) = (installed / "brands").glob("*.toml")
    assert said("export", "reviews").count("sam@acme.example") == 5
    file = file.rename(file.with_stem("acme"))
    file.write_text(f'{file.read_text()}\n[answering]\nfigures = "{rule}"\n')
    for words in (("--by", "agent"), ("--agent", "sam@acme.example"), ("--agent", "sam@acme.example", "--explain")):
        assert "not shown here" in refused("score", *words, *SPAN)
    assert "5 of 7" in said("score", *SPAN)
    assert "sam@acme.example" not in said("export", "reviews")
    assert len(said("export", "reviews", "--format", "jsonl").splitlines()) == 7


@pytest.mark.usefixtures("answered")
def test_a_customer_has_figures_of_their_own() -> None:
    assert "5 of 7" in said("score", "--contact", "ada@customer.example", *SPAN)
    assert afterword("score", "--contact", "nobody@customer.example", *SPAN).stderr == "nothing on these days\n"


def test_one_thing_is_asked_at_a_time(installed: Path) -> None:
    assert afterword("score", "--agent", "sam@acme.example", "--team", "Network").exit_code == 2
    assert afterword("score", "--by", "team", "--explain").exit_code == 2
