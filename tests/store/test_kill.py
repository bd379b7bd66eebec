"""What was acknowledged survives kill -9."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

from reviews.facts import Comment
from store import (
    open_store,
)
from tests.store.keeping import ROOT, url_of
from tests.story import RULES, closing

KILLS = 10


RECORDING = """
import asyncio, sys
from datetime import UTC, datetime
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # the one that the store uses

from reviews.facts import Comment
from reviews.rules import Rules
from store import open_store

async def record(store, review, name):
    for number in range(100_000):
        words = f"{name} {number}"
        await store.record(review, lambda log: [Comment(review, "page", datetime.now(UTC), words)])
        print(words, flush=True)

async def main(url, review, round):
    store = open_store(url, rules=Rules(), mail_domain="reply.acme.example")
    await asyncio.gather(*(record(store, review, f"{round} {task}") for task in range(5)))

asyncio.run(main(*sys.argv[1:]))
"""


async def test_what_was_acknowledged_survives_kill_9(file: Path) -> None:
    url = url_of(file.parent)
    store = open_store(url, rules=RULES, mail_domain="reply.acme.example")
    review = (await store.record_new(*closing()))[0]
    await store.close()
    acknowledged: set[str] = set()
    for kill in range(KILLS):
        told = await asyncio.to_thread(killed_while_recording, url, review.id, kill, lines=10 + kill * 7)
        assert len(told) >= 10
        acknowledged |= told
    store = open_store(url, rules=RULES, mail_domain="reply.acme.example")
    log = await store.log(review.id)
    assert log is not None
    assert acknowledged <= {comment.words for comment in log.of(Comment)}
    assert (await store.read(lambda session: session.rows("pragma integrity_check")))[0] == {"integrity_check": "ok"}
    await store.close()


def killed_while_recording(url: str, review: str, kill: int, *, lines: int) -> set[str]:
    """What a process said it had recorded before it was killed in the middle of it."""
    arguments = [sys.executable, "-c", RECORDING, url, review, str(kill)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout
        told = [process.stdout.readline() for _ in range(lines)]
        os.kill(process.pid, signal.SIGKILL)
        told += process.stdout.readlines()
    return {line.rstrip("\n") for line in told if line.endswith("\n")}
