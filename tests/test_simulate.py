"""The simulation: some of its histories hold here, one is the same whenever it is run, and what is broken is found."""

import os
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from bench.simulate.history import CLOSED, PRESSED, SCANNED, Happening, History, history
from bench.simulate.laws import broken
from bench.simulate.memory import Connection
from bench.simulate.shrinking import shrunk
from bench.simulate.world import World, lived
from reviews.facts import Vote
from store.engines import Job, Result

SEEDS = 150
HOUR = 3_600.0
TWO_MINDS = History(
    1,
    (
        Happening(0, CLOSED, word="1"),
        Happening(5 * HOUR, SCANNED, who="scanner 1"),
        Happening(6 * HOUR, PRESSED, word="happy", who="person 1"),
        Happening(9 * HOUR, PRESSED, word="unhappy", who="person 2"),
    ),
    answers=(),
    fates=(),
)
"""A scanner opens every link; then one person is happy, and a later one is not."""


def test_a_sample_of_all_histories_holds() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "bench.simulate", "--seeds", str(SEEDS), "--jobs", "1"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )
    assert told.stdout.splitlines()[-1:] == [f"{SEEDS} seeds, 0 failed"], told.stdout + told.stderr
    assert told.returncode == 0


def test_a_seed_makes_the_same_history_whenever_it_is_run() -> None:
    def end(world: World) -> list[str]:
        rows = world.memory.session.rows("select review, kind, at, body from fact order by seq")
        return [f"{world.memory.commits} {len(world.ledger.mails)}", *(str(row) for row in rows)]

    for seed in (3, 4, 5):
        assert history(seed) == history(seed)
        first, again = lived(history(seed), end), lived(history(seed), end)
        assert first == again
        assert len(first) > 1


def test_what_people_and_machines_do_is_really_done() -> None:
    seen: list[tuple[int, int, int]] = []

    def judge(world: World) -> list[str]:
        hits = world.memory.session.rows("select count(*) as n from fact where kind = 'hit'")[0]["n"]
        seen.append((hits, len(world.ledger.presses), len(world.ledger.mails)))
        return broken(world)

    assert lived(TWO_MINDS, judge) == []
    [(hits, presses, mails)] = seen
    assert (hits, presses) == (7, 2)
    assert mails >= 2  # the question, and what staff are told


# what is broken is found


class Forgetful(Connection):
    """A store that says of every vote that it was kept, and keeps none."""

    async def write(self, job: Job[Result], *, size_bytes: int = 0, urgent: bool = False) -> Result:
        result = await super().write(job, size_bytes=size_bytes, urgent=urgent)
        self.memory.db.execute("delete from fact where kind = ?", [Vote.kind])
        self.memory.db.conn.commit()
        return result


def forgetful(connection: Connection) -> Connection:
    return Forgetful(connection.memory, connection.dead)


def test_a_store_that_loses_what_it_answered_is_found() -> None:
    words = lived(TWO_MINDS, broken, guarded=forgetful)
    assert any(one.startswith("lost: the fact") for one in words)
    assert any(one.startswith("rating of") for one in words)


def first_person_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that ignores a later person."""
    board = sys.modules["reviews.clicks.decide"]._Board
    usual = board._counting

    def counting(self: Any) -> int | None:
        hard = [place for state, places in self._of.items() if state.value == "hard" for place in places]
        return min(hard) if hard else usual(self)  # type: ignore[no-any-return]

    monkeypatch.setattr(board, "_counting", counting)


def test_a_rule_that_ignores_a_later_person_is_found_and_its_history_shrinks(monkeypatch: pytest.MonkeyPatch) -> None:
    first_person_stays(monkeypatch)
    words = lived(TWO_MINDS, broken)
    assert any("a person pressed unhappy, and it says happy (confirmed)" in one for one in words)
    noise = tuple(Happening(HOUR * number, SCANNED, who=f"scanner {number}") for number in range(12, 16))
    long = History(1, (*TWO_MINDS.happenings, *noise), answers=("taken", "later"), fates=((9, "twice"),), mailers=2)
    short = shrunk(long, lambda told: bool(lived(told, broken)))
    assert [one.what for one in short.happenings] == [CLOSED, PRESSED, PRESSED]
    assert (short.answers, short.fates, short.mailers) == ((), (), 1)


def test_a_mailer_that_sends_what_another_has_taken_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    outbox = sys.modules["store.outbox"]
    monkeypatch.setattr(outbox, "CLAIM", outbox.CLAIM.replace("status = 'claimed', lease_until", "lease_until"))
    words = lived(replace(TWO_MINDS, mailers=2), broken)
    assert any(one.startswith("sent twice without excuse") for one in words)


def test_counts_that_do_not_follow_the_log_are_found() -> None:
    def judge(world: World) -> list[str]:
        world.memory.db.execute("delete from rollup_change")
        return broken(world)

    assert any(one.startswith("the counts of") for one in lived(TWO_MINDS, judge))
