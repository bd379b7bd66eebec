"""How are the rows told? As a table for the terminal, and as the page docs/benchmarks.md."""

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import datetime
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # the one that the store uses

from bench.rows import Row

HEAD = ("row", "figure", "goal", "", "ours", "peer", "unit", "runs", "spread", "seen beside")
MEASURED = "measured"
PACKAGES = ("uvicorn", "starlette", "uvloop", "httptools", "aiosmtpd", "aiosmtplib", "mjml-python", "dkimpy", "psycopg")
MODULES = {"mjml-python": "mjml", "dkimpy": "dkim"}
"""Whose package goes by another name."""
PAGE = """# Benchmarks

Written by `make bench ARGS=--write-docs`. Ratios of ours to a bare peer measured in turn with it, medians; rates are of
this machine alone. The goals and the peers are told in [bench/](../bench/__init__.py). A row that the last run did not
measure stays as it was, with its own date; `load` is the machine's load average of five minutes: beyond 2, other work
ran as well.

{when} · {machine}

{table}
"""


def table(rows: Iterable[Row]) -> str:
    """Aligned columns."""
    lines = [HEAD, *map(_cells, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def page(rows: Sequence[Row], *, at: datetime, before: str = "") -> str:
    """docs/benchmarks.md; rows that were not measured now stay as the page `before` tells them."""
    when = f"{at:%Y-%m-%d %H:%M}, load {os.getloadavg()[1]:.1f}"
    lines = _told(before) | {row.goal.name: (*_cells(row), when) for row in rows}
    head = [(*HEAD, MEASURED), tuple("---" for _ in (*HEAD, MEASURED))]
    told = "\n".join(f"| {' | '.join(line)} |" for line in (*head, *lines.values()))
    return PAGE.format(when=f"{at:%Y-%m-%d %H:%M} UTC", machine=machine(), table=told)


def _told(page: str) -> dict[str, tuple[str, ...]]:
    """The rows of a page, by name; a table of another form is forgotten."""
    lines = [tuple(cell.strip() for cell in line.split("|")[1:-1]) for line in page.splitlines() if line[:1] == "|"]
    if not lines or lines[0] != (*HEAD, MEASURED):
        return {}
    return {line[0]: line for line in lines[2:]}


def machine() -> str:
    """What it was measured on."""
    engines = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES if find_spec(MODULES.get(name, name)))
    system = f"{platform.system()} {platform.release()}"
    return f"{os.cpu_count()} CPUs ({_processor()}), {system}, {engines}, {packages}"


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text("utf-8").splitlines() if told.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _cells(row: Row) -> tuple[str, ...]:
    mark = {True: "kept", False: "short", None: ""}[row.kept]
    spread = "-".join(map(_number, row.spread)) if row.spread else ""
    figures = (_number(row.figure), str(row.goal), mark, _number(row.ours), _number(row.peer))
    return (row.goal.name, *figures, row.goal.unit, str(row.runs or ""), spread, row.note)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 1_000 else f"{value:.3g}"
