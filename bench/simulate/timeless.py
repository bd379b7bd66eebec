"""How does a day of waiting take no time? An event loop whose clock jumps to whatever is next."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import FileDescriptorLike

TURNS_MAX = 100_000
"""Of the loop at one moment: a history has some thousand in all."""


class NothingLeft(RuntimeError):
    """Everybody waits, and nothing will ever happen."""


class _Jumping(selectors.BaseSelector):
    """Waits for nothing: who would wait so long is there already."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._turns = 0
        self._keys: dict[int, selectors.SelectorKey] = {}

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise NothingLeft("everybody waits for somebody else")
        self._turns = 0 if timeout > 0 else self._turns + 1
        if self._turns > TURNS_MAX:
            raise NothingLeft("somebody goes round in a circle")
        self.seconds += max(0.0, timeout)
        return []

    def register(self, fileobj: FileDescriptorLike, events: int, data: object = None) -> selectors.SelectorKey:
        number = fileobj if isinstance(fileobj, int) else fileobj.fileno()
        self._keys[number] = selectors.SelectorKey(fileobj, number, events, data)
        return self._keys[number]

    def unregister(self, fileobj: FileDescriptorLike) -> selectors.SelectorKey:
        return self._keys.pop(fileobj if isinstance(fileobj, int) else fileobj.fileno())

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._keys


class Timeless(asyncio.SelectorEventLoop):
    """Its time is seconds since it began; what runs takes none of it."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.seconds
