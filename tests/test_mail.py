"""What a mail holds: letters, names and files as programs write them, and mails made to break a parser."""

import base64
import hashlib
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.addresses import Address
from reviews.classify import classify
from reviews.mail import Mail, read_mail
from reviews.reading import read_reply

HEAD = b"From: Ada <ada@customer.example>\r\nSubject: Re: How did we do?\r\n"


def with_type(content_type: str, body: bytes, more: str = "") -> bytes:
    return HEAD + f"Content-Type: {content_type}\r\n{more}\r\n".encode() + body


def test_a_plain_mail_is_read_whole() -> None:
    raw = (
        b"From: =?utf-8?q?Zo=C3=AB?= <Zoe@Customer.Example>\r\nTo: <r+token@acme.example>, Bob <bob@x.example>\r\n"
        b"Cc: c@x.example\r\nSubject: Re: How\r\n did we do?\r\n"
        b"Message-ID: <new@customer.example>\r\nIn-Reply-To: <third@acme.example>\r\n"
        b"References: <first@acme.example>\r\n <second@acme.example> <third@acme.example>\r\n"
        b"Date: Sat, 21 Nov 2026 10:00:00 +0100\r\n\r\nVery well.\r\n"
    )
    mail = read_mail(raw)
    assert mail.sender == Address("Zoë", "Zoe@customer.example")
    assert mail.to == (Address("", "r+token@acme.example"), Address("Bob", "bob@x.example"))
    assert mail.cc == (Address("", "c@x.example"),)
    assert (mail.subject, mail.header("subject"), mail.header("X-None", "?")) == ("Re: How did we do?",) * 2 + ("?",)
    assert mail.message_id == "new@customer.example"
    assert mail.references == ("third@acme.example", "second@acme.example", "first@acme.example")
    assert mail.date == datetime(2026, 11, 21, 10, tzinfo=timezone(timedelta(hours=1)))
    assert (mail.text, mail.html, mail.attachments, mail.problems) == ("Very well.\n", "", (), ())
    assert mail.body_sha256 == hashlib.sha256(b"Very well.\r\n").hexdigest()


@pytest.mark.parametrize(
    ("charset", "body", "expected"),
    [
        ("utf-8", "schön".encode(), "schön"),
        ("UTF8", "schön".encode(), "schön"),
        ("iso-8859-1", "10 € – ok".encode("cp1252"), "10 € – ok"),
        ("us-ascii", "schön".encode("cp1252"), "schön"),
        ("", "schön".encode("cp1252"), "schön"),
        ("", "schön".encode(), "schön"),
        ("iso-8859-1", "schön, wirklich".encode(), "schön, wirklich"),
        ("no-such-charset", "schön".encode(), "schön"),
        ("punycode", b"abc-def", "abc-def"),
        ("windows-1251", "хорошо".encode("cp1251"), "хорошо"),
        ("koi8-r", "хорошо".encode("koi8-r"), "хорошо"),
        ("gb2312", "联通很好".encode("gbk"), "联通很好"),
        ("GBK", "联通".encode("gbk"), "联通"),
        ("gb2312", "很好".encode(), "很好"),
        ("big5", "很好".encode("big5"), "很好"),
        ("iso-2022-jp", "ありがとう".encode("iso-2022-jp"), "ありがとう"),
        ("shift_jis", "ありがとう".encode("shift_jis"), "ありがとう"),
        ("ks_c_5601-1987", "감사합니다".encode("cp949"), "감사합니다"),
        ("iso-8859-8-i", "תודה".encode("iso8859-8"), "תודה"),
        ("tis-620", "ขอบคุณ".encode("cp874"), "ขอบคุณ"),
        ("utf-7", b"+AOQ-", "ä"),
        ("utf-8", "schön und gut, überall schön".encode() + b"\xc3", "schön und gut, überall schön\ufffd"),
        ("utf-8", b"a\0b", "a\ufffdb"),
    ],
)
def test_letters_are_read_as_they_were_meant(charset: str, body: bytes, expected: str) -> None:
    kind = f"text/plain; charset={charset}" if charset else "text/plain"
    assert read_mail(with_type(kind, body)).text == expected


@pytest.mark.parametrize(
    ("encoding", "body", "expected"),
    [
        ("base64", base64.b64encode("schön".encode()), "schön"),
        ("base64", base64.b64encode("schön".encode()).rstrip(b"="), "schön"),
        ("base64", b"c2No*w7Zu\r\n!!", "schön"),
        ("base64", b"c2Now7Zu", "schön"),
        ("base64", b"YQ==\r\nYg==", "ab"),
        ("BASE64", b"This is not base64 at all, but prose.", "This is not base64 at all, but prose."),
        ("base64 (really)", b"c2Now7Zu", "schön"),
        ('"base64";', b"c2Now7Zu", "schön"),
        ("base64", b"c2Now7Zu\r\n\r\nTo leave this list write to it", "schön\n\nTo leave this list write to it"),
        ("quoted-printable", b"sch=C3=B6n =\r\nund=XX gut", "schön und=XX gut"),
        ("7bit", b"plain", "plain"),
        ("x-made-up", b"plain", "plain"),
    ],
)
def test_transfer_encodings_are_undone_even_when_broken(encoding: str, body: bytes, expected: str) -> None:
    raw = with_type("text/plain; charset=utf-8", body, f"Content-Transfer-Encoding: {encoding}\r\n")
    assert read_mail(raw).text == expected


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (b"=?utf-8?b?c2Now7Zu?=", "schön"),
        (b"=?utf-8?q?sch=C3?= =?utf-8?q?=B6n?=", "schön"),
        (b"=?iso-8859-1?q?sch=F6n?= day", "schön day"),
        (b"a =?utf-8?q?b?= c =?utf-8?q?d?=", "a b c d"),
        (b"=?utf-8*de?q?sch=C3=B6n?=", "schön"),
        (b"sch\xf6n", "schön"),
        ("schön".encode(), "schön"),
        (b"=?utf-7?q?+2AA-?=", "\ufffd"),
        (b"=?no-such?q?x?= =?utf-8?q?", "x =?utf-8?q?"),
    ],
)
def test_subjects_are_decoded(field: bytes, expected: str) -> None:
    assert read_mail(b"Subject: " + field + b"\r\n\r\n").subject == expected


@pytest.mark.parametrize(
    ("disposition", "expected"),
    [
        ('attachment; filename="logo.png"', "logo.png"),
        ("attachment; filename*=utf-8''Rechnung%20M%C3%A4rz.pdf", "Rechnung März.pdf"),
        ("attachment; filename*0*=utf-8''Rech; filename*1*=nung%20M%C3; filename*2*=%A4rz.pdf", "Rechnung März.pdf"),
        ("attachment; filename*0*=utf-8''M%C3%A4rz; filename*1=.pdf", "März.pdf"),
        ("attachment; filename*=\"ISO-8859-15''Rechnung M%E4rz.pdf\"", "Rechnung März.pdf"),
        ('attachment; filename="=?utf-8?q?M=C3=A4rz?=.pdf"', "März.pdf"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ('attachment; filename="C:\\\\temp\\\\a.pdf"', "a.pdf"),
        ("attachment; filename*=x; filename*0=y; filename*99999999999999999999999=z", ""),
        ("attachment", ""),
    ],
)
def test_names_of_files_are_read(disposition: str, expected: str) -> None:
    part = f"Content-Type: application/pdf\r\nContent-Disposition: {disposition}\r\n\r\nPDF"
    body = f"--cut\r\n\r\nHello\r\n--cut\r\n{part}\r\n--cut--"
    mail = read_mail(with_type("multipart/mixed; boundary=cut", body.encode()))
    assert mail.text == "Hello"
    (attachment,) = mail.attachments
    assert (attachment.name, attachment.type, attachment.size_bytes) == (expected, "application/pdf", 3)
    assert attachment.sha256 == hashlib.sha256(b"PDF").hexdigest()
    assert "content=" not in repr(attachment)


def test_texts_of_several_parts_are_read_and_what_is_attached_is_not() -> None:
    body = (
        b"preamble\r\n--o\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n"
        b"--i\r\nContent-Type: text/plain\r\n\r\nplain\r\n"
        b"--i\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>page</p>\r\n--i--\r\n"
        b"--o\r\nContent-Type: text/plain\r\n\r\n2 < 3\r\n"
        b"--o\r\nContent-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\nnotes\r\n"
        b"--o\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nforwarded words\r\n--o--\r\nepilogue"
    )
    mail = read_mail(with_type("multipart/mixed; boundary=o", body))
    assert mail.text == "plain\n2 < 3"
    assert mail.html == "<p>page</p>\n<pre>2 &lt; 3</pre>"
    assert [attachment.type for attachment in mail.attachments] == ["text/plain", "message/rfc822"]


def test_a_page_names_its_own_charset() -> None:
    page = '<meta charset="windows-1251"><p>хорошо</p>'.encode("cp1251")
    assert "хорошо" in read_mail(with_type("text/html", page)).html


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("format=flowed", "One long \nline.\n\nTwo.\n", "One long line.\n\nTwo.\n"),
        ("format=flowed; delsp=yes", "超 \n好\n", "超好\n"),
        ("format=flowed", "> quoted \n> words\nmine \n> theirs\n", "> quoted words\nmine \n> theirs\n"),
        ("format=flowed", " > no quote\n-- \nAda\n", "> no quote\n-- \nAda\n"),
    ],
)
def test_flowed_text_gets_its_lines_back(kind: str, body: str, expected: str) -> None:
    assert read_mail(with_type(f"text/plain; charset=utf-8; {kind}", body.encode())).text == expected


@pytest.mark.parametrize(
    ("raw", "text", "problem"),
    [
        (b"", "", "there are no headers"),
        (b"hello there\nbye", "hello there\nbye", "there are no headers"),
        (b"From: a@x.example\rSubject: x\r\rhi\rthere", "hi\nthere", None),
        (b"\n\nFrom: a@x.example\n\nhi", "hi", None),
        (b"From nobody Sat Nov 21\nFrom: a@x.example\n\nhi", "hi", None),
        (b"From: a@x.example\nno header at all\nhi", "no header at all\nhi", None),
        (b"Content-Type: multipart/mixed\n\nhi", "hi", "a boundary is missing"),
        (b"Content-Type: multipart/mixed\n\n--cut\n\nhi\n--cut--", "hi", None),
        (b"Content-Type: multipart/mixed; boundary=cut\n\nhi", "hi", "a boundary is missing"),
        (b"Content-Type: multipart/mixed; boundary=cut\n\n--cut\n\nhi", "hi", "a boundary has no end"),
        (
            b"Content-Type: multipart/mixed; boundary=cut\n\n--cut\n\nhi\n--cutter\nmore\n--cut--",
            "hi\n--cutter\nmore",
            None,
        ),
        (b"Content-Type: ;;;==\n\nhi", "hi", None),
        (b"Content-Type: text/(of one)plain (with a word); charset=utf-8\n\nhi", "hi", None),
        (b'Content-Type: "text/plain"\n\nhi', "hi", None),
        (b"X: " + b"a" * 20_000 + b"\n\nhi", "hi", "a header is too long"),
        (b"X: a\n" * 3_000 + b"\nhi", "hi", "the headers are too long"),
        ((b"X: " + b"a" * 15_000 + b"\n") * 20 + b"\nhi", "hi", "the headers are too long"),
    ],
)
def test_broken_mails_are_read_as_far_as_they_go(raw: bytes, text: str, problem: str | None) -> None:
    mail = read_mail(raw)
    assert mail.text == text
    assert mail.problems == ((problem,) if problem else ())


@pytest.mark.parametrize(
    "value", ["", "yesterday", "Sat, 99 Nov 2026 99:99:99 +9999", "9" * 5_000, "21 Nov 2026 10:00:00 -0000"]
)
def test_a_date_is_read_with_its_zone_or_not_at_all(value: str) -> None:
    date = read_mail(f"Date: {value}\n\n".encode()).date
    assert date is None or date == datetime(2026, 11, 21, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "ids"),
    [
        ("In-Reply-To: <a@x>", ("a@x",)),
        ("In-Reply-To: a@x", ("a@x",)),  # without brackets
        ("In-Reply-To: Your mail of Saturday <a@x>", ("a@x",)),
        (
            "In-Reply-To: <0102-a\r\n 000000@eu-west-1.amazonses.com>",
            ("0102-a000000@eu-west-1.amazonses.com",),
        ),  # folded
        ("References: <a@x> <b@x>\r\n <c@x>", ("c@x", "b@x", "a@x")),
        ("References: <a@x><b@x>", ("b@x", "a@x")),
        ("References: <a@x> <b@x>\r\nIn-Reply-To: <a@x>", ("a@x", "b@x")),
        ("References: <>", ()),
        ("X: y", ()),
    ],
)
def test_what_a_mail_answers_is_read_newest_first(fields: str, ids: tuple[str, ...]) -> None:
    assert read_mail(f"{fields}\r\n\r\nhi".encode()).references == ids


def test_the_body_hash_is_of_the_bytes_as_sent() -> None:
    lf, crlf = (read_mail(b"X: 1" + end * 2 + b"hi" + end).body_sha256 for end in (b"\n", b"\r\n"))
    other_headers = read_mail(b"Y: 2\r\nReceived: x\r\n\r\nhi\r\n").body_sha256
    assert lf != crlf == other_headers


def nested(depth: int) -> bytes:
    return (
        HEAD
        + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))
        + b"\r\nhi"
    )


TORTURE = {
    "NUL bytes": HEAD + b"\r\n" + b"a\0b" * 10_000,
    "surrogates in headers": b"From: \xed\xa0\x80 <\xed\xb0\x80@x.example>\r\nSubject: =?utf-7?q?+2AA-?= \xed\xa0\x80"
    b"\r\n\r\nhi",
    "64 kB of quotes": with_type("text/plain; name=" + '"' * 64_000, b"hi"),
    "64 kB of semicolons": with_type("text/plain" + ";" * 64_000, b"hi"),
    "quotes and semicolons": with_type('text/plain; name="' + '";' * 8_000, b"hi"),
    "such headers in many parts": with_type(
        "multipart/mixed; boundary=x", (b'--x\r\nContent-Type: a/b; "' + b'";' * 7_000 + b"\r\n\r\nhi\r\n") * 60
    ),
    "depth 10,000": nested(10_000),
    "100,000 parts": with_type("multipart/mixed; boundary=x", b"--x\r\n\r\nhi\r\n" * 100_000),
    "no boundary": with_type("multipart/mixed", b"hi"),
    "a million near boundaries": with_type("multipart/mixed; boundary=a", b"--aa\r\n" * 150_000),
    "unknown charset": with_type("text/plain; charset=idna", b"\xff." * 200_000),
    "encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\r\n\r\nhi",
    "half an encoded word": b"Subject: " + b"=?utf-8?q?" * 20_000 + b"\r\n\r\nhi",
    "comments in From": b"From: " + b"(" * 60_000 + b"\r\n\r\nhi",
    "a header without end": b"X: " + b"a" * 2_000_000,
    "500,000 headers": b"X: a\r\n" * 200_000,
    "empty lines": HEAD + b"\r\n" * 2_000_000,
    "padding": with_type("text/plain", b"A=" * 500_000, "Content-Transfer-Encoding: base64\r\n"),
    "soft line ends": with_type("text/plain", b"=\r\n" * 500_000, "Content-Transfer-Encoding: quoted-printable\r\n"),
    "flowed": with_type("text/plain; format=flowed", b"> a \r\n" * 150_000),
    "100,000 nested divs": with_type("text/html", b"<div>" * 100_000 + b"hi"),
    "50,000 nested lists": with_type("text/html", b"<ul><li>" * 50_000),
    "100,000 attributes": with_type("text/html", b"<div " + b"a=1 b" * 100_000 + b">hi"),
    "misnested tags": with_type("text/html", b"<a><b>" * 50_000),
    "open tags": with_type("text/html", b"<a " * 300_000),
    "open comments": with_type("text/html", b"<!--" * 150_000),
    "open values": with_type("text/html", b'= "' * 200_000),
    "paragraphs": with_type("text/html", b"<p>hello" * 40_000),
    "attributions": with_type("text/plain", b"On 5 May 2020 at 10:00 a@b.example wrote\r\n" * 15_000),
    "header labels": with_type("text/plain", b"From: a\r\n" * 40_000),
    "signatures": with_type("text/plain", b"--\r\nx\r\n" * 60_000),
    "quotation marks": with_type("text/plain", b"> a\r\n" * 150_000),
    "200,000 line breaks": with_type("text/html", b"a<br>" * 200_000),
    "lines in <pre>": with_type("text/html", b"<pre>" + b"a\n" * 500_000),
    "paragraphs in a quotation": with_type("text/html", b"<div class=gmail_quote>" + b"<p>a" * 250_000),
    "quotations and words": with_type("text/html", b"<blockquote>a</blockquote>b" * 35_000),
    "table cells": with_type("text/html", b"<table>" + b"<tr><td>a" * 100_000),
    "list rulers": with_type("text/plain", b"_____________________\n" * 45_000),
    "disclaimers": with_type("text/plain", b"x\nThis e-mail and any attachments are\n" * 25_000),
    "delimiters": with_type("text/plain", b"-- \n" * 250_000),
    "ends of attributions": with_type("text/plain", b"> wrote:\n<a@b.c>\n\n" * 50_000),
    "near boundaries without end": with_type("multipart/mixed; boundary=a", b"\n--aa" * 200_000),
    "Japanese escapes": with_type("text/plain; charset=iso-2022-jp", b"\x1b$B" * 300_000),
    "Japanese of Windows": with_type("text/plain; charset=iso-2022-jp", b"\x1b$B-!\x1b(B" * 120_000),
    "one long line": with_type("text/plain", b"On 5 May 2020 wrote: > @" * 40_000),
}


HANGING_SECONDS = 10
"""Ours take under half a second; what is quadratic takes minutes. This tells the two apart on any machine."""


def test_no_words_are_lost_however_deep_they_stand() -> None:
    open_ = b"".join(b"--c%d\nContent-Type: multipart/mixed; boundary=c%d\n\n" % (n, n + 1) for n in range(500))
    mail = read_mail(b"Content-Type: multipart/mixed; boundary=c0\n\n" + open_ + b"--c500\n\nThank you.\n--c500--\n")
    assert "Thank you." in mail.text
    assert "parts are nested too deeply" in mail.problems


@pytest.mark.parametrize("raw", TORTURE.values(), ids=TORTURE.keys())
def test_a_mail_made_to_hurt_is_read_without_raising_or_hanging(raw: bytes) -> None:
    begin = time.thread_time()
    mail = read_mail(raw)
    reply = read_reply(mail)
    classify(mail)
    assert time.thread_time() - begin < HANGING_SECONDS
    assert_storable(mail, reply.said, reply.trimmed)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes_at_all_are_a_mail(raw: bytes) -> None:
    mail = read_mail(raw)
    reply = read_reply(mail, original="How did we do?")
    assert_storable(mail, reply.said, reply.trimmed, classify(mail).reason)


def assert_storable(mail: Mail, *texts: str) -> None:
    people = [person for address in (mail.sender, *mail.to, *mail.cc) for person in (address.name, address.address)]
    names = [attachment.name for attachment in mail.attachments]
    headers = [text for header in mail.headers for text in header]
    for text in (
        mail.text,
        mail.html,
        mail.subject,
        mail.message_id,
        *mail.references,
        *people,
        *names,
        *headers,
        *texts,
    ):
        assert "\0" not in text
        text.encode("utf-8")
