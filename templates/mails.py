"""What a mail says: subject, text and HTML, from what the brand is and what happened."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from jinja2 import Template
from jinja2.runtime import Context

from templates.brands import Brand
from templates.compiling import compile_html, compile_subject, compile_text
from templates.contexts import MailContext
from templates.kinds import KINDS
from templates.words import one_line

HTML_BYTES_MAX = 60_000  # Gmail cuts a mail at 102 KB, and a mail that is quoted in replies grows


@dataclass(frozen=True)
class Rendered:
    """One mail's words: the subject is one line; text and HTML say the same, with line ends as `\\n`.

    The HTML comes in pieces, in turn the template's own, which are the same in every mail, and what is said of a
    person: who sends it encodes the former only once."""

    subject: str
    text: str
    html_pieces: tuple[str, ...]

    @property
    def html(self) -> str:
        return "".join(self.html_pieces)


@dataclass(frozen=True)
class _Triplet:
    subject: Template
    text: Template
    html: Template

    def render(self, names: dict[str, object]) -> Rendered:
        plain = _context(self.text, names)
        return Rendered(
            subject=one_line("".join(self.subject.root_render_func(plain))).strip(),
            text="".join(self.text.root_render_func(plain)),
            html_pieces=tuple(_pieces(self.html, names)),
        )


def _pieces(template: Template, names: dict[str, object]) -> Iterator[str]:
    """What `Template.generate` gives."""
    return template.root_render_func(_context(template, names))


def _context(template: Template, names: dict[str, object]) -> Context:
    """The names, without Jinja's own global ones: copying those takes longer than the mail."""
    return template.new_context(names, shared=True)


class Mails:
    """The mails of one brand in one language, each compiled when it is first needed (25 ms) and kept; `render` takes
    some 0.03 ms then. `compiling.CompileError` says where a mail's source is wrong."""

    def __init__(self, brand: Brand) -> None:
        self.brand = brand
        self._triplets: dict[str, _Triplet] = {}

    def compile_all(self) -> "Mails":
        """Every kind compiled now, before anybody waits for it."""
        for context in KINDS:
            self._triplet(context.kind)
        return self

    def html(self, context: MailContext) -> str:
        """The HTML part alone."""
        return "".join(_pieces(self._triplet(context.kind).html, context.names()))

    def render(self, context: MailContext) -> Rendered:
        """The mail for this context; `jinja2.UndefinedError` when it lacks a name the template says."""
        return self._triplet(context.kind).render(context.names())

    def _triplet(self, kind: str) -> _Triplet:
        if kind not in self._triplets:
            self._triplets[kind] = _compiled(self.brand, kind)
        return self._triplets[kind]


@cache
def compile_mails(brand: Brand) -> Mails:
    """The mails of a brand in its language, kept."""
    return Mails(brand)


def _compiled(brand: Brand, kind: str) -> _Triplet:
    return _Triplet(
        subject=compile_subject(brand, kind), text=compile_text(brand, kind), html=compile_html(brand, kind)
    )
