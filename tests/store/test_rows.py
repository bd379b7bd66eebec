"""A fact, its row, and its identity: written, read back, and the same for ever."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from reviews.facts import FACT_TYPES
from store import (
    rows,
)
from tests.story import one_of_each

ODD_WORDS = {
    "emoji": "👩🏽‍💻 great 🎉",
    "right to left": "\u0634\u0643\u0631\u0627 \u200f\u0644\u0643\u200e \u202eabc\u202c",
    "combining": "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
    "controls": "a\x00b\x01\x1f\x7f\u2028\u2029\ufeff\r\n\t",
    "quotes": "'\"\\; drop table fact; -- :name %s {x}",
    "300 characters": "ä" * 300,
    "nothing": "",
    "beyond the plane": "𝕬𝖋𝖙𝖊𝖗𝖜𝖔𝖗𝖉 \U0010ffff",
}


def test_there_is_an_example_of_every_type_of_fact() -> None:
    assert {type(fact) for fact in one_of_each()} == set(FACT_TYPES)


@pytest.mark.parametrize("words", ODD_WORDS.values(), ids=ODD_WORDS)
def test_a_fact_comes_back_from_its_row_as_it_went_in(words: str) -> None:
    for fact in one_of_each(words):
        back = rows.read_fact(fact.kind, rows.write_fact(fact))
        assert (back, back.id) == (fact, fact.id)


def test_half_a_character_does_not_keep_a_fact_from_being_written() -> None:
    """A lone surrogate is no text in UTF-8: a broken header can hold one, and the mail around it must not be lost."""
    for fact in one_of_each("cut \ud83d here"):
        back = rows.read_fact(fact.kind, rows.write_fact(fact))
        assert back.id == fact.id
        assert "\ud83d" not in repr(back)


@pytest.mark.parametrize(
    "instant",
    [
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 11, 21, 9, 0, 0, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 3, 29, 2, 30, 0, 7, tzinfo=timezone(timedelta(hours=5, minutes=45))),
    ],
)
def test_an_instant_is_exact_to_the_microsecond(instant: datetime) -> None:
    assert rows.instant(rows.micros(instant)) == instant


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        rows.micros(datetime(2026, 11, 21))  # noqa: DTZ001 - that is what is refused


PINNED_IDS = {
    "review": "tu63kjp36kssjukvn66lh2j7aq",
    "delivery": "vpbg6ymdu2hemth3nhlxecvtce",
    "hit": "hit 48213",
    "arrived": "cusc2xasydtmvdtp5evccsxnfu",
    "signal": "zkmseyefsc4lar52zb6rwtwvl4",
    "vote": "jeam5xpur3bnej73i4zb3xv3ti",
    "comment": "rml4xmgurezrqxhg3qlhsa52bu",
    "message": "z3wqdu6obaorqgqft7lqw5qdeu",
    "files_scanned": "33kg3uze3nnnopo7w3vosrvdcm",
    "auto_reply": "gwo7t76wpezis2hlagsbrkmmqe",
    "bounce": "w2mt26r2omoolr5syt56ppdmk4",
    "settled": "eggrvga5mdwqijzkt2eacuc4su",
    "staff_action": "form 48213",
    "reopened": "wsrbpanhj4nkvc54inkzqzecpe",
    "declined": "v5w6bk6j2wxwejmlgjlahb2s4q",
    "client_suspected": "vyuut6c5spyb3awlu3oaajnogy",
    "delivered": "liqomqmgctrmddnjifoiaobkw4",
    "rating_sealed": "getfafltq5cjytzefqbqkkxmsm",
    "snippet_given": "oog6akucosnbsahaczcj52llnu",
    "vouched": "ma3oqh2i36dxlaxpil2rmep2em",
    "suppression": "55fw5o5qw3xmat33neups6f66m",
    "read": "read 48213",
    "assigned": "assigned 48213",
    "tagged": "tagged 48213",
    "cause_set": "cause 48213",
    "snoozed": "snoozed 48213",
    "nothing_to_answer": "nothing 48213",
    "follow_up_opened": "opened 48213",
    "follow_up_closed": "closed 48213",
    "exclusion_asked": "exclusion 48213",
    "exclusion_decided": "decided 48213",
    "exclusion_withdrawn": "withdrawn 48213",
    "credit_moved": "credit 48213",
    "kudos_marked": "kudos 48213",
    "consent_asked": "consent 48213",
    "consented": "azws4pvelkfkcljeznoy5krgle",
    "outcome_wished": "5ixmjmzd4itvokr2dyk7psyvme",
    "linked": "linked 48213",
    "came_of": "came 48213",
    "not_fixed": "not fixed 48213",
}


def test_the_identity_of_a_fact_never_changes() -> None:
    """Ids stand in rows, in mails and in links: whoever changes what they are made of breaks what is out there."""
    assert {fact.kind: fact.id for fact in one_of_each()} == PINNED_IDS
