"""The regular mails as they arrive: over real SMTP, in whose language, with nothing that only customers press."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from reviews.answering import Figures
from reviews.findings import Finding, Kind
from reviews.model import REGULAR, DeliveryKind
from reviews.regular import Regular
from reviews.scoring import share
from store import Staff, findings, people, regular
from tests.outside import LINKS, Outside, outside
from tests.weeks import rated

__all__ = ["outside"]

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
SAM, LEA = Staff("sam@acme.example", "Sam Reed", "agent", "Network"), Staff("lea@acme.example", "Lea", "lead", "")


async def sent(outside: Outside, kind: DeliveryKind, **changes: str) -> list[str]:
    """The mails of one turn of the job, as text; to each of its readers one."""
    which = replace(Regular(kind, "0 8 * * mon", "UTC"), **changes)  # type: ignore[arg-type]  # team and language
    outside.clock.now = MONDAY
    before = len(outside.office.posted)
    look = partial(regular.to_whom, brand="acme", regular=which, now=MONDAY, recorder=outside.store.recorder)
    whom = await outside.store.read(look)
    assert whom is not None
    keep = partial(regular.put_together, brand="acme", regular=which, people=whom, now=MONDAY)
    await outside.store.write(partial(keep, recorder=outside.store.recorder))
    while await outside.mailer.send_due():
        pass
    return [posted.text() for posted in outside.office.posted[before:]]


async def begun(outside: Outside) -> None:
    for one in (SAM, LEA):
        await outside.store.write(partial(people.set_staff, staff=one, at=MONDAY))
    at = MONDAY - timedelta(days=2)
    stolen = f"Thank you! {LINKS.unsubscribe('x' * 26)} and {LINKS.customer_address('a' * 26)}"
    await outside.store.record_past(
        *rated("1", "happy", stolen, at=at),
        *rated("2", "unhappy", "Still broken", at=at),
    )


async def test_each_kind_arrives_with_the_customers_words_and_without_what_only_they_may_press(
    outside: Outside,
) -> None:
    await begun(outside)
    for kind in REGULAR:
        texts = await sent(outside, kind)
        assert texts, kind
        for text in texts:
            assert "[link taken out]" in text or "Thank you" not in text
            assert "/u/" not in text
            assert "@reply.acme.example" not in text
            assert "/s/" not in text, "a mail that is passed on opens nothing"
    to_sam = [posted for posted in outside.office.posted if posted.recipients == [SAM.email]]
    [week] = to_sam
    words = week.text()
    assert words.index("Thank you!") < words.index("Still broken", words.index("Waiting")) < words.index("In numbers")
    assert "1 of 2 answers were happy: 50%" in " ".join(words.split())
    assert week.mail["Auto-Submitted"] == "auto-generated"
    kept = await outside.store.read(lambda session: session.rows("select sent_text from outbox where review = ''"))
    assert {row["sent_text"] for row in kept} == {""}, "whoever is in it may be forgotten"


async def test_a_team_reads_it_in_its_own_language(outside: Outside) -> None:
    await begun(outside)
    [text] = await sent(outside, DeliveryKind.LEADS, language="de")
    assert "Warten auf eine Antwort" in text
    assert outside.office.posted[-1].mail["Subject"].startswith("Acme IT: was Sie braucht")


async def test_a_followed_theme_that_grows_is_told_to_leads(outside: Outside) -> None:
    await begun(outside)
    grows = Finding(Kind.THEME, "vpn", "", share(9, 40), share(4, 120), p=0.001)
    looked = partial(findings.keep, found={"acme": [grows], "other": [grows]}, now=MONDAY - timedelta(days=1))
    await outside.store.write(looked)
    [text] = await sent(outside, DeliveryKind.LEADS)
    told = "The followed theme vpn grows: it stands in 9 of 40 texts of the last four weeks, in 4 of 120"
    assert " ".join(text.split()).count(told) == 1


async def test_where_nobody_may_be_measured_no_agent_is_named(outside: Outside) -> None:
    await begun(outside)
    [named] = await sent(outside, DeliveryKind.SMILES)
    assert "About Sam" in named
    brand = outside.mailer.composer.brands["acme"]
    quiet = replace(brand, answering=replace(brand.answering, figures=Figures.OWN))
    composer = replace(outside.mailer.composer, brands={"acme": quiet})
    unnamed = replace(outside, mailer=replace(outside.mailer, composer=composer))
    [silent] = await sent(unnamed, DeliveryKind.SMILES, team="Network")
    assert "Thank you!" in silent
    assert "Sam" not in silent
