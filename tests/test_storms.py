"""Machines that write to each other are stopped, what they wrote is kept, and a person is asked."""

import asyncio
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from reviews import flow, staff_answers
from reviews.facts import AutoReply, Bounce, Delivery, Message, Review, StaffAction
from reviews.links import Links
from reviews.log import Log
from reviews.manners import Manners, Skip
from reviews.model import SLOTS, By, Person
from reviews.storms import MACHINES_MAX, PER_HOUR_MAX, TOO_MANY
from reviews.tokens import Keys
from tests.house import QUICK, House, house
from tests.post_office import deliver
from tests.story import (
    ANSWER,
    HELD,
    NOTICE,
    asked_log,
    bounce_of,
    closed_ticket,
    later,
    mailed,
    replied,
    staff_mail,
)
from web.app import now


def customer_writes(log: Log, number: int, *, minutes_apart: float) -> Log:
    for n in range(number):
        log = replied(log, words=f"mail {n}", message_id=f"{n}@customer.example", at=later(minutes=n * minutes_apart))
    return log


def staff_writes(log: Log, number: int, *, minutes_apart: float, **changes: object) -> Log:
    for n in range(number):
        at = later(minutes=n * minutes_apart)
        mail = staff_mail(f"answer {n}", message_id=f"{n}@acme.example", at=at, **changes)
        log = log.plus(
            *staff_answers.staff_answered(log, mail=mail, seat=Person("sam@acme.example", "Sam Reed"), at=at)
        )
    return log


@pytest.mark.parametrize(
    ("mails", "minutes_apart", "told"),
    [
        (PER_HOUR_MAX, 0, PER_HOUR_MAX),
        (PER_HOUR_MAX + 5, 0, PER_HOUR_MAX),
        (PER_HOUR_MAX * 3, 1, PER_HOUR_MAX),
        (PER_HOUR_MAX * 3, 7, PER_HOUR_MAX * 3),
    ],
)
def test_a_customer_who_writes_faster_than_people_do_is_kept_and_staff_are_told_of_the_first(
    mails: int, minutes_apart: float, told: int
) -> None:
    log = customer_writes(asked_log(), mails, minutes_apart=minutes_apart)
    assert len(log.of(Message)) == mails
    assert len(mailed(log, NOTICE)) == told


def test_after_a_storm_staff_hear_of_the_next_mail() -> None:
    log = customer_writes(asked_log(), 30, minutes_apart=0)
    after = replied(log, words="Is anybody there?", message_id="after@customer.example", at=later(hours=2))
    assert len(mailed(after, NOTICE)) == PER_HOUR_MAX + 1


def test_answers_faster_than_people_write_are_held_and_their_owner_is_asked_once() -> None:
    log = staff_writes(asked_log(), PER_HOUR_MAX + 20, minutes_apart=0.1)
    assert len(mailed(log, ANSWER)) == PER_HOUR_MAX
    held = [message for message in log.of(Message) if message.held]
    assert [message.held for message in held] == [TOO_MANY] * 20
    assert [delivery.occasion for delivery in mailed(log, HELD)] == [held[0].id]


def test_an_answer_held_for_a_storm_can_be_sent_by_its_owner() -> None:
    log = staff_writes(asked_log(), PER_HOUR_MAX + 1, minutes_apart=0.1)
    held = next(message for message in log.of(Message) if message.held)
    facts = flow.held_answer_sent(log, message=held.id, action="a", who="sam@acme.example", at=later(hours=1))
    assert [type(fact) for fact in facts] == [StaffAction, Delivery]


def test_a_vacation_under_a_staff_address_is_told_of_once_a_day() -> None:
    forged = partial(staff_writes, asked_log(), minutes_apart=60, verdict="unverified")
    assert len(mailed(forged(24), HELD)) == 1
    assert len(mailed(forged(25), HELD)) == 2


def test_what_machines_answer_is_kept_up_to_a_point() -> None:
    log = asked_log()
    for n in range(MACHINES_MAX + 10):
        log = log.plus(*flow.machine_answered(log, mail=str(n), subject="Away", reason="a header", at=later(n)))
    assert len(log.of(AutoReply)) == MACHINES_MAX
    passing = bounce_of(log, permanent=False)
    assert flow.bounced(log, bounce=passing, at=later()) == ()
    final = bounce_of(log, permanent=True)
    assert isinstance(flow.bounced(log, bounce=final, at=later())[0], Bounce)


# Two of us.


ASKING_ANYBODY = Manners(skip=Skip(staff=False))


def review_of(ticket: str, contact: str, agent: str) -> tuple[Review, Delivery]:
    """A review of now, its customer and its agent where they are not where they belong."""
    closed = closed_ticket(
        ticket=ticket, contact=Person(contact), agent=Person(agent), closed_at=now() - timedelta(minutes=1), ask="now"
    )
    review, invitation = flow.ticket_closed(closed, at=now(), slots=SLOTS, rules=QUICK, manners=ASKING_ANYBODY)
    assert isinstance(review, Review)
    assert isinstance(invitation, Delivery)
    return review, invitation


def address_at(domain: str, review: Review) -> str:
    return Links(Keys(["k" * 32]), "https://x.example", domain).customer_address(review.id)


async def carried(of: House, to: House, since: int) -> int:
    """Carry every mail that one has sent since to the other, as the mail servers between them would."""
    posted = of.office.posted[since:]
    for one in posted:
        await deliver(to.smtp_port, one.raw, mail_from=one.mail_from, to=one.recipients)
    return since + len(posted)


async def until_quiet(one: House, other: House) -> int:
    """Carry mails to and fro until neither has sent any for a while; how many there were."""
    done = {"one": 0, "other": 0}
    quiet = 0
    async with asyncio.timeout(60):
        while quiet < 10:
            await asyncio.sleep(0.1)
            before = dict(done)
            done["one"] = await carried(one, other, done["one"])
            done["other"] = await carried(other, one, done["other"])
            quiet = quiet + 1 if done == before else 0
    return sum(done.values())


async def test_two_of_us_that_are_each_other_s_customers_and_agents_stop_after_one_turn(tmp_path: Path) -> None:
    here, there = "reply.acme.example", "reply.zenith.example"
    folders = tmp_path / "one", tmp_path / "other"
    for folder in folders:
        folder.mkdir()
    async with house(folders[0], domain=here) as one, house(folders[1], domain=there) as other:
        ours, theirs = (review_of(ticket, "x@x.example", "y@y.example")[0] for ticket in ("1", "2"))
        at_ours, at_theirs = address_at(here, ours), address_at(there, theirs)
        await one.store.record_new(*review_of("1", at_theirs, at_theirs))
        await other.store.record_new(*review_of("2", at_ours, at_ours))
        assert await until_quiet(one, other) == 2  # an invitation each, which asks nobody back

        answer = Message(
            ours.id, now(), By.STAFF, at_theirs, "", "verified", "m@x", "b", "r", "Re: VPN", "Is it well now?", ""
        )
        going_on = Delivery(ours.id, now(), ANSWER, answer.id, Person(at_theirs), now())
        await one.store.record(ours.id, lambda _: (answer, going_on))
        # A person's answer is mail to the other one, whose notice comes back here, says that it is automatic, and ends.
        assert await until_quiet(one, other) == 2 + 2
        for side, review in ((one, ours), (other, theirs)):
            log = await side.store.log(review.id)
            assert log is not None
            assert len(log.of(AutoReply)) >= 1
