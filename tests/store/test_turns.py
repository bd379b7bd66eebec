"""Several processes write one file: each has its turn, none is kept waiting, and one that died keeps nobody."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from store import StoreUnavailableError
from store.engines.turns import Turns
from tests.store.keeping import ROOT, url_of

WRITERS = 4
WRITES = 150

WRITING = """
import asyncio, sys, time
from reviews.rules import Rules
from store import open_store

async def main(url, name):
    store = open_store(url, rules=Rules(), mail_domain="x")
    sys.stdin.readline()
    worst = 0.0
    for number in range(int(sys.argv[3])):
        begun = time.monotonic()
        sql = "insert into brake (brand, per_hour) values (:brand, :number)"
        await store.write(lambda session: session.run(sql, brand=f"{name} {number}", number=number))
        worst = max(worst, time.monotonic() - begun)
    print(worst)
    await store.close()

asyncio.run(main(*sys.argv[1:3]))
"""


def test_many_processes_write_one_file_and_none_hears_that_it_is_locked(file: Path) -> None:
    commands = [[sys.executable, "-c", WRITING, url_of(file.parent), str(n), str(WRITES)] for n in range(WRITERS)]
    pipe = subprocess.PIPE
    processes = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT) for command in commands]
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    worst = [float(process.communicate()[0]) for process in processes]
    assert [process.returncode for process in processes] == [0] * WRITERS
    assert max(worst) < 10, "that is when SQLite gives up"


HOLDING = """
import sys
from pathlib import Path
from store.engines.turns import Turns

with Turns(Path(sys.argv[1]), wait_seconds=5).turn():
    print("mine", flush=True)
    sys.stdin.readline()
"""


def test_a_turn_is_waited_for_only_so_long_and_ends_with_its_process(tmp_path: Path) -> None:
    path = tmp_path / "turns"
    ours = Turns(path, wait_seconds=0.1)
    command = [sys.executable, "-c", HOLDING, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "mine\n"
        for _ in range(2):
            with pytest.raises(StoreUnavailableError, match="too long"), ours.turn():
                pass
        holder.kill()
    with ours.turn():
        pass
    ours.close()


def test_a_turn_comes_as_soon_as_it_is_free(tmp_path: Path) -> None:
    theirs, ours = (Turns(tmp_path / "turns", wait_seconds=5) for _ in range(2))
    held, told = threading.Event(), []

    def hold() -> None:
        with theirs.turn():
            held.set()
            time.sleep(0.2)
            told.append("theirs")

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    with ours.turn(), ours.turn():
        told.append("ours")
    thread.join()
    assert told == ["theirs", "ours"]
    theirs.close()
    ours.close()


def test_who_gave_up_does_not_keep_the_turn_when_it_comes(tmp_path: Path) -> None:
    theirs, hasty, patient = (Turns(tmp_path / "turns", wait_seconds=seconds) for seconds in (5, 0.05, 5))
    with theirs.turn(), pytest.raises(StoreUnavailableError), hasty.turn():
        pass
    with patient.turn():
        pass
    with hasty.turn():
        pass
    for turns in (theirs, hasty, patient):
        turns.close()
