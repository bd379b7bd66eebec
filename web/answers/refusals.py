"""How is a request told no? A program by problem+json (RFC 9457), a person by a plain page; never by a stack trace."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from store import StoreUnavailableError, UnknownReviewError
from templates.plain import RELOAD, Saying, usual
from web.answers.pages import message
from web.door import door_of

RETRY_AFTER_SECONDS = 5
"""How long a caller waits when the store cannot take it now: longer than a commit, shorter than anybody's patience."""
PROGRAMS = ("/api/", "/hooks/")
FACES = "/r/"
"""The links of the faces in a mail. A person who opens one should not meet an error because the store is busy."""
SAFE = ("GET", "HEAD", "OPTIONS")
JSON, PROBLEM = "application/json", "application/problem+json"
log = structlog.get_logger()

Problems = Sequence[Mapping[str, str]]


class Refused(Exception):
    """No, with the reason: `saying` for people, `detail` and `errors` of fields for programs (RFC 9457 section 3)."""

    def __init__(
        self,
        status: int,
        saying: Saying | None = None,
        *,
        detail: str = "",
        errors: Problems = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status)
        self.status = status
        self.saying = saying or usual(status)
        self.detail = detail or (saying.words if saying else "")
        self.errors = errors
        self.headers = headers


def wants_json(request: Request) -> bool:
    """Whether a program asks: by where it asks, or by what it takes."""
    return request.scope["path"].startswith(PROGRAMS) or JSON in request.headers.get("accept", "")


def refused(request: Request, error: Exception) -> Response:
    """The answer to a refusal, whatever raised it."""
    if isinstance(error, StoreUnavailableError):
        return _shed(request, error)
    return _told(request, _refusal(error))


def _shed(request: Request, error: StoreUnavailableError) -> Response:
    """What the store cannot take now is counted and said, never dropped in silence: a face gets a page without a
    nonce, which asks to be reloaded and cannot vote; all else 503, and when to come again."""
    page = request.url.path.startswith(FACES) and request.method in SAFE and not wants_json(request)
    kind, shed = "page" if page else "503", door_of(request).shed
    shed[kind] += 1
    log.warning("shed", answer=kind, count=shed[kind], reason=str(error))
    if page:
        return message(*RELOAD)
    return _told(request, Refused(503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)}))


def _told(request: Request, refusal: Refused) -> Response:
    return _problem(refusal) if wants_json(request) else _page(refusal)


def _problem(refusal: Refused) -> Response:
    status = HTTPStatus(refusal.status)
    body: dict[str, object] = {"type": "about:blank", "title": status.phrase, "status": status.value}
    if detail := refusal.detail or status.description:
        body["detail"] = detail
    if refusal.errors:
        body["errors"] = list(refusal.errors)
    return JSONResponse(body, status, headers=dict(refusal.headers or {}), media_type=PROBLEM)


def _page(refusal: Refused) -> Response:
    return message(*refusal.saying, status=refusal.status, headers=refusal.headers)


def _refusal(error: Exception) -> Refused:
    if isinstance(error, Refused):
        return error
    if isinstance(error, HTTPException):
        return Refused(error.status_code, headers=error.headers)
    if isinstance(error, UnknownReviewError):
        return Refused(404)
    return Refused(500)


REFUSALS = (Refused, HTTPException, UnknownReviewError, StoreUnavailableError)
REFUSED = dict.fromkeys(REFUSALS, refused)
"""Starlette's table of handlers; what else may be raised is caught by the guard."""
