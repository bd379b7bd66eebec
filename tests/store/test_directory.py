"""Who is known, by address, at a cost that does not grow with the reviews there are."""

from functools import partial

from reviews.model import Person
from store import Store, directory
from store.engines import Session
from store.paging import NEWEST
from tests.store.keeping import new_review
from tests.story import later

PEOPLE = ("ada", "bob", "cy", "dee", "eve")


async def filled(store: Store) -> None:
    """Five agents with as many customers; of the n-th there are n reviews, and one that nobody closed."""
    for number, name in enumerate(PEOPLE, 1):
        for one in range(number):
            agent = Person(f"{name.title()}@acme.example", f"{name} {one}")
            customer = Person(f"{name}@customer.example", f"{name} {one}")
            ticket = f"{name}{one}"
            await new_review(store, ticket=ticket, closing=ticket, agent=agent, contact=customer, at=later(one))
    await new_review(store, ticket="nobody", agent=None, contact=Person("zoe@customer.example"))


async def test_agents_are_told_page_by_page_with_their_reviews_counted(store: Store) -> None:
    await filled(store)
    told, after = [], ""
    while page := await store.read(partial(directory.agents, after=after, most=2)):
        told += page
        after = page[-1].person.email
    assert [one.person.email for one in told] == [f"{name.title()}@acme.example" for name in PEOPLE]
    assert [one.reviews for one in told] == [1, 2, 3, 4, 5]
    assert [(one.first_at, one.last_at) for one in told] == [(later(0), later(number)) for number in range(5)]
    assert [one.person.name for one in told] == [f"{name} {number}" for number, name in enumerate(PEOPLE)]


async def test_customers_are_told_page_by_page(store: Store) -> None:
    await filled(store)
    first = await store.read(partial(directory.contacts, most=2))
    rest = await store.read(partial(directory.contacts, after=first[-1].person.email, most=99))
    of_five = [one for one in (*first, *rest) if one.person.email.split("@")[0] in PEOPLE]
    assert [one.reviews for one in of_five] == [1, 2, 3, 4, 5]
    (only,) = await store.read(partial(directory.contacts, most=9, address="EVE@customer.example"))
    assert (only.reviews, only.person.name) == (5, "eve 4")


async def test_customers_are_told_by_their_latest_review(store: Store) -> None:
    await filled(store)
    told: list[directory.Known] = []
    before = NEWEST
    while page := await store.read(partial(directory.lately, before=before, most=2)):
        told += [one for one, _ in page]
        before = page[-1][1]
    assert len({one.person.email for one in told}) == len(told)
    lasts = [one.last_at for one in told]
    assert lasts == sorted(lasts, reverse=True)
    by_name = {one.person.email.split("@")[0]: (one.reviews, one.first_at, one.last_at) for one in told}
    assert by_name["eve"] == (5, later(0), later(4))
    late = await store.read(partial(directory.lately, most=9, since=later(3)))
    assert {one.person.email.split("@")[0] for one, _ in late} >= {PEOPLE[4], PEOPLE[3]}
    assert all(one.last_at >= later(3) for one, _ in late)
    assert await store.read(partial(directory.lately, most=9, brands=("other",))) == []
    assert len(await store.read(partial(directory.lately, most=9, brands=("acme",)))) == len(told)


async def test_no_page_of_agents_reads_every_review(sqlite_store: Store) -> None:
    def plan(session: Session) -> list[str]:
        rows = session.rows(f"explain query plan {directory.AGENTS}", after="", most=2)
        return [row["detail"] for row in rows]

    steps = await sqlite_store.read(plan)
    assert [step for step in steps if step.startswith("SCAN") and ("review" in step or "inbox" in step)] == []
