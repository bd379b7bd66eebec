"""How does one group of writes become one transaction? It runs as one; where a write fails, each runs apart."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from store.engines import Gathered, Session
from store.errors import StoreFullError

APART_MAX = 50
"""Writes of a group with a savepoint each: past 64 in a transaction every snapshot of a PostgreSQL gets slower."""
TRIES_MAX = 10
"""How often a write that met another writer's is run again before its caller is told "later"."""


class Transactions(Protocol):
    """What a writer thread needs of its connection; made and used in that thread alone."""

    session: Session

    def group(self, *, patient: bool) -> AbstractContextManager[None]:
        """A transaction that is on disk when it is left without an error. One that is not patient does not wait for
        rows that another writer holds: the error comes at once."""

    def sound(self) -> bool:
        """Whether no statement of the transaction has failed."""

    def part(self) -> AbstractContextManager[None]:
        """A savepoint inside it."""

    def lost(self) -> bool:
        """Whether an error has undone the whole group, not its part alone, as a full disk does."""

    def collided(self, error: Exception) -> bool:
        """Whether another writer was in the way, so that the job goes through in a transaction that begins anew."""

    def passing(self, error: Exception) -> Exception:
        """The engine's own error as a StoreUnavailableError; any other error unchanged."""

    def roomy(self) -> AbstractContextManager[None]:
        """Holds the room that was kept back for urgent writes on a full disk."""

    def tidy(self) -> None:
        """What is to be done between two groups, when nobody waits for an answer. Never raises."""

    def close(self) -> None: ...


@dataclass(slots=True, eq=False)
class Waiting:
    """One write and the caller who waits for it."""

    job: Callable[[Session], Any]
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"
    size_bytes: int
    urgent: bool
    tries: int = 0
    result: Any = None
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class Committed:
    """What became of a group."""

    done: list[Waiting]
    again: list[Waiting]


def committed(transactions: Transactions, group: list[Waiting]) -> Committed:
    """Run a group. Where the disk is full, its urgent writes are run once more on the room that was kept for them."""
    ended = _run_group(transactions, group)
    urgent = [waiting for waiting in ended.done if waiting.urgent and isinstance(waiting.error, StoreFullError)]
    if not urgent:
        return ended
    try:
        with transactions.roomy():
            for waiting in urgent:
                waiting.error = None
            again = [*ended.again, *_run_group(transactions, urgent).again]
    except Exception as error:  # noqa: BLE001 - the thread must outlive it, and every caller is told
        for waiting in urgent:
            waiting.error = transactions.passing(error)
        return ended
    return Committed([waiting for waiting in ended.done if waiting not in again], again)


class _SpoiltError(Exception):
    """A write of a group that runs as one has failed, and the transaction is of no use to the others."""


def _run_group(transactions: Transactions, group: list[Waiting]) -> Committed:
    """Run it as one: a savepoint for each write would cost as much again. If one fails, run it with them."""
    try:
        with transactions.group(patient=False):
            _run_as_one(transactions, group)
    except _SpoiltError:
        return _run_apart(transactions, group)
    except Exception as error:  # noqa: BLE001 - the thread must outlive it, and every caller is told
        return _refused(transactions, group, error)
    return Committed(group, [])


def _run_as_one(transactions: Transactions, group: list[Waiting]) -> None:
    try:
        for one in group:
            if not isinstance(one.job, Gathered):
                one.result = one.job(transactions.session)
        for run, waiting in _by_kind(group):
            items = [one.job.item for one in waiting if isinstance(one.job, Gathered)]
            for one, result in zip(waiting, run(transactions.session, items), strict=True):
                one.result = result
    except Exception as error:
        raise _SpoiltError from error
    if not transactions.sound():
        raise _SpoiltError


def _by_kind(group: list[Waiting]) -> Iterable[tuple[Callable[..., Any], list[Waiting]]]:
    """The gathered jobs by what runs them, in the order in which they came."""
    kinds: dict[Callable[..., Any], list[Waiting]] = {}
    for waiting in group:
        if isinstance(waiting.job, Gathered):
            kinds.setdefault(waiting.job.run, []).append(waiting)
    return kinds.items()


def _run_apart(transactions: Transactions, group: list[Waiting]) -> Committed:
    done = min(len(group), APART_MAX)
    try:
        with transactions.group(patient=True):
            for number, waiting in enumerate(group[:APART_MAX]):
                if not _run_part(transactions, waiting):
                    done = number  # and nothing after it: who holds rows that others wait for does not wait for theirs
                    break
    except Exception as error:  # noqa: BLE001 - the thread must outlive it, and every caller is told
        return _refused(transactions, group, error)
    return Committed(group[:done], group[done:])


def _refused(transactions: Transactions, group: list[Waiting], error: Exception) -> Committed:
    """Nothing of the group was written."""
    for waiting in group:
        waiting.error = transactions.passing(error)
    return Committed(group, [])


def _run_part(transactions: Transactions, waiting: Waiting) -> bool:
    """Whether it is done, well or badly; if not, it is to be run again in a transaction that begins anew."""
    try:
        with transactions.part():
            waiting.result = waiting.job(transactions.session)
    except Exception as error:
        if transactions.lost():
            raise  # what the others wrote is gone as well, and they are told
        waiting.tries += 1
        if transactions.collided(error) and waiting.tries < TRIES_MAX:
            return False
        waiting.error = transactions.passing(error)
    return True
