"""What is stated of intervals, comparisons and changes is counted here, over thousands of made-up helpdesks whose truth
is known. Seeded, so that a run is the same as the last."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

import pytest

from reviews.comparing import Verdict, compared, with_the_rest
from reviews.scoring import share
from reviews.trends import Point, by_weekday, changes

MONDAY = date(2026, 1, 5)
WEEKS, DAYS = 12, 84
FALLS_ON = 70
SOON_BEFORE = MONDAY + timedelta(days=FALLS_ON - 14)
SHOWN = (Verdict.HIGHER, Verdict.LOWER)


def happy(chance: Random, of: int, truth: float) -> int:
    """How many of so many are happy, where that part of all would be."""
    return sum(chance.random() < truth for _ in range(of))


@pytest.mark.parametrize("of", [10, 20, 35, 60, 100, 200, 400])
def test_of_all_intervals_between_93_and_97_percent_hold_the_truth(of: int) -> None:
    chance, held, trials = Random(of), 0, 4_000
    for _ in range(trials):
        truth = chance.uniform(0.4, 0.98)
        told = share(happy(chance, of, truth), of)
        held += told.low <= truth <= told.high
    assert 0.93 <= held / trials <= 0.97


@pytest.mark.parametrize("of", [30, 50, 100, 200, 400])
def test_two_that_are_alike_are_called_different_at_most_five_times_in_a_hundred(of: int) -> None:
    chance, different, trials = Random(of), 0, 4_000
    for _ in range(trials):
        truth, other = chance.uniform(0.5, 0.98), chance.choice((30, 50, 100, 200, 400))
        one, two = share(happy(chance, of, truth), of), share(happy(chance, other, truth), other)
        different += compared(one, two).verdict in SHOWN
    assert different / trials <= 0.05


def test_a_table_in_which_all_are_alike_names_somebody_at_most_five_times_in_a_hundred() -> None:
    chance, named, trials = Random(1), 0, 1_200
    for _ in range(trials):
        truth = chance.uniform(0.6, 0.97)
        answers = [chance.randint(20, 200) for _ in range(10)]
        shares = [share(happy(chance, of, truth), of) for of in answers]
        named += any(one.verdict in SHOWN for one in with_the_rest(shares))
    assert named / trials <= 0.05


def days(chance: Random, a_week: int, truth: Callable[[int], float]) -> list[Point]:
    """So many answers a week over the weeks, few of them at weekends."""
    points = []
    for day in range(DAYS):
        usual = a_week * (0.19 if day % 7 < 5 else 0.025)
        of = max(0, round(chance.gauss(usual, usual**0.5)))
        points.append(Point(MONDAY + timedelta(days=day), happy(chance, of, truth(day)), of))
    return points


@pytest.mark.parametrize("a_week", [10, 30, 100])
def test_of_series_in_which_nothing_changed_at_most_five_in_a_hundred_are_marked(a_week: int) -> None:
    chance, marked, trials = Random(a_week), 0, 600
    for _ in range(trials):
        truth = chance.uniform(0.6, 0.97)
        marked += bool(changes(days(chance, a_week, lambda day, truth=truth: truth)))  # type: ignore[misc]
    assert marked / trials <= 0.05


def test_a_fall_of_fifteen_points_is_marked_within_two_weeks_of_two_hundred_answers() -> None:
    """Looked at once a day for two weeks, as the weekly mails and the page do; marked means: as a fall."""
    chance, marked, trials = Random(15), 0, 200
    for _ in range(trials):
        before = chance.uniform(0.8, 0.95)
        points = days(chance, 100, lambda day, was=before: was - 0.15 * (day >= FALLS_ON))  # type: ignore[misc]
        looks = (changes(points[: FALLS_ON + day]) for day in range(1, 15))
        marked += any(
            any(not one.up and one.at >= MONDAY + timedelta(days=FALLS_ON - 14) for one in at) for at in looks
        )
    assert marked / trials >= 0.95


def test_a_change_is_told_with_its_day_and_what_was_before_and_after() -> None:
    chance = Random(4)
    (change,) = changes(days(chance, 200, lambda day: 0.9 if day < 42 else 0.6))
    assert abs((change.at - MONDAY).days - 42) <= 5
    assert not change.up
    assert (round(change.before.value or 0, 1), round(change.after.value or 0, 1)) == (0.9, 0.6)


def test_a_rise_after_a_fall_is_told_beside_it() -> None:
    chance = Random(5)
    found = changes(days(chance, 200, lambda day: 0.6 if 28 <= day < 56 else 0.9))
    fall, rise = found[0], found[-1]
    assert (fall.up, rise.up) == (False, True)
    assert abs((fall.at - MONDAY).days - 28) <= 5
    assert abs((rise.at - MONDAY).days - 56) <= 5


def test_few_answers_and_none_show_no_change() -> None:
    assert changes([]) == ()
    assert changes([Point(MONDAY, 19, 19), Point(MONDAY + timedelta(days=1), 0, 19)]) == ()


def test_weekdays_have_shares_of_their_own() -> None:
    points = [Point(MONDAY + timedelta(days=day), 1 if day % 7 == 4 else 2, 2) for day in range(14)]
    assert [one.part for one in by_weekday(points)] == [4, 4, 4, 4, 2, 4, 4]
