"""Regular mails in the store, on each engine: listed once for their days and reader, whatever clocks do."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from reviews.answering import Figures
from reviews.gathered import Gathered
from reviews.meeting import Why
from reviews.model import DeliveryKind
from reviews.regular import About, Regular, Span
from reviews.roles import Staff
from reviews.sending import Drop
from store import Store, people, regular
from store.gathering import Reader, gathered
from tests.weeks import rated

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
WEEK = Span(date(2026, 11, 16), date(2026, 11, 23))
LEADS = Regular(DeliveryKind.LEADS, "0 8 * * mon", "UTC")
AGENTS = replace(LEADS, kind=DeliveryKind.AGENTS)
SAM, LEA = Staff("sam@acme.example", "Sam", "agent", "Network"), Staff("lea@acme.example", "Lea", "lead", "Network")


async def employ(store: Store, *several: Staff) -> None:
    for one in several:
        await store.write(partial(people.set_staff, staff=one, at=MONDAY))


async def listed(store: Store, which: Regular, now: datetime = MONDAY) -> list[str] | None:
    """What one turn of the mailer's job does: to whom it listed the mail."""
    look = partial(regular.to_whom, recorder=store.recorder, brand="acme", regular=which, now=now)
    whom = await store.read(look)
    if whom is not None:
        keep = partial(regular.put_together, recorder=store.recorder, brand="acme", regular=which, people=whom, now=now)
        await store.write(keep)
    return None if whom is None else [person.email for person in whom]


async def in_outbox(store: Store) -> int:
    return len(await store.read(lambda session: session.rows("select id from outbox where review = ''")))


async def found(store: Store, which: Regular, email: str = LEA.email, figures: Figures = Figures.LEADS) -> Gathered:
    reader = Reader(which.kind, About("acme", WEEK, which.team), email, figures)
    return await store.read(partial(gathered, recorder=store.recorder, reader=reader, now=MONDAY))


async def test_a_mail_is_listed_once_for_its_days_and_reader(store: Store, neighbour: Store) -> None:
    await employ(store, SAM, LEA)
    await store.record_past(*rated("1", "unhappy", "Still broken", at=MONDAY - timedelta(days=2)))
    assert await listed(store, LEADS) == [LEA.email]
    assert await listed(neighbour, LEADS) is None, "another process sees that it was done"
    assert await listed(store, LEADS, MONDAY + timedelta(hours=3)) is None
    assert await listed(store, LEADS, MONDAY - timedelta(minutes=1)) is None, "last week's is too late"
    assert await in_outbox(store) == 1


async def test_two_processes_at_once_and_a_clock_that_goes_back_list_nobody_twice(
    store: Store, neighbour: Store
) -> None:
    await employ(store, SAM, LEA)
    await store.record_past(*rated("1", "unhappy", "Still broken", at=MONDAY - timedelta(days=2)))
    look = partial(regular.to_whom, brand="acme", regular=LEADS, now=MONDAY)
    several = [await one.read(partial(look, recorder=one.recorder)) for one in (store, neighbour)]
    for one, whom in zip((store, neighbour), several, strict=True):
        assert whom
        keep = partial(regular.put_together, brand="acme", regular=LEADS, people=whom, now=MONDAY)
        await one.write(partial(keep, recorder=one.recorder))
    assert await in_outbox(store) == 1
    daily = replace(LEADS, cron="0 8 * * *")
    assert await listed(store, daily, MONDAY + timedelta(days=1)) == [LEA.email]
    assert await listed(store, daily, MONDAY + timedelta(days=2)) == [LEA.email]
    assert await listed(store, daily, MONDAY + timedelta(days=1)) == [LEA.email], "the clock went back a day"
    assert await listed(store, daily, MONDAY + timedelta(days=2)) == [LEA.email]
    assert await in_outbox(store) == 3, "and nobody gets those days a second time"


async def test_an_empty_week_brings_no_mail_and_is_looked_at_once(store: Store) -> None:
    await employ(store, SAM, LEA)
    assert await listed(store, LEADS) == []
    await store.record_past(*rated("1", "unhappy", "Late", at=MONDAY - timedelta(days=2)))
    assert await listed(store, LEADS) is None
    kept = await store.read(partial(regular.last_kept, brand="acme", regular=LEADS))
    assert kept == regular.Kept(WEEK, MONDAY, 0)
    assert await in_outbox(store) == 0


async def test_an_agent_gets_a_mail_of_their_own_reviews_alone(store: Store) -> None:
    kim = Staff("kim@acme.example", "Kim", "agent", "Network")
    await employ(store, SAM, kim)
    await store.record_past(*rated("1", "happy", "Thank you", at=MONDAY - timedelta(days=2)))
    await store.record_past(*rated("2", "happy", "Before", at=MONDAY - timedelta(days=12)))
    beta = rated("3", "happy", "Another brand", at=MONDAY - timedelta(days=2), brand="beta")
    await store.record_past(*beta)
    assert await listed(store, AGENTS) == [SAM.email]
    mine = await found(store, AGENTS, SAM.email)
    assert [log.review.ticket for log, _ in mine.said] == ["1"]
    assert mine.numbers
    assert (mine.numbers.happy.part, mine.numbers.happy.of, mine.numbers.before.of) == (1, 1, 1)
    assert (await found(store, AGENTS, SAM.email, Figures.OFF)).numbers is None
    assert (await found(store, AGENTS, SAM.email, Figures.OWN)).numbers is not None


async def test_a_lead_reads_what_waits_what_changed_and_what_could_be_made_of_it(store: Store) -> None:
    await employ(store, LEA)
    for number in range(40):
        before = rated(f"a{number}", "happy", "all good", at=MONDAY - timedelta(days=10, hours=number))
        answer = "unhappy" if number < 25 else "happy"
        now = rated(f"b{number}", answer, "roaming fails" if number < 6 else "", at=MONDAY - timedelta(days=3))
        await store.record_past(*before, *now)
    other = rated("c", "unhappy", "Desk", at=MONDAY - timedelta(days=1), team="Desk")
    await store.record_past(*other)
    told = await found(store, LEADS)
    assert told.waits == 26
    assert told.waiting[0][0].review.ticket.startswith("b")
    assert ("team", "Network", False) in {(one.of.facet, one.of.name, one.up) for one in told.changed}
    assert [change.at for change in told.marked] == [date(2026, 11, 20)]
    assert "roaming fails" in {theme.words for theme in told.words}
    assert told.numbers
    assert (told.numbers.happy.part, told.numbers.happy.of, told.numbers.before.part) == (15, 41, 40)
    of_team = await found(store, replace(LEADS, team="Network"))
    assert (of_team.waits, of_team.numbers and of_team.numbers.happy.of) == (25, 40)
    assert of_team.changed == (), "a team's mail tells of the team"


async def test_a_meeting_gets_five_by_their_rules_and_a_team_its_smiles(store: Store) -> None:
    for number in range(8):
        await store.record_past(*rated(f"u{number}", "happy", at=MONDAY - timedelta(days=30 + number)))
    at = MONDAY - timedelta(days=2)
    await store.record_past(
        *rated("great", "happy", "Quick, kind, and it works since then", at=at, company="Other Ltd"),
        *rated("turned", "happy", "Thanks after all", first="unhappy", at=at, company="Other Ltd"),
        *rated("waits", "neutral", at=at - timedelta(days=1), company="Other Ltd"),
        *rated("product", "neutral", "It cannot do it", causes=("product",), at=at, company="Other Ltd"),
        *rated("surprise", "unhappy", "No", at=at),
    )
    meeting = await found(store, replace(LEADS, kind=DeliveryKind.MEETING))
    assert {talk.why: talk.heard[0].review.ticket for talk in meeting.talks} == {
        Why.GREAT: "great",
        Why.RECOVERED: "turned",
        Why.UNANSWERED: "waits",
        Why.PRODUCT: "product",
        Why.SURPRISING: "surprise",
    }
    smiles = await found(store, replace(LEADS, kind=DeliveryKind.SMILES))
    assert [log.review.ticket for log, _ in smiles.said] == ["great", "turned"]
    nobodys = await found(store, replace(LEADS, kind=DeliveryKind.SMILES, team="Desk"))
    assert nobodys.said == ()


@pytest.mark.parametrize("change", ["left", "unwanted", "walled", "nothing to tell"])
async def test_what_was_listed_is_dropped_when_it_is_not_wanted_any_more(store: Store, change: str) -> None:
    await employ(store, SAM, LEA)
    await store.record_past(*rated("1", "happy", "Thank you", at=MONDAY - timedelta(days=2)))
    assert await listed(store, AGENTS) == [SAM.email]
    mail = (await store.claim(now=MONDAY, most=9, lease=timedelta(minutes=5)))[0].delivery
    look = partial(regular.collected, recorder=store.recorder, now=MONDAY)
    assert isinstance(await store.read(partial(look, mail=mail)), Gathered)
    if change == "left":
        await store.write(partial(people.drop_staff, email=SAM.email, at=MONDAY))
    elif change == "unwanted":
        choose = partial(people.choose_regular, email=SAM.email, unwanted=["agents"], at=MONDAY, who=SAM.email)
        await store.write(choose)
    elif change == "walled":
        await employ(store, replace(SAM, brands=("beta",)))
    else:
        mail = replace(mail, occasion=str(About("acme", WEEK.before)))
    assert isinstance(await store.read(partial(look, mail=mail)), Drop)
