"""Who changed the house itself, who is signed in, and what a key may do."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from reviews.roles import Choice
from reviews.subscriptions import suppressed_by_staff
from store import Endpoint, Source, Staff, Store, api_keys, audit, endpoints, people, sessions, sources, suppressions
from store.people import secret_hash
from tests.story import LEA, SAM, START, later

WHO = LEA.email


async def signed_in(store: Store, name: str, *, client: str = "Firefox") -> None:
    """Sam signs in from a browser."""
    await store.write(partial(people.add_sign_in, id=name, email=SAM.email, client="here", expires_at=later(60)))
    trade = partial(people.use_sign_in, id=name, session_id=name, expires_at=later(900), now=START, client=client)
    assert await store.write(trade)


async def test_every_change_of_the_house_is_in_the_log(store: Store) -> None:
    sam = Staff(SAM.email, "Sam", "agent", "Network")
    met = Staff("new@acme.example", "New", "agent", "Desk")
    for job in (
        partial(people.set_staff, staff=sam, at=START, who=WHO),
        partial(people.choose, email=SAM.email, choice=Choice.DAILY, at=START, who=SAM.email),
        partial(people.choose, email=SAM.email, choice=Choice.DAILY, at=START, who=SAM.email),
        partial(people.met, staff=met, at=START),
        partial(people.met, staff=met, at=later(5)),
        partial(people.confirm, email=met.email, at=later(6), who=WHO),
        partial(people.set_away, email=SAM.email, until=later(days=2), at=later(7)),
        partial(people.set_bounced, email=SAM.email, bounced=True, at=later(8)),
        partial(people.set_bounced, email=SAM.email, bounced=True, at=later(8)),
        partial(api_keys.add_key, name="bi", secret="s", at=later(9), scopes=("read",), who=WHO),
        partial(api_keys.revoke_key, name="bi", at=later(9), who=WHO),
        partial(people.drop_staff, email=SAM.email, at=later(10), who=WHO),
    ):
        await store.write(job)
    told = [(one.who, one.action, one.about, one.detail) for one in await store.read(partial(audit.latest, most=50))]
    assert told[::-1] == [
        (WHO, "staff set", SAM.email, "agent Network"),
        (SAM.email, "notices chosen", SAM.email, "daily"),
        ("a ticket", "agent met", met.email, "Desk"),
        (WHO, "agent confirmed", met.email, ""),
        ("their mail program", "away", SAM.email, "until 2026-11-23"),
        ("a mail server", "mail comes back", SAM.email, ""),
        (WHO, "key added", "bi", "read"),
        (WHO, "key revoked", "bi", ""),
        (WHO, "staff removed", SAM.email, ""),
    ]
    assert (await store.read(audit.last))[0] == len(told)


async def test_every_change_of_what_is_connected_is_in_the_log(store: Store) -> None:
    source = Source("hook", "acme", "secret", {})
    endpoint = Endpoint("desk", "slack", "https://hooks.example/1", (), START)
    ask = partial(suppressed_by_staff, brand="", address="ada@customer.example", action="a")
    held = ask(who=WHO, why="a call", at=START)
    for job in (
        partial(sources.set_source, source=source, at=START, who=WHO),
        partial(sources.drop_source, id="hook", at=START, who=WHO),
        partial(sources.drop_source, id="hook", at=START, who=WHO),
        partial(sources.set_paused, brand="acme", paused_at=START, at=START, who=WHO),
        partial(sources.set_paused, brand="acme", paused_at=None, at=START, who=WHO),
        partial(sources.set_cap, brand="acme", per_hour=9, at=START, who=WHO),
        partial(suppressions.put, fact=held),
        partial(suppressions.put, fact=held),
        partial(endpoints.set_endpoint, endpoint=endpoint, at=START, who=WHO),
        partial(endpoints.disable, id="desk", at=START, reason="too loud", who=WHO),
        partial(endpoints.enable, id="desk", at=START, who=WHO),
        partial(endpoints.drop_endpoint, id="desk", at=START, who=WHO),
    ):
        await store.write(job)
    told = await store.read(partial(audit.latest, most=50))
    assert [(one.action, one.about, one.detail) for one in told][::-1] == [
        ("source set", "hook", "acme"),
        ("source removed", "hook", ""),
        ("brand paused", "acme", ""),
        ("brand asks again", "acme", ""),
        ("cap set", "acme", "9 an hour"),
        ("suppression set", held.id, "by staff"),
        ("endpoint set", "desk", "slack"),
        ("endpoint off", "desk", "too loud"),
        ("endpoint on", "desk", ""),
        ("endpoint removed", "desk", ""),
    ]
    assert {one.who for one in told} == {WHO}
    assert "customer.example" not in str(told)


async def test_who_may_do_something_else_signs_in_anew(store: Store) -> None:
    sam = Staff(SAM.email, "Sam", "agent", "Network")
    await store.write(partial(people.set_staff, staff=sam, at=START))
    await signed_in(store, "one")
    await store.write(partial(people.set_staff, staff=replace(sam, name="Sam Reed"), at=later(1)))
    assert await store.session_staff("one", now=later(2)), "a name changes no right"
    await store.write(partial(people.set_staff, staff=replace(sam, role="lead"), at=later(3)))
    assert await store.session_staff("one", now=later(4)) is None


async def test_who_opens_a_mailed_link_gets_mail_again(store: Store) -> None:
    await store.write(partial(people.set_staff, staff=Staff(SAM.email, "Sam", "agent", "Network"), at=START))
    await store.write(partial(people.set_bounced, email=SAM.email, bounced=True, at=START))
    await signed_in(store, "one")
    known = await store.staff(SAM.email)
    assert known
    assert not known.bounced


async def test_who_a_ticket_named_waits_for_a_lead(store: Store) -> None:
    met = Staff("New@acme.example", "New", "agent", "Desk")
    assert await store.write(partial(people.met, staff=met, at=START))
    assert await store.staff(met.email) is None, "they may not sign in"
    assert [(one.email, one.confirmed) for one in await store.read(people.everybody)] == [("new@acme.example", False)]
    assert await store.write(partial(people.confirm, email="NEW@acme.example", at=START))
    assert not await store.write(partial(people.confirm, email=met.email, at=START))
    known = await store.staff(met.email)
    assert known
    assert known.confirmed


async def test_what_somebody_chose_outlives_a_change_of_their_team(store: Store) -> None:
    sam = Staff(SAM.email, "Sam", "agent", "Network", ("acme", "other"))
    await store.write(partial(people.set_staff, staff=sam, at=START))
    await store.write(partial(people.choose, email=SAM.email, choice=Choice.OFF, at=START, who=SAM.email))
    await store.write(partial(people.set_away, email=SAM.email, until=later(days=1), at=START))
    await store.write(partial(people.set_staff, staff=Staff(SAM.email, "Sam", "lead", "Desk"), at=later(5)))
    known = await store.staff(SAM.email)
    assert known
    assert (known.role, known.team, known.brands, known.choice) == ("lead", "Desk", (), Choice.OFF)
    assert known.away_until == later(days=1)


async def test_sessions_are_listed_and_ended_one_by_one_or_all_others(store: Store) -> None:
    await store.write(partial(people.set_staff, staff=Staff(SAM.email, "Sam", "agent", ""), at=START))
    for name in ("one", "two", "three"):
        await signed_in(store, name, client=f"Firefox {name}")
    listed = await store.read(partial(sessions.of_person, email=SAM.email, now=later(5)))
    assert {one.client for one in listed} == {"Firefox one", "Firefox two", "Firefox three"}
    assert {one.at for one in listed} == {START}
    one = next(session for session in listed if session.client == "Firefox one")
    end = partial(sessions.end, id=one.id, who=SAM.email, at=later(6))
    assert not await store.write(partial(end, email=LEA.email)), "of another person it is none"
    assert await store.write(partial(end, email=SAM.email))
    assert await store.session_staff("one", now=later(7)) is None
    keep = secret_hash("two")
    assert await store.write(partial(sessions.end_all, email=SAM.email, who=SAM.email, at=later(8), keep=keep)) == 1
    assert [one.id for one in await store.read(partial(sessions.every, now=later(9)))] == [keep]
    assert await store.session_staff("two", now=later(9))


async def test_a_session_says_when_it_was_last_used_and_not_at_every_page(store: Store) -> None:
    await store.write(partial(people.set_staff, staff=Staff(SAM.email, "Sam", "agent", ""), at=START))
    await signed_in(store, "one")
    for seconds, used in ((30, 0), (120, 120)):
        now = later(seconds)
        mark = partial(sessions.used, id=secret_hash("one"), now=now, before=now - timedelta(minutes=1))
        await store.write(mark)
        (known,) = await store.read(partial(sessions.every, now=now))
        assert known.used_at == later(used)


async def test_a_key_may_what_its_scopes_say_and_says_when_it_was_used(store: Store) -> None:
    await store.write(partial(api_keys.add_key, name="all", secret="s1", at=START))
    await store.write(partial(api_keys.add_key, name="bi", secret="s2", at=START, scopes=("scores", "reviews")))
    everything, bi = await store.key("s1"), await store.key("s2")
    assert everything
    assert bi
    assert [everything.may("tickets"), bi.may("tickets"), bi.may("scores")] == [True, False, True]
    assert bi.used_at is None
    await store.write(partial(api_keys.key_used, name="bi", now=later(60), before=later(0)))
    await store.write(partial(api_keys.key_used, name="bi", now=later(90), before=later(30)))
    assert [key.used_at for key in await store.read(api_keys.all_keys)] == [None, later(60)]
