"""How do other ways of counting fare on the same histories? `docs/scanners.md`, written by the command."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.scanners.corpus import Case

PAGE = Path(__file__).resolve().parents[2] / "docs" / "scanners.md"
HEAD = """# Link scanners, and what counts

Mail filters open the links in a mail, run the pages, and press their buttons. These are click histories of scanners and
of people, most of them from logs that operators published, told request by request to the real application; beside it
stands what two usual ways of counting make of the same requests. The histories are in
[tests/scanners.json](../tests/scanners.json), with their sources; how a rating is decided is told in
[clicks.md](clicks.md). The same kinds of histories on two, four and five answers are in
[tests/scanners_scales.json](../tests/scanners_scales.json).

Made by `make scanners ARGS=--write-docs`; `make scanners CORPUS=FILE` tells any other corpus of that format.

- **Last click wins**: whatever link was opened last is the rating.
- **Confirm button**: a link opens a page, and what is pressed there last is the rating.
- A rating that nobody gave, or that is not what the person said, is **bold**. A rating that a person gave by one click
  and that does not count is *lost*.
- A10 and A43 are people whom nothing tells from a machine: they are asked for one more tap, and left before. Their
  answers are shown as unconfirmed and counted by nobody. A47 is a machine that nothing tells from a person.

"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What each way of counting made of one history, at its last check."""

    case: Case
    expected: str | None
    ours: str | None
    last_click: str | None
    confirm: str | None


def page(outcomes: Sequence[Outcome]) -> str:
    """The page."""
    judged = [one for one in outcomes if one.expected != "any"]
    rows = [
        "| way of counting | right | ratings that nobody gave | ratings lost |",
        "|---|---|---|---|",
        *(_summary(name, [(one.expected, getattr(one, field)) for one in judged]) for name, field in WAYS),
        "",
        "| | history | what was meant | last click wins | confirm button | Afterword |",
        "|---|---|---|---|---|---|",
        *map(_row, outcomes),
    ]
    return HEAD + "\n".join(rows) + "\n"


WAYS = (("last click wins", "last_click"), ("confirm button", "confirm"), ("Afterword", "ours"))


def _summary(name: str, told: Sequence[tuple[str | None, str | None]]) -> str:
    right = sum(meant == said for meant, said in told)
    false = sum(said is not None and meant != said for meant, said in told)
    lost = sum(said is None and meant is not None for meant, said in told)
    return f"| {name} | {right} of {len(told)} | {false} | {lost} |"


def _row(one: Outcome) -> str:
    meant = "anybody's guess" if one.expected == "any" else one.expected or "nobody rated"
    said = (_said(one.expected, value) for value in (one.last_click, one.confirm, one.ours))
    return f"| {one.case.id} | {one.case.title} | {meant} | {' | '.join(said)} |"


def _said(meant: str | None, said: str | None) -> str:
    if meant in ("any", said):
        return said or "nobody rated"
    return f"**{said}**" if said else "*lost*"
