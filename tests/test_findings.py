"""What the answers show by themselves: found where it is, hardly ever where it is not."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from math import isclose
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.chances import Chance, apart, more, shown, uneven
from reviews.findings import Finding, Found, Kind, Seen
from reviews.scoring import share
from templates.findings import said, surety

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
TAGS = ("vpn", "mail", "phone")


def asked(chance: Random, number: int, *, company: int, happy: float, tag: str = "", days: float = -1) -> Seen:
    """A review of one of a company's people; rated by four of ten."""
    closed_at = NOW - timedelta(days=chance.uniform(0.01, 112) if days < 0 else days)
    answered = chance.random() < 0.4
    face = ("happy" if chance.random() < happy else "unhappy") if answered else ""
    contact, wait = f"p{chance.randrange(4)}@c{company}.example", face == "unhappy" and chance.random() < 0.3
    tags = (tag or chance.choice(TAGS),)
    return Seen(str(number), f"Company {company}", contact, tags, closed_at, face, closed_at if face else None, wait)


def found_in(reviews: Iterator[Seen]) -> list[Finding]:
    found = Found(NOW)
    for one in sorted(reviews, key=lambda one: one.closed_at):
        found.see(one)
    return found.findings()


def quiet(chance: Random, number: int = 1_500, companies: int = 40) -> Iterator[Seen]:
    """A house where nothing is the matter: companies differ in how much they ask, in nothing else."""
    happy = chance.uniform(0.7, 0.95)
    return (
        asked(chance, one, company=min(chance.randrange(companies), chance.randrange(companies)), happy=happy)
        for one in range(number)
    )


def test_where_nothing_is_the_matter_each_kind_shows_something_in_at_most_five_of_a_hundred_looks() -> None:
    trials, looks = 160, dict.fromkeys(Kind, 0)
    for seed in range(trials):
        for kind in {one.kind for one in found_in(quiet(Random(seed)))}:
            looks[kind] += 1
    assert all(number <= 0.05 * trials for kind, number in looks.items() if kind is not Kind.ALONE), looks


def turned(chance: Random) -> Iterator[Seen]:
    yield from quiet(chance)
    for number in range(200):
        days = chance.uniform(0.1, 112)
        yield asked(chance, 9_000 + number, company=99, happy=0.95 if days > 28 else 0.2, days=days)


def broken(chance: Random) -> Iterator[Seen]:
    yield from quiet(chance)
    for number in range(200):
        days = chance.uniform(0.1, 112)
        yield asked(
            chance, 9_000 + number, company=number % 40, happy=0.9 if days > 28 else 0.3, tag="backup", days=days
        )


def one_voice(chance: Random) -> Iterator[Seen]:
    yield from quiet(chance)
    for number in range(40):
        at = NOW - timedelta(days=chance.uniform(0.1, 112))
        who, face = ("grump", "unhappy") if number % 4 == 0 else (f"p{number % 3}", "happy")
        yield Seen(f"v{number}", "Voices Ltd", f"{who}@voices.example", (), at, face, at)


def taught(chance: Random) -> Iterator[Seen]:
    yield from quiet(chance)
    for number in range(40):
        yield asked(chance, 9_000 + number, company=7, happy=0.9, tag="macros")
    for number in range(20):
        yield asked(chance, 9_500 + number, company=number % 40, happy=0.9, tag="macros")


@pytest.mark.parametrize(
    ("house", "kind", "name", "other"),
    [
        (turned, Kind.TURNED, "Company 99", ""),
        (broken, Kind.BREAKS, "backup", ""),
        (one_voice, Kind.ONE_VOICE, "Voices Ltd", "grump@voices.example"),
        (taught, Kind.TRAINING, "Company 7", "macros"),
    ],
)
def test_what_is_so_is_found(house: Callable[[Random], Iterator[Seen]], kind: Kind, name: str, other: str) -> None:
    for seed in range(5):
        found = [one for one in found_in(house(Random(seed))) if one.kind is kind]
        assert (name, other) in {(one.name, one.other) for one in found}, seed
        (sure,) = [one for one in found if (one.name, one.other) == (name, other)]
        assert sure.reviews
        assert name in said(sure)
        assert "Chance alone" in surety(sure)


def test_who_waits_longer_is_found_by_the_cause_that_is_named() -> None:
    def waits(chance: Random) -> Iterator[Seen]:
        for number in range(300):
            at = NOW - timedelta(days=chance.uniform(0.1, 112))
            late = at > NOW - timedelta(days=28)
            yield Seen(str(number), "C", "a@c.example", ("vpn",), at, "neutral", at, late and chance.random() < 0.4)

    assert [one.name for one in found_in(waits(Random(3))) if one.kind is Kind.WAITS] == ["vpn"]


def test_whose_answers_are_nearly_all_is_one_voice_by_a_plain_count() -> None:
    reviews = (
        Seen(str(n), "Small Ltd", "a@x.example" if n else "b@x.example", (), NOW - timedelta(days=n + 1), "happy",
             NOW - timedelta(days=n + 1))
        for n in range(10)
    )  # fmt: skip
    (one,) = found_in(reviews)
    assert (one.kind, one.other, one.p) == (Kind.ALONE, "a@x.example", None)
    assert said(one) == "Small Ltd: 9 of 10 answers came from a@x.example alone."


def test_what_is_older_than_sixteen_weeks_or_still_to_come_is_not_looked_at() -> None:
    told = [NOW - timedelta(days=200), NOW + timedelta(days=1)]
    assert found_in(Seen(str(n), "C", "a@x.example", (), at, "happy", at) for n in range(20) for at in told) == []


def test_the_exact_test_is_that_of_the_tea_lady() -> None:
    told = more(share(4, 4), share(0, 4))
    assert isclose(told.p, 1 / 70)
    assert isclose(told.least, 1 / 70)
    assert isclose(more(share(3, 4), share(1, 4)).p, 17 / 70)
    assert isclose(apart(share(0, 4), share(4, 4)).p, 2 / 70)
    assert apart(share(2, 4), share(2, 4)).p == 1


@given(st.integers(0, 30), st.integers(0, 30), st.integers(1, 30), st.integers(1, 30))
def test_no_numbers_are_more_unlikely_than_their_margins_allow(one: int, other: int, of: int, others: int) -> None:
    told = more(share(min(one, of), of), share(min(other, others), others))
    assert 0 < told.least <= told.p * (1 + 1e-9) <= 1 + 1e-9


def test_tests_that_could_never_show_anything_do_not_weigh_on_the_others() -> None:
    sure, hopeless = Chance(0.01, 0.001), Chance(0.5, 0.4)
    assert shown([sure, *[hopeless] * 500], error=0.05) == [True, *[False] * 500]
    assert shown([sure] * 6, error=0.05) == [False] * 6
    assert shown([], error=0.05) == []


def test_shares_that_are_alike_are_even_and_those_that_are_not_are_not() -> None:
    assert uneven([share(50, 100)] * 7) == 1
    assert uneven([share(20, 100), *[share(50, 100)] * 6]) < 0.001
    assert uneven([share(1, 2), share(0, 2)]) == 1
    assert isclose(uneven([share(60, 100), share(40, 100)]), 0.004678, rel_tol=1e-3)
    assert isclose(uneven([share(60, 100), share(40, 100), share(50, 100)]), 0.018316, rel_tol=1e-3)
    called = 0
    for seed in range(400):
        chance = Random(seed)
        called += uneven([share(sum(chance.random() < 0.85 for _ in range(60)), 60) for _ in range(7)]) < 0.05
    assert called <= 28  # five of a hundred are 20
