"""How does who waits for a client go on at once, without a turn of the event loop between bytes and answer?"""

import asyncio
from collections.abc import Callable, Generator
from contextvars import Context
from typing import Any


class Waiter:
    """A Future-like object (asyncio.isfuture) that one task waits for once. `wake` runs that task within the call; a
    Future would leave it to the event loop's next turn, which is a tenth of what a mail costs at the door."""

    _asyncio_future_blocking = False

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._task: tuple[Callable[[Any], object], Context | None] | None = None
        self._done = self._cancelled = False

    def __await__(self) -> Generator[Any, None, None]:
        if not self._done:
            self._asyncio_future_blocking = True
            yield self
        self.result()

    def wake(self) -> None:
        """Have the task go on: now, unless another one is running."""
        if self._done:
            return
        self._done = True
        if self._task is None:
            return
        wakeup, context = self._task
        if context is not None and asyncio.current_task(self._loop) is None:
            context.run(wakeup, self)
        else:
            self._loop.call_soon(wakeup, self, context=context)

    # What a task asks of what it waits for.

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """The event loop it belongs to."""
        return self._loop

    def add_done_callback(self, wakeup: Callable[[Any], object], *, context: Context | None = None) -> None:
        """What makes the task go on."""
        self._task = wakeup, context

    def cancel(self, msg: object = None) -> bool:
        """The task is cancelled: it goes on in the next turn, with CancelledError."""
        if self._done:
            return False
        self._done = self._cancelled = True
        if self._task is not None:
            wakeup, context = self._task
            self._loop.call_soon(wakeup, self, context=context)
        return True

    def result(self) -> None:
        """Nothing; CancelledError where it was cancelled."""
        if self._cancelled:
            raise asyncio.CancelledError
