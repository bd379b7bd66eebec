"""Does a signed address still lead somewhere? Asked at RCPT, for all who ask at the same moment by one look."""

import asyncio
from functools import partial

from reviews.tokens import SignedAddress
from store import Store, addressed

REMEMBERED_MAX = 10_000
"""Addresses that were found: one that is erased meanwhile is taken at the door, and its mail waits in quarantine."""


class Standing:
    """Looks into the store, and remembers what it found there."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._found: dict[SignedAddress, None] = {}
        self._asked: set[SignedAddress] = set()
        self._look: asyncio.Task[set[SignedAddress]] | None = None

    async def __call__(self, address: SignedAddress) -> bool:
        """Whether what this address was given for is still kept. StoreUnavailableError while nobody knows."""
        if address in self._found:
            return True
        self._asked.add(address)
        if self._look is None:
            self._look = asyncio.create_task(self._look_up())
        return address in await asyncio.shield(self._look)  # who leaves does not end it for the others

    async def _look_up(self) -> set[SignedAddress]:
        await asyncio.sleep(0)  # so that all who ask in this turn of the event loop are there
        asked, self._asked, self._look = self._asked, set(), None
        found = await self._store.read(partial(addressed.standing, addresses=asked))
        if len(self._found) + len(found) > REMEMBERED_MAX:
            self._found.clear()
        self._found.update(dict.fromkeys(found))
        return found
