"""Which keys sign our mails, and what does the DNS say? RSA of 2,048 bits (RFC 8301), Ed25519 beside it (RFC 8463)."""

import base64
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from mailer.sign import private_key

BITS = 2048
"""Below, receivers begin to refuse; above, the record no longer fits what many DNS panels take."""
EXPONENT = 65537


def new_key() -> str:
    """A fresh private key as PEM (PKCS #1, which dkimpy reads), without a line break at its end."""
    key = rsa.generate_private_key(EXPONENT, BITS)
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode().strip()


def new_ed25519_key() -> str:
    """A fresh Ed25519 key (RFC 8463) as PEM, without a line break at its end."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode().strip()


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What stands in the DNS: `type` behind `k=` ("rsa", "ed25519"), `text` behind `p=`."""

    type: str
    text: str


def public_part(pem: str) -> PublicKey:
    """The public half of a private key in PEM: of RSA the base64 of its DER (RFC 6376 section 3.6.1), of Ed25519 that
    of its 32 bytes (RFC 8463 section 4). WrongKey when the text is neither."""
    key = private_key(pem.encode())
    if isinstance(key, RSAPrivateKey):
        raw, type = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo), "rsa"
    else:
        raw, type = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw), "ed25519"
    return PublicKey(type, base64.b64encode(raw).decode())
