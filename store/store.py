"""What can the memory be asked? The one interface the doors use, whatever engine is beneath."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from reviews.answering import Answering
from reviews.clicks import Timeline
from reviews.doorstep import doorstep
from reviews.facts import Delivery, Fact
from reviews.log import Log
from reviews.manners import Manners
from reviews.model import Envelope
from reviews.roles import Staff
from reviews.rules import Rules
from reviews.sending import Elsewhere
from reviews.suspects import Suspicion
from store import (
    api_keys,
    briefs,
    counted,
    doorsteps,
    elsewhere,
    lists,
    mails,
    outbox,
    people,
    rollups,
    search,
    sources,
    steps,
    trails,
)
from store.briefs import Brief
from store.counted import Asked, Counted
from store.desks import NO_RULES, Desks
from store.doorsteps import Caller, Visited
from store.engines import Engine, Gathered, Session
from store.errors import UnknownReviewError
from store.figures import Histogram
from store.lists import Listed, Wanted
from store.mails import Arrival
from store.outbox import EVERYTHING, Outgoing, Settlement, Share
from store.paging import Cursor
from store.records import Recorded, Recorder, Rule

Answer = TypeVar("Answer")
TURNS_MAX, TURN_SECONDS = 100, 0.01
"""A client whose trail others have all the time for a second is known to them well enough."""
NO_MANNERS: Mapping[str, Manners] = {}


class Store:
    """The record. Every method raises StoreUnavailableError when the engine cannot do it now: nothing was written."""

    def __init__(
        self, engine: Engine, *, rules: Rules, mail_domain: str, answering: Mapping[str, Answering] = NO_RULES
    ) -> None:
        self.rules = rules
        self._engine = engine
        self.recorder = Recorder(rules, mail_domain, desks=Desks(answering))
        self._settle = partial(outbox.settle_all, self.recorder)
        self._visit = partial(doorsteps.record, rules=rules)
        self._forged = partial(trails.forged, rules=rules)
        self._followed = partial(trails.followed, rules=rules)

    async def close(self) -> None:
        """Finish what is queued, then close."""
        await self._engine.close()

    def sizes(self) -> Histogram:
        """How many writes each transaction of this process took along since the start."""
        return self._engine.sizes()

    async def write(self, job: Callable[[Session], Answer], *, urgent: bool = False) -> Answer:
        """Run one of this package's writing functions, as `partial(people.set_staff, staff=..., at=...)`. An urgent one
        (erasing, stopping, telling of what was done) still finds room on a full disk."""
        return await self._engine.write(job, urgent=urgent)

    async def read(self, job: Callable[[Session], Answer]) -> Answer:
        """Run one of this package's reading functions."""
        return await self._engine.read(job)

    # what happened

    async def record(self, review: str, rule: Rule) -> Recorded:
        """One event of one review: `rule(log)` says which facts it means. UnknownReviewError when there is none."""
        recorded = await self._engine.write(Gathered(self.recorder.record_all, (review, rule)))
        if isinstance(recorded, UnknownReviewError):
            raise recorded
        self.recorder.logs.keep(recorded.known)  # not before the commit: what is rolled back was never known
        return recorded

    async def visit(self, visit: Caller) -> Visited:
        """A request for one of a review's links: `visit.rule` says of its doorstep which hit it means. It costs less
        than `record`, as it decides nothing until somebody has voted. UnknownReviewError when there is no such review.
        """
        visited = await self._engine.write(Gathered(self._visit, visit))
        if isinstance(visited, UnknownReviewError):
            raise visited
        if visited.seen.rated:
            visited = await self._weighed(visit, visited.shows)
        if visited.shows is None:
            followed = Gathered(self._followed, (visit.client, visit.review, visit.at))
            return replace(visited, shows=tuple(await self._in_its_turn(followed)))
        return visited

    async def _in_its_turn(self, job: Gathered[Any, trails.Shown | None]) -> trails.Shown:
        """What a client's trail shows, once no other process has it; nothing where others have it all the time."""
        for _ in range(TURNS_MAX):
            shown = await self._engine.write(job)
            if shown is not None:
                return shown
            await asyncio.sleep(TURN_SECONDS)
        return []

    async def _weighed(self, visit: Caller, shows: tuple[Suspicion, ...] | None) -> Visited:
        """A visit to a review with votes: it may speak for or against them."""
        found: list[Visited] = []

        def rule(log: Log) -> Sequence[Fact]:
            found.append(doorsteps.told(doorstep(log), visit, shows))
            return found[-1].facts

        await self.record(visit.review, rule)
        return found[-1]

    async def forged(self, client: str, *, at: datetime) -> Sequence[Suspicion]:
        """A client tried a link that we did not sign: what that shows of reviews it opened."""
        return await self._in_its_turn(Gathered(self._forged, (client, at)))

    async def record_new(self, *facts: Fact) -> tuple[Fact, ...]:
        """New reviews with what belongs to them, all or none; those facts that were not known."""
        return await self.write(lambda session: self.recorder.record_new(session, facts))

    async def record_past(self, *facts: Fact) -> tuple[Fact, ...]:
        """Reviews that are over, with the fate of their mails, all or none: nothing of them is sent again."""
        return await self.write(partial(outbox.record_past, recorder=self.recorder, facts=facts))

    async def log(self, review: str) -> Log | None:
        """Everything known of a review, or None."""
        return await self.read(partial(self.recorder.load, review=review))

    async def timeline(self, review: str) -> Timeline:
        """The stored projection of a review's rating; `recompute` holds it against the log."""
        return await self.read(partial(steps.load, review=review))

    async def reviews(
        self,
        wanted: Wanted,
        *,
        now: datetime,
        most: int,
        before: Cursor | None = None,
        after: Cursor | None = None,
    ) -> list[Listed]:
        """A page of reviews, newest first: the next ones older than `before`, or newer than `after`."""
        ask = partial(lists.reviews, wanted=wanted, now=now, most=most, before=before, after=after)
        return await self.read(ask)

    async def search(
        self,
        query: str,
        wanted: Wanted,
        *,
        now: datetime,
        most: int,
        before: Cursor | None = None,
        after: Cursor | None = None,
    ) -> list[Listed]:
        """A page of the reviews that hold these words, newest first; paged as `reviews`. No query is wrong."""
        ask = partial(search.search, query=query, wanted=wanted, now=now, most=most, before=before, after=after)
        return await self.read(ask)

    async def counted(self, asked: Asked, *, now: datetime) -> list[Counted]:
        """How many reviews were asked, answered, rated how: by agent, team, company or tag, on which days."""
        return await self.read(partial(counted.counted, asked=asked, now=now))

    # the outbox

    async def claim(self, *, now: datetime, most: int, lease: timedelta, share: Share = EVERYTHING) -> list[Outgoing]:
        """Take due deliveries to send, of those brands; a quiet outbox costs no write. Who asks for work folds the
        counts on the way."""
        waiting, foldable = await self.read(
            lambda session: (outbox.any_due(session, now), rollups.many_due(session, now))
        )
        if foldable:
            await self.write(partial(rollups.fold, now=now))
        if not waiting:
            return []
        return await self.write(partial(outbox.claim, now=now, most=most, lease=lease, share=share))

    async def briefs(
        self,
        claimed: Sequence[Outgoing],
        *,
        now: datetime,
        per_hour: int | None,
        manners: Mapping[str, Manners] = NO_MANNERS,
    ) -> list[Brief]:
        """What must be known of claimed deliveries before they go out, in their order. `manners` are how each brand
        asks; one that is not among them asks as usual."""
        known = partial(briefs.briefs, recorder=self.recorder, claimed=claimed)
        ask = partial(known, now=now, per_hour=per_hour, manners=manners)
        found = await self.read(ask)
        for brief in found:
            if brief.known:
                self.recorder.logs.keep(brief.known)
        return found

    async def elsewhere(self, log: Log, *, manners: Manners, now: datetime) -> Elsewhere:
        """What other reviews know that bears on asking about this one."""
        of = {log.review.brand: manners}
        ask = partial(elsewhere.elsewhere, recorder=self.recorder, logs=[log], manners=of, now=now)
        return (await self.read(ask))[log.review.id]

    async def post(self, delivery: Delivery, *, brand: str) -> None:
        """Send a mail that belongs to no review, as a sign-in link."""
        await self.write(partial(self.recorder.post, delivery=delivery, brand=brand))

    async def settle(self, settlement: Settlement) -> Recorded | None:
        """Record how an attempt to send ended."""
        return await self.settle_and_begin(settlement, "")

    async def settle_and_begin(self, settlement: Settlement | None, begun: str) -> Recorded | None:
        """Record how an attempt ended and that the delivery `begun` is being handed over, in one commit; either may be
        missing (None, "")."""
        item = outbox.Turn(settlement, begun)
        recorded = await self._engine.write(Gathered(self._settle, item), urgent=True)
        if isinstance(recorded, UnknownReviewError):
            raise recorded
        return recorded

    async def put_back(self, delivery: str, *, until: datetime, reason: str) -> None:
        """Give a claimed delivery back unsent."""
        await self.write(partial(outbox.put_back, delivery=delivery, until=until, reason=reason))

    async def deliveries(self, review: str) -> list[Outgoing]:
        """Every delivery of a review with its fate."""
        return await self.read(partial(outbox.of_review, review=review))

    async def delivery(self, id: str) -> Outgoing | None:
        """One delivery by its id."""
        return await self.read(partial(outbox.by_id, id=id))

    async def delivery_to_seat(self, seat: str) -> Outgoing | None:
        """A delivery to the person behind a seat."""
        return await self.read(partial(outbox.by_seat, seat=seat))

    async def delivery_by_message_ids(self, ids: tuple[str, ...]) -> Outgoing | None:
        """The delivery that went out under one of these Message-IDs."""
        return await self.read(partial(outbox.by_message_ids, ids=ids))

    async def brake(self, brand: str) -> sources.Brake:
        """What holds a brand back."""
        return await self.read(partial(sources.brake, brand=brand))

    # mails that came in

    async def keep_mail(self, *, id: str, envelope: Envelope, raw: bytes) -> str:
        """Store a mail before anything is parsed; the SHA-256 of its bytes, once it is on disk."""
        incoming = mails.Incoming(id, envelope, raw)
        return await self._engine.write(Gathered(mails.keep, incoming), size_bytes=len(raw))

    async def claim_arrivals(self, *, now: datetime, most: int, lease: timedelta) -> list[Arrival]:
        """Take stored mails to read."""
        if not await self.read(partial(mails.count_pending, now=now)):
            return []
        return await self.write(partial(mails.claim, now=now, most=most, lease=lease))

    async def mark_arrival(self, id: str, *, status: str, at: datetime, review: str = "", reason: str = "") -> None:
        """Say how far an arrival was read."""
        await self.write(partial(mails.mark, id=id, status=status, at=at, review=review, reason=reason))

    async def raw_mail(self, sha256: str) -> bytes | None:
        """The bytes of a mail."""
        return await self.read(partial(mails.raw_mail, sha256=sha256))

    # people

    async def key_name(self, secret: str) -> str | None:
        """The name of a valid key of the API."""
        return await self.read(partial(api_keys.key_name, secret=secret))

    async def key(self, secret: str) -> api_keys.ApiKey | None:
        """A valid key of the API."""
        return await self.read(partial(api_keys.key, secret=secret))

    async def session_staff(self, session_id: str, *, now: datetime) -> Staff | None:
        """Who is signed in."""
        return await self.read(partial(people.session_staff, session_id=session_id, now=now))

    async def staff(self, email: str) -> Staff | None:
        """A member of staff who may sign in."""
        return await self.read(partial(people.staff, email=email))

    async def has_left(self, email: str) -> bool:
        """Whether this person was taken out of the staff."""
        return await self.read(partial(people.has_left, email=email))

    async def all_staff(self) -> list[Staff]:
        """Everybody who may sign in."""
        return await self.read(people.all_staff)

    async def source(self, id: str) -> sources.Source | None:
        """A helpdesk's webhook."""
        return await self.read(partial(sources.source, id=id))
