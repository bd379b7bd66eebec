"""What does every engine offer? Transactions of SQL with named parameters; the SQL is the engines' common tongue."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from store.engines.dialect import Dialect
from store.figures import Histogram

Row = dict[str, Any]
Value = str | int | bytes | None
Result = TypeVar("Result")
Item = TypeVar("Item")


class Session(Protocol):
    """One transaction of one connection. Statements use `:name` parameters; instants are BIGINT microseconds UTC."""

    @property
    def dialect(self) -> Dialect:
        """The words of SQL that only this engine uses."""

    def rows(self, sql: str, **values: Value) -> list[Row]:
        """The rows of a query, or of a write that RETURNS, each as a dict by column name."""

    def run(self, sql: str, **values: Value) -> int:
        """Run a write; the number of rows it changed."""

    def table(self, sql: str, columns: Sequence[str], **values: Value) -> list[Sequence[Any]]:
        """These columns of a query's rows, of text and whole numbers alone: the cheapest way to many rows at once."""

    def run_each(self, sql: str, each: Sequence[dict[str, Value]]) -> None:
        """Run a write once for each of these values."""


Job = Callable[[Session], Result]


@dataclass(frozen=True, slots=True)
class Gathered(Generic[Item, Result]):
    """A job that costs less beside others of its kind: all that wait together are one call of `run`, which gives their
    results in the same order. By itself it is a group of one."""

    run: Callable[[Session, Sequence[Item]], Sequence[Result]]
    item: Item

    def __call__(self, session: Session) -> Result:
        return self.run(session, [self.item])[0]


class Engine(Protocol):
    """Where jobs are run. Every error of its own is a StoreUnavailableError."""

    async def write(self, job: Job[Result], *, size_bytes: int = 0, urgent: bool = False) -> Result:
        """Run a job in a transaction and return its result after the commit is on disk. A job may run twice.

        `size_bytes` is what it holds in memory while it waits, where that is much. An urgent job (erasing, or telling
        of what cannot be undone) still finds room on a full disk."""

    async def read(self, job: Job[Result]) -> Result:
        """Run a job that only reads, on a snapshot of its own."""

    def sizes(self) -> Histogram:
        """How many writes each transaction of this process took along since the start."""

    async def close(self) -> None:
        """Finish what is queued, then close."""
