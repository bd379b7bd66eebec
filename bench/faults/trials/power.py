"""What is left of a SQLite database when the power goes?

The doors work under load, are stopped, started and killed, while a library before libc writes down what they write and
sync. From that tape disks are made as a power cut at any moment may leave them, and each is opened: the file must be
sound, all that was answered by then must be in it, once, and it must take more.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from bench.faults.audit import hold_against_record
from bench.faults.clients.customers import customers
from bench.faults.clients.senders import senders
from bench.faults.house import House, Place, add_key, build, closing, running
from bench.faults.ledger import Kept, Ledger
from bench.faults.means.moments import KILL, TERM, WORKS_SECONDS, end
from bench.faults.means.preload import preloaded
from bench.faults.means.tape import Did, Disk, Record, TapedLedger, read
from bench.faults.trials.endings import REVIEWS
from reviews.facts import Review
from store import migrate_store

CUTS = 100
ACKNOWLEDGED = (100, 150, 50)
"""By the processes of one life: the first is stopped, the second killed, the third stopped."""
LINES_MAX = 1_000
"""Mails of 27 KB on average: SQLite brings its log into the file after each 4 MB."""
DATABASE = "afterword.db"


@dataclass(frozen=True)
class Life:
    """What a house did, and what its clients were told."""

    house: House
    begun_with: bytes
    """The database before."""
    tape: Path
    ledger: TapedLedger


async def power_fails(place: Place, seed: int) -> Ledger:
    """A hundred power cuts of one working life."""
    chance = Random(seed)
    return await cut(await lived(place, chance), chance, CUTS)


async def lived(place: Place, chance: Random, acknowledged: Sequence[int] = ACKNOWLEDGED) -> Life:
    """A working life, on tape."""
    folder, tape = place.folder / "house", place.folder / "tape"
    folder.mkdir()
    house = build(Place(folder), chance)
    await add_key(house)
    reviews = await house.closed_tickets(REVIEWS, ask="embedded")
    life = Life(house, (folder / DATABASE).read_bytes(), tape, TapedLedger(tape=tape))
    await _work(life, chance, reviews, acknowledged)
    return life


async def cut(life: Life, chance: Random, cuts: int, *, disk: Disk | None = None) -> Ledger:
    """What so many power cuts leave of it, on that disk if it is not a usual one."""
    disk = disk or Disk()
    disk.put(DATABASE, life.begun_with)
    told = life.ledger
    outcome = Ledger(struck=cuts, kept=told.kept, lost=[*told.lost], wrong=[*told.wrong])
    for number, (kept, files) in enumerate(_images(disk, list(read(life.tape)), chance, cuts)):
        image = life.tape.with_name(f"image-{number}")
        await _opened(life.house, image, files, kept, outcome)
        shutil.rmtree(image)
    return outcome


async def _work(life: Life, chance: Random, reviews: list[Review], acknowledged: Sequence[int]) -> None:
    house, ledger = life.house, life.ledger
    told = {"TAPE": str(life.tape), "TAPE_FOLDER": str(house.folder.resolve())}
    more = preloaded("tape", life.tape.parent) | told
    async with AsyncExitStack() as loads:
        for number, count in enumerate(acknowledged):
            async with running(house, "web", "inbound", more=more) as processes:
                if number == 0:
                    await loads.enter_async_context(customers(house, ledger, chance, reviews))
                    await loads.enter_async_context(senders(house, ledger, chance, reviews, lines_max=LINES_MAX))
                await ledger.reached(len(ledger.kept) + count, seconds=WORKS_SECONDS)
                if number == len(acknowledged) - 1:
                    await loads.aclose()
                for process in processes:
                    await end(process, ledger, how=KILL if number == 1 else TERM)


def _images(
    disk: Disk, records: list[Record], chance: Random, cuts: int
) -> Iterator[tuple[set[Kept], dict[str, bytes]]]:
    """What was acknowledged by each cut, and the files it leaves. Every other cut falls just after an answer."""
    answers = [number for number, record in enumerate(records, 1) if record.did is Did.TOLD]
    moments = sorted(
        chance.choice(answers) if number % 2 else chance.randint(0, len(records)) for number in range(cuts)
    )
    kept: set[Kept] = set()
    done = 0
    for moment in moments:
        for record in records[done:moment]:
            if record.did is Did.TOLD:
                kept.add(record.told)
            else:
                disk.take(record)
        done = moment
        yield set(kept), disk.after_a_cut(chance)


async def _opened(house: House, image: Path, files: dict[str, bytes], kept: set[Kept], outcome: Ledger) -> None:
    """Start over what is left, as a machine does that has power again, and hold it against what was acknowledged."""
    image.mkdir()
    for name, content in files.items():
        (image / name).write_bytes(content)
    found = Ledger(kept=kept)
    again = replace(house, folder=image, url=f"sqlite:///{image.resolve()}/{DATABASE}")
    try:
        migrate_store(again.url)
        await hold_against_record(again, found, all_read=False)
        await _takes_more(again)
    except Exception as error:  # noqa: BLE001 - whatever keeps it from opening is a broken disk
        found.wrong.append(f"{image.name} does not open: {type(error).__name__}: {error}")
    outcome.lost += found.lost
    outcome.wrong += found.wrong
    outcome.doubled += found.doubled


async def _takes_more(house: House) -> None:
    async with house.store() as store:
        at = datetime.now(UTC)
        await store.record_new(*closing(REVIEWS, ask="embedded", at=at, rules=house.rules))
