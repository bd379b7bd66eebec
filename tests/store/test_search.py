"""Which reviews hold these words? The same answer from every engine, whatever is asked."""

from dataclasses import replace
from functools import partial

import pytest

from reviews import flow, staff_answers
from reviews.facts import Review
from store import Cursor, Store, Wanted, search
from store.words import QUERY_TERMS_MAX, WORD_CHARS_MAX, Term, terms, words
from tests.store.keeping import comment, new_review, recording
from tests.story import ADA, LEA, RULES, SAM, START, later, mail, staff_mail


async def found(store: Store, query: str, wanted: Wanted | None = None) -> list[str]:
    """The tickets that a search finds, newest first."""
    page = await store.search(query, wanted or Wanted(), now=START, most=200)
    return [line.review.ticket for line in page]


async def spoken(store: Store) -> Review:
    """A review with a comment, a reply and an answer."""
    review = await new_review(store)
    await store.record(review.id, recording(comment(review.id, "It dropped AGAIN, twice.")))
    reply = mail("Now it is the Café's router.", trimmed="> quoted words")
    await store.record(review.id, partial(flow.replied, mail=reply, at=later(hours=2), rules=RULES))
    await store.record(review.id, partial(staff_answers.staff_answered, mail=staff_mail(), seat=SAM, at=later(hours=3)))
    return review


@pytest.mark.parametrize(
    ("query", "hit"),
    [
        ("VPN", True),  # the subject
        ("48213", True),  # the ticket
        ("lovelace", True),  # the contact's name
        ("ada@customer.example", True),  # the address
        ("customer.example", True),
        ("example customer", True),  # apart: in any order
        ("customer.ada", False),  # together: in this order
        ("Customer Ltd", True),  # the company
        ("again twice", True),  # the comment
        ("CAFE", True),  # the reply, without its accent
        ("café’s", True),
        ("replaced", True),  # the answer
        ("vpn again router replaced lovelace", True),  # all of them, whoever said them
        ("vpn nowhere", False),
        ("quoted", False),  # what was cut off a mail is nobody's words
        ("rout", False),
        ("rout*", True),
        ("ada@cust*", True),
        ("rout* -- vpn", True),
    ],
)
async def test_a_review_is_found_by_what_it_is_about_who_asked_and_what_was_said(
    store: Store, query: str, hit: bool
) -> None:
    await spoken(store)
    await new_review(store, ticket="2", subject="Something else", contact=replace(LEA, company="Else"))
    assert await found(store, query) == (["48213"] if hit else []), query


HOSTILE = {
    "nothing": "",
    "blanks": " \t\n ",
    "operators": "AND OR NOT NEAR(a b) a OR b AND (c)",
    "a column": "words:vpn {words} : vpn",
    "one quote": '"',
    "quotes": "\"vpn\" \"' ''\" 'x",
    "brackets": "((((vpn))))) ^vpn $ - + ! | & <-> <2>",
    "stars": "* ** vpn** *vpn",
    "injection": "'; drop table review; --",
    "placeholders": ":name %s %(name)s {x} ? $1",
    "backslashes": "\\ \\' \\0 \\u0000",
    "controls": "a\x00b\x01\x7f\ufeff\u2028",
    "half a character": "cut \ud83d here",
    "emoji": "👩🏽‍💻 🎉",
    "combining": "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢ \u0301",
    "right to left": "\u0634\u0643\u0631\u0627 \u200f\u202eabc",
    "10 kB of words": "vpn " * 2_500,
    "10 kB of one word": "v" * 10_000,
    "10 kB of quotes": '"' * 10_000,
    "10 kB of brackets": "(" * 10_000,
    "10 kB of stars": "a* " * 3_000,
    "10 kB of dots": "a." * 5_000,
    "10 kB of Chinese": "故障" * 5_000,
}


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE)
async def test_no_query_is_an_error(store: Store, query: str) -> None:
    await new_review(store)
    assert await found(store, query) in ([], ["48213"])
    assert await found(store, f"vpn {query}") in ([], ["48213"])


@pytest.mark.parametrize("said", HOSTILE.values(), ids=HOSTILE)
async def test_whatever_was_said_can_be_kept_and_its_review_found_by_the_rest(store: Store, said: str) -> None:
    review = await new_review(store, contact=replace(ADA, name=said, company=said))
    await store.record(review.id, recording(comment(review.id, f"{said} findable")))
    assert await found(store, "drops" if len(said) > 999 else "findable") == ["48213"]


@pytest.mark.parametrize(
    ("said", "query"),
    [
        ("网络故障已解决", "故障"),
        ("回線が切れました", "切れ"),
        ("เครือข่ายล่ม", "ข่าย"),
        ("네트워크가 끊겼어요", "네트워크가"),
        ("네트워크가 끊겼어요", "네트*"),
        ("Straße gesperrt", "STRASSE"),
        ("ＦＵＬＬ ｗｉｄｔｈ", "full width"),
        ("Ελληνικά ΛΌΓΙΑ", "λογια"),
        ("İstanbul", "istanbul"),
        ("नमस्ते दुनिया", "नमस्ते"),
        ("v1.2.3 of snake_case", "V1.2.3"),
        ("v1.2.3 of snake_case", "snake"),
        ("price 1e5 00123", "1e5 00123"),
    ],
)
async def test_every_script_can_be_searched(store: Store, said: str, query: str) -> None:
    review = await new_review(store)
    await new_review(store, ticket="2")
    await store.record(review.id, recording(comment(review.id, said)))
    assert await found(store, query) == ["48213"]


async def test_characters_without_spaces_are_found_in_their_order_alone(store: Store) -> None:
    review = await new_review(store, subject="故障")
    assert await found(store, "障故") == []
    assert await found(store, "故障") == [review.ticket]


async def test_hits_are_paged_newest_first_without_repeats_both_ways(store: Store) -> None:
    for n in range(23):
        await new_review(store, ticket=str(n), subject="even" if n % 2 == 0 else "odd")
    evens = [str(n) for n in range(22, -1, -2)]
    assert await found(store, "even") == evens
    before: Cursor | None = None
    for size in (1, 5, 12, 200):
        seen: list[str] = []
        before = None
        while page := await store.search("even", Wanted(), now=START, most=size, before=before):
            assert len(page) <= size
            seen += [line.review.ticket for line in page]
            before = page[-1].cursor
        assert seen == evens
    back = await store.search("even", Wanted(), now=START, most=3, after=before)
    assert [line.review.ticket for line in back] == evens[-4:-1]


async def test_a_search_can_be_narrowed_as_the_list(store: Store) -> None:
    await new_review(store)
    await new_review(store, ticket="2", contact=LEA, brand="zenith", at=later(9))
    for wanted, tickets in (
        (Wanted(), ["2", "48213"]),
        (Wanted(ticket="2"), ["2"]),
        (Wanted(contact="LEA@acme.example"), ["2"]),
        (Wanted(brand="acme"), ["48213"]),
        (Wanted(since=later(1)), ["2"]),
        (Wanted(ticket="' or 1=1 --"), []),
    ):
        assert await found(store, "vpn", wanted) == tickets, wanted


async def test_a_cursor_of_a_review_that_is_not_there_leads_nowhere(store: Store) -> None:
    await new_review(store)
    assert await store.search("vpn", Wanted(), now=START, most=9, before=Cursor(START, "no such")) == []


async def test_what_was_not_recorded_is_not_found(store: Store) -> None:
    review = await new_review(store)

    def failing(log: object) -> object:
        raise LookupError

    with pytest.raises(LookupError):
        await store.record(review.id, failing)  # type: ignore[arg-type]  # it never answers
    with pytest.raises(ValueError, match="another review"):
        await store.record(review.id, recording(comment(review.id, "kept"), comment("another", "lost")))
    assert (await found(store, "vpn"), await found(store, "kept")) == ([review.ticket], [])


async def test_a_long_thread_is_found_by_its_first_words(store: Store) -> None:
    review = await new_review(store)
    for number in range(30):
        await store.record(review.id, recording(comment(review.id, f"word{number} " + f"filler{number} " * 900)))
    assert await found(store, "word0 filler3") == [review.ticket]
    kept = await store.read(partial(search.kept, review=review.id))
    assert kept is not None
    assert len(kept) <= search.WORDS_CHARS_MAX


def test_words_are_split_and_folded() -> None:
    for text, split in (
        ("Quick, and FRIENDLY!", ["quick", "and", "friendly"]),
        ("ada@customer.example", ["ada", "customer", "example"]),
        ("snake_case don't", ["snake", "case", "don", "t"]),
        ("Ünïcödé", ["unicode"]),
        ("ok 故障 ok", ["ok", "故", "障", "ok"]),
        ("x" * 999, ["x" * WORD_CHARS_MAX]),
        ("🎉 --- ''", []),
    ):
        assert words(text) == split


def test_terms_are_what_stands_apart() -> None:
    assert terms('ada@cust* "vpn" --') == [Term(("ada", "cust"), open=True), Term(("vpn",))]
    assert terms("v* vp* *") == [Term(("v",)), Term(("vp",), open=True)]
    assert len(terms("a " * 99)) == QUERY_TERMS_MAX
