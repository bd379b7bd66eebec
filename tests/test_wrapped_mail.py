"""Mails inside mails: what Outlook and S/MIME wrap is read, what is encrypted is named, in every charset there is."""

import base64
import struct
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from reviews.mail import read_mail
from reviews.mail.cms import signed_content
from reviews.mail.labels import codec_of
from reviews.mail.tnef import read_tnef
from reviews.reading import words_of

HEAD = b"From: Ada <ada@customer.example>\r\nSubject: Re: How did we do?\r\n"
INNER = b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\nsch\xf6n\r\n"


def attribute(number: int, value: bytes) -> bytes:
    return struct.pack("<BII", 1, number, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def mapi(*properties: tuple[int, int, bytes]) -> bytes:
    block = struct.pack("<I", len(properties))
    for kind, number, value in properties:
        block += struct.pack("<HHII", kind, number, 1, len(value)) + value + b"\0" * (-len(value) % 4)
    return block


def winmail(*attributes: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


def attached(type_: str, content: bytes, name: str = "") -> bytes:
    disposition = f"Content-Disposition: attachment; filename={name}\r\n" if name else ""
    head = f"Content-Type: {type_}\r\nContent-Transfer-Encoding: base64\r\n{disposition}\r\n".encode()
    return HEAD + head + base64.encodebytes(content)


TNEF = winmail(
    attribute(0x00069007, struct.pack("<II", 1251, 0)),
    attribute(0x0002800C, "хорошо\0".encode("cp1251")),
    attribute(0x00069002, b"\0" * 14),
    attribute(0x00018010, "отчёт.txt\0".encode("cp1251")),
    attribute(0x0006800F, b"content"),
)


def test_the_text_and_the_files_of_a_winmail_are_read_and_it_is_kept() -> None:
    mail = read_mail(attached("application/ms-tnef", TNEF, "winmail.dat"))
    assert mail.text == "хорошо"
    assert [(a.name, a.content) for a in mail.attachments] == [("отчёт.txt", b"content"), ("winmail.dat", TNEF)]


@pytest.mark.parametrize("type_", ["application/ms-tnef", "application/octet-stream; name=winmail.dat"])
def test_the_unicode_text_of_a_winmail_is_read(type_: str) -> None:
    block = mapi((0x001F, 0x1000, "schön\0".encode("utf-16-le")), (0x0102, 0x1013, "<p>schön</p>".encode()))
    mail = read_mail(attached(type_, winmail(attribute(0x00069003, block)), "winmail.dat"))
    assert (mail.text, mail.html) == ("schön", "<p>schön</p>")


def test_a_winmail_adds_nothing_to_a_mail_that_has_its_text() -> None:
    body = (
        b"--cut\r\n\r\nHello\r\n--cut\r\nContent-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    mixed = HEAD + b"Content-Type: multipart/mixed; boundary=cut\r\n\r\n" + body + base64.encodebytes(TNEF) + b"--cut--"
    assert read_mail(mixed).text == "Hello"


@pytest.mark.parametrize("cut", range(0, len(TNEF), 7))
def test_a_broken_winmail_is_read_as_far_as_it_goes(cut: int) -> None:
    assert "хорошо".startswith(read_tnef(TNEF[:cut]).text)


def signed_by_wrapping(content: bytes) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Ada")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    day = datetime(2026, 11, 21, tzinfo=UTC)
    dated = builder.serial_number(1).not_valid_before(day).not_valid_after(day + timedelta(days=1))
    signing = pkcs7.PKCS7SignatureBuilder().set_data(content)
    signer = signing.add_signer(dated.sign(key, hashes.SHA256()), key, hashes.SHA256())
    return signer.sign(Encoding.DER, [pkcs7.PKCS7Options.Binary])


def in_pieces(content: bytes) -> bytes:
    """As OpenSSL streams it: every length left open, the text in strings of a few bytes (X.690 section 8.7)."""
    pieces = b"".join(bytes((4, len(piece))) + piece for piece in (content[:20], content[20:40], content[40:]))
    inside = b"\x30\x80" + bytes.fromhex("06092a864886f70d010701") + b"\xa0\x80\x24\x80" + pieces + b"\0\0" * 3
    signed_data = bytes.fromhex("06092a864886f70d010702") + b"\xa0\x80\x30\x80\x02\x01\x01\x31\x00"
    return b"\x30\x80" + signed_data + inside + b"\0\0" * 3


@pytest.mark.parametrize("signed", [signed_by_wrapping(INNER), in_pieces(INNER)], ids=["whole", "in pieces"])
def test_a_mail_that_is_signed_by_wrapping_is_read(signed: bytes) -> None:
    mail = read_mail(attached("application/pkcs7-mime; smime-type=signed-data", signed, "smime.p7m"))
    assert mail.text.strip() == "schön"
    assert [attachment.name for attachment in mail.attachments] == ["smime.p7m"]
    for cut in range(len(signed)):
        assert signed_content(signed[:cut]) in INNER


def test_what_pgp_puts_round_the_words_is_set_apart() -> None:
    body = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nVery well.\n\n- -- \nAda\n"
        "-----BEGIN PGP SIGNATURE-----\n\niHUEARYKAB0=\n=abcd\n-----END PGP SIGNATURE-----\n"
    )
    assert words_of(HEAD + b"\r\n" + body.encode()) == "Very well."


def test_what_is_encrypted_is_kept_and_named() -> None:
    enveloped = bytes.fromhex("308006092a864886f70d010703a080") + b"\0" * 50
    mail = read_mail(attached("application/pkcs7-mime; smime-type=enveloped-data", enveloped, "smime.p7m"))
    assert (mail.problems, mail.attachments[0].name) == (("it is encrypted (S/MIME)",), "smime.p7m")
    pgp = read_mail(HEAD + b"\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n")
    assert pgp.problems == ("it is encrypted (PGP)",)


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("ISO_8859-1:1987", "cp1252"),
        ("l1", "cp1252"),
        ("ascii", "cp1252"),
        ("iso-8859-9", "cp1254"),
        ("csISOLatin2", "iso8859-2"),
        ("iso-ir-149", "cp949"),
        ("x-sjis", "cp932"),
        ("Windows-874", "cp874"),
        ("x-mac-cyrillic", "mac-cyrillic"),
        ("chinese", "gb18030"),
        ("unicode-1-1-utf-8", "utf-8"),
        ("zlib", ""),
        ("idna", ""),
        ("x" * 100_000, ""),
    ],
)
def test_a_label_means_what_it_means_to_browsers(label: str, codec: str) -> None:
    assert codec_of(label) == codec


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("text/plain", b"\xff\xfe" + "schön".encode("utf-16-le"), "schön"),  # a mark is right whatever the label says
        ("text/plain; charset=iso-8859-1", b"\xef\xbb\xbf" + "schön".encode(), "schön"),
        ("text/plain", b"\x1b$B$*@$OC\x1b(B", "お世話"),
        ("text/plain; charset=utf-8", b"\x1b$B$*@$OC\x1b(B", "お世話"),
        ("text/plain; charset=iso-2022-jp", b"\x1b$B-!\x1b(B", "①"),  # a row that only Windows knows
        ("text/plain; charset=iso-2022-jp", b"\x1b(I1\x1b(B", "ｱ"),
        ("text/plain; charset=iso-2022-jp", "お世話".encode("cp932"), "お世話"),
        ("text/html; charset=utf-8", '<meta charset="windows-1251">хорошо'.encode("cp1251"), "хорошо"),
        ("text/html; charset=us-ascii", "<meta charset=utf-8>schön".encode(), "schön"),
    ],
)
def test_wrong_and_missing_labels_are_seen_through(content_type: str, body: bytes, expected: str) -> None:
    mail = read_mail(HEAD + f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    assert (mail.text or mail.html).endswith(expected)
