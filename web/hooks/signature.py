"""Did the helpdesk sign these bytes? One rule for each way of signing, over the raw body, before anything is read.

A way of signing is data: which header, which digest, written how, over what. Secrets are compared in constant time.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

REPLAY_WINDOW = timedelta(minutes=5)
"""How far a signed time may lie from ours: what Chatwoot and the Standard Webhooks name. What is recorded twice within
it is recorded once, by its identity."""
TOKEN_HEADER, TOKEN_PARAMETER = "x-afterword-token", "token"


@dataclass(frozen=True, slots=True)
class Scheme:
    """A way of signing: HMAC over `timestamp + joint + body`, or the body alone, in a header behind a prefix."""

    headers: tuple[str, ...]
    digest: str = "sha256"
    write: Callable[[bytes], str] = bytes.hex
    prefix: str = ""
    timestamp: str = ""
    """The header with the signed time: seconds since 1970, or RFC 3339."""
    joint: str = ""
    hashed_key: bool = False
    """Whether the HMAC's key is the SHA-256 of the secret."""

    @property
    def told(self) -> str:
        """What is expected, in words for who sends something else."""
        over = f"{self.timestamp}{f' + {self.joint!r}' if self.joint else ''} + body" if self.timestamp else "the body"
        return f"{self.headers[0]}: {self.prefix}HMAC-{self.digest.upper()} over {over}"


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


TOKEN = "token"  # noqa: S105 - the name of a way
"""No signature: the secret itself, as Basic password, bearer token, `X-Afterword-Token` or `?token=`."""
SCHEMES: Mapping[str, Scheme] = {
    "afterword": Scheme(("x-afterword-signature", "x-hub-signature-256"), prefix="sha256="),
    "autotask": Scheme(("x-hook-signature",), "sha1", _base64, "sha1="),
    "chatwoot": Scheme(("x-chatwoot-signature",), prefix="sha256=", timestamp="x-chatwoot-timestamp", joint="."),
    "connectwise": Scheme(("x-content-signature",), write=_base64, hashed_key=True),
    "freescout": Scheme(("x-freescout-signature",), "sha1", _base64),
    "helpscout": Scheme(("x-helpscout-signature",), "sha1", _base64),
    "zammad": Scheme(("x-hub-signature",), "sha1", prefix="sha1="),
    "zendesk": Scheme(
        ("x-zendesk-webhook-signature",), write=_base64, timestamp="x-zendesk-webhook-signature-timestamp"
    ),
}
NAMES = (*SCHEMES, TOKEN)


def why_refused(
    scheme: str, body: bytes, headers: Mapping[str, str], *, secret: str, at: datetime, token: str = ""
) -> str:
    """Why this request is not the helpdesk's, or ''. `token` is what the address itself carried."""
    if scheme == TOKEN:
        right = sum(_same(given, secret) for given in _tokens(headers, token)) > 0
        return "" if right else "Send the secret: as Basic password, bearer token, X-Afterword-Token or ?token=."
    rule = SCHEMES[scheme]
    stamp = headers.get(rule.timestamp, "") if rule.timestamp else ""
    if not _signed(rule, stamp.encode("utf-8", "replace") + rule.joint.encode() + body, headers, secret):
        return f"Expected {rule.told}."
    if rule.timestamp and not _in_time(stamp, at):
        return f"{rule.timestamp} lies more than {REPLAY_WINDOW.seconds // 60} minutes from now."
    return ""


def _signed(rule: Scheme, message: bytes, headers: Mapping[str, str], secret: str) -> bool:
    key = hashlib.sha256(secret.encode()).digest() if rule.hashed_key else secret.encode()
    right = rule.prefix + rule.write(hmac.new(key, message, rule.digest).digest())
    given = (headers.get(name, "").strip() for name in rule.headers)
    hexadecimal = rule.write is bytes.hex  # which some write in capitals
    return any(_same(one.lower() if hexadecimal else one, right) for one in given)


def _in_time(stamp: str, at: datetime) -> bool:
    """Whether a signed time is near ours; one that cannot be read is not."""
    try:
        told = datetime.fromtimestamp(int(stamp), UTC) if stamp.isdecimal() else datetime.fromisoformat(stamp)
        return abs(at - told) <= REPLAY_WINDOW
    except (ValueError, OverflowError, OSError, TypeError):  # TypeError: a time without a zone
        return False


def _tokens(headers: Mapping[str, str], token: str) -> tuple[str, ...]:
    """Every place a secret may stand in; an empty one is none."""
    kind, _, value = headers.get("authorization", "").partition(" ")
    told = {"bearer": value.strip(), "basic": _password(value.strip())}.get(kind.lower(), "")
    return told, headers.get(TOKEN_HEADER, ""), token


def _password(encoded: str) -> str:
    """The password of Basic credentials (RFC 7617); the name may be any."""
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""


def _same(given: str, right: str) -> bool:
    return bool(right) and hmac.compare_digest(given.encode("utf-8", "replace"), right.encode())
