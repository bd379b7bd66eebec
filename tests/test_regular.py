"""The regular mails: when they are due over changes of the clock, to whom, and what each tells, by stated rules."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from reviews.changed import Pair, changed
from reviews.clicks import decide
from reviews.deeds import CameOf, ExclusionAsked, ExclusionDecided, KudosMarked, Linked
from reviews.facts import Fact, Review
from reviews.findings import Finding, Kind
from reviews.gathered import Gathered, Numbers, opportunities, worth_a_mail
from reviews.heard import Heard, smiles
from reviews.log import Log
from reviews.meeting import Why, five
from reviews.model import REGULAR, DeliveryKind, Grade
from reviews.regular import About, Regular, Span, due_span, is_cron, last_span, last_times, next_time, readers
from reviews.roles import Choice, Staff
from reviews.rules import Rules
from reviews.scoring import Share, share
from templates.brand_file import BrandError
from templates.brands import Brand, read_brand
from templates.telling import numbers, period
from tests.weeks import rated

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
WEEK = Span(date(2026, 11, 16), date(2026, 11, 23))
LEAST = (
    'name = "Acme"\nwebsite = "https://a.example"\ntimezone = "Europe/Berlin"\n[colours.light]\nprimary = "#1d5c7a"\n'
)


def weekly(cron: str = "0 8 * * mon", zone: str = "UTC", **changes: Any) -> Regular:
    return Regular(changes.pop("kind", DeliveryKind.LEADS), cron, zone, **changes)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# when


@pytest.mark.parametrize(
    ("cron", "zone", "now", "last", "before"),
    [
        ("0 8 * * mon", "UTC", "2026-11-23T08:00", "2026-11-23T08:00", "2026-11-16T08:00"),
        ("0 8 * * mon", "UTC", "2026-11-23T07:59", "2026-11-16T08:00", "2026-11-09T08:00"),
        ("0 9 1 * *", "UTC", "2026-11-23T07:59", "2026-11-01T09:00", "2026-10-01T09:00"),
        ("0 8 * * mon", "America/New_York", "2026-11-23T13:30", "2026-11-23T13:00", "2026-11-16T13:00"),
        # Summer time ends on the Sunday before: eight is eight on both clocks.
        ("0 8 * * mon", "Europe/Berlin", "2026-10-26T07:00", "2026-10-26T07:00", "2026-10-19T06:00"),
        # In the night of 29 March there is no half past two: what was to come then comes at three.
        ("30 2 * * sun", "Europe/Berlin", "2026-03-29T01:00", "2026-03-29T01:00", "2026-03-22T01:30"),
        # In the night of 25 October there are two: the first one counts.
        ("30 2 * * sun", "Europe/Berlin", "2026-10-25T01:45", "2026-10-25T00:30", "2026-10-18T00:30"),
    ],
)
def test_its_time_comes_as_cron_has_it_on_the_clock_of_its_zone(
    cron: str, zone: str, now: str, last: str, before: str
) -> None:
    assert last_times(weekly(cron, zone), instant(now)) == (instant(last), instant(before))


def test_the_next_time_lies_ahead() -> None:
    assert next_time(weekly(), MONDAY) == MONDAY + timedelta(weeks=1)
    assert next_time(weekly(), MONDAY - timedelta(seconds=1)) == MONDAY


@pytest.mark.parametrize(
    ("cron", "zone", "now", "since", "until"),
    [
        ("0 8 * * mon", "UTC", "2026-11-23T08:00", "2026-11-16", "2026-11-23"),
        ("0 9 1 * *", "UTC", "2026-11-01T09:00", "2026-10-01", "2026-11-01"),
        ("0 8 * * mon", "Pacific/Auckland", "2026-11-22T19:00", "2026-11-15", "2026-11-22"),
        ("0 8 * * mon", "America/Los_Angeles", "2026-11-23T16:00", "2026-11-16", "2026-11-23"),
    ],
)
def test_a_mail_tells_of_days_that_are_over(cron: str, zone: str, now: str, since: str, until: str) -> None:
    span = last_span(weekly(cron, zone), instant(now))
    assert span == Span(date.fromisoformat(since), date.fromisoformat(until))
    assert span.ends <= instant(now)


def test_what_is_long_past_its_time_is_not_due_any_more() -> None:
    assert due_span(weekly(), MONDAY + timedelta(days=3)) == WEEK
    assert due_span(weekly(), MONDAY + timedelta(days=3, minutes=1)) is None
    assert due_span(weekly("0 * * * *"), MONDAY) is None, "twice in a day is no span of days"


def test_every_second_of_a_year_has_one_span_and_none_is_left_out() -> None:
    """Walked by the hour, over both changes of the clock: the days follow one another without a gap or an overlap."""
    regular, spans = weekly("30 2 * * sun", "Europe/Berlin"), list[Span]()
    for hour in range(366 * 24):
        span = last_span(regular, instant("2026-01-05T00:00") + timedelta(hours=hour))
        if not spans or spans[-1] != span:
            spans.append(span)
    assert all(one.until == two.since for one, two in pairwise(spans))
    assert len(spans) in (53, 54)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("0 8 * * mon", True),
        ("0 8 * * 1-5", True),
        ("0 9 1 */3 *", True),
        ("0 0 29 2 *", True),
        ("", False),
        ("0 8 * *", False),
        ("0 0 8 * * mon", False),
        ("0 0 30 2 *", False),
        ("61 8 * * *", False),
        ("@daily", False),
        ("0 8 * * mon" + " " * 100, False),
    ],
)
def test_a_line_of_cron_is_taken_whose_time_comes(text: str, fits: bool) -> None:
    assert is_cron(text) is fits


def test_the_occasion_of_a_mail_is_read_back() -> None:
    for team in ("", "Network", "Field service north"):
        about = About("acme", WEEK, team)
        assert About.read(str(about)) == about


# to whom

STAFF = (
    Staff("sam@acme.example", "Sam", "agent", "Network"),
    Staff("kim@acme.example", "Kim", "agent", "Desk"),
    Staff("lea@acme.example", "Lea", "lead", "Network"),
    Staff("liz@acme.example", "Liz", "lead", "Desk", brands=("acme",)),
    Staff("bob@beta.example", "Bob", "lead", "", brands=("beta",)),
    Staff("ann@acme.example", "Ann", "admin", ""),
    Staff("new@acme.example", "New", "lead", "", confirmed=False),
    Staff("gone@acme.example", "Gone", "lead", "", bounced=True),
    Staff("off@acme.example", "Off", "lead", "", choice=Choice.OFF),
    Staff("not@acme.example", "Not", "lead", "", unwanted=("leads",)),
    Staff("but@acme.example", "But", "lead", "", choice=Choice.OFF, unwanted=("smiles",)),
)


@pytest.mark.parametrize(
    ("regular", "brand", "told"),
    [
        (weekly(), "acme", "lea liz but"),
        (weekly(team="Network"), "acme", "lea"),
        (weekly(team="Nobody's"), "acme", "lea liz but"),
        (weekly(), "beta", "lea bob but"),
        (weekly(kind=DeliveryKind.SMILES, to=("all@acme.example", "off@acme.example")), "acme", "lea liz not all"),
        (weekly(kind=DeliveryKind.AGENTS, team="Desk"), "acme", "kim liz"),
    ],
)
def test_a_regular_mail_goes_to_who_leads_sees_the_brand_and_wants_it(regular: Regular, brand: str, told: str) -> None:
    assert [person.email.partition("@")[0] for person in readers(regular, brand, STAFF)] == told.split()


def test_where_nobody_leads_it_goes_to_who_administers() -> None:
    admins = [one for one in STAFF if one.role != "lead"]
    assert [one.email for one in readers(weekly(), "acme", admins)] == ["ann@acme.example"]


# what


def heard(facts: tuple[Fact, ...], *more: Any) -> Heard:
    log = Log(facts[0] if isinstance(facts[0], Review) else None, ()).plus(*facts[1:])  # type: ignore[arg-type]
    log = log.plus(*(make(log.review.id) for make in more))
    return log, decide(log, Rules())


def on(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def chosen(*several: Heard, usual: Share | None = None, now: datetime = MONDAY) -> dict[Why, str]:
    talks = five(several, span=WEEK, now=now, usual=lambda log: usual)
    return {talk.why: talk.heard[0].review.ticket for talk in talks}


def test_each_of_the_five_is_chosen_by_its_rule() -> None:
    told = chosen(
        heard(rated("great", "happy", "Quick, kind, and it works since then", at=on(17))),
        heard(rated("short", "happy", "Fine", at=on(17))),
        heard(rated("turned", "happy", "Thanks after all", first="unhappy", at=on(18))),
        heard(rated("waits", "unhappy", "Still broken", at=on(16))),
        heard(rated("waits less", "unhappy", "Broken", at=on(19))),
        heard(rated("product", "neutral", "The app cannot do it", causes=("product",), at=on(20))),
    )
    assert told == {Why.GREAT: "great", Why.RECOVERED: "turned", Why.UNANSWERED: "waits", Why.PRODUCT: "product"}


@pytest.mark.parametrize(
    ("usual", "answer", "surprises"),
    [
        (share(20, 20), "unhappy", True),
        (share(20, 20), "happy", False),
        (share(0, 20), "happy", True),
        (share(4, 4), "unhappy", False),  # four are too few
        (share(3, 6), "unhappy", False),
        (None, "unhappy", False),
    ],
)
def test_what_surprises_is_told_by_what_a_company_had_answered_before(
    usual: Share | None, answer: str, surprises: bool
) -> None:
    """Beside one that waits longer: a review stands there once, and whoever waits is told of as waiting."""
    waits = heard(rated("waits", "neutral", at=on(16)))
    found = chosen(waits, heard(rated("1", answer, at=on(17))), usual=usual)
    assert found.get(Why.SURPRISING) == ("1" if surprises else None)


def test_a_hard_rating_comes_before_a_soft_one_and_the_more_words_before_the_fewer() -> None:
    soft = heard(rated("soft", "happy", "Many more words than the other has", at=on(17), grade=Grade.SOFT))
    hard = heard(rated("hard", "happy", "Good", at=on(17)))
    assert chosen(soft, hard) == {Why.GREAT: "hard"}
    assert chosen(soft) == {Why.GREAT: "soft"}


def test_what_was_excluded_and_what_was_said_at_another_time_is_not_talked_about() -> None:
    def excluded(review: str) -> ExclusionAsked:
        return ExclusionAsked("ask", review, on(18), "sam@acme.example", "not ours")

    def granted(review: str) -> ExclusionDecided:
        return ExclusionDecided("grant", review, on(18), "lea@acme.example", "ask", True)

    assert chosen(heard(rated("1", "happy", "Good", at=on(17)), excluded, granted)) == {}
    assert chosen(heard(rated("2", "happy", "Good", at=on(10)))) == {}


def test_the_same_reviews_give_the_same_five_in_any_order() -> None:
    several = [heard(rated(str(number), "happy", "Good", at=on(17))) for number in range(8)]
    assert chosen(*several) == chosen(*reversed(several))


def test_smiles_are_marked_ones_first_then_the_happy_with_the_most_words() -> None:
    def marked(review: str) -> KudosMarked:
        return KudosMarked("mark", review, on(18), "lea@acme.example")

    found = smiles(
        [
            heard(rated("short", "happy", "Good", at=on(17))),
            heard(rated("long", "happy", "Very good and very quick", at=on(17))),
            heard(rated("sad", "unhappy", "No, and no, and no", at=on(17))),
            heard(rated("marked", "neutral", "Kind", at=on(17)), marked),
            heard(rated("silent", "happy", at=on(17))),
        ],
        WEEK,
    )
    assert [log.review.ticket for log, _ in found] == ["marked", "long", "short"]


def test_opportunities_are_told_with_how_many_reviews_and_what_came_of_them() -> None:
    def link(url: str, day: int) -> Any:
        return lambda review: Linked(f"link {url}", review, on(day), "lea@acme.example", url, "Roaming")

    def came(review: str) -> CameOf:
        return CameOf("came", review, on(19), "lea@acme.example", "link https://t.example/1", "It is out")

    found = opportunities(
        [
            heard(rated("1", "unhappy", "no", at=on(17)), link("https://t.example/1", 17)),
            heard(rated("2", "unhappy", "no", at=on(17)), link("https://t.example/1", 3), came),
            heard(rated("3", "unhappy", "no", at=on(17)), link("https://t.example/2", 18)),
            heard(rated("4", "unhappy", "no", at=on(17)), link("https://t.example/3", 3)),
        ],
        WEEK,
    )
    assert [(one.url[-1], one.reviews, one.came_of) for one in found] == [("1", 2, "It is out"), ("2", 1, "")]


def test_a_change_is_told_where_the_intervals_show_one_and_held_more_strictly_among_many() -> None:
    fell = Pair("team", "Network", share(28, 40), share(38, 40))
    same = [Pair("team", f"T{number}", share(35, 40), share(36, 40)) for number in range(200)]
    assert [one.of.name for one in changed([fell])] == ["Network"]
    assert not changed([fell])[0].up
    assert changed([fell, *same]) == (), "of two hundred, one such is to be expected"
    assert changed([Pair("team", "Few", share(0, 10), share(10, 10))]) == ()


def test_an_empty_week_brings_no_mail() -> None:
    silent = Gathered(numbers=Numbers(share(0, 0), share(9, 9), share(0, 5)))
    assert not any(worth_a_mail(kind, silent) for kind in REGULAR)
    one = heard(rated("1", "happy", "Good", at=on(17)))
    assert worth_a_mail(DeliveryKind.AGENTS, Gathered(said=(one,)))
    assert worth_a_mail(DeliveryKind.LEADS, Gathered(waits=1))
    grows = Finding(Kind.THEME, "vpn", "", share(9, 40), share(4, 120), p=0.001)
    assert worth_a_mail(DeliveryKind.LEADS, Gathered(growing=(grows,)))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "28 of 40 answers were happy: 70%, as surely as 95 of 100 between 55% and 82%."),
        ("de", "28 von 40 Antworten waren zufrieden: 70 %, so sicher wie 95 von 100 zwischen 55 % und 82 %."),
    ],
)
def test_numbers_are_told_with_what_they_rest_on(language: str, said: str) -> None:
    told = numbers(Numbers(share(28, 40), share(38, 40), share(40, 90)), language)
    assert " ".join(told[0].split()) == said
    assert len(told) == 3
    assert numbers(None, language) == ()


def test_days_are_said_as_people_say_them() -> None:
    assert period(WEEK, "en") == "16\u201322 Nov 2026"
    assert period(Span(date(2026, 10, 1), date(2026, 11, 1)), "de") == "Oktober 2026"
    assert period(Span(date(2026, 10, 1), date(2026, 10, 2)), "en") == "1 October 2026"


# what a brand's file says


def brand_of(folder: Path, text: str) -> Brand:
    file = folder / "acme.toml"
    file.write_text(LEAST + text)
    return read_brand(file)


def test_a_brand_says_which_mails_go_out_when(tmp_path: Path) -> None:
    brand = brand_of(
        tmp_path,
        '[[regular]]\nkind = "smiles"\nteam = "Network"\nto = ["All@acme.example"]\nlanguage = "de-AT"\n'
        '[[regular]]\nkind = "leads"\ncron = "0 7 * * fri"\ntimezone = "UTC"\n',
    )
    assert brand.regular == (
        Regular(DeliveryKind.SMILES, "0 9 1 * *", "Europe/Berlin", "Network", ("all@acme.example",), "de"),
        Regular(DeliveryKind.LEADS, "0 7 * * fri", "UTC"),
    )
    assert brand_of(tmp_path, "").regular == ()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('kind = "notice"', "expected one of agents, leads, smiles, meeting"),
        ('kind = "leads"\ncron = "every monday"', "five fields of cron"),
        ('kind = "leads"\ntimezone = "Mars/Base"', "a zone as Europe/London"),
        ('kind = "leads"\nto = ["nobody"]', "mail addresses"),
        ('kind = "leads"\nlanguage = "tlh"', "a language there is"),
        ('kind = "leads"\nhour = 8', "is not known"),
        ('kind = "leads"\n[[regular]]\nkind = "leads"', "each team once for leads"),
    ],
)
def test_what_a_brand_says_wrong_is_named(tmp_path: Path, wrong: str, said: str) -> None:
    with pytest.raises(BrandError, match=said):
        brand_of(tmp_path, f"[[regular]]\n{wrong}\n")
