"""Which sentences are there to translate? `python scripts/translations.py` looks what lacks; `… new pt` begins a file,
`… merge` brings every file up to date with the sources, keeping what is translated.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # so that this file runs by its path, too

from babel.messages.catalog import Catalog  # noqa: E402  the line above finds the project
from babel.messages.extract import extract_from_file  # noqa: E402
from babel.messages.pofile import read_po, write_po  # noqa: E402

from reviews.flow import COMMENT_LENGTH_MAX  # noqa: E402
from templates import plain, talking, telling  # noqa: E402
from templates.brand_words import HOUSE_CHIPS, HOUSE_COMPLAINTS  # noqa: E402
from templates.faces import WORDS  # noqa: E402
from templates.languages import FOLDER, PLACE  # noqa: E402
from templates.refusing import REFUSALS  # noqa: E402

TEMPLATES = ROOT / "templates"
MAIL_SIGNS = {
    "variable_start_string": "[[",
    "variable_end_string": "]]",
    "block_start_string": "[%",
    "block_end_string": "%]",
    "comment_start_string": "[#",
    "comment_end_string": "#]",
}
LINE = 120


def messages() -> Catalog:
    """Every sentence of the sources, with where it stands."""
    catalog = Catalog(project="Afterword", fuzzy=False, header_comment="# What customers and staff read.")
    for place, sentence in _found():
        catalog.add(sentence, locations=[(place, 0)])
    return catalog


def lacking(file: Path, source: Catalog) -> list[str]:
    """What is wrong with a translation: sentences it lacks, has too many, or whose places differ."""
    catalog = _read(file)
    wrong = [f"lacks {m.id!r}" for m in source if m.id and not (m.id in catalog and catalog[m.id].string)]
    wrong += [f"has {m.id!r}, which nobody says" for m in catalog if m.id and m.id not in source]
    wrong += [f"is not sure of {m.id!r}" for m in catalog if m.id and m.fuzzy]
    for message in catalog:
        if message.id and message.string and _places(str(message.id)) != _places(str(message.string)):
            wrong.append(f"changes the places of {message.id!r}")
    return wrong


def merge(file: Path, source: Catalog) -> None:
    """Bring a file up to date; what nobody says any more is dropped."""
    catalog = _read(file) if file.exists() else Catalog(locale=file.stem.replace("-", "_"), fuzzy=False)
    merged = Catalog(
        locale=file.stem.replace("-", "_"), project="Afterword", fuzzy=False, header_comment="# The words of Afterword."
    )
    for message in source:
        if message.id:
            known = catalog.get(message.id)
            merged.add(message.id, known.string if known else "", locations=message.locations)
    with file.open("wb") as opened:
        write_po(opened, merged, width=LINE, sort_by_file=True, omit_header=True, include_lineno=False)


def main(arguments: list[str]) -> int:
    """What was asked for at the terminal."""
    source = messages()
    if arguments[:1] == ["new"] and len(arguments) == 2:
        merge(FOLDER / f"{arguments[1]}.po", source)
        return 0
    if arguments == ["merge"]:
        for file in sorted(FOLDER.glob("*.po")):
            merge(file, source)
        return 0
    found = [f"{file.name} {wrong}" for file in sorted(FOLDER.glob("*.po")) for wrong in lacking(file, source)]
    print("\n".join(found) or "Every sentence is translated.")
    return 1 if found else 0


def _found() -> Iterator[tuple[str, str]]:
    for file in sorted(TEMPLATES.rglob("*")):
        place = file.relative_to(ROOT).as_posix()
        if file.parent.name == "mails" and file.suffix in (".mjml", ".txt"):
            yield from ((place, sentence) for sentence in _extracted("jinja2", file, MAIL_SIGNS))
        elif file.suffix == ".html":
            yield from ((place, sentence) for sentence in _extracted("jinja2", file, {}))
        elif file.suffix == ".py" and file.parent == TEMPLATES:
            yield from ((place, sentence) for sentence in _extracted("python", file, {}))
    for words in vars(plain).values():
        if isinstance(words, plain.Saying):
            yield from (("templates/plain.py", sentence) for sentence in words)
    others = (*plain.CAUSES.values(), *plain.PROMISES.values(), *plain.TO_STAFF, *REFUSALS)
    others += (plain.USE_THE_MAIL, plain.at_most(COMMENT_LENGTH_MAX).words)
    yield from (("templates/plain.py", words) for words in others)
    yield from (("templates/talking.py", sentence) for sentence in talking.SENTENCES)
    yield from (("templates/telling.py", sentence) for sentence in telling.SENTENCES)
    yield from (("templates/faces.py", word) for words in WORDS.values() for word in words.values())
    yield from (("templates/brand_words.py", word) for word in (*HOUSE_CHIPS, *HOUSE_COMPLAINTS))


def _extracted(method: str, file: Path, options: dict[str, str]) -> Iterator[str]:
    for _line, sentence, _comments, _context in extract_from_file(
        method, file, keywords={"_": None, "say": None}, options=options
    ):
        yield sentence if isinstance(sentence, str) else sentence[0]


def _read(file: Path) -> Catalog:
    with file.open("rb") as opened:
        return read_po(opened, locale=file.stem.replace("-", "_"))


def _places(sentence: str) -> list[str]:
    return sorted(PLACE.findall(sentence))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
