"""A mail that is only what we asked for, a wish, a rating or a yes, leaves nothing to answer: nobody is reminded."""

from typing import Any

import pytest

from reviews import flow
from reviews.clicks import decide
from reviews.followups import FollowUp, follow_up, reminders
from reviews.handling import handling
from reviews.log import Log
from reviews.model import Attachment
from tests.histories import LATE
from tests.story import RULES, asked_log, later, mail

BARE = [
    ("Stop", {}),
    ("seltener, bitte", {}),
    ("توقف", {}),
    ("", {"subject": "Unsubscribe"}),
    ("3", {}),
    ("Great, thanks\nAda", {}),
    ("", {"answer": "happy", "subject": "Great (48213)"}),
    ("My answer: Great", {"answer": "happy", "subject": "Great (48213)"}),
    ("Ma réponse :\u00a0Très bien", {"answer": "happy", "subject": "Très bien (48213)"}),
]
WORDS = [
    ("It still drops.", {}),
    ("Stop the server, please", {}),
    ("Stop", {"sender": "eve@other.example"}),
    ("1", {}),  # whoever is not happy is owed an answer
    ("My answer: Not good", {"answer": "unhappy", "subject": "Not good (48213)"}),
    ("3\n\nWhen will the new laptop come?", {}),
    ("My answer: Great\n\nWhen will the new laptop come?", {"answer": "happy", "subject": "Great (48213)"}),
    ("My answer: Great, but it is slow", {"answer": "happy", "subject": "Great (48213)"}),
    ("3", {"attachments": (Attachment("error.png", "image/png", 5, "0" * 64),)}),
]


def wrote(words: str, changes: dict[str, Any], log: Log | None = None) -> Log:
    log = log or asked_log()
    incoming = mail(words, at=later(LATE), **({"subject": "Re: How did we do?"} | changes))
    return log.plus(*flow.replied(log, mail=incoming, at=later(LATE), rules=RULES))


def owed(log: Log) -> FollowUp | None:
    return follow_up(log, decide(log, RULES), later(LATE + 60))


@pytest.mark.parametrize(("words", "changes"), BARE, ids=[words for words, _ in BARE])
def test_what_is_only_what_we_asked_for_is_answered_by_nobody(words: str, changes: dict[str, Any]) -> None:
    log = wrote(words, changes)
    assert owed(log) is None
    assert handling(log).waiting_since is None
    assert handling(log).unread, "it is there to be read all the same"
    assert not list(reminders(log, decide(log, RULES), at=later(LATE)))


@pytest.mark.parametrize(("words", "changes"), WORDS, ids=[words for words, _ in WORDS])
def test_what_says_a_word_more_waits_for_a_person(words: str, changes: dict[str, Any]) -> None:
    log = wrote(words, changes)
    assert owed(log) is not None
    assert handling(log).waiting_since == later(LATE)


def test_a_wish_takes_nothing_away_from_what_was_owed_before() -> None:
    log = wrote("Stop", {"message_id": "<2@c>", "mail": "raw 2"}, wrote("It still drops.", {}))
    assert owed(log) is not None
