"""How does a process tell what it does? A line of JSON for each event on standard output.

A line that cannot be written, because that is a file on a full disk or a pipe nobody reads any more, is dropped: no
event may fail because it could not be told.
"""

import logging
import sys
from contextlib import suppress
from typing import TextIO

import structlog


class Dropping:
    """A file as structlog writes to it; what it cannot take is dropped."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._file.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._file.flush()


def write_logs() -> None:
    """For the entry point of a process: from here on its log never raises."""
    file: TextIO = Dropping(sys.stdout)  # type: ignore[assignment]  # structlog writes and flushes, and no more
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(file),
        cache_logger_on_first_use=True,
    )
