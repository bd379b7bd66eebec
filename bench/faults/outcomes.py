"""Which trials of a long run are done? A file keeps a line of JSON for each, so that it can be gone on with."""

import json
from dataclasses import asdict
from pathlib import Path

from bench.faults.ledger import Outcome


def kept(file: Path | None) -> list[Outcome]:
    """The outcomes so far."""
    if file is None or not file.exists():
        return []
    return [_outcome(json.loads(line)) for line in file.read_text("utf-8").splitlines()]


def keep(file: Path | None, outcome: Outcome) -> None:
    """One more."""
    if file is not None:
        with file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(asdict(outcome)) + "\n")


def _outcome(told: dict[str, object]) -> Outcome:
    return Outcome(**{name: tuple(value) if isinstance(value, list) else value for name, value in told.items()})  # type: ignore[arg-type]  # as it was written
