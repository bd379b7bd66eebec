"""How does this page read as lines, and which of them stand in a quotation?"""

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from reviews.reading.elements import STYLE_CHARS_MAX, Containers, Mark, mark_of
from reviews.reading.lines import Line, SegmentKind

PAGE_CHARS_MAX = 1_000_000  # a long thread with Outlook's styles is 500 kB
PREFORMATTED_LINES_MAX = 5_000  # of one <pre>; what stands further down is one line
NODES_MAX = 12_000  # of a page that are entered; a thread of thirty mails has some 5,000
DEPTH_MAX = 200  # lexbor is quadratic in depth (100,000 divs: 12 s); a thread of 30 mails nests to some 100
TAG_CHARS_MAX = 16_000  # and in the attributes of one tag (100,000: 17 s)
ATTRIBUTES_CHARS_MAX = 400_000  # of all tags over 2,000 characters

BEYOND = "beyond what is read"  # the rule of what is too long

_LONG_VALUE = re.compile(r"=\s{0,5}(?:\"[^\"]{1000,}\"|'[^']{1000,}')")
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{2000,}")
_ANY_TAG = re.compile(r"<[^<>]*>")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BLANK_LINES = re.compile(r"\n{3,}")
_NEVER_CLOSED = (
    "br img hr input meta link col wbr area base embed source track "
    "p li td tr th dd dt option thead tbody tfoot colgroup".split()
)
# What can nest: the rest is many, and a page is told wild or tame by these alone.
_NESTING_TAG = re.compile(rf"<(/?)(?!(?:{'|'.join(_NEVER_CLOSED)})[\s/>])([a-zA-Z][a-zA-Z0-9]{{0,20}})")
_FLAT_TAGS = ("</", "<br", "<td", "<tr", "<p>", "<p ", "<img", "<li")  # of those the most frequent, and all ends
_UNSEEN = frozenset("head style script title template noscript object svg math textarea select".split())
_BLOCKS = frozenset(
    "address article aside blockquote body center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr "
    "li main nav ol p pre section table tbody tfoot thead tr ul".split()
)
_PARAGRAPHS = frozenset("p h1 h2 h3 h4 h5 h6 blockquote ul ol pre table hr".split())

_HIDDEN = re.compile(r"display:\s{0,5}none|mso-hide:\s{0,5}all|visibility:\s{0,5}hidden", re.IGNORECASE)


_Step = tuple[LexborNode, bool, bool]  # a node, whether it is being left, whether it was marked


@dataclass(slots=True)
class _Page:
    """The lines so far, and where we stand."""

    lines: list[Line] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    rest: Mark | None = None
    preformatted: int = 0
    containers: Containers = field(default_factory=Containers)

    def write(self, text: str) -> None:
        if self.preformatted:
            for number, line in enumerate(_BLANK_LINES.sub("\n\n", text).split("\n", PREFORMATTED_LINES_MAX)):
                if number:
                    self.end_line(even_if_empty=True)
                self.pieces.append(line)
            return
        if not text.isspace() or "\xa0" in text:
            self.pieces.append(_SPACE.sub(" ", text))
        elif self.pieces:  # between elements most text is the page's own line ends
            self.pieces.append(" ")

    def end_line(self, *, even_if_empty: bool = False) -> None:
        if not (self.pieces or even_if_empty):
            return
        text = "".join(self.pieces).replace("\xa0", " ")
        text = text.rstrip() if self.preformatted else text.strip()
        self.pieces = []
        if text or even_if_empty:
            self.lines.append(self._line(text))

    def end_paragraph(self) -> None:
        self.end_line()
        if self.lines and self.lines[-1].text:
            self.lines.append(self._line(""))

    def cut_off(self, whole: str) -> None:
        """Of the page's whole text, what comes behind the lines so far: one passage that nobody looks at."""
        self.end_line()
        rest = _SPACE.sub(" ", whole[sum(len(line.text) for line in self.lines) :]).strip()
        if rest:
            self.lines.append(Line(rest, SegmentKind.QUOTED, BEYOND))

    def _line(self, text: str) -> Line:
        mark = self.marks[0] if self.marks else self.rest
        return Line(text, mark.kind, mark.rule, sure=mark.kind is SegmentKind.QUOTED) if mark else Line(text)


def lines_of_page(html: str) -> list[Line]:
    """The visible lines of a page, those in quoting and signature elements marked; too wild a page is read flat."""
    html = html[:PAGE_CHARS_MAX]
    if "=" in html:
        html = _LONG_VALUE.sub('=""', html)  # pictures inside src; no rule needs them
    if not _is_tame(html):
        return [Line(line.strip()) for line in _flat(html).split("\n") if line.strip()]
    page = _Page()
    if "<blockquote" not in html.lower():
        page.containers.left = 0
    body = LexborHTMLParser(html).body
    if body is not None:
        _walk(body, page)
    page.end_line()
    return page.lines


def _is_tame(html: str) -> bool:
    """Can lexbor read this page in time in proportion to its length?"""
    long_tags = 0
    for tag in _LONG_TAG.finditer(html):
        long_tags += len(tag[0])
        if len(tag[0]) > TAG_CHARS_MAX or long_tags > ATTRIBUTES_CHARS_MAX:
            return False
    html = html.lower()
    if html.count("<") - sum(map(html.count, _FLAT_TAGS)) <= DEPTH_MAX:  # no more begin at all than may nest
        return True
    open_tags: dict[str, int] = {}
    depth = 0
    for closing, name in _NESTING_TAG.findall(html):
        if not closing:
            open_tags[name] = open_tags.get(name, 0) + 1
            depth += 1
            if depth > DEPTH_MAX:
                return False
        elif open_tags.get(name, 0):
            open_tags[name] -= 1
            depth -= 1
    return True


def _flat(html: str) -> str:
    from html import unescape

    return unescape(_ANY_TAG.sub("\n", html))


def _walk(root: LexborNode, page: _Page) -> None:
    """Enters and leaves each element in order; of siblings only the next is kept, as a page may have a million."""
    stack: list[_Step] = [(root, False, False)]
    nodes = 0
    while stack:
        node, leaving, marked = stack.pop()
        if leaving:
            _leave(node.tag or "", page, marked=marked)
            continue
        nodes += 1
        if nodes > NODES_MAX:
            page.cut_off(root.text(separator=" "))
            return
        if node is not root and node.next is not None:
            stack.append((node.next, False, False))
        _visit(node, page, stack)


def _visit(node: LexborNode, page: _Page, stack: list[_Step]) -> None:
    tag = node.tag or ""
    if tag == "-text":
        page.write(node.text_content or "")
    elif tag and tag[0] != "-" and tag not in _UNSEEN:
        attributes = node.attributes
        if attributes and _is_hidden(attributes):
            return
        marked = _enter(node, tag, attributes, page)
        if marked or tag in _BLOCKS:  # leaving any other means nothing
            stack.append((node, True, marked))
        if node.first_child is not None:
            stack.append((node.first_child, False, False))


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    style = attributes.get("style")
    return "hidden" in attributes or (bool(style) and _HIDDEN.search((style or "")[:STYLE_CHARS_MAX]) is not None)


def _enter(node: LexborNode, tag: str, attributes: dict[str, str | None], page: _Page) -> bool:
    """Begins an element; True if it got a mark of its own."""
    _separate(tag, attributes, page)
    page.preformatted += tag == "pre"
    mark = None if page.marks or page.rest else mark_of(node, tag, attributes, page.containers)
    if mark is None:
        if tag == "li":
            page.pieces.append("- ")
        return False
    page.end_line()
    if mark.to_the_end:
        page.rest = mark
        return False
    page.marks.append(mark)
    return True


def _separate(tag: str, attributes: dict[str, str | None], page: _Page) -> None:
    if tag in _BLOCKS:
        page.end_paragraph() if tag in _PARAGRAPHS else page.end_line()
    elif tag == "br":
        page.end_line(even_if_empty=True)
    elif tag in {"td", "th"}:
        page.write(" ")
    elif tag == "img" and _is_picture_letter(attributes.get("alt") or ""):
        page.write(attributes.get("alt") or "")


def _leave(tag: str, page: _Page, *, marked: bool) -> None:
    if tag in _BLOCKS or marked:
        page.end_paragraph() if tag in _PARAGRAPHS else page.end_line()
    page.preformatted -= tag == "pre"
    if marked:
        page.marks.pop()


def _is_picture_letter(alternative: str) -> bool:
    """Programs write an emoji as a picture with the emoji as its alternative text; logos have words there."""
    return 0 < len(alternative) <= 4 and not any(char.isalnum() for char in alternative)
