"""How a mail's source becomes a template: the brand baked in, MJML made HTML, every placeholder still in its place.

Two passes of Jinja with different signs. The first, when a brand is read, knows the brand alone and writes `[[ ]]` and
`[% %]`; the second, per mail, knows the person and writes `{{ }}` and `{% %}`. Between them stands the MJML compiler.
"""

import re
from collections import Counter
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape
from mjml import mjml2html

from reviews.reading.marker import OUR_ELEMENT, marker_line
from templates.brands import Brand
from templates.words import bare_subject, clip, lines, masked, one_line, quoted, spoken, written

FOLDER = Path(__file__).with_name("mails")

_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}|\{%[^{}]*%\}")
_FILTERS = {
    "bare_subject": bare_subject,
    "clip": clip,
    "lines": lines,
    "masked": masked,
    "one_line": one_line,
    "quoted": quoted,
    "written": written,
}


class CompileError(ValueError):
    """A mail's source that gives no usable template; the message names the mail and what is wrong."""


def compile_html(brand: Brand, kind: str) -> Template:
    """The HTML part of one kind of mail, escaping what it is given; `CompileError` when MJML refuses the source."""
    source = _baked(brand, f"{kind}.mjml", markup=True)
    return _PERSON_HTML.from_string(html_of(source, name=f"{kind}.mjml for brand {brand.key}"))


def compile_text(brand: Brand, kind: str) -> Template:
    """The text part of one kind of mail: written by hand in `KIND.txt`, not stripped from the HTML."""
    return _PERSON_TEXT.from_string(_baked(brand, f"{kind}.txt", markup=False))


def compile_subject(brand: Brand, kind: str) -> Template:
    """The subject of one kind of mail."""
    return _PERSON_TEXT.from_string(_baked(brand, f"{kind}.subject.txt", markup=False).strip())


def html_of(source: str, *, name: str) -> str:
    """The HTML of an MJML source, no placeholder lost; else `CompileError` with `name`, as MJML's errors name none."""
    try:
        html = mjml2html(source, disable_comments=True, fonts={})
    except ValueError as error:
        raise CompileError(f"{name}: {error}") from error
    lost = Counter(_PLACEHOLDER.findall(source)) - Counter(_PLACEHOLDER.findall(html))
    if lost:
        raise CompileError(f"{name}: MJML dropped {', '.join(sorted(lost))}")
    return html


def _baked(brand: Brand, name: str, *, markup: bool) -> str:
    environment = _BRAND_MARKUP if markup else _BRAND_TEXT
    return environment.get_template(name).render(brand=brand, marker=marker_line(brand.language), original=OUR_ELEMENT)


def _literal(value: object) -> str:
    """A brand's value for the first pass: the second must not take a brace in it for one of its signs."""
    return one_line(str(value)).replace("{", "{{ '{' }}")


def _literal_markup(value: object) -> Markup:
    return value if isinstance(value, Markup) else Markup(_literal(escape(value)))  # noqa: S704 - escaped in this line


def _environment(**options: object) -> Environment:
    environment = Environment(  # noqa: S701 - the two for HTML ask for escaping, the two for text must not have it
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        **options,  # type: ignore[arg-type]  # passed on as they are
    )
    environment.filters.update(_FILTERS)
    return environment


_BRAND_SIGNS = {
    "loader": FileSystemLoader(FOLDER),
    "variable_start_string": "[[",
    "variable_end_string": "]]",
    "block_start_string": "[%",
    "block_end_string": "%]",
    "comment_start_string": "[#",
    "comment_end_string": "#]",
}
_BRAND_MARKUP = _environment(finalize=_literal_markup, autoescape=True, **_BRAND_SIGNS)
_BRAND_TEXT = _environment(finalize=_literal, autoescape=False, **_BRAND_SIGNS)
_PERSON_HTML = _environment(finalize=spoken, autoescape=True)
_PERSON_TEXT = _environment(finalize=spoken, autoescape=False)
