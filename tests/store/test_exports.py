"""All reviews leave the house together: each once, in order, with the rating that holds, in bounded pages."""

import csv
import io
import json
from datetime import datetime
from functools import partial

import pytest

from reviews.exported import CSV, FORMS, JSONL, Line, csv_lines, json_lines, seen
from reviews.model import Person
from reviews.redacted import LINK_OUT, Ours
from store import Store, exports
from store.exports import Span, pages
from tests.store.keeping import Opening, comment, new_review, recording, seed
from tests.story import START, later


async def exported(store: Store, span: Span, *, now: datetime = START) -> list[Line]:
    return [line for page in [page async for page in pages(store, span, now=now)] for line in page]


async def test_every_review_leaves_once_in_the_order_it_was_recorded(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [(await new_review(store, ticket=str(n), at=later(n // 5))).ticket for n in range(23)]
    for size in (1, 5, 7, 23, 24):
        monkeypatch.setattr(exports, "LINES_MAX", size)
        lines = await exported(store, Span())
        assert sorted(line.ticket for line in lines) == sorted(made)
        assert [int(line.ticket) // 5 for line in lines] == sorted(int(ticket) // 5 for ticket in made)


async def test_a_brand_and_days_can_be_asked_for(store: Store) -> None:
    for number, brand in enumerate(("acme", "acme", "zenith", "zenith")):
        await new_review(store, ticket=str(number), brand=brand, at=later(number))
    for span, tickets in (
        (Span(), "0123"),
        (Span(brand="zenith"), "23"),
        (Span(since=later(1)), "123"),
        (Span(until=later(1)), "0"),
        (Span("acme", later(1), later(2)), "1"),
        (Span(since=later(9)), ""),
        (Span(brand="' or 1=1 --"), ""),
    ):
        assert "".join(line.ticket for line in await exported(store, span)) == tickets, span
        assert await store.read(partial(exports.count, span=span)) == len(tickets)


async def test_a_line_tells_the_rating_that_holds_and_the_latest_words(opening: Opening) -> None:
    review = await seed(opening)
    store = opening()
    for words in ("First.", "Quick and kind."):
        await store.record(review, recording(comment(review, words)))
    (line,) = await exported(store, Span(), now=later(3_600))
    assert (line.review, line.status, line.value, line.comment) == (review, "provisional", "happy", "Quick and kind.")
    (line,) = await exported(store, Span(), now=later(3_601))
    assert (line.status, line.value, line.grade) == ("confirmed", "happy", "soft")
    await store.close()


PLAIN = Line("id", "acme", "zammad", "1", "VPN", "", "a@b.c", "Ada", "", "", "", ("vpn", "wifi"), "", "none", *[""] * 4)
CELLS = [
    ("=1+1", "'=1+1"),
    ("+49 1", "'+49 1"),
    ("-1", "'-1"),
    ("@sum(a1)", "'@sum(a1)"),
    ("\tx", "'\tx"),
    ("\r=x", "'\r=x"),
    ("\uff1dx", "'\uff1dx"),
    ("a=1", "a=1"),
    ('say "hi", twice', 'say "hi", twice'),
    ("two\nlines", "two\nlines"),
    ("", ""),
]


@pytest.mark.parametrize(("said", "cell"), CELLS)
def test_a_cell_that_a_spreadsheet_would_run_is_text(said: str, cell: str) -> None:
    (row,) = csv.reader(io.StringIO(csv_lines([PLAIN._replace(comment=said)]), newline=""))
    assert row[-1] == cell
    assert json.loads(json_lines([PLAIN._replace(comment=said)]))["comment"] == (said or None)


def test_every_column_has_its_name() -> None:
    told = FORMS[CSV].head + FORMS[CSV].lines([PLAIN])
    (row,) = csv.DictReader(io.StringIO(told, newline=""))
    assert row["tags"] == "vpn wifi"
    assert row.keys() == PLAIN._asdict().keys() == json.loads(FORMS[JSONL].lines([PLAIN])).keys()


async def test_odd_names_leave_as_they_came(store: Store) -> None:
    for number, name in enumerate(("ä" * 200, "👩🏽‍💻", "a\x00b", 'a "b", c', "{x} :name %s")):
        contact = Person("ada@customer.example", name)
        await new_review(store, ticket=str(number), contact=contact, at=later(number))
    told = [line.name for line in await exported(store, Span())]
    assert [name.replace("\x00", "\ufffd") for name in told] == [
        "ä" * 200,
        "👩🏽‍💻",
        "a\ufffdb",
        'a "b", c',
        "{x} :name %s",
    ]


async def test_what_only_the_customer_may_press_leaves_no_house(store: Store) -> None:
    link = "https://care.acme.example/r/WyJhIiwiYiJd.abcdefghijklmnop"
    review = await new_review(store, subject=f"VPN {link}")
    await store.record(review.id, recording(comment(review.id, f"I pressed {link} twice.")))
    lines = await exported(store, Span())
    told = seen(lines, without_agents=(), ours=Ours.at("https://care.acme.example", "reply.acme.example"))
    assert [(one.subject, one.comment) for one in told] == [(f"VPN {LINK_OUT}", f"I pressed {LINK_OUT} twice.")]
