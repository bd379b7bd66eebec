"""How does an answer go out? With the headers that all have; and where the server takes it, in one piece.

A server looks at each header of each answer, which was a third of what a visit took of the event loop. What all answers
say is the same bytes each time, so they are put together once, and only what an answer says by itself is looked at.
"""

import re
from collections.abc import Callable, Iterable, Mapping

from starlette.types import Message, Scope, Send

WHOLE = "afterword.whole"
"""The ASGI extension of a server that takes a whole answer: in the scope `{"write": Whole}`."""
Whole = Callable[[int, bytes, bytes], bool]
"""Writes an answer of that status, its headers as they go out, and its body. False where this one needs more than
that: then it is to be sent as usual."""
Headers = list[tuple[bytes, bytes]]

UNSOUND = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
"""What no header may hold (RFC 9110 section 5.5); a line end would begin another."""
LENGTH = b"content-length"


class Standing:
    """The headers of every answer; one that an answer sets itself is its own."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        self._names = frozenset(name for name, _ in self._headers)
        self._written = written(self._headers)

    def beside(self, own: Headers) -> Headers:
        """All headers of an answer that has these of its own."""
        names = {name.lower() for name, _ in own}
        return [*own, *(header for header in self._headers if header[0] not in names)]

    def written_beside(self, own: Headers) -> bytes:
        """The same as they go out."""
        if self._names.isdisjoint(name for name, _ in own):
            return written(own) + self._written
        return written(self.beside(own))


class Answer:
    """One answer on its way out; `started` once its head is gone, with its `status`."""

    def __init__(self, scope: Scope, send: Send, standing: Standing, *, own: Headers) -> None:
        """`own` are headers of this answer that its handler does not know."""
        self._send = send
        self._standing = standing
        self._own = own
        self._whole: Whole | None = (scope.get("extensions") or {}).get(WHOLE, {}).get("write")
        self._head: Message | None = None
        self.started = False
        self.status = 0

    async def send(self, message: Message) -> None:
        """As ASGI has it. A head that says how long its body is waits for it."""
        if message["type"] != "http.response.start":
            await self._send_body(message)
            return
        self.status = message["status"]
        headers = [*message.get("headers", ()), *self._own]
        message["headers"] = headers
        if self._whole and any(name == LENGTH for name, _ in headers):
            self._head = message
            return
        await self._send_head(message)

    async def _send_body(self, message: Message) -> None:
        head, self._head = self._head, None
        if head is not None:
            if not message.get("more_body") and self._went_whole(head, message.get("body", b"")):
                self.started = True
                return
            await self._send_head(head)
        await self._send(message)

    def _went_whole(self, head: Message, body: bytes) -> bool:
        headers: Headers = head["headers"]
        if self._whole is None or not sound(headers) or int(dict(headers)[LENGTH]) != len(body):
            return False
        return self._whole(head["status"], self._standing.written_beside(headers), body)

    async def _send_head(self, head: Message) -> None:
        self.started = True
        head["headers"] = self._standing.beside(head["headers"])
        await self._send(head)


def written(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Headers as they go out (RFC 9112 section 5)."""
    return b"".join([piece for name, value in headers for piece in (name, b": ", value, b"\r\n")])


def sound(headers: Headers) -> bool:
    """Whether they say nothing beyond themselves."""
    return not UNSOUND.search(b"".join([piece for header in headers for piece in header]))
