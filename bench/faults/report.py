"""How is a run told? A row for each kind of trial, and the same in docs/faults.md."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.faults.ledger import Outcome

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "faults.md"
MARK = "<!-- written by `make faults` from here on -->\n"
HEAD = "| trial | times | acknowledged | in flight | lost | doubled | otherwise wrong |\n|---|---|---|---|---|---|---|"


def table(outcomes: Sequence[Outcome], skipped: Mapping[str, str]) -> str:
    """The rows, in Markdown."""
    names = dict.fromkeys(outcome.name for outcome in outcomes)
    rows = [_row(name, [outcome for outcome in outcomes if outcome.name == name]) for name in names]
    left_out = [f"| {name} | skipped: {why} | | | | | |" for name, why in skipped.items()]
    return "\n".join((HEAD, *rows, *left_out))


def write(told: str, last: str, *, where: str, minutes: float) -> None:
    """Put the result into the document, in place of the last one."""
    words, mark, _ = DOCUMENT.read_text("utf-8").partition(MARK)
    if not mark:
        raise ValueError(f"{DOCUMENT.name} does not say where its result begins")
    DOCUMENT.write_text(f"{words}{mark}\n{where}; {minutes:.0f} minutes.\n\n{told}\n\n`{last}`\n", "utf-8")


def _row(name: str, outcomes: Sequence[Outcome]) -> str:
    figures = (
        len(outcomes),
        sum(outcome.acknowledged for outcome in outcomes),
        sum(outcome.in_flight for outcome in outcomes),
        sum(len(outcome.lost) for outcome in outcomes),
        sum(outcome.doubled for outcome in outcomes),
        sum(len(outcome.wrong) for outcome in outcomes),
    )
    return f"| {name} | {' | '.join(f'{figure:,}' for figure in figures)} |"
