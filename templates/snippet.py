"""What does a helpdesk put into its own closing mail? The faces as ready HTML and text, with an invitation's links."""

from dataclasses import dataclass
from functools import cache

from jinja2 import Template

from templates.brands import Brand
from templates.compiling import compile_snippet
from templates.contexts import Invitation


@dataclass(frozen=True)
class Snippet:
    """The faces: `html` is a table with all its styles on its elements, `text` the same in words."""

    html: str
    text: str


def snippet(brand: Brand, asked: Invitation) -> Snippet:
    """The faces of a brand, as it speaks to this customer, with their links."""
    html, text = _compiled(brand)
    return Snippet(html.render(asked.names()).strip(), text.render(asked.names()).strip() + "\n")


@cache
def _compiled(brand: Brand) -> tuple[Template, Template]:
    return compile_snippet(brand)
