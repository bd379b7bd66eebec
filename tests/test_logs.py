"""A line of the log that cannot be written costs nothing else."""

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


def test_what_can_be_written_is_a_line_of_json(monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.StringIO()
    monkeypatch.setattr(sys, "stdout", file)
    write_logs()
    structlog.get_logger().info("mail accepted", number=7)
    told = json.loads(file.getvalue())
    assert (told["event"], told["number"], told["level"]) == ("mail accepted", 7, "info")
