"""Kinds of mail: one small mail each, as the programs write them."""

import pytest

from reviews.bounces import read_bounce
from reviews.classify import Kind, classify
from reviews.mail import read_mail

REPORT = """\
From: MAILER-DAEMON@mx.example (Mail Delivery System)
Subject: {subject}
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ada@customer.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnosis}
 (in reply to RCPT TO command)

--cut
Content-Type: message/rfc822

Message-ID: <survey-1@mail.acme.example>
Subject: How did we do?

Hello
--cut--
"""


def mail(head: str, body: str = "Hello", sender: str = "Ada <ada@customer.example>") -> bytes:
    return f"From: {sender}\nTo: r+token@acme.example\n{head}\n\n{body}\n".encode()


@pytest.mark.parametrize(
    ("kind", "mail_from", "raw"),
    [
        (Kind.HUMAN, "ada@customer.example", mail("Subject: Re: How did we do?")),
        (Kind.HUMAN, "ada@customer.example", mail("Subject: Re: Out of office")),
        (Kind.HUMAN, "ada@customer.example", mail("Subject: Re: x\nAuto-Submitted: no")),
        (Kind.HUMAN, "ada@customer.example", mail("Subject: Re: x\nX-Auto-Response-Suppress: All")),
        (
            Kind.HUMAN,
            "postmaster@customer.example",
            mail("Subject: Re: How did we do?", sender="postmaster@customer.example"),
        ),
        (Kind.HUMAN, "ada@customer.example", mail("Subject: Undeliverable parcel", "Where is it?")),
        (Kind.HUMAN, "ada@customer.example", b"no header at all"),
        (Kind.RECEIPT, "", REPORT.format(subject="x", action="delivered", status="2.0.0", diagnosis="250 OK").encode()),
        (
            Kind.BOUNCE,
            "",
            REPORT.format(subject="Undelivered", action="failed", status="5.1.1", diagnosis="x").encode(),
        ),
        (Kind.BOUNCE, "", mail("Subject: whatever")),
        (Kind.BOUNCE, "<>", mail("Subject: failure notice", sender="MAILER-DAEMON@mx.example")),
        (
            Kind.BOUNCE,
            "x@mx.example",
            mail("Subject: Mail delivery failed", sender="Mail Delivery System <Mailer-Daemon@mx.example>"),
        ),
        (Kind.BOUNCE, "postmaster@mx.example", mail("Subject: Undeliverable: Survey", sender="postmaster@mx.example")),
        (Kind.BOUNCE, "x@mx.example", mail("Subject: x\nX-Failed-Recipients: ada@customer.example")),
        (Kind.BOUNCE, None, b"Return-Path: <>\n" + mail("Subject: whatever")),
        (
            Kind.COMPLAINT,
            "fbl@mx.example",
            mail("Content-Type: multipart/report; report-type=feedback-report; boundary=x"),
        ),
        (Kind.RECEIPT, "", mail("Content-Type: multipart/report; report-type=disposition-notification; boundary=x")),
        (Kind.CALENDAR, "a@x.example", mail("Content-Type: text/calendar; method=REPLY", "BEGIN:VCALENDAR")),
        (Kind.LIST_MAIL, "l@x.example", mail("Subject: x\nList-Id: <talk.x.example>")),
        (Kind.LIST_MAIL, "l@x.example", mail("Subject: x\nPrecedence: bulk")),
        (Kind.LOOP, "a@x.example", mail("Subject: x\nMessage-ID: <1@mail.acme.example>")),
        (Kind.LOOP, "a@x.example", mail("\n".join(["Subject: x", *["Received: from a by b"] * 41]))),
        # vacation(1), sieve, Gmail, Yahoo: RFC 3834
        (Kind.AUTO_REPLY, "", mail("Subject: Re: How did we do?\nAuto-Submitted: auto-replied (vacation)")),
        (Kind.AUTO_REPLY, "", mail("Subject: x\nAuto-Submitted: auto-replied\nPrecedence: bulk")),
        (Kind.AUTO_REPLY, "help@x.example", mail("Subject: [Request received] x\nAuto-Submitted: auto-generated")),
        # Exchange and Outlook rules
        (Kind.AUTO_REPLY, "a@x.example", mail("Subject: Automatic reply: How did we do?")),
        (Kind.AUTO_REPLY, "a@x.example", mail("Subject: Re: x\nX-MS-Exchange-Inbox-Rules-Loop: a@x.example")),
        (
            Kind.AUTO_REPLY,
            "a@x.example",
            mail("Subject: Re: x\nX-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent"),
        ),
        # cPanel, Exim, GMX, Freshdesk and others
        (Kind.AUTO_REPLY, "a@x.example", mail("Subject: Away\nX-Autorespond: x")),
        (Kind.AUTO_REPLY, "a@x.example", mail("Subject: Away\nX-Autoreply: yes")),
        (Kind.AUTO_REPLY, "a@x.example", mail("Subject: Away\nPrecedence: auto_reply")),
        (Kind.AUTO_REPLY, "a@x.example", mail("Subject: Away\nPrecedence: junk")),
        *(
            (Kind.AUTO_REPLY, "a@x.example", mail(f"Subject: {subject}"))
            for subject in (
                "Out of Office: Re: How did we do?",
                "Automatische Antwort: Umfrage",
                "Abwesenheitsnotiz: Umfrage",
                "Réponse automatique : enquête",
                "Respuesta automática: encuesta",
                "Risposta automatica: sondaggio",
                "Automatisch antwoord: enquête",
                "Resposta automática: inquérito",
                "Autosvar: undersøgelse",
                "Odpowiedź automatyczna: ankieta",
                "Автоответ: опрос",
                "自动回复: 调查",
                "自動返信: アンケート",
                "자동 회신: 설문",
                "=?utf-8?q?Automatick=C3=A1_odpov=C4=9B=C4=8F?=",
            )
        ),
    ],
)
def test_each_kind_is_told(kind: Kind, mail_from: str | None, raw: bytes) -> None:
    verdict = classify(read_mail(raw), mail_from=mail_from, own_domains=["mail.acme.example"])
    assert verdict.kind is kind, verdict.reason
    assert verdict.reason


@pytest.mark.parametrize(
    ("action", "status", "diagnosis", "permanent"),
    [
        ("failed", "5.1.1", "550 5.1.1 User unknown", True),
        ("failed", "5.0.0", "550 no such user", True),
        ("delayed", "4.4.1", "connection timed out", False),
        ("failed", "4.2.2", "452 mailbox full", False),
        ("failed", "", "550 5.7.1 refused", True),
        ("delivered", "2.0.0", "250 ok", False),
    ],
)
def test_a_report_says_whether_it_is_for_good(action: str, status: str, diagnosis: str, permanent: bool) -> None:
    raw = REPORT.format(subject="Report", action=action, status=status, diagnosis=diagnosis).encode()
    bounce = read_bounce(read_mail(raw))
    assert bounce.permanent is permanent
    assert bounce.recipient == "ada@customer.example"
    assert bounce.reason == f"{diagnosis} (in reply to RCPT TO command)"
    assert bounce.original_id == "survey-1@mail.acme.example"


@pytest.mark.parametrize(
    ("text", "permanent", "status"),
    [
        ("Your mail to <ada@customer.example> failed:\n550 5.1.1 no such user here", True, "5.1.1"),
        ("<ada@customer.example>: User unknown", True, ""),
        ("ada@customer.example\nmessage delayed, will be retried", False, ""),
        ("ada@customer.example\n452 4.2.2 mailbox full", False, "4.2.2"),
        ("Something about ada@customer.example went wrong.", False, ""),
    ],
)
def test_a_bounce_without_a_report_is_read_from_its_words(text: str, permanent: bool, status: str) -> None:
    bounce = read_bounce(read_mail(mail("Subject: failure notice", text, sender="MAILER-DAEMON@mx.example")))
    assert (bounce.permanent, bounce.status, bounce.recipient) == (permanent, status, "ada@customer.example")


def test_a_forwarded_bounce_is_a_persons_mail() -> None:
    inner = REPORT.format(subject="x", action="failed", status="5.1.1", diagnosis="x")
    raw = mail(
        "Subject: Fwd: Undelivered\nContent-Type: multipart/mixed; boundary=outer",
        f"--outer\n\nLook at this.\n--outer\nContent-Type: message/rfc822\n\n{inner}\n--outer--",
    )
    assert classify(read_mail(raw), mail_from="ada@customer.example").kind is Kind.HUMAN
