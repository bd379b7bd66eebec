"""Which domains signed this mail, and do their signatures hold? (RFC 6376, RFC 8301)

Verifying is done on the bytes alone, with keys that were looked up before: whoever reads hostile mail needs no network.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import dkim

from reviews.mail.parts import HEADERS_BYTES_MAX, split_head, without_blank_start

SIGNATURES_MAX = 5
"""Signatures looked at: each costs a look-up, and a sender of good faith adds one or two."""
KEY_BITS_MIN = 1024  # RFC 8301 section 3.2
SIGNATURE_BYTES_MAX = 8_192
NAME_CHARS_MAX = 253  # RFC 1035 section 2.3.4
SAID = (b"from", b"subject")
"""Fields whose words are shown as the sender's: a signature has to cover them."""
ONCE = (
    *(*SAID, b"sender", b"reply-to", b"to", b"cc", b"date", b"message-id", b"in-reply-to", b"references"),
    *(b"mime-version", b"content-type", b"content-transfer-encoding", b"content-disposition"),
)
"""Fields a mail has once (RFC 5322 section 3.6, RFC 2045). Verifiers read the last of several, programs show the first:
whoever sends a signed mail again with one more on top has changed what is read (RFC 6376 section 8.15)."""

BODY_CHANGED = "the body was changed"


class Holds(StrEnum):
    """How a signature ended."""

    YES = "yes"
    NO = "no"
    """It does not fit the mail, or its key was taken back."""
    UNKNOWN = "unknown"
    """It cannot be used: a form nobody can check, or one that proves nothing. As if it were not there (section 6.1)."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature: the domain that signed, the name of its key record, and whether it holds."""

    domain: str
    key: str
    holds: Holds


def key_names(raw: bytes) -> tuple[str, ...]:
    """Where the keys of this mail's signatures are published, in the order of the signatures; '' for one that names no
    place."""
    return tuple(map(key_name, fields_of(raw, b"dkim-signature")))


def from_fields(raw: bytes) -> int:
    """How many From fields the mail has."""
    return len(fields_of(raw, b"from", most=2))


def check_signatures(raw: bytes, keys: Mapping[str, bytes]) -> tuple[Signature, ...]:
    """Every signature of the mail, held against these key records by name. Slow on hostile mail: call it where time and
    memory are limited."""
    raw = without_blank_start(raw)
    named = [(key_name(value), value) for value in fields_of(raw, b"dkim-signature")]
    mail = _read_once(raw) if any(name in keys for name, _ in named) else None
    return tuple(_checked(mail, number, name, value, keys) for number, (name, value) in enumerate(named) if name)


def _read_once(raw: bytes) -> "Verifier | None":
    """The mail as dkimpy takes it apart, for all of its signatures; None for one that it does not read."""
    if split_head(raw)[0] > HEADERS_BYTES_MAX:
        return None  # dkimpy takes time in its square
    try:
        return Verifier(raw)
    except dkim.DKIMException:
        return None


def _checked(verifier: "Verifier | None", number: int, name: str, value: bytes, keys: Mapping[str, bytes]) -> Signature:
    domain = name.partition("._domainkey.")[2]
    if name not in keys:
        return Signature(domain, name, Holds.NO)  # no key: revoked or never there (section 6.1.2)
    if len(value) > SIGNATURE_BYTES_MAX or verifier is None:
        return Signature(domain, name, Holds.UNKNOWN)

    def key(asked: bytes, timeout: float = 0) -> bytes:  # dkimpy's signature; it may read the mail otherwise than we do
        return keys[asked.decode("ascii").lower().rstrip(".")]

    try:
        fits = bool(verifier.verify(idx=number, dnsfunc=key))
    except dkim.ValidationError as error:
        return Signature(domain, name, Holds.NO if str(error) == BODY_CHANGED else Holds.UNKNOWN)
    except Exception:  # noqa: BLE001 - dkimpy raises a dozen kinds on hostile signatures; none of them proves anything
        return Signature(domain, name, Holds.UNKNOWN)
    if verifier.domain.decode("ascii", "replace").lower().rstrip(".") != domain or not proves(verifier):
        return Signature(domain, name, Holds.UNKNOWN)
    if not _allowed(tags_of(value), tags_of(keys[name])):
        return Signature(domain, name, Holds.UNKNOWN)
    return Signature(domain, name, Holds.YES if fits else Holds.NO)


def _allowed(signature: Mapping[bytes, bytes], key: Mapping[bytes, bytes]) -> bool:
    """Whether the key may be used like that (section 3.6.1): for these hashes alone, and with the flag `s` for the
    domain itself alone. dkimpy does not look."""
    hashes = key.get(b"h", b"").lower().split(b":")
    if hashes != [b""] and signature.get(b"a", b"").lower().rpartition(b"-")[2] not in hashes:
        return False
    itself = b"s" in key.get(b"t", b"").lower().split(b":")
    named = signature.get(b"i", b"@" + signature[b"d"]).rpartition(b"@")[2]
    return not itself or named.lower() == signature[b"d"].lower()


class Verifier(dkim.DKIM):  # type: ignore[misc]  # dkimpy ships without types
    """dkimpy over one mail, whose body is hashed once for all signatures of a form. dkimpy would do it for each, and
    looks at a run of a million blanks a million times: 25 MB with five signatures took half a minute."""

    def __init__(self, raw: bytes) -> None:
        begin = split_head(raw)[1]
        super().__init__(
            raw[:begin], minkey=KEY_BITS_MIN
        )  # of a body it would make a list of lines, in ten times its size
        self.body = _ended_alike(raw[begin:])
        self._hashes: dict[bool, bytes] = {}

    def verify_sig_process(
        self, sig: dict[bytes, bytes], include_headers: list[bytes], sig_header: object, dnsfunc: object
    ) -> bool:
        """dkimpy's check of the header alone, after ours of the body (section 3.7)."""
        if sig[b"a"].endswith(b"sha1") or b"l" in sig:
            # SHA-1 can be forged (RFC 8301 section 3.1), `l=` leaves room below.
            raise dkim.ValidationError("a form that proves nothing")
        relaxed = sig.get(b"c", b"").partition(b"/")[2] == b"relaxed"
        if self._body_hash(relaxed=relaxed) != base64.b64decode(b"".join(sig[b"bh"].split())):
            raise dkim.ValidationError(BODY_CHANGED)
        without = {name: value for name, value in sig.items() if name != b"bh"}
        return bool(super().verify_sig_process(without, include_headers, sig_header, dnsfunc))

    def _body_hash(self, *, relaxed: bool) -> bytes:
        """SHA-256 of the body in that form (sections 3.4.3 and 3.4.4): empty lines at its end are none."""
        if relaxed not in self._hashes:
            body: bytes = _relaxed(self.body) if relaxed else self.body
            kept = body.rstrip(b"\r\n") if body.endswith(b"\r\n") else body
            hashed = hashlib.sha256(kept)
            if kept or not relaxed:
                hashed.update(b"\r\n")
            self._hashes[relaxed] = hashed.digest()
        return self._hashes[relaxed]


def _relaxed(body: bytes) -> bytes:
    """The body with one blank for many and none at the end of a line (section 3.4.4). Runs are halved and halved again:
    whatever they are, that is quick, and takes no more memory than another copy."""
    body = body.replace(b"\t", b" ")
    while b"  " in body:
        body = body.replace(b"  ", b" ")
    return body.replace(b" \r\n", b"\r\n")


def _ended_alike(body: bytes) -> bytes:
    """The body with CR LF at the end of each line, as it went over the wire."""
    if body.count(b"\n") == body.count(b"\r\n"):
        return body
    return body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def proves(verifier: dkim.DKIM) -> bool:
    """Whether it covers what is shown; one that does not says nothing of the sender (dkimpy does not look at that)."""
    if b"from" not in verifier.include_headers:
        return False
    there = Counter(name.lower() for name, _ in verifier.headers)
    covered = Counter(verifier.include_headers)
    return not any(there[name] > max(covered[name], name not in SAID) for name in ONCE)


def key_name(value: bytes) -> str:
    """Where the key of a signature or a seal is published; '' where it names no place."""
    tags = tags_of(value)
    selector, domain = tags.get(b"s", b""), tags.get(b"d", b"")
    if not selector or not domain or not (selector + domain).isascii():
        return ""
    name = f"{selector.decode()}._domainkey.{domain.decode()}".lower().rstrip(".")
    return name if len(name) <= NAME_CHARS_MAX and name.isprintable() and " " not in name else ""


def tags_of(value: bytes) -> dict[bytes, bytes]:
    """The tags of a signature (section 3.2), white space taken out."""
    pairs = (part.partition(b"=") for part in value[:SIGNATURE_BYTES_MAX].split(b";"))
    return {name.strip(): b"".join(text.split()) for name, _, text in pairs}


def fields_of(raw: bytes, name: bytes, most: int = SIGNATURES_MAX) -> list[bytes]:
    """The values of the header fields of that name, folded lines joined, at most so many."""
    raw = without_blank_start(raw)
    head = raw[: split_head(raw)[0]]
    found: list[list[bytes]] = []
    taken = False
    for line in head.split(b"\n"):
        if line[:1] in (b" ", b"\t"):
            if taken:
                found[-1].append(line)
            continue
        start, _, value = line.partition(b":")
        taken = start.strip().lower() == name
        if taken and len(found) == most:
            break
        if taken:
            found.append([value])
    return [b" ".join(lines) for lines in found]
