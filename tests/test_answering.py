"""Who hears of what, when is an answer late, and who is told instead?"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reviews.answering import AGENT, LEAD, USUAL_ANSWERING, Answering, Figures, Tell
from reviews.clicks import decide
from reviews.desk import Desk
from reviews.facts import Delivery
from reviews.followups import ESCALATED, REMINDED, follow_up
from reviews.hours import after_working
from reviews.log import Log
from reviews.manners import Hours
from reviews.model import DeliveryKind, Mode
from reviews.notices import IN_THE_DIGEST, told_of
from reviews.roles import Staff
from reviews.sending import Brakes, Drop, Due, still_due
from templates.brand_file import BrandError
from templates.brands import read_brand
from tests.story import LEA, NOTICE, RULES, SAM, answered, asked_log, later, mailed, opened, replied, voted

OVERDUE = DeliveryKind.OVERDUE
BRAND = 'name = "Acme"\nwebsite = "https://acme.example"\n[colours.light]\nprimary = "#1d5c7a"\n'
STAFF = (Staff(SAM.email, SAM.name, "agent", "Network"), Staff(LEA.email, LEA.name, "lead", "Network"))
OFFICE = Hours(9 * 60, 17 * 60, frozenset(range(5)))


def rated(value: str, *, staff: tuple[Staff, ...] = STAFF, answering: Answering = USUAL_ANSWERING) -> Log:
    """Ada rated an hour after she was asked; `staff` look after it."""
    log = replace(asked_log(), desk=Desk(staff, answering))
    at = later(hours=1)
    return voted(opened(log, "page 1", at=at), "page 1", value, Mode.BUTTON, at=at)


def fate(log: Log, mail: Delivery, *, now: datetime, left: bool = False) -> Due | Drop:
    found = still_due(mail, log, now=now, rules=RULES, brakes=Brakes(), left=left)
    assert isinstance(found, Due | Drop)
    return found


def brand(folder: Path, more: str) -> Any:
    (folder / "acme.toml").write_text(BRAND + more)
    return read_brand(folder / "acme.toml")


def test_a_brand_says_how_it_answers(tmp_path: Path) -> None:
    told = brand(
        tmp_path,
        '[answering]\nwithin_hours = 8\nescalate_after_hours = 2\nhours = "09:00-17:00"\nwords = ["Cancel"]\n'
        'figures = "own"\ndomains = ["Acme.example"]\nreplies = false\n'
        '[[answering.tell]]\nto = ["lead", "boss@acme.example"]\nfaces = ["unhappy"]\nteam = "Network"\n'
        'words = ["lawyer"]\ndaily = true\n',
    ).answering
    assert (told.within, told.escalate_after, told.hours.begins) == (timedelta(hours=8), timedelta(hours=2), 540)
    assert (told.words, told.figures, told.domains, told.replies) == (("cancel",), Figures.OWN, {"acme.example"}, False)
    first = Tell((LEAD, "boss@acme.example"), frozenset({"unhappy"}), "network", "", ("lawyer",), daily=True)
    assert told.telling == (first, *Answering().telling)


@pytest.mark.parametrize(
    "wrong",
    ['figures = "all"', 'faces = ["furious"]', "within_hours = 0", 'tell = "lead"', "surprise = 1", 'hours = "9-17"'],
)
def test_what_a_brand_cannot_mean_is_refused(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(BrandError, match=wrong.partition(" ")[0]):
        brand(tmp_path, f"[answering]\n{wrong}\n")


@pytest.mark.parametrize(("value", "hear"), [("unhappy", [SAM, LEA]), ("neutral", [SAM]), ("happy", [SAM])])
def test_to_begin_with_the_unhappy_go_to_agent_and_lead_and_the_others_to_the_agent(
    value: str, hear: list[object]
) -> None:
    assert [mail.recipient for mail in mailed(rated(value), NOTICE)] == hear


@pytest.mark.parametrize(("value", "fate_of_it"), [("neutral", Due()), ("happy", Drop(IN_THE_DIGEST))])
def test_a_happy_rating_waits_for_the_daily_mail(value: str, fate_of_it: object) -> None:
    log = rated(value)
    assert fate(log, mailed(log, NOTICE)[0], now=later(hours=2)) == fate_of_it


def test_a_mail_of_a_happy_customer_is_told_at_once() -> None:
    log = replied(rated("happy"))
    assert fate(log, mailed(log, NOTICE)[-1], now=later(hours=3)) == Due()


@pytest.mark.parametrize(("choice", "sam", "lea"), [("off", "they chose no mails", ""), ("daily", IN_THE_DIGEST, "")])
def test_what_an_agent_wishes_keeps_nothing_from_their_lead(choice: str, sam: str, lea: str) -> None:
    log = rated("unhappy", staff=(replace(STAFF[0], choice=choice), STAFF[1]))
    fates = [fate(log, mail, now=later(hours=2)) for mail in mailed(log, NOTICE)]
    assert [one.reason if isinstance(one, Drop) else "" for one in fates] == [sam, lea]


def test_rules_of_the_brand_name_team_company_and_words_and_the_first_that_fits_speaks() -> None:
    rules = (
        Tell(("boss@acme.example",), words=("lawyer",)),
        Tell((LEAD,), team="network", company="customer ltd", faces=frozenset({"happy"})),
        Tell((AGENT,)),
    )
    log = rated("happy", answering=Answering(telling=rules))
    assert [one.email for one in told_of(log, "happy", "my LAWYER will call")] == ["boss@acme.example"]
    assert told_of(log, "happy", "") == (LEA,)
    assert told_of(log, "unhappy", "") == (SAM,)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"away_until": later(days=9)}, "away until 2026-11-30"),
        ({"bounced": True}, "mail to them comes back"),
        ({"confirmed": False}, "no lead has confirmed them yet"),
    ],
)
def test_who_would_not_read_it_is_not_mailed_and_the_lead_is_told_instead(changes: dict[str, Any], why: str) -> None:
    log = rated("neutral", staff=(replace(STAFF[0], **changes), STAFF[1]))
    (notice,) = mailed(log, NOTICE)
    found = fate(log, notice, now=later(hours=2))
    assert isinstance(found, Drop)
    assert found.reason == f"{why}: {LEA.email} is told instead"
    assert found.then
    assert (found.then.recipient, found.then.occasion) == (LEA, notice.occasion)
    assert isinstance(fate(log.plus(found.then), found.then, now=later(hours=2)), Due)


def test_where_there_is_no_lead_who_is_away_is_mailed_all_the_same_and_who_left_is_not() -> None:
    log = rated("neutral", staff=(replace(STAFF[0], away_until=later(days=9)),))
    (notice,) = mailed(log, NOTICE)
    assert fate(log, notice, now=later(hours=2)) == Due()
    assert fate(log, notice, now=later(hours=2), left=True) == Drop("no longer on the staff of this brand")


@pytest.mark.parametrize(
    ("since", "hours", "due"),
    [
        ("2026-11-23 10:00", 4, "2026-11-23 14:00"),  # a Monday
        ("2026-11-23 15:00", 4, "2026-11-24 11:00"),
        ("2026-11-27 16:00", 8, "2026-11-30 16:00"),
        ("2026-11-28 12:00", 1, "2026-11-30 10:00"),
        ("2026-11-23 09:00", 8, "2026-11-23 17:00"),
    ],
)
def test_an_answer_is_due_in_hours_in_which_the_house_works(since: str, hours: int, due: str) -> None:
    begin, end = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (since, due))
    assert after_working(begin, timedelta(hours=hours), hours=OFFICE, timezone="UTC") == end


def test_whoever_owes_an_answer_is_reminded_and_later_the_lead_is_told() -> None:
    log = rated("unhappy")
    told = [(mail.occasion.partition(":")[0], mail.recipient, mail.due_at) for mail in mailed(log, OVERDUE)]
    assert told == [(REMINDED, SAM, later(hours=25)), (ESCALATED, LEA, later(hours=49))]
    assert all(fate(log, mail, now=mail.due_at) == Due() for mail in mailed(log, OVERDUE))


def test_an_answer_in_time_leaves_nothing_to_remind_of() -> None:
    log = answered(rated("unhappy"))
    assert {fate(log, mail, now=mail.due_at) for mail in mailed(log, OVERDUE)} == {Drop("it was answered")}


def test_words_a_brand_looks_for_open_a_follow_up_of_a_happy_customer() -> None:
    quiet = Answering(words=("cancel",), replies=False)
    for words, why in (("Thanks!", None), ("I will CANCEL.", "words")):
        log = replied(rated("happy", answering=quiet), words=words)
        owed = follow_up(log, decide(log, RULES), later(hours=3))
        assert (owed and owed.why) == why
