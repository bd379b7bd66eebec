"""What is wrong with these brands, and where? Every mail of every brand made in every language, with sample data."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import TemplateError
from jinja2.exceptions import SecurityError

from templates.brand_file import BrandError
from templates.brands import Brand, read_brand
from templates.compiling import CompileError, dropped, place_of
from templates.languages import languages
from templates.mails import HTML_BYTES_MAX, Mails
from templates.samples import samples

SUBJECT_MAX = 200
"""Characters: a longer subject is cut by every mail program, and mostly a mistake in a template."""

_HEADER = re.compile(r"\[([^\[\]]+)\]")
_KEY = re.compile(r"""["']?([^"'=]+?)["']?\s*=""")
_NAMED = re.compile(r"'([A-Za-z_]+)'")


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: `acme.toml:12` or `invitation.mjml:7`."""

    place: str
    words: str
    language: str = ""
    """In which it was first seen; '' when it has nothing to do with one."""

    def __str__(self) -> str:
        return f"{self.place}: {self.words}" + (f" (in {self.language})" if self.language else "")


def check_brands(folder: Path, *, codes: Sequence[str] = ()) -> Iterator[Problem]:
    """Everything that is wrong with the brands of a folder, in these languages or in all; what is wrong in several is
    told once."""
    files = sorted(folder.glob("*.toml"))
    if not files:
        yield Problem(str(folder), "expected at least one brand file, KEY.toml; found none")
    for file in files:
        try:
            brand = read_brand(file)
        except BrandError as error:
            yield _in_file(file, str(error))
            continue
        yield from check_brand(brand, codes or tuple(languages()))


def check_brand(brand: Brand, codes: Sequence[str]) -> Iterator[Problem]:
    """Everything that is wrong with the mails of one brand in these languages."""
    told: set[tuple[str, str]] = set()
    for code in sorted(codes, key=lambda code: code != brand.language):
        for problem in _in_language(brand.said_in(code)):
            if (problem.place, problem.words) not in told:
                told.add((problem.place, problem.words))
                yield problem


def _in_language(brand: Brand) -> Iterator[Problem]:
    mails, looked_at = Mails(brand), set[str]()
    for name, context in samples(brand).items():
        try:
            mail = mails.render(context)
        except CompileError as error:
            place, _, words = str(error).partition(": ")
            yield Problem(place, words, brand.language)
        except (TemplateError, SecurityError, TypeError) as error:
            yield Problem(_rendering(brand, context.kind, error), str(error), brand.language)
        else:
            yield from _looked_at(f"{context.kind}.mjml", mail.subject, mail.text, mail.html, brand, name)
            if context.kind not in looked_at:
                looked_at.add(context.kind)
                yield from (Problem(place, words) for place, words in dropped(brand, context.kind))


def _looked_at(place: str, subject: str, text: str, html: str, brand: Brand, name: str) -> Iterator[Problem]:
    size = len(html.encode())
    if size > HTML_BYTES_MAX:
        yield Problem(place, f"{size} bytes of HTML as {name}; expected at most {HTML_BYTES_MAX}", brand.language)
    if not subject or len(subject) > SUBJECT_MAX:
        stem = place.removesuffix(".mjml")
        words = f"a subject of {len(subject)} characters as {name}; expected 1 to {SUBJECT_MAX}"
        yield Problem(f"{stem}.subject.txt", words, brand.language)
    if not text.strip():
        yield Problem(place.replace(".mjml", ".txt"), f"no words at all as {name}", brand.language)


def _rendering(brand: Brand, kind: str, error: Exception) -> str:
    """Where a template says what failed while it was filled in: by the name in the error, else the mail alone."""
    return next(
        (place for name in _NAMED.findall(str(error))[::-1] if (place := place_of(brand, kind, name))), f"{kind}.mjml"
    )


def _in_file(file: Path, said: str) -> Problem:
    """A problem of a brand file at the line its key stands in, or where its table begins."""
    words = said.removeprefix(f"{file.name}: ")
    key = words.split(" ", 1)[0]
    try:
        line = _line_of(file.read_text("utf-8"), key)
    except (OSError, UnicodeDecodeError):
        line = 1
    if found := re.search(r"at line ([0-9]+)", words):  # TOML's own errors say it
        line = int(found[1])
    return Problem(f"{file.name}:{line}", words)


def _line_of(text: str, key: str) -> int:
    """The line, from 1, of a dotted key; of the nearest table above it when it is not there."""
    table, best, known = "", 1, 0
    for number, line in enumerate(text.split("\n"), 1):
        header, entry = _HEADER.match(line.strip()), _KEY.match(line.strip())
        if header:
            table = header[1].strip() + "."
            if key.startswith(table) and len(table) > known:
                best, known = number, len(table)
        elif entry and table + entry[1].strip() == key:
            return number
    return best
