"""At which moment does a process end? Anywhere; while a mail is half over; between a commit and its answer."""

import asyncio
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Protocol

from bench.faults.clients.senders import Mail, half_sent, written
from bench.faults.house import House, Process
from bench.faults.ledger import Ledger
from bench.faults.means.preload import preloaded
from reviews.facts import Review

KILL, TERM = signal.SIGKILL, signal.SIGTERM
ENDS_AFTER = (5, 60)
"""The process ends after so many acknowledgements,"""
ENDS_LATER_SECONDS = 0.02
"""and up to so much later, wherever it then is."""
WORKS_SECONDS = 60.0
LINES_MAX = 400


class Moment(Protocol):
    """How one process ends."""

    @property
    def how(self) -> signal.Signals:
        """By which signal."""

    def environment(self, house: House, chance: Random) -> dict[str, str]:
        """What the process is started with that is to end so."""

    async def strike(
        self, house: House, process: Process, ledger: Ledger, chance: Random, reviews: Sequence[Review]
    ) -> tuple[Mail, ...]:
        """Return when it has ended, with the mails that are still to be delivered by who sent them half."""


@dataclass(frozen=True)
class Anywhere:
    """At a random moment under load."""

    how: signal.Signals

    def environment(self, house: House, chance: Random) -> dict[str, str]:
        return {}

    async def strike(
        self, house: House, process: Process, ledger: Ledger, chance: Random, reviews: Sequence[Review]
    ) -> tuple[Mail, ...]:
        await _some_acknowledged(ledger, chance)
        await asyncio.sleep(chance.uniform(0, ENDS_LATER_SECONDS))
        await end(process, ledger, how=self.how)
        ledger.struck += 1
        return ()


@dataclass(frozen=True)
class InData:
    """While the content of a mail is on its way; sometimes all of it with its dot, and the answer is not."""

    how = KILL

    def environment(self, house: House, chance: Random) -> dict[str, str]:
        return {}

    async def strike(
        self, house: House, process: Process, ledger: Ledger, chance: Random, reviews: Sequence[Review]
    ) -> tuple[Mail, ...]:
        await _some_acknowledged(ledger, chance)
        mail = written(house, chance.choice(reviews).id, chance, lines_max=LINES_MAX)
        whole = len(mail.on_the_wire)
        async with half_sent(house, mail, bytes_sent=whole if chance.random() < 0.2 else chance.randrange(whole)):
            await end(process, ledger, how=KILL)
        ledger.struck += 1
        ledger.unanswered(mail.kept)
        return (mail,)


@dataclass(frozen=True)
class BeforeReply:
    """When it is about to say a reply that begins so: what it tells is committed, and nobody was told."""

    reply: str
    how = KILL

    def environment(self, house: House, chance: Random) -> dict[str, str]:
        return {
            **preloaded("kill_before", house.folder),
            "KILL_BEFORE": self.reply,
            "KILL_COUNT": str(chance.randrange(*ENDS_AFTER)),
        }

    async def strike(
        self, house: House, process: Process, ledger: Ledger, chance: Random, reviews: Sequence[Review]
    ) -> tuple[Mail, ...]:
        code = await asyncio.wait_for(process.running.wait(), WORKS_SECONDS)
        if code != -KILL:
            ledger.wrong.append(f"{process.door} ended by itself (exit code {code})")
        else:
            ledger.struck += 1
        return ()


async def end(process: Process, ledger: Ledger, *, how: signal.Signals) -> None:
    """End a process; one that was asked to go must leave with exit code 0."""
    if process.running.returncode is not None:
        ledger.wrong.append(f"{process.door} had ended by itself (exit code {process.running.returncode})")
        return
    code = await process.end(how)
    if how is TERM and code != 0:
        ledger.wrong.append(f"{process.door} left with exit code {code} on SIGTERM")


async def _some_acknowledged(ledger: Ledger, chance: Random) -> None:
    await ledger.reached(len(ledger.kept) + chance.randrange(*ENDS_AFTER), seconds=WORKS_SECONDS)
