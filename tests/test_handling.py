"""What people do about a review, and how it stands with them then."""

from dataclasses import replace

import pytest

from reviews import tending
from reviews.deeds import FollowUpOutcome, Share
from reviews.handling import Handling, exclusion, handling
from reviews.log import Log
from reviews.model import DeliveryKind
from reviews.roles import Choice, Right, Role, Staff, may
from reviews.wanted import consented
from tests.story import LEA, SAM, answered, asked_log, closed_log, later, mailed, rated_log, replied

LEAD = Staff(LEA.email, LEA.name, Role.LEAD, "Network")
OTHER_LEAD = Staff("kim@acme.example", "Kim", Role.LEAD, "Desk")
AGENT = Staff(SAM.email, SAM.name, Role.AGENT, "Network")


def does(log: Log, deed: str, **how: object) -> Log:
    """Sam does something; `id` is the form's."""
    told: dict[str, object] = {"action": "form 1", "who": SAM.email, "at": later(hours=4)} | how
    return log.plus(*getattr(tending, deed)(log, **told))


def test_a_review_is_unread_until_a_named_person_opens_it_and_again_when_the_customer_writes() -> None:
    log = rated_log()
    assert handling(log).unread
    log = does(log, "read")
    assert (handling(log).unread, handling(log).read_by) == (False, SAM.email)
    assert handling(does(log, "read", action="form 2", undone=True)).unread
    assert handling(replied(log)).unread
    assert does(log, "read", action="form 3") == log, "who opens it a second time adds nothing"


def test_a_form_that_is_sent_twice_is_one_deed() -> None:
    log = does(asked_log(), "tagged", tag="vpn")
    assert does(log, "tagged", tag="vpn") == log
    assert does(log, "tagged", tag="other") == log, "the same form"


def test_tags_of_the_helpdesk_and_of_staff_are_one_list() -> None:
    log = does(asked_log(tags=("slow",)), "tagged", tag="  vpn  down ")
    assert handling(log).tags == ("slow", "vpn down")
    log = does(log, "tagged", action="form 2", tag="slow", removed=True)
    assert handling(log).tags == ("vpn down",)
    assert does(log, "tagged", action="form 3", tag="never there", removed=True) == log


def test_it_is_the_agents_until_it_is_assigned() -> None:
    log = asked_log()
    assert (handling(log).owner, handling(log).assigned) == (SAM, False)
    log = does(log, "assigned", owner=LEA)
    assert (handling(log).owner, handling(log).assigned) == (LEA, True)
    assert handling(does(log, "assigned", action="form 2", owner=None)).owner == SAM


def test_staff_say_what_it_was_about_with_a_reason_only() -> None:
    assert does(asked_log(), "cause_set", causes=["product"], reason=" ") == asked_log()
    assert does(asked_log(), "cause_set", causes=["weather"], reason="it rained") == asked_log()
    assert handling(does(asked_log(), "cause_set", causes=["product"], reason="a known fault")).causes == ("product",)


def test_the_clock_stops_at_a_persons_mail_and_nowhere_else() -> None:
    log = replied(rated_log())
    assert handling(log).waiting_since == later(hours=2)
    for deed, how in (("read", {}), ("assigned", {"owner": LEA}), ("noted", {"who": SAM, "words": "called her"})):
        assert handling(does(log, deed, **how)).waiting_since == later(hours=2)
    assert handling(answered(log, verdict="unsigned")).waiting_since == later(hours=2), "a held answer reached nobody"
    assert handling(answered(log)).waiting_since is None


def test_nothing_to_answer_stops_it_too_and_can_be_undone() -> None:
    log = does(replied(asked_log()), "nothing_to_answer")
    assert handling(log).waiting_since is None
    assert handling(does(log, "nothing_to_answer", action="form 2", undone=True)).waiting_since == later(hours=2)
    assert does(asked_log(), "nothing_to_answer") == asked_log()


def test_what_is_closed_opens_when_the_customer_writes() -> None:
    log = does(rated_log(), "follow_up_closed", outcome=FollowUpOutcome.EXPLAINED)
    closed = handling(log).closed
    assert closed
    assert closed.outcome is FollowUpOutcome.EXPLAINED
    assert does(log, "follow_up_closed", action="form 2", outcome=FollowUpOutcome.PRODUCT) == log
    assert handling(replied(log)).closed is None


def test_a_snooze_ends_with_the_customers_next_word() -> None:
    log = does(asked_log(), "snoozed", until=later(days=3))
    assert handling(log).snoozed_until == later(days=3)
    assert handling(replied(log)).snoozed_until is None


def test_an_exclusion_takes_a_second_person_who_is_a_lead() -> None:
    log = does(rated_log(), "exclusion_asked", reason="they rated another ticket")
    for by in (AGENT, replace(LEAD, email=SAM.email), replace(LEAD, brands=("other",)), replace(LEAD, confirmed=False)):
        assert tending.exclusion_decided(log, action="f", by=by, granted=True, at=later(hours=5)) == ()
    log = log.plus(*tending.exclusion_decided(log, action="f", by=LEAD, granted=True, at=later(hours=5)))
    assert handling(log).excluded
    assert does(log, "exclusion_withdrawn", who=SAM.email, action="g", reason="it is mine") == log
    log = does(log, "exclusion_withdrawn", who=LEA.email, action="g", reason="it was right after all")
    assert not handling(log).excluded
    found = exclusion(log)
    assert found
    assert found.state == "withdrawn"
    assert found.decided
    assert found.decided.who == LEA.email


def test_whoever_asks_cannot_grant_even_as_a_lead() -> None:
    log = does(rated_log(), "exclusion_asked", who=LEA.email, reason="a test of ours")
    assert "second person" in tending.why_not_decide(log, LEAD)
    assert tending.exclusion_decided(log, action="f", by=LEAD, granted=True, at=later(hours=5)) == ()
    assert tending.exclusion_decided(log, action="f", by=OTHER_LEAD, granted=True, at=later(hours=5))


def test_an_exclusion_without_a_reason_is_not_asked_for_and_a_refused_one_may_be_asked_again() -> None:
    assert does(rated_log(), "exclusion_asked", reason=" ") == rated_log()
    log = does(rated_log(), "exclusion_asked", reason="first")
    assert does(log, "exclusion_asked", action="form 2", reason="second") == log
    log = log.plus(*tending.exclusion_decided(log, action="f", by=LEAD, granted=False, at=later(hours=5)))
    again = exclusion(does(log, "exclusion_asked", action="form 2", reason="second"))
    assert again
    assert (again.state, again.asked.reason) == ("asked", "second")


@pytest.mark.parametrize("shares", [(Share(50, agent="a"),), (Share(150, agent="a"), Share(-50, agent="b"))])
def test_credit_is_shared_whole_or_not_at_all(shares: tuple[Share, ...]) -> None:
    assert does(rated_log(), "credit_moved", shares=shares, reason="two of us") == rated_log()


def test_credit_goes_to_who_solved_it_until_it_is_moved() -> None:
    assert handling(rated_log()).shares == (Share(100, agent=SAM.email),)
    both = (Share(50, agent=SAM.email), Share(50, team="Desk"))
    assert handling(does(rated_log(), "credit_moved", shares=both, reason="two of us")).shares == both
    assert handling(closed_log(agent=None)).shares == ()


def test_consent_is_asked_once_and_withdrawn_at_any_time() -> None:
    log = does(rated_log("happy"), "consent_asked")
    assert [mail.recipient.email for mail in mailed(log, DeliveryKind.CONSENT)] == ["ada@customer.example"]
    assert does(log, "consent_asked", action="form 2") == log
    states = [handling(log).consent]
    for withdrawn in (False, False, True, False):
        log = log.plus(*consented(log, at=later(hours=6), withdrawn=withdrawn))
        states.append(handling(log).consent)
    assert states == ["asked", "granted", "granted", "withdrawn", "granted"]
    assert consented(rated_log(), at=later(hours=6)) == (), "nobody asked them"


def test_a_link_is_a_web_address_and_what_came_of_it_names_it() -> None:
    assert does(rated_log(), "linked", url="javascript:alert(1)", title="x") == rated_log()
    log = does(rated_log(), "linked", url="https://tracker.acme.example/7", title="Reconnect")
    told = does(log, "came_of", action="form 2", link="form 1", words="Done in 4.2")
    assert [one.words for one in handling(told).came_of] == ["Done in 4.2"]
    assert does(log, "came_of", action="form 2", link="nothing", words="Done") == log


def test_an_answer_on_the_page_goes_to_the_customer_and_a_note_stays() -> None:
    noted = does(replied(asked_log()), "noted", who=SAM, words="a note")
    assert mailed(noted, DeliveryKind.ANSWER) == []
    log = does(noted, "answered_on_page", action="form 2", who=SAM, words="An answer")
    (answer,) = mailed(log, DeliveryKind.ANSWER)
    assert answer.recipient.email == "ada@customer.example"
    assert handling(log).waiting_since is None


@pytest.mark.parametrize(
    ("staff", "sees"),
    [
        (AGENT, True),
        (replace(AGENT, team="Desk"), True),
        (Staff("pat@acme.example", "Pat", "agent", "Network"), True),
        (Staff("pat@acme.example", "Pat", "agent", "Desk"), False),
        (Staff("pat@acme.example", "Pat", "agent", ""), False),
        (replace(LEAD, team="Desk"), True),
        (replace(LEAD, brands=("acme",)), True),
        (replace(LEAD, brands=("other",)), False),
        (Staff("pat@acme.example", "Pat", "reader", ""), True),
        (Staff("pat@acme.example", "Pat", "admin", "", ("other",)), False),
        (Staff("pat@acme.example", "Pat", "nobody", ""), False),
    ],
)
def test_agents_see_their_own_and_their_teams_and_brands_are_walls(staff: Staff, sees: bool) -> None:
    assert may(staff, Right.READ, asked_log().review) is sees


@pytest.mark.parametrize(("role", "rights"), [("agent", 2), ("lead", 3), ("admin", 4), ("reader", 1), ("nobody", 0)])
def test_each_role_may_so_much(role: str, rights: int) -> None:
    staff = Staff("pat@acme.example", "Pat", role, "")
    assert sum(may(staff, right) for right in Right) == rights
    assert not any(may(replace(staff, confirmed=False), right) for right in Right)


def test_what_was_assigned_is_seen_beyond_the_team() -> None:
    pat = Staff("pat@acme.example", "Pat", "agent", "Desk")
    assert may(pat, Right.TEND, asked_log().review, owner="PAT@acme.example")


def test_who_is_away_or_whose_mail_comes_back_is_not_reachable() -> None:
    assert AGENT.reachable(later())
    assert not replace(AGENT, bounced=True).reachable(later())
    away = replace(AGENT, away_until=later(days=2))
    assert (away.reachable(later()), away.reachable(later(days=2))) == (False, True)
    assert AGENT.choice == Choice.AT_ONCE


def test_handling_knows_no_deed_of_a_new_review() -> None:
    fresh: Handling = handling(closed_log())
    assert (fresh.tags, fresh.causes, fresh.closed, fresh.exclusion, fresh.kudos) == ((), (), None, None, False)
