"""An answer says the same whether it goes out in one piece or as ASGI has it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.serving import serving
from web.answers.guard import HEADERS, Guard
from web.timing import Timing

PAGE = "<p>ü</p>" * 900


async def page(_: Request) -> Response:
    return HTMLResponse(PAGE, headers={"Cache-Control": "max-age=60"})


async def posted(request: Request) -> Response:
    return PlainTextResponse(await request.body())


async def elsewhere(_: Request) -> Response:
    return RedirectResponse("/page", status_code=303)


async def nothing(_: Request) -> Response:
    return Response(status_code=204)


async def pieces(_: Request) -> Response:
    async def some() -> AsyncIterator[str]:
        for number in range(3):
            yield f"piece {number}\n"

    return StreamingResponse(some(), media_type="text/plain")


async def broken(_: Request) -> Response:
    raise ValueError


async def forged(_: Request) -> Response:
    return Response("x", headers={"X-Told": "a\r\nSet-Cookie: b=c"})


HANDLERS = (page, posted, elsewhere, nothing, pieces, broken, forged)
ROUTES = [Route(f"/{handler.__name__}", handler, methods=["GET", "POST"]) for handler in HANDLERS]


def guarded(timing: Timing) -> ASGIApp:
    return Starlette(routes=ROUTES, middleware=[Middleware(Guard, https=True, timing=timing)])


def in_pieces(app: ASGIApp) -> ASGIApp:
    """The same on a server that does not take a whole answer."""

    async def plain(scope: Scope, receive: Receive, send: Send) -> None:
        scope["extensions"] = {}
        await app(scope, receive, send)

    return plain


async def answered(port: int, *requests: bytes) -> bytes:
    """All that a server says to these requests, sent together, until it hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"".join(requests))
    said = await asyncio.wait_for(reader.read(), 30)
    writer.close()
    return said


def request(path: str, *, method: str = "GET", version: str = "1.1", body: bytes = b"", last: bool = True) -> bytes:
    lines = [f"{method} /{path} HTTP/{version}", "Host: localhost", f"Content-Length: {len(body)}"]
    lines += ["Connection: close"] if last else []
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def without_order(said: bytes) -> list[bytes]:
    """The lines of it, heads in no order, as of one moment."""
    return sorted(line for line in said.split(b"\r\n") if not line.startswith(b"date:"))


@pytest.mark.parametrize(
    "requests",
    [
        [request("page")],
        [request("page", last=False), request("page")],
        [request("page", method="HEAD", last=False), request("page")],
        [request("posted", method="POST", body=b"a=b", last=False), request("posted", method="POST", body=b"c")],
        [request("elsewhere", last=False), request("nothing", last=False), request("page")],
        [request("pieces", last=False), request("page")],
        [request("unknown", last=False), request("page")],
        [request("broken", last=False), request("page")],
        [request("page", version="1.0")],
    ],
)
async def test_in_one_piece_it_is_the_same(requests: list[bytes]) -> None:
    async with serving(guarded(Timing())) as whole, serving(in_pieces(guarded(Timing()))) as usual:
        one, other = await answered(whole, *requests), await answered(usual, *requests)
    assert one.count(b"HTTP/1.1 ") == len(requests)
    assert without_order(one) == without_order(other)
    assert one.count(b"\r\ndate: ") == len(requests)


async def test_every_answer_has_the_headers_of_the_house_but_for_its_own() -> None:
    async with serving(guarded(Timing())) as port:
        said = (await answered(port, request("page", last=False), request("nothing"))).decode()
    assert said.count("cache-control: max-age=60\r\n") == said.count("cache-control: no-store\r\n") == 1
    for name, value in HEADERS.items():
        assert name == "Cache-Control" or said.count(f"{name.lower()}: {value}\r\n") == 2
    assert PAGE.encode() in said.encode()


async def test_a_header_never_begins_another() -> None:
    async with serving(guarded(Timing())) as port:
        assert b"set-cookie" not in (await answered(port, request("forged"))).lower()
        assert b"set-cookie" not in (await answered(port, request("forged", last=False), request("page"))).lower()


async def test_what_went_out_whole_is_counted_as_answered() -> None:
    timing = Timing()
    async with serving(guarded(timing)) as port:
        await answered(port, request("page", last=False), request("unknown"))
    assert sorted(status for _, status, _ in timing.told()) == [200, 404]
