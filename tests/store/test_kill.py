"""What was acknowledged survives kill -9, and what a dead worker had in hand is taken up by another."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import datetime

from reviews.facts import Comment
from reviews.model import Outcome
from store import Outgoing, Store
from tests.store.keeping import LEASE, ROOT, Opening, envelope, new_review, settlement
from tests.story import START, closing, later

KILLS = 5


RECORDING = """
import asyncio, sys
from datetime import UTC, datetime

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


async def test_what_was_acknowledged_survives_kill_9(opening: Opening, url: str) -> None:
    store = opening()
    review = (await store.record_new(*closing()))[0]
    await store.close()
    acknowledged: set[str] = set()
    for kill in range(KILLS):
        command = [sys.executable, "-c", RECORDING, url, review.id, str(kill)]
        told = await asyncio.to_thread(told_until_killed, command, lines=10 + kill * 14)
        assert len(told) >= 10
        acknowledged |= set(told)
    store = opening()
    log = await store.log(review.id)
    assert log is not None
    words = Counter(comment.words for comment in log.of(Comment))
    assert acknowledged <= words.keys()
    assert set(words.values()) == {1}
    if url.startswith("sqlite"):
        found = await store.read(lambda session: session.rows("pragma integrity_check"))
        assert found == [{"integrity_check": "ok"}]
    await store.close()


WORKING = """
import asyncio, sys
from datetime import datetime, timedelta
from reviews.rules import Rules
from store import open_store

async def main(url, now):
    store = open_store(url, rules=Rules(), mail_domain="reply.acme.example")
    asked = {"now": datetime.fromisoformat(now), "most": 3, "lease": timedelta(minutes=5)}
    while True:
        outs, arrivals = await store.claim(**asked), await store.claim_arrivals(**asked)
        for taken in (*(out.message_id for out in outs), *(arrival.id for arrival in arrivals)):
            print(taken, flush=True)

asyncio.run(main(*sys.argv[1:]))
"""


async def test_what_a_killed_worker_had_claimed_is_taken_up_by_another_after_the_lease(
    opening: Opening, url: str
) -> None:
    store = opening()
    for number in range(20):
        await new_review(store, ticket=str(number))
        await store.keep_mail(id=f"arrival {number}", envelope=envelope(), raw=b"%d" % number)
    command = [sys.executable, "-c", WORKING, url, START.isoformat()]
    told = await asyncio.to_thread(told_until_killed, command, lines=12)
    _, rest = await taken(store, later(299))
    assert set(rest).isdisjoint(told), "what it said it had is its own until the lease is over"
    outs, again = await taken(store, START + LEASE)
    assert set(told) <= set(again)
    assert Counter([*rest, *again]) == Counter({*rest, *again})
    assert len(rest) + len(again) == 40, "each of them once, under the Message-ID that it had"
    assert {out.attempts for out in outs if out.message_id in told} == {2}
    for out in outs:
        await store.settle(settlement(out, Outcome.SENT, at=START + LEASE))
    await store.close()


async def taken(store: Store, now: datetime) -> tuple[list[Outgoing], list[str]]:
    """All that can be claimed now: the mails to send, and the names of these and of those to read."""
    outs = await store.claim(now=now, most=99, lease=LEASE)
    arrivals = await store.claim_arrivals(now=now, most=99, lease=LEASE)
    return outs, [out.message_id for out in outs] + [arrival.id for arrival in arrivals]


def told_until_killed(command: list[str], *, lines: int) -> list[str]:
    """What a process had said before it was killed in the middle of its work."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout
        told = [process.stdout.readline() for _ in range(lines)]
        os.kill(process.pid, signal.SIGKILL)
        told += process.stdout.readlines()
    return [line.rstrip("\n") for line in told if line.endswith("\n")]
