"""Whose score does a closed ticket count for? By the rule of its brand, as a fact with its reason."""

from dataclasses import replace
from typing import Any

import pytest

from reviews import flow
from reviews.answering import Credit
from reviews.counting import Measure, facets, hundredths
from reviews.crediting import credited
from reviews.deeds import WHOLE, CreditMoved, Share
from reviews.events import ClosedTicket
from reviews.facts import Review
from reviews.handling import shares
from reviews.log import Log
from reviews.model import Person, slots_of
from reviews.scoring import Figures, Numbers, with_parts
from tests.story import ADA, CLOSED_AT, LEA, RULES, SAM, START

KIM = Person("Kim@acme.example", "Kim")
BY_RULE = "in equal shares to all who worked on it"


def log_of(rule: Credit, **changes: Any) -> Log:
    told: dict[str, Any] = {"agent": SAM, "team": "Network"} | changes
    ticket = ClosedTicket("acme", "desk", "1", "1", CLOSED_AT, "VPN", ADA, **told)
    review, *facts = flow.ticket_closed(ticket, at=START, slots=slots_of("faces3"), rules=RULES, credit=rule)
    assert isinstance(review, Review)
    return Log(review, tuple(facts))


def to(*emails: str) -> tuple[Share, ...]:
    parts = {1: (100,), 2: (50, 50), 3: (34, 33, 33)}[len(emails)]
    return tuple(Share(percent, agent=email) for percent, email in zip(parts, emails, strict=True))


@pytest.mark.parametrize(
    ("rule", "ticket", "expected", "told"),
    [
        (Credit.SOLVER, {}, to(SAM.email), ""),
        (Credit.SOLVER, {"solver": SAM, "helpers": (LEA,)}, to(SAM.email), ""),
        (Credit.SOLVER, {"solver": LEA}, to(LEA.email), "to who solved it"),
        (Credit.SOLVER, {"agent": None}, (), ""),
        (Credit.ASSIGNEE, {"solver": LEA}, to(SAM.email), "to whom it was assigned at closing"),
        (Credit.ASSIGNEE, {"agent": None, "solver": LEA}, to(LEA.email), "to whom it was assigned at closing"),
        (Credit.SHARED, {}, to(SAM.email), BY_RULE),
        (Credit.SHARED, {"solver": LEA, "helpers": (SAM, KIM)}, to(SAM.email, LEA.email, "kim@acme.example"), BY_RULE),
        (Credit.TEAM, {"solver": LEA}, (Share(100, team="Network"),), "to the team"),
        (Credit.TEAM, {"team": ""}, to(SAM.email), "to the team"),
        (Credit.TEAM, {"team": "", "agent": None}, (), ""),
    ],
)
def test_a_brands_rule_gives_the_credit_at_closing(
    rule: Credit, ticket: dict[str, object], expected: tuple[Share, ...], told: str
) -> None:
    log = log_of(rule, **ticket)
    assert shares(log) == expected
    moves = [(moved.who, moved.reason, moved.at) for moved in log.of(CreditMoved)]
    assert moves == ([("", told, START)] if told else [])


def test_a_customer_or_a_stranger_is_never_credited() -> None:
    ticket = ClosedTicket(
        "acme", "desk", "1", "1", CLOSED_AT, "VPN", ADA, agent=SAM, solver=ADA, helpers=(LEA, KIM, ADA)
    )
    review = log_of(Credit.SOLVER).review
    assert credited(review, ticket, rule=Credit.SOLVER, at=START) == ()
    ours = frozenset({"acme.example"})
    ticket = replace(ticket, solver=Person("eve@customer.example"), helpers=(Person("x@partner.example"), KIM))
    (shared,) = credited(review, ticket, rule=Credit.SHARED, at=START, domains=ours)
    assert shared.shares == to(SAM.email, "kim@acme.example")
    (anybody,) = credited(review, ticket, rule=Credit.SOLVER, at=START)
    assert anybody.shares == to("eve@customer.example")
    assert credited(review, ticket, rule=Credit.SOLVER, at=START, domains=ours) == ()


def test_parts_add_up_to_one_for_agents_and_for_teams() -> None:
    keys = facets(log_of(Credit.SHARED, solver=LEA, helpers=(KIM,)))
    parts = [hundredths(keys, "agent", name) for name in (SAM.email, LEA.email, "kim@acme.example")]
    assert (parts, hundredths(keys, "team", "Network")) == ([34, 33, 33], WHOLE)
    assert hundredths(keys, "agent", "nobody@acme.example") == 0


def test_figures_of_parts_are_told_to_the_hundredth() -> None:
    whole: Numbers = {Measure.HAPPY_HARD: 2, Measure.ASKED: 3, Measure.ANSWERED: 2}
    told = Figures(with_parts(whole, {Measure.UNHAPPY_SOFT: 133, Measure.ASKED: 133, Measure.ANSWERED: 133}), "faces3")
    assert (told.raw.n, told.raw.soft, told.raw.happy.part, told.asked, told.silent) == (3.33, 1.33, 2, 4.33, 1)
    assert told.raw.happy.value == 2 / 3.33
    full = Figures(with_parts({}, {Measure.HAPPY_SOFT: 300, Measure.ASKED: 300, Measure.ANSWERED: 300}), "faces3")
    assert repr(full.raw.n) == "3"
