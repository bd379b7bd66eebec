"""Is a posted form ours, and what does it say? Its origin by what the browser vouches for, its fields as text."""

from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request

from templates.plain import FOREIGN
from web.answers.refusals import Refused
from web.door import door_of

URL_ENCODED = "application/x-www-form-urlencoded"
FORM_TYPES = (URL_ENCODED, "multipart/form-data")
FIELDS_MAX = 20
"""The rating page posts nine, and a field for each chip."""
OUR_SITES = ("same-origin", "none")  # "none": the person reloaded the page that the form had led to


def refuse_foreign(request: Request) -> None:
    """Refused 403 for a form of another site. Where an old browser says nothing of the site, the Origin must not
    be foreign: under our Referrer-Policy it is `null` for our own forms, and cookies are SameSite."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin", "null")
    ours = site in OUR_SITES if site else origin in ("null", _origin(door_of(request).links.base_url))
    if not ours:
        raise Refused(403, FOREIGN)


async def read_form(request: Request, *, most: int = FIELDS_MAX) -> dict[str, str]:
    """The fields of a posted form, the last of each name; Refused 415 for anything else, 400 for more than `most`.
    Files are not taken."""
    type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if type not in FORM_TYPES:
        raise Refused(415)
    if type == URL_ENCODED:
        return _decoded(await request.body(), most)
    form = await request.form(max_files=0, max_fields=most)
    return {name: value for name, value in form.multi_items() if isinstance(value, str)}


def _decoded(body: bytes, most: int) -> dict[str, str]:
    """The fields of a body as browsers encode it, by the standard library: a streaming parser takes five times as long
    for what is at most 64 KB."""
    try:
        return dict(parse_qsl(body.decode("latin-1"), keep_blank_values=True, max_num_fields=most))
    except ValueError:
        raise Refused(400) from None


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
