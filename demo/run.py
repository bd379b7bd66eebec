"""The try-out, from its first word to Ctrl-C: `afterword demo`."""

import asyncio
import signal
import sys
import tempfile
from pathlib import Path
from typing import TextIO

import structlog

from demo.cast import BRAND
from demo.house import HOST, listening, open_house, port_of, serving
from demo.page import demo_app
from demo.story.watch import Line
from store.engines.sqlite_trust import affected
from templates.brands import SHIPPED, read_brands

LOG = "afterword.log"

WELCOME = """
Afterword, to try out. All of it runs on this machine, and nothing leaves it.

    Open  {url}

Its files are in {folder}, for you to look at and to delete. Ctrl-C stops.
"""
AFFECTED = """
Note: this Python is linked with SQLite {version}, which can lose a write in rare cases. For the demo that does not
matter; to run Afterword for real, use a Python with SQLite 3.51.3 or later.
"""


def main(folder: Path | None, port: int | None) -> None:
    """Run the demo until Ctrl-C: its page at `port` (0, None: any free one), its files in `folder` (None: a new one)"""
    try:
        asyncio.run(_run(_made(folder), port or 0))
    except OSError as error:
        sys.exit(f"demo: {error}")
    except KeyboardInterrupt:  # where the signal cannot be caught
        pass


async def _run(folder: Path, port: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    listener = listening(port)
    with (folder / LOG).open("a", buffering=1) as log:
        _log_to(log)
        if affected():
            print(AFFECTED.format(version=affected()))
        async with open_house(folder, tell=_told) as house:
            brand = read_brands(SHIPPED)[BRAND]
            async with serving(demo_app(house, brand), listener):
                print(WELCOME.format(url=f"http://{HOST}:{port_of(listener)}", folder=folder), flush=True)
                await house.close_tickets()
                await stop.wait()
                print("\nStopping.", flush=True)


def _told(line: Line) -> None:
    print(f"{line.at.astimezone():%H:%M:%S}  {line.text}", flush=True)


def _log_to(file: TextIO) -> None:
    """The doors' own events go into a file: at the terminal stands the story."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=file),
    )


def _made(folder: Path | None) -> Path:
    if folder is None:
        return Path(tempfile.mkdtemp(prefix="afterword-demo-"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()
