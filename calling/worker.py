"""What is told next, and to whom? Finds out what is new, claims calls, decides once more, and keeps how each ended.

A call that was made and could not be kept is made again under the same id: told at least once, never out of order
within one review.
"""

import asyncio
import ssl
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import httpcore2
import structlog

from calling.guard import Forbidden, Line
from calling.helpdesks import helpdesk
from calling.helpdesks.rules import done_on
from calling.helpdesks.writing import NOT_FOUND, OK, shown, write_back
from calling.told import Told
from calling.vouching import NO_SUCH, long_ago
from calling.waits import GONE, again, judged
from calling.ways import MAIL, RULES, WAYS, telling_of
from reviews import flow
from reviews.clicks.vouching import waits
from reviews.facts import Fact
from reviews.log import Log
from reviews.model import Person
from reviews.news import notice_of, still_so
from reviews.redacted import Ours
from store import Call, Endpoint, Store, StoreUnavailableError, calls, endpoints
from store.calls import ASKING, DONE, DROPPED, FAILED, SOURCE, TEST, Fate
from templates.chats import WrongTemplate, note

LEASE = timedelta(minutes=5)
"""Longer than the slowest call, which is a few requests to a helpdesk: who has not settled by then has crashed."""
SPREAD_MOST = 50
"""Reviews looked at in one transaction."""
CLAIM_MOST, AT_ONCE, EACH_AT_ONCE = 4, 24, 4
"""Calls claimed together, under way at once, and of one endpoint: one that hangs holds up itself alone."""
FORGET_SECONDS = 3_600
NO_LONGER = "it is no longer so"
ECHO_WITHIN = timedelta(minutes=10)
"""A helpdesk tells of a change at once, and again for a while where we did not take it."""
MAYBE_ECHO = "we had just written into the ticket, so its closing may be our own echo: only what people do is written"
UNHEARD = (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError, TimeoutError, ssl.SSLError)

log = structlog.get_logger()


@dataclass(frozen=True)
class Caller:
    """The worker's parts. `chance` gives numbers between 0 and 1."""

    store: Store
    line: Line
    base_url: str
    ours: Ours
    clock: Callable[[], datetime]
    chance: Callable[[], float]
    idle_seconds: float = 1.0
    under_way: Counter[str] = field(default_factory=Counter)

    async def run(self, stop: asyncio.Event) -> None:
        """Tell what is new until told to stop; calls under way are finished."""
        tasks: set[asyncio.Task[None]] = set()
        forgetting = asyncio.create_task(self._keep_forgetting())
        try:
            while not stop.is_set():
                begun = await self._round(tasks)
                if not begun:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(stop.wait(), self.idle_seconds)
        finally:
            forgetting.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.line.close()

    async def call_due(self) -> int:
        """Tell all that is new and due now; how many calls were made."""
        made = 0
        while await self.spread():
            pass
        while claimed := await self._claim(CLAIM_MOST):
            await asyncio.gather(*map(self._call, claimed))
            made += len(claimed)
        return made

    async def spread(self) -> int:
        """List what the next reviews have to tell; how many were looked at."""
        job = partial(calls.spread, recorder=self.store.recorder, now=self.clock(), most=SPREAD_MOST)
        return await self.store.write(job)

    async def _round(self, tasks: set[asyncio.Task[None]]) -> bool:
        """List what is new, begin what is due; whether there was anything. A quiet store costs no write."""
        try:
            untold, due = await self.store.read(partial(calls.anything_due, now=self.clock()))
            if untold:
                await self.spread()
            free = AT_ONCE - len(tasks)
            claimed = await self._claim(min(free, CLAIM_MOST)) if (untold or due) and free else []
        except StoreUnavailableError as error:
            log.warning("store unavailable", why=str(error))
            return False
        for call in claimed:
            task = asyncio.create_task(self._call(call))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        return bool(claimed) or untold

    async def _claim(self, most: int) -> list[Call]:
        busy = [endpoint for endpoint, count in self.under_way.items() if count >= EACH_AT_ONCE]
        claimed = await self.store.write(partial(calls.claim, now=self.clock(), most=most, lease=LEASE, busy=busy))
        self.under_way.update(call.endpoint for call in claimed)
        return claimed

    async def _call(self, call: Call) -> None:
        began = self.clock()
        try:
            fate = await self._made(call)
            await self.store.write(partial(calls.settle, id=call.id, fate=fate, at=self.clock()), urgent=True)
            told = {"endpoint": call.endpoint, "review": call.review, "kind": call.kind, "status": fate.status}
            log.info("called", **told, seconds=(self.clock() - began).total_seconds())
        except StoreUnavailableError as error:
            log.warning("store unavailable", why=str(error))  # its lease runs out, and it is made again
        finally:
            self.under_way[call.endpoint] -= 1

    async def _made(self, call: Call) -> Fate:
        """One attempt and how it ended."""
        endpoint = await self.store.read(partial(endpoints.endpoint, id=call.endpoint))
        if endpoint is None:
            return Fate(DROPPED, "its endpoint is gone")
        told = await self._told(call)
        if told is None and call.kind not in (TEST, ASKING):
            return Fate(DROPPED, NO_LONGER)
        try:
            return await (self._asked(endpoint, call) if call.kind == ASKING else self._tell(endpoint, call, told))
        except Forbidden as error:
            return again(f"not called: {error}", attempt=call.attempts, now=self.clock(), chance=self.chance())
        except WrongTemplate as error:
            return Fate(FAILED, str(error))
        except UNHEARD as error:
            reason = f"no answer ({type(error).__name__})"
            return again(reason, attempt=call.attempts, now=self.clock(), chance=self.chance())

    async def _told(self, call: Call) -> Told | None:
        """What is to be told, if it is still so."""
        known, now = await self.store.log(call.review) if call.review else None, self.clock()
        if known is None:
            return None
        timeline = await self.store.timeline(call.review)
        news = still_so(known, timeline, call.news, now=now)
        url = f"{self.base_url}/reviews/{call.review}"
        return Told(known, timeline, news, url, now, self.ours) if news else None

    async def _tell(self, endpoint: Endpoint, call: Call, told: Told | None) -> Fate:
        if endpoint.kind == MAIL:
            return await self._mailed(endpoint, told)
        if endpoint.kind not in WAYS:
            return await self._written(endpoint, call, told)
        request = WAYS[endpoint.kind](endpoint, call, told, self.clock())
        answer = await self.line.request(request.method, request.url, request.headers, request.body)
        if answer.status == GONE:
            disable = partial(
                endpoints.disable, id=endpoint.id, at=self.clock(), reason="it answered 410 Gone", who="a worker"
            )
            await self.store.write(disable, urgent=True)
            log.warning("endpoint disabled", endpoint=endpoint.id)
        return judged(answer, attempt=call.attempts, now=self.clock(), chance=self.chance())

    async def _written(self, endpoint: Endpoint, call: Call, told: Told | None) -> Fate:
        """A ticket in its helpdesk is changed by the endpoint's rules."""
        desk = helpdesk(endpoint.kind)
        if told is None:
            return Fate(DROPPED, "a helpdesk has no test: its tickets are real")
        review = told.log.review
        if review.source != endpoint.options[SOURCE]:
            return Fate(DROPPED, "a ticket of another helpdesk")
        done = done_on(endpoint.options[RULES], told.news.kind, told.value)
        if not done:
            return Fate(DROPPED, "no rule of it says to do anything")
        if told.automatic and await self._doubtful(told.log):
            return Fate(DROPPED, MAYBE_ECHO)
        text = note(telling_of(told))
        answer = await write_back(self.line, endpoint, desk, ticket=review.ticket, text=text, done=tuple(done))
        return judged(answer, attempt=call.attempts, now=self.clock(), chance=self.chance())

    async def _asked(self, endpoint: Endpoint, call: Call) -> Fate:
        """Whether its helpdesk has a ticket that only a link named; what it says is kept in the review."""
        known = await self.store.log(call.review)
        if known is None or not waits(known):
            return Fate(DROPPED, NO_LONGER)
        answer, changed = await shown(self.line, endpoint, helpdesk(endpoint.kind), ticket=known.review.ticket)
        if answer.status not in (*OK, NOT_FOUND.status):
            return judged(answer, attempt=call.attempts, now=self.clock(), chance=self.chance())
        why = NO_SUCH if answer.status == NOT_FOUND.status else long_ago(changed, now=self.clock())
        at = self.clock()
        said = partial(flow.helpdesk_answered, known=not why, why=why, at=at, rules=self.store.recorder.rules)
        await self.store.record(call.review, said)
        return Fate(DONE, why or "there is such a ticket")

    async def _doubtful(self, known: Log) -> bool:
        """Whether the closing that this review asks about was told so soon after our own writing that it may be its
        echo. Then nothing is written that no person caused: so each of our writings has a person's act behind it, and
        nothing goes in circles even where a helpdesk gives no way to tell."""
        review = known.review
        since, until = review.at - ECHO_WITHIN, review.at + LEASE
        span = partial(calls.written_by_us, source=review.source, ticket=review.ticket, since=since, until=until)
        return await self.store.read(partial(span, besides=review.id)) is not None

    async def _mailed(self, endpoint: Endpoint, told: Told | None) -> Fate:
        """A notice in the outbox, as an agent gets one; the mailer does the rest."""
        if told is None:
            return Fate(DROPPED, "a mail has no test: `afterword doctor` tests mail")
        person, news, at = Person(endpoint.url, endpoint.options.get("name", "")), told.news, self.clock()

        def rule(known: Log) -> tuple[Fact, ...]:
            notice = notice_of(known, told.timeline, news, person, at=at)
            return (notice,) if notice else ()

        if not rule(told.log):
            return Fate(DROPPED, "no mail tells of this")
        await self.store.record(told.log.review.id, rule)
        return Fate(DONE, "in the outbox")

    async def _keep_forgetting(self) -> None:
        while True:
            with suppress(StoreUnavailableError):
                await self.store.write(partial(calls.forget_old, now=self.clock()), urgent=True)
            await asyncio.sleep(FORGET_SECONDS)
