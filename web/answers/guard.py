"""What holds for every request and every answer? Headers that keep links secret, a limit on bodies, no stack trace."""

import re
from secrets import token_hex
from time import perf_counter

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.answers.answer import Answer, Headers, Standing
from web.answers.refusals import refused
from web.timing import Timing

BODY_BYTES_MAX = 65_536
"""A ticket with all its fields is under 8 KB; a comment of 5,000 characters, each escaped to 12 bytes, just fits."""
HOOKS = "/hooks/"
HOOK_BYTES_MAX = 262_144
"""A helpdesk's webhook carries what it likes: the last mail of the ticket, and all that is known of every user."""
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
    "Referrer-Policy": "no-referrer",  # an address here is a secret
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive, nosnippet",
}
STRICT_TRANSPORT_SECURITY = "max-age=63072000"

API = "/api/"
REQUEST_ID = b"x-request-id"
REQUEST_IDS = re.compile(rb"[A-Za-z0-9._-]{1,100}")
REQUEST_ID_BYTES = 16

log = structlog.get_logger()


class Guard:
    """Middleware round the whole application. An answer that sets a header of these itself keeps its own."""

    def __init__(self, app: ASGIApp, *, https: bool, timing: Timing) -> None:
        self._app = app
        self._timing = timing
        secure = {"Strict-Transport-Security": STRICT_TRANSPORT_SECURITY} if https else {}
        self._standing = Standing(HEADERS | secure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = Answer(scope, send, self._standing, own=_own(scope))
        began = perf_counter()
        try:
            await self._answered(scope, receive, answer)
        finally:
            self._timing.add(scope.get("endpoint"), answer.status, perf_counter() - began)

    async def _answered(self, scope: Scope, receive: Receive, answer: Answer) -> None:
        try:
            await self._app(scope, _Bounded(scope, receive), answer.send)
        except ClientDisconnect:
            log.info("client left", handler=getattr(scope.get("endpoint"), "__name__", ""))
        except Exception as error:
            # The address holds a token, so the handler is named instead of it.
            log.exception("request failed", handler=getattr(scope.get("endpoint"), "__name__", ""))
            if answer.started:
                raise
            await refused(Request(scope), error)(scope, receive, answer.send)


def _own(scope: Scope) -> Headers:
    """A program's request has an id, its own if it brought one, which the answer names."""
    if not scope["path"].startswith(API):
        return []
    brought = next((value for name, value in scope["headers"] if name == REQUEST_ID), b"")
    id = brought if REQUEST_IDS.fullmatch(brought) else token_hex(REQUEST_ID_BYTES).encode()
    structlog.contextvars.bind_contextvars(request=id.decode())
    return [(REQUEST_ID, id)]


class _Bounded:
    """The body, counted as it comes: HTTPException 413 as soon as it is too long or says it will be."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._scope = scope
        self._receive = receive
        self._total = 0
        self._most = HOOK_BYTES_MAX if scope["path"].startswith(HOOKS) else BODY_BYTES_MAX

    async def __call__(self) -> Message:
        if not self._total and _announced(self._scope) > self._most:
            raise HTTPException(413)
        message = await self._receive()
        self._total += len(message.get("body", b""))
        if self._total > self._most:
            raise HTTPException(413)
        return message


def _announced(scope: Scope) -> int:
    """How many bytes the client says it sends."""
    told = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(told) if told.isdigit() else 0
