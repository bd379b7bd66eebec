"""Which tickets is nobody asked about? By the brand's own rules, and by a lot that always falls the same way."""

from collections import Counter
from typing import Any

import pytest

from reviews import flow
from reviews.facts import Review
from reviews.manners import Manners, Skip
from reviews.model import Person
from reviews.skips import in_trouble, sampled_out, skipped
from tests.story import ADA, CLOSED_AT, RULES, SAM, SLOTS, begun, closed_ticket

STAFF = ("lea@acme.example",)


@pytest.mark.parametrize(
    ("skip", "changes", "reason"),
    [
        ({}, {}, ""),
        ({"tags": {"internal"}}, {"tags": ("vpn", "Internal")}, "tickets tagged Internal are not asked about"),
        ({"tags": {"internal"}}, {"tags": ("internals",)}, ""),
        ({"sources": {"zammad"}}, {}, "tickets from zammad are not asked about"),
        ({"agents": {"sam@acme.example"}}, {}, "tickets of sam@acme.example are not asked about"),
        ({"agents": {"sam@acme.example"}}, {"agent": None}, ""),
        ({"companies": {"customer ltd"}}, {}, "customers of Customer Ltd are not asked"),
        ({"companies": {"customer ltd"}}, {"contact": Person("ada@customer.example")}, ""),
        ({"domains": {"customer.example"}}, {}, "addresses at customer.example are not asked"),
        ({"domains": {"example"}}, {}, ""),
        ({}, {"automatic": True}, "no person closed it"),
        ({"automatic": False}, {"automatic": True}, ""),
        ({}, {"contact": Person("Lea@acme.example")}, "the customer is one of the staff"),
        ({}, {"contact": Person(SAM.email)}, "the customer is one of the staff"),
        ({"staff": False}, {"contact": Person(SAM.email)}, ""),
    ],
)
def test_which_tickets_are_skipped(skip: dict[str, Any], changes: dict[str, Any], reason: str) -> None:
    sets: dict[str, Any] = {name: frozenset(v) if isinstance(v, set) else v for name, v in skip.items()}
    assert skipped(closed_ticket(**changes), manners=Manners(skip=Skip(**sets)), staff=STAFF) == reason


def test_one_in_so_many_is_asked_and_always_the_same_one() -> None:
    one_in_four = Manners(one_in=4)
    ids = [begun(closing_of(str(number))).review.id for number in range(2_000)]
    chosen = [not sampled_out(id, manners=one_in_four) for id in ids]
    assert chosen == [not sampled_out(id, manners=one_in_four) for id in ids]
    assert 400 < Counter(chosen)[True] < 600
    assert not any(sampled_out(id, manners=Manners()) for id in ids)


def closing_of(ticket: str, manners: Manners | None = None) -> flow.Facts:
    told = closed_ticket(ticket=ticket, contact=ADA)
    return flow.ticket_closed(told, at=CLOSED_AT, slots=SLOTS, rules=RULES, manners=manners or Manners())


def test_who_is_skipped_has_a_review_that_says_why_and_no_mail() -> None:
    (review,) = closing_of("1", Manners(skip=Skip(sources=frozenset({"zammad"}))))
    assert isinstance(review, Review)
    assert (review.asks_at, review.not_asked) == (None, "tickets from zammad are not asked about")


def test_what_the_helpdesk_said_comes_before_the_brands_own_rules() -> None:
    told = closed_ticket(ask="never", automatic=True)
    (review,) = flow.ticket_closed(told, at=CLOSED_AT, slots=SLOTS, rules=RULES)
    assert isinstance(review, Review)
    assert review.not_asked == "the helpdesk said not to ask"


@pytest.mark.parametrize(("tags", "wrong"), [((), False), (("vpn",), False), (("vpn", "Escalated"), True)])
def test_tags_say_what_went_wrong(tags: tuple[str, ...], wrong: bool) -> None:
    assert in_trouble(tags, manners=Manners()) is wrong
