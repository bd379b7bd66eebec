"""Mails whose MIME structure is hostile or broken: depth, number, boundaries, encodings, things inside of things."""

import gzip
import io
import zipfile
from base64 import b64encode

from tests.nasty.making import HEAD, attached, mail, nested, page, part, parts, text, typed


def _zip(*files: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            # By a bare name it would bear the time of now, and be another mail in every process.
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _encoded(name: bytes, content: bytes, kind: bytes = b"application/zip") -> bytes:
    words = part(b"text/plain", b"See the file.")
    fields = (b"Content-Disposition: attachment; filename=" + name, b"Content-Transfer-Encoding: base64")
    return parts(words, part(kind, b64encode(content), *fields))


def _rfc822(depth: int) -> bytes:
    return HEAD + b"Content-Type: message/rfc822\r\n\r\n" * depth + b"Subject: inmost\r\n\r\nhi\r\n"


BOUNDARIES = {
    "no boundary named": typed(b"multipart/mixed", b"hi"),
    "boundary never used": typed(b"multipart/mixed; boundary=b", b"hi"),
    "boundary empty": typed(b'multipart/mixed; boundary=""', b"--\r\n\r\nhi\r\n----\r\n"),
    "boundary of one space": typed(b'multipart/mixed; boundary=" "', b"-- \r\n\r\nhi\r\n"),
    "boundary of 10,000 letters": typed(
        b"multipart/mixed; boundary=" + b"b" * 10_000, b"--" + b"b" * 10_000 + b"\r\n\r\nhi"
    ),
    "boundary beyond ascii": typed(b"multipart/mixed; boundary=\xe9\xff", b"--\xe9\xff\r\n\r\nhi\r\n"),
    "boundary of brackets": typed(b'multipart/mixed; boundary="(.*)+["', b"--(.*)+[\r\n\r\nhi\r\n--(.*)+[--\r\n"),
    "boundary in RFC 2231": typed(b"multipart/mixed; boundary*0=a; boundary*1=b", b"--ab\r\n\r\nhi\r\n--ab--\r\n"),
    "boundary named twice": typed(b"multipart/mixed; boundary=a; boundary=b", b"--a\r\n\r\none\r\n--b\r\n\r\ntwo\r\n"),
    "boundary is a prefix of the inner one": typed(
        b"multipart/mixed; boundary=b",
        b"--b\r\nContent-Type: multipart/alternative; boundary=bb\r\n\r\n--bb\r\n\r\nhi\r\n--bb--\r\n--b--\r\n",
    ),
    "the same boundary inside": typed(
        b"multipart/mixed; boundary=b",
        b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * 500 + b"--b\r\n\r\nhi",
    ),
    "no end": parts(part(b"text/plain", b"hi"), end=b""),
    "end at once": typed(b"multipart/mixed; boundary=b", b"--b--\r\n"),
    "words behind the end": parts(part(b"text/plain", b"hi"), end=b"--b--\r\nmore words\r\n--b\r\n\r\nand more\r\n"),
    "words before the first": typed(
        b"multipart/mixed; boundary=b", b"preamble\r\n" * 1_000 + b"--b\r\n\r\nhi\r\n--b--"
    ),
    "a million near boundaries": typed(b"multipart/mixed; boundary=b", b"--bb\r\n" * 100_000),
    "blanks behind every boundary": typed(
        b"multipart/mixed; boundary=b", (b"--b" + b" " * 900 + b"\r\n\r\nhi\r\n") * 500
    ),
    "100,000 dashes": typed(b"multipart/mixed; boundary=" + b"-" * 70, b"-" * 100_000 + b"\r\n"),
    "a part without a blank line": typed(
        b"multipart/mixed; boundary=b", b"--b\r\nContent-Type: text/plain\r\n--b--\r\n"
    ),
    "a part that is only headers": typed(b"multipart/mixed; boundary=b", b"--b\r\nX: y\r\n\r\n--b--\r\n"),
    "multipart claimed for plain words": typed(b"multipart/alternative", b"I am only text.\r\n"),
}

BOMBS = {
    "depth 100": nested(100),
    "depth 10,000": nested(10_000),
    "alternative in alternative": nested(1_000, b"alternative", b"Content-Type: text/html\r\n\r\n<p>deep"),
    "depth with every part closed": nested(60) + b"".join(b"--b%d--\r\n" % n for n in reversed(range(60))),
    "100,000 empty parts": typed(b"multipart/mixed; boundary=b", b"--b\r\n" * 100_000),
    "50,000 parts of words": typed(b"multipart/mixed; boundary=b", b"--b\r\n\r\nhi\r\n" * 50_000),
    "2,000 attachments": parts(*[part(b"a/b", b"x", b"Content-Disposition: attachment; filename=x")] * 2_000),
    "1,000 pages": parts(*[part(b"text/html", b"<p>hello</p>")] * 1_000),
    "900 pages of nested boxes": parts(*[part(b"text/html", b"<div>" * 500)] * 900),
    "500 parts with long headers": parts(*[part(b'text/plain; name="' + b'";' * 2_000, b"hi")] * 100),
    "mails in mails, 2,000 deep": _rfc822(2_000),
    "a digest": parts(*[b"\r\nFrom: a@b.example\r\nSubject: one\r\n\r\nhi\r\n"] * 300, kind=b"digest"),
    "1,000 mails in a digest in a digest": parts(
        *[b"Content-Type: multipart/digest; boundary=c\r\n\r\n--c\r\n\r\nX: y\r\n\r\nhi\r\n--c--"] * 500, kind=b"digest"
    ),
    "a zip bomb": _encoded(b"b.zip", _zip(("zeros", bytes(5_000_000)))),
    "a zip in a zip": _encoded(b"b.zip", _zip(("in.zip", _zip(("zeros", bytes(1_000_000)))))),
    "a zip of 5,000 files": _encoded(b"b.zip", _zip(*((f"{n}.txt", b"") for n in range(5_000)))),
    "a zip that leaves its folder": _encoded(b"b.zip", _zip(("../../etc/passwd", b"root"), ("C:\\x.exe", b"MZ"))),
    "half a zip": _encoded(b"b.zip", _zip(("a.txt", b"a" * 1_000))[:60]),
    "a gzip bomb": _encoded(b"b.gz", gzip.compress(bytes(5_000_000)), b"application/gzip"),
    "an svg bomb": _encoded(
        b"b.svg",
        b'<!DOCTYPE x [<!ENTITY a "a">'
        + b"".join(b'<!ENTITY a%d "&a;&a;">' % n for n in range(99))
        + b"]><svg>&a98;</svg>",
        b"image/svg+xml",
    ),
    "an xml with an external entity": _encoded(
        b"b.xml", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>', b"text/xml"
    ),
    "a picture of 60,000 x 60,000": _encoded(
        b"b.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xea\x60\0\0\xea\x60\x08\x06\0\0\0", b"image/png"
    ),
}

ENCODINGS = {
    "base64 that is prose": text(b"This is no base64 at all, it is what I said.", b"Content-Transfer-Encoding: base64"),
    "base64 of nothing": text(b"====\r\n", b"Content-Transfer-Encoding: base64"),
    "base64 cut in the middle": text(b"VGhhbmsgeW91LCBTYW0", b"Content-Transfer-Encoding: base64"),
    "500,000 paddings": text(b"A=" * 500_000, b"Content-Transfer-Encoding: base64"),
    "base64 on one line of 3 MB": text(b64encode(b"Thank you. " * 200_000), b"Content-Transfer-Encoding: base64"),
    "base64 with a letter a line": text(b"V\r\nG\r\nh\r\nh\r\n" * 50_000, b"Content-Transfer-Encoding: base64"),
    "base64 of base64": text(b64encode(b64encode(b"hi")), b"Content-Transfer-Encoding: base64"),
    "base64 of a NUL": text(b64encode(b"a\0b\0" * 1_000), b"Content-Transfer-Encoding: base64"),
    "base64 of bare line ends": text(b64encode(b"a\rb\nc\r\n" * 1_000), b"Content-Transfer-Encoding: base64"),
    "quoted-printable without end": text(b"=" * 300_000, b"Content-Transfer-Encoding: quoted-printable"),
    "quoted-printable of a NUL": text(b"=00=00=0", b"Content-Transfer-Encoding: quoted-printable"),
    "quoted-printable nonsense": text(b"=ZZ=G=0=\r\n=\r\n=XX", b"Content-Transfer-Encoding: quoted-printable"),
    "500,000 soft line ends": text(b"=\r\n" * 300_000, b"Content-Transfer-Encoding: quoted-printable"),
    "lower-case escapes": text(b"caf=c3=a9", b"Content-Transfer-Encoding: QUOTED-PRINTABLE"),
    "uuencode named": text(b"begin 644 x.exe\r\n#0V%T\r\n`\r\nend\r\n", b"Content-Transfer-Encoding: x-uuencode"),
    "uuencode in the text": text(b"See:\r\nbegin 644 evil.exe\r\n" + b"M" + b"A" * 60 + b"\r\n`\r\nend\r\n"),
    "uuencode with a broken length": text(
        b"begin 644 x\r\n\x7f\x7f\x7f\r\nend\r\n", b"Content-Transfer-Encoding: uuencode"
    ),
    "yenc": text(b"=ybegin line=128 size=3 name=x\r\n\x8b\x8c\x8d\r\n=yend size=3\r\n"),
    "binhex": typed(b"application/mac-binhex40", b"(This file must be converted with BinHex 4.0)\r\n:$f*TEQK:"),
    "two encodings": text(b"aGk=", b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: 7bit"),
    "an unknown encoding": text(b"hi", b"Content-Transfer-Encoding: rot13"),
    "an encoding of 60 kB": text(b"hi", b"Content-Transfer-Encoding: " + b"x" * 60_000),
    "binary claimed": text(bytes(range(1, 10)) + bytes(range(14, 256)), b"Content-Transfer-Encoding: binary"),
    "an encoded multipart": typed(
        b"multipart/mixed; boundary=b", b64encode(b"--b\r\n\r\nhi\r\n--b--"), b"Content-Transfer-Encoding: base64"
    ),
    "an encoded mail in a mail": typed(
        b"message/rfc822", b64encode(HEAD + b"\r\nhi"), b"Content-Transfer-Encoding: base64"
    ),
}

KINDS = {
    "no type": mail(body=b"hi"),
    "an empty type": typed(b"", b"hi"),
    "a type of one word": typed(b"text", b"hi"),
    "a type of slashes": typed(b"////", b"hi"),
    "a type of 60 kB": typed(b"text/" + b"x" * 60_000, b"hi"),
    "two types": typed(b"text/plain", b"<b>hi</b>", b"Content-Type: text/html"),
    "a type in brackets": typed(b"(comment) text/plain (comment)", b"hi"),
    "a type with a star": typed(b"*/*", b"hi"),
    "a picture as the mail": typed(b"image/png", b"iVBORw0KGgo=", b"Content-Transfer-Encoding: base64"),
    "a program as the mail": typed(b"application/x-msdownload; name=x.exe", b"MZ" + b"\x90" * 500),
    "a file as the mail": typed(b"text/plain; name=x.txt", b"hi", b"Content-Disposition: attachment; filename=x.txt"),
    "a partial mail": typed(b"message/partial; id=x; number=2; total=3", b"second piece"),
    "a partial mail of 10^9 pieces": typed(b"message/partial; id=x; number=1; total=999999999999", b"piece"),
    "an external body": typed(
        b"message/external-body; access-type=URL; URL=file:///etc/passwd", b"Content-Type: text/plain\r\n\r\n"
    ),
    "an external body by ftp": typed(b"message/external-body; access-type=anon-ftp; site=localhost; name=x", b"\r\n"),
    "an invitation": typed(
        b"text/calendar; method=REQUEST", b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\n"
    ),
    "an invitation that recurs for ever": typed(
        b"text/calendar", b"BEGIN:VCALENDAR\r\nRRULE:FREQ=SECONDLY\r\n" * 2_000
    ),
    "a vcard": attached(b"filename=x.vcf", b"BEGIN:VCARD\r\nFN:=cmd|' /C calc'!A0\r\n", b"text/vcard"),
    "rich text": typed(b"text/enriched", b"<bold>hi</bold><<" * 5_000),
    "rtf": attached(b"filename=x.rtf", b"{\\rtf1" + b"{" * 50_000, b"application/rtf"),
    "winmail.dat": _encoded(b"winmail.dat", b"\x78\x9f\x3e\x22" + b"\xff" * 500, b"application/ms-tnef"),
    "winmail.dat with a huge length": _encoded(
        b"winmail.dat", b"\x78\x9f\x3e\x22\0\0\1\x06\x90\x08\0\xff\xff\xff\xff", b"application/ms-tnef"
    ),
    "S/MIME": _encoded(
        b"smime.p7m", b"\x30\x80\x06\x09" + b"\xff" * 400, b"application/pkcs7-mime; smime-type=enveloped-data"
    ),
    "S/MIME signed": typed(
        b'multipart/signed; protocol="application/pkcs7-signature"; boundary=b',
        b"--b\r\n\r\nhi\r\n--b\r\nContent-Type: application/pkcs7-signature\r\n\r\nMIIB\r\n--b--\r\n",
    ),
    "PGP encrypted": typed(
        b'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b',
        b"--b\r\nContent-Type: application/pgp-encrypted\r\n\r\n1\r\n--b\r\n\r\n-----BEGIN PGP\r\n--b--\r\n",
    ),
    "PGP in the text": text(
        b"-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA1\r\n\r\nhi\r\n-----BEGIN PGP SIGNATURE-----\r\n"
    ),
    "a bounce without a mail": typed(
        b"multipart/report; report-type=delivery-status; boundary=b",
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\n--b--\r\n",
    ),
    "a bounce of 50,000 recipients": typed(
        b"multipart/report; report-type=delivery-status; boundary=b",
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        + b"Final-Recipient: rfc822; a@b.example\r\nStatus: 5.1.1\r\n\r\n" * 20_000
        + b"--b--\r\n",
    ),
    "a bounce with a status of letters": typed(
        b"multipart/report; report-type=delivery-status; boundary=b",
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\n\r\nStatus: \xff.\xd9\xa1.99999999999\r\n--b--\r\n",
    ),
    "a complaint of nonsense": typed(
        b"multipart/report; report-type=feedback-report; boundary=b",
        b"--b\r\nContent-Type: message/feedback-report\r\n\r\n\xff\xfe: \xff\r\n--b--\r\n",
    ),
    "related without a root": typed(
        b'multipart/related; boundary=b; start="<none>"',
        b"--b\r\nContent-Type: image/png\r\nContent-ID: <x>\r\n\r\nx\r\n--b--\r\n",
    ),
    "alternatives that disagree": parts(
        part(b"text/plain", b"I am happy."), part(b"text/html", b"<p>I am not."), kind=b"alternative"
    ),
    "page and text by turns": parts(*[part(b"text/plain", b"a"), part(b"text/html", b"<p>b")] * 400),
    "a polyglot": _encoded(b"x.gif", b"GIF89a/*<script>*/=1;//<?php PK\x03\x04%PDF-1.4", b"image/gif"),
    "a page called a picture": _encoded(b"x.png", b"<html><script>alert(1)</script>", b"image/png"),
    "a page in a text": text(b"<html><script>alert(1)</script></html>\r\n"),
    "a page called text/html, but none": page(b"\x7fELF\x02\x01\x01" + b"\x01" * 500),
}

MAILS = BOUNDARIES | BOMBS | ENCODINGS | KINDS
