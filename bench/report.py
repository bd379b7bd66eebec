"""How are the rows told? As a table for the terminal, and as the page docs/benchmarks.md."""

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # the one that the store uses

from bench.rows import Row

HEAD = ("row", "figure", "goal", "", "ours", "peer", "unit", "runs", "spread", "seen beside")
PACKAGES = ("uvicorn", "starlette", "uvloop", "httptools", "aiosmtpd", "aiosmtplib", "mjml-python", "dkimpy")
PAGE = """# Benchmarks

Written by `make bench ARGS=--write-docs`. Ratios of ours to a bare peer measured in turn with it, medians; rates are of
this machine alone. The goals and the peers are told in [bench/](../bench/__init__.py).

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


def page(rows: Sequence[Row], *, at: datetime) -> str:
    """docs/benchmarks.md."""
    lines = [HEAD, tuple("---" for _ in HEAD), *map(_cells, rows)]
    told = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return PAGE.format(when=f"{at:%Y-%m-%d %H:%M} UTC", machine=machine(), table=told)


def machine() -> str:
    """What it was measured on."""
    engines = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    busy = f"load average {os.getloadavg()[1]:.1f}"  # of five minutes; beyond 2 or 3 other work ran as well
    system = f"{platform.system()} {platform.release()}"
    return f"{os.cpu_count()} CPUs ({_processor()}), {busy}, {system}, {engines}, {packages}"


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
