"""Which clients do what people do not, across reviews?"""

from datetime import timedelta

from reviews.suspects import CLIENTS_MAX, VISITS_MAX, Suspects
from tests.story import RULES, later


def suspects() -> Suspects:
    return Suspects(RULES)


def test_one_office_of_four_is_no_fleet_and_five_are() -> None:
    known = suspects()
    for number in range(4):
        assert not known.visited("c", f"r{number}", at=later(number * 10))
    found = known.visited("c", "r4", at=later(59))
    assert [(one.review, one.why) for one in found] == [(f"r{number}", "fleet") for number in range(5)]
    assert {(one.since, one.until) for one in found} == {(later(-1), later(119))}


def test_each_review_is_told_once_of_a_fleet() -> None:
    known = suspects()
    for number in range(5):
        known.visited("c", f"r{number}", at=later(number))
    assert [one.review for one in known.visited("c", "r5", at=later(6))] == ["r5"]
    assert not known.visited("c", "r5", at=later(7))


def test_five_reviews_in_more_than_a_minute_are_none() -> None:
    known = suspects()
    for number in range(20):
        assert not known.visited("c", f"r{number}", at=later(number * 16))


def test_one_review_opened_often_is_no_fleet() -> None:
    known = suspects()
    assert not any(known.visited("c", "r", at=later(number)) for number in range(50))


def test_a_forged_link_touches_the_reviews_opened_just_before_and_just_after() -> None:
    known = suspects()
    known.visited("c", "long before", at=later(0))
    known.visited("c", "before", at=later(100))
    known.visited("d", "another client's", at=later(100))
    assert [one.review for one in known.forged("c", at=later(130))] == ["before"]
    assert [(one.review, one.why) for one in known.visited("c", "after", at=later(190))] == [("after", "bad_token")]
    assert not known.visited("c", "long after", at=later(191))
    assert not known.visited("d", "another client's", at=later(140))


def test_the_table_is_bounded_in_clients_and_in_visits() -> None:
    known = suspects()
    known.forged("first", at=later(0))
    for number in range(CLIENTS_MAX):
        known.visited(f"c{number}", "r", at=later(1))
    assert not known.visited("first", "r", at=later(2))
    for number in range(VISITS_MAX * 10):
        known.visited("c", f"r{number}", at=later(3))
    assert len(known.forged("c", at=later(3) + timedelta(seconds=1))) == VISITS_MAX
