"""How a mail's source becomes a template: the brand baked in, MJML made HTML, every placeholder still in its place.

Two passes of Jinja with different signs. The first, when a brand is read, knows the brand alone and writes `[[ ]]` and
`[% %]`; the second, per mail, knows the person and writes `{{ }}` and `{% %}`. Between them stands the MJML compiler.
A sentence is `[[ _("Hello {name},", name="contact_name | clip(80)") ]]`: said in the brand's language in the first
pass, its values left to the second. Both are sandboxed: a template reaches what it is given, and nothing behind that.
"""

import re
import traceback
from collections import Counter
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template, TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.nodes import Expr
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape
from mjml import mjml2html

from reviews.reading.marker import OUR_ELEMENT, marker_line
from templates.baking import Baked, MarkedFiles, unmarked
from templates.brands import Brand
from templates.languages import PLACE, languages
from templates.words import bare_subject, clip, lines, masked, one_line, quoted, spoken, spoken_in_markup, written

FOLDER = Path(__file__).with_name("mails")

_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}|\{%[^{}]*%\}")
_WIDE = re.compile(r"\{\{[^{}]*\}\}|\{%[^{}]*%\}|<style\b.*?</style>|[\U00010000-\U0010ffff]", re.DOTALL)
_FILTERS = {
    "bare_subject": bare_subject,
    "clip": clip,
    "lines": lines,
    "masked": masked,
    "one_line": one_line,
    "quoted": quoted,
    "written": written,
}


class _InMarkup(CodeGenerator):
    """Writes `{{ expression }}` as one call, in the place of Jinja's two: a mail has forty of them."""

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("(environment.spoken_in_markup(")  # its end writes two parentheses


class _Pages(ImmutableSandboxedEnvironment):
    """Where the second pass of HTML runs: whatever it says goes through `spoken_in_markup`."""

    code_generator_class = _InMarkup
    spoken_in_markup = staticmethod(spoken_in_markup)


class CompileError(ValueError):
    """A mail's source that gives no usable template; the message names the mail and what is wrong."""


def compile_html(brand: Brand, kind: str) -> Template:
    """The HTML part of one kind of mail, escaping what it is given; `CompileError` when MJML refuses the source."""
    baked = _baked(brand, f"{kind}.mjml", markup=True)
    html = narrow(html_of(baked, name=f"{kind}.mjml for brand {brand.key}"))
    return _parsed(_PERSON_HTML, html, baked, by_line=False)


def dropped(brand: Brand, kind: str) -> list[tuple[str, str]]:
    """What MJML would drop of one kind of mail without a word, each with its `file:line`."""
    baked = _baked(brand, f"{kind}.mjml", markup=True)
    return [] if baked.wrong_tag()[1] else list(baked.dropped())


def compile_text(brand: Brand, kind: str) -> Template:
    """The text part of one kind of mail: written by hand in `KIND.txt`, not stripped from the HTML."""
    baked = _baked(brand, f"{kind}.txt", markup=False)
    return _parsed(_PERSON_TEXT, baked.text, baked)


def compile_subject(brand: Brand, kind: str) -> Template:
    """The subject of one kind of mail."""
    baked = _baked(brand, f"{kind}.subject.txt", markup=False)
    return _parsed(_PERSON_TEXT, baked.text.strip(), baked)


def compile_snippet(brand: Brand) -> tuple[Template, Template]:
    """The faces for a helpdesk's own mail, as HTML and as text."""
    html, text = _baked(brand, "snippet.html", markup=True), _baked(brand, "snippet.txt", markup=False)
    return _parsed(_PERSON_HTML, html.text, html), _parsed(_PERSON_TEXT, text.text, text)


def place_of(brand: Brand, kind: str, name: str) -> str:
    """`file:line` where one kind of mail says a name; '' when it does not."""
    said = re.compile(rf"(?:\{{\{{|\{{%)[^{{}}]*\b{re.escape(name)}\b")
    for file, markup in ((f"{kind}.mjml", True), (f"{kind}.txt", False), (f"{kind}.subject.txt", False)):
        baked = _baked(brand, file, markup=markup)
        if found := said.search(baked.text):
            return baked.place(found.start())
    return ""


def html_of(baked: Baked, *, name: str) -> str:
    """The HTML of an MJML source, no placeholder lost; else `CompileError` with file and line, or `name` for want of
    them, as MJML's errors name none."""
    place, wrong = baked.wrong_tag()
    if wrong:
        raise CompileError(f"{place or name}: {wrong}")
    try:
        html = mjml2html(baked.text, disable_comments=True, fonts={})
    except ValueError as error:
        raise CompileError(f"{baked.place_of_error(str(error)) or name}: {error}") from error
    lost = Counter(_PLACEHOLDER.findall(baked.text)) - Counter(_PLACEHOLDER.findall(html))
    if lost:
        place = baked.place_of(next(iter(lost)))
        raise CompileError(f"{place or name}: MJML dropped {', '.join(sorted(lost))}")
    return html


def narrow(html: str) -> str:
    """The page with its emoji as numbers (`&#128522;`): Python keeps a text with one of them in four bytes a sign, and
    putting a mail together takes twice as long."""
    return _WIDE.sub(lambda found: f"&#{ord(found[0])};" if len(found[0]) == 1 else found[0], html)


def _parsed(environment: Environment, source: str, baked: Baked, *, by_line: bool = True) -> Template:
    """The template of the second pass; `CompileError` with the file and line of what it cannot read."""
    try:
        return environment.from_string(source)
    except TemplateSyntaxError as error:
        sign = _PLACEHOLDER.search(source.split("\n")[error.lineno - 1])
        place = baked.place_of_line(error.lineno) if by_line else baked.place_of(sign[0] if sign else "")
        raise CompileError(f"{place}: {error.message}") from error


def _baked(brand: Brand, name: str, *, markup: bool) -> Baked:
    environment = _brand_environment(brand.templates, markup)
    try:
        text = environment.get_template(name).render(
            brand=brand,
            marker=marker_line(brand.language),
            original=OUR_ELEMENT,
            colon=Markup(languages()[brand.language].colon),  # noqa: S704 - ours
            direction=brand.direction,
            start="right" if brand.direction == "rtl" else "left",
            end="left" if brand.direction == "rtl" else "right",
            _=partial(_said, brand, markup),
        )
    except TemplateSyntaxError as error:
        raise CompileError(f"{Path(error.filename or name).name}:{error.lineno}: {error.message}") from error
    except TemplateNotFound:
        raise
    except (TemplateError, SecurityError, TypeError, KeyError) as error:
        raise CompileError(f"{_last_place(error) or name}: {error}") from error
    return unmarked(text)


def _last_place(error: Exception) -> str:
    """The file and line of a template in which an error came up: Jinja writes them into its traceback."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(one.filename).name}:{one.lineno}" for one in frames if one.filename.endswith((".mjml", ".txt"))]
    return places[-1] if places else ""


def _said(brand: Brand, markup: bool, message: str, *, apart: bool = True, **expressions: str) -> Markup:
    """The sentence in the brand's language, an expression of the second pass at each of its places but `{brand}`. In
    HTML a value that may run the other way than the sentence is kept apart from it, but where no markup may stand."""
    literal = _literal_markup if markup else _literal
    pieces = PLACE.split(languages()[brand.language].words.get(message, message))
    for place in range(1, len(pieces), 2):
        name = pieces[place]
        value = str(literal(brand.name)) if name == "brand" else f"{{{{ {expressions[name]} }}}}"
        pieces[place] = f"<bdi>{value}</bdi>" if markup and apart and brand.direction == "rtl" else value
    pieces[::2] = [_braced(str(escape(piece)) if markup else piece) for piece in pieces[::2]]
    return Markup("".join(pieces))  # noqa: S704 - what is not ours was escaped above


def _literal(value: object) -> str:
    """A brand's value for the first pass: the second must not take a brace in it for one of its signs."""
    return value if isinstance(value, Markup) else _braced(one_line(str(value)))


def _literal_markup(value: object) -> Markup:
    return value if isinstance(value, Markup) else Markup(_braced(str(escape(one_line(str(value))))))  # noqa: S704 - escaped here


def _braced(text: str) -> str:
    return text.replace("{", "{{ '{' }}")


def _environment(kind: type[Environment] = ImmutableSandboxedEnvironment, **options: Any) -> Environment:  # noqa: ANN401 - Jinja's own options, of every type
    environment = kind(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        **options,
    )
    environment.filters.update(_FILTERS)
    return environment


@cache
def _brand_environment(folder: Path | None, markup: bool) -> Environment:
    """The first pass: a brand's own templates come before those of the house."""
    folders = (folder, FOLDER) if folder else (FOLDER,)
    return _environment(
        loader=MarkedFiles(*folders),
        finalize=_literal_markup if markup else _literal,
        autoescape=markup,
        variable_start_string="[[",
        variable_end_string="]]",
        block_start_string="[%",
        block_end_string="%]",
        comment_start_string="[#",
        comment_end_string="#]",
    )


_PERSON_HTML = _environment(_Pages, finalize=spoken, autoescape=True)
_PERSON_TEXT = _environment(finalize=spoken, autoescape=False)
