"""Which files does a page load? Stylesheet, script, a brand's colours; their addresses change with their content."""

import mimetypes

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from templates.pages import STATIC, static_file
from templates.pages import brand_css as css_of
from web.answers.refusals import Refused
from web.door import door_of

FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}
ROBOTS = "User-agent: *\nDisallow: /\n"
FILES = {file.name: static_file(file.name) for file in STATIC.iterdir() if file.is_file()}
"""Read once: a name that is not among them is not looked for on the disk."""


async def static(request: Request) -> Response:
    """A file of `templates/static`."""
    name = request.path_params["name"]
    if name not in FILES:
        raise Refused(404)
    type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(FILES[name], media_type=type, headers=FOR_GOOD)


async def brand_css(request: Request) -> Response:
    """A brand's colours."""
    brand = door_of(request).brands.get(request.path_params["key"])
    if brand is None:
        raise Refused(404)
    return Response(css_of(brand), media_type="text/css", headers=FOR_GOOD)


async def robots(request: Request) -> Response:
    """Nothing here is for search engines (RFC 9309); only the polite ask."""
    return PlainTextResponse(ROBOTS)
