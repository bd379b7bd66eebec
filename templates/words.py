"""How other people's words are made safe to stand in ours: one line where one is meant, no hidden signs, no flood."""

import re
from collections.abc import Sequence

from markupsafe import Markup, escape

CLIP_SIGN = "…"

# Controls, and the signs that turn the direction of all text after them (Unicode UAX 9: embeddings, overrides,
# isolates). Marks that only tell a direction (U+200E, U+200F) and joiners inside emoji stay.
_UNSAID = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")  # cannot be written as UTF-8
_SPECIAL = re.compile("[&<>'\"]")
_SPACE = re.compile(r"[^\S\xa0\u202f]+")
"""Space at which a line may break; French puts the other kind before `:` and `?`."""
_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


class Written(str):
    """Words that may run over several lines; everything else a template says is made one line."""

    __slots__ = ()


def spoken(value: object) -> object:
    """What every `{{ expression }}` passes through (Jinja's `finalize`): a plain value becomes one line."""
    if type(value) is str and value.isprintable():  # nearly all, and a mail has twenty of them
        return value
    if isinstance(value, Markup | Written):
        return value
    if value is None:
        raise TypeError("a template says a value that is not there (None)")
    return one_line(str(value))


def spoken_in_markup(value: object) -> str:
    """The same in HTML: escaped, unless it is markup already."""
    if type(value) is str and value.isprintable():
        return str(escape(value)) if _SPECIAL.search(value) else value  # nearly none has any
    return escape(spoken(value))


def one_line(text: str) -> str:
    """The text as one line without controls: nothing in it can begin a header, a line or a change of direction."""
    if text.isprintable():
        return text
    return _SPACE.sub(" ", _clean(text)).strip()


def written(text: str) -> Written:
    """The text with its lines kept, line ends as `\\n`, without controls, never two empty lines in a row."""
    lines = [line.rstrip() for line in _clean(_BREAK.sub("\n", text)).strip("\n").split("\n")]
    return Written("\n".join(line for line, before in zip(lines, ["", *lines], strict=False) if line or before))


def lines(text: str) -> Markup:
    """The written text for HTML: escaped, a `<br>` at each line's end."""
    return Markup(str(escape(str(written(text)))).replace("\n", "<br>\n"))  # noqa: S704 - escaped in the same line


def cells(texts: Sequence[str]) -> Markup:
    """The cells of a row of a table for HTML, one line each: a page has thousands, and each `{{ expression }}` costs as
    much as a row of them."""
    told = "\0".join(one_line(text) for text in texts)
    row = str(escape(told)).replace("\0", "</td><td>")
    return Markup(f"<td>{row}</td>" if texts else "")  # noqa: S704 - escaped above


def quoted(text: str) -> Written:
    """The written text for a plain mail, each line behind `> ` (RFC 3676 section 4.5)."""
    return Written("\n".join(f"> {line}".rstrip() for line in written(text).split("\n")))


def clip(text: str, length: int) -> str:
    """The text, cut to at most `length` characters with a sign where something was cut."""
    return text if len(text) <= length else text[: length - 1].rstrip() + CLIP_SIGN


def masked(address: str) -> str:
    """An address that its owner recognises and a stranger cannot write to: `a…@customer.example`."""
    local, at, domain = one_line(address).rpartition("@")
    return f"{local[:1]}{CLIP_SIGN}{at}{domain}" if at else address


def bare_subject(subject: str) -> str:
    """The subject without the reply signs before it, so that ours does not say `Re: Re:`."""
    bare = one_line(subject).strip()
    while bare[:3].lower() in ("re:", "aw:"):
        bare = bare[3:].lstrip()
    return bare


def _clean(text: str) -> str:
    return _SURROGATE.sub("\ufffd", _UNSAID.sub("", text))
