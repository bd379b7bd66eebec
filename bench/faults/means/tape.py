"""What may be on the disk after a power cut at any moment? Replayed from a tape of writes and syncs.

What was synced is there. What was written since, a file made or taken away among it, may be there, or not, or in part,
sector by sector and in any order: disks and their caches promise no more (POSIX fsync(2)).
"""

import json
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from itertools import groupby
from pathlib import Path
from random import Random
from typing import NamedTuple

from bench.faults.ledger import Kept, Ledger

HEAD = struct.Struct("<IIIIQQ")
SECTOR_BYTES = 512
"""What a disk writes whole, or not at all."""
FOLDER = "."


class Did(Enum):
    """What a record tells."""

    WROTE = "W"
    SIZED = "T"
    BEGAN_SYNC = "B"
    SYNCED = "E"
    MADE = "C"
    TOOK_AWAY = "U"
    TOLD = "A"
    """A client was answered: its name is the thing that was acknowledged, as JSON."""


class Record(NamedTuple):
    """One record of the tape. `offset` is the new size where a file was sized."""

    did: Did
    thread: int
    name: str
    offset: int
    content: bytes

    @property
    def told(self) -> Kept:
        """What a client was told is kept."""
        return Kept(*json.loads(self.name))


def read(tape: Path) -> Iterator[Record]:
    """The records in their order; one that a killed process left half is the end of it."""
    with tape.open("rb") as file:
        while len(head := file.read(HEAD.size)) == HEAD.size:
            kind, thread, name_length, _, offset, length = HEAD.unpack(head)
            did = Did(chr(kind))
            name = file.read(name_length).decode()
            yield Record(did, thread, name, offset, file.read(length) if did is Did.WROTE else b"")


@dataclass
class TapedLedger(Ledger):
    """A ledger that writes on the tape what clients were told, in its place between the writes and syncs."""

    tape: Path | None = None

    async def keep(self, kept: Kept) -> None:
        await super().keep(kept)
        if self.tape:
            name = json.dumps(kept).encode()
            with self.tape.open("ab", buffering=0) as tape:
                tape.write(HEAD.pack(ord(Did.TOLD.value), 0, len(name), 0, 0, 0) + name)


@dataclass
class File:
    """One file as it is on the disk, and what is still on its way there."""

    synced: bytearray = field(default_factory=bytearray)
    waiting: list[Record] = field(default_factory=list)


@dataclass
class Disk:
    """The folder of a database. `honest` False is a disk that says it has synced and has not: with it a trial must
    find losses."""

    honest: bool = True
    survival: tuple[float, ...] = (0.0, 0.1, 0.5, 0.9, 1.0)
    """How likely it is that a write came through which was not synced: each cut draws one of these."""
    _files: dict[str, File] = field(default_factory=dict)
    """By their names as the processes see them."""
    _listed: dict[str, File] = field(default_factory=dict)
    """By their names as the disk has them: without what was done in the folder since it was synced."""
    _in_folder: list[tuple[Record, File | None]] = field(default_factory=list)
    _begun: dict[tuple[int, str], int] = field(default_factory=dict)
    """By thread and file: how much waited when the sync began that is under way."""

    def put(self, name: str, content: bytes) -> None:
        """A file that was there, and synced, before the tape began."""
        self._files[name] = self._listed[name] = File(bytearray(content))

    def take(self, record: Record) -> None:
        """The next record."""
        match record.did:
            case Did.WROTE | Did.SIZED:
                self._files[record.name].waiting.append(record)
            case Did.MADE:
                self._files[record.name] = made = File()
                self._in_folder.append((record, made))
            case Did.TOOK_AWAY:
                del self._files[record.name]
                self._in_folder.append((record, None))
            case Did.BEGAN_SYNC:
                self._begun[record.thread, record.name] = self._waits(record.name)
            case Did.SYNCED if self.honest:
                self._sync(record.name, self._begun.pop((record.thread, record.name)))
            case _:
                pass

    def after_a_cut(self, chance: Random) -> dict[str, bytes]:
        """The files as they may be found when the power is back."""
        listed = dict(self._listed)
        for record, file in self._in_folder[: chance.randint(0, len(self._in_folder))]:
            _list(listed, record.name, file)
        survives = chance.choice(self.survival)
        return {name: _found(file, chance, survives) for name, file in listed.items()}

    def _waits(self, name: str) -> int:
        return len(self._in_folder) if name == FOLDER else len(self._files[name].waiting)

    def _sync(self, name: str, count: int) -> None:
        if name == FOLDER:
            for record, file in self._in_folder[:count]:
                _list(self._listed, record.name, file)
            del self._in_folder[:count]
        elif name in self._files:
            file = self._files[name]
            for record in file.waiting[:count]:
                _apply(file.synced, record)
            del file.waiting[:count]


def _list(listed: dict[str, File], name: str, file: File | None) -> None:
    if file is None:
        listed.pop(name, None)
    else:
        listed[name] = file


def _found(file: File, chance: Random, survives: float) -> bytes:
    """A file's synced content, and of what waited some: whole, or in part. Writes reach a disk in any order, but not
    across a change of the file's size, which a file system keeps in its journal."""
    content = bytearray(file.synced)
    for sized, records in groupby(file.waiting, key=lambda record: record.did is Did.SIZED):
        batch = list(records)
        if not sized and chance.random() < 0.5:
            chance.shuffle(batch)
        for record in batch:
            for part in _survivors(record, chance, survives):
                _apply(content, part)
    return bytes(content)


def _survivors(record: Record, chance: Random, survives: float) -> Iterable[Record]:
    """What of a write came through: all, nothing, or some of its sectors."""
    if record.did is Did.SIZED or chance.random() < 0.7:
        return (record,) if chance.random() < survives else ()
    return [sector for sector in _sectors(record) if chance.random() < survives]


def _sectors(record: Record) -> Iterator[Record]:
    start, end = record.offset, record.offset + len(record.content)
    while start < end:
        stop = min(end, (start // SECTOR_BYTES + 1) * SECTOR_BYTES)
        yield record._replace(offset=start, content=record.content[start - record.offset : stop - record.offset])
        start = stop


def _apply(content: bytearray, record: Record) -> None:
    size = record.offset + len(record.content)
    if record.did is Did.SIZED:
        del content[record.offset :]
    if len(content) < size:
        content.extend(bytes(size - len(content)))
    if record.did is Did.WROTE:
        content[record.offset : size] = record.content
