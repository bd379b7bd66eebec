"""`afterword import`: ratings of before, whole or not at all, marked, and counted apart from those asked."""

import asyncio
import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from commands.operating import read, with_store
from reviews.clicks import Timeline
from reviews.facts import RatingSealed
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
    assert "3 imported from elsewhere" in told
    assert "3 = 0 asked + 3 asked by the helpdesk" in told
    assert "Answered nobody has said anything yet" in " ".join(told.split()), (
        "another system's words are not ours to answer"
    )
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


PRESETS = {
    "smileback": (
        "Ticket Number,Rated On,Rating,Comment,Contact Email,Company,Agent\n"
        "1,2026-03-01T10:00:00Z,positive,Good,ada@customer.example,Customer Ltd,sam@acme.example\n"
        "2,2026-03-01T10:00:00Z,-1,,bob@customer.example,,\n",
        ["happy", "unhappy"],
    ),
    "nicereply": (
        "Ticket,Created At,Score,Legacy Score,Comment,Customer\n"
        "1,2026-03-01 10:00:00,3,10,Good,ada@customer.example\n2,2026-03-01,2,6,,bob@customer.example\n"
        "3,2026-03-01,,,,eve@customer.example\n",
        ["happy", "neutral"],
    ),
    "nicereply-smileys": (
        "Ticket,Created At,Score,Customer\n1,2026-03-01,3,ada@customer.example\n2,2026-03-01,1,bob@customer.example\n",
        ["happy", "unhappy"],
    ),
    "nicereply-thumbs": (
        "Ticket,Created At,Score,Customer\n1,2026-03-01,2,ada@customer.example\n2,2026-03-01,1,bob@customer.example\n",
        ["happy", "unhappy"],
    ),
    "nicereply-stars": (
        "Ticket,Created At,Score,Customer\n1,2026-03-01,9,ada@customer.example\n2,2026-03-01,3,bob@customer.example\n",
        ["happy", "unhappy"],
    ),
    "simplesat": (
        "Ticket ID,Created,Sentiment,Comment,Customer Email\n"
        "1,2026-03-01,Positive,,ada@customer.example\n2,2026-03-01,Negative,No,bob@customer.example\n",
        ["happy", "unhappy"],
    ),
    "zendesk": (
        "Summation column;Id;Requester;Requester email;Assignee;Group;Subject;Updated at;Organization;"
        "Satisfaction Score\n"
        "1;1;Ada;ada@customer.example;Sam;Network;VPN;2026-03-01T10:00:00Z;Customer Ltd;Good\n"
        "1;2;Bob;bob@customer.example;Sam;Network;VPN;2026-03-01T10:00:00Z;Customer Ltd;Offered\n"
        "1;3;Eve;eve@customer.example;Sam;Network;VPN;2026-03-01T10:00:00Z;Customer Ltd;Bad\n",
        ["happy", "unhappy"],
    ),
}


def values() -> list[str]:
    """How the reviews that are there were rated, by ticket."""
    logs = [log for id in read(lists.ids, after="", most=99) if (log := read(load, review=id))]
    sealed = {log.review.ticket: log.of(RatingSealed)[0].steps[-1].value or "" for log in logs}
    return [sealed[ticket] for ticket in sorted(sealed)]


@pytest.mark.parametrize("preset", PRESETS)
def test_an_export_of_a_known_system_is_read_by_its_preset(installed: Path, preset: str) -> None:
    text, rated = PRESETS[preset]
    result = afterword("import", file_of(installed, text), "--preset", preset)
    assert result.exit_code == 0, result.stderr
    assert values() == rated
    passed_over = text.count("\n") - 1 - len(rated)
    assert (f"{passed_over} lines were passed over" in result.stderr) is bool(passed_over)
    id = read(lists.ids, after="", most=1)[0]
    log = read(load, review=id)
    assert log
    assert log.review.source == f"import:{preset}"


def test_a_score_is_not_read_on_another_scale(installed: Path) -> None:
    text = "Ticket,Created At,Score,Customer\n1,2026-03-01,3,ada@customer.example\n"
    told = refused("import", file_of(installed, text), "--preset", "nicereply")
    assert "there is no column 'Legacy Score' for 'rating'" in told, "3 of 3 smileys is not 3 of 10"


def test_a_mapping_file_reads_any_other(installed: Path) -> None:
    mapping = installed / "mapping.toml"
    mapping.write_text(
        'timezone = "Europe/Berlin"\ndates = ["%d.%m.%Y %H:%M"]\nunrated = ["keine"]\n'
        '[columns]\nticket = "Fall"\nrated_at = ["Am", "Datum"]\nrating = "Urteil"\ncontact = "Wer"\n'
        '[ratings]\nPrima = "happy"\nMies = "unhappy"\n'
    )
    text = (
        "Fall;Wer;Urteil;Datum\n7;ada@customer.example;Prima;01.03.2026 10:00\n"
        "8;bob@customer.example;Keine;\n9;eve@customer.example;Mies;2026-03-01\n"
    )
    assert said("import", file_of(installed, text), "--mapping", str(mapping)).startswith("2 ratings were taken over")
    assert values() == ["happy", "unhappy"]
    logs = [log for id in read(lists.ids, after="", most=9) if (log := read(load, review=id))]
    assert {log.review.at.hour for log in logs} == {9, 23}, "ten in Berlin, and midnight there"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("no toml", "mapping.toml: "),
        ("[columns]\nwhen = 'X'\n", "columns.when is not known"),
        ("[columns]\nticket = 3\n", "expected a name or a list of names"),
        ("[ratings]\nGood = 'great'\n", "expected one of very_happy"),
        ("timezone = 'Mars'\n", "expected a zone"),
        ("more = 1\n", "more is not known"),
        ("columns = 1\n", "expected a table"),
        ("needed = ['rating']\n", "needed names rating, which columns do not"),
    ],
)
def test_what_is_wrong_with_a_mapping_file_is_told(installed: Path, text: str, why: str) -> None:
    mapping = installed / "mapping.toml"
    mapping.write_text(text)
    assert why in refused("import", file_of(installed, GOOD), "--mapping", str(mapping))


def test_a_preset_and_a_mapping_file_do_not_go_together(installed: Path) -> None:
    mapping = installed / "mapping.toml"
    mapping.write_text("")
    result = afterword("import", file_of(installed, GOOD), "--mapping", str(mapping), "--preset", "zendesk")
    assert "one of --preset and --mapping" in result.stderr


def test_each_line_is_there_whole_or_not_at_all_when_it_is_killed_half_way(installed: Path) -> None:
    """The process is killed as it writes; then it is run again, and everything is there once."""
    lines = "".join(f"{n},ada{n}@customer.example,Ada,,,,Good,Thanks,2026-03-01T10:00:00Z\n" for n in range(2_000))
    file = file_of(installed, HEAD + lines)
    command = [sys.executable, "-c", "from cli import main; main()", "import", file]
    found = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    with subprocess.Popen(command, env=found, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        while read(lists.count) == 0 and running.poll() is None:
            time.sleep(0.02)
        running.kill()
    there = read(lists.count)
    assert 0 < there < 2_000
    assert there % 200 == 0, "a batch is one transaction"
    assert differences() == []
    assert said("import", file) == f"{2_000 - there} ratings were taken over; {there} were there already.\n"
    assert read(lists.count) == 2_000
    assert f"{2_000} imported from elsewhere" in said("score", *SPAN)
