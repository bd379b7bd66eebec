"""Machines are told from people, and what they tell is read: each notice and bounce as its program writes it."""

import pytest

from reviews.bounces import read_bounce
from reviews.classify import Kind, classify
from reviews.mail import read_mail
from tests.replies.machines import (
    ABSENCES,
    AUTOMATIC,
    NO_ABSENCES,
    RETURNED,
    SUBJECTS,
    SURVEY_ID,
    Automatic,
    Returned,
)


@pytest.mark.parametrize("answer", AUTOMATIC, ids=lambda answer: answer.name)
def test_an_automatic_answer_is_told_and_its_return_read(answer: Automatic) -> None:
    verdict = classify(read_mail(answer.raw), mail_from=answer.mail_from)
    assert (verdict.kind, verdict.away_until) == (Kind.AUTO_REPLY, answer.until), verdict.reason
    assert verdict.reason


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_subject_of_an_automatic_answer_is_known_in_its_language(subject: str) -> None:
    raw = f"From: ada@customer.example\nSubject: {subject}\n\nHello\n".encode()
    assert classify(read_mail(raw), mail_from="ada@customer.example").kind is Kind.AUTO_REPLY


@pytest.mark.parametrize("subject", ABSENCES)
def test_an_absence_is_told_by_its_subject_and_its_words(subject: str) -> None:
    raw = f"From: ada@customer.example\nSubject: {subject}\n\nI am out of the office.\n".encode()
    assert classify(read_mail(raw), mail_from="ada@customer.example").kind is Kind.AUTO_REPLY


@pytest.mark.parametrize("subject", NO_ABSENCES)
def test_a_person_who_speaks_of_absences_is_a_person(subject: str) -> None:
    raw = f"From: ada@customer.example\nSubject: {subject}\n\nSam was on vacation, nobody came.\n".encode()
    assert classify(read_mail(raw), mail_from="ada@customer.example").kind is Kind.HUMAN


@pytest.mark.parametrize("subject", SUBJECTS)
def test_an_answer_to_an_automatic_answer_is_a_persons(subject: str) -> None:
    raw = f"From: ada@customer.example\nSubject: Re: {subject}\n\nHello\n".encode()
    assert classify(read_mail(raw), mail_from="ada@customer.example").kind is Kind.HUMAN


@pytest.mark.parametrize("bounce", RETURNED, ids=lambda bounce: bounce.name)
@pytest.mark.parametrize("mail_from", ["", "MAILER-DAEMON@mx.customer.example"])
def test_a_bounce_is_told_and_read(bounce: Returned, mail_from: str) -> None:
    mail = read_mail(bounce.raw)
    assert classify(mail, mail_from=mail_from).kind is Kind.BOUNCE
    told = read_bounce(mail)
    assert (told.permanent, told.status, told.recipient) == (bounce.permanent, bounce.status, "ada@customer.example")
    assert told.words == f"{'for good' if bounce.permanent else 'for now'}: {bounce.meaning}"
    if bounce.names_ours:
        assert told.original_id == SURVEY_ID


@pytest.mark.parametrize(
    ("sender", "subject", "body"),
    [
        ("Bouncers Ltd <info@bounce-house.example>", "Delivery failed", "The castle did not come."),
        ("Ada <ada@customer.example>", "Undeliverable parcel", "The parcel was returned to sender. Where is it?"),
        ("Ada <ada@customer.example>", "Re: Out of office", "So who looks after it until 30 November?"),
        ("Ada <ada@customer.example>", "Delivery failed again", "Your driver did not come."),
        ("Postmaster <postmaster@customer.example>", "Re: How did we do?", "Fine, thanks.\n> RCPT TO: x"),
        ("Postmaster <postmaster@customer.example>", "Mail", "Our log says\n550 5.1.1 for one of your users."),
        ("Administrator <administrator@school.example>", "Re: How did we do?", "Sam was quick."),
        ("Ada <ada@noreply-fans.example>", "Your ticket", "I never got a reply."),
        ("Ada <ada@customer.example>", "Please confirm", "Please confirm that somebody is coming."),
        ("Ada <ada@customer.example>", "Vacation", "I am on vacation next week, please call before."),
        ("Ada <ada@customer.example>", "", "mailbox full again, help!"),
        ("Ada <ada@customer.example>", "Auto repair", "My car was repaired well."),
        ("Ada <ada@customer.example>", "Autobahn", "Der Techniker stand im Stau."),
        ("Ada <ada@customer.example>", "Away team", "They were nice."),
    ],
)
def test_a_person_who_speaks_of_such_things_is_a_person(sender: str, subject: str, body: str) -> None:
    raw = f"From: {sender}\nSubject: {subject}\n\n{body}\n".encode()
    assert classify(read_mail(raw), mail_from="ada@customer.example").kind is Kind.HUMAN


PARTS = "boundary=cut\n\n--cut\n\nWords\n--cut\nContent-Type: "
REPORT = f"Content-Type: multipart/report; report-type={{0}}; {PARTS}{{1}}\n\n{{2}}\n--cut--"
CALENDAR = f"Content-Type: multipart/alternative; {PARTS}text/calendar\n\n{{0}}\n--cut--"


@pytest.mark.parametrize(
    ("kind", "head"),
    [
        (Kind.COMPLAINT, REPORT.format("feedback-report", "message/feedback-report", "Feedback-Type: abuse")),
        (Kind.COMPLAINT, "Subject: unsubscribe\nX-Apple-Unsubscribe: true\nAuto-Submitted: auto-replied\n\n"),
        (Kind.COMPLAINT, 'x-amz-sns-message-id: 1\n\n{"notificationType":"Complaint"}'),
        (Kind.COMPLAINT, 'x-amz-sns-message-id: 1\n\n{"Message" : "{\\"notificationType\\":\\"Complaint\\"}"}'),
        (Kind.RECEIPT, REPORT.format("disposition-notification", "message/disposition-notification", "Disposition: x")),
        (Kind.RECEIPT, "Subject: Read: x\nContent-Class: urn:content-classes:mdn\n\nYour message was read."),
        (Kind.BOUNCE, "Subject: x\nContent-Class: urn:content-classes:dsn\n\nIt did not reach him."),
        (Kind.CALENDAR, CALENDAR.format("BEGIN:VCALENDAR\nMETHOD:REPLY")),
        (Kind.CALENDAR, CALENDAR.format("BEGIN:VCALENDAR\nMETHOD:COUNTER")),
        (Kind.HUMAN, CALENDAR.format("BEGIN:VCALENDAR\nMETHOD:REQUEST")),  # somebody asks for a meeting
        (Kind.LIST_MAIL, "List-Id: <talk.x.example>\n\nVery well."),
    ],
)
def test_what_says_what_it_is_is_believed(kind: Kind, head: str) -> None:
    verdict = classify(read_mail(f"From: ada@customer.example\n{head}\n".encode()), mail_from="ada@customer.example")
    assert verdict.kind is kind, verdict.reason


@pytest.mark.parametrize(
    ("feedback", "accuses"),
    [("abuse", True), ("fraud", True), ("not-spam", False), ("auth-failure", False), ("", True)],
)
def test_a_feedback_report_is_told_with_its_type_and_only_some_accuse(feedback: str, accuses: bool) -> None:
    fields = f"Feedback-Type: {feedback}\nUser-Agent: Provider/1\nVersion: 1"
    raw = f"From: fbl@provider.example\n{REPORT.format('feedback-report', 'message/feedback-report', fields)}\n"
    verdict = classify(read_mail(raw.encode()), mail_from="fbl@provider.example")
    assert (verdict.kind, verdict.accuses) == (Kind.COMPLAINT, accuses)
    assert verdict.reason == f"feedback report: {f'{feedback}, ' if feedback else ''}from Provider/1"


@pytest.mark.parametrize(
    "head",
    [
        "Subject: Re: support request\nX-Auto-Response-Suppress: All",  # an agent, through a help desk
        "Subject: Please confirm the date\nPrecedence: bulk\nList-Id: <talk.x.example>",
        "Subject: Re: How did we do?\nX-Auto-Response-Suppress: OOF, AutoReply\nX-Mailer: Zendesk Mailer",
    ],
)
def test_a_person_behind_a_program_is_a_person(head: str) -> None:
    raw = f"From: Ada <ada@customer.example>\n{head}\n\nWe shall see.\n".encode()
    assert classify(read_mail(raw), mail_from="ada@customer.example").kind in {Kind.HUMAN, Kind.LIST_MAIL}


@pytest.mark.parametrize(
    "raw",
    [
        b"From: ada@customer.example\nSubject: Re: x\n\n\n \n",
        b"From: ada@customer.example\nContent-Type: text/html\n\n<html><body><p>&nbsp;</p><br></body></html>",
    ],
)
def test_a_mail_without_a_word_is_empty(raw: bytes) -> None:
    assert classify(read_mail(raw), mail_from="ada@customer.example").kind is Kind.EMPTY
