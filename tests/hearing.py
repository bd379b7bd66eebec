"""Somebody else's server for tests: a real one on a real socket, that hears what is told and answers by a script."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.requests import Request
from starlette.responses import Response

from web.server import configured


@dataclass
class Heard:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Hearer:
    """The server; `answers` are its next answers instead of 204, `seconds` how long it takes for each."""

    port: int = 0
    heard: list[Heard] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    seconds: float = 0
    reply: Callable[[Heard], Response] | None = None
    """What is answered where `answers` is empty."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def __call__(self, scope: Any, receive: Any, send: Callable[[Any], Awaitable[None]]) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        path = scope["path"] + (f"?{scope['query_string'].decode()}" if scope["query_string"] else "")
        heard = Heard(request.method, path, dict(request.headers), await request.body())
        self.heard.append(heard)
        await asyncio.sleep(self.seconds)
        if self.answers:
            status, headers = self.answers.pop(0)
            answer = Response(status_code=status, headers=headers)
        else:
            answer = self.reply(heard) if self.reply else Response(status_code=204)
        await answer(scope, receive, send)


@asynccontextmanager
async def hearing() -> AsyncIterator[Hearer]:
    """A server that hears, until the end of the block."""
    hearer = Hearer()
    running = uvicorn.Server(configured(hearer, host="127.0.0.1", port=0))
    task = asyncio.create_task(running.serve())
    while not running.started:  # noqa: ASYNC110 - uvicorn tells it by this flag alone
        await asyncio.sleep(0.01)
    hearer.port = running.servers[0].sockets[0].getsockname()[1]
    try:
        yield hearer
    finally:
        running.should_exit = True
        await task
