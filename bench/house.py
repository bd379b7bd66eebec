"""What is in the database under load, and under which settings do our processes run?"""

import asyncio
import random
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from bench import webhooks
from bench.load.http import Request
from bench.rows import Bench
from reviews import flow
from reviews.events import ClosedTicket
from reviews.facts import Delivery, Fact, Hit, Review
from reviews.links import Links
from reviews.model import SLOTS, Outcome, Person, fact_id
from reviews.rules import Rules
from reviews.sending import attempted
from reviews.tokens import Keys, Nonce, write_nonce
from store import Store, migrate_store, open_store

SECRET = "a secret of the benchmark that guards nothing at all"  # noqa: S105 - it guards nothing
DOMAIN = "reply.acme.example"
BASE_URL = "http://127.0.0.1"
PAGES = 3
"""Pages opened of each review before the votes are cast, so that there are enough pages to vote on."""
BATCH = 250
AGO = timedelta(hours=2)
"""How long ago the invitations went out: past every early moment."""
KEYS = Keys([SECRET])
LINKS = Links(KEYS, BASE_URL, DOMAIN)


@dataclass(frozen=True, slots=True)
class Filled:
    """A database of asked customers: the file, and the requests that open their pages and that vote on them."""

    file: Path
    opening: tuple[Request, ...]
    voting: tuple[Request, ...]

    def copy(self, folder: Path) -> Path:
        """A copy to write to."""
        return Path(shutil.copy(self.file, folder / "afterword.db"))


def filled(bench: Bench) -> Filled:
    """The database of this benchmark, filled once."""
    if "filled" not in bench.built:
        file = bench.folder / "filled.db"
        bench.built["filled"] = Filled(file, *asyncio.run(fill(file, bench.reviews)))
    known: Filled = bench.built["filled"]
    return known


def environment(file: Path, *, port: int) -> dict[str, str]:
    """The settings of one of our processes on that database."""
    return {
        "DATABASE_URL": f"sqlite:///{file}",
        "PORT": str(port),
        "AFTERWORD_BIND": "127.0.0.1",
        "AFTERWORD_TRUSTED_PROXIES": "127.0.0.1",
        "AFTERWORD_BASE_URL": BASE_URL,
        "AFTERWORD_REPLY_DOMAIN": DOMAIN,
        "AFTERWORD_SECRET_KEYS": SECRET,
        "AFTERWORD_FROM": "support@acme.example",
        "AFTERWORD_API_PER_MINUTE": "0",
        "AFTERWORD_AFFECTED_SQLITE": "true",  # nothing here is worth keeping
    }


def opened(place: Path | str) -> Store:
    """The store on that file, or at that URL; made where there is none."""
    url = f"sqlite:///{place}" if isinstance(place, Path) else place
    migrate_store(url, affected_allowed=True)
    return open_store(url, rules=Rules(), mail_domain=DOMAIN, affected_allowed=True)


def asked(number: int, *, at: datetime) -> tuple[Fact, ...]:
    """A customer who was asked at that time: the review, the invitation and that it was sent."""
    ada = Person(f"ada{number}@customer.example", "Ada Lovelace", "Customer Ltd", "en")
    sam = Person("sam@acme.example", "Sam Reed")
    closed = ClosedTicket("acme", "zammad", str(number), f"closed-{number}", at, "VPN drops every hour", ada, sam)
    review, invitation = flow.ticket_closed(closed, at=at, slots=SLOTS, rules=Rules(delay=timedelta()))
    assert isinstance(invitation, Delivery)
    sent = attempted(invitation, outcome=Outcome.SENT, attempt=1, composed_at=at, seen=1, at=at, reason="")
    return review, invitation, sent


async def fill(place: Path | str, reviews: int) -> tuple[tuple[Request, ...], tuple[Request, ...]]:
    """Ask so many customers in that database; the requests that open their pages, and that vote on them."""
    now = datetime.now(UTC)
    store = opened(place)
    await webhooks.connect(store)
    known: list[Review] = []
    for first in range(0, reviews, BATCH):
        facts = [fact for number in range(first, min(first + BATCH, reviews)) for fact in _visited(number, now=now)]
        known += (fact for fact in await store.record_past(*facts) if isinstance(fact, Review))
    await store.close()
    random.Random(1).shuffle(known)
    voting = (_vote(review, page, now=now) for page in range(PAGES) for review in known)
    return tuple(map(_open, known)), tuple(voting)


def _visited(number: int, *, now: datetime) -> tuple[Fact, ...]:
    review, *rest = asked(number, at=now - AGO)
    hit = partial(Hit, review=review.id, at=now, link="happy", client="client", agent="Firefox", page=True)
    return (review, *rest, *(hit(id=_page_id(review.id, page)) for page in range(PAGES)))


def _page_id(review: str, page: int) -> str:
    return fact_id("bench", review, str(page))


def _path(review: Review) -> str:
    return f"/r/{KEYS.link('rate', review.id, review.slots.index('happy'))}"


def _open(review: Review) -> Request:
    return Request("GET", _path(review))


def _vote(review: Review, page: int, *, now: datetime) -> Request:
    nonce = write_nonce(KEYS, Nonce(_page_id(review.id, page), review.id, now))
    fields = {"kind": "vote", "mode": "auto", "answer": "happy", "event": "", "trusted": "0"}
    return Request("POST", _path(review), urlencode({**fields, "nonce": nonce, "webdriver": "0"}))
