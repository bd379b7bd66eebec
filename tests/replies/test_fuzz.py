"""Mails made by chance keep every promise; the seeds of those that once did not stand here."""

import pytest

from tests.replies.fuzz import checked, mail_of

FOUND: tuple[str, ...] = ()


def _why(seed: str) -> str:
    broken = checked(seed)
    return broken.why if broken else ""


@pytest.mark.parametrize("seed", FOUND)
def test_what_once_broke_a_promise_keeps_it(seed: str) -> None:
    assert _why(seed) == ""


def test_a_hundred_mails_made_by_chance_keep_every_promise() -> None:
    assert [seed for seed in (f"test-{number}" for number in range(100)) if _why(seed)] == []


def test_a_seed_makes_the_same_mail_again() -> None:
    assert mail_of("7-1") == mail_of("7-1") != mail_of("7-2")
