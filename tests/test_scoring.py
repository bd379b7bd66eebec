"""Every figure says what it rests on; how it is said is told in tests of pages and of the command."""

from collections import Counter

import pytest

from reviews.comparing import Verdict, compared, with_the_rest
from reviews.counting import Measure
from reviews.scoring import RANK_MIN, Figures, score, share, without
from templates.figures import rows, told, verdict


def numbers(**counted: int) -> Counter[Measure]:
    return Counter({Measure(name): number for name, number in counted.items()})


@pytest.mark.parametrize(
    ("part", "of", "low", "high"),
    [  # from Newcombe (1998), Statistics in Medicine 17:857, table I: Wilson's score interval
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_an_interval_is_that_of_the_literature(part: int, of: int, low: float, high: float) -> None:
    found = share(part, of)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [  # from Newcombe (1998), Statistics in Medicine 17:873, table II, method 10
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0000),
    ],
)
def test_the_interval_of_a_difference_is_that_of_the_literature(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reviews.comparing.ERROR", 0.05)
    monkeypatch.setattr("reviews.comparing.RANK_MIN", 1)
    found = compared(share(*one), share(*other))
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_a_figure_says_what_it_rests_on() -> None:
    found = Figures(
        numbers(
            asked=40, answered=20, waiting=3, never=2, skipped=5, bounced=1, happy_hard=10, happy_soft=5,
            neutral_hard=2, unhappy_hard=3, provisional=1, voided=2,
        ),
        "faces3",
        left_out=numbers(unhappy_hard=1),
        not_own=numbers(unhappy_hard=1, neutral_hard=1),
    )  # fmt: skip
    assert (found.raw.happy.part, found.raw.n, found.raw.hard, found.raw.soft) == (15, 20, 15, 5)
    assert (found.adjusted.happy.part, found.adjusted.n, found.adjusted.hard) == (15, 17, 12)
    assert (found.excluded, found.not_theirs, found.provisional, found.voided) == (1, 2, 1, 2)
    assert found.closed == found.asked + sum(number for _, number in found.unasked) == 51
    assert (found.response.part, found.response.of, found.silent) == (20, 40, 20)
    assert (found.low, found.high) == (15 / 40, 35 / 40)
    assert dict(rows(found))["Closed"] == (
        "51 = 40 asked + 3 waiting + 2 never to be asked + 1 mail came back + 5 kept back by a rule or a wish"
    )
    assert dict(rows(found))["Adjusted"].endswith("15 of 17; 1 excluded, 2 about neither the person nor the fix")
    assert dict(rows(found))["Not asked"].startswith("16.7 % (")


@pytest.mark.parametrize(
    ("scale", "counted", "happy", "mean"),
    [
        ("thumbs", numbers(happy_hard=3, unhappy_soft=1), 0.75, 1.75),
        ("faces3", numbers(happy_hard=1, neutral_soft=1), 0.5, 2.5),
        ("faces4", numbers(very_happy_hard=1, happy_hard=1, very_unhappy_soft=2), 0.5, 2.25),
        ("faces5", numbers(very_happy_hard=2, happy_hard=1, neutral_hard=1), 0.75, 4.25),
    ],
)
def test_each_scale_has_its_own_score(scale: str, counted: Counter[Measure], happy: float, mean: float) -> None:
    found = score(counted, scale)
    assert (found.happy.value, found.mean) == (happy, mean)


def test_nothing_is_no_score() -> None:
    found = Figures(Counter(), "faces3")
    assert (found.raw.happy.value, found.raw.mean, found.response.value) == (None, None, None)
    assert (found.raw.happy.low, found.raw.happy.high, found.low, found.high) == (0.0, 1.0, 0.0, 1.0)
    assert told(found.raw.happy) == "no answers yet"


def test_a_score_without_a_cause_is_the_rest() -> None:
    every, product = numbers(happy_hard=9, unhappy_hard=4), numbers(unhappy_hard=3, happy_hard=1)
    assert score(without(every, product), "faces3").ratings == (("happy", 8), ("neutral", 0), ("unhappy", 1))


@pytest.mark.parametrize(
    ("one", "other", "shown"),
    [
        ((29, 29), (0, 900), Verdict.TOO_FEW),
        ((900, 1_000), (5, RANK_MIN - 1), Verdict.TOO_FEW),
        ((27, 30), (24, 30), Verdict.NONE),
        ((180, 200), (150, 200), Verdict.HIGHER),
        ((150, 200), (180, 200), Verdict.LOWER),
    ],
)
def test_nobody_is_better_or_worse_by_chance(one: tuple[int, int], other: tuple[int, int], shown: Verdict) -> None:
    assert compared(share(*one), share(*other)).verdict is shown


def test_who_is_compared_with_many_is_compared_more_strictly() -> None:
    one, other = share(176, 200), share(160, 200)
    assert compared(one, other).verdict is Verdict.HIGHER
    assert compared(one, other, comparisons=50).verdict is Verdict.NONE


def test_a_table_compares_each_with_all_others_and_those_with_few_answers_not_at_all() -> None:
    found = with_the_rest([share(95, 100), share(60, 100), share(9, 10), share(80, 100)])
    assert [one.verdict for one in found] == [Verdict.HIGHER, Verdict.LOWER, Verdict.TOO_FEW, Verdict.NONE]
    assert verdict(found[2]) == "fewer than 30 answers: not compared"
    assert verdict(found[1]).startswith("lower than the rest, by ")
