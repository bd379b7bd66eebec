"""Which languages are spoken, and how is a sentence said in one? English is the source; each other is a `.po` file."""

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from babel import Locale
from babel.messages.pofile import PoFileError, read_po

SOURCE = "en"
FOLDER = Path(__file__).with_name("translations")
PLACE = re.compile(r"\{([a-z_]+)\}")
"""Where a value stands in a sentence: `Hello {name},`. Whatever a translator does with the rest, it is kept."""
WISHES_KNOWN = 1_024

_COLONS = {"fr": "\xa0:"}
"""What ends words that announce others, where it is not `:` alone."""
_DATES = {"en": "en_GB"}
"""Whose dates a language writes, where it is not the language's own: `21 November 2026` is read alike everywhere."""


class TranslationError(ValueError):
    """A translation that cannot be used; the message names its file."""


@dataclass(frozen=True)
class Language:
    """One language: what it calls each English sentence. Two are one when their codes are."""

    code: str
    """As in RFC 5646: `de`, `pt-BR`."""
    words: dict[str, str] = field(default_factory=dict, compare=False)

    @property
    def name(self) -> str:
        """What its speakers call it."""
        return str(self.locale.get_display_name())

    @property
    def locale(self) -> Locale:
        return Locale.parse(_DATES.get(self.code, self.code), sep="_" if self.code in _DATES else "-")

    @property
    def colon(self) -> str:
        """What stands after words that announce others: French puts a space before it, at which no line breaks."""
        return _COLONS.get(self.code, ":")

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return str(self.locale.text_direction)

    def say(self, message: str, **values: object) -> str:
        """The sentence in this language, the values in their places; KeyError when one is missing."""
        return filled(self.words.get(message) or message, values)


def filled(sentence: str, values: dict[str, object]) -> str:
    """The sentence with its values in their places, each of which may hold such signs itself."""
    return PLACE.sub(lambda place: str(values[place[1]]), sentence)


@cache
def languages() -> dict[str, Language]:
    """Every language there is, by its code, English first; TranslationError names a file that cannot be read."""
    files = sorted(FOLDER.glob("*.po"))
    return {SOURCE: Language(SOURCE), **{file.stem: _read(file) for file in files}}


@lru_cache(WISHES_KNOWN)
def spoken_in(*wishes: str) -> Language | None:
    """The language of the first wish we can meet: `de-AT` is met by `de`. None when there is none; '' is no wish."""
    known = {code.lower(): language for code, language in languages().items()}
    for wish in wishes:
        subtags = wish.replace("_", "-").lower().split("-")
        for length in range(len(subtags), 0, -1):
            if found := known.get("-".join(subtags[:length])):
                return found
    return None


def _read(file: Path) -> Language:
    try:
        with file.open("rb") as opened:
            catalog = read_po(opened, locale=file.stem.replace("-", "_"), abort_invalid=True)
    except (PoFileError, ValueError) as error:
        raise TranslationError(f"{file.name}: {error}") from error
    said = {str(message.id): str(message.string) for message in catalog if message.id and not message.fuzzy}
    return Language(file.stem, said)
