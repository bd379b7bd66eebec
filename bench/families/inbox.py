"""What does a look into the inbox cost among a million reviews? Every queue, filters, and words within them."""

import asyncio
from dataclasses import replace
from functools import partial
from pathlib import Path

from bench.families.years import Ask, asked_each
from bench.rows import Bench, Goal, Measured, Row
from bench.years.built import years
from bench.years.filling import FOLDED
from store import Store, queues
from store.queues import Queue, Sought

LINES = 26
WHO = "agent7@support.example"
FILTERS = (
    Sought(),
    Sought(face="happy"),
    Sought(agent=WHO),
    Sought(team="Team 3"),
    Sought(company="company 77 ltd"),
    Sought(tag="vpn"),
    Sought(brand="orbit"),
    Sought(team="nobody"),
)
WORDS = ("vpn", "ada1234", "company 77 ltd")


def inbox(bench: Bench) -> Row:
    """The slowest of every queue under every filter."""
    file = years(bench, 1)
    looks = [replace(told, queue=queue, person=WHO) for queue in Queue for told in FILTERS]
    return bench.valued(Goal("inbox-1m-ms", "ms", most=50), partial(looked, file, looks))


def found(bench: Bench) -> Row:
    """The slowest of some words, in all reviews and within a filter."""
    file = years(bench, 1)
    looks = [replace(told, words=words) for words in WORDS for told in FILTERS]
    return bench.valued(Goal("inbox-search-1m-ms", "ms", most=50), partial(looked, file, looks))


ROWS = {"inbox-1m-ms": inbox, "inbox-search-1m-ms": found}


def looked(file: Path, looks: list[Sought]) -> Measured:
    """The median of each look; the slowest counts."""
    asks: dict[str, Ask] = {str(number): partial(_page, sought=sought) for number, sought in enumerate(looks)}
    took = asyncio.run(asked_each(file, asks))
    return Measured(max(took.values()), {"looks": len(took)})


async def _page(store: Store, *, sought: Sought) -> object:
    return await store.read(partial(queues.page, sought=sought, now=FOLDED, most=LINES))
