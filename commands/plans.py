"""How is an export read? By a preset, or by a mapping file of the same form; both are TOML, and checked."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

import click

from reviews.hours import zone_of
from reviews.imported import COLUMNS, UNRATED, Plan
from reviews.model import SCALES

PRESETS = Path(__file__).with_name("presets")
FILE_BYTES_MAX = 65_536
KEYS = ("columns", "needed", "ratings", "unrated", "dates", "timezone")


def presets() -> list[str]:
    """The systems whose exports are known."""
    return sorted(file.stem for file in PRESETS.glob("*.toml"))


def read_plan(file: Path) -> Plan:
    """What a preset or a mapping file says; the end of the command where it is none."""
    try:
        if file.stat().st_size > FILE_BYTES_MAX:
            raise ValueError(f"more than {FILE_BYTES_MAX} bytes")
        told = tomllib.loads(file.read_text("utf-8"))
        return _plan(told)
    except (OSError, ValueError) as error:
        raise click.ClickException(f"{file}: {error}") from None


def _plan(told: Mapping[str, object]) -> Plan:
    if wrong := [key for key in told if key not in KEYS]:
        raise ValueError(f"{wrong[0]} is not known; expected {', '.join(KEYS)}")
    zone = told.get("timezone", "UTC")
    if not isinstance(zone, str) or zone_of(zone) is None:
        raise ValueError(f"timezone is {zone!r}; expected a zone as Europe/London")
    columns = {what: _names(name, f"columns.{what}") for what, name in _table(told, "columns").items()}
    if unknown := [what for what in columns if what not in COLUMNS]:
        raise ValueError(f"columns.{unknown[0]} is not known; expected {', '.join(COLUMNS)}")
    needed = _names(told.get("needed", []), "needed")
    if lacking := [what for what in needed if what not in columns]:
        raise ValueError(f"needed names {lacking[0]}, which columns do not")
    ratings = {word: _answer(word, answer) for word, answer in _table(told, "ratings").items()}
    unrated = _names(told.get("unrated", sorted(UNRATED)), "unrated")
    dates = _names(told.get("dates", []), "dates")
    return Plan(columns, ratings, frozenset(unrated), dates, zone, frozenset(needed))


def _table(told: Mapping[str, object], key: str) -> Mapping[str, object]:
    table = told.get(key, {})
    if not isinstance(table, dict):
        raise ValueError(f"{key} is {table!r}; expected a table")
    return table


def _answer(word: str, answer: object) -> str:
    if not isinstance(answer, str) or answer not in SCALES["faces5"]:
        raise ValueError(f"ratings.{word} is {answer!r}; expected one of {', '.join(SCALES['faces5'])}")
    return answer


def _names(value: object, key: str) -> tuple[str, ...]:
    """One name or a list of them."""
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError(f"{key} is {value!r}; expected a name or a list of names")
    return tuple(names)
