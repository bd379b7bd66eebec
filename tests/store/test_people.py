"""Staff, keys, sign-ins, helpdesks and brakes."""

import asyncio
from dataclasses import replace
from datetime import datetime
from functools import partial

from store import (
    Source,
    Staff,
    Store,
    api_keys,
    people,
    sources,
)
from store.sources import NO_CAP
from tests.story import SAM, START, later


async def test_staff_are_known_by_their_address_in_any_case(store: Store) -> None:
    sam = Staff("sam@acme.example", "Sam", "agent", "Network")
    await store.write(partial(people.set_staff, staff=replace(sam, email="Sam@ACME.example"), at=START))
    await store.write(partial(people.set_staff, staff=replace(sam, role="lead"), at=START))
    assert await store.staff("SAM@acme.example") == replace(sam, role="lead")
    assert await store.all_staff() == [replace(sam, role="lead")]
    assert await store.write(partial(people.drop_staff, email="sam@ACME.example", at=START))
    assert await store.staff("sam@acme.example") is None


async def test_a_sign_in_works_once_and_in_time(store: Store) -> None:
    await store.write(partial(people.set_staff, staff=Staff(SAM.email, "Sam", "agent", ""), at=START))
    await store.write(partial(people.add_sign_in, id="one", email=SAM.email, client="here", expires_at=later(60)))
    await store.write(partial(people.add_sign_in, id="two", email=SAM.email, client="here", expires_at=later(60)))

    async def used(id: str, session: str, at: datetime) -> bool:
        return await store.write(partial(people.use_sign_in, id=id, session_id=session, expires_at=later(900), now=at))

    assert list(await asyncio.gather(used("one", "s1", later(59)), used("one", "s2", later(59)))) == [True, False]
    assert not await used("two", "s3", later(60))
    assert not await used("never mailed", "s4", START)
    assert [bool(await store.session_staff(f"s{n}", now=later(899))) for n in (1, 2, 3, 4)] == [
        True,
        False,
        False,
        False,
    ]
    assert await store.session_staff("s1", now=later(900)) is None
    await store.write(partial(people.drop_session, session_id="s1"))
    assert await store.session_staff("s1", now=later(60)) is None


async def test_a_sign_in_asked_for_in_one_process_works_in_another_and_once(store: Store, neighbour: Store) -> None:
    await store.write(partial(people.set_staff, staff=Staff(SAM.email, "Sam", "agent", ""), at=START))
    await store.write(partial(people.add_sign_in, id="one", email=SAM.email, client="here", expires_at=later(60)))
    assert await neighbour.read(partial(people.count_sign_ins, email=SAM.email, client="here", now=START)) == 1
    trade = partial(people.use_sign_in, id="one", session_id="s", expires_at=later(900), now=START)
    assert sorted(await asyncio.gather(store.write(trade), neighbour.write(trade))) == [False, True]
    for process in (store, neighbour):
        assert await process.session_staff("s", now=START) == Staff(SAM.email, "Sam", "agent", "")
    await neighbour.write(partial(people.drop_session, session_id="s"))
    assert await store.session_staff("s", now=START) is None


async def test_a_member_of_staff_who_left_is_signed_out(store: Store) -> None:
    sam = Staff(SAM.email, "Sam", "agent", "")
    await store.write(partial(people.set_staff, staff=sam, at=START))
    await store.write(partial(people.add_sign_in, id="one", email=SAM.email, client="here", expires_at=later(60)))
    await store.write(partial(people.use_sign_in, id="one", session_id="s", expires_at=later(900), now=START))
    await store.write(partial(people.drop_staff, email=SAM.email, at=START))
    assert await store.session_staff("s", now=START) is None
    await store.write(partial(people.set_staff, staff=sam, at=START))
    assert await store.session_staff("s", now=START) is None, "who comes back signs in anew"


async def test_no_secret_of_a_person_is_kept(store: Store) -> None:
    await store.write(partial(api_keys.add_key, name="zammad", secret="the-bearer-key", at=START))
    await store.write(
        partial(people.add_sign_in, id="the-sign-in", email=SAM.email, client="here", expires_at=later(60))
    )
    await store.write(
        partial(people.use_sign_in, id="the-sign-in", session_id="the-session", expires_at=later(900), now=START)
    )
    tables = ("api_key", "sign_in", "session")
    held = await store.read(lambda session: repr([session.rows(f"select * from {table}") for table in tables]))  # noqa: S608
    assert held.count("sam@acme.example") == 2
    assert [secret for secret in ("the-bearer-key", "the-sign-in", "the-session") if secret in held] == []


async def test_a_key_is_valid_until_it_is_revoked(store: Store) -> None:
    assert await store.write(partial(api_keys.add_key, name="zammad", secret="s1", at=START))
    assert not await store.write(partial(api_keys.add_key, name="zammad", secret="s2", at=START))
    assert [await store.key_name(secret) for secret in ("s1", "s2", "")] == ["zammad", None, None]
    assert await store.write(partial(api_keys.revoke_key, name="zammad", at=later(5)))
    assert not await store.write(partial(api_keys.revoke_key, name="zammad", at=later(6)))
    assert await store.key_name("s1") is None
    (key,) = await store.read(api_keys.all_keys)
    assert (key.name, key.at, key.revoked_at) == ("zammad", START, later(5))


async def test_a_source_keeps_its_mapping(store: Store) -> None:
    source = Source("hook", "acme", "secret", {"ticket": "data.id", "contact.email": "data.user.mail"})
    await store.write(partial(sources.set_source, source=source, at=START))
    await store.write(partial(sources.set_source, source=replace(source, secret="new"), at=START))
    assert await store.source("hook") == replace(source, secret="new")
    assert await store.read(sources.all_sources) == [replace(source, secret="new")]
    assert await store.write(partial(sources.drop_source, id="hook", at=START))
    assert await store.source("hook") is None


async def test_a_brake_is_set_and_lifted_and_its_two_halves_do_not_mix(store: Store) -> None:
    await store.write(partial(sources.set_paused, brand="acme", paused_at=START, at=START))
    await store.write(partial(sources.set_cap, brand="acme", per_hour=5, at=START))
    brake = await store.brake("acme")
    assert (brake.paused_at, brake.per_hour, brake.cap) == (START, 5, 5)
    await store.write(partial(sources.set_paused, brand="acme", paused_at=None, at=START))
    await store.write(partial(sources.set_cap, brand="acme", per_hour=NO_CAP, at=START))
    brake = await store.brake("acme")
    assert (brake.paused_at, brake.per_hour, brake.cap) == (None, NO_CAP, None)
    assert [known.brand for known in await store.read(sources.all_brakes)] == ["acme"]
