"""Mail that would kill its reader is read apart: within limits of time and memory, and the rest goes on."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships without types
import pytest

from inbound.apart.letters import look, words
from inbound.apart.workers import InThread, NoReader, TooMuch, Workers
from inbound.reader import LEASE, TRIES_MAX, Reader
from inbound.trust.signatures import SIGNATURES_MAX
from reviews.facts import Message, Review
from reviews.links import Links
from reviews.model import Envelope
from reviews.tokens import Keys
from store import Store, migrate_store, open_store, quarantine
from tests.post_office import key_record, resolver, signed, written
from tests.story import ADA, RULES, SECRETS, START, closing
from tests.web_house import Clock

DOMAIN = "reply.acme.example"
LINKS = Links(Keys(SECRETS), "https://care.acme.example", DOMAIN)
MB = 1024 * 1024
PLAIN = written(sender=f"Ada <{ADA.email}>", to="x", subject="Re: VPN", text="It still drops — sorry.")
SIGNED = signed(PLAIN, "customer.example")
KEYS = {"test._domainkey.customer.example": key_record("customer.example")}
RELAXED = signed(PLAIN, "customer.example", canonicalize=(b"relaxed", b"relaxed"))
SIGNATURE = RELAXED[: RELAXED.index(b"\r\nFrom:") + 2]
SLOW = SIGNATURE * 5 + RELAXED.removeprefix(SIGNATURE) + b"a b \r\n" * (24 * MB // 6)
"""The slowest mail we know: it takes a third of a second of the processor."""
HUGE = b"Subject: x\r\n\r\n" + b"words and words\r\n" * (20 * MB // 17)


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    workers = Workers(1, cpu_seconds=2)
    yield workers
    await workers.close()


@pytest.fixture
async def hasty() -> AsyncIterator[Workers]:
    """They give up at once on what takes long."""
    workers = Workers(1, cpu_seconds=0.12)
    yield workers
    await workers.close()


async def test_who_reads_apart_reads_the_same(workers: Workers) -> None:
    for raw in (SIGNED, PLAIN, b"", b"\xff\xfe\x00", b"Subject: =?utf-8?q?=ED=A0=80?=\r\n\r\nx\r\n"):
        seen = look(raw, mail_from=ADA.email, own_domains=(DOMAIN,))
        assert await workers.look(raw, mail_from=ADA.email, own_domains=(DOMAIN,)) == seen
        assert await InThread().look(raw, mail_from=ADA.email, own_domains=(DOMAIN,)) == seen
        expected = words(raw, original="", keys=KEYS)
        assert await workers.words(raw, original="", keys=KEYS) == expected
        assert await InThread().words(raw, original="", keys=KEYS) == expected


async def test_a_mail_that_takes_too_long_is_given_up_and_the_next_one_read(hasty: Workers) -> None:
    begun = time.monotonic()
    with pytest.raises(TooMuch, match="too long"):
        await hasty.words(SLOW, original="", keys=KEYS)
    assert time.monotonic() - begun < 60
    assert (await hasty.words(PLAIN, original="", keys={})).said == "It still drops — sorry."


async def test_25_mb_of_short_lines_with_five_signatures_are_read(workers: Workers) -> None:
    assert len((await workers.words(SLOW, original="", keys=KEYS)).signatures) == SIGNATURES_MAX


async def test_a_mail_that_takes_too_much_memory_is_given_up_and_the_next_one_read() -> None:
    small = Workers(1, memory_bytes=100 * MB)
    try:
        assert (await small.look(PLAIN, mail_from="", own_domains=())).subject == "Re: VPN"
        with pytest.raises(TooMuch, match="too much"):
            await small.look(HUGE, mail_from="", own_domains=())
        assert (await small.look(PLAIN, mail_from="", own_domains=())).subject == "Re: VPN"
    finally:
        await small.close()


async def test_the_largest_mail_is_read_within_the_usual_limits() -> None:
    usual = Workers(1)
    try:
        assert "only its beginning is shown" in (await usual.look(HUGE, mail_from="", own_domains=())).problems
        assert (await usual.words(HUGE, original="", keys={})).said.startswith("words and words")
    finally:
        await usual.close()


async def test_a_reader_has_no_secrets_and_ends_with_us(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERWORD_SECRET_KEYS", "a secret")
    await workers.look(PLAIN, mail_from="", own_domains=())
    [reader] = [child for child in psutil.Process(os.getpid()).children() if "inbound.apart.child" in child.cmdline()]
    assert set(reader.environ()) <= {"PYTHONPATH", "PYTHONWARNINGS", "LC_CTYPE"}
    await workers.close()
    assert not reader.is_running()
    workers._free.put_nowait(None)  # the fixture closes once more


async def test_a_reader_whose_master_was_killed_ends_by_itself() -> None:
    program = (
        "import asyncio, sys\n"
        "from inbound.apart.workers import Workers\n"
        "from tests.test_apart import SLOW, KEYS\n"
        "async def read_on():\n"
        "    workers = Workers(1)\n"
        "    while True:\n"
        "        await workers.words(SLOW, original='', keys=KEYS)\n"
        "asyncio.run(read_on())\n"
    )
    master = psutil.Popen([sys.executable, "-W", "ignore", "-c", program])
    readers: list[psutil.Process] = []
    async with asyncio.timeout(60):
        while not readers:
            await asyncio.sleep(0.1)
            readers = [child for child in master.children() if child.cpu_times().user > 0.5]
    master.kill()
    master.wait()
    _, alive = psutil.wait_procs(readers, timeout=10)
    assert alive == []


@pytest.mark.parametrize("program", ["/nowhere/python", "/bin/false"])
async def test_where_no_reader_can_be_started_the_mail_is_not_to_blame(
    workers: Workers, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    with monkeypatch.context() as machine:
        machine.setattr(sys, "executable", program)
        with pytest.raises(NoReader):
            await workers.look(PLAIN, mail_from="", own_domains=())
    assert (await workers.look(PLAIN, mail_from="", own_domains=())).subject == "Re: VPN"


async def test_a_reader_that_was_killed_is_made_anew(workers: Workers) -> None:
    await workers.look(PLAIN, mail_from="", own_domains=())
    for child in psutil.Process(os.getpid()).children():
        if "inbound.apart.child" in child.cmdline():
            child.kill()
            child.wait()
    try:
        await workers.look(PLAIN, mail_from="", own_domains=())
    except TooMuch:  # it had not been noticed yet
        await workers.look(PLAIN, mail_from="", own_domains=())


async def test_a_call_that_is_cancelled_leaves_no_answer_behind(workers: Workers) -> None:
    await workers.look(PLAIN, mail_from="", own_domains=())
    slow = asyncio.create_task(workers.words(SLOW, original="", keys=KEYS))
    await asyncio.sleep(0.1)
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow
    assert (await workers.look(PLAIN, mail_from="", own_domains=())).subject == "Re: VPN"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    url = f"sqlite:///{tmp_path}/afterword.db"
    migrate_store(url)
    store = open_store(url, rules=RULES, mail_domain=DOMAIN)
    await store.record_new(*closing())
    yield store
    await store.close()


async def test_a_mail_that_kills_its_reader_needs_a_look_and_the_others_are_read(store: Store, hasty: Workers) -> None:
    review = next(fact for fact in closing() if isinstance(fact, Review))
    other = next(fact for fact in closing(ticket="2") if isinstance(fact, Review))
    await store.record_new(*closing(ticket="2"))
    clock = Clock(START)
    reader = Reader(store, LINKS.keys, DOMAIN, clock, resolver, readers=hasty)
    for id, raw, to in (("bad", SLOW, review.id), ("good", SIGNED, other.id)):
        envelope = Envelope(START, "192.0.2.1", "x.example", ADA.email, (LINKS.customer_address(to),), True)
        await store.keep_mail(id=id, envelope=envelope, raw=raw)
    for _ in range(TRIES_MAX):
        await reader.read_waiting()
        clock.now += LEASE + timedelta(seconds=1)
    logs = [await store.log(one.id) for one in (review, other)]
    assert [[message.text for message in log.of(Message)] for log in logs if log] == [[""], ["It still drops — sorry."]]
    [waiting] = await store.read(partial(quarantine.waiting, most=9))
    assert (waiting.id, waiting.reason) == ("bad", "it could not be read (TooMuch)")
    assert await store.raw_mail(waiting.mail) == SLOW
