"""How is a run told? A row for each kind of trial, what that says of each promise, and both in docs/faults.md."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from bench.faults.ledger import Outcome, summed
from bench.faults.promises import PROMISES, Promise

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "faults.md"
MARK = "<!-- written by `make faults` from here on -->\n"
COLUMNS = ("trial", "engine", "times", "acknowledged", "in flight", "lost", "doubled", "of these excused", "wrong")
PROMISED = ("promise", "goal", "what was tried", "what came of it", "kept")


def table(outcomes: Sequence[Outcome], skipped: Mapping[str, str]) -> str:
    """The rows, in Markdown."""
    kinds = dict.fromkeys((outcome.name, outcome.engine) for outcome in outcomes)
    rows = (_row(kind, [outcome for outcome in outcomes if (outcome.name, outcome.engine) == kind]) for kind in kinds)
    left_out = ((name, f"skipped: {why}", *[""] * (len(COLUMNS) - 2)) for name, why in skipped.items())
    return "\n".join(_lines(COLUMNS, (*rows, *left_out)))


def promised(outcomes: Sequence[Outcome]) -> str:
    """What the outcomes say of each promise, in Markdown."""
    return "\n".join(_lines(PROMISED, (cells for promise in PROMISES if (cells := _kept(promise, outcomes)))))


def write(outcomes: Sequence[Outcome], skipped: Mapping[str, str], *, where: str) -> None:
    """Put the result into the document, in place of the last one."""
    words, mark, _ = DOCUMENT.read_text("utf-8").partition(MARK)
    if not mark:
        raise ValueError(f"{DOCUMENT.name} does not say where its result begins")
    parts = (f"{where}.", promised(outcomes), table(outcomes, skipped), f"`{summed(outcomes)}`")
    DOCUMENT.write_text(words + mark + "".join(f"\n{part}\n" for part in parts), "utf-8")


def _row(kind: tuple[str, str], outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    figures = (
        sum(outcome.struck for outcome in outcomes),
        sum(outcome.acknowledged for outcome in outcomes),
        sum(outcome.in_flight for outcome in outcomes),
        sum(len(outcome.lost) for outcome in outcomes),
        sum(outcome.doubled for outcome in outcomes),
        sum(outcome.excused for outcome in outcomes),
        sum(len(outcome.wrong) for outcome in outcomes),
    )
    return (*kind, *(f"{figure:,}" for figure in figures))


def _kept(promise: Promise, outcomes: Sequence[Outcome]) -> tuple[str, ...] | None:
    """The row of a promise, or None where nothing was tried."""
    tried = [outcome for outcome in outcomes if outcome.name in promise.trials]
    if not tried:
        return None
    engines = dict.fromkeys(outcome.engine for outcome in tried)
    times = {engine: sum(outcome.struck for outcome in tried if outcome.engine == engine) for engine in engines}
    what = f"{promise.tried}: {', '.join(f'{count:,} ({engine})' for engine, count in times.items())}"
    return (promise.text, promise.goal, what, _came(tried), "yes" if all(outcome.good for outcome in tried) else "NO")


def _came(tried: Iterable[Outcome]) -> str:
    tried = list(tried)
    lost, doubled = sum(len(outcome.lost) for outcome in tried), sum(outcome.doubled for outcome in tried)
    excused = sum(outcome.excused for outcome in tried)
    wrong = sum(len(outcome.wrong) for outcome in tried)
    worst: dict[str, float] = {}
    for outcome in tried:
        for what, figure in outcome.measured.items():
            worst[what] = max(worst.get(what, 0.0), figure)
    told = [f"{lost} lost", f"{doubled} doubled" + (f" ({excused} excused)" if doubled else "")]
    told += [f"{wrong} wrong"] if wrong else []
    return ", ".join(told + [what.format(f"{figure:.2f}".removesuffix(".00")) for what, figure in worst.items()])


def _lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for cells in rows:
        yield f"| {' | '.join(cells)} |"
