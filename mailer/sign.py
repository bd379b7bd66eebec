"""How does a receiver know that a mail is ours? A DKIM signature (RFC 6376) of the sender's domain, by RSA or Ed25519.

The signature is made by `cryptography`, whose key is parsed once; dkimpy's own signing takes twenty times as long. The
tests hold what is hashed against dkimpy's canonical forms, and what comes out against its verifier.
"""

import asyncio
import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from mailer.mime import Body, compressed

SIGNED = (
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "reply-to",
    "in-reply-to",
    "references",
    "mime-version",
    "content-type",
    "list-unsubscribe",
    "list-unsubscribe-post",
)
"""RFC 6376 section 5.4.1; and RFC 8058 section 4: the one-click header must be covered by the signature."""
FROM_AGAIN = ("from",)
"""RFC 6376 section 8.15: a field signed once more than it is there cannot be added on the way."""
LINE = 72
BITS_MIN = 1024
"""RFC 8301 section 3.2: receivers take no signature by a shorter RSA key for one."""
HEADS_KNOWN = 64
"""Combinations of header fields whose part of the signature is kept: each kind of mail has one or two."""

Key = RSAPrivateKey | Ed25519PrivateKey
Head = Mapping[str, bytes]
"""Header fields by name, each as it stands on the wire after `Name: `, folded, without the line's end."""


class WrongKey(ValueError):
    """The DKIM key cannot sign."""


@dataclass(frozen=True)
class Signer:
    """Signs with one key under `selector._domainkey.domain`."""

    domain: str
    selector: str
    key: Key

    @classmethod
    def of(cls, domain: str, selector: str, pem: bytes) -> "Signer":
        """The signer of a private key in PEM. WrongKey when it is none that DKIM knows."""
        try:
            return cls(domain, selector, private_key(pem))
        except WrongKey as error:
            raise WrongKey(f"the DKIM key {selector} cannot sign: {error}") from error

    def field(self, mail: "Covered", *, at: datetime | None = None) -> bytes:
        """The DKIM-Signature field of a mail, with its line's end."""
        value, text = self._signed(mail, at)
        return _field(value, self._signature(text))

    async def field_meanwhile(self, mail: "Covered", *, at: datetime) -> bytes:
        """The same; an RSA key's work, half a millisecond without the interpreter, is done beside the event loop."""
        if isinstance(self.key, Ed25519PrivateKey):
            return self.field(mail, at=at)
        value, text = self._signed(mail, at)
        return _field(value, await asyncio.get_running_loop().run_in_executor(None, self._signature, text))

    def _signed(self, mail: "Covered", at: datetime | None) -> tuple[bytes, bytes]:
        """The field's value up to the signature, and what is signed."""
        when = f" t={int(at.timestamp())};".encode() if at else b""
        begun = _begun(self.domain, self.selector, self._algorithm, *mail.names)
        value = b"%s%s\r\n bh=%s;\r\n b=" % (begun, when, mail.body_hash)
        return value, b"%sdkim-signature:%s" % (mail.lines, relaxed_value(value))

    def sign(self, raw: bytes, *, at: datetime | None = None) -> bytes:
        """A whole mail with its signature in front."""
        from dkim.canonicalization import Relaxed  # brings a resolver along: 4 MB that a mailer has no use for

        lines, _, body = raw.partition(b"\r\n\r\n")
        unfolded = lines.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ").split(b"\r\n")
        fields = (line.partition(b":") for line in unfolded)
        head = {name.decode("ascii", "replace").strip(): value for name, _, value in fields}
        return self.field(covered(head, Relaxed.canonicalize_body(body)), at=at) + raw

    @property
    def _algorithm(self) -> str:
        return "rsa-sha256" if isinstance(self.key, RSAPrivateKey) else "ed25519-sha256"

    def _signature(self, covered: bytes) -> bytes:
        if isinstance(self.key, RSAPrivateKey):
            return self.key.sign(covered, PKCS1v15(), SHA256())
        return self.key.sign(hashlib.sha256(covered).digest())  # RFC 8463 section 3: the hash is what is signed


@dataclass(frozen=True, slots=True)
class Covered:
    """What a signature covers, whichever key makes it: the header fields that are there, their lines in relaxed form,
    and the hash of the body as `bh=` says it."""

    names: tuple[str, ...]
    lines: bytes
    body_hash: bytes


def covered(head: Head, body: bytes) -> Covered:
    """The same of a mail with that head and that body, which is in relaxed form (RFC 6376 section 3.4.4) already."""
    known = {name.lower(): value for name, value in head.items()}
    names = tuple(name for name in SIGNED if name in known)
    lines = b"".join([b"%s:%s\r\n" % (name.encode(), relaxed_value(known[name])) for name in names])
    return Covered(names, lines, base64.b64encode(hashlib.sha256(body).digest()))


@dataclass(frozen=True)
class Signers:
    """Who signs a mail, by the domain it comes from: by every key of that domain, else of the nearest above it, else by
    those that sign whatever has no keys of its own."""

    usual: Sequence[Signer] = ()
    by_domain: Mapping[str, Sequence[Signer]] = field(default_factory=dict)

    def of(self, domain: str) -> Sequence[Signer]:
        """The signers of mails from this domain; none where mails are not signed."""
        labels = domain.split(".")
        above = (".".join(labels[start:]) for start in range(len(labels) - 1))
        return next((self.by_domain[name] for name in above if name in self.by_domain), self.usual)

    async def fields(self, domain: str, head: Head, body: Body, *, at: datetime) -> list[bytes]:
        """The DKIM-Signature fields of a mail from this domain. What they cover is put together once for all keys."""
        signers = self.of(domain)
        if not signers:
            return []
        mail = covered(head, body.relaxed)
        return [await signer.field_meanwhile(mail, at=at) for signer in signers]


UNSIGNED = Signers()


def private_key(pem: bytes) -> Key:
    """The private key of a text in PEM. WrongKey when it is none, or none that DKIM knows."""
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise WrongKey("it is not a private key in PEM") from error
    if not isinstance(key, Key):
        raise WrongKey("it is neither an RSA key nor an Ed25519 key")
    if isinstance(key, RSAPrivateKey) and key.key_size < BITS_MIN:
        raise WrongKey(f"it has less than {BITS_MIN} bits")
    return key


def relaxed_value(value: bytes) -> bytes:
    """A header field's value in relaxed form (RFC 6376 section 3.4.2), without its line's end."""
    if b"\n" not in value and b"  " not in value and b"\t" not in value:
        return value.strip(b" ")
    return compressed(value.replace(b"\r\n", b"")).strip(b" ")


@lru_cache(HEADS_KNOWN)
def _begun(domain: str, selector: str, algorithm: str, *names: str) -> bytes:
    """The tags that are the same for all mails with those header fields."""
    lines, line = [], "h="
    for name in (*names, *FROM_AGAIN):
        if len(line) + len(name) > LINE:
            lines.append(line)
            line = ""
        line += f"{name}:"
    listed = "\r\n  ".join([*lines, line]).rstrip(":")
    return f"v=1; a={algorithm}; c=relaxed/relaxed;\r\n d={domain}; s={selector};\r\n {listed};".encode()


def _field(value: bytes, signature: bytes) -> bytes:
    return b"DKIM-Signature: %s%s\r\n" % (value, _folded(base64.b64encode(signature)))


def _folded(text: bytes) -> bytes:
    return b"\r\n  ".join(text[start : start + LINE] for start in range(0, len(text), LINE))
