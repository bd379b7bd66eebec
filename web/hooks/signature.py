"""Did the helpdesk sign these bytes? HMAC-SHA256 over the raw body, before anything in it is read."""

import hashlib
import hmac
from collections.abc import Mapping

SIGNATURES = ("x-afterword-signature", "x-hub-signature-256")
"""Ours, and the one that WebSub made common: many helpdesks can send it."""
SCHEME = "sha256="


def signed(body: bytes, headers: Mapping[str, str], secret: str) -> bool:
    """Whether one of the signature headers is right for this body; compared in constant time."""
    right = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    given = (headers.get(name, "") for name in SIGNATURES)
    return any(hmac.compare_digest(f"{SCHEME}{right}".encode(), one.strip().lower().encode()) for one in given)
