"""Which words the person wrote: small mails as many programs and languages write them, each with the words expected."""

import pytest

from reviews.mail import read_mail
from reviews.reading import SegmentKind, read_reply, words_of

SURVEY = """\
## Reply above this line / 7f3a ##
Hello Ada, your ticket 48213 "VPN drops every hour" was closed by Sam.
How did we do?
Great
Okay
Not good
Just reply to this mail: a person reads your answer.
Acme Support, Main Street 1, Springfield
"""
QUOTED = "".join(f"> {line}\n" for line in SURVEY.splitlines())
PAGE = f'<div id="PREFIXafterword-original">{"".join(f"<p>{line}</p>" for line in SURVEY.splitlines())}</div>'


def text_mail(body: str) -> bytes:
    return f"From: Ada <ada@customer.example>\nContent-Type: text/plain; charset=utf-8\n\n{body}".encode()


def page_mail(body: str) -> bytes:
    return f"From: Ada <ada@customer.example>\nContent-Type: text/html; charset=utf-8\n\n{body}".encode()


@pytest.mark.parametrize(
    "attribution",
    [
        "On Sat, Nov 21, 2026 at 10:00 AM Acme <r+token@acme.example> wrote:",  # Gmail
        "On Sat, Nov 21, 2026 at 10:00 AM Acme Support Team\n<r+token@acme.example> wrote:",
        "On 21 Nov 2026, at 10:00, Acme <r+token@acme.example> wrote:",  # Apple Mail
        "On 21/11/2026 10:00, Acme wrote:",  # Thunderbird
        "Acme <r+token@acme.example> wrote:",  # alpine
        "Acme wrote (21 Nov 2026 10:00):",
        "Am 21. November 2026 10:00:00 MEZ schrieb Acme <r+token@acme.example>:",
        "Am Sa., 21. Nov. 2026 um 10:00 Uhr schrieb Acme <\nr+token@acme.example>:",
        "Le sam. 21 nov. 2026 à 10:00, Acme <r+token@acme.example> a\nécrit :",
        "El sáb, 21 nov 2026 a las 10:00, Acme (<r+token@acme.example>) escribió:",
        "Em sáb., 21 de nov. de 2026 às 10:00, Acme <r+token@acme.example> escreveu:",
        "Il giorno sab 21 nov 2026 alle ore 10:00 Acme <r+token@acme.example> ha scritto:",
        "Op za 21 nov 2026 om 10:00 schreef Acme <r+token@acme.example>:",
        "Den lør. 21. nov. 2026 kl. 10.00 skrev Acme <r+token@acme.example>:",
        "Den lör 21 nov. 2026 kl 10:00 skrev Acme <r+token@acme.example>:",
        "la 21. marrask. 2026 klo 10.00 Acme (r+token@acme.example) kirjoitti:",
        "sob., 21 lis 2026 o 10:00 Acme <r+token@acme.example> napisał(a):",
        "so 21. 11. 2026 v 10:00 odesílatel Acme <r+token@acme.example> napsal:",
        "Acme <r+token@acme.example> ezt írta (időpont: 2026. nov. 21., Szo, 10:00):",
        "În sâm., 21 nov. 2026 la 10:00, Acme <r+token@acme.example> a scris:",
        "сб, 21 нояб. 2026 г. в 10:00, Acme <r+token@acme.example>:",
        "21.11.2026, 10:00, Acme пишет:",
        "сб, 21 лист. 2026 р. о 10:00 Acme <r+token@acme.example> пише:",
        "Στις Σάβ 21 Νοε 2026 στις 10:00 π.μ., ο χρήστης Acme <r+token@acme.example> έγραψε:",
        "Acme <r+token@acme.example>, 21 Kas 2026 Cmt, 10:00 tarihinde şunu yazdı:",
        "في السبت، 21 نوفمبر 2026 في 10:00 ص تمت كتابة ما يلي بواسطة Acme <r+token@acme.example>:",
        "\u202bבתאריך שבת, 21 בנוב׳ 2026 ב-10:00 מאת \u202aAcme\u202c\u200f "
        "<\u202ar+token@acme.example\u202c\u200f>:\u202c",
        "Acme <r+token@acme.example> 于2026年11月21日周六 10:00写道：",
        "2026年11月21日(土) 10:00 Acme <r+token@acme.example>:",
        "2026년 11월 21일 (토) 오전 10:00, Acme <r+token@acme.example>님이 작성:",
        "Vào Th 7, 21 thg 11, 2026 vào lúc 10:00 Acme <r+token@acme.example> đã viết:",
        "Pada Sab, 21 Nov 2026 10.00, Acme <r+token@acme.example> menulis:",
        # Acme <r+token@acme.example>, 21 Kas 2026 Cmt, 10:00 tarihinde şunu yazdı, as it is wrapped
        "Acme IT Support <r+token@acme.example>, 21 Kas 2026 Cmt,\n10:00 tarihinde şunu yazdı:",
        "On Thu, 31 Mar 2016 at 11:16 Acme Support\n\n<\nmailto:Acme Support <r+token@acme.example>\n> wrote:",
        "Gant Acme <r+token@acme.example> eo bet skrivet d'an 21/11/2026 10:00 :",  # Breton
        "Sgrìobh Acme na leanas 21/11/2026 aig 10:00:",  # Gaelic
        "Acme-ը գրել է 2026.11.21 10:00-ին:",  # Armenian
    ],
)
@pytest.mark.parametrize("quote", [QUOTED, SURVEY], ids=["marked", "bare"])
def test_an_attribution_ends_the_answer_in_many_languages(attribution: str, quote: str) -> None:
    assert words_of(text_mail(f"Very well, thank you!\n\n{attribution}\n\n{quote}")) == "Very well, thank you!"


@pytest.mark.parametrize(
    "attribution",
    [
        "Quoting Acme Support (2026-11-21 10:00:00)",
        "Zitat von Acme Support <r+token@acme.example>:",
        "Excerpts from Acme's message of November 21, 2026 10:00 am:",
        "* Acme Support <r+token@acme.example> [261121 10:00]:",
        "2026-11-21 10:00, Acme Support zzzz:",  # a verb that nobody here knows
    ],
)
def test_an_attribution_needs_no_verb_above_a_marked_quotation(attribution: str) -> None:
    assert words_of(text_mail(f"Very well.\n\n{attribution}\n{QUOTED}")) == "Very well."
    assert words_of(text_mail(f"{attribution}\n{QUOTED}\nVery well.")) == "Very well."


def test_a_greeting_may_stand_between_the_attribution_and_what_it_quotes() -> None:
    body = f"On 21/11/2026 10:00, Acme wrote:\n\nHi Sam, see below.\n\n{QUOTED}\nVery well.\n"
    assert words_of(text_mail(body)) == "Hi Sam, see below.\n\nVery well."


@pytest.mark.parametrize(
    "labels",
    [
        ("From", "Sent", "To", "Subject"),
        ("*From:*", "*Sent:*", "*To:*", "*Subject:*"),
        ("Von", "Gesendet", "An", "Betreff"),
        ("De ", "Envoyé ", "À ", "Objet "),
        ("De", "Enviado el", "Para", "Asunto"),
        ("De", "Enviada em", "Para", "Assunto"),
        ("Da", "Inviato", "A", "Oggetto"),
        ("Van", "Verzonden", "Aan", "Onderwerp"),
        ("Fra", "Sendt", "Til", "Emne"),
        ("Från", "Skickat", "Till", "Ämne"),
        ("Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe"),
        ("Od", "Wysłano", "Do", "Temat"),
        ("Od", "Odesláno", "Komu", "Předmět"),
        ("Feladó", "Elküldve", "Címzett", "Tárgy"),
        ("От", "Отправлено", "Кому", "Тема"),
        ("发件人", "发送时间", "收件人", "主题"),
        ("差出人", "送信日時", "宛先", "件名"),
        ("보낸 사람", "보낸 날짜", "받는 사람", "제목"),
    ],
)
def test_a_header_block_ends_the_answer_in_many_languages(labels: tuple[str, ...]) -> None:
    values = ("Acme <r+token@acme.example>", "21 November 2026 10:00", "Ada", "How did we do?")
    block = "\n".join(
        f"{label.rstrip('*').removesuffix(':')}: {value}" for label, value in zip(labels, values, strict=True)
    )
    assert words_of(text_mail(f"Very well.\n\n________________________________\n{block}\n\n{SURVEY}")) == "Very well."


@pytest.mark.parametrize(
    "separator",
    [
        "-----Original Message-----",
        "-------- Original Message --------",
        "-----Ursprüngliche Nachricht-----",
        "-------- Message d'origine --------",
        "-----Mensaje original-----",
        "-----Messaggio originale-----",
        "-----Oprindelig meddelelse-----",
        "-----Исходное сообщение-----",
        "------------------ 原始邮件 ------------------",
        "---------- Forwarded message ---------",
        "Begin forwarded message:",
        "## Reply above this line / 7f3a ##",
        "## Bitte oberhalb dieser Zeile antworten / 7f3a ##",
        "---- Acme wrote ----",
    ],
)
def test_a_separator_ends_the_answer(separator: str) -> None:
    assert words_of(text_mail(f"Very well.\n\n{separator}\n{SURVEY}")) == "Very well."


@pytest.mark.parametrize(
    "announcement",
    [
        "Dne čt 21. 11. 2026 v 10:00 uživatel X <x@y.cz> napsal:",
        "čt 21. 11. 2026 v 10:00 odesílatel X <x@y.cz> napsal:",
        "2026-11-21 10:00 GMT+01:00 X Y <x@y.pl>:",
        "X <x@y.hu> ezt írta (időpont: 2026. nov. 21., Szo, 10:00):",
        'On 21 Nov 2026 10:00, "X Y" <x@y.com> wrote:',
        "On Saturday, November 21, 2026, X Y <x@y.com> wrote:",
        "X Y <x@y.com> wrote on 21/11/2026 10:00:",
        "From: X Y [mailto:x@y.com]\nSent: Saturday, November 21, 2026 10:00 AM\nTo: Ada\nSubject: Re: a",
        "*From:* X Y <x@y.com>\n*Date:* Saturday\n*To:* Ada\n*Subject:* Re: a",
        "-----Original Message-----\nFrom: X",
        "________________________________\nFrom: X Y <x@y.com>\nSent: 21 November 2026\nTo: Ada",
        "---------- Forwarded message ---------\nFrom: X <x@y.com>\nDate: Sat\nSubject: a\nTo: b",
        'El 21 nov. 2026 10:00 a. m., "X" <x@y.com> escribió:',
        "Le 21 novembre 2026 10:00:12 GMT+01:00, X <x@y.fr> a écrit :",
        'Am 21. November 2026 10:00:12 MEZ schrieb "X" <x@y.de>:',
        "Von: X <x@y.de>\nDatum: Samstag, 21. November 2026 um 10:00\nAn: Ada\nBetreff: Re: a",
        "Den 21. november 2026 10:00:12 CET, skrev X <x@y.dk>:",
        'Op 21 nov. 2026 10:00 schreef "X" <x@y.nl>:',
        'Il 21/nov/2026 10:00, "X" <x@y.it> ha scritto:',
        "21 nov 2026, 10:00, X <x@y.ru>:",
        '21.11.2026, 10:00, "X" <x@y.ru>:',
        "Суббота, 21 ноября 2026, 10:00 +03:00 от X <x@y.ru>:",
        "În sâm., 21 nov. 2026, 10:00, X <x@y.ro> a scris:",
        "On Sat, 21 Nov 2026 at 10:00, X <x@y.com>\nwrote:",
        'On Nov 21, 2026 10:00, "X" <\nx@y.com> wrote:',
        "---- On Sat, 21 Nov 2026 10:00:00 +0100 X <x@y.com> wrote ----",
        "------- Original Message -------\nOn Saturday, November 21st, 2026 at 10:00 AM, X <x@y.com> wrote:",
        "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐\nOn Saturday, November 21, 2026 10:00 AM, X <x@y.com> wrote:",
        "From: X Y\nSent: Saturday, November 21, 2026 10:00\nTo: Ada\nSubject: a",
        "At 10:00 AM 11/21/2026, X wrote:",
        "In a message dated 11/21/2026 10:00:00 A.M. Eastern Standard Time, x@y.com writes:",
        '"X Y" <x@y.com> writes:',
        "X Y schrieb am 21.11.2026 um 10:00:",
        "Em sáb, 21 de nov de 2026 10:00, X <x@y.br> escreveu:",
        "W dniu 2026-11-21 10:00:12 użytkownik X <x@y.pl> napisał:",
        "Dnia 21 listopada 2026 10:00 X <x@y.pl> napisał(a):",
        "Den lör 21 nov. 2026 10:00X <x@y.se> skrev:",
        "ons. 21. nov. 2026 kl. 10:00 skrev X <x@y.no>:",
        "la 21. marrask. 2026 klo 10.00 X <x@y.fi> kirjoitti:",
        "Στις Σάβ, 21 Νοε 2026 στις 10:00 π.μ., ο/η X <x@y.gr> έγραψε:",
        "בתאריך שבת, 21 בנוב׳ 2026, 10:00, מאת X <x@y.il>:",
        "X <x@y.jp> 2026年11月21日(土) 10:00:",
        "2026年11月21日土曜日、X<x@y.jp>さんは書きました:",
        "발신: X <x@y.kr>\n날짜: 2026년 11월 21일\n수신: Ada\n제목: a",
        "寄件者: X <x@y.tw>\n寄件日期: 2026年11月21日\n收件者: Ada\n主旨: a",
        'Gesendet: Samstag, 21. November 2026 um 10:00 Uhr\nVon: "X" <x@y.de>\nAn: a@b.de\nBetreff: a',
    ],
)
@pytest.mark.parametrize("quote", ["> How did we do?\n> Great", "How did we do?\nGreat"], ids=["marked", "bare"])
def test_an_announcement_ends_the_answer_as_programs_write_it(announcement: str, quote: str) -> None:
    assert words_of(text_mail(f"Very well.\n\n{announcement}\n\n{quote}\n")) == "Very well."


@pytest.mark.parametrize(
    "footer",
    [
        "Sent from Mail for Windows 10",
        "Sent from Mail for Windows",
        "Sent with Airmail",
        "Sent from Yahoo Mail on Android",
        "Sent from my Samsung Galaxy smartphone.",
        "Sent from Outlook Mobile",
        "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "Envoyé depuis Yahoo Mail pour Android",
        "Envoyé à partir de Courrier pour Windows 10",
        "Enviado desde Correo para Windows 10",
        "Gesendet von Mail für Windows 10",
        "Von meinem Samsung Gerät gesendet.",
        "Diese Nachricht wurde von meinem Android Mobiltelefon mit GMX Mail gesendet.",
        "Sent from Proton Mail for iOS",
        "Sent with Proton Mail secure email.",
        "Sent from my BlackBerry 10 smartphone.",
        "Sent from Gmail Mobile",
        "Sendt fra Mail til Windows",
        "Verzonden vanuit Mail voor Windows",
        "Отправлено из мобильной Почты Mail.ru",
        "Отправлено из Mail.ru для Android",
        "Wysłano z aplikacji mobilnej WP Poczta",
        "Enviado do Yahoo Mail no Android",
        "Inviato da Libero Mail per Android",
        "iPhoneから送信",
        "내 iPhone에서 보냄",
        "发自我的 iPhone",
        "Sent from my mobile device",
        "Sent from Superhuman",
        "Sent via Superhuman iOS",
        "*Sent from my iPad*",
        "Poslano z mého iPhonu",
        "Odesláno z mého iPhonu",
        "Küldve az iPhone-ról",
        "Στάλθηκε από το iPhone μου",
        "iPhone'umdan gönderildi",
        "נשלח מה-iPhone שלי",
        "أُرسلت من الـ iPhone",
        "Trimis de pe iPhone",
        "Lähetetty Outlook for Androidista",
        "Skickades från E-post för Windows",
    ],
)
def test_a_footer_is_known_as_programs_write_it(footer: str) -> None:
    assert words_of(text_mail(f"Very well.\n\n{footer}\n")) == "Very well."


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (f"{QUOTED}\nVery well.\n", "Very well."),
        (f"On 21/11/2026 10:00, Acme wrote:\n{QUOTED}\nVery well.\n\n-- \nAda\nCustomer Ltd\n", "Very well."),
        (
            "On 21/11/2026 10:00, Acme wrote:\n> How did we do?\nVery well.\n> Who helped?\nSam did.\n",
            "Very well.\n\nSam did.",
        ),
    ],
)
def test_answers_below_and_between_survive(body: str, said: str) -> None:
    assert words_of(text_mail(body)) == said


@pytest.mark.parametrize(
    "ending",
    [
        "-- \nAda Example\nCustomer Ltd",
        "--\nAda",
        "Sent from my iPhone",
        "Sent from my Verizon Wireless BlackBerry",
        "Sent from Outlook for iOS<https://aka.ms/x>",
        "Get Outlook for Android",
        "Von meinem iPhone gesendet",
        "Gesendet mit der GMX Mail App",
        "Envoyé de mon iPhone",
        "Enviado desde mi iPhone",
        "Enviado do meu iPhone",
        "Inviato da iPhone",
        "Verstuurd vanaf mijn iPhone",
        "Sendt fra min iPhone",
        "Skickat från min iPhone",
        "Lähetetty iPhonesta",
        "Wysłane z iPhone'a",
        "Отправлено с iPhone",
        "发自我的iPhone",
        "Virus-free. www.scanner.example",
        "This e-mail and any attachments are confidential. If you are not\nthe person it was meant for, delete it.",
        "_______________________________________________\nTalk mailing list\nhttps://lists.example/talk",
    ],
)
def test_what_stands_under_the_words_is_set_apart(ending: str) -> None:
    reply = read_reply(read_mail(text_mail(f"Very well.\n\n{ending}\n")))
    assert reply.said == "Very well."
    assert reply.trimmed.split() == ending.split()


@pytest.mark.parametrize(
    "body",
    [
        "Sent from my desk, which is where I sat when your agent called on the phone.",
        "On Monday I wrote: please call me. Nobody did.",
        "From: Berlin\nTo: Munich\nDate: 5 May\n\nThat was my journey.",
        "I tried:\n-- first the router\n-- then the cable\nand nothing helped.",
        "The error said:\n\nConnection lost at 10:00",
        ">:( not good at all",
        "It works now --- thanks!",
        "5 - Great\n\nBest regards",
        "Very well.\n\nThis e-mail is about the second ticket, not the first.",
        "He wrote: it is fixed.",
        "Sam wrote to me on Monday:\nplease restart the router. I did, and nothing changed.",
        "On 21 November I was told it was fixed.\n\nIt was not.",
        "From: my desk\nTo: whoever reads this\n\nThank you!",
        "I sent a photo from my iPhone, did it arrive?",
        "Gesendet habe ich das Formular schon am Montag von meinem Handy aus, warum fragen Sie?",
        "The original message said that it would be free.",
        "My own words:\n\n    sudo reboot\n\nThat helped.",
        "1. Fast\n2. Friendly\n3. Fixed",
        "Great!\n\n***\n\nBut the invoice is wrong.",
        "Regards from Berlin, and thanks for everything you did.",
        "Best thing that happened this week.",
        "Thanks\nTo all of you",
        "Call me: +49 30 1234567",
        "My address is ada@customer.example, write to me there.",
        "Confidential: my password is in the ticket, please remove it.",
        "Date: 5 May, Time: 10:00, and nobody came.",
        "Op 5 mei om 10:00 was er niemand.",
        "Le 5 mai 2026 à 10:00, personne n'est venu.",
        "Ticket 48213 > done. Next > please",
        "👍",
        "5",
        "Sehr gut",
        "太好了！",
        "-",
        "+1",
        "Subject: is it possible to have the old version back?",
    ],
)
def test_a_persons_words_are_not_taken_for_something_else(body: str) -> None:
    assert words_of(text_mail(body)) == body


@pytest.mark.parametrize(
    ("ending", "kept"),
    [
        ("Best regards\nAda", "Best regards"),
        ("Regards,\nAda", ""),
        ("Z poważaniem,\nAda", ""),
        ("Mit freundlichen Grüßen\n\nAda Example\nCustomer Ltd", ""),
        ("Cordialement,\n\nAda Example\n+33 1 23 45 67 89", ""),
        ("Ada Example\nHead of Everything\n+44 20 7946 0000", ""),  # her name, as From has it
        ("----------------\nAda Example\nTel. 555-931-0702\nhttps://customer.example", ""),
        ("Cheers,\nAda", ""),
        ("LG\nmodel 55", None),  # a formula, or a maker of screens
        ("Best\nof all", None),
        ("Pozdrawiam,\njan", ""),
        ("Mit freundlichen Grüßen\nAda von der Heide", "Mit freundlichen Grüßen"),
        ("---\nAda Example\nCustomer Ltd", ""),
        ("====\nAda Example", ""),
        ("---\nbut slow", None),
        ("---\nAnd this is a second matter, which took far longer than the first one did.", None),
        ("Best regards\nPS: please call me back", "Best regards\nPS: please call me back"),
        ("Regards,\nbut why does it take a week until somebody looks at it at all?", None),
        ("Thanks,\nAda", None),
        ("Ada", None),
    ],
)
def test_a_signature_is_set_apart_where_it_is_surely_one(ending: str, kept: str | None) -> None:
    raw = text_mail(f"Very well, thank you.\n\n{ending}\n").replace(b"From: Ada ", b"From: Ada Example ")
    assert words_of(raw) == f"Very well, thank you.\n\n{ending if kept is None else kept}".strip()


@pytest.mark.parametrize(
    "page",
    [
        # Gmail, also when Outlook or another Gmail has renamed its classes
        '<div dir="ltr">Very well.</div><br><div class="{x}gmail_quote">'
        '<div dir="ltr" class="{x}gmail_attr">On Sat, Acme wrote:<br></div>'
        '<blockquote class="{x}gmail_quote" style="margin:0">How did we do?</blockquote></div>',
        # Outlook on the web
        '<div>Very well.</div><div id="{x}appendonsend"></div><hr><div id="{x}divRplyFwdMsg">'
        "<b>From:</b> Acme<br><b>Sent:</b> Saturday</div>"
        "<div>How did we do?</div>",
        # Outlook for Windows
        "<div class=WordSection1><p class=MsoNormal>Very well.</p>"
        "<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>"
        "<p class=MsoNormal><b>Von:</b> Acme<br><b>Gesendet:</b> Samstag</p></div><p>How did we do?</p></div>",
        # Apple Mail
        '<div>Very well.</div><div><br><blockquote type="cite">'
        "<div>On 21 Nov 2026, at 10:00, Acme &lt;r@acme.example&gt; wrote:</div>"
        "<div>How did we do?</div></blockquote></div>",
        # Thunderbird
        '<p>Very well.</p><div class="{x}moz-cite-prefix">Am 21.11.26 um 10:00 schrieb Acme:<br></div>'
        '<blockquote type="cite">How did we do?</blockquote>',
        # Yahoo
        '<div>Very well.</div><div id="{x}yahoo_quoted_123" class="{x}yahoo_quoted">'
        "<div>On Saturday, Acme wrote:</div><div>How did we do?</div></div>",
        # Proton
        '<div>Very well.</div><div class="{x}protonmail_quote">On Saturday, Acme wrote:<br>'
        "<blockquote>How did we do?</blockquote></div>",
        # GMX, web.de
        '<div>Very well.</div><div name="quote" style="border-left:2px solid"><div>'
        "<b>Gesendet:</b> Samstag</div><div>How did we do?</div></div>",
        # our own mail, quoted without any mark of the program
        '<div>Very well.</div><div id="{x}afterword-original">## Reply above this line ##</div><p>How did we do?</p>',
        f'<div>Very well.</div><div class="{{x}}afterword-original">{"How did we do, in all? " * 8}</div>',
        # invisible and unwanted things
        '<style>p{{}}</style><p>Very&nbsp;well.</p><p style="display:none">preheader</p><script>x()</script>'
        '<img src="x" alt="logo">'
        "<blockquote>How did we do?</blockquote>",
    ],
)
@pytest.mark.parametrize("prefix", ["", "x_", "m_123456", "gmail-", "yiv987"])
def test_quoting_elements_are_taken_out(page: str, prefix: str) -> None:
    reply = read_reply(read_mail(page_mail(page.format(x=prefix))))
    assert reply.said == "Very well."


def test_answers_between_and_below_quoting_elements_survive() -> None:
    page = (
        '<div class="gmail_quote"><div class="gmail_attr">On Sat, 21 Nov 2026, Acme wrote:</div>'
        '<blockquote class="gmail_quote">How did we do?</blockquote>'
        '<div>Very well.</div><blockquote class="gmail_quote">Who helped?</blockquote></div><div>Sam did.</div>'
    )
    assert words_of(page_mail(page)) == "Very well.\n\nSam did."


def test_the_signature_element_is_a_signature() -> None:
    reply = read_reply(read_mail(page_mail('<p>Very well.</p><div class="gmail_signature">Ada<br>Customer Ltd</div>')))
    assert [(segment.kind, segment.rule) for segment in reply.segments] == [
        (SegmentKind.SAID, ""),
        (SegmentKind.SIGNATURE, "html gmail_signature"),
    ]


def test_a_page_reads_as_lines() -> None:
    page = (
        "<p>First\n line</p><ul><li>one</li><li>two</li></ul>a<br>b<div>c</div><table><tr><td>d</td>"
        "<td>e</td></tr></table><pre>f\n  g</pre>"
    )
    assert words_of(page_mail(page)) == "First line\n\n- one\n- two\n\na\nb\nc\n\nd e\n\nf\n  g"


@pytest.mark.parametrize("prefix", ["", "x_"])
def test_an_answer_inside_our_own_mail_is_found_when_that_is_known(prefix: str) -> None:
    page = PAGE.replace("PREFIX", prefix).replace("<p>Great</p>", "<p>Great</p><p>Better than last time!</p>")
    reply = read_reply(read_mail(page_mail(f"<p>Hi Sam,</p>{page}")), original=SURVEY)
    assert reply.said == "Hi Sam,\n\nBetter than last time!"


@pytest.mark.parametrize("ending", ["", "\n-- \nAda\n", "\n> older words\n"])
def test_answers_below_our_own_mail_are_found_when_that_is_known(ending: str) -> None:
    reply = read_reply(
        read_mail(text_mail(f"Acme 21.11.2026 kl. 10:00 gwrote:\n{SURVEY}\nVery well.\n{ending}")), original=SURVEY
    )
    assert reply.said == "Very well."


@pytest.mark.parametrize(
    "body",
    [
        f"Very well.\n\nAcme Support heeft dit gestuurd\n\n{SURVEY}",  # an announcement nobody knows
        f"Very well.\n{SURVEY}",
        f"{SURVEY.split(chr(10), 1)[1]}\nVery well.",
    ],
)
def test_the_known_original_is_subtracted_without_any_mark(body: str) -> None:
    reply = read_reply(read_mail(text_mail(body)), original=SURVEY)
    assert "Very well." in reply.said
    assert "How did we do?" not in reply.said
    assert "Springfield" not in reply.said


def test_a_word_that_stands_in_our_mail_too_is_still_an_answer() -> None:
    reply = read_reply(read_mail(text_mail(f"Great\n\nOn 21/11/2026 10:00, Acme wrote:\n{QUOTED}")), original=SURVEY)
    assert reply.said == "Great"


@pytest.mark.parametrize("body", [QUOTED, "-- \nAda\nCustomer Ltd", "Sent from my iPhone"])
def test_a_mail_that_would_be_empty_is_shown_whole(body: str) -> None:
    reply = read_reply(read_mail(text_mail(body)))
    assert reply.said.split() == body.split()
    assert reply.trimmed == ""


def test_a_mail_that_holds_only_our_own_words_says_nothing() -> None:
    assert read_reply(read_mail(text_mail(SURVEY)), original=SURVEY).said == ""


def test_the_plain_text_is_read_where_the_page_holds_much_less() -> None:
    raw = (
        b"Content-Type: multipart/alternative; boundary=cut\n\n"
        b"--cut\nContent-Type: text/plain\n\nThe whole long answer stands here.\n"
        b"--cut\nContent-Type: text/html\n\n<p>See text</p>\n--cut--"
    )
    assert words_of(raw) == "The whole long answer stands here."


def test_every_line_of_a_mail_is_in_one_passage() -> None:
    body = f"Hello\n\nVery well.\n\nOn 21/11/2026 10:00, Acme wrote:\n{QUOTED}\n-- \nAda\n"
    reply = read_reply(read_mail(text_mail(body)))
    assert " ".join(segment.text for segment in reply.segments).split() == body.split()
    assert [segment.kind for segment in reply.segments][:2] == [SegmentKind.SAID, SegmentKind.QUOTED]
    assert reply.segments[-1].kind is SegmentKind.SIGNATURE
