"""How does a receiver know that a mail is ours? A DKIM signature (RFC 6376) of the sender's domain, by dkimpy."""

from dataclasses import dataclass

import dkim

SIGNED = (
    b"from",
    b"to",
    b"subject",
    b"date",
    b"message-id",
    b"reply-to",
    b"in-reply-to",
    b"references",
    b"mime-version",
)
SIGNED_AS_WELL = (b"content-type", b"list-unsubscribe", b"list-unsubscribe-post")
"""RFC 8058 section 4: the one-click header must be covered by the signature."""


class WrongKey(ValueError):
    """The DKIM key cannot sign."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs with an RSA key in PEM under `selector._domainkey.domain`."""

    domain: str
    selector: str
    key: bytes

    def check(self) -> None:
        """WrongKey when the key cannot sign: asked at the start, or every mail would wait for somebody to notice."""
        self.sign(b"From: check@example.invalid\r\n\r\n")

    def sign(self, raw: bytes) -> bytes:
        """The mail with its DKIM-Signature in front. WrongKey when the key is none."""
        present = {line.split(b":", 1)[0].lower() for line in raw.split(b"\r\n\r\n", 1)[0].split(b"\r\n")}
        headers = [name for name in (*SIGNED, *SIGNED_AS_WELL) if name in present]
        try:
            signature = dkim.sign(
                raw,
                self.selector.encode(),
                self.domain.encode(),
                self.key,
                canonicalize=(b"relaxed", b"relaxed"),
                include_headers=headers,
            )
        except dkim.DKIMException as error:
            raise WrongKey(f"the DKIM key cannot sign: {error}") from error
        return bytes(signature) + raw
