"""What do machines answer: each absence notice, receipt and bounce as its program writes it, and what is expected?

Learned from the programs' own documentation and sources: RFC 3834, 3464, 6533, 5965 and 8098; vacation(1), Pigeonhole
Sieve, Exim's autoreply transport, Postfix' bounce(5), qmail-send(8), Sendmail's mailer-daemon; Exchange's and Gmail's
notices as sisimai's and flufl.bounce's documentation describe them.
"""

from dataclasses import dataclass
from datetime import date

SURVEY_ID = "survey-1@mail.acme.example"
ADA = "Ada Example <ada@customer.example>"
DAEMON = "Mail Delivery Subsystem <MAILER-DAEMON@mx.customer.example>"


@dataclass(frozen=True)
class Automatic:
    """An automatic answer; `until` is the day its notice names, None where it names none."""

    name: str
    headers: str
    body: str = "I am out of the office."
    mail_from: str = "ada@customer.example"
    sender: str = ADA
    until: date | None = None

    @property
    def raw(self) -> bytes:
        head = f"From: {self.sender}\nTo: b+token@reply.acme.example\nDate: Sat, 21 Nov 2026 10:00:00 +0000\n{self.headers}"
        return f"{head}\nContent-Type: text/plain; charset=utf-8\n\n{self.body}\n".encode()


END = date(2026, 11, 30)
# fmt: off
AUTOMATIC = (
    Automatic("exchange-365", "Subject: Automatic reply: How did we do?\nAuto-Submitted: auto-generated\nX-Auto-Response-Suppress: All", "I am out of the office until 30 November 2026.", until=END),
    Automatic("exchange-on-prem", "Subject: Automatic reply: How did we do?\nX-Auto-Response-Suppress: All\nX-MS-Exchange-Inbox-Rules-Loop: ada@customer.example"),
    Automatic("exchange-2003", "Subject: Out of Office AutoReply: How did we do?\nX-MimeOLE: Produced By Microsoft Exchange V6.5", "I will be back on November 30th.", until=END),
    Automatic("exchange-german", "Subject: Automatische Antwort: Wie waren wir?", "Ich bin bis einschließlich 30.11.2026 nicht im Büro.", until=END),
    Automatic("exchange-french", "Subject: Réponse automatique : enquête", "Je suis absente jusqu'au 30 novembre inclus.", until=END),
    Automatic("exchange-spanish", "Subject: Respuesta automática: encuesta", "Estaré fuera hasta el 30 de noviembre.", until=END),
    Automatic("exchange-italian", "Subject: Risposta automatica: sondaggio", "Sono assente fino al 30 novembre.", until=END),
    Automatic("exchange-dutch", "Subject: Automatisch antwoord: vraag", "Ik ben afwezig tot en met 30 november.", until=END),
    Automatic("exchange-polish", "Subject: Odpowiedź automatyczna: ankieta", "Jestem na urlopie do 30 listopada.", until=END),
    Automatic("exchange-russian", "Subject: Автоматический ответ: опрос", "Я в отпуске до 30 ноября.", until=END),
    Automatic("exchange-japanese", "Subject: 自動応答: アンケート", "11月30日まで不在です。", until=END),
    Automatic("outlook-rule", "Subject: Re: How did we do?\nX-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent"),
    Automatic("gmail-vacation", "Subject: Vacation Re: How did we do?\nAuto-Submitted: auto-replied\nPrecedence: bulk\nX-Autoreply: yes"),
    Automatic("yahoo", "Subject: Auto: Re: How did we do?\nAuto-Submitted: auto-replied\nX-Yahoo-Autoreply: yes"),
    Automatic("icloud", "Subject: Re: How did we do?\nAuto-Submitted: auto-replied (vacation)"),
    Automatic("gmx", "Subject: Abwesenheitsnotiz: Wie waren wir?\nX-Autoreply: yes\nPrecedence: bulk"),
    Automatic("zimbra", "Subject: Re: How did we do?\nAuto-Submitted: auto-replied (zimbra; vacation)\nPrecedence: bulk", mail_from=""),
    Automatic("cpanel", "Subject: Away\nX-Autorespond: How did we do?\nPrecedence: auto_reply"),
    Automatic("exim", "Subject: I am on holiday\nAuto-Submitted: auto-replied\nX-Auto-Reply: yes", mail_from=""),
    Automatic("vacation", "Subject: away from my mail\nPrecedence: junk", mail_from="", until=END, body="I will return on 30 Nov."),
    Automatic("sieve", "Subject: Auto: How did we do?\nAuto-Submitted: auto-replied (vacation)\nX-Sieve: Pigeonhole Sieve 0.5", mail_from=""),
    Automatic("lotus-agent", "Subject: AUTO: Ada Example is out of the office (returning 11/30/2026)\nX-Mailer: Lotus Notes Release 8.5", "Note: this is an automated response.", until=END),
    Automatic("groupwise", "Subject: Auto-Reply: How did we do?\nX-Mailer: Novell GroupWise"),
    Automatic("zendesk", "Subject: [Request received] How did we do?\nAuto-Submitted: auto-generated\nX-Mailer: Zendesk Mailer", "Your request (4711) has been received.", sender="Support <support@customer.example>"),
    Automatic("freshdesk", "Subject: Ticket Received - How did we do?\nX-Auto-Response-Suppress: All", "We got your mail.", sender="Support <help@customer.example>"),
    Automatic("freescout", "Subject: Request received\nX-FreeScout-Mail-Type: auto.reply", sender="Support <help@customer.example>"),
    Automatic("robot-receipt", "Subject: Your request has been received (#4711)", "Thank you.", sender="Desk <no-reply@desk.customer.example>"),
    Automatic("german-receipt", "Subject: Eingangsbestätigung Ihrer Nachricht\nPrecedence: bulk", "Danke.", sender="Service <service@customer.example>"),
    Automatic("proton", "Subject: Auto: Re: How did we do?\nAuto-Submitted: auto-replied"),
    Automatic("fastmail", "Subject: Re: How did we do?\nAuto-Submitted: auto-replied\nX-Sieve: CMU Sieve"),
    Automatic("naver", "Subject: [자동응답] 설문", "2026년 11월 30일까지 휴가입니다.", until=END),
    Automatic("qq", "Subject: 自动回复: 调查", "这是来自QQ邮箱的假期自动回复邮件。"),
    Automatic("boxbe", "Subject: How did we do? [Boxbe Waitlist] (Action Required)\nX-Boxbe-Info: yes", "Please verify.", sender="Ada via Boxbe <ada@boxbe.example>"),
    Automatic("spamarrest", "Subject: Re: How did we do? (verification)\nX-Spamarrest-Challenge: 1", "Please click."),
    Automatic("tmda", "Subject: Please confirm your message\nPrecedence: bulk\nAuto-Submitted: auto-replied", "Confirm."),
    Automatic("challenge", "Subject: Please confirm your message to ada@customer.example", "Confirm.", sender="Filter <noreply@customer.example>"),
    Automatic("null-sender-notice", "Subject: Re: How did we do?", "I am on vacation until 30 November.", mail_from="", until=END),
    Automatic("mailbox-moved", "Subject: Auto Response: my address has changed\nX-Autoresponder: yes", "Write to ada@new.example."),
)
SUBJECTS = (  # of automatic answers, one or more for each of 30 languages
    "Automatic reply: x", "Out of office: x", "Automatische Antwort: x", "Abwesend: x", "Réponse automatique : x",
    "Absence du bureau : x", "Respuesta automática: x", "Fuera de la oficina: x", "Resposta automática: x",
    "Risposta automatica: x", "Fuori sede: x", "Automatisch antwoord: x", "Afwezig: x", "Autosvar: x",
    "Automatisk svar: x", "Automatiskt svar: x", "Frånvarande: x", "Automaattinen vastaus: x", "Odpowiedź automatyczna: x",
    "Automatická odpověď: x", "Automatická odpoveď: x", "Automatikus válasz: x", "Răspuns automat: x",
    "Automatski odgovor: x", "Samodejni odgovor: x", "Автоответ: x", "Автоматична відповідь: x", "Автоматичен отговор: x",
    "Αυτόματη απάντηση: x", "Otomatik yanıt: x", "Automatinis atsakymas: x", "Automātiska atbilde: x",
    "Automaatvastus: x", "Resposta automàtica: x", "Balasan otomatis: x", "Trả lời tự động: x", "ตอบกลับอัตโนมัติ: x",
    "رد تلقائي: x", "תשובה אוטומטית: x", "自动回复: x", "自動回覆: x", "自動返信: x", "자동 회신: x", "부재중: x",
)
# What people write about as well, above a text that speaks of an absence; and what is theirs in spite of such a text.
ABSENCES = (
    "OOO Re: x", "I'm out of the office", "I am currently out of the office", "Away from office", "Vacation: x",
    "Holiday: x", "On annual leave Re: x", "Maternity leave Re: x", "On leave until 30 Nov", "Absent: x", "Außer Haus: x",
    "Urlaub: x", "Ich bin nicht im Büro", "Absence : x", "Absent(e) du bureau : x", "En congés : x", "Ausente: x",
    "De vacaciones: x", "Assente: x", "In ferie: x", "Met vakantie: x", "Ik ben afwezig", "De férias: x", "Ferie: x",
    "Semester: x", "Lomalla: x", "Urlop: x", "Dovolená: x", "Szabadság: x", "Odsutan: x", "Odsoten: x", "Отпуск: x",
    "Вне офиса: x", "Відпустка: x", "Извън офиса: x", "İzinde: x", "Atostogos: x", "Puhkusel: x", "【自动回复】x",
    "外出自动回复: x", "不在办公室: x", "【自動返信】x", "休暇中: x", "[부재중] x", "휴가 중: x", "إجازة: x", "Vắng mặt: x", "OTOMATİK YANIT: x",
)
NO_ABSENCES = (
    "Vacation", "Vacation rental was not cleaned", "Holiday booking 4711", "Urlaubsantrag nicht gespeichert", "Absence of a reply",
    "Ausencia de respuesta", "Congés payés", "Férias canceladas", "Semester bokning", "Assente supporto", "Absent technicien",
    "Abwesenheit von Sam", "Automatic door broken", "Automatische Updates gehen nicht", "自动门坏了", "자동차 보험",
)
# fmt: on


@dataclass(frozen=True)
class Returned:
    """A bounce; `permanent`, `status` and `meaning` are what is expected of it."""

    name: str
    raw: bytes
    permanent: bool
    status: str
    meaning: str
    names_ours: bool = True  # whether it returns our Message-ID


def _report(
    name: str,
    *,
    action: str,
    status: str,
    diagnosis: str,
    meaning: str,
    sender: str = DAEMON,
    subject: str = "Undelivered Mail Returned to Sender",
    utf8: bool = False,
    permanent: bool | None = None,
) -> Returned:
    """A bounce in the standard's form (RFC 3464, RFC 6533)."""
    type_ = f"message/{'global-' if utf8 else ''}delivery-status"
    address = f"{'utf-8' if utf8 else 'rfc822'}; ada@customer.example"
    gone = action == "failed" and status[0] == "5" if permanent is None else permanent
    raw = f"""From: {sender}
To: b+token@reply.acme.example
Subject: {subject}
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain; charset=utf-8

I'm sorry to have to inform you that your message could not be delivered.

--cut
Content-Type: {type_}

Reporting-MTA: dns; mx.customer.example

Final-Recipient: {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnosis}

--cut
Content-Type: message/rfc822

Message-ID: <{SURVEY_ID}>
Subject: How did we do?

Hello
--cut--
"""
    return Returned(name, raw.encode(), gone, status, meaning)


def _words(
    name: str,
    body: str,
    *,
    permanent: bool,
    status: str,
    meaning: str,
    sender: str = DAEMON,
    subject: str = "failure notice",
    names_ours: bool = True,
) -> Returned:
    """A bounce that follows no standard: words, mostly with our mail below them."""
    returned = f"\n\nMessage-ID: <{SURVEY_ID}>\nSubject: How did we do?\n" if names_ours else ""
    head = f"From: {sender}\nTo: b+token@reply.acme.example\nSubject: {subject}"
    raw = f"{head}\nContent-Type: text/plain; charset=utf-8\n\n{body}{returned}"
    return Returned(name, raw.encode(), permanent, status, meaning, names_ours)


GONE, FULL, SPAM = "there is no such address", "the mailbox is full", "it was taken for spam"
NO_DOMAIN, LATE = "there is no such domain", "it took too long"
POSTMASTER = "postmaster@customer.example"
SNS = '{"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":"ada@customer.example","action":"failed","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 user unknown"}]},"mail":{"messageId":"survey-1@mail.acme.example"}}'
# fmt: off
RETURNED = (
    _report("postfix", action="failed", status="5.1.1", diagnosis="550 5.1.1 <ada@customer.example>: Recipient address rejected: User unknown", meaning=GONE),
    _report("postfix-delayed", action="delayed", status="4.4.1", diagnosis="connect to mx.customer.example: Connection timed out", meaning="the receiving server does not answer", subject="Delayed Mail (still being retried)"),
    _report("postfix-expired", action="failed", status="4.4.1", diagnosis="connect to mx.customer.example: Connection timed out", meaning="the receiving server does not answer", permanent=False),
    _report("sendmail", action="failed", status="5.1.1", diagnosis="550 5.1.1 <ada@customer.example>... User unknown", meaning=GONE, subject="Returned mail: see transcript for details"),
    _report("exchange-365", action="failed", status="5.1.10", diagnosis="550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", meaning=GONE, sender=f"Microsoft Outlook <{POSTMASTER}>", subject="Undeliverable: How did we do?"),
    _report("exchange-full", action="failed", status="5.2.2", diagnosis="554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException", meaning=FULL, sender=f"Microsoft Outlook <{POSTMASTER}>", subject="Undeliverable: How did we do?", permanent=False),
    _report("exchange-german", action="failed", status="5.1.1", diagnosis="550 5.1.1 User unknown", meaning=GONE, sender=f"Microsoft Outlook <{POSTMASTER}>", subject="Unzustellbar: Wie waren wir?"),
    _report("gmail", action="failed", status="5.1.1", diagnosis="550-5.1.1 The email account that you tried to reach does not exist", meaning=GONE, sender="Mail Delivery Subsystem <mailer-daemon@googlemail.com>", subject="Delivery Status Notification (Failure)"),
    _report("gmail-delay", action="delayed", status="4.4.2", diagnosis="timeout", meaning="the receiving server was not reached", sender="Mail Delivery Subsystem <mailer-daemon@googlemail.com>", subject="Delivery Status Notification (Delay)"),
    _report("gmail-policy", action="failed", status="5.7.26", diagnosis="550-5.7.26 Unauthenticated email is not accepted due to the domain's DMARC policy", meaning="it was refused by a rule of the receiver"),
    _report("yahoo", action="failed", status="5.0.0", diagnosis="554 delivery error: dd This user doesn't have a yahoo.com account: mailbox not found", meaning=GONE),
    _report("icloud", action="failed", status="5.2.2", diagnosis="552 5.2.2 user is over quota", meaning=FULL, permanent=False),
    _report("spam", action="failed", status="5.7.1", diagnosis="550 5.7.1 Message rejected as spam by Content Filtering", meaning=SPAM),
    _report("blocklist", action="failed", status="5.7.1", diagnosis="554 5.7.1 Service unavailable; client host blocked, see blocklist", meaning=SPAM),
    _report("no-domain", action="failed", status="5.4.4", diagnosis="Host or domain name not found. Name service error for name=customer.example type=A: Host not found", meaning=NO_DOMAIN),
    _report("null-mx", action="failed", status="5.1.10", diagnosis="556 5.1.10 domain takes no mail", meaning="the domain takes no mail"),
    _report("too-large", action="failed", status="5.3.4", diagnosis="552 5.3.4 Message size exceeds fixed limit", meaning="the mail is too large"),
    _report("disabled", action="failed", status="5.2.1", diagnosis="550 5.2.1 The account is disabled", meaning="the mailbox is closed"),
    _report("moved", action="failed", status="5.1.6", diagnosis="551 5.1.6 Mailbox has moved", meaning="the address has moved"),
    _report("expired", action="failed", status="4.4.7", diagnosis="delivery time expired", meaning=LATE, permanent=False),
    _report("international", action="failed", status="5.1.1", diagnosis="550 5.1.1 User unknown", meaning=GONE, utf8=True),  # RFC 6533
    _report("opensmtpd", action="failed", status="5.0.0", diagnosis="550 5.1.1 no such user", meaning=GONE, sender="Mailer Daemon <MAILER-DAEMON@mx.example>", subject="Delivery status notification: error"),
    _report("zimbra", action="failed", status="5.1.1", diagnosis="550 5.1.1 unknown recipient: invalid recipient", meaning=GONE),
    _report("powermta", action="failed", status="5.1.1", diagnosis="550 mailbox not found", meaning=GONE, sender="postmaster@mx.example", subject="Delivery report"),
    _report("courier", action="failed", status="5.0.0", diagnosis="550 User unknown.", meaning=GONE, sender="MAILER-DAEMON@mx.example", subject="NOTICE: mail delivery status."),
    _words("qmail", "Hi. This is the qmail-send program at mx.customer.example.\n\n<ada@customer.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.", permanent=True, status="5.1.1", meaning=GONE),
    _words("qmail-vpopmail", "<ada@customer.example>:\nuser does not exist, but will deliver to /home/vpopmail: 550 user does not exist", permanent=True, status="", meaning=GONE),
    _words("exim", "A message that you sent could not be delivered to one or more of its recipients.\n\n  ada@customer.example\n    host mx.customer.example [192.0.2.1]: 550 5.1.1 User unknown\n\n------ This is a copy of the message, including all the headers. ------", permanent=True, status="5.1.1", meaning=GONE, subject="Mail delivery failed: returning message to sender"),
    _words("exim-delayed", "This message was created automatically by mail delivery software.\nA message that you sent has not yet been delivered after more than 24 hours: warning, will be retried\n  ada@customer.example", permanent=False, status="", meaning="it could not be delivered", subject="Warning: message 1abc delayed 24 hours"),
    _words("lotus-domino", "Your message\n  Subject: How did we do?\nwas not delivered to: ada@customer.example\nbecause: User ada not listed in Domino Directory", permanent=True, status="", meaning=GONE, sender="Postmaster <postmaster@customer.example>", subject="DELIVERY FAILURE: User ada not listed in Domino Directory"),
    _words("imail", "Unknown user: ada@customer.example\nuser unknown\n\nOriginal message follows.", permanent=True, status="", meaning=GONE, sender=POSTMASTER, subject="Undeliverable Mail"),
    _words("gmx", "This message was created automatically by mail delivery software.\nada@customer.example: 552 5.2.2 mailbox full", permanent=False, status="5.2.2", meaning=FULL, subject="Mail delivery failed"),
    _words("deutsche-telekom", "|------------------------- Message log follows: -------------------------|\n no valid recipients were found for this message\n<ada@customer.example>: 550 5.1.1 user unknown", permanent=True, status="5.1.1", meaning=GONE, sender="Mail Delivery System <mailer-daemon@t-online.example>", subject="Mail could not be delivered"),
    _words("verizon", "Error: Invalid user address\n\nError message below:\n550 - Requested action not taken: no such user here\n\nMessage details:\n  MAIL FROM: b@reply.acme.example\n  RCPT TO: ada@customer.example", permanent=True, status="", meaning=GONE, sender="post_master@vtext.example", subject="Re:How did we do?", names_ours=False),
    _words("yahoo", "Sorry, we were unable to deliver your message to the following address.\n\n<ada@customer.example>:\n554: delivery error: dd This user doesn't have an account (ada@customer.example) [0]", permanent=True, status="", meaning=GONE, sender="MAILER-DAEMON@yahoo.example", subject="Failure Notice"),
    _words("netease", "抱歉，您的邮件被退回来了\n收件人邮箱地址不存在\nada@customer.example\n550 User not found", permanent=True, status="", meaning="it could not be delivered", sender="Postmaster@mx.example", subject="系统退信/Systems bounce"),
    _words("mdaemon", "The attached message had PERMANENT fatal delivery errors!\n--> Error processing RCPT command, result code: 550 5.1.1 User unknown\nada@customer.example", permanent=True, status="5.1.1", meaning=GONE, sender="MDaemon at mx.example <MDaemon@mx.example>", subject="WARNING: Message Delivery Failed"),
    _words("naver", "ada@customer.example 님에게 메일 전송을 실패하였습니다.\n550 5.1.1 No such user", permanent=True, status="5.1.1", meaning=GONE, sender="NAVER <mail_noreply@naver.example>", subject="메일을 보내지 못하였습니다."),
    _words("yandex", "Это сообщение автоматически отправлено почтовой системой.\nada@customer.example: 550 5.1.1 No such user!", permanent=True, status="5.1.1", meaning=GONE, sender="mailer-daemon@yandex.example", subject="Недоставленное сообщение"),
    _words("wp", "Wiadomość nie może być dostarczona: ada@customer.example\n550 5.1.1 unknown", permanent=True, status="5.1.1", meaning=GONE, sender="mailer-daemon@wp.example", subject="Zwrot poczty"),
    _words("robot", "Die Adresse ada@customer.example existiert nicht. 550 5.1.1 unknown", permanent=True, status="5.1.1", meaning=GONE, sender="noreply@customer.example", subject="Ihre E-Mail konnte nicht zugestellt werden"),
    _words("full-german", "ada@customer.example: Das Postfach ist voll. 552 5.2.2", permanent=False, status="5.2.2", meaning=FULL, sender=POSTMASTER, subject="Unzustellbar: Wie waren wir?"),
    _words("sendmail-warning", "**  THIS IS A WARNING MESSAGE ONLY  **\n<ada@customer.example>... Deferred: Connection timed out\nWarning: message still undelivered after 4 hours", permanent=False, status="", meaning="it could not be delivered", subject="Warning: could not send message for past 4 hours"),
    _words("greylisted", "<ada@customer.example>: 451 4.7.1 Greylisted, please try again later", permanent=False, status="4.7.1", meaning="it was refused by a rule of the receiver", subject="Warning: message delayed"),
    _words("amazon-ses", SNS, permanent=True, status="5.1.1", meaning=GONE, sender="AWS Notifications <no-reply@sns.amazonaws.com>", subject="AWS Notification Message", names_ours=False),
)
# fmt: on
