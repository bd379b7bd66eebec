"""What do customers say? A page for everybody, and the same as JSON; where a brand's file says so, and not otherwise.

It may be kept by whoever fetched it, but has to be asked for again each time (`no-cache`, with an ETag): so what was
taken back is gone at once, and what did not change costs an empty answer.
"""

import hashlib
import json
from functools import partial

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from reviews.testimonials import Testimonial, may_be_shown
from store import testimonials
from templates.brands import Brand
from templates.languages import languages, spoken_in
from templates.pages import page
from web.answers.refusals import Refused
from web.door import door_of

PATH, JSON_PATH = "/testimonials/{key}", "/testimonials/{key}.json"
CACHED = {"Cache-Control": "public, no-cache", "Cross-Origin-Resource-Policy": "cross-origin"}
EVERYWHERE = {"Access-Control-Allow-Origin": "*"}
"""It is for everybody: a brand's own site may read it from a visitor's browser."""
TAG_CHARS = 32


async def shown(request: Request) -> Response:
    """The page, in the language that is asked for, else the brand's."""
    brand, found = await _found(request)
    spoken = spoken_in(request.query_params.get("language", "")[:TAG_CHARS], brand.language)
    voice = brand.said_in(spoken.code) if spoken else brand
    html = page(
        "testimonials",
        brand=voice,
        quotes=[{"words": one.words, "name": one.name, "language": _known(one.language)} for one in found],
        languages=[{"code": one.code, "name": one.name} for one in languages().values()],
        here=request.url.path,
        json_url=f"{request.url.path}.json",
    )
    return _cached(request, html.encode(), HTMLResponse.media_type or "text/html", {})


async def taken_out(request: Request) -> Response:
    """The same for programs."""
    brand, found = await _found(request)
    quotes = [
        {
            "words": one.words,
            "name": one.name or None,
            "language": _known(one.language) or None,
            "since": str(one.at.date()),
        }
        for one in found
    ]
    body = json.dumps({"brand": brand.key, "name": brand.name, "quotes": quotes}, ensure_ascii=False).encode()
    return _cached(request, body, "application/json", EVERYWHERE)


async def _found(request: Request) -> tuple[Brand, list[Testimonial]]:
    """The brand and what may be shown of it; Refused 404 where it has no such page."""
    door, key = door_of(request), request.path_params["key"]
    brand = door.brands.get(key)
    if brand is None or not brand.testimonials:
        raise Refused(404)
    logs = await door.store.read(partial(testimonials.consented, recorder=door.store.recorder, brand=key))
    return brand, [one for log in logs if (one := may_be_shown(log, door.links.ours))]


def _cached(request: Request, body: bytes, media_type: str, more: dict[str, str]) -> Response:
    """The answer with its tag; 304 for who has just that (RFC 9110 section 13.1.2)."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:TAG_CHARS]}"'
    headers = CACHED | more | {"ETag": tag}
    if tag in [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def _known(language: str) -> str:
    """A language as HTML names it, '' for what is none of ours."""
    spoken = spoken_in(language)
    return spoken.code if spoken else ""
