"""Which key signs our mails, and what does the DNS say of it? RSA of 2,048 bits (RFC 8301 section 3.2)."""

import base64

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from mailer.sign import WrongKey

BITS = 2048
"""Below, receivers begin to refuse; above, the record no longer fits what many DNS panels take."""
EXPONENT = 65537


def new_key() -> str:
    """A fresh private key as PEM (PKCS #1, which dkimpy reads), without a line break at its end."""
    key = rsa.generate_private_key(EXPONENT, BITS)
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode().strip()


def public_part(pem: str) -> str:
    """What stands behind `p=` in the DNS: the public key as base64 of its DER (RFC 6376 section 3.6.1). WrongKey when
    the text is no RSA private key in PEM."""
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise WrongKey("it is not a private key in PEM") from error
    if not isinstance(key, rsa.RSAPrivateKey):
        raise WrongKey("it is not an RSA key")
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()
