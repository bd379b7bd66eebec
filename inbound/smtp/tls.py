"""How is STARTTLS offered?"""

import ssl
from collections.abc import Callable
from dataclasses import dataclass

BEFORE_TLS = ("EHLO", "HELO", "HELP", "NOOP", "QUIT", "RSET", "STARTTLS", "")
"""What is answered in clear where TLS is required: nothing that could carry a mail (RFC 3207 section 4)."""


@dataclass(frozen=True, slots=True)
class Tls:
    """`context` is asked at every handshake, so a renewed certificate is used at once. `required`: no mail in clear."""

    context: Callable[[], ssl.SSLContext]
    required: bool = False
