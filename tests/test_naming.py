"""Themes that staff name: nothing is lost, and what was done can be taken back."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from reviews.naming import Action, Named, Text, ThemeDeed, by_day, cleaned, growing, read, standing, undoable
from reviews.themes import Quote
from tests.story import LEA, SAM, START

THEMES = ("a", "b", "c")
DEEDS = st.lists(
    st.tuples(st.sampled_from(list(Action)), st.sampled_from(THEMES), st.sampled_from(THEMES), st.integers(0, 20)),
    max_size=20,
)


def made(told: list[tuple[Action, str, str, int]]) -> list[ThemeDeed]:
    return [
        ThemeDeed(
            f"d{number}", theme, "acme", START, (LEA, SAM)[number % 2].email, action, f"name {number}",
            (f"word{number}",), f"d{which}" if action is Action.UNDONE else about,
        )
        for number, (action, theme, about, which) in enumerate(told)
    ]  # fmt: skip


@given(DEEDS)
def test_taking_the_last_deed_back_is_as_if_it_had_never_been(told: list[tuple[Action, str, str, int]]) -> None:
    deeds = made(told)
    before = standing(deeds)
    for last in (one for one in deeds if one.id in undoable(deeds)):
        back = ThemeDeed("back", last.theme, "acme", START, LEA.email, Action.UNDONE, about=last.id)
        assert standing([*deeds, back]) == standing([one for one in deeds if one.id != last.id])
    assert standing(deeds) == before


@given(DEEDS)
def test_no_word_of_a_theme_that_was_joined_is_lost(told: list[tuple[Action, str, str, int]]) -> None:
    known = standing(made(told))
    if len(known) > 1:
        one, other = list(known)[:2]
        joined = ThemeDeed("joined", one, "acme", START, LEA.email, Action.JOINED, about=other)
        after = standing([*made(told), joined])
        assert after[one].phrases == known[one].phrases | known[other].phrases
        assert other not in after


def test_only_what_can_be_found_in_texts_is_a_phrase() -> None:
    assert cleaned(["Slow  Printer", "the", "slow", "three whole words", "", "SLOW"]) == ("slow printer", "slow")


def texts(lately: int, before: int, of: int = 40) -> list[Text]:
    """So many of the texts of each time speak of printers."""
    told = []
    for days, number in ((1, lately), (40, before)):
        for one in range(of):
            words = "The printer jams" if one < number else "All was fine here"
            told.append(read(START - timedelta(days=days + one % 20), Quote(f"r{days} {one}", words)))
    return told


def test_a_followed_theme_that_grows_is_told_and_no_other() -> None:
    theme = Named("t", "acme", "Printers", frozenset({"printer"}), (LEA.email,))
    (one,) = growing([theme], texts(20, 3), now=START)
    assert (one.name, one.other, one.one.part, one.beside.part) == ("Printers", "t", 20, 3)
    assert one.reviews
    assert growing([Named("t", "acme", "Printers", frozenset({"printer"}))], texts(20, 3), now=START) == []
    assert growing([theme], texts(4, 3), now=START) == []
    assert growing([theme], texts(3, 20), now=START) == []


def test_the_trend_of_a_theme_counts_the_texts_of_each_day() -> None:
    theme = Named("t", "acme", "Printers", frozenset({"printer"}))
    points = by_day(theme, texts(20, 3))
    assert sum(one.part for one in points) == 23
    assert sum(one.of for one in points) == 80
    assert [one.since for one in points] == sorted({one.since for one in points})
    assert by_day(theme, []) == []
