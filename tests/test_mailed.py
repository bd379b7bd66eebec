"""Which rating does a mail of the customer's give, and how sure is it? From the flow, and through the SMTP door."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from inbound.__main__ import keep
from inbound.reader import Reader
from inbound.recipients import Recipients
from inbound.smtp.door import Door
from inbound.smtp.server import Server, serve
from reviews import flow, hindsight, staff_answers
from reviews.clicks import course, decide
from reviews.facts import Delivery, Message, Review, Vote
from reviews.links import Links
from reviews.log import Log
from reviews.mailed import MAIL_VOTES_MAX
from reviews.model import DeliveryKind, Evidence, Mode, Outcome, Status
from reviews.sending import attempted
from reviews.tokens import Keys
from store import Settlement, Store, StoreFullError, migrate_store, open_store
from templates.brands import SHIPPED, read_brands
from templates.letters import invitation
from tests.histories import EXPIRY, HOLD, LATE, auto, open_, press, told_as
from tests.post_office import deliver, resolver, signed, written
from tests.story import ADA, RULES, SAM, START, asked_log, closing, later, mail, staff_mail

DOMAIN = "reply.acme.example"
LINKS = Links(Keys(["k" * 32]), "https://care.acme.example", DOMAIN)


def mailed(log: Log, words: str, *, at: float = LATE, answer: str = "", **changes: Any) -> Log:
    """The customer's side wrote a mail."""
    told = {"message_id": f"<{at}@customer.example>", "mail": f"raw {at}"} | changes
    incoming = mail(words, at=later(at), answer=answer, **told)
    return log.plus(*flow.replied(log, mail=incoming, at=later(at), rules=RULES))


def steps(log: Log) -> list[str]:
    return [told_as(step) for step in decide(log, RULES).steps[1:]]


def test_a_first_line_of_the_customer_that_is_proven_theirs_counts_at_once() -> None:
    assert steps(mailed(asked_log(), "Great, thanks\n\nAda")) == ["3000 confirmed happy hard (explicit)"]


def test_so_does_a_mail_to_the_address_of_an_answer_whatever_it_says() -> None:
    log = mailed(asked_log(), "My answer: Not good\n\nIt took three weeks.", answer="unhappy")
    assert steps(log) == ["3000 confirmed unhappy hard (explicit)"]
    assert [vote.mode for vote in log.of(Vote)] == [Mode.MAIL]
    assert [message.text for message in log.of(Message)] == ["My answer: Not good\n\nIt took three weeks."]


@pytest.mark.parametrize(
    "changes",
    [{"verdict": "unsigned"}, {"verdict": "unchecked"}, {"sender": "eve@customer.example"}],
    ids=lambda changes: next(iter(changes)),
)
def test_what_nothing_proves_to_be_theirs_waits_and_in_vain(changes: dict[str, Any]) -> None:
    expected = ["3000 provisional happy (unproven_sender)", f"{EXPIRY} voided (never_confirmed)"]
    assert steps(mailed(asked_log(), "3", **changes)) == expected
    assert steps(mailed(asked_log(), "", answer="happy", **changes)) == expected


def test_without_the_rule_it_would_count_after_the_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    soft = {name: rule for name, rule in course.DOUBTS[Evidence.SOFT].items() if name != "unproven_sender"}
    monkeypatch.setattr(course, "DOUBTS", {**course.DOUBTS, Evidence.SOFT: soft})
    assert steps(mailed(asked_log(), "3", verdict="unsigned"))[-1] == f"{LATE + HOLD} confirmed happy soft (held)"


def test_it_displaces_nothing_that_counts_and_staff_may_say_that_it_is_theirs() -> None:
    log = press("p", "happy", LATE + 2)(open_("p", LATE)(asked_log()))
    log = mailed(log, "1", at=9_000, verdict="unsigned")
    assert steps(log) == ["3002 confirmed happy hard (explicit)"]
    vote = log.of(Vote)[-1].id
    restored = hindsight.rating_restored(
        log, action="r", who="lea", vote=vote, reason="she called", at=later(9_500), rules=RULES
    )
    assert steps(log.plus(*restored))[-1] == "9500 confirmed unhappy hard (staff)"


def test_who_changes_their_mind_does_so_by_any_of_the_ways_and_all_is_kept() -> None:
    log = auto("p", "happy", LATE + 1)(open_("p", LATE)(asked_log()))
    log = mailed(log, "Not good", at=9_000)
    log = mailed(log, "My answer: Okay", at=9_100, answer="neutral")
    log = press("q", "happy", 9_205)(open_("q", 9_200)(log))
    assert steps(log)[-3:] == [
        "9000 confirmed unhappy hard (explicit)",
        "9100 confirmed neutral hard (explicit)",
        "9205 confirmed happy hard (explicit)",
    ]
    assert [vote.answer for vote in log.of(Vote)] == ["happy", "unhappy", "neutral", "happy"]


def test_an_address_and_a_first_line_that_say_two_things_give_no_rating() -> None:
    log = mailed(asked_log(), "Not good", answer="happy")
    assert not log.of(Vote)
    assert len(log.of(Message)) == 1


def test_great_thanks_to_what_staff_answered_is_no_rating_and_a_number_is() -> None:
    log = mailed(asked_log(), "Not good")
    answer = staff_mail(at=later(LATE + 60))
    log = log.plus(*staff_answers.staff_answered(log, mail=answer, seat=SAM, at=later(LATE + 60)))
    assert len(mailed(log, "Great, thanks", at=9_000).of(Vote)) == 1
    assert steps(mailed(log, "3", at=9_000))[-1] == "9000 confirmed happy hard (explicit)"


def test_the_same_mail_read_twice_is_one_vote() -> None:
    log = mailed(asked_log(), "3")
    assert mailed(log, "3") == log


def test_after_the_end_a_mail_is_kept_and_rates_nothing() -> None:
    log = mailed(asked_log(), "3", at=EXPIRY + 1)
    assert (len(log.of(Message)), len(log.of(Vote))) == (1, 0)


def test_no_more_votes_by_mail_are_kept_than_their_bound() -> None:
    log = asked_log()
    for number in range(MAIL_VOTES_MAX + 5):
        log = mailed(log, str(1 + number % 3), at=LATE + 100 * number)
    assert len(log.of(Vote)) == MAIL_VOTES_MAX


@pytest.mark.parametrize("value", ["happy", "neutral", "unhappy"])
def test_the_mail_under_each_face_is_ready_to_be_sent_and_reads_as_no_other(value: str) -> None:
    faces = invitation(asked_log(), brand=read_brands(SHIPPED)["acme"], links=LINKS).faces
    url = urlsplit(next(face.mail_url for face in faces if face.value == value))
    said = parse_qs(url.query)
    signed_address = LINKS.keys.read_address(url.path, DOMAIN)
    assert url.scheme == "mailto"
    assert signed_address
    assert (signed_address.id, signed_address.answer) == (asked_log().review.id, value)
    assert "48213" in said["subject"][0]
    log = mailed(asked_log(), said["body"][0], answer=value)
    assert [vote.answer for vote in log.of(Vote)] == [value]


# through the door


@dataclass
class Inside:
    """A review whose invitation was sent, and the SMTP door before it."""

    store: Store
    reader: Reader
    server: Server
    review: Review

    async def send(self, raw: bytes, to: str) -> Log:
        """A mail of Ada's comes in and is read."""
        await deliver(self.server.port, raw, mail_from=ADA.email, to=to)
        await self.reader.read_waiting()
        log = await self.store.log(self.review.id)
        assert log
        return log


@pytest.fixture
async def inside(tmp_path: Path) -> AsyncIterator[Inside]:
    url = f"sqlite:///{tmp_path}/afterword.db"
    migrate_store(url, affected_allowed=True)
    store = open_store(url, rules=RULES, mail_domain=DOMAIN, affected_allowed=True)
    facts = closing()
    await store.record_new(*facts)
    sent = next(fact for fact in facts if isinstance(fact, Delivery) and fact.purpose is DeliveryKind.INVITATION)
    await store.settle(Settlement(attempted(sent, outcome=Outcome.SENT, attempt=1, composed_at=START, at=START)))
    reader = Reader(store, LINKS.keys, DOMAIN, _late, resolver)
    door = Door(
        accept=partial(keep, store=store, reader=reader),
        recipient=Recipients(LINKS.keys, DOMAIN, frozenset()).refusal,
        clock=_late,
        full=(StoreFullError,),
    )
    server = await serve(door, "127.0.0.1", 0, hostname=DOMAIN)
    yield Inside(store, reader, server, next(fact for fact in facts if isinstance(fact, Review)))
    await server.close()
    await store.close()


def _late() -> datetime:
    return START + timedelta(hours=2)


def reply(words: str, *, to: str) -> bytes:
    headers = {"Message_ID": "<her-answer@customer.example>"}
    return written(sender=f"Ada <{ADA.email}>", to=to, subject="Re: How did we do?", text=words, **headers)


@pytest.mark.parametrize(
    ("words", "how", "answer", "evidence"),
    [
        ("3", "reply", "happy", Evidence.EXPLICIT),
        ("My answer: Not good", "unhappy", "unhappy", Evidence.EXPLICIT),
        ("", "neutral", "neutral", Evidence.EXPLICIT),
    ],
)
async def test_a_signed_mail_of_the_customer_rates_by_its_address_or_its_first_line(
    inside: Inside, words: str, how: str, answer: str, evidence: Evidence
) -> None:
    review = inside.review.id
    to = LINKS.customer_address(review) if how == "reply" else LINKS.vote_addresses(review)[how]
    log = await inside.send(signed(reply(words or " ", to=to), domain="customer.example"), to)
    assert [(vote.answer, vote.evidence) for vote in log.of(Vote)] == [(answer, evidence)]
    assert decide(log, RULES).at(_late()).status is Status.CONFIRMED


async def test_an_unsigned_one_waits(inside: Inside) -> None:
    to = LINKS.vote_addresses(inside.review.id)["happy"]
    log = await inside.send(reply("My answer: Great", to=to), to)
    assert decide(log, RULES).at(_late()).reasons == ("unproven_sender",)


async def test_an_automatic_answer_rates_nothing(inside: Inside) -> None:
    to = LINKS.vote_addresses(inside.review.id)["happy"]
    raw = b"Auto-Submitted: auto-replied\r\n" + signed(reply("3", to=to), domain="customer.example")
    assert not (await inside.send(raw, to)).of(Vote)
