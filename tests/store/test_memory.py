"""A mail of 25 MB costs a process at most three times its size, on its way in and on its way out."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.store.keeping import ROOT

FACTOR_MAX = 3

MEASURING = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from reviews.model import Envelope
from reviews.rules import Rules
from store import open_store

SIZE = 25 * 1024 * 1024

def held(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))

def forget_peak():
    Path("/proc/self/clear_refs").write_text("5")

async def main(url):
    store = open_store(url, rules=Rules(), mail_domain="x")
    envelope = Envelope(datetime.now(UTC), "192.0.2.1", "mx", "ada@customer.example", ("r@x",), tls=True)
    await store.raw_mail(await store.keep_mail(id="first", envelope=envelope, raw=b"small"))
    before = held("VmRSS")
    raw = bytes(range(256)) * (SIZE // 256)
    forget_peak()
    sha256 = await store.keep_mail(id="big", envelope=envelope, raw=raw)
    print((held("VmHWM") - before) / SIZE)
    del raw
    await store.keep_mail(id="last", envelope=envelope, raw=b"small")
    before = held("VmRSS")
    forget_peak()
    assert len(await store.raw_mail(sha256)) == SIZE
    print((held("VmHWM") - before) / SIZE)
    await store.close()

asyncio.run(main(sys.argv[1]))
"""


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="only Linux tells the peak since a moment")
@pytest.mark.usefixtures("opening")
def test_a_mail_of_25_megabytes_costs_at_most_three_times_its_size(url: str) -> None:
    command = [sys.executable, "-c", MEASURING, url]
    told = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout.split()
    taken, given = map(float, told)
    assert 1 <= taken <= FACTOR_MAX
    assert 1 <= given <= FACTOR_MAX
