"""What a look at all reviews finds is kept, told as of its time, and forgotten with whom it names."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import count

import pytest

from reviews.findings import Kind
from reviews.naming import Action, ThemeDeed
from store import Store, findings, naming
from store.findings import keep, keep_looking, kept, look
from store.forgetting import forget
from tests.store.keeping import comment, new_review, recording
from tests.store.test_rollups import pressed, sent_all
from tests.story import ADA, LEA, START, later

NOW = later(days=1)


async def rated(store: Store, number: int, answer: str, **changes: object) -> None:
    review = await new_review(store, ticket=str(number), **changes)
    await sent_all(store)
    await pressed(store, review, answer, at=later(3_000))


async def grumbling(store: Store) -> None:
    """A company of which one is never happy, and a tag of another that nobody else asks about."""
    for number in range(16):
        contact = replace(ADA, email="grump@customer.example") if number % 3 == 0 else ADA
        await rated(store, number, "happy" if number % 3 else "unhappy", contact=contact)


async def test_what_was_found_is_kept_as_of_its_time_and_forgotten_with_whom_it_names(store: Store) -> None:
    await grumbling(store)
    found = await look(store, ["acme", "zenith"], now=NOW)
    assert found["zenith"] == []
    (one,) = found["acme"]
    assert (one.kind, one.name, one.other) == (Kind.ONE_VOICE, "Customer Ltd", "grump@customer.example")
    assert (one.one.part, one.one.of, one.beside.part, one.beside.of) == (0, 6, 10, 10)
    assert len(one.reviews) == 5
    await store.write(partial(keep, found=found, now=NOW))
    (looked,) = await store.read(partial(kept, brands=["acme"]))
    assert (looked.brand, looked.at, looked.findings) == ("acme", NOW, (one,))
    ids = count()
    await forget(store, "grump@customer.example", new_id=lambda: f"{next(ids):032x}", at=NOW)
    assert await store.read(partial(kept, brands=["acme"])) == []


async def test_it_is_looked_once_a_day_in_pages(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "PAGE_MAX", 3)
    await grumbling(store)
    stop, clock = asyncio.Event(), [NOW]
    task = asyncio.create_task(keep_looking(store, lambda: clock[0], stop, ("acme",)))
    for _ in range(400):
        if await store.read(partial(kept, brands=["acme"])):
            break
        await asyncio.sleep(0.05)
    stop.set()
    await task
    (looked,) = await store.read(partial(kept, brands=["acme"]))
    assert [one.kind for one in looked.findings] == [Kind.ONE_VOICE]
    stop.clear()
    clock[0] = NOW + timedelta(hours=3)
    stop.set()
    await keep_looking(store, lambda: clock[0], stop, ("acme",))
    assert (await store.read(partial(kept, brands=["acme"])))[0].at == NOW


async def test_themes_are_what_their_deeds_made_of_them(store: Store) -> None:
    def deed(number: int, action: Action, theme: str = "t1", **more: object) -> ThemeDeed:
        return ThemeDeed(f"d{number}", theme, "acme", START, LEA.email, action, **more)  # type: ignore[arg-type]

    done = [
        deed(1, Action.NAMED, name="Waiting", phrases=("slow", "too late")),
        deed(2, Action.NAMED, "t2", name="Tone", phrases=("rude",)),
        deed(3, Action.FOLLOWED, "t2"),
        deed(4, Action.JOINED, about="t2"),
    ]
    for one in (*done, done[0]):
        await store.write(partial(naming.add, deed=one))
    assert await store.read(partial(naming.deeds, brand="acme")) == done
    (theme,) = await store.read(partial(naming.named, brand="acme"))
    assert (theme.name, theme.followers) == ("Waiting", (LEA.email,))
    assert sorted(theme.phrases) == ["rude", "slow", "too late"]
    await store.write(partial(naming.add, deed=deed(5, Action.UNDONE, about="d4")))
    assert [one.name for one in await store.read(partial(naming.named, brand="acme"))] == ["Tone", "Waiting"]
    assert await store.read(partial(naming.named, brand="zenith")) == []


async def test_a_followed_theme_that_grows_is_found_with_the_rest(store: Store) -> None:
    for number in range(40):
        late = number >= 20
        review = await new_review(store, ticket=str(number), closed_at=START, at=START)
        words = "The printer jams again" if late and number % 2 else "All fine"
        said = replace(comment(review.id, words), at=START + timedelta(days=50 if late else 0))
        await store.record(review.id, recording(said))
    for number, action in enumerate((Action.NAMED, Action.FOLLOWED)):
        deed = ThemeDeed(f"d{number}", "t1", "acme", START, LEA.email, action, "Printers", ("printer",))
        await store.write(partial(naming.add, deed=deed))
    found = (await look(store, ["acme"], now=START + timedelta(days=51)))["acme"]
    (one,) = [finding for finding in found if finding.kind is Kind.THEME]
    assert (one.name, one.other, one.one.part, one.one.of, one.beside.part) == ("Printers", "t1", 10, 20, 0)
