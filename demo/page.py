"""What does the page of the demo ask for? Mailboxes, mails, the record and the story; and it posts answers."""

import mimetypes
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

import aiosmtplib
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demo.house import HOST, House
from demo.mail.client import NotAnswerable
from demo.shapes import mail_shape, mailbox_shape, state_shape
from templates import pages
from templates.brands import Brand

STATIC = Path(__file__).with_name("static")
BODY_BYTES_MAX = 200_000  # an answer of 20,000 characters, each escaped
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self';"
    " form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'self'; frame-ancestors 'self';"
    " sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""For a mail, which is somebody else's HTML: no script, nothing from elsewhere; its links open in a new tab. It is a
document of its own because a `srcdoc` would inherit the page's policy, and mails are styled inline."""
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
ADDED = '<base target="_blank"><style>@media (min-width: 400px) { :root { zoom: .85 } }</style>'
"""Links open in a new tab, as in every mail program; a column has three quarters of the width a mail is made for."""


def demo_app(house: House, brand: Brand) -> Starlette:
    """The page of the demo and what it asks for."""
    app = Starlette(
        routes=[
            Route("/", _index),
            Route("/files/{name}", _file),
            Route("/brand.css", _brand_css),
            Route("/state", _state),
            Route("/mailboxes/{owner}", _mailbox),
            Route("/mails/{id}", _mail),
            Route("/mails/{id}/page", _mail_page),
            Route("/mails/{id}/answers", _answered, methods=["POST"]),
            Route("/reviews/{id}/scanner", _scanned, methods=["POST"]),
        ],
        # No other name than this machine's own: a page elsewhere whose name is pointed here gets nothing.
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"]), Middleware(_Headers)],
        max_body_size=BODY_BYTES_MAX,
    )
    app.state.house = house
    app.state.brand = brand
    return app


async def _index(request: Request) -> Response:
    return HTMLResponse((STATIC / "index.html").read_text())


async def _file(request: Request) -> Response:
    """A file of the demo, or of the pages it looks like."""
    name = request.path_params["name"]
    found = next((file for folder in (STATIC, pages.STATIC) for file in folder.iterdir() if file.name == name), None)
    if found is None:
        return Response("there is no such file", 404)
    return Response(found.read_bytes(), media_type=mimetypes.guess_type(name)[0])


async def _brand_css(request: Request) -> Response:
    return Response(pages.brand_css(request.app.state.brand), media_type="text/css")


async def _state(request: Request) -> Response:
    """All there is to show, for the review in view."""
    return JSONResponse(await state_shape(_house(request), request.query_params.get("review", "")))


async def _mailbox(request: Request) -> Response:
    return JSONResponse(mailbox_shape(_house(request).mailboxes, request.path_params["owner"]))


async def _mail(request: Request) -> Response:
    """One mail, which is thereby read."""
    mailboxes = _house(request).mailboxes
    kept = mailboxes.find(request.path_params["id"])
    if kept is None:
        return JSONResponse({"detail": "There is no such mail."}, 404)
    mailboxes.read.add(kept.id)
    return JSONResponse(mail_shape(kept))


async def _mail_page(request: Request) -> Response:
    """The HTML of a mail, as a mail program shows it."""
    kept = _house(request).mailboxes.find(request.path_params["id"])
    html = kept.mail.html if kept else ""
    head, tag, rest = html.partition("<head>")
    content = f"{head}{tag}{ADDED}{rest}" if tag else ADDED + html
    return HTMLResponse(content, headers={"Content-Security-Policy": MAIL_POLICY})


async def _answered(request: Request) -> Response:
    """An answer written on the page, sent by its owner's mail program. Only our own page may ask for that."""
    if request.headers.get("content-type") != "application/json" or _from_elsewhere(request):
        return JSONResponse({"detail": "Only the page of the demo can do that."}, 403)
    house = _house(request)
    kept = house.mailboxes.find(request.path_params["id"])
    if kept is None:
        return JSONResponse({"detail": "There is no such mail."}, 404)
    try:
        await house.mail_client.reply(kept, await _words(request), name=house.name_of(kept.owner))
    except NotAnswerable as error:
        return JSONResponse({"detail": str(error)}, 422)
    except (aiosmtplib.SMTPException, OSError) as error:
        return JSONResponse({"detail": f"The mail did not go out: {error}"}, 502)
    return JSONResponse({"detail": "Sent."})


async def _scanned(request: Request) -> Response:
    """A link scanner is let loose on the question of a review."""
    if request.headers.get("content-type") != "application/json" or _from_elsewhere(request):
        return JSONResponse({"detail": "Only the page of the demo can do that."}, 403)
    try:
        pages = await _house(request).scan(request.path_params["id"])
    except (OSError, HTTPException) as error:
        return JSONResponse({"detail": f"It got no answer: {error}"}, 502)
    if not pages:
        return JSONResponse({"detail": "There is no question to scan yet."}, 409)
    return JSONResponse({"detail": f"It opened {pages} links and pressed on every page."})


async def _words(request: Request) -> str:
    """The text of a posted answer, '' where there is none."""
    try:
        fields = await request.json()
    except ValueError:
        return ""
    return str(fields.get("text", "")) if isinstance(fields, dict) else ""


def _from_elsewhere(request: Request) -> bool:
    return request.headers.get("sec-fetch-site", "same-origin") != "same-origin"


def _house(request: Request) -> House:
    house: House = request.app.state.house
    return house


@dataclass(frozen=True)
class _Headers:
    """Middleware: the headers of every answer that has none of its own."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = {name.lower() for name, _ in message["headers"]}
                more = ((name.lower().encode(), value.encode()) for name, value in HEADERS.items())
                message["headers"] = [*message["headers"], *(pair for pair in more if pair[0] not in there)]
            await send(message)

        await self.app(scope, receive, send_with_headers)
