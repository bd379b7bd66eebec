"""Who passed this mail on, and what had they found out before they changed it? ARC (RFC 8617), by its chain of seals.

A seal says only who wrote it; whether they are to be believed the operator says, by a list. Verifying is done on the
bytes alone, with keys that were looked up before, as for signatures.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import dkim

from inbound.trust.front import Finding, sealed_findings
from inbound.trust.signatures import SIGNATURE_BYTES_MAX, Verifier, fields_of, key_name, proves, tags_of
from reviews.mail.parts import HEADERS_BYTES_MAX, split_head, without_blank_start

SEALS_MAX = 5
"""Servers that pass one mail on and seal it: two or three; each costs two look-ups."""
SEAL, MESSAGE, RESULTS = b"arc-seal", b"arc-message-signature", b"arc-authentication-results"


@dataclass(frozen=True, slots=True)
class Seal:
    """One link of the chain, as it claims to be: who sealed it, and where the two keys are published."""

    domain: str
    keys: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Sealed:
    """One link of a chain that holds: who sealed it, and what they had found."""

    domain: str
    found: tuple[Finding, ...]


def seals(raw: bytes) -> tuple[Seal, ...]:
    """The chain that a mail claims, the first seal first; none where it is not whole, or too long."""
    sets = _sets(raw)
    return tuple(Seal(_domain(seal), (key_name(seal), key_name(message))) for seal, message, _ in sets)


def check_seals(raw: bytes, keys: Mapping[str, bytes]) -> tuple[Sealed, ...]:
    """The chain, the first seal first, if all of it holds by these keys; else none. Slow on hostile mail: call it where
    time and memory are limited."""
    claimed = seals(raw)
    named = [name for seal in claimed for name in seal.keys]
    raw = without_blank_start(raw)
    if not named or any(name not in keys for name in named) or split_head(raw)[0] > HEADERS_BYTES_MAX:
        return ()

    def key(asked: bytes, timeout: float = 0) -> bytes:  # dkimpy's signature
        return keys[asked.decode("ascii").lower().rstrip(".")]

    try:
        chain = _Chain(raw)
        holds, told, _ = dkim.ARC.verify(chain, dnsfunc=key)
    except Exception:  # noqa: BLE001 - dkimpy raises a dozen kinds on hostile seals; none of them proves anything
        return ()
    domains = [one["as-domain"].decode("ascii", "replace").lower().rstrip(".") for one in reversed(told)]
    if holds != dkim.CV_Pass or domains != [seal.domain for seal in claimed] or not _covers(chain, raw):
        return ()
    return tuple(
        Sealed(seal.domain, sealed_findings(results.decode("ascii", "replace")))
        for seal, (_, _, results) in zip(claimed, _sets(raw), strict=True)
    )


class _Chain(Verifier, dkim.ARC):  # type: ignore[misc]  # dkimpy ships without types
    """dkimpy's chain over a mail whose body is hashed as for signatures."""

    def verify_sig_process(
        self, sig: dict[bytes, bytes], include_headers: list[bytes], sig_header: object, dnsfunc: object
    ) -> bool:
        """A seal has no body; what it seals has, and must not be SHA-1 either (RFC 8617 section 4.1.3)."""
        if b"bh" in sig:
            return super().verify_sig_process(sig, include_headers, sig_header, dnsfunc)
        if sig[b"a"].endswith(b"sha1"):
            raise dkim.ValidationError("a form that proves nothing")
        return bool(dkim.DKIM.verify_sig_process(self, sig, include_headers, sig_header, dnsfunc))


def _covers(chain: _Chain, raw: bytes) -> bool:
    """Whether the last link covers what is shown of the mail: one that does not says nothing of it."""
    message = _sets(raw)[-1][1]
    chain.include_headers = tuple(name.strip().lower() for name in tags_of(message).get(b"h", b"").split(b":"))
    return proves(chain)


def _sets(raw: bytes) -> list[tuple[bytes, bytes, bytes]]:
    """The seal, the signature and the findings of each link, from the first on (RFC 8617 section 4.2); none where one
    is missing, or there twice."""
    found: list[dict[int, bytes]] = []
    for name in (SEAL, MESSAGE, RESULTS):
        values = fields_of(raw, name, SEALS_MAX + 1)
        numbered = {_instance(value): value for value in values}
        if len(values) > SEALS_MAX or len(numbered) != len(values):
            return []
        found.append(numbered)
    numbers = range(1, len(found[0]) + 1)
    if any(set(one) != set(numbers) for one in found):
        return []
    return [(found[0][number], found[1][number], found[2][number]) for number in numbers]


def _instance(value: bytes) -> int:
    """The number of a link; 0 where it has none."""
    if len(value) > SIGNATURE_BYTES_MAX:
        return 0
    number = tags_of(value).get(b"i", b"")
    return int(number) if number.isdigit() and len(number) <= 2 else 0


def _domain(seal: bytes) -> str:
    return key_name(seal).partition("._domainkey.")[2]


def vouching(chain: Sequence[Sealed], sealers: frozenset[str]) -> list[Sealed]:
    """The links that may be believed: those after which nobody passed the mail on who is not listed."""
    believed: list[Sealed] = []
    for one in reversed(chain):
        if one.domain not in sealers:
            break
        believed.append(one)
    return believed
