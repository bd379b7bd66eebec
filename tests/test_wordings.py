"""Where a brand began to ask otherwise."""

from datetime import timedelta

import pytest

from reviews.wordings import LINGERS, Wording, reworded
from tests.story import START

Row = tuple[float, str, str, str]


def asked(days: float, scale: str, language: str, words: str, brand: str = "acme") -> Wording:
    return Wording(brand, scale, language, words, START + timedelta(days=days))


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([(0, "faces3", "en", "A"), (1, "faces3", "en", "A")], []),
        ([(0, "faces3", "en", "A"), (1, "faces3", "en", "B"), (2, "faces3", "en", "B")], [(1, "A", "B")]),
        (
            [(0, "faces3", "en", "A"), (1, "faces3", "en", "B"), (2, "faces3", "en", "A")],
            [(1, "A", "B"), (2, "B", "A")],
        ),
        ([(0, "faces3", "en", "A"), (1, "faces3", "de", "B"), (2, "faces3", "en", "A")], []),
        ([(0, "faces3", "en", "A"), (1, "faces5", "de", "B"), (2, "faces5", "en", "C")], [(1, "A", "B")]),
        ([(0, "faces3", "en", "A"), (1, "faces5", "en", "B"), (2, "faces3", "en", "A")], [(1, "A", "B")]),
        (
            [(0, "faces3", "en", "A"), (1, "faces5", "en", "B"), (1 + LINGERS.days, "faces3", "en", "A")],
            [(1, "A", "B"), (1 + LINGERS.days, "B", "A")],
        ),
    ],
)
def test_other_words_in_one_language_or_a_scale_that_was_not_in_use_are_a_change(
    rows: list[Row], told: list[tuple[float, str, str]]
) -> None:
    found = [
        ((change.at - START) / timedelta(days=1), change.before.words, change.after.words)
        for change in reworded(asked(*row) for row in reversed(rows))
    ]
    assert found == told


def test_what_one_brand_asks_says_nothing_of_another() -> None:
    assert reworded([asked(0, "faces3", "en", "A"), asked(1, "faces5", "en", "B", brand="zeta")]) == []
