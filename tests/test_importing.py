"""`afterword import`: ratings of before, whole or not at all, marked, and counted apart from those asked."""

import asyncio
from functools import partial
from pathlib import Path

import pytest

from commands.operating import read, with_store
from reviews.clicks import Timeline
from reviews.followups import OPEN, follow_up
from reviews.handling import handling
from reviews.model import EMBEDDED
from reviews.news import news
from store import Store, lists
from store.facts import load
from store.recompute import recompute
from tests.test_cli import NOW, afterword, folder, installed, refused, said

__all__ = ["folder", "installed"]  # fixtures

HEAD = (
    "Ticket ID,Requester email,Requester,Organization,Assignee email,Group,"
    "Satisfaction Score,Satisfaction Comment,Date\n"
)
GOOD = HEAD + (
    '101,ada@customer.example,Ada,Customer Ltd,sam@acme.example,Network,Good,"Quick, and kind",2026-03-01T10:00:00Z\n'
    "102,bob@customer.example,Bob,Customer Ltd,sam@acme.example,Network,Bad,,2026-03-02\n"
    "103,eve@customer.example,Eve,Other Ltd,,,Good,,2026-03-03 08:00:00 UTC\n"
)
SPAN = ("--since", "2026-02-01", "--until", "2026-04-01")


def file_of(folder: Path, text: str) -> str:
    path = folder / "ratings.csv"
    path.write_text(text, "utf-8")
    return str(path)


def differences() -> list[object]:
    async def found(store: Store) -> list[object]:
        return [one async for one in recompute(store, mend=False, clock=lambda: NOW, told=lambda number: None)]

    return asyncio.run(with_store(found))


def test_ratings_are_taken_over_once_and_counted_apart_from_those_asked(installed: Path) -> None:
    file = file_of(installed, GOOD)
    assert said("import", file, "--source", "zendesk") == "3 ratings were taken over; 0 were there already.\n"
    assert said("import", file, "--source", "zendesk") == "0 ratings were taken over; 3 were there already.\n"
    told = said("score", "--explain", *SPAN)
    assert "2 of 3" in told
    assert "0 hard, 3 soft" in told
    assert "3 = 0 asked + 3 asked by the helpdesk" in told
    assert "1 of 2" in said("score", "--agent", "sam@acme.example", *SPAN)
    assert differences() == []


def test_what_was_taken_over_says_so_and_wants_nothing_of_anybody(installed: Path) -> None:
    said("import", file_of(installed, GOOD), "--source", "zendesk")
    for id in read(lists.ids, after="", most=9):
        log = read(load, review=id)
        assert log
        timeline = asyncio.run(with_store(partial(_timeline, id)))
        assert (log.review.source, log.review.ask) == ("import:zendesk", EMBEDDED)
        assert timeline.steps[-1].reasons == ("import",)
        assert not handling(log).unread
        owed = follow_up(log, timeline, NOW)
        assert owed is None or owed.status != OPEN
        assert news(log, timeline) == ()
        assert asyncio.run(with_store(partial(_deliveries, id))) == 0


async def _timeline(id: str, store: Store) -> Timeline:
    return await store.timeline(id)


async def _deliveries(id: str, store: Store) -> int:
    return len(await store.deliveries(id))


def test_a_dry_run_writes_nothing(installed: Path) -> None:
    assert (
        said("import", file_of(installed, GOOD), "--dry-run") == "3 ratings can be taken over; nothing was written.\n"
    )
    assert read(lists.count) == 0


def test_one_wrong_line_is_named_and_nothing_is_written(installed: Path) -> None:
    wrong = (
        "104,nobody,N,,,,Good,,2026-03-04\n105,x@customer.example,X,,,,Splendid,,2026-03-04\n"
        ",x@customer.example,X,,,,Good,,2026-03-04\n106,x@customer.example,X,,,,Good,,04/03/26\n"
        "107,x@customer.example,X,,,,Good,,2999-01-01\n"
    )
    result = afterword("import", file_of(installed, GOOD + wrong))
    assert result.exit_code == 1
    assert result.stderr.splitlines()[:5] == [
        "line 5: 'nobody' is no mail address",
        "line 6: the rating 'Splendid' is not known; a mapping can name it",
        "line 7: it names no ticket",
        "line 8: '04/03/26' is no date as 2026-11-21 or 2026-11-21T10:00:00Z",
        "line 9: 2999-01-01 lies ahead",
    ]
    assert "5 lines cannot be taken over, 3 could; nothing was written" in result.stderr
    assert read(lists.count) == 0


def test_what_was_broken_off_goes_on(installed: Path) -> None:
    lines = [f"{n},ada{n}@customer.example,Ada,,,,Good,,2026-03-01T10:00:00Z\n" for n in range(450)]
    said("import", file_of(installed, HEAD + "".join(lines[:260])))
    assert said("import", file_of(installed, HEAD + "".join(lines))) == (
        "190 ratings were taken over; 260 were there already.\n"
    )


def test_any_other_file_is_read_by_a_mapping(installed: Path) -> None:
    file = file_of(
        installed,
        "Fall,Wer,Urteil,Am\n7,ada@customer.example,Prima,2026-03-01\n8,bob@customer.example,Top,2026-03-01\n",
    )
    assert "no column is known for ticket, rated_at, rating, contact" in refused("import", file)
    maps = [word for pair in ("ticket=Fall", "contact=Wer", "rating=Urteil", "rated_at=Am") for word in ("--map", pair)]
    told = said("import", file, *maps, "--rating", "Prima=happy", "--rating", "Top=very_happy")
    assert told.startswith("2 ratings were taken over")
    assert {log.review.scale for id in read(lists.ids, after="", most=9) if (log := read(load, review=id))} == {
        "faces5"
    }
    assert "no answer" in refused("import", file, *maps, "--rating", "Prima=wonderful")
    assert "there is no column 'Nichts'" in refused("import", file, "--map", "ticket=Nichts")


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe\x00", b"a,b\n1,2\n", b'"unclosed\n', b"\x00\x00,\n"])
def test_what_is_no_such_file_is_refused_with_a_sentence(installed: Path, raw: bytes) -> None:
    path = installed / "ratings.csv"
    path.write_bytes(raw)
    assert refused("import", str(path)).startswith("Error: ")
