"""The commands about staff: who may come in, who is signed in, who changed what, to whom an answer is owed."""

import asyncio
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from commands.operating import now, with_store
from reviews import flow, tending
from reviews.deeds import FollowUpOutcome
from reviews.facts import Delivery, Review
from reviews.flow import Rule
from reviews.model import Outcome
from reviews.sending import attempted
from store import Settlement, Staff, Store, people
from tests.story import ADA, RULES, closing, mail
from tests.test_cli import folder, installed, refused, said

__all__ = ["folder", "installed"]
LEA = "lea@acme.example"


@pytest.fixture(autouse=True)
def _installed(installed: Path) -> None:
    """Settings and a database in an empty folder."""


def test_staff_choose_are_walled_in_and_every_change_is_in_the_log() -> None:
    said("staff", "add", LEA, "--name", "Lea Moss", "--role", "lead", "--team", "Network", "--brand", "acme-it")
    said("staff", "choose", LEA, "daily")
    assert said("staff", "list") == f"{LEA}\tLea Moss\tlead\tNetwork\tacme-it\tdaily\t\n"
    assert "there is no brand nobody" in refused("staff", "add", LEA, "--name", "Lea", "--brand", "nobody")
    assert "not among the staff" in refused("staff", "choose", "who@acme.example", "off")
    told = [line.split("\t")[1:] for line in said("audit").splitlines()]
    assert told == [
        ["the operator", "notices chosen", LEA, "daily"],
        ["the operator", "staff set", LEA, "lead Network acme-it"],
    ]


def test_nobody_is_asked_again_before_it_was_put_right() -> None:
    assert "there is no review x" in refused("ask-again", "x")
    review = asyncio.run(with_store(_asked))
    assert "it was not put right" in refused("ask-again", review.id)
    done = partial(tending.follow_up_closed, action="d", who=LEA, outcome=FollowUpOutcome.PUT_RIGHT, at=now())
    asyncio.run(with_store(partial(_done, review=review.id, rule=done)))
    assert "once more" in said("ask-again", review.id, "--reason", "a new line")
    assert "they were asked again already" in refused("ask-again", review.id)


async def _asked(store: Store) -> Review:
    review, invitation, *_ = closing()
    assert isinstance(review, Review)
    assert isinstance(invitation, Delivery)
    await store.record_new(review, invitation)
    settled = attempted(invitation, outcome=Outcome.SENT, attempt=1, composed_at=now(), at=now())
    await store.settle(Settlement(settled))
    return review


async def _done(store: Store, *, review: str, rule: Rule) -> None:
    assert (await store.record(review, rule)).new


def test_who_waits_for_a_lead_is_confirmed_once() -> None:
    met = Staff("new@acme.example", "New", "agent", "Desk")
    asyncio.run(with_store(lambda store: store.write(partial(people.met, staff=met, at=now()))))
    assert "waits for a lead" in said("staff", "list")
    assert "is one of us" in said("staff", "confirm", met.email)
    assert "does not wait" in refused("staff", "confirm", met.email)


def test_sessions_are_seen_and_ended() -> None:
    said("staff", "add", LEA, "--name", "Lea Moss")
    asyncio.run(with_store(_sign_in))
    (line,) = said("staff", "sessions").splitlines()
    assert line.split("\t")[3] == "Firefox"
    assert said("staff", "sign-out", LEA, "--session", line.split("\t")[4]) == f"{LEA}: 1 ended.\n"
    assert "no such session" in refused("staff", "sign-out", LEA)


async def _sign_in(store: Store) -> None:
    at, soon = now(), now() + timedelta(hours=1)
    await store.write(partial(people.add_sign_in, id="a", email=LEA, client="here", expires_at=soon))
    trade = partial(people.use_sign_in, id="a", session_id="s", expires_at=soon, now=at, client="Firefox")
    assert await store.write(trade)


def test_a_key_has_scopes_and_says_when_it_was_used() -> None:
    said("keys", "add", "bi", "--scope", "reviews", "--scope", "export")
    said("keys", "add", "desk", "--brand", "acme-it")
    assert [line.split("\t")[2:] for line in said("keys", "list").splitlines()] == [
        ["valid", "export reviews", "all brands", "never used"],
        ["valid", "all", "acme-it", "never used"],
    ]
    assert "there is no brand nobody" in refused("keys", "add", "other", "--brand", "nobody")


def test_to_whom_an_answer_is_owed_is_listed_with_when_and_by_whom() -> None:
    asyncio.run(with_store(_replied))
    (line,) = said("follow-ups").splitlines()
    _due, late, whom, owner, why, url = line.split("\t")
    assert (late, whom, owner, why) == ("in time", ADA.email, "sam@acme.example", "reply")
    assert "/reviews/" in url


async def _replied(store: Store) -> None:
    review = (await store.record_new(*closing(at=now(), closed_at=now())))[0]
    assert isinstance(review, Review)
    await store.record(review.id, partial(flow.replied, mail=mail(at=now()), at=now(), rules=RULES))
