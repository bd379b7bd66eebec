"""Any application on a real socket, by the server that ours runs on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

from web.server import configured


@asynccontextmanager
async def serving(app: ASGIApp, *, port: int = 0) -> AsyncIterator[int]:
    """The application behind a port of 127.0.0.1; the port."""
    running = uvicorn.Server(configured(app, host="127.0.0.1", port=port, trusted_proxies="127.0.0.1"))
    task = asyncio.create_task(running.serve())
    while not running.started:  # noqa: ASYNC110 - uvicorn tells it by this flag alone
        await asyncio.sleep(0.01)
    try:
        yield running.servers[0].sockets[0].getsockname()[1]
    finally:
        running.should_exit = True
        await task
