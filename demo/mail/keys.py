"""Who signs mail here, and who can check it? Real DKIM keys, made at the start, and a DNS that knows them alone."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from mailer.sign import Signer
from reviews.addresses import domain_of

SELECTOR = "demo"
KEY_BITS = 2048  # RFC 8301 section 3.2: what signers should use; 20 ms each


@dataclass(frozen=True, slots=True)
class MailKeys:
    """The DKIM keys of some domains: `sign` is what their mail servers do, `resolve` what their DNS says."""

    signers: Mapping[str, Signer]
    records: Mapping[str, bytes]

    def sign(self, raw: bytes, *, sender: str) -> bytes:
        """The mail with the signature of its sender's domain; KeyError when the domain has no key here."""
        return self.signers[domain_of(sender)].sign(raw)

    def resolve(self, name: str, kind: str) -> tuple[bytes, ...]:
        """The records at a name (`inbound.resolver.Resolver`)."""
        record = self.records.get(name.lower()) if kind == "TXT" else None
        return (record,) if record else ()


def make_mail_keys(*domains: str) -> MailKeys:
    """A fresh key for every domain."""
    pairs = {domain: _pair() for domain in sorted(set(domains))}
    return MailKeys(
        signers={domain: Signer.of(domain, SELECTOR, private) for domain, (private, _) in pairs.items()},
        records={f"{SELECTOR}._domainkey.{domain}": record for domain, (_, record) in pairs.items()},
    )


def new_secret() -> str:
    """A secret of 256 bits, for links and keys of the API."""
    return secrets.token_urlsafe(32)


def _pair() -> tuple[bytes, bytes]:
    """The private key in PEM, and the DKIM record of the public one (RFC 6376 section 3.6.1)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, b"v=DKIM1; k=rsa; p=" + b"".join(public.splitlines()[1:-1])
