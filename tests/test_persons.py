"""What an operator answers to somebody who asks what is known of them, or asks to be forgotten."""

import asyncio
import json
import zipfile
from pathlib import Path

import pytest

from commands.operating import with_store
from reviews.facts import Review
from store import Store
from tests.store.keeping import envelope
from tests.story import closing
from tests.test_cli import afterword, folder, installed, refused, said

__all__ = ["folder", "installed"]
ADA = "ada@customer.example"
RAW = b"From: Ada <ada@customer.example>\r\nSubject: Thanks\r\n\r\nA lot.\r\n"


@pytest.fixture
def ticket(installed: Path) -> str:
    """A review of Ada's with a mail of hers."""

    async def record(store: Store) -> str:
        (review, *_) = await store.record_new(*closing())
        assert isinstance(review, Review)
        await store.keep_mail(id="arrival", envelope=envelope(), raw=RAW)
        await store.mark_arrival("arrival", status="read", at=review.at, review=review.id)
        return review.id

    return asyncio.run(with_store(record))


def test_all_that_is_held_comes_in_one_file(ticket: str, installed: Path) -> None:
    assert "1 reviews, 1 mails" in said("export", "person", ADA, "ada.zip")
    with zipfile.ZipFile(installed / "ada.zip") as archive:
        told = json.loads(archive.read("person.json"))
        mails = [archive.read(name) for name in archive.namelist() if name.startswith("mails/")]
    assert told["reviews"][0]["id"] == ticket
    assert told["reviews"][0]["review"]["contact"]["name"] == "Ada Lovelace"
    assert mails == [RAW]
    assert (installed / "ada.zip").stat().st_mode & 0o777 == 0o600
    assert "exists" in refused("export", "person", ADA, "ada.zip")


def test_who_is_forgotten_is_in_no_file_and_the_review_is_still_counted(ticket: str, installed: Path) -> None:
    assert "1 reviews are numbers now, 1 mails are gone" in said("forget", ADA, "--yes")
    raw = b"".join(file.read_bytes() for file in installed.glob("afterword.db*"))
    assert b"Lovelace" not in raw
    assert ADA.encode() not in raw
    assert ticket in said("export", "reviews")
    assert afterword("recompute").exit_code == 0


def test_nobody_is_forgotten_by_mistake(ticket: str) -> None:
    result = afterword("forget", ADA, stdin="n\n")
    assert result.exit_code == 1
    assert "1 reviews" in said("export", "person", ADA, "ada.zip")


def test_what_is_kept_for_how_long_is_told(ticket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told = said("retention").splitlines()
    assert told[0] == "visits\t90 days\tAFTERWORD_HITS_DAYS\tnone"
    assert told[1].startswith("mails as they came\tfor good\tAFTERWORD_MAILS_MONTHS\tthe oldest is of 20")
    monkeypatch.setenv("AFTERWORD_MAILS_MONTHS", "6")
    monkeypatch.setenv("AFTERWORD_REVIEWS_YEARS", "3")
    assert [line.split("\t")[1] for line in said("retention").splitlines()] == [
        "90 days",
        "182 days",
        "1095 days",
        "90 days",
        "30 days",
    ]
