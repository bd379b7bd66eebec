"""The bytes of a mail: its header fields, its body, its signatures; read back by Python's parser and dkimpy."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses
from functools import partial

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from dkim.canonicalization import Relaxed
from hypothesis import given
from hypothesis import strategies as st

from mailer import headers
from mailer.compose import Composed
from mailer.mime import CONTENT_TYPE, PIECE_MIN, alternatives
from mailer.sign import Signer, WrongKey, covered, private_key

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
LONG = "<td style='padding:0'>  \tgrün  and   = equal\n.a { color: red }\n" * 10
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=400)


def mail(text: str = "Hello\n", html: tuple[str, ...] = ("<p>Hello</p>",), **fields: bytes) -> Composed:
    """A mail with that body; header fields by name, `_` for `-`."""
    head = {"From": b"care@acme.example", "To": b"ada@customer.example", "Subject": b"How did it go?"}
    head |= {name.replace("_", "-"): value for name, value in fields.items()}
    head |= {"MIME-Version": b"1.0", "Content-Type": CONTENT_TYPE}
    return Composed("b@reply.acme.example", "ada@customer.example", "", text, head, alternatives(text, html))


def read(composed: Composed) -> EmailMessage:
    parsed = message_from_bytes(composed.raw, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    assert not parsed.defects
    return parsed


def parts(composed: Composed) -> list[str]:
    """The two bodies as they are decoded, without the line end that the boundary needs."""
    return [str(part.get_content()).replace("\r\n", "\n") for part in read(composed).iter_parts()]


def pem(key: object) -> bytes:
    assert hasattr(key, "private_bytes")
    return bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


# header fields


@pytest.mark.parametrize(
    "subject",
    [
        "How did it go?",
        "Größe 🙂 und noch viel mehr davon, damit die Zeile wirklich umbrochen werden muss " * 4,
        "x" * 2_000,
        "=?utf-8?q?hostile?= words",
        'quotes " and \\ and <angles>',
        "\u200fעברית\u200f",
    ],
)
def test_a_subject_comes_back_as_it_was_said(subject: str) -> None:
    composed = mail(Subject=headers.text("Subject", subject))
    assert read(composed)["Subject"].strip() == subject.strip()
    assert composed.raw.isascii()
    assert max(map(len, composed.raw.split(b"\r\n"))) <= 998


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("", "ada@customer.example"),
        ("Ada Lovelace", "Ada Lovelace <ada@customer.example>"),
        ('Ada "the" Lovelace, Esq.', '"Ada \\"the\\" Lovelace, Esq." <ada@customer.example>'),
        ("back\\slash", '"back\\\\slash" <ada@customer.example>'),
    ],
)
def test_a_name_stands_before_its_address(name: str, written: str) -> None:
    assert headers.mailbox("To", name, "ada@customer.example") == written.encode()


@pytest.mark.parametrize(
    "name", ["Ädä Löwe", "Ädä " * 60, "爱达 <x@y.example>", "=?utf-8?q?a?=", 'a"b\\c, d;', "🙂" * 90]
)
def test_a_name_comes_back_as_it_was_said_beside_one_address(name: str) -> None:
    composed = mail(To=headers.mailbox("To", name, "ada@customer.example"))
    to = message_from_bytes(composed.raw)["To"]  # the newer parser puts a space between two encoded words of a name
    ((said, address),) = getaddresses([to.replace("\r\n", "")])
    assert (str(make_header(decode_header(said))).strip(), address) == (name.strip(), "ada@customer.example")
    assert max(map(len, composed.raw.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_line_break_in_a_value_is_refused(end: str) -> None:
    hostile = f"x{end}Bcc: everybody@victim.example"
    writing: tuple[Callable[[], object], ...] = (
        partial(headers.text, "Subject", hostile),
        partial(headers.plain, "Reply-To", hostile),
        partial(headers.mailbox, "To", hostile, "ada@customer.example"),
        partial(headers.mailbox, "To", "Ada", f"ada{end}@customer.example"),
        partial(headers.message_ids, [hostile]),
    )
    for written in writing:
        with pytest.raises(ValueError, match=r"a line break in|not a "):
            written()


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("ada@customer.example", "ada@customer.example"),
        ('"ada l"@customer.example', '"ada l"@customer.example'),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("dörte@bücher.example", "dörte@xn--bcher-kva.example"),
    ],
)
def test_an_address_is_told_with_its_domain_in_ascii(address: str, wanted: str) -> None:
    assert headers.mail_address(address) == wanted


@pytest.mark.parametrize(
    "address",
    [
        *(
            "",
            "ada",
            "ada@",
            "a b@c.example",
            "a@b.example>",
            "<a@b.example",
            "a@b.example,c@d.example",
            "a\0@b.example",
        ),
        *("a\u2028@b.example", '"a\r"@b.example', f"{'a' * 250}@b.example", f"a@{'b' * 70}.exämple", '"a"b"@c.example'),
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="not a mail address"):
        headers.mail_address(address)


# the body


@given(text=TEXTS, page=st.lists(TEXTS, max_size=6), fixed=st.booleans())
def test_any_words_come_back_as_they_were_said(text: str, page: list[str], fixed: bool) -> None:
    html = (*page, LONG, *page) if fixed else tuple(page)
    composed = mail(text, html)
    assert [part.removesuffix("\n") for part in parts(composed)] == [
        text.removesuffix("\n"),
        "".join(html).removesuffix("\n"),
    ]
    body = composed.body.wire
    assert body.isascii()
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert b"\r" not in body.replace(b"\r\n", b"")
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert composed.body.relaxed == Relaxed.canonicalize_body(body), "as dkimpy makes it of the whole"


def test_a_lone_carriage_return_becomes_a_line_end() -> None:
    assert parts(mail("one\rtwo\r\nthree\n"))[0] == "one\ntwo\nthree\n"


def test_no_part_ends_in_a_soft_line_break() -> None:
    body = mail("no line end", ("x" * PIECE_MIN,)).body.wire
    assert b"=\r\n\r\n--" not in body


# signatures


def domain(**keys: bytes) -> dict[bytes, bytes]:
    """A DNS with these records, by selector."""
    return {f"{selector}._domainkey.acme.example.".encode(): record for selector, record in keys.items()}


def holds(raw: bytes, number: int, dns: dict[bytes, bytes]) -> bool:
    """Whether the signature with that number holds, in dkimpy's eyes."""
    try:
        return bool(dkim.DKIM(raw).verify(number, dnsfunc=lambda name, timeout=5: dns.get(name)))
    except dkim.ValidationError:
        return False


@pytest.mark.parametrize("subject", ["plain", "Größe 🙂 " * 30])
@pytest.mark.parametrize("kinds", [("rsa",), ("ed25519",), ("rsa", "ed25519")])
def test_each_signature_holds_under_dkimpy(kinds: tuple[str, ...], subject: str) -> None:
    rsa, ed25519 = generate_private_key(65_537, 2_048), Ed25519PrivateKey.generate()
    public = rsa.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    short = ed25519.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    dns = domain(
        rsa=b"v=DKIM1; k=rsa; p=" + base64.b64encode(public),
        ed25519=b"v=DKIM1; k=ed25519; p=" + base64.b64encode(short),
    )
    signers = [Signer.of("acme.example", kind, pem({"rsa": rsa, "ed25519": ed25519}[kind])) for kind in kinds]
    composed = mail("Hello  you \n\n\n", (LONG, "<p>x</p>"), Subject=headers.text("Subject", subject))
    what = covered(composed.head, composed.body.relaxed)
    signatures = b"".join(signer.field(what, at=NOW) for signer in signers)
    raw = signatures + composed.raw
    for number in range(len(kinds)):
        assert holds(raw, number, dns), kinds[number]
    assert max(map(len, signatures.split(b"\r\n"))) <= 78
    assert not holds(raw.replace(b"<p>x</p>", b"<p>y</p>"), 0, dns)
    assert not holds(raw.replace(b"From:", b"From: x@evil.example\r\nFrom:"), 0, dns), "From is signed once too often"


def test_a_whole_mail_is_signed_as_one_in_parts_is() -> None:
    key = generate_private_key(65_537, 2_048)
    signer = Signer.of("acme.example", "rsa", pem(key))
    composed = mail("Hello  you\n", Subject=headers.text("Subject", "Größe 🙂 " * 30))
    field = signer.field(covered(composed.head, composed.body.relaxed), at=NOW)
    assert signer.sign(composed.raw, at=NOW) == field + composed.raw


@pytest.mark.parametrize(
    ("key", "says"),
    [
        (b"no key", "not a private key in PEM"),
        (pem(generate_private_key(65_537, 2_048)).replace(b"PRIVATE", b"PUBLIC"), "not a private key in PEM"),
    ],
)
def test_what_cannot_sign_is_named(key: bytes, says: str) -> None:
    with pytest.raises(WrongKey, match=says):
        private_key(key)
