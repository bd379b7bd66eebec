"""What became of the mails that were stored? Reads each one, decides whose it is and of what kind, and records it.

A crash between storing and reading loses nothing: the arrival waits, and recording twice is recording once.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property, partial

import structlog

from inbound.absent import heard_from, keep_of_staff, whose
from inbound.apart.letters import Look, Words
from inbound.apart.workers import InThread, NoReader, Readers
from inbound.copies import Copies
from inbound.forwarding import Forwarding
from inbound.joining import Read, Rule, is_personal, machine_rule, person_rule, unread_rule
from inbound.pace import Pace
from inbound.rescanning import AGAIN, Rescanner
from inbound.resolver import Resolver
from inbound.routing import Astray, Route, Side, filed_route, route
from inbound.scanning import Scanner
from inbound.sweeping import keep_sweeping
from inbound.trust.front import Front
from inbound.trust.judging import Asked, ask, conclude
from reviews import flow
from reviews.addresses import normal
from reviews.attachments import FOUND_VIRUS, Danger, Scan, scanned
from reviews.tokens import Keys
from reviews.trust import OTHER_ADDRESS, SenderVerdict, Trust, shut_out
from store import Arrival, Store, StoreUnavailableError, UnknownReviewError, quarantine, round_trips
from store.mails import PENDING, QUARANTINED, READ, UNREADABLE, UNSCANNED
from store.quarantine import Judged

BATCH = 20
LEASE = timedelta(minutes=2)
"""Longer than all but the worst of batches take; a mail that is read twice is recorded once."""
TRIES_MAX = 3
LATER = timedelta(minutes=5)
"""How long to wait for a DNS that does not answer; after TRIES_MAX the sender counts as unverified."""
ORIGINAL_LENGTH_MAX = 200_000
SHOWN_MAX = 5_000
"""Characters of a mail's words that are shown where it waits."""
LINE_MAX = 300

log = structlog.get_logger()


class AskAgain(Exception):
    """Something outside did not answer; the mail is read again later."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a mail ended as far as one review goes, and why."""

    status: str
    reason: str


@dataclass(frozen=True)
class Reader:
    """The worker's parts."""

    store: Store
    keys: Keys
    reply_domain: str
    clock: Callable[[], datetime]
    resolver: Resolver | None
    idle_seconds: float = 1.0
    readers: Readers = field(default_factory=InThread)
    front: Front = field(default_factory=Front)
    forwarding: Forwarding | None = None
    """Who reads what comes for postmaster and abuse; None where nobody is named."""
    copies: Copies | None = None
    """What starts a review by a copy of a helpdesk's mail."""
    scanner: Scanner | None = None
    """Who is asked for viruses; None where nobody is."""
    pace: Pace = field(default_factory=Pace)
    """Told by the door of every mail, so that nobody waits for the next look."""

    async def run(self, stop: asyncio.Event) -> None:
        """Read what waits until told to stop, and throw away what waited too long for a person."""
        beside = [asyncio.create_task(keep_sweeping(self.store, self.clock))]
        if self.rescanner:
            beside.append(asyncio.create_task(self.rescanner.run()))
        try:
            while not stop.is_set():
                self.pace.begin()
                try:
                    read = await self.read_waiting()
                except StoreUnavailableError as error:
                    log.warning("store unavailable", why=str(error))
                    read = 0
                await (self.pace.rest() if read else self.pace.wait(self.idle_seconds))
        finally:
            for task in beside:
                task.cancel()

    @cached_property
    def rescanner(self) -> Rescanner | None:
        """Who looks at files again that came while the scanner was away."""
        if self.scanner is None:
            return None
        return Rescanner(self.store, self.scanner, self.readers, self.clock, self._route)

    async def read_waiting(self) -> int:
        """Read one batch; how many arrivals were taken up. Those to the same addresses keep their order, and none waits
        for a slow one to another."""
        arrivals = await self.store.claim_arrivals(now=self.clock(), most=BATCH, lease=LEASE)
        threads: dict[tuple[str, ...], list[Arrival]] = {}
        for arrival in arrivals:
            threads.setdefault(arrival.envelope.recipients, []).append(arrival)
        ends = await asyncio.gather(*map(self._in_turn, threads.values()), return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException):
                raise end
        return len(arrivals)

    async def _in_turn(self, arrivals: Sequence[Arrival]) -> None:
        for arrival in arrivals:
            await self._take_up(arrival)

    async def _take_up(self, arrival: Arrival) -> None:
        try:
            await self._read(arrival)
        except StoreUnavailableError:
            raise
        except (AskAgain, NoReader) as again:
            later, reason = self.clock() + LATER, arrival.reason or str(again)
            await self.store.mark_arrival(
                arrival.id, status=PENDING, at=later, review=arrival.review, reason=reason if arrival.review else ""
            )
        except Exception as error:  # noqa: BLE001 - the raw mail is kept; one bad mail must not stop the others
            await self._failed(arrival, error)

    async def _failed(self, arrival: Arrival, error: Exception) -> None:
        log.error("mail not read", arrival=arrival.id, tries=arrival.tries, error=type(error).__name__)
        if arrival.tries < TRIES_MAX:
            return
        found = await self._route(arrival, ())
        where = () if isinstance(found, Astray) else tuple(one for one in found if one.side is not Side.RETURNED)
        rules = self.store.rules
        ends = [await self._record(one, unread_rule(arrival, one, at=self.clock(), rules=rules), "") for one in where]
        reason = f"it could not be read ({type(error).__name__})"
        await self._settle(arrival, UNREADABLE, reason=reason, where=where, ends=ends)

    async def _read(self, arrival: Arrival) -> None:
        raw = await self.store.raw_mail(arrival.mail)
        if raw is None:
            await self._settle(arrival, UNREADABLE, reason="its bytes are gone")
            return
        sender_address = arrival.envelope.mail_from
        seen = await self.readers.look(raw, mail_from=sender_address, own_domains=(self.reply_domain,))
        seen = await self._scanned(raw, seen)
        if self.copies and not arrival.review and (source := self.copies.named(arrival.envelope.recipients)):
            await self._copied(arrival, seen, await self.copies.started(arrival, seen, source))
            return
        found = await self._route(arrival, seen.references)
        where = () if isinstance(found, Astray) else found
        sent_on = self.forwarding is not None and await self.forwarding.forward(arrival, seen.verdict)
        if isinstance(found, Astray) and sent_on:
            await self._settle(arrival, READ, reason="sent on to the operator")
            return
        if isinstance(found, Astray) or any(is_personal(seen, one) for one in found):
            await self._read_person(arrival, raw, seen, found)
            return
        now = self.clock()
        rules = [machine_rule(arrival, seen, one, at=now) for one in where]
        ends = [await self._record(one, rule, seen.verdict.reason) for one, rule in zip(where, rules, strict=True)]
        for one in where:
            await keep_of_staff(self.store, seen, one, at=now)
        await self._settle_ends(arrival, where, ends)

    async def _scanned(self, raw: bytes, seen: Look) -> Look:
        """With what the virus scanner says of its files."""
        if self.scanner is None or not seen.attachments:
            return seen
        files = seen.attachments
        found = await self.scanner.scan_files(raw, len(files), lambda number: self.readers.file(raw, number=number))
        return replace(seen, attachments=tuple(map(scanned, files, found)), unscanned=Scan.AWAY in found)

    async def _copied(self, arrival: Arrival, seen: Look, unclear: str) -> None:
        """A copy of a helpdesk's mail started a review, or waits for a person with the hint why it could not."""
        if not unclear:
            await self._settle(arrival, READ, reason="it started a review")
            return
        judged = Judged(Trust.UNCHECKED, "", "", sender=seen.sender[:LINE_MAX], subject=seen.subject[:LINE_MAX])
        await self._settle(arrival, QUARANTINED, reason=unclear, judged=judged)

    async def _read_person(self, arrival: Arrival, raw: bytes, seen: Look, found: tuple[Route, ...] | Astray) -> None:
        """A mail with words in it: its sender is judged, then it joins its threads, or waits for a person."""
        asked = await self._asked(seen)
        where = () if isinstance(found, Astray) else found
        texts = [await self._words(raw, seen, asked, one) for one in where] or [await self._words(raw, seen, asked)]
        sender = await self._judged(arrival, seen, asked, texts[0])
        if sender.unanswered and arrival.tries < TRIES_MAX:
            raise AskAgain(sender.reason)
        if isinstance(found, Astray):
            kept = _shown(seen, sender, asked, texts[0], waits=True)
            await self._settle(arrival, QUARANTINED, reason=_why(found.reason, seen), judged=kept)
            return
        ends: list[Ended] = []
        for one, words in zip(where, texts, strict=True):
            end = await self._joined(arrival, Read(seen, sender, words.said, words.trimmed), one)
            ends.append(end if end.status == READ else replace(end, reason=_why(end.reason, seen)))
        waits = any(end.status != READ for end in ends)
        shown = _shown(seen, sender, asked, texts[0], waits=waits)
        await self._settle_ends(arrival, where, ends, shown, again=seen.unscanned)

    async def _joined(self, arrival: Arrival, read: Read, where: Route) -> Ended:
        """Join one thread. What is forged waits for a person, unless one has put it here."""
        now, seen = self.clock(), read.seen
        if not is_personal(seen, where):
            return await self._record(where, machine_rule(arrival, seen, where, at=now), seen.verdict.reason)
        if where.tested:
            return await self._tested(where.tested, read)
        if where.side is not Side.STAFF and not arrival.review and shut_out(read.sender.trust):
            return Ended(QUARANTINED, f"its sender is forged: {read.sender.reason}")
        rule = person_rule(arrival, read, where, at=now, rules=self.store.rules)
        if where.side is Side.STAFF:
            await heard_from(self.store, await whose(self.store, where), trust=read.sender.trust, at=now)
        return await self._record(where, rule, seen.verdict.reason)

    async def _tested(self, address: str, read: Read) -> Ended:
        """The answer to the test of a staff address."""
        trust, why = read.sender.trust, read.sender.reason
        if normal(read.seen.sender) != normal(address):
            trust, why = Trust.UNSIGNED, OTHER_ADDRESS
        told = partial(round_trips.answer, address=address, verdict=trust, why=why, at=self.clock())
        await self.store.write(told)
        return Ended(READ, "it answers the test of a staff address")

    async def _asked(self, seen: Look) -> Asked:
        if self.resolver is None:
            return Asked()
        return await asyncio.to_thread(ask, seen.claimed, self.resolver, self.front.sealers)

    async def _judged(self, arrival: Arrival, seen: Look, asked: Asked, words: Words) -> SenderVerdict:
        """The verdict on the sender; the one that was found on arrival, for a mail that was put somewhere by hand."""
        if self.resolver is None:
            return SenderVerdict(Trust.UNCHECKED, "no resolver was given")
        before = await self.store.read(partial(quarantine.judged, arrival=arrival.id)) if arrival.review else None
        if before is not None and before.verdict:
            return SenderVerdict(Trust(before.verdict), before.why)
        return await asyncio.to_thread(
            conclude,
            seen.claimed,
            asked,
            words.signatures,
            envelope=arrival.envelope,
            resolver=self.resolver,
            front=self.front,
            sealed=words.sealed,
        )

    async def _words(self, raw: bytes, seen: Look, asked: Asked, where: Route | None = None) -> Words:
        original = await self._original(where) if where else ""
        return await self.readers.words(raw, original=original, keys=asked.keys)

    async def _route(self, arrival: Arrival, references: tuple[str, ...]) -> tuple[Route, ...] | Astray:
        recipients = arrival.envelope.recipients
        found = await route(recipients, references, store=self.store, keys=self.keys, reply_domain=self.reply_domain)
        return filed_route(found, arrival.review) if arrival.review else found

    async def _record(self, where: Route, rule: Rule, reason: str) -> Ended:
        if where.tested:  # an absence notice shows nothing
            return Ended(READ, reason)
        try:
            recorded = await self.store.record(where.review, rule)
        except UnknownReviewError:
            return Ended(QUARANTINED, "its review is gone")
        full = not recorded.new and flow.thread_full(recorded.log)
        return Ended(QUARANTINED, "its thread is full") if full else Ended(READ, reason)

    async def _original(self, where: Route) -> str:
        """What we sent in this review: whatever of it comes back is not the person's own."""
        sent = await self.store.deliveries(where.review)
        return "\n\n".join(outgoing.sent_text for outgoing in sent if outgoing.sent_text)[-ORIGINAL_LENGTH_MAX:]

    async def _settle_ends(
        self,
        arrival: Arrival,
        where: Sequence[Route],
        ends: Sequence[Ended],
        judged: Judged | None = None,
        *,
        again: bool = False,
    ) -> None:
        end = next((end for end in ends if end.status != READ), ends[0])
        status = UNSCANNED if again and end.status == READ else end.status
        await self._settle(arrival, status, reason=end.reason, where=where, ends=ends, judged=judged)

    async def _settle(
        self,
        arrival: Arrival,
        status: str,
        *,
        reason: str,
        where: Sequence[Route] = (),
        ends: Sequence[Ended] = (),
        judged: Judged | None = None,
    ) -> None:
        joined = sum(end.status == READ for end in ends)
        review = where[0].review if where else ""
        at, waits = self.clock() + (AGAIN if status == UNSCANNED else timedelta()), status not in (READ, UNSCANNED)
        settle = partial(quarantine.settle, id=arrival.id, status=status, at=at, review=review, reason=reason)
        await self.store.write(partial(settle, joined=joined if waits else 0, judged=judged))
        seconds = (self.clock() - arrival.envelope.at).total_seconds()  # since it came: so long did it wait, too
        log.info("mail read", arrival=arrival.id, status=status, review=review, seconds=seconds)


def _why(reason: str, seen: Look) -> str:
    """Why a mail waits, and that nobody may save it."""
    infected = any(file.danger == Danger.INFECTED for file in seen.attachments)
    return f"{reason}; {FOUND_VIRUS}" if infected else reason


def _shown(seen: Look, sender: SenderVerdict, asked: Asked, words: Words, *, waits: bool) -> Judged:
    """What is kept of the verdict; with what a person sees of the mail where it waits for one."""
    held = json.dumps([{"domain": one.domain, "key": one.key, "holds": one.holds} for one in words.signatures])
    records = json.dumps(dict(asked.seen)) if asked.seen else ""
    judged = Judged(sender.trust, sender.reason, records, signatures=held if records else "")
    if not waits:
        return judged
    name = f"{seen.sender_name} <{seen.sender}>" if seen.sender_name else seen.sender
    return replace(judged, sender=name[:LINE_MAX], subject=seen.subject[:LINE_MAX], text=words.said[:SHOWN_MAX])
