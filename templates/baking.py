"""Which line of which file is this? A mail's source, put together from files, that remembers where each line came from.

Jinja forgets lines, and MJML's errors name none. So each line is marked before it is put together, and the marks are
taken out after: what stands between two of them came from that line.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG

from jinja2 import BaseLoader, Environment, TemplateNotFound

from templates.tags import misplaced, no_such_tag, tags, wrong_attributes

_MARK = re.compile("\ue000([^\ue001]*):([0-9]+)\ue001")
"""Signs of the private use area: in no template, and in no brand's words, which would be refused as not printable."""
_BEGIN = re.compile(r"[ \t]*(?:\[[%#][^\]]*[%#]\][ \t]*)*(?=[^\s])")
"""A line up to its first sign that is no statement and no comment of the first pass."""
_MACRO = "[% macro "
"""What a macro of one line says belongs to the line that calls it."""
_TAG = re.compile(r"""<(/?)(mj[a-z-]*)((?:"[^"]*"|'[^']*'|[^'"<>])*)>""")
_POSITION = re.compile(r"at position ([0-9]+)")


@dataclass(frozen=True)
class Baked:
    """A source put together; `places` are offsets into it, each with the file and line that begins there."""

    text: str
    places: tuple[tuple[int, str], ...]

    def place(self, offset: int) -> str:
        """`file:line` of what stands at this offset; '' when nothing is known."""
        at = bisect_right(self.places, offset, key=lambda place: place[0])
        return self.places[at - 1][1] if at else ""

    def place_of(self, words: str) -> str:
        """`file:line` of the first place these words stand at."""
        return self.place(max(0, self.text.find(words)))

    def place_of_line(self, line: int) -> str:
        """`file:line` of a line, from 1, of what was put together."""
        lines = self.text.split("\n")
        return self.place(sum(len(one) + 1 for one in lines[: line - 1]) + len(lines[line - 1]) // 2)

    def place_of_error(self, said: str) -> str:
        """`file:line` of a position (in bytes) that MJML names; '' when it names none."""
        position = _POSITION.search(said)
        return self.place(len(self.text.encode()[: int(position[1])].decode(errors="ignore"))) if position else ""

    def wrong_tag(self) -> tuple[str, str]:
        """`file:line` of the first tag MJML does not know or that closes another, and what is wrong; or two ''.

        MJML drops what it does not know without a word, and says of what is not closed only that it is so."""
        open_: list[tuple[str, int]] = []
        for tag in _TAG.finditer(self.text):
            closes, name, rest = tag[1], tag[2], tag[3]
            if name not in tags():
                return self.place(tag.start()), no_such_tag(name)
            if closes and (not open_ or open_[-1][0] != name):
                if name in (opened for opened, _ in open_):
                    break
                return self.place(tag.start()), f"</{name}> closes nothing"
            if closes:
                open_.pop()
            elif not rest.endswith("/"):
                open_.append((name, tag.start()))
        return (self.place(open_[-1][1]), f"<{open_[-1][0]}> is not closed") if open_ else ("", "")

    def dropped(self) -> Iterator[tuple[str, str]]:
        """`file:line` and words of all that MJML drops though each tag is known and closed: attributes it does not
        know, and tags where they may not stand."""
        open_: list[str] = []
        for tag in _TAG.finditer(self.text):
            closes, name, rest = tag[1], tag[2], tag[3]
            if closes:
                open_.pop()
                continue
            if open_ and (why := misplaced(name, open_[-1])):
                yield self.place(tag.start()), why
            for offset, why in wrong_attributes(name, rest):
                yield self.place(tag.start(3) + offset), why
            if not rest.endswith("/"):
                open_.append(name)


class MarkedFiles(BaseLoader):
    """Templates of a few folders, the first that has one, each line of them marked. A name cannot lead out of them."""

    def __init__(self, *folders: Path) -> None:
        self._folders = folders

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        seen = self._seen(template)
        if not seen:
            raise TemplateNotFound(template)
        return _marked(seen[0]), str(seen[0]), lambda: self._seen(template) == seen  # a brand's may be edited meanwhile

    def _seen(self, template: str) -> tuple[Path, int, int] | None:
        """The file of that name with its size and when it was written; None where no folder has one."""
        for folder in self._folders if Path(template).name == template else ():
            file = folder / template
            with suppress(OSError):
                stat = file.stat()
                if S_ISREG(stat.st_mode):
                    return file, stat.st_size, stat.st_mtime_ns
        return None


def unmarked(text: str) -> Baked:
    """What was put together, without the marks, with the places they told."""
    places: list[tuple[int, str]] = []
    pieces: list[str] = []
    length = end = 0
    for mark in _MARK.finditer(text):
        piece = text[end : mark.start()]
        pieces.append(piece)
        length, end = length + len(piece), mark.end()
        places.append((length, f"{mark[1]}:{mark[2]}"))
    return Baked("".join([*pieces, text[end:]]), tuple(places))


def _marked(file: Path) -> str:
    """The file with a mark at the first sign of each line that begins no statement and stands in none."""
    lines, inside = [], False
    for number, line in enumerate(file.read_text("utf-8").split("\n"), 1):
        begin = _BEGIN.match(line)
        marked = begin and not inside and not line.startswith(("[%", "[#"), begin.end()) and _MACRO not in line
        mark = f"\ue000{file.name}:{number}\ue001" if marked else ""
        indent = begin.end() if begin else 0
        lines.append(f"{line[:indent]}{mark}{line[indent:]}")
        inside = _stays_inside(line, inside)
    return "\n".join(lines)


def _stays_inside(line: str, inside: bool) -> bool:
    """Whether a statement or comment of the first pass is still open at the end of the line."""
    opened = max(line.rfind(sign) for sign in ("[%", "[#", "[["))
    closed = max(line.rfind(sign) for sign in ("%]", "#]", "]]"))
    return opened > closed if opened != closed else inside
