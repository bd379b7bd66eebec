"""Whose mailbox holds what? Every mail that reaches the demo's own mail server, and what its owner sent from here."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from inbound.resolver import Resolver
from inbound.smtp.door import Door
from inbound.smtp.refusals import Refusal
from inbound.trust.judging import judge_sender
from reviews.addresses import domain_of, normal
from reviews.mail import Mail, read_mail
from reviews.model import Envelope

KEPT_MAX = 2_000  # mails in memory; a try-out has some fifty


@dataclass(frozen=True, slots=True)
class Kept:
    """One mail in one mailbox. `signed_by` is the domain whose DKIM signature holds, else ''."""

    id: str
    owner: str
    at: datetime
    raw: bytes
    mail: Mail
    signed_by: str
    sent: bool = False


@dataclass(frozen=True)
class Mailboxes:
    """Everybody's mailbox, made when the first mail comes."""

    clock: Callable[[], datetime]
    resolver: Resolver
    arrived: Callable[[Envelope], Awaitable[None]]
    """Told of every mail once it is in its mailbox."""
    read: set[str] = field(default_factory=set)
    """The ids of mails that were opened."""
    _kept: deque[Kept] = field(default_factory=lambda: deque(maxlen=KEPT_MAX))
    _number: "count[int]" = field(default_factory=lambda: count(1))

    def door(self) -> Door:
        """What stands behind the mail server of the demo: it takes mail for everybody, as there is no other."""
        return Door(accept=self._accept, recipient=_everybody, clock=self.clock)

    def of(self, owner: str) -> list[Kept]:
        """A mailbox, newest first."""
        return [kept for kept in reversed(self._kept) if kept.owner == normal(owner)]

    def find(self, id: str) -> Kept | None:
        """One mail."""
        return next((kept for kept in self._kept if kept.id == id), None)

    def owners(self) -> list[str]:
        """Whoever has a mailbox, in the order of their first mail."""
        return list(dict.fromkeys(kept.owner for kept in self._kept))

    def unread(self, owner: str) -> int:
        """How many mails of a mailbox nobody opened."""
        return sum(kept.id not in self.read for kept in self.of(owner))

    async def keep_sent(self, owner: str, raw: bytes) -> None:
        """Put a mail among those its owner sent."""
        self.read.add(await self._keep(owner, raw, sent=True))

    async def _accept(self, envelope: Envelope, raw: bytes) -> None:
        for recipient in envelope.recipients:
            await self._keep(recipient, raw)
        await self.arrived(envelope)

    async def _keep(self, owner: str, raw: bytes, *, sent: bool = False) -> str:
        mail = await asyncio.to_thread(read_mail, raw)
        verdict = await asyncio.to_thread(judge_sender, raw, mail, self.resolver)
        signed_by = domain_of(mail.sender.address) if verdict.proven else ""
        kept = Kept(str(next(self._number)), normal(owner), self.clock(), raw, mail, signed_by, sent)
        self._kept.append(kept)
        return kept.id


async def _everybody(address: str) -> Refusal | None:
    return None
