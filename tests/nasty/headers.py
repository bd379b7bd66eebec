"""Mails whose header is hostile or broken: size, number, parameters, encoded words, dates, ids, addresses."""

from tests.nasty.making import HEAD, attached, mail, text, typed

FROM = b"From: Ada <ada@customer.example>\r\n"


def _from(*fields: bytes) -> bytes:
    return mail(head=b"".join(b"From: " + field + b"\r\n" for field in fields) + b"Subject: hello\r\n")


def _subject(value: bytes) -> bytes:
    return mail(b"Subject: " + value, head=FROM)


def _date(value: bytes) -> bytes:
    return mail(b"Date: " + value)


SIZES = {
    "a header of 1 MB": mail(b"X-Long: " + b"a" * 1_000_000),
    "a header of 1 MB, folded": mail(b"X-Long: a\r\n" + b" folded\r\n" * 110_000 + b" end"),
    "a subject of 1 MB": _subject(b"long " * 200_000),
    "a To of 30,000 addresses": mail(b"Cc: " + b"a@b.example, " * 30_000),
    "a References of 1 MB": mail(b"References: " + b"<abcdefgh@b.example> " * 50_000),
    "100,000 headers": HEAD + b"X: a\r\n" * 100_000 + b"\r\nhi\r\n",
    "100,000 names": HEAD + b"".join(b"X-%d: a\r\n" % n for n in range(100_000)) + b"\r\nhi\r\n",
    "5,000 Content-Types": HEAD + b"Content-Type: text/plain\r\n" * 5_000 + b"\r\nhi\r\n",
    "a name of 10,000 letters": mail(b"X" * 10_000 + b": a"),
    "headers without a body": HEAD,
    "headers that never end": HEAD + b"X: a\r\n" * 20_000,
    "no headers": b"I forgot the headers.\r\n",
    "nothing": b"",
    "one line end": b"\r\n",
    "only line ends": b"\r\n" * 50_000,
    "only blanks": b"   \t  \r\n" * 10_000,
    "only dots": b"..\r\n" * 10_000,
    "blank lines first": b"\r\n\r\n" + HEAD + b"\r\nhi\r\n",
    "a folded line first": b" folded\r\n" + HEAD + b"\r\nhi\r\n",
    "an mbox line first": b"From ada@customer.example Sat Nov 21 10:00:00 2026\r\n" + HEAD + b"\r\nhi\r\n",
    "a colon alone": mail(b":", b": a", b"a :"),
    "a line without a colon": mail(b"this is no header"),
    "a name beyond ascii": mail(b"X-\xe9\xff: a"),
    "a name with blanks": mail(b"X" + b" " * 5_000 + b": a"),
    "a header of controls": mail(b"X: " + bytes(range(1, 9)) + bytes(range(14, 32)) + b"\x7f"),
    "40 lines of trace": mail(*[b"Received: from a by b; Sat, 21 Nov 2026 10:00:00 +0000"] * 40),
    "a blank line of blanks": HEAD + b"   \r\n" + b"\r\nhi\r\n",
}

PARAMETERS = {
    "64 kB of quotes": typed(b"text/plain; name=" + b'"' * 64_000),
    "64 kB of semicolons": typed(b"text/plain" + b";" * 64_000),
    "quotes and semicolons": typed(b'text/plain; name="' + b'";' * 32_000),
    "backslashes": typed(b'text/plain; name="' + b"\\" * 60_000),
    "5,000 parameters": typed(b"text/plain" + b"".join(b"; p%d=v" % n for n in range(5_000))),
    "5,000 charsets": typed(b"text/plain" + b"; charset=utf-8" * 5_000),
    "continuations": attached(b"; ".join(b"filename*%d=a" % n for n in range(3_000))),
    "continuations from behind": attached(b"; ".join(b"filename*%d*=%%41" % n for n in reversed(range(500)))),
    "continuations with gaps": attached(b"filename*0=a; filename*7=b; filename*999999999999999999=c"),
    "a continuation without a number": attached(b"filename*=; filename**=x; filename*x*=y"),
    "a negative continuation": attached(b"filename*-1=a; filename*01=b; filename*+2=c"),
    "a continuation of Arabic digits": attached(b"filename*\xd9\xa1=a"),
    "the same continuation 2,000 times": attached(b"; ".join([b"filename*0*=utf-8''a"] * 2_000)),
    "RFC 2231 without quotes": attached(b"filename*=utf-8"),
    "RFC 2231 in an unknown charset": attached(b"filename*=zlib'xx'%78%9c%ff"),
    "RFC 2231 in a codec of Python": attached(b"filename*=unicode_escape''%5cud800"),
    "RFC 2231 of a NUL": attached(b"filename*=utf-8''a%00.exe"),
    "RFC 2231 of a surrogate": attached(b"filename*=utf-16''%d8%00%d8%00"),
    "RFC 2231 of half an escape": attached(b"filename*=utf-8''%e2%82%"),
    "RFC 2231 of a line end": attached(b"filename*=utf-8''a%0d%0aBcc:%20x@y.example"),
    "a name with a path": attached(b'filename="../../../etc/cron.d/x"'),
    "a name with a drive": attached(b'filename="C:\\\\Windows\\\\x.exe"'),
    "a name that is only dots": attached(b'filename=".."'),
    "a name of a device": attached(b"filename=CON"),
    "a name that turns round": attached(b"filename*=utf-8''invoice%E2%80%AEfdp.exe"),
    "a name of zero width": attached(b"filename*=utf-8''%E2%80%8B%E2%80%8B.exe"),
    "a name of 50 kB": attached(b'filename="' + b"n" * 50_000 + b'.exe"'),
    "a name of emoji": attached(b"filename*=utf-8''" + b"%F0%9F%98%80" * 200 + b".txt"),
    "a name of a formula": attached(b'filename="=cmd|calc!A1.csv"'),
    "a name of markup": attached(b'filename="<img src=x onerror=alert(1)>.png"'),
    "a name in encoded words": attached(b'filename="=?utf-8?b?Li4vLi4vZXZpbC5leGU=?="'),
    "two names that differ": attached(b"filename=a.txt; filename*=utf-8''b.exe"),
    "names in both headers": attached(b"filename=a.txt", kind=b"text/html; name=b.html"),
    "a disposition of nonsense": attached(b';;;=;"', kind=b"text/plain"),
}

WORDS = {
    "20,000 encoded words": _subject(b"=?utf-8?q?a?= " * 20_000),
    "20,000 in many charsets": _subject(b"=?utf-8?q?a?= =?koi8-r?q?=c1?= " * 10_000),
    "half an encoded word, 20,000 times": _subject(b"=?utf-8?q?" * 20_000),
    "question marks": _subject(b"=?" + b"?" * 100_000),
    "an encoded word of 100 kB": _subject(b"=?utf-8?b?" + b"QUFB" * 25_000 + b"?="),
    "an encoded word in an encoded word": _subject(b"=?utf-8?q?=3D=3Futf-8=3Fq=3Fa=3F=3D?="),
    "an unknown charset": _subject(b"=?zlib?b?eJwDAAAAAAE=?="),
    "an unknown encoding": _subject(b"=?utf-8?x?abc?="),
    "an empty encoded word": _subject(b"=?utf-8?q??= =??q??= =?utf-8??a?="),
    "a letter cut in two": _subject(b"=?utf-8?q?=c3?= =?utf-8?q?=a9?="),
    "utf-7 of a surrogate": _subject(b"=?utf-7?q?+2AA-?="),
    "utf-16 of half a letter": _subject(b"=?utf-16?b?2AA=?="),
    "base64 of one letter": _subject(b"=?utf-8?b?A?= =?utf-8?b?====?="),
    "an encoded line end": _subject(b"=?utf-8?q?hi=0d=0aBcc:_x@y.example?="),
    "an encoded NUL": _subject(b"=?utf-8?q?a=00b?="),
    "an encoded turn": _subject(b"=?utf-8?b?4oCubW9kbmFy?="),
    "with a language": _subject(b"=?utf-8*en-" + b"x" * 1_000 + b"?q?hi?="),
    "raw utf-8": _subject("Zufrieden – danke 😀".encode()),
    "raw latin-1": _subject(b"Zufrieden \x96 caf\xe9"),
    "raw bytes of every value": _subject(bytes(range(128, 256)) * 10),
    "a surrogate in utf-8": _subject(b"\xed\xa0\x80\xed\xb0\x80"),
    "a byte order mark": _subject(b"\xef\xbb\xbfhello"),
    "an overlong slash": _subject(b"\xc0\xaf\xe0\x80\xaf"),
    "beyond Unicode": _subject(b"\xf4\x90\x80\x80\xf8\x88\x80\x80\x80"),
    "10,000 combining marks": _subject(b"a" + "\u0300".encode() * 7_000),
    "a subject that turns round": _subject("\u202e\u2066\u2067 gnorw lla".encode()),
    "a subject of no width": _subject("\u200b\u200c\u200d\ufeff\u00ad".encode() * 100),
    "tags of Unicode": _subject("\U000e0041\U000e007f".encode() * 100),
    "no letters at all": _subject("\ufffe\uffff\U0010ffff\ufdd0".encode()),
}

DATES = {
    f"date {value[:30]!r}": _date(value)
    for value in (
        b"",
        b"Sat, 00 Jan 0000 00:00:00 +0000",
        b"Sat, 31 Feb 2026 10:00:00 +0000",
        b"Fri, 31 Dec 9999 23:59:59 -2359",
        b"Mon, 1 Jan 99999 00:00:00 +0000",
        b"Mon, 1 Jan 0001 00:00:00 +2359",
        b"Mon, 1 Jan 2026 99:99:99 +9999",
        b"Mon, 1 Jan 2026 10:00:00 +999999999999999999",
        b"Mon, -1 Jan -2026 -1:-1:-1 -0000",
        b"1" * 5_000,
        b"Mon, 1 Jan 2026 10:00:60 +0000",
        b"\xd9\xa1\xd9\xa2 Jan 2026 10:00:00 +0000",
        b"Thu, 1 Jan 1970 00:00:00",
        b"(" * 5_000,
        b"yesterday, I think",
    )
}

IDS = {
    "two ids": mail(b"Message-ID: <a@b.example>", b"Message-ID: <c@d.example>"),
    "an id of 100 kB": mail(b"Message-ID: <" + b"a" * 100_000 + b"@b.example>"),
    "an id without brackets": mail(b"Message-ID: a@b.example"),
    "an empty id": mail(b"Message-ID: <>"),
    "an id of bytes": mail(b"Message-ID: <\xff\xfe@\xed\xa0\x80>"),
    "an id of brackets": mail(b"Message-ID: " + b"<" * 10_000 + b">" * 10_000),
    "an id with a line in it": mail(b"Message-ID: <a\r\n b@c.example>"),
    "an id of a quote": mail(b"Message-ID: <'; drop table messages; --@x.example>"),
    "answers itself": mail(b"Message-ID: <a@b.example>", b"In-Reply-To: <a@b.example>", b"References: <a@b.example>"),
    "References of 3,000 ids": mail(b"References: " + b" ".join(b"<%d@b.example>" % n for n in range(3_000))),
    "References of blanks": mail(b"References: " + b"<" + b" " * 15_000 + b"a"),
}

SENDERS = {
    "no From": mail(head=b"Subject: hello\r\n"),
    "an empty From": _from(b""),
    "an empty address": _from(b"<>"),
    "two Froms": _from(b"ada@customer.example", b"boss@acme.example"),
    "50 Froms": _from(*[b"a%d@customer.example" % n for n in range(50)]),
    "two addresses in From": _from(b"ada@customer.example, boss@acme.example"),
    "5,000 addresses in From": _from(b", ".join(b"a%d@b.example" % n for n in range(5_000))),
    "a group": _from(b"friends: ada@customer.example, bob@customer.example;"),
    "an empty group": _from(b"Undisclosed recipients:;"),
    "groups without end": _from(b"a:" * 5_000),
    "a route": _from(b"<@a.example,@b.example:ada@customer.example>"),
    "comments": _from(b"(" * 5_000 + b"ada@customer.example" + b")" * 5_000),
    "an address in a comment": _from(b"(boss@acme.example) ada@customer.example (x@y.example)"),
    "an open quote": _from(b'"Ada <ada@customer.example>'),
    "an address as a name": _from(b'"boss@acme.example" <ada@customer.example>'),
    "an address as an encoded name": _from(b"=?utf-8?q?boss=40acme.example?= <ada@customer.example>"),
    "brackets in an encoded name": _from(b"=?utf-8?q?Boss_=3Cboss=40acme.example=3E?= <ada@customer.example>"),
    "an encoded address": _from(b"=?utf-8?q?ada=40customer.example?="),
    "an address in encoded words in brackets": _from(b"<=?utf-8?q?ada?=@customer.example>"),
    "a quoted local part": _from(b'"ada @<> x"@customer.example'),
    "a domain literal": _from(b"ada@[192.0.2.1]"),
    "an international address": _from("Ärger <jürgen@müller.example>".encode()),
    "a name that turns round": _from("\u202eeciffo kcab\u202c <ada@customer.example>".encode()),
    "a name of control pictures": _from(b"\x1b[31mAda\x1b]0;x\x07 <ada@customer.example>"),
    "a name of markup": _from(b'"<script>alert(1)</script>" <ada@customer.example>'),
    "a name of 15 kB": _from(b"A" * 15_000 + b" <ada@customer.example>"),
    "an address of 15 kB": _from(b"a" * 15_000 + b"@customer.example"),
    "a domain of 15 kB": _from(b"a@" + b"b." * 7_500 + b"example"),
    "a domain of one label": _from(b"root@localhost"),
    "a domain of dots": _from(b"a@...."),
    "a punycode domain that is none": _from(b"a@xn--\xff\xfe.xn--99999.example"),
    "15 kB of at signs": _from(b"@" * 15_000),
    "a Sender of another": mail(b"Sender: boss@acme.example", b"Reply-To: eve@evil.example"),
    "a folded address": _from(b"Ada\r\n <ada\r\n @customer.example>"),
    "signatures of nonsense": mail(*[b"DKIM-Signature: " + b"v=1;" * 500] * 50),
    "a signature of 200 kB": mail(b"DKIM-Signature: v=1; a=rsa-sha256; d=customer.example; s=x; b=" + b" A" * 100_000),
    "results of nonsense": mail(*[b"Authentication-Results: acme.example; " + b"dkim=pass (" * 900] * 10),
}

MACHINES = {
    f"machine {value[:40]!r}": text(b"I am away.\r\n", value)
    for value in (
        b"Auto-Submitted: auto-replied",
        b"Auto-Submitted: \xff\xfe",
        b"Auto-Submitted: " + b"(" * 10_000,
        b"Auto-Submitted: no; " + b"x" * 60_000,
        b"Precedence: bulk\r\nPrecedence: list",
        b"List-Id: " + b"<" * 10_000,
        b"X-Autoreply: yes",
        b"Return-Path: <>",
        b"Content-Language: " + b"," * 10_000,
    )
}

MAILS = SIZES | PARAMETERS | WORDS | DATES | IDS | SENDERS | MACHINES
