"""How does a page go out? Rendered by templates/, with its status."""

from collections.abc import Mapping

from starlette.responses import HTMLResponse

from templates import pages
from templates.brands import Brand


def page(
    name: str,
    *,
    brand: Brand | None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: object,
) -> HTMLResponse:
    """The page `templates/pages/NAME.html`."""
    return HTMLResponse(pages.page(name, brand=brand, **context), status, headers=dict(headers or {}))


def message(
    title: str,
    *paragraphs: str,
    brand: Brand | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """A page that says one thing."""
    return page("message", brand=brand, status=status, headers=headers, title=title, paragraphs=paragraphs)
