"""What lists have in common: parameters, a page, the cursor of the next, and a Link to it (RFC 8288)."""

import base64
import binascii
from collections.abc import Iterable
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reviews.shapes import Shape
from web.answers.refusals import Refused
from web.door import door_of

PAGE, PAGE_MAX = 50, 200
CURSOR_CHARS_MAX = 600


class Paged(BaseModel):
    """Parameters of a list; one we do not know is refused, for it would be silently without effect."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cursor: str = Field("", max_length=CURSOR_CHARS_MAX)
    limit: int = Field(PAGE, ge=1, le=PAGE_MAX)


def listed(request: Request, name: str, shapes: Iterable[Shape], *, cursor: str | None) -> Response:
    """A page: its rows under that name, the cursor of the next page or null, and a Link to it."""
    headers = {}
    if cursor:
        parameters = {**request.query_params, "cursor": cursor}
        url = f"{door_of(request).links.base_url}{request.url.path}?{urlencode(parameters)}"
        headers["Link"] = f'<{url}>; rel="next"'
    return JSONResponse({name: list(shapes), "cursor": cursor}, headers=headers)


def write_place(text: str) -> str:
    """A place in a list that is ordered by a text, for an address."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_place(written: str) -> str:
    """The text that `write_place` wrote, '' for the beginning; Refused 422 for anything else."""
    try:
        return base64.urlsafe_b64decode(written + "=" * (-len(written) % 4)).decode()
    except (ValueError, binascii.Error):
        detail = "Some parameters cannot be used; see errors."
        errors = [{"parameter": "cursor", "detail": "this is no cursor of ours"}]
        raise Refused(422, detail=detail, errors=errors) from None
