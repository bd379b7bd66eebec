"""Which parts is this mail made of?

Cut here instead of in Python's `email`: its parser goes line by line (33 MB of empty lines take 2.7 GB and 32 s) and
calls itself for each level, while cutting at boundaries is a search that takes the same time whatever stands in
between. The parameters of Content-Type and their encodings (RFC 2231) are read by `email`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message

from reviews.mail.charsets import decode, decode_words, from_base64

HEADER_BYTES_MAX = 16_384  # one header; the longest honest ones are To lists and ARC seals, under 8 kB
HEADERS_BYTES_MAX = 262_144  # all headers of all parts; Postfix' header_size_limit is 100 kB for one block
HEADERS_MAX = 2_000  # in one block; a mail through many hands and lists has some 100
PARTS_MAX = 1_000  # a digest of a busy list has some 100
DEPTH_MAX = 64  # forwards of forwards reach 10
PARAMETERS_MAX = 200  # email's parameter parser is quadratic in semicolons; an RFC 2231 name of 255 letters needs 80
BOUNDARY_BLANKS_MAX = 200  # behind a delimiter; some gateways pad their lines
BOUNDARY_LINE_BYTES_MAX = 300  # 70 for the boundary (RFC 2046 section 5.1.1), the rest for blanks and exaggeration
TYPE_CHARS_MAX = 100

_HEADER_START = re.compile(rb"([!-9;-~]{1,200})[ \t]{0,20}:")
_BLANK_LINE = re.compile(rb"\n\r?\n")
_MBOX_START = re.compile(rb">?From ")
_COMMENT = re.compile(r"\([^()]{0,200}\)")  # RFC 2045 section 5.1
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Header:
    name: str
    value: str  # unfolded, bytes decoded, encoded words not yet

    @property
    def decoded(self) -> str:
        return " ".join(decode_words(self.value).split("\n")).strip()


@dataclass(slots=True)
class Part:
    """One leaf of the MIME tree."""

    headers: tuple[Header, ...]
    body: bytes  # as sent, with LF line ends
    type: str  # "text/plain", in lower case
    depth: int
    inside: str = ""  # the multipart type round it, "" at the top
    group: int = 0  # number of the multipart/alternative round it, 0 for none

    def header(self, name: str) -> str:
        return header_of(self.headers, name)

    def content(self) -> bytes:
        """The body with its transfer encoding undone (RFC 2045 section 6); prose that claims to be base64 stays."""
        encoding = _word(self.header("Content-Transfer-Encoding"))
        if encoding == "base64" and not _looks_like_prose(self.body):
            return from_base64(self.body)
        if encoding == "base64":  # some mailing lists write their words below as they are
            encoded, _, below = self.body.partition(b"\n\n")
            return self.body if _looks_like_prose(encoded) else from_base64(encoded) + b"\n\n" + below
        if encoding == "quoted-printable":
            from binascii import a2b_qp

            return a2b_qp(self.body)
        return self.body


@dataclass(slots=True)
class Budget:
    """What may still be read, and what was wrong so far."""

    parts: int = PARTS_MAX
    header_bytes: int = HEADERS_BYTES_MAX
    groups: int = 0
    problems: list[str] = field(default_factory=list)

    def note(self, problem: str) -> None:
        if problem not in self.problems:
            self.problems.append(problem)


def header_of(headers: tuple[Header, ...], name: str) -> str:
    """The first header of this name, "" where there is none."""
    wanted = name.lower()
    return next((header.value for header in headers if header.name.lower() == wanted), "")


def without_blank_start(raw: bytes) -> bytes:
    """The mail without blank lines before its headers; where none follow, the blanks belong to the text."""
    if raw[:1] not in {b" ", b"\t", b"\r", b"\n"}:
        return raw
    begun = raw.lstrip()
    return begun if split_head(begun)[0] else raw


def split_head(data: bytes, start: int = 0, end: int | None = None) -> tuple[int, int]:
    """Where the header block ends and where the body begins (RFC 5322 section 2.1), as offsets into `data`.

    A first line that is no header means that there is no header block; a later one ends it.
    """
    stop = len(data) if end is None else end
    at = start
    while at < stop:
        if at - start > HEADERS_BYTES_MAX:  # nobody reads further; the body still begins where the block ends
            blank = _BLANK_LINE.search(data, at - 1, stop)
            return (blank.start() + 1, blank.end()) if blank else (stop, stop)
        newline = data.find(b"\n", at, stop)
        after = stop if newline < 0 else newline + 1
        if data[at : min(after, at + 3)] in {b"\n", b"\r\n", b"\r"}:
            return at, after
        window = data[at : at + 256]
        folded = at > start and window[:1] in {b" ", b"\t"}
        if not folded and not _HEADER_START.match(window) and not (at == start and _MBOX_START.match(window)):
            return at, at
        at = after
    return stop, stop


def read_headers(block: bytes, budget: Budget) -> tuple[Header, ...]:
    """Names and values of a header block, folded lines joined; too much of it is cut and noted."""
    if len(block) > budget.header_bytes:
        budget.note("the headers are too long")
        block = block[: budget.header_bytes]
    budget.header_bytes -= len(block)
    fields: list[list[bytes]] = []
    for line in block.split(b"\n"):
        if len(fields) > HEADERS_MAX:
            budget.note("the headers are too long")
            break
        if line[:1] in {b" ", b"\t"} and fields:
            fields[-1].append(line)
        elif _HEADER_START.match(line[:256]):
            fields.append([line])
    return tuple(_header(b"\n".join(lines), budget) for lines in fields)


def parameters(value: str) -> dict[str, str]:
    """The parameters of a Content-Type or Content-Disposition value (RFC 2045, RFC 2231), names in lower case."""
    message = Message()
    message["Content-Type"] = ";".join(value.split(";")[:PARAMETERS_MAX]).replace("\n", " ")
    try:
        found = message.get_params([], unquote=True)
    except Exception:  # noqa: BLE001 - email's helpers raise almost anything on broken input (THREATS.md); no parameter is then read
        return {}
    return {str(name).lower(): _parameter(text) for name, text in reversed(found[1:])}


def leaves(data: bytes, start: int, headers: tuple[Header, ...], budget: Budget) -> Iterator[Part]:
    """The leaves of the MIME tree in order, with what stands inside message/rfc822 left whole; bounded by `budget`."""
    stack = [(start, len(data), headers, "", 0, 0)]
    while stack and budget.parts > 0:
        begin, end, own, inside, depth, group = stack.pop()
        budget.parts -= 1
        type_, boundary = _type_and_boundary(own, inside, data[begin : begin + BOUNDARY_LINE_BYTES_MAX])
        if not type_.startswith("multipart/"):
            yield Part(own, data[begin:end], type_, depth, inside, group)
            continue
        if depth >= DEPTH_MAX:  # as it stands, so that no words are lost in it
            budget.note("parts are nested too deeply")
            yield Part(own, data[begin:end], "text/plain", depth, inside, group)
            continue
        spans = _cut(data, begin, end, boundary, budget) if boundary else []
        if not spans:
            budget.note("a boundary is missing")
            yield Part(own, data[begin:end], "text/plain", depth, inside, group)
            continue
        if type_ == "multipart/alternative":
            budget.groups += 1
            group = budget.groups
        children = [_child(data, span, type_, depth, group, budget) for span in spans]
        stack.extend(reversed(children))


def _child(
    data: bytes, span: tuple[int, int], inside: str, depth: int, group: int, budget: Budget
) -> tuple[int, int, tuple[Header, ...], str, int, int]:
    head_end, body = split_head(data, *span)
    return body, span[1], read_headers(data[span[0] : head_end], budget), inside, depth + 1, group


def _cut(data: bytes, begin: int, end: int, boundary: bytes, budget: Budget) -> list[tuple[int, int]]:
    """Begin and end of each part between the delimiters (RFC 2046 section 5.1.1)."""
    delimiter = re.compile(b"\n--" + re.escape(boundary) + rb"(--)?[ \t\r]{0,%d}(?![^\n])" % BOUNDARY_BLANKS_MAX)
    spans: list[tuple[int, int]] = []
    opened = -1
    # The line end before a delimiter belongs to it, and the first may stand where the body begins.
    for found in delimiter.finditer(data, max(0, begin - 1), end):
        if opened >= 0:
            spans.append((opened, max(opened, found.start())))
        opened = min(found.end() + 1, end)
        if found[1]:
            return spans
        if len(spans) >= budget.parts:
            budget.note("there are too many parts")
            return spans
    if opened >= 0:
        budget.note("a boundary has no end")
        spans.append((opened, end))
    return spans


def _type_and_boundary(headers: tuple[Header, ...], inside: str, beginning: bytes) -> tuple[str, bytes]:
    value = header_of(headers, "Content-Type")
    default = "message/rfc822" if inside == "multipart/digest" else "text/plain"  # RFC 2046 section 5.1.5
    type_ = _word(value)[:TYPE_CHARS_MAX]
    if type_.count("/") != 1 or type_.strip("/") != type_:
        type_ = "text/plain" if type_ == "text" else default
    if not type_.startswith("multipart/"):
        return type_, b""
    boundary = parameters(value).get("boundary", "").rstrip()
    if not boundary and beginning.lstrip().startswith(b"--"):  # not named, but it shows itself
        return type_, beginning.lstrip()[2:].partition(b"\n")[0].strip()
    return type_, boundary.encode("utf-8", "replace")


def _header(field: bytes, budget: Budget) -> Header:
    if len(field) > HEADER_BYTES_MAX:
        budget.note("a header is too long")
        field = field[:HEADER_BYTES_MAX]
    name, _, value = field.partition(b":")
    lines = decode(value).replace("\r", "\n").split("\n")
    text = " ".join(line.strip() for line in lines).strip()
    return Header(name.decode("ascii", "replace").strip(), _CONTROL.sub(" ", text))


def _parameter(text: str | tuple[str | None, str | None, str]) -> str:
    if isinstance(text, tuple):  # RFC 2231: charset, language, and the bytes as latin-1 letters
        return decode(text[2].encode("latin-1", "replace"), text[0] or "")
    return decode_words(text)


def _word(value: str) -> str:
    """What a structured header says before its parameters, in small letters, without comments and quotes round it."""
    return _COMMENT.sub("", value.partition(";")[0]).strip(" \t\"'").lower()


def _looks_like_prose(body: bytes) -> bool:
    return body[:2_000].strip().count(b" ") * 20 > len(body[:2_000])
