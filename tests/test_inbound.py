"""The door in, behind SMTP: whose a stored mail is, what it becomes, and what is never lost or guessed."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import aiosmtplib
import pytest

from inbound.__main__ import keep
from inbound.apart.letters import TEXT_LENGTH_MAX
from inbound.explain import explain
from inbound.reader import LATER, LEASE, TRIES_MAX, Reader
from inbound.recipients import Recipients
from inbound.resolver import LookupLater
from inbound.smtp.door import Door
from inbound.smtp.server import Server, serve
from reviews import flow
from reviews.clicks import decide
from reviews.events import ClosedTicket
from reviews.facts import AutoReply, Bounce, Delivery, Message, Review, StaffAction
from reviews.links import Links
from reviews.log import Log
from reviews.model import SLOTS, By, DeliveryKind, Envelope, Outcome, Person
from reviews.rules import Rules
from reviews.sending import attempted
from reviews.speakers import from_another, speaker
from reviews.tokens import Keys
from reviews.trust import Trust
from store import Settlement, Staff, Store, StoreFullError, mails, migrate_store, open_store, people, quarantine
from store.engines.sqlite import opened
from templates.brands import SHIPPED, read_brands
from templates.contexts import Notice
from templates.letters import letter
from tests.post_office import deliver, resolver, signed, written

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
ADA = Person("ada@customer.example", "Ada Lovelace")
SAM = Person("sam@acme.example", "Sam Smith")
SECRET = "k" * 32
KEYS = Keys([SECRET])
DOMAIN = "reply.acme.example"
LINKS = Links(KEYS, "https://feedback.acme.example", DOMAIN)
RULES = Rules(early=timedelta(0), delay=timedelta(0))
ASKED = "How did we do?\nVPN drops every hour (ticket 48213)"


@dataclass
class Inside:
    """A store with one review whose invitation was sent, the SMTP door before it, and the reader behind."""

    store: Store
    reader: Reader
    server: Server
    review: Review

    async def send(self, raw: bytes, to: str, mail_from: str = ADA.email) -> None:
        """A mail comes in by SMTP and is read."""
        await deliver(self.server.port, raw, mail_from=mail_from, to=to)
        await self.reader.read_waiting()

    async def log(self) -> Log:
        log = await self.store.log(self.review.id)
        assert log is not None
        return log

    async def messages(self) -> tuple[Message, ...]:
        return (await self.log()).of(Message)

    async def another_review(self) -> Review:
        """A second review of the same customer."""
        ticket = ClosedTicket("acme", "zammad", "48214", "2", NOW, "Printer", ADA, SAM, ask="never")
        [review] = flow.ticket_closed(ticket, at=NOW, slots=SLOTS, rules=RULES)
        assert isinstance(review, Review)
        await self.store.record_new(review)
        return review

    async def invitation_id(self) -> str:
        return (await self.store.deliveries(self.review.id))[0].message_id

    async def staff_address(self) -> str:
        """Sam's signed address, once a reply has made a notice."""
        await self.send(_reply("It still drops."), LINKS.customer_address(self.review.id))
        notices = [d for d in (await self.log()).of(Delivery) if d.purpose is DeliveryKind.NOTICE]
        return LINKS.staff_address(notices[0].seat)

    async def waiting(self, status: str) -> list[str]:
        """Why the arrivals of a status are where they are."""
        waiting = await self.store.read(partial(quarantine.waiting, most=10))
        return [one.reason for one in waiting if one.status == status]


@pytest.fixture
async def inside(tmp_path: Path) -> AsyncIterator[Inside]:
    url = f"sqlite:///{tmp_path}/afterword.db"
    migrate_store(url)
    store = open_store(url, rules=RULES, mail_domain=DOMAIN)
    ticket = ClosedTicket("acme", "zammad", "48213", "1", NOW, "VPN drops every hour", ADA, SAM, ask="now")
    review, invitation = flow.ticket_closed(ticket, at=NOW, slots=SLOTS, rules=RULES)
    assert isinstance(review, Review)
    assert isinstance(invitation, Delivery)
    await store.record_new(review, invitation)
    settled = attempted(invitation, outcome=Outcome.SENT, attempt=1, composed_at=NOW, at=NOW)
    await store.settle(Settlement(settled, sent_text=ASKED))
    reader = Reader(store, KEYS, DOMAIN, lambda: NOW, resolver)
    ours = Recipients(KEYS, DOMAIN, frozenset({"care@acme.example"}))
    door = Door(
        accept=partial(keep, store=store, reader=reader),
        recipient=ours.refusal,
        clock=lambda: NOW,
        full=(StoreFullError,),
    )
    server = await serve(door, "127.0.0.1", 0, hostname=DOMAIN)
    yield Inside(store, reader, server, review)
    await server.close()
    await store.close()


def _reply(text: str, *, sender: str = "Ada Lovelace <ada@customer.example>", to: str = "x", **headers: str) -> bytes:
    headers = {"Message_ID": "<her-reply@customer.example>", **headers}
    return written(sender=sender, to=to, subject="Re: How did we do?", text=text, **headers)


def _bounce_mail(status: str) -> bytes:
    """A delivery status notification as Postfix writes it (RFC 3464)."""
    lines = [
        "From: Mail Delivery System <mailer-daemon@mx.customer.example>",
        "Subject: Undelivered Mail Returned to Sender",
        "Auto-Submitted: auto-replied",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "",
        "The mail could not be delivered.",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.customer.example",
        "",
        "Final-Recipient: rfc822; ada@customer.example",
        f"Action: {'failed' if status[0] == '5' else 'delayed'}",
        f"Status: {status}",
        f"Diagnostic-Code: smtp; {'550' if status[0] == '5' else '450'} {status} no such user",
        "--b--",
        "",
    ]
    return "\r\n".join(lines).encode()


@pytest.mark.parametrize(
    ("address", "code"),
    [
        (LINKS.customer_address("a" * 26), 250),
        (LINKS.customer_address("a" * 26).upper(), 250),
        ("care@acme.example", 250),
        (f"postmaster@{DOMAIN}", 250),
        (f"abuse@{DOMAIN}", 250),
        (f"somebody@{DOMAIN}", 550),
        (LINKS.customer_address("a" * 26).replace("@", "a@"), 550),
        (LINKS.customer_address("a" * 26)[2:], 550),
        ("postmaster@elsewhere.example", 550),
        (LINKS.customer_address("a" * 26).replace(DOMAIN, "elsewhere.example"), 550),
    ],
)
async def test_only_what_is_ours_is_taken(inside: Inside, address: str, code: int) -> None:
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=inside.server.port, start_tls=False)
    async with client:
        await client.mail("somebody@x.example")
        if code == 250:
            assert (await client.rcpt(address)).code == 250
        else:
            with pytest.raises(aiosmtplib.SMTPRecipientRefused) as refused:
                await client.rcpt(address)
            assert refused.value.code == code


async def test_a_reply_is_threaded_by_its_signed_address_and_tells_the_agent(inside: Inside) -> None:
    text = f"It still drops.\n\nOn Saturday Acme IT wrote:\n> {ASKED.splitlines()[0]}\n"
    raw = _reply(text)
    await inside.send(raw, LINKS.customer_address(inside.review.id))
    [message] = await inside.messages()
    assert (message.by, message.text, message.sender) == (By.CUSTOMER, "It still drops.", ADA.email)
    assert "How did we do?" in message.trimmed
    assert await inside.store.raw_mail(message.mail) == raw
    [_, notice, late] = (await inside.log()).of(Delivery)
    assert (late.purpose, late.recipient) == (DeliveryKind.OVERDUE, SAM), "who does not answer is reminded"
    assert (notice.purpose, notice.recipient, notice.occasion) == (DeliveryKind.NOTICE, SAM, message.id)


async def test_a_reply_to_the_from_address_is_threaded_by_what_it_answers(inside: Inside) -> None:
    raw = _reply("Thanks!", In_Reply_To=f"<{await inside.invitation_id()}>")
    await inside.send(raw, "care@acme.example")
    assert [message.text for message in await inside.messages()] == ["Thanks!"]


async def test_a_mail_that_names_no_review_is_kept_in_quarantine(inside: Inside) -> None:
    await inside.send(_reply("Hello?", In_Reply_To="<something@else.example>"), "care@acme.example")
    assert await inside.messages() == ()
    assert await inside.waiting(mails.QUARANTINED) == ["nothing in it names a review"]


async def test_the_same_mail_delivered_twice_is_one_message_and_one_notice(inside: Inside) -> None:
    raw = _reply("Again.")
    for _ in range(2):
        await inside.send(raw, LINKS.customer_address(inside.review.id))
    log = await inside.log()
    assert len(log.of(Message)) == 1
    assert [one.purpose for one in log.of(Delivery)][1:] == [DeliveryKind.NOTICE, DeliveryKind.OVERDUE]


async def test_another_mail_under_the_same_id_is_a_second_message_and_marked(inside: Inside) -> None:
    for text in ("First.", "Second."):
        await inside.send(_reply(text), LINKS.customer_address(inside.review.id))
    first, second = await inside.messages()
    assert (first.mark, second.mark) == ("", "another mail carries the same Message-ID")


async def test_a_verified_staff_answer_goes_to_the_customer(inside: Inside) -> None:
    address = await inside.staff_address()
    answer = signed(_reply("We will call you.", sender="Sam <sam@acme.example>", Message_ID="<s@x>"), "acme.example")
    await inside.send(answer, address, SAM.email)
    *_, message = await inside.messages()
    assert (message.by, message.verdict, message.held) == (By.STAFF, Trust.VERIFIED, "")
    delivery = (await inside.log()).of(Delivery)[-1]
    assert (delivery.purpose, delivery.recipient) == (DeliveryKind.ANSWER, ADA)


STAFF_ANSWER = _reply("We will call you.", sender="Sam <sam@acme.example>", Message_ID="<s@x>")


@pytest.mark.parametrize(
    ("title", "raw"),
    [
        ("unsigned", STAFF_ANSWER),
        ("signed by somebody else", signed(STAFF_ANSWER, "evil.example")),
        ("altered", signed(STAFF_ANSWER, "acme.example").replace(b"call you", b"pay you.")),
        ("another sender", signed(STAFF_ANSWER.replace(b"sam@", b"eve@"), "acme.example")),
        ("two senders", b"From: eve@evil.example\r\n" + signed(STAFF_ANSWER, "acme.example")),
        ("a customer", signed(_reply("Me.", Message_ID="<s@x>"), "customer.example")),
    ],
)
async def test_an_answer_that_is_not_surely_theirs_is_held_and_its_owner_told_once(
    inside: Inside, title: str, raw: bytes
) -> None:
    address = await inside.staff_address()
    for _ in range(2):
        await inside.send(raw, address, SAM.email)
    log = await inside.log()
    held = [message for message in log.of(Message) if message.by is By.STAFF]
    assert [bool(message.held) for message in held] == [True]
    told = [(d.purpose, d.recipient) for d in log.of(Delivery)][3:]
    assert told == [(DeliveryKind.HELD, SAM)], title


async def test_a_held_answer_is_sent_once_when_its_owner_says_so(inside: Inside) -> None:
    await inside.send(STAFF_ANSWER, await inside.staff_address(), SAM.email)
    held = (await inside.messages())[-1]
    for action in ("form 1", "form 2"):
        rule = partial(flow.held_answer_sent, message=held.id, action=action, who=SAM.email, at=NOW)
        await inside.store.record(inside.review.id, rule)
    log = await inside.log()
    assert len(log.of(StaffAction)) == 1
    assert [d.purpose for d in log.of(Delivery)][-1] is DeliveryKind.ANSWER


@pytest.mark.parametrize(
    ("status", "permanent"),
    [("5.1.1", True), ("4.2.2", False)],
)
async def test_a_bounce_comes_to_the_envelope_sender_and_suppresses_when_it_is_for_good(
    inside: Inside, status: str, permanent: bool
) -> None:
    delivery = (await inside.log()).of(Delivery)[0]
    await inside.send(_bounce_mail(status), LINKS.bounce_address(delivery.id), "")
    log = await inside.log()
    [bounce] = log.of(Bounce)
    assert (bounce.permanent, bounce.status, bounce.delivery) == (permanent, status, delivery.id)
    assert [suppression.reason for suppression in log.suppressions] == (["bounced"] if permanent else [])
    assert log.of(Message) == ()


async def test_an_out_of_office_is_kept_and_tells_nobody(inside: Inside) -> None:
    raw = _reply("I am away.", Auto_Submitted="auto-replied")
    await inside.send(raw, LINKS.customer_address(inside.review.id))
    log = await inside.log()
    assert (len(log.of(AutoReply)), len(log.of(Message)), len(log.of(Delivery))) == (1, 0, 1)


async def test_a_staff_members_out_of_office_never_reaches_the_customer(inside: Inside) -> None:
    address = await inside.staff_address()
    raw = _reply("I am away.", sender="Sam <sam@acme.example>", Auto_Submitted="auto-replied", Message_ID="<o@x>")
    await inside.send(signed(raw, "acme.example"), address, "")
    assert DeliveryKind.ANSWER not in [d.purpose for d in (await inside.log()).of(Delivery)]


async def test_an_absence_mail_that_names_itself_nowhere_is_no_word_of_the_customer(inside: Inside) -> None:
    await inside.staff_address()
    notice = (await inside.log()).of(Delivery)[1]
    raw = _reply("Ich bin im Urlaub.", sender="Sam <sam@acme.example>", Message_ID="<away@x>")
    await inside.send(raw, LINKS.bounce_address(notice.id), SAM.email)
    log = await inside.log()
    assert (len(log.of(Message)), len(log.of(AutoReply)), len(log.of(Delivery))) == (1, 1, 3)


async def test_a_person_who_answers_the_return_address_of_the_question_is_heard(inside: Inside) -> None:
    question = (await inside.log()).of(Delivery)[0]
    await inside.send(_reply("It still drops."), LINKS.bounce_address(question.id))
    assert [(message.by, message.text) for message in await inside.messages()] == [(By.CUSTOMER, "It still drops.")]


async def test_an_answer_by_way_of_a_mailing_list_is_a_persons(inside: Inside) -> None:
    raw = _reply("Please call me.", List_Id="<helpdesk.customer.example>", Precedence="list")
    await inside.send(raw, LINKS.customer_address(inside.review.id))
    assert [message.text for message in await inside.messages()] == ["Please call me."]


async def test_a_mail_to_two_reviews_joins_both(inside: Inside) -> None:
    other = await inside.another_review()
    addresses = [LINKS.customer_address(id) for id in (inside.review.id, other.id, "a" * 26)]
    await deliver(inside.server.port, _reply("Both of them."), mail_from=ADA.email, to=addresses)
    await inside.reader.read_waiting()
    known = await inside.store.log(other.id)
    assert known is not None
    assert [m.text for m in (*await inside.messages(), *known.of(Message))] == ["Both of them."] * 2
    assert await inside.waiting(mails.QUARANTINED) == ["its review is gone"]  # the third is told apart


async def test_who_left_the_staff_answers_nobody_any_more(inside: Inside) -> None:
    address = await inside.staff_address()
    sam = Staff(SAM.email, SAM.name, "agent", "Network")
    await inside.store.write(partial(people.set_staff, staff=sam, at=NOW))
    await inside.store.write(partial(people.drop_staff, email=SAM.email, at=NOW))
    await inside.send(signed(STAFF_ANSWER, "acme.example"), address, SAM.email)
    assert [message.by for message in await inside.messages()] == [By.CUSTOMER]
    assert await inside.waiting(mails.QUARANTINED) == [
        "it came to the address of somebody who is no longer on the staff"
    ]


async def test_who_is_behind_a_wall_by_now_answers_nobody_either(inside: Inside) -> None:
    address = await inside.staff_address()
    sam = Staff(SAM.email, SAM.name, "agent", "Network", ("zenith",))
    await inside.store.write(partial(people.set_staff, staff=sam, at=NOW))
    await inside.send(signed(STAFF_ANSWER, "acme.example"), address, SAM.email)
    assert [message.by for message in await inside.messages()] == [By.CUSTOMER]
    assert await inside.waiting(mails.QUARANTINED) == [
        "it came to the address of somebody who does not see this brand any more"
    ]


async def test_a_staff_answer_with_files_is_held_since_they_are_not_sent_on(inside: Inside) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Message-ID"] = "Sam <sam@acme.example>", "Re: x", "<files@x>"
    mail.set_content("See the manual.")
    mail.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="manual.pdf")
    raw = mail.as_bytes().replace(b"\n", b"\r\n")
    await inside.send(signed(raw, "acme.example"), await inside.staff_address(), SAM.email)
    assert (await inside.messages())[-1].held == (
        "files are not sent on, and it has some (manual.pdf); its words can be sent"
    )


async def test_a_very_long_mail_says_that_only_its_beginning_is_shown(inside: Inside) -> None:
    await inside.send(_reply("so much to say\n" * 20_000), LINKS.customer_address(inside.review.id))
    [message] = await inside.messages()
    assert len(message.text) <= TEXT_LENGTH_MAX
    assert message.mark == "it is long: only its beginning is shown, the whole mail is kept"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("=?utf-8?b?4oCuc3NvYiBlaHQ=?=", "ssob eht"),
        ("=?utf-8?q?Ada=0d=0aBcc=3A_x?=", "Ada Bcc: x"),
        ('"ada@customer.example"', "ada@customer.example"),
    ],
)
async def test_a_name_is_one_line_that_turns_nothing_about(inside: Inside, name: str, told: str) -> None:
    raw = b"From: " + name.encode() + b" <eve@evil.example>\r\nSubject: =?utf-8?q?a=0d=0aBcc:_x?=\r\n\r\nPay here.\r\n"
    await inside.send(raw, LINKS.customer_address(inside.review.id), "eve@evil.example")
    [message] = await inside.messages()
    assert (message.sender_name, message.sender) == (told, "eve@evil.example")
    assert message.subject == "a  Bcc: x"
    assert message.mark == f"it came from eve@evil.example, not from {ADA.email}"
    log = await inside.log()
    assert speaker(log, message) == "eve@evil.example"
    [notice] = [delivery for delivery in log.of(Delivery) if delivery.purpose is DeliveryKind.NOTICE]
    brand, timeline = read_brands(SHIPPED)["acme"], decide(log, RULES)
    mailed = letter(notice, log, timeline, brand=brand, links=LINKS, now=NOW, trial=False)
    assert isinstance(mailed, Notice)
    assert (mailed.happened, mailed.thread[-1].name) == ("eve@evil.example replied", "eve@evil.example")


@pytest.mark.parametrize(
    ("asked", "sender", "another"),
    [
        (ADA.email, "Ada@Customer.Example", False),
        (ADA.email, "", False),
        (ADA.email, "ada@customer.example.evil.example", True),
        ("ada@xn--bcher-kva.example", "ada@bücher.example", False),
        ("ada@xn--bcher-kva.example", "ada@bucher.example", True),
    ],
)
async def test_who_is_another_than_the_customer(inside: Inside, asked: str, sender: str, another: bool) -> None:
    log = Log(replace(inside.review, contact=Person(asked)))
    assert from_another(log, By.CUSTOMER, sender) is another
    assert not from_another(log, By.STAFF, sender)


async def test_a_crash_between_storing_and_reading_loses_nothing(inside: Inside) -> None:
    await deliver(
        inside.server.port, _reply("Still here."), mail_from=ADA.email, to=LINKS.customer_address(inside.review.id)
    )
    after_restart = replace(inside.reader)
    assert await after_restart.read_waiting() == 1
    assert [message.text for message in await inside.messages()] == ["Still here."]
    assert await after_restart.read_waiting() == 0


async def test_a_dns_that_does_not_answer_is_asked_again_later(inside: Inside) -> None:
    def away(name: str, kind: str) -> tuple[bytes, ...]:
        raise LookupLater(name)

    address = await inside.staff_address()
    answer = signed(STAFF_ANSWER, "acme.example")
    reader = replace(inside.reader, resolver=away)
    await deliver(inside.server.port, answer, mail_from=SAM.email, to=address)
    await reader.read_waiting()
    assert [m.by for m in await inside.messages()] == [By.CUSTOMER]
    later = replace(inside.reader, clock=lambda: NOW + LATER)
    await later.read_waiting()
    assert [(m.by, m.held) for m in await inside.messages()][1:] == [(By.STAFF, "")]


async def test_a_mail_for_an_erased_review_goes_to_quarantine(inside: Inside) -> None:
    await inside.send(_reply("Hello?"), LINKS.customer_address("a" * 26))
    assert await inside.waiting(mails.QUARANTINED) == ["its review is gone"]


async def test_a_mail_that_cannot_be_read_is_kept_and_its_thread_says_so(inside: Inside, tmp_path: Path) -> None:
    await deliver(inside.server.port, _reply("Lost."), mail_from=ADA.email, to=LINKS.customer_address(inside.review.id))
    with opened(tmp_path / "afterword.db") as db:
        db.execute("update mail set raw = 'a disk that gives back text for bytes'")
    for number in range(TRIES_MAX):
        assert await inside.messages() == ()
        await replace(inside.reader, clock=partial(NOW.__add__, number * LEASE)).read_waiting()
    [message] = await inside.messages()
    assert (message.text, message.mark) == ("", "this mail could not be read; it is kept as it came")
    assert await inside.waiting(mails.UNREADABLE) == ["it could not be read (TypeError)"]


@pytest.mark.parametrize(
    "raw",
    [b"", b"\r\n\r\n", b"\xff\xfe\x00garbage", b"Subject: " + b"=?utf-8?q?" * 5_000 + b"\r\n\r\nx\r\n"],
)
async def test_an_odd_mail_is_kept_whole_and_shown_in_its_thread(inside: Inside, raw: bytes) -> None:
    content = raw.replace(b"\x00", b"") + b"\r\n"
    await inside.send(content, LINKS.customer_address(inside.review.id))
    [message] = await inside.messages()
    assert await inside.store.raw_mail(message.mail) == content


def test_explain_tells_kind_words_review_and_sender() -> None:
    raw = signed(_reply("Great, thanks.\n\n-- \nAda", to=LINKS.customer_address("a" * 26)), "customer.example")
    told = explain(raw, keys=[SECRET], resolver=resolver)
    assert told["kind"] == "human"
    assert told["reply"] == "Great, thanks."
    assert told["review"] == {"prefix": "r", "id": "a" * 26}
    assert told["sender"] == {"address": ADA.email, "verdict": "verified", "reason": "signed by customer.example"}
    assert explain(raw)["review"] is None


FEEDBACK = b"""From: Feedback <fbl@customer.example>\r
To: x\r
Subject: complaint\r
Message-ID: <fbl-1@customer.example>\r
Content-Type: multipart/report; report-type=feedback-report; boundary=b\r
\r
--b\r
Content-Type: text/plain\r
\r
This is an email abuse report.\r
--b\r
Content-Type: message/feedback-report\r
\r
Feedback-Type: abuse\r
User-Agent: Provider/1\r
Version: 1\r
\r
--b--\r
"""


async def test_who_reported_a_question_as_spam_is_not_asked_again(inside: Inside) -> None:
    (invitation,) = (await inside.log()).of(Delivery)
    for _ in range(2):
        await inside.send(FEEDBACK, LINKS.bounce_address(invitation.id), mail_from="")
    log = await inside.log()
    assert (log.suppressed, len(log.suppressions), len(log.of(Message))) == ("complained", 1, 0)


async def test_who_says_that_a_question_is_no_spam_is_asked_again(inside: Inside) -> None:
    (invitation,) = (await inside.log()).of(Delivery)
    report = FEEDBACK.replace(b"Feedback-Type: abuse", b"Feedback-Type: not-spam")  # RFC 6430
    await inside.send(report, LINKS.bounce_address(invitation.id), mail_from="")
    log = await inside.log()
    assert (log.suppressed, log.of(AutoReply)[0].reason) == ("", "feedback report: not-spam, from Provider/1")


async def test_what_a_machine_of_the_staffs_reports_is_no_complaint_of_the_customers(inside: Inside) -> None:
    await inside.send(FEEDBACK, await inside.staff_address(), mail_from="")
    assert (await inside.log()).suppressed == ""


def test_explain_tells_a_forged_sender_by_the_envelope_it_came_with() -> None:
    def strict(name: str, kind: str) -> tuple[bytes, ...]:
        return (b"v=DMARC1; p=reject",) if name == "_dmarc.customer.example" else ()

    envelope = Envelope(NOW, "192.0.2.1", "x.example", "eve@evil.example", (), True)
    told = explain(_reply("Pay here."), resolver=strict, envelope=envelope)
    assert told["sender"] == {
        "address": ADA.email,
        "verdict": "forged",
        "reason": "customer.example proves all of its mail and asks to reject what has no proof, like this",
    }


async def test_who_is_away_is_known_to_be_until_the_day_they_named(inside: Inside) -> None:
    raw = _reply("I am away until 5 January 2027.").replace(
        b"Subject: ", b"Auto-Submitted: auto-replied\r\nSubject: ", 1
    )
    await inside.send(raw, LINKS.customer_address(inside.review.id))
    (answer,) = (await inside.log()).of(AutoReply)
    assert answer.back_at == datetime(2027, 1, 6, tzinfo=UTC)
