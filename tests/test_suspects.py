"""Which clients do what people do not, across reviews?"""

from datetime import timedelta

from reviews.suspects import REVIEWS_MAX, Suspicion, Trail
from tests.story import RULES, later


def visited(trail: Trail, review: str, at: float) -> list[Suspicion]:
    return trail.visited(review, at=later(at), rules=RULES)


def forged(trail: Trail, at: float) -> list[Suspicion]:
    return trail.forged(at=later(at), rules=RULES)


def test_one_office_of_four_is_no_fleet_and_five_are() -> None:
    trail = Trail("c")
    for number in range(4):
        assert not visited(trail, f"r{number}", number * 10)
    found = visited(trail, "r4", 59)
    assert [(one.review, one.why) for one in found] == [(f"r{number}", "fleet") for number in range(5)]
    assert {(one.since, one.until) for one in found} == {(later(-1), later(119))}


def test_each_review_is_told_once_of_a_fleet() -> None:
    trail = Trail("c")
    for number in range(5):
        visited(trail, f"r{number}", number)
    assert [one.review for one in visited(trail, "r5", 6)] == ["r5"]
    assert not visited(trail, "r5", 7)


def test_a_fleet_that_goes_on_is_told_again_when_the_minute_is_over() -> None:
    trail = Trail("c")
    told = [len(visited(trail, f"r{number % 5}", number * 10)) for number in range(20)]
    assert sum(told) == 15
    assert all(one.until >= later(190) for one in visited(trail, "r0", 190))


def test_five_reviews_in_more_than_a_minute_are_none() -> None:
    trail = Trail("c")
    for number in range(20):
        assert not visited(trail, f"r{number}", number * 16)


def test_one_review_opened_often_is_no_fleet() -> None:
    trail = Trail("c")
    assert not any(visited(trail, "r", number) for number in range(50))


def test_a_forged_link_touches_the_reviews_opened_just_before_and_just_after() -> None:
    trail, another = Trail("c"), Trail("d")
    visited(trail, "long before", 0)
    visited(trail, "before", 100)
    visited(another, "another client's", 100)
    assert [one.review for one in forged(trail, 130)] == ["before"]
    assert [(one.review, one.why) for one in visited(trail, "after", 190)] == [("after", "bad_token")]
    assert not visited(trail, "long after", 191)
    assert not visited(another, "another client's", 140)


def test_a_trail_is_bounded() -> None:
    trail = Trail("c")
    for number in range(REVIEWS_MAX * 10):
        visited(trail, f"r{number}", 3)
    assert len(forged(trail, 4)) == len(trail.reviews) == REVIEWS_MAX
    assert trail.reviews[f"r{REVIEWS_MAX * 10 - 1}"].at == later(4) - timedelta(seconds=1)
