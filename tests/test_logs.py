"""A line of the log that cannot be written costs nothing else."""

import asyncio
import io
import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import structlog

from logs import write_logs

FULL = Path("/dev/full")


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    yield
    structlog.reset_defaults()


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
def test_a_log_on_a_full_disk_raises_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    full = FULL.open("w")
    monkeypatch.setattr(sys, "stdout", full)
    write_logs()
    for number in range(1_000):
        structlog.get_logger().info("mail accepted", number=number)
    with suppress(OSError):
        full.close()


async def test_the_lines_of_one_turn_are_one_write_and_a_thread_s_come_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    file = Counting()
    monkeypatch.setattr(sys, "stdout", file)
    write_logs()
    for number in range(20):
        structlog.get_logger().info("mail accepted", number=number)
    assert file.writes == 0
    await asyncio.sleep(0)
    await asyncio.to_thread(structlog.get_logger().info, "from a thread")
    structlog.get_logger().info("after it")
    await asyncio.sleep(0)
    assert file.writes == 3
    told = [json.loads(line).get("number") for line in file.getvalue().splitlines()]
    assert told == [*range(20), None, None]


class Counting(io.StringIO):
    """A file that counts how often it is written to."""

    writes = 0

    def write(self, text: str) -> int:
        self.writes += 1
        return super().write(text)


def test_what_can_be_written_is_a_line_of_json(monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.StringIO()
    monkeypatch.setattr(sys, "stdout", file)
    write_logs()
    structlog.get_logger().info("mail accepted", number=7)
    told = json.loads(file.getvalue())
    assert (told["event"], told["number"], told["level"]) == ("mail accepted", 7, "info")
