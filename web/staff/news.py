"""What is new, told as it happens: server-sent events (HTML standard, section 9.2) to every inbox that is open.

One task of this process looks at the store while anybody listens; who listens is told the number of the latest fact.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from reviews.roles import Right
from store import Store, StoreUnavailableError, news, writing
from templates import plain
from web.answers.pages import page
from web.answers.refusals import Refused
from web.door import Door, door_of
from web.staff.walls import seen_record, staff_of

LOOK_SECONDS = 2.0
"""How often the store is asked: one look at an index for all who listen."""
BEAT_SECONDS = 20.0
"""How often a quiet line is used, so that no proxy cuts it."""
LASTING_SECONDS = 600.0
"""How long one line lasts; the browser comes again, and then it is asked anew who they are."""
LISTENERS_MAX = 500
RETRY_MS = 3_000
DIGITS_MAX = 18


@dataclass(eq=False)
class Herald:
    """Looks for news while somebody listens, and wakes them."""

    store: Store
    last: int = 0
    listening: int = 0
    told: asyncio.Condition = field(default_factory=asyncio.Condition)
    task: asyncio.Task[None] | None = None

    async def wait(self, after: int) -> int:
        """The number of the latest news beyond that one; TimeoutError when there is none for a while."""
        async with self.told:
            async with asyncio.timeout(BEAT_SECONDS):
                await self.told.wait_for(lambda: self.last > after)
            return self.last

    async def look(self, after: int) -> None:
        """Look for as long as somebody listens."""
        seen = after
        while self.listening:
            try:
                seen, anything = await self.store.read(partial(news.since, after=seen))
            except StoreUnavailableError:
                anything = False
            if anything:
                async with self.told:
                    self.last = seen
                    self.told.notify_all()
            await asyncio.sleep(LOOK_SECONDS)
        self.task = None


async def listened(request: Request) -> Response:
    """Somebody's inbox listens."""
    await staff_of(request)
    herald = request.app.state.herald
    written = request.headers.get("last-event-id") or request.query_params.get("after", "")
    if not (written.isascii() and written.isdigit() and len(written) <= DIGITS_MAX):
        raise Refused(404)
    if herald.listening >= LISTENERS_MAX:
        raise Refused(503)
    headers = {"X-Accel-Buffering": "no"}  # nginx would wait for a page's worth
    return StreamingResponse(_events(herald, int(written)), media_type="text/event-stream", headers=headers)


async def _events(herald: Herald, after: int) -> AsyncIterator[str]:
    herald.listening += 1
    if herald.task is None:
        herald.task = asyncio.create_task(herald.look(after))
    try:
        yield f"retry: {RETRY_MS}\n\n"
        async with asyncio.timeout(LASTING_SECONDS):
            while True:
                try:
                    after = await herald.wait(after)
                    yield f"event: news\nid: {after}\ndata: {after}\n\n"
                except TimeoutError:
                    yield ": still here\n\n"
    except TimeoutError:
        return
    finally:
        herald.listening -= 1


def herald_of(door: Door) -> Herald:
    """The one of a process."""
    return Herald(door.store)


async def writers(request: Request) -> Response:
    """Who else writes an answer to this customer: a line of the record page."""
    staff = await staff_of(request, Right.TEND)
    known, door = await seen_record(request, staff, Right.TEND), door_of(request)
    ask = partial(writing.others, review=known.review.id, email=staff.email, now=door.clock())
    names = [one.name for one in await door.store.read(ask)]
    return page("writers", brand=door.brand_of(known.review.brand), words=plain.writing(names))
