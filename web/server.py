"""Which HTTP server is under the application? uvicorn on httptools, with bounds on what a client sends.

By itself that takes headers without end, and waits for ever for the rest of a request.
"""

import asyncio
from functools import partial

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from web.answers.answer import WHOLE, written

HEAD_BYTES_MAX = 32_768
"""Request line and headers: browsers send under 4 KB, proxies add some; Apache takes 8 KB a line."""
REQUEST_SECONDS_MAX = 30.0
"""From the first byte of a request to its last: our largest, 64 KB, takes this long at 18 kbit/s."""
FIRST_BYTE_SECONDS_MAX = 15.0
"""A connection on which nothing is asked; browsers open some ahead of need."""
KEEP_ALIVE_SECONDS = 10
CONNECTIONS_MAX = 2_000
BACKLOG = 2_048
GRACE_SECONDS = 10


class BoundedProtocol(HttpToolsProtocol):
    """One connection. What is too long or too slow is ended; a bad link is not worth an answer to who floods us."""

    _head_bytes = 0
    _in_head = True
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        self._wait(FIRST_BYTE_SECONDS_MAX)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_head and not self._head_bytes:
            self._wait(REQUEST_SECONDS_MAX)
        self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > HEAD_BYTES_MAX:
            self.transport.close()

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()
        self.cycle.scope["extensions"] = {WHOLE: {"write": partial(_written_whole, self.cycle)}}

    def on_message_complete(self) -> None:
        self._stop_waiting()
        self._in_head, self._head_bytes = True, 0
        super().on_message_complete()

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._deadline = self.loop.call_later(seconds, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None


def _written_whole(cycle: RequestResponseCycle, status: int, headers: bytes, body: bytes) -> bool:
    """Write an answer in one piece, where nothing is special about it (`web/answers/answer.py`): what uvicorn's own
    `send` does, but for looking at each header."""
    as_usual = cycle.keep_alive and not (cycle.response_started or cycle.disconnected or cycle.flow.write_paused)
    if not as_usual or cycle.scope["method"] == "HEAD":
        return False
    cycle.response_started = cycle.response_complete = True
    cycle.waiting_for_100_continue = False
    cycle.transport.write(b"".join((STATUS_LINE[status], written(cycle.default_headers), headers, b"\r\n", body)))
    cycle.message_event.set()
    cycle.on_response()
    return True


def configured(app: ASGIApp, *, host: str, port: int, trusted_proxies: str = "") -> uvicorn.Config:
    """The server of one application. Addresses hold tokens, so uvicorn's own log of them is off."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=BoundedProtocol,
        ws="none",
        access_log=False,
        log_level="warning",
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=trusted_proxies,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        limit_concurrency=CONNECTIONS_MAX,
        backlog=BACKLOG,
    )
