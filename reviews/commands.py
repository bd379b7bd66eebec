"""Which commands stand in a mail of staff's, each on a line of its own, and which words are left for the customer?

Whatever looks like a command is taken out, known or not: no line that begins with `#` and a letter ever reaches a
customer. What is not known is told to whoever wrote it, and then nothing is sent at all.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

NOTE, HELP = "note", "help"
COMMANDS = (
    NOTE,
    "done",
    "assign",
    "tag",
    "untag",
    "cause",
    "exclude",
    "grant",
    "refuse",
    "snooze",
    "kudos",
    "consent",
    "ask",
    "reopen",
    HELP,
)
"""In the order in which help shows them."""
LINE_CHARS_MAX = 1_000
COMMANDS_MAX = 30
_LINE = re.compile(r"[#\uff03]([^\W\d_][\w-]{0,30})[ \t\u00a0:]*(.{0,1000})")
_SPAN = re.compile(r"([0-9]{1,3})[ ]?([hdw])")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
SNOOZE_MAX = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Command:
    """One line: `#name argument`."""

    name: str
    argument: str = ""

    @property
    def known(self) -> bool:
        return self.name in COMMANDS

    def __str__(self) -> str:
        return f"#{self.name} {self.argument}".rstrip()


@dataclass(frozen=True, slots=True)
class Commanded:
    """A mail's words without its commands, and these in order."""

    words: str
    commands: tuple[Command, ...] = ()

    @property
    def note(self) -> bool:
        """Whether it stays inside: one such line anywhere is enough, as nobody writes it by mistake."""
        return any(command.name == NOTE for command in self.commands)

    @property
    def unknown(self) -> tuple[Command, ...]:
        return tuple(command for command in self.commands if not command.known)


def read_commands(text: str) -> Commanded:
    """The commands in these words, and the rest. What follows `#note` on its line belongs to the note."""
    kept: list[str] = []
    commands: list[Command] = []
    for line in text.splitlines():
        found = _command(line)
        if found is None or len(commands) >= COMMANDS_MAX:
            if found is None:
                kept.append(line)
        elif found.name == NOTE:
            commands.append(Command(NOTE))
            kept.append(found.argument)
        else:
            commands.append(found)
    return Commanded("\n".join(kept).strip("\n") if commands else text, tuple(commands))


def read_until(argument: str, *, at: datetime) -> datetime | None:
    """Until when `3d`, `12h`, `2w` or `2026-12-01` is, seen from `at`; None for anything else, and for what is past."""
    if span := _SPAN.fullmatch(argument.strip().lower()):
        until = at + int(span[1]) * _UNITS[span[2]]
    else:
        try:
            until = datetime.strptime(argument.strip(), "%Y-%m-%d").replace(tzinfo=UTC)
        except ValueError:
            return None
    return until if at < until <= at + SNOOZE_MAX else None


def _command(line: str) -> Command | None:
    """The command in a line; None where it is none. Signs nobody sees before it do not hide it."""
    bare = line[:LINE_CHARS_MAX].lstrip()
    while bare and (unicodedata.category(bare[0]) == "Cf" or bare[0].isspace() or bare[0] in "*_"):
        bare = bare[1:]
    found = _LINE.match(bare)
    if not found:
        return None
    return Command(found[1].casefold().strip("-_"), found[2].strip().strip("*_").strip())
