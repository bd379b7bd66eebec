"""How the memory does, in counts."""

from datetime import timedelta
from functools import partial

from reviews.model import Outcome
from store import Store, sources
from store.health import Health, health
from tests.store.keeping import claimed, envelope, new_review, settlement
from tests.story import START, later


async def test_what_waits_and_what_is_paused_is_counted(store: Store) -> None:
    assert await store.read(partial(health, now=START)) == Health(0, 0, 0, None, {}, (), 0)
    for n in range(3):
        await new_review(store, ticket=str(n))
    await new_review(store, ticket="not yet", closed_at=later(60), at=later(60))
    await store.keep_mail(id="a", envelope=envelope(), raw=b"x")
    await store.write(partial(sources.set_paused, brand="acme", paused_at=START, at=START))
    (out,) = await claimed(store, most=1)
    await store.settle(settlement(out, Outcome.SENT))
    found = await store.read(partial(health, now=START + timedelta(seconds=1)))
    assert found == Health(4, 3, 2, START, {"pending": 1}, ("acme",), 0)
