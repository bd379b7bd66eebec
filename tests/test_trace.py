"""Every mail that is passed on says which way it came, and nothing a client said of itself can be read as more."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reviews.model import Envelope
from reviews.trace import carried, own_hops, received

CAME = Envelope(
    datetime(2026, 11, 21, 10, tzinfo=UTC), "192.0.2.1", "mx.customer.example", "", ("r+x@a.example",), True
)
LINE = "from mx.customer.example ([192.0.2.1]) by a.example with ESMTPS id one; Sat, 21 Nov 2026 10:00:00 +0000"


def test_a_line_of_trace_says_from_where_by_whom_and_when() -> None:
    assert received(CAME, by="a.example", id="one") == LINE
    assert "with ESMTP id" in received(replace(CAME, tls=False), by="a.example", id="one")
    assert "([IPv6:2001:db8::1])" in received(replace(CAME, peer="2001:db8::1%eth0"), by="a.example", id="one")


@pytest.mark.parametrize("helo", ["", "a b", "a\r\nBcc: b", "a) by other.example (", "ä", "x" * 300])
def test_what_a_client_calls_itself_is_one_word(helo: str) -> None:
    assert received(replace(CAME, helo=helo), by="a.example", id="one").startswith("from unknown ([192.0.2.1]) by")


def test_each_line_stays_counted_whatever_it_holds() -> None:
    lines = ["from a\n\tby b", "", "from ä", "x" * 1_000, "=?utf-8?q?a?=", "a\0b"]
    headers = [("Subject", "x"), *(("received", line) for line in lines), ("X-Received", "no")]
    assert carried(headers) == ["from a by b", *["from unknown by unknown"] * 5]


@pytest.mark.parametrize(
    ("head", "number"),
    [
        ("received: from a by a.example with esmtp", 1),
        ("received: from a by a.example. with esmtp\r\nsubject: x\r\nreceived: from a\r\n\tby a.example; x", 2),
        ("received: from a.example by b.example", 0),
        ("received: from a by a.example.other", 0),
        ("x-received: by a.example\r\nsubject: by a.example", 0),
    ],
)
def test_own_lines_are_told_from_others(head: str, number: int) -> None:
    assert own_hops(head.encode(), by="A.example") == number
