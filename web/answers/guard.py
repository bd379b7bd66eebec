"""What holds for every request and every answer? Headers that keep links secret, a limit on bodies, no stack trace."""

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.answers.refusals import refused

BODY_BYTES_MAX = 65_536
"""A ticket with all its fields is under 8 KB; a comment of 5,000 characters, each escaped to 12 bytes, just fits."""
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

log = structlog.get_logger()


class Guard:
    """Middleware round the whole application. An answer that sets a header of these itself keeps its own."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._headers = HEADERS | ({"Strict-Transport-Security": STRICT_TRANSPORT_SECURITY} if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send, self._headers)
        try:
            await self._app(scope, _bounded(scope, receive), answer.send)
        except Exception as error:
            # The address holds a token, so the handler is named instead of it.
            log.exception("request failed", handler=getattr(scope.get("endpoint"), "__name__", ""))
            if answer.started:
                raise
            await refused(Request(scope), error)(scope, receive, answer.send)


class _Answer:
    """One answer on its way out; `started` once its head is gone."""

    def __init__(self, send: Send, headers: dict[str, str]) -> None:
        self._send = send
        self._headers = headers
        self.started = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            for name, value in self._headers.items():
                headers.setdefault(name, value)
        await self._send(message)


def _bounded(scope: Scope, receive: Receive) -> Receive:
    """The body, counted as it comes: HTTPException 413 as soon as it is too long or says it will be."""
    announced = Headers(scope=scope).get("content-length", "0")
    counted = int(announced) if announced.isdecimal() else 0
    total = 0

    async def counting() -> Message:
        nonlocal total
        if counted > BODY_BYTES_MAX:
            raise HTTPException(413)
        message = await receive()
        total += len(message.get("body", b""))
        if total > BODY_BYTES_MAX:
            raise HTTPException(413)
        return message

    return counting
