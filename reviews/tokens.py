"""Which addresses and links are ours, and what does each grant? Signed by itsdangerous: HMAC-SHA256, a salt a purpose.

Addresses: prefix, '+', then `g` and 52 characters of lower-case base32 over the 16-byte id and the first 16 bytes of
its signature: 55 in all, below the 64 of RFC 5321 section 4.5.3.1.1. Mail servers fold case, so they are read back in
any case; a token that began with hex digits would be taken for an escape by one mail program, hence the `g`.
Links: a URL-safe itsdangerous token. itsdangerous accepts `=` at its end: whoever reads one goes by the payload alone.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from itsdangerous import Signer, URLSafeSerializer

from reviews.model import ANSWERS, base32, raw_id, text_id

REPLY, STAFF, BOUNCE, VOTE, COPY = "r", "s", "b", "v", "t"
PREFIXES = (REPLY, STAFF, BOUNCE, VOTE, COPY)
"""To append to a review as its customer's side; as this member of staff; where a delivery's bounces come; to rate a
review with one answer; to start a review by a copy of a helpdesk's mail."""
RATE, VIEW, UNSUBSCRIBE, RECORD, SIGN_IN, NONCE, PAGE, MERGE = (
    "rate",
    "view",
    "unsubscribe",
    "record",
    "sign-in",
    "nonce",
    "page",
    "merge",
)
CONSENT, SINGLE_SIGN_ON = "consent", "single-sign-on"
LINKS = (RATE, VIEW, UNSUBSCRIBE, RECORD, SIGN_IN, NONCE, PAGE, CONSENT, MERGE, SINGLE_SIGN_ON)
SEPARATORS = "+-."
"""Some systems rewrite the plus; all three are read."""
LINK_LENGTH_MAX = 512
SECRET_LENGTH_MIN = 32
MAC_BYTES = 16
CLIENTS_KNOWN = 4_096
"""Clients whose key is kept: a visit is some five requests, and a scanner's are many more."""
PAYLOADS = URLSafeSerializer("its payloads alone are used, which know no key")
"""Reads what a link says, as itsdangerous does; what it may have compressed as well."""
COMPACT = json.JSONEncoder(separators=(",", ":"))
ADDRESS_TOKEN_LENGTH = 53
WEEKS_KNOWN = 16
"""Weeks whose salt is kept: two at a time are used."""
A_WEEK = timedelta(weeks=1)
BASE32, BASE32_HEX = b"abcdefghijklmnopqrstuvwxyz234567", b"0123456789abcdefghijklmnopqrstuv"
DIGITS = bytes(BASE32_HEX[BASE32.index(byte)] if byte in BASE32 else ord("!") for byte in range(256))
"""Base32 as the digits that `int` reads (RFC 4648 sections 6 and 7); whatever is none becomes one that it refuses."""


@dataclass(frozen=True, slots=True)
class SignedAddress:
    """A signed local part that is ours: its prefix and the id it stands for."""

    prefix: str
    id: str
    answer: str = ""
    """The answer that a mail to it gives; with the prefix VOTE alone."""


class Keys:
    """The secret keys, newest first: the newest signs, all verify. ValueError when one is too short to be a secret."""

    def __init__(self, secrets: Sequence[str]) -> None:
        if not secrets or any(len(secret) < SECRET_LENGTH_MIN for secret in secrets):
            raise ValueError(f"every secret key needs at least {SECRET_LENGTH_MIN} characters")
        self._links = {purpose: _derived(secrets, f"afterword/link/{purpose}") for purpose in LINKS}
        self._addresses = {prefix: _derived(secrets, f"afterword/address/{prefix}") for prefix in PREFIXES}
        self._clients = _derived(secrets, "afterword/address/client")[0]
        self._salt = lru_cache(WEEKS_KNOWN)(self._salted)
        self._client = lru_cache(CLIENTS_KNOWN)(self._grouped)

    def local_part(self, prefix: str, id: str, *, answer: str = "") -> str:
        """The signed local part for an id of 26 characters (16 bytes). An answer is not written but signed along."""
        raw = raw_id(id)
        mac = _mac(self._addresses[prefix][0], raw + answer.encode())
        return f"{prefix}+g{base32(raw + mac)}"

    def read_local_part(self, local_part: str) -> SignedAddress | None:
        """What a local part grants, or None when it is not ours. Compared in constant time, under every key."""
        prefix, token = local_part[:1].lower(), local_part[2:].lower()
        if prefix not in PREFIXES or local_part[1:2] not in SEPARATORS or len(token) != ADDRESS_TOKEN_LENGTH:
            return None
        try:
            raw = _decoded(token[1:])
        except ValueError:
            return None
        meant = [
            answer
            for key in self._addresses[prefix]
            for answer in (ANSWERS if prefix == VOTE else ("",))
            if hmac.compare_digest(_mac(key, raw[:16] + answer.encode()), raw[16:])
        ]
        return SignedAddress(prefix, text_id(raw[:16]), meant[0]) if token[0] == "g" and meant else None

    def read_address(self, address: str, domain: str) -> SignedAddress | None:
        """The same for a whole address, which must be at our reply domain."""
        local_part, _, at = address.rpartition("@")
        return self.read_local_part(local_part) if at.lower().rstrip(".") == domain.lower() else None

    def link(self, purpose: str, *payload: str | int) -> str:
        """A token for a link of that purpose."""
        written = _text64(COMPACT.encode(payload).encode())
        return (written + b"." + _signature(self._links[purpose][0], written)).decode()

    def read_link(self, purpose: str, token: str) -> list[Any] | None:
        """The payload of a link's token, or None when we did not sign it for this purpose."""
        if len(token) > LINK_LENGTH_MAX or not token.isascii():
            return None
        written, dot, signature = token.encode().rpartition(b".")
        given = signature.rstrip(b"=")
        known = [hmac.compare_digest(_signature(key, written), given) for key in self._links[purpose]]
        if not dot or not any(known):
            return None
        payload = _payload(written)
        return payload if isinstance(payload, list) else None

    def client_key(self, network: str, agent: str, *, at: datetime) -> str:
        """A key that groups the requests of one client for a week, and then forgets: HMAC under the week's own salt."""
        return self.client_keys(network, agent, at=at)[0]

    def client_keys(self, network: str, agent: str, *, at: datetime) -> tuple[str, str]:
        """The same with the key that this client had in the week before."""
        return self._client(network, agent, at.isocalendar()[:2], (at - A_WEEK).isocalendar()[:2])

    def _grouped(self, network: str, agent: str, now: tuple[int, int], before: tuple[int, int]) -> tuple[str, str]:
        said = f"{network}\n{agent}".encode("utf-8", "replace")
        return text_id(_mac(self._salt(*now), said)), text_id(_mac(self._salt(*before), said))

    def _salted(self, year: int, week: int) -> "hmac.HMAC":
        """What the keys of that week's clients are made with."""
        return _begun(_mac(self._clients, f"{year}-{week}".encode()))


@dataclass(frozen=True, slots=True)
class Nonce:
    """What an opened page carries: the hit it was served for, the review, and when."""

    hit: str
    review: str
    at: datetime


def write_nonce(keys: Keys, nonce: Nonce) -> str:
    """The nonce of a page, signed."""
    return keys.link(NONCE, nonce.hit, nonce.review, nonce.at.isoformat())


def read_nonce(keys: Keys, text: str, *, at: datetime, ttl: timedelta, skew: timedelta) -> Nonce | None:
    """The nonce, or None when it is not ours or older than `ttl`; a clock up to `skew` ahead of ours is forgiven."""
    payload = keys.read_link(NONCE, text)
    if payload is None or len(payload) != 3:
        return None
    nonce = Nonce(str(payload[0]), str(payload[1]), datetime.fromisoformat(str(payload[2])))
    return nonce if -skew <= at - nonce.at <= ttl else None


def _payload(written: bytes) -> object:
    """What a link says, as itsdangerous reads it; one that it may have compressed, which begins with a dot, by it."""
    if written.startswith(b"."):
        return PAYLOADS.load_payload(written)
    return json.loads(base64.urlsafe_b64decode(written + b"=" * (-len(written) % 4)).decode())


def _derived(secrets: Sequence[str], salt: str) -> "tuple[hmac.HMAC, ...]":
    """The signing key of each secret for one purpose, derived and read once: itsdangerous would derive it for every
    token."""
    signers = (Signer(s, salt, key_derivation="hmac", digest_method=hashlib.sha256) for s in secrets)
    return tuple(_begun(signer.derive_key()) for signer in signers)


def _begun(key: bytes) -> "hmac.HMAC":
    """HMAC-SHA256 (RFC 2104) under a key, before it has read anything."""
    return hmac.new(key, digestmod=hashlib.sha256)


def _decoded(text: str) -> bytes:
    """The 32 bytes behind 52 characters of lower-case base32; ValueError when the text is none. `b32decode` takes a
    tenth of the time that a mail takes at the door."""
    return (int(text.encode().translate(DIGITS), 32) >> 4).to_bytes(2 * MAC_BYTES, "big")


def _mac(key: "hmac.HMAC", raw: bytes) -> bytes:
    return _digest(key, raw)[:MAC_BYTES]


def _signature(key: "hmac.HMAC", raw: bytes) -> bytes:
    return _text64(_digest(key, raw))


def _digest(key: "hmac.HMAC", raw: bytes) -> bytes:
    """`hmac.digest` reads the key anew each time and lets go of the interpreter, which a thread that writes then keeps
    for a while: a mail has eight of these."""
    begun = key.copy()
    begun.update(raw)
    return begun.digest()


def _text64(raw: bytes) -> bytes:
    """URL-safe base64 without padding, as itsdangerous writes it."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=")
