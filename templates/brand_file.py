"""How one value is taken out of a brand file: checked, or refused with file, key, value and what was expected."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from templates import colours
from templates.colours import Palette

FILE_BYTES_MAX = 65_536  # a brand is a page of words; anything larger is the wrong file
WORDS_MAX = 300  # characters in one sentence of a brand: longer ones break the mail's look
LINES_MAX = 6  # lines in a list of lines, such as the footer


class BrandError(ValueError):
    """A brand file that cannot be used; the message names the file, the key, the value and what was expected."""


def read_table(file: Path) -> "Table":
    """The whole file as a table; `BrandError` when it is too large or no TOML in UTF-8."""
    try:
        raw = file.read_bytes()
        if len(raw) > FILE_BYTES_MAX:
            raise BrandError(f"{file.name}: {len(raw)} bytes; expected at most {FILE_BYTES_MAX}")
        return Table(file.name, "", tomllib.loads(raw.decode()))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BrandError(f"{file.name}: expected a file of TOML in UTF-8: {error}") from error


@dataclass
class Table:
    """One table of a brand file; it remembers what was asked for, so that a misspelt key can be refused at the end."""

    file: str
    path: str
    entries: Mapping[str, object]
    asked: set[str] = field(default_factory=set)

    def table(self, key: str) -> "Table":
        """The table under `key`, an empty one when it is not there."""
        value = self._value(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, value, "a table")
        return Table(self.file, self._name(key) + ".", value)

    def tables(self, key: str, *, most: int) -> tuple["Table", ...]:
        """The tables under `key`, each `[[key]]` one, maybe none."""
        value = self._value(key, [])
        if not isinstance(value, list) or len(value) > most or not all(isinstance(one, dict) for one in value):
            raise self.wrong(key, value, f"at most {most} tables")
        return tuple(Table(self.file, f"{self._name(key)}.{number}.", one) for number, one in enumerate(value, 1))

    def text(self, key: str, accepts: Callable[[str], object], expected: str, default: str | None = None) -> str:
        """The text under `key` if `accepts` says yes to it; without a default it has to be there."""
        value = self._value(key, default)
        if not isinstance(value, str) or not accepts(value):
            raise self.wrong(key, value, expected)
        return value

    def optional(self, key: str, accepts: Callable[[str], object], expected: str) -> str | None:
        """As `text`, but None when the key is not there."""
        self.asked.add(key)
        return self.text(key, accepts, expected) if key in self.entries else None

    def words(self, key: str, default: str | None = None, *, limit: int = WORDS_MAX) -> str:
        """One line of words for people, 1 to `limit` characters."""
        return self.text(key, lambda value: _is_line(value, limit), _line_of(limit), default)

    def lines(self, key: str) -> tuple[str, ...]:
        """A list of lines of words, maybe none."""
        value = self._value(key, [])
        if not isinstance(value, list) or len(value) > LINES_MAX:
            raise self.wrong(key, value, f"a list of at most {LINES_MAX} lines")
        for line in value:
            if not isinstance(line, str) or not _is_line(line, WORDS_MAX):
                raise self.wrong(key, line, _line_of(WORDS_MAX))
        return tuple(value)

    def names(self, key: str, *, most: int) -> tuple[str, ...]:
        """A list of names, at most so many, maybe none."""
        value = self._value(key, [])
        if not isinstance(value, list) or len(value) > most:
            raise self.wrong(key, value, f"a list of at most {most} names")
        for name in value:
            if not isinstance(name, str) or not _is_line(name, WORDS_MAX):
                raise self.wrong(key, name, _line_of(WORDS_MAX))
        return tuple(value)

    def yes_or_no(self, key: str, *, default: bool) -> bool:
        """`true` or `false`."""
        value = self._value(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, value, "true or false")
        return value

    def number(self, key: str, *, low: int, high: int, default: int) -> int:
        """A whole number from `low` to `high`."""
        value = self._value(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self.wrong(key, value, f"a whole number from {low} to {high}")
        return value

    def flag(self, key: str) -> bool:
        """Yes or no; no when it is not there."""
        value = self._value(key, default=False)
        if not isinstance(value, bool):
            raise self.wrong(key, value, "true or false")
        return value

    def colour(self, key: str, default: str | None) -> str:
        """A colour as `#rrggbb`."""
        return self.text(key, colours.is_colour, "a colour as #rrggbb", default).lower()

    def readable(self, palette: Palette) -> Palette:
        """The palette itself, or `BrandError` naming the first pair of its colours nobody could read."""
        for text, ground in colours.READABLE_PAIRS:
            self._refuse_unreadable(palette, text, ground)
        return palette

    def nothing_else(self) -> None:
        """`BrandError` when the table has a key nobody asked for: most likely a misspelt one."""
        for key in self.entries.keys() - self.asked:
            known = ", ".join(sorted(self.asked))
            raise BrandError(f"{self.file}: {self._name(key)} is not known; expected one of: {known}")

    def wrong(self, key: str, value: object, expected: str) -> BrandError:
        """The error for a value that is missing (None) or not what was expected."""
        said = "is missing" if value is None else f"is {value!r}"
        return BrandError(f"{self.file}: {self._name(key)} {said}; expected {expected}")

    def _refuse_unreadable(self, palette: Palette, text: str, ground: str) -> None:
        one, other = getattr(palette, text), getattr(palette, ground)
        found = colours.contrast(one, other)
        if found < colours.CONTRAST_MIN:
            raise BrandError(
                f"{self.file}: {self._name(text)} {one} on {self._name(ground)} {other} has a contrast of {found:.1f};"
                f" expected at least {colours.CONTRAST_MIN} (WCAG 2.2, 1.4.3)"
            )

    def _value(self, key: str, default: object) -> object:
        self.asked.add(key)
        return self.entries.get(key, default)

    def _name(self, key: str) -> str:
        return self.path + key


def _is_line(value: str, limit: int) -> bool:
    return bool(value.strip()) and len(value) <= limit and value.isprintable()


def _line_of(limit: int) -> str:
    return f"one line of 1 to {limit} characters"
