"""What an operator is told of a mail: the same keys for every kind, with the reason in words."""

import json

import pytest

from inbound.explain import explain
from tests.replies.machines import AUTOMATIC, RETURNED

KEYS = {
    *("kind", "reason", "reply", "trimmed", "segments", "rating", "review", "sender", "attachments", "warnings"),
}
HEAD = b"From: Ada <ada@customer.example>\nSubject: Re: How did we do?\n"
OURS = "## Reply above this line / 7f3a ##\nHow did we do?\nJust answer this mail, a person reads it.\n"


@pytest.mark.parametrize("raw", [b"", HEAD + b"\nVery well.\n", AUTOMATIC[0].raw, RETURNED[0].raw], ids=len)
def test_the_same_is_told_of_every_mail(raw: bytes) -> None:
    told = explain(raw)
    assert told.keys() == KEYS
    assert json.loads(json.dumps(told)) == told


def test_a_bounce_is_told_with_what_it_says_and_an_absence_with_its_end() -> None:
    assert explain(RETURNED[0].raw)["reason"] == "delivery status report; for good: there is no such address"
    assert explain(AUTOMATIC[0].raw)["reason"] == "Auto-Submitted header; away until 2026-11-30"


def test_every_word_of_a_mail_is_in_one_of_its_segments() -> None:
    body = f"Very well.\n\nOn 21/11/2026 10:00, Acme wrote:\n> {OURS.replace(chr(10), chr(10) + '> ')}\n\n-- \nAda\n"
    told = explain(HEAD + b"\n" + body.encode(), original=OURS)
    segments = told["segments"]
    assert isinstance(segments, list)
    assert [segment["kind"] for segment in segments] == ["said", "quoted", "quoted", "signature"]
    assert all(segment["rule"] for segment in segments[1:])
    assert " ".join(segment["text"] for segment in segments).split() == body.split()


def test_a_mail_that_holds_only_ours_is_empty_and_what_is_doubtful_is_warned_of() -> None:
    quoted = OURS.replace("\n", "\n> ")
    assert explain(HEAD + f"\n> {quoted}".encode(), original=OURS)["kind"] == "empty"
    assert explain(HEAD + f"\n> {quoted}".encode())["warnings"] == [
        "all of it was taken for something else, so all of it is shown"
    ]
    below = f"Ok\n\n-----Original Message-----\n{'How did we do, in all that you asked us for? ' * 30}"
    assert explain(HEAD + b"\n" + below.encode())["warnings"] == [
        "most of it was set apart without a mark on each line"
    ]
    assert explain(b"Content-Type: multipart/mixed\n\nhi")["warnings"] == ["a boundary is missing"]
