"""The door out: what leaves, to whom, how often, and what becomes of a failure."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import dkim
import pytest

from mailer import relay
from mailer.relay import Relay, read_smtp_url, reported_id
from mailer.sign import Signer, Signers, WrongKey
from mailer.work import Work
from mailer.worker import LEASE, Mailer
from reviews import flow, staff_answers, subscriptions
from reviews.events import Incoming, Press
from reviews.facts import Review
from reviews.manners import Hours, Manners
from reviews.model import DeliveryKind, Mode, Person
from reviews.visits import Visit
from store import Staff, people, sources
from tests.outside import ADA, LINKS, NOW, RULES, SAM, Outside, outside
from tests.post_office import private_key, resolver

__all__ = ["outside"]  # a fixture is found where it is named


async def test_an_invitation_goes_out_once_with_all_a_mail_program_needs(outside: Outside) -> None:
    review = await outside.closed()
    assert await outside.mailer.send_due() == 1
    assert await outside.mailer.send_due() == 0
    [posted] = outside.office.posted
    mail = posted.mail
    sent = await outside.the_delivery(review)
    assert (sent.status, sent.attempts) == ("sent", 1)
    assert mail["Message-ID"] == f"<{sent.message_id}>"
    assert mail["From"] == "Acme IT <care@acme.example>"
    assert mail["To"] == "Ada Lovelace <ada@customer.example>"
    assert mail["Reply-To"] == LINKS.customer_address(review.id)
    assert posted.mail_from == LINKS.bounce_address(sent.delivery.id)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] == f"<{LINKS.unsubscribe(review.id)}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.get_content_type() == "multipart/alternative"
    for url in LINKS.rate(review).values():
        assert url in posted.text()
        assert url in posted.html()
    assert sent.sent_text.strip() == posted.text().replace("\r\n", "\n").strip()


async def test_no_line_of_a_mail_is_longer_than_smtp_allows_and_none_is_an_encoded_link(outside: Outside) -> None:
    await outside.closed(subject="Größe " * 60, contact=replace(ADA, name="Ädä " * 30))
    await outside.mailer.send_due()
    raw = outside.office.posted[0].raw
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"List-Unsubscribe: <https://" in raw
    assert raw.isascii()


async def test_an_injected_header_stays_words(outside: Outside) -> None:
    hostile = "Ada\r\nBcc: everybody@victim.example"
    await outside.closed(subject=f"VPN\r\nBcc: victim@x.example {hostile}", contact=replace(ADA, name=hostile))
    await outside.mailer.send_due()
    [posted] = outside.office.posted
    assert posted.recipients == [ADA.email]
    assert posted.mail["Bcc"] is None


async def test_a_passing_failure_is_tried_again_with_growing_waits_under_the_same_id(outside: Outside) -> None:
    review = await outside.closed()
    outside.office.answers = ["451 4.3.0 later", "451 4.3.0 later"]
    waits = [await _deferred(outside, review) for _ in range(2)]
    assert waits[0] < waits[1]
    await outside.mailer.send_due()
    [posted] = outside.office.posted
    assert posted.mail["Message-ID"] == f"<{(await outside.the_delivery(review)).message_id}>"


@pytest.mark.parametrize("reply", ["550 5.1.1 no such user", "553 5.1.3 bad address"])
async def test_a_permanent_refusal_ends_it_with_the_reason(outside: Outside, reply: str) -> None:
    review = await outside.closed()
    outside.office.refused[ADA.email] = reply
    await outside.mailer.send_due()
    refused = await outside.the_delivery(review)
    assert refused.status == "refused"
    assert reply[4:] in refused.reason
    outside.clock.now += timedelta(days=1)
    assert await outside.mailer.send_due() == 0


async def test_a_mail_of_a_brand_without_a_file_waits_and_does_not_stop_the_others(outside: Outside) -> None:
    lost = await outside.closed("1", brand="gone")
    await outside.closed("2")
    while await outside.mailer.send_due():
        pass
    assert len(outside.office.posted) == 1
    waiting = await outside.the_delivery(lost)
    assert (waiting.status, waiting.reason) == (
        "deferred",
        "could not be composed: no file describes the brand gone",
    )


async def test_a_sender_the_relay_refuses_is_our_fault_and_loses_no_customer(outside: Outside) -> None:
    review = await outside.closed()
    outside.office.sender_reply = "553 5.7.1 you may not send as this"
    await outside.mailer.send_due()
    assert (await outside.the_delivery(review)).status == "deferred"


async def test_a_relay_that_is_slow_after_the_final_dot_gets_the_mail_once(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RFC 5321 section 4.5.3.2.6: it may take ten minutes; who gives up sooner mails the customer again and again."""
    monkeypatch.setattr(relay, "TIMEOUT_SECONDS", 0.2)
    outside.office.dot_seconds = 0.6
    review = await outside.closed()
    await outside.mailer.send_due()
    assert (await outside.the_delivery(review)).status == "sent"
    assert timedelta(seconds=relay.DATA_SECONDS) >= timedelta(minutes=10)
    assert LEASE > relay.SLOWEST


async def test_an_address_that_does_not_exist_is_not_mailed_again(outside: Outside) -> None:
    outside.office.refused[ADA.email] = "550 5.1.1 no such user"
    await outside.closed("1")
    second = await outside.closed("2")
    while await outside.mailer.send_due():
        pass
    dropped = await outside.the_delivery(second)
    assert (dropped.status, dropped.reason) == ("dropped", "bounced")


async def test_who_left_the_staff_is_told_nothing_more(outside: Outside) -> None:
    review = await outside.closed()
    await outside.mailer.send_due()
    await outside.store.write(partial(people.set_staff, staff=Staff(SAM.email, SAM.name, "agent", ""), at=NOW))
    await outside.store.write(partial(people.drop_staff, email=SAM.email, at=NOW))
    await _replied(outside, review)
    while await outside.mailer.send_due():
        pass
    assert outside.office.to(SAM.email) == []


async def test_after_a_refusal_the_connection_serves_the_next_mail(outside: Outside) -> None:
    outside.office.refused["nobody@customer.example"] = "550 5.1.1 no such user"
    await outside.closed("1", contact=Person("nobody@customer.example"))
    await outside.closed("2")
    while await outside.mailer.send_due():
        pass
    assert len(outside.office.to(ADA.email)) == 1
    assert outside.office.connections == 1


async def test_a_relay_that_is_away_defers_and_gives_up_after_days(outside: Outside) -> None:
    review = await outside.closed()
    away = Relay(read_smtp_url("smtp://127.0.0.1:1?starttls=none"), hostname="x.example")
    mailer = replace(outside.mailer, relays=[away])
    await mailer.send_due()
    assert (await outside.the_delivery(review)).status == "deferred"
    for _ in range(60):
        outside.clock.now = (await outside.the_delivery(review)).due_at
        if not await mailer.send_due():
            break
    last = await outside.the_delivery(review)
    assert last.status == "refused"
    assert last.reason.startswith("given up: ")
    assert outside.clock.now - NOW < timedelta(days=5)


async def test_after_a_crash_the_same_mail_goes_out_under_the_same_id(outside: Outside) -> None:
    review = await outside.closed()
    [claimed] = await outside.store.claim(now=NOW, most=1, lease=LEASE)  # and its claimer is gone
    assert await outside.mailer.send_due() == 0
    outside.clock.now += LEASE
    assert await outside.mailer.send_due() == 1
    [posted] = outside.office.posted
    assert posted.mail["Message-ID"] == f"<{claimed.message_id}>"
    assert (await outside.the_delivery(review)).attempts == 2


async def test_a_crash_while_a_mail_was_handed_over_is_told_in_the_record(outside: Outside) -> None:
    first, second = await outside.closed("1"), await outside.closed("2")
    claimed = await outside.store.claim(now=NOW, most=2, lease=LEASE)
    (begun,) = (out.delivery.id for out in claimed if out.delivery.review == first.id)
    await outside.store.settle_and_begin(None, begun)  # and here it ends
    outside.clock.now += LEASE
    while await outside.mailer.send_due():
        pass
    assert (await outside.the_delivery(first)).reason == "sent again after a crash: it may have arrived twice"
    assert (await outside.the_delivery(second)).reason == "", "it was claimed, and surely not sent"
    assert len(outside.office.posted) == 2


async def test_what_became_of_a_mail_is_kept_before_the_next_ones_final_dot(outside: Outside) -> None:
    reviews = [await outside.closed(str(number)) for number in range(5)]
    seen: list[list[str]] = []

    async def look(content: bytes) -> None:
        deliveries = [await outside.the_delivery(review) for review in reviews]
        seen.append(sorted(one.status if one.status != "claimed" else one.reason for one in deliveries))

    outside.office.look = look
    while await outside.mailer.send_due():
        pass
    handed = "being handed to the mail server"
    assert seen == [sorted([handed, *["sent"] * number, *["due"] * (4 - number)]) for number in range(5)]


async def test_told_to_stop_the_worker_gives_back_what_it_has_not_begun(outside: Outside) -> None:
    reviews = [await outside.closed(str(number)) for number in range(60)]
    outside.office.dot_seconds = 0.05
    stop = asyncio.Event()
    running = asyncio.create_task(replace(outside.mailer, idle_seconds=0.05).run(stop))
    await outside.office.wait_for(ADA.email, 8)
    stop.set()
    await asyncio.wait_for(running, 60)
    fates = Counter([(one.status, one.attempts) for review in reviews for one in [await outside.the_delivery(review)]])
    assert set(fates) == {("sent", 1), ("due", 0)}
    assert fates["sent", 1] == len(outside.office.posted)


async def test_a_worker_sends_all_there_is_over_several_connections(outside: Outside) -> None:
    url = f"smtp://127.0.0.1:{outside.office.port}?starttls=none"
    relays = [Relay(read_smtp_url(url), hostname="reply.acme.example") for _ in range(3)]
    reviews = [await outside.closed(str(number)) for number in range(50)]
    stop = asyncio.Event()
    running = asyncio.create_task(replace(outside.mailer, relays=relays, idle_seconds=0.05).run(stop))
    await outside.office.wait_for(ADA.email, 50)
    stop.set()
    await asyncio.wait_for(running, 60)
    assert {(await outside.the_delivery(review)).status for review in reviews} == {"sent"}
    assert len({posted.mail["Message-ID"] for posted in outside.office.posted}) == len(outside.office.posted) == 50
    assert outside.office.connections == 3


async def test_what_happened_while_a_mail_waited_for_its_turn_is_heard(outside: Outside) -> None:
    """It was claimed with others, and is looked at again when its turn comes later."""
    reviews = [await outside.closed(str(number)) for number in range(3)]

    async def unsubscribe() -> None:
        for review in reviews:
            await outside.store.record(review.id, partial(subscriptions.unsubscribed, at=outside.clock()))

    await _claimed_together(outside, 3, later=timedelta(seconds=3), happens=unsubscribe)
    statuses = Counter([(await outside.the_delivery(review)).status for review in reviews])
    assert statuses == {"sent": 1, "dropped": 2}


@pytest.mark.parametrize(("later", "status"), [(timedelta(minutes=4), "due"), (LEASE, "claimed")])
async def test_a_mail_that_waited_too_long_for_its_turn_is_given_back_while_it_is_ours(
    outside: Outside, later: timedelta, status: str
) -> None:
    reviews = [await outside.closed(str(number)) for number in range(3)]
    await _claimed_together(outside, 3, later=later)
    statuses = Counter([(await outside.the_delivery(review)).status for review in reviews])
    assert statuses == {"sent": 1, status: 2}


async def test_a_connection_the_relay_closed_meanwhile_is_made_anew(outside: Outside) -> None:
    await outside.closed("1")
    await outside.mailer.send_due()
    dialogue = outside.mailer.relays[0]._dialogue
    assert dialogue is not None
    dialogue.abort()
    await outside.closed("2")
    await outside.mailer.send_due()
    assert len(outside.office.posted) == 2
    assert outside.office.connections == 2


async def test_a_ticket_closed_eight_days_ago_is_not_asked_about_and_says_why(outside: Outside) -> None:
    review = await outside.closed(closed_at=NOW - timedelta(days=8))
    assert review.not_asked == "closed more than 7 days ago"
    assert await outside.mailer.send_due() == 0
    assert await outside.store.deliveries(review.id) == []


async def test_a_paused_brand_waits_and_goes_on(outside: Outside) -> None:
    review = await outside.closed()
    await outside.store.write(partial(sources.set_paused, brand="acme", paused_at=NOW, at=NOW))
    await outside.mailer.send_due()
    held = await outside.the_delivery(review)
    assert (held.status, held.reason, held.attempts) == ("due", "the brand is paused", 0)
    await outside.store.write(partial(sources.set_paused, brand="acme", paused_at=None, at=NOW))
    outside.clock.now = held.due_at
    await outside.mailer.send_due()
    assert len(outside.office.posted) == 1


async def test_the_cap_of_an_hour_holds_until_somebody_lifts_it(outside: Outside) -> None:
    mailer = replace(outside.mailer, per_hour=3)
    for number in range(5):
        await outside.closed(str(number))
    for _ in range(5):
        await mailer.send_due()
    assert len(outside.office.posted) == 3
    await outside.store.write(partial(sources.set_cap, brand="acme", per_hour=sources.NO_CAP, at=NOW))
    outside.clock.now += timedelta(minutes=2)
    while await mailer.send_due():
        pass
    assert len(outside.office.posted) == 5


async def test_a_cap_below_the_number_of_connections_still_lets_mails_out(outside: Outside) -> None:
    url = f"smtp://127.0.0.1:{outside.office.port}?starttls=none"
    relays = [Relay(read_smtp_url(url), hostname="reply.acme.example") for _ in range(4)]
    mailer = replace(outside.mailer, relays=relays, per_hour=2)
    for number in range(6):
        await outside.closed(str(number))
    for _ in range(3):
        while await mailer.send_due():
            pass
        outside.clock.now += timedelta(minutes=62)
    assert len(outside.office.posted) == 6
    for one in relays:
        await one.close()


async def test_with_the_cap_untouched_the_rest_goes_out_an_hour_later(outside: Outside) -> None:
    mailer = replace(outside.mailer, per_hour=1)
    await outside.closed("1")
    await outside.closed("2")
    await mailer.send_due()
    await mailer.send_due()
    assert len(outside.office.posted) == 1
    outside.clock.now += timedelta(minutes=61)
    await mailer.send_due()
    assert len(outside.office.posted) == 2


async def test_in_trial_mode_every_mail_goes_to_one_address_and_says_so(outside: Outside) -> None:
    composer = replace(outside.mailer.composer, only_to="pilot@acme.example")
    mailer = replace(outside.mailer, composer=composer)
    review = await outside.closed()
    await mailer.send_due()
    await _replied(outside, review)
    await mailer.send_due()
    assert [posted.recipients for posted in outside.office.posted] == [["pilot@acme.example"]] * 2
    for posted in outside.office.posted:
        assert "Trial" in posted.mail["Subject"]
        assert ADA.email not in str(posted.mail["To"])


async def test_who_unsubscribed_meanwhile_is_not_asked(outside: Outside) -> None:
    review = await outside.closed()
    await outside.store.record(review.id, partial(subscriptions.unsubscribed, at=NOW))
    await outside.mailer.send_due()
    dropped = await outside.the_delivery(review)
    assert (dropped.status, dropped.reason) == ("dropped", "unsubscribed")
    assert outside.office.posted == []


async def test_a_notice_names_what_happened_and_is_answered_at_the_staff_address(outside: Outside) -> None:
    review = await outside.closed()
    await outside.mailer.send_due()
    outside.clock.now += timedelta(minutes=1)
    await _voted(outside, review, "unhappy")
    await outside.mailer.send_due()
    [notice] = outside.office.to(SAM.email)
    sent = next(o for o in await outside.store.deliveries(review.id) if o.delivery.recipient == SAM)
    assert notice.mail["Reply-To"] == LINKS.staff_address(sent.delivery.seat)
    assert "Ada rated: Not good" in notice.mail["Subject"]
    assert LINKS.record(review.id, sent.delivery.seat) in notice.text()


async def test_two_notices_about_one_ticket_form_one_thread(outside: Outside) -> None:
    review = await outside.closed()
    await outside.mailer.send_due()
    await _voted(outside, review, "unhappy")
    while await outside.mailer.send_due():
        outside.clock.now += timedelta(seconds=1)
    await _replied(outside, review)
    while await outside.mailer.send_due():
        outside.clock.now += timedelta(seconds=1)
    first, second = outside.office.to(SAM.email)
    assert first.mail["Message-ID"] in str(second.mail["References"])


async def test_an_answer_goes_to_the_customer_in_the_brands_name_and_hides_the_private_address(
    outside: Outside,
) -> None:
    review = await outside.closed()
    await outside.mailer.send_due()
    await _replied(outside, review)
    await outside.mailer.send_due()
    answer = replace(_mail(SAM, "Sorry, we will call you."), sender_name="Sam Smith (private)")
    await outside.store.record(
        review.id, partial(staff_answers.staff_answered, mail=answer, seat=SAM, at=outside.clock())
    )
    await outside.mailer.send_due()
    posted = outside.office.to(ADA.email)[-1]
    assert posted.mail["From"] == "Sam at Acme IT <care@acme.example>"
    assert posted.mail["Reply-To"] == LINKS.customer_address(review.id)
    assert posted.mail["In-Reply-To"] == "<her-reply@customer.example>"
    assert posted.mail["Auto-Submitted"] is None  # a person wrote it (RFC 3834)
    assert "Sorry, we will call you." in posted.text()
    assert b"sam@acme.example" not in posted.raw
    assert b"private" not in posted.raw


async def test_a_signed_mail_holds_under_dkimpy_and_covers_the_one_click_header(outside: Outside) -> None:
    signer = Signer.of("acme.example", "test", private_key("acme.example"))
    await outside.closed()
    await replace(outside.mailer, signers=Signers([signer])).send_due()
    raw = outside.office.posted[0].raw
    assert dkim.verify(raw, dnsfunc=lambda name, timeout=5: resolver(name.decode().rstrip("."), "TXT")[0])
    header = raw.split(b"\r\nFrom:")[0].replace(b"\r\n ", b"")
    assert b"list-unsubscribe-post" in header


def test_a_broken_key_is_named() -> None:
    with pytest.raises(WrongKey, match="cannot sign"):
        Signer.of("acme.example", "test", b"no key")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", ("mail.example", 25, "", "", False, None)),
        ("smtps://u%40x:p%3Aw@mail.example", ("mail.example", 465, "u@x", "p:w", True, False)),
        ("smtp://u:p@mail.example:587?starttls=require", ("mail.example", 587, "u", "p", False, True)),
    ],
)
def test_an_smtp_url_is_read(url: str, expected: tuple[object, ...]) -> None:
    address = read_smtp_url(url)
    assert (
        address.host,
        address.port,
        address.user,
        address.password,
        address.tls,
        address.starttls,
    ) == expected


@pytest.mark.parametrize("url", ["http://x", "smtp://", "smtp://x?starttls=maybe"])
def test_a_wrong_smtp_url_says_what_was_expected(url: str) -> None:
    with pytest.raises(ValueError, match="expected smtp://"):
        read_smtp_url(url)


@pytest.mark.parametrize(
    ("host", "words", "expected"),
    [
        ("email-smtp.eu-west-1.amazonaws.com", "Ok 0102abc-000000", "0102abc-000000@eu-west-1.amazonses.com"),
        ("email-smtp.us-east-1.amazonaws.com", "Ok 0102abc-000000", "0102abc-000000@email.amazonses.com"),
        ("mail.example", "Ok 0102abc-000000", ""),
        ("email-smtp.eu-west-1.amazonaws.com", "queued", ""),
    ],
)
def test_the_id_that_amazon_put_in_place_of_ours_is_kept(host: str, words: str, expected: str) -> None:
    assert reported_id(host, words) == expected


async def test_the_worker_stops_when_told_and_leaves_the_relay_politely(outside: Outside) -> None:
    await outside.closed()
    stop = asyncio.Event()
    running = asyncio.create_task(replace(outside.mailer, idle_seconds=0.05).run(stop))
    await outside.office.wait_for(ADA.email)
    stop.set()
    await asyncio.wait_for(running, 60)


async def _claimed_together(
    outside: Outside, number: int, *, later: timedelta, happens: Callable[[], Awaitable[None]] | None = None
) -> None:
    """So many mails are claimed at once; while the first is being sent, time goes by and something happens."""

    async def look(content: bytes) -> None:
        outside.office.look = None
        outside.clock.now += later
        if happens:
            await happens()

    outside.office.look = look
    work = Work()
    await outside.mailer._claim(work, number)
    work.close()
    (hand,) = outside.mailer._hands()
    await hand.run(work)


async def _deferred(outside: Outside, review: Review) -> timedelta:
    """One attempt that fails for now: how long until the next, at which the clock then stands."""
    assert await outside.mailer.send_due() == 1
    deferred = await outside.the_delivery(review)
    assert deferred.status == "deferred"
    assert "later" in deferred.reason
    assert await outside.mailer.send_due() == 0  # not before its time
    wait = deferred.due_at - outside.clock()
    outside.clock.now = deferred.due_at
    return wait


async def _voted(outside: Outside, review: Review, answer: str) -> None:
    at, rules = outside.clock(), RULES
    hit = f"hit-{answer}"
    visit = Visit("GET", "client", {})
    later = at + rules.min_age
    await outside.store.record(
        review.id, partial(flow.link_opened, hit=hit, link=answer, visit=visit, at=later, rules=rules)
    )
    press = Press(hit, answer, Mode.BUTTON, trusted=True)
    await outside.store.record(review.id, partial(flow.voted, press=press, at=later, rules=rules))
    outside.clock.now = later + timedelta(seconds=1)


async def _replied(outside: Outside, review: Review) -> None:
    mail = _mail(ADA, "It still drops.", message_id="her-reply@customer.example")
    await outside.store.record(review.id, partial(flow.replied, mail=mail, at=outside.clock(), rules=RULES))
    outside.clock.now += timedelta(seconds=1)


def _mail(sender: Person, text: str, message_id: str = "id@x.example") -> Incoming:
    return Incoming(NOW, sender.email, sender.name, "verified", message_id, "b" * 64, "m" * 64, "Re: x", text, "")


def with_manners(outside: Outside, **manners: object) -> Mailer:
    """The same mailer, of a brand that asks so."""
    acme = replace(outside.mailer.composer.brands["acme"], manners=Manners(**manners))  # type: ignore[arg-type]
    return replace(outside.mailer, composer=replace(outside.mailer.composer, brands={"acme": acme}))


async def test_who_does_not_answer_is_reminded_in_the_thread_and_no_more_often_than_wanted(outside: Outside) -> None:
    review = await outside.closed()
    mailer = with_manners(outside, reminders=2, reminder_after=timedelta(days=3))
    sent = []
    for _ in range(15):
        sent.append(await mailer.send_due())
        outside.clock.now += timedelta(days=1)
    assert [day for day, count in enumerate(sent) if count] == [0, 3, 6]
    first, second, third = (posted.mail for posted in outside.office.posted)
    assert second["Subject"] == f"Re: {first['Subject']}"
    assert third["References"] == f"{first['Message-ID']} {second['Message-ID']}"
    assert second["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert all(url in outside.office.posted[2].text() for url in LINKS.rate(review).values())
    log = await outside.store.log(review.id)
    assert log
    assert len(log.sends) == 3


async def test_who_has_answered_is_not_reminded_and_the_record_says_why(outside: Outside) -> None:
    review = await outside.closed()
    mailer = with_manners(outside, reminders=1, reminder_after=timedelta(days=3))
    await mailer.send_due()
    words = Incoming(NOW, ADA.email, ADA.name, "verified", "1@x", "body", "raw", "Re: VPN", "It still drops.", "")
    await outside.store.record(review.id, partial(flow.replied, mail=words, at=NOW, rules=RULES))
    outside.clock.now += timedelta(days=3)
    while await mailer.send_due():
        continue
    reasons = {out.delivery.purpose: out.reason for out in await outside.store.deliveries(review.id)}
    assert reasons[DeliveryKind.REMINDER] == "they have answered"


async def test_of_a_closing_and_its_next_only_the_next_is_asked_about(outside: Outside) -> None:
    first = await outside.closed(closed_at=NOW - timedelta(hours=2))
    second = await outside.closed(closing="again")
    while await outside.mailer.send_due():
        continue
    assert len(outside.office.posted) == 1
    assert (await outside.the_delivery(first)).reason.startswith("the ticket was closed again")
    assert (await outside.the_delivery(second)).status == "sent"


async def test_a_person_with_many_tickets_is_asked_once_in_the_days_of_rest(outside: Outside) -> None:
    mailer = with_manners(outside, rest=timedelta(days=7))
    reviews = [await outside.closed(str(number)) for number in range(5)]
    for _ in range(5):
        while await mailer.send_due():
            continue
        outside.clock.now += timedelta(minutes=1)
    assert len(outside.office.posted) == 1
    ends = Counter([(await outside.the_delivery(review)).reason for review in reviews])
    assert ends == {"": 1, "they were asked less than 7 days ago": 4}


async def test_a_question_waits_for_the_hours_of_the_brand_and_is_not_too_late_for_them(outside: Outside) -> None:
    mailer = with_manners(outside, hours=Hours(8 * 60, 18 * 60, frozenset(range(5))))
    review = await outside.closed()  # a Saturday
    await mailer.send_due()
    waiting = await outside.the_delivery(review)
    assert (waiting.status, waiting.due_at) == ("due", datetime(2026, 11, 23, 8, tzinfo=UTC))
    outside.clock.now = waiting.due_at
    await mailer.send_due()
    assert len(outside.office.posted) == 1


async def test_a_wish_by_mail_is_confirmed_once_and_an_answer_still_arrives(outside: Outside) -> None:
    review = await outside.closed()
    await outside.mailer.send_due()
    wish = Incoming(NOW, ADA.email, ADA.name, "verified", "1@x", "body", "raw", "Re: VPN", "Stop, please", "")
    for _ in range(2):
        await outside.store.record(review.id, partial(flow.replied, mail=wish, at=NOW, rules=RULES))
    while await outside.mailer.send_due():
        continue
    (confirmation,) = [posted for posted in outside.office.posted if "will not be asked" in posted.text()]
    assert confirmation.mail["To"] == "Ada Lovelace <ada@customer.example>"
    assert confirmation.mail["Auto-Submitted"] == "auto-generated"
    assert LINKS.unsubscribe(review.id) in confirmation.text()
    await outside.closed("2")
    await outside.mailer.send_due()
    assert not [posted for posted in outside.office.posted if "ticket 2" in posted.mail["Subject"]]
