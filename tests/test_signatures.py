"""Who signed a webhook? Each helpdesk's way, made here a second time by hand from its vendor's words."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from web.hooks.signature import NAMES, REPLAY_WINDOW, TOKEN, why_refused

SECRET = "a secret that both sides keep"
BODY = '{"ticket": {"number": 48213}, "words": "Grüße"}'.encode()
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
SECONDS = str(int(NOW.timestamp()))

Sign = Callable[[bytes, str], dict[str, str]]


def mac(digest: str, message: bytes, key: str | bytes) -> bytes:
    return hmac.new(key.encode() if isinstance(key, str) else key, message, digest).digest()


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


SIGNED: dict[str, Sign] = {
    "afterword": lambda body, key: {"x-afterword-signature": f"sha256={mac('sha256', body, key).hex()}"},
    "autotask": lambda body, key: {"x-hook-signature": f"sha1={b64(mac('sha1', body, key))}"},
    "chatwoot": lambda body, key: {
        "x-chatwoot-signature": f"sha256={mac('sha256', SECONDS.encode() + b'.' + body, key).hex()}",
        "x-chatwoot-timestamp": SECONDS,
    },
    "connectwise": lambda body, key: {
        "x-content-signature": b64(mac("sha256", body, hashlib.sha256(key.encode()).digest()))
    },
    "freescout": lambda body, key: {"x-freescout-signature": b64(mac("sha1", body, key))},
    "helpscout": lambda body, key: {"x-helpscout-signature": b64(mac("sha1", body, key))},
    "zammad": lambda body, key: {"x-hub-signature": f"sha1={mac('sha1', body, key).hex()}"},
    "zendesk": lambda body, key: {
        "x-zendesk-webhook-signature": b64(mac("sha256", b"2026-11-21T10:00:00Z" + body, key)),
        "x-zendesk-webhook-signature-timestamp": "2026-11-21T10:00:00Z",
    },
    "token": lambda _, key: {"authorization": f"Basic {b64(f'anybody:{key}'.encode())}"},
}
each_way = pytest.mark.parametrize("scheme", NAMES)


def refused(scheme: str, headers: dict[str, str], *, body: bytes = BODY, at: datetime = NOW, token: str = "") -> bool:
    return bool(why_refused(scheme, body, headers, secret=SECRET, at=at, token=token))


def test_every_way_is_shown() -> None:
    assert SIGNED.keys() == set(NAMES)


@each_way
def test_what_the_vendor_describes_is_taken(scheme: str) -> None:
    assert not refused(scheme, SIGNED[scheme](BODY, SECRET))


@each_way
def test_another_secret_signs_nothing(scheme: str) -> None:
    assert refused(scheme, SIGNED[scheme](BODY, SECRET + "x"))


@each_way
def test_nothing_and_half_of_it_signs_nothing(scheme: str) -> None:
    assert refused(scheme, {})
    headers = SIGNED[scheme](BODY, SECRET)
    for name in headers:
        assert refused(scheme, {**headers, name: ""}), name
        assert refused(scheme, {**headers, name: headers[name][:-3]}), name
        assert refused(scheme, {**headers, name: "äöü\ud800"}), name


@pytest.mark.parametrize("scheme", [name for name in NAMES if name != TOKEN])
def test_another_body_is_not_signed(scheme: str) -> None:
    headers = SIGNED[scheme](BODY, SECRET)
    assert refused(scheme, headers, body=BODY + b" ")
    assert refused(scheme, headers, body=b"")


@pytest.mark.parametrize("scheme", ["chatwoot", "zendesk"])
def test_a_signed_time_is_good_for_five_minutes_either_way(scheme: str) -> None:
    headers = SIGNED[scheme](BODY, SECRET)
    for late in (REPLAY_WINDOW, -REPLAY_WINDOW):
        assert not refused(scheme, headers, at=NOW + late)
        assert refused(scheme, headers, at=NOW + late * 1.01)


@pytest.mark.parametrize("stamp", ["2026-11-21T10:00:00", "soon", "9" * 30, "²", "-1", ""])
def test_a_time_that_says_nothing_is_no_time_even_when_it_is_signed(stamp: str) -> None:
    signature = b64(mac("sha256", stamp.encode() + BODY, SECRET))
    headers = {"x-zendesk-webhook-signature": signature, "x-zendesk-webhook-signature-timestamp": stamp}
    assert refused("zendesk", headers)


def test_hexadecimal_may_be_in_capitals_and_base64_may_not() -> None:
    capitals = {name: value.upper().replace("SHA1", "sha1") for name, value in SIGNED["zammad"](BODY, SECRET).items()}
    assert not refused("zammad", capitals)
    assert refused("freescout", {name: value.swapcase() for name, value in SIGNED["freescout"](BODY, SECRET).items()})


@pytest.mark.parametrize(
    ("headers", "token", "right"),
    [
        ({"authorization": f"Bearer {SECRET}"}, "", True),
        ({"authorization": f"bearer  {SECRET} "}, "", True),
        ({"authorization": f"Basic {b64(f':{SECRET}'.encode())}"}, "", True),
        ({"authorization": f"Basic {b64(SECRET.encode())}"}, "", False),
        ({"authorization": "Basic %%%"}, "", False),
        ({"authorization": f"Basic {b64(bytes([255, 58, 255]))}"}, "", False),
        ({"authorization": SECRET}, "", False),
        ({"x-afterword-token": SECRET}, "", True),
        ({}, SECRET, True),
        ({}, SECRET[:-1], False),
        ({"x-afterword-token": SECRET}, "wrong", True),
    ],
)
def test_a_secret_may_stand_where_a_helpdesk_can_put_it(headers: dict[str, str], token: str, right: bool) -> None:
    assert refused(TOKEN, headers, token=token) is not right


def test_without_a_secret_nothing_is_signed() -> None:
    assert why_refused(TOKEN, BODY, {"authorization": "Bearer "}, secret="", at=NOW)


def test_what_is_expected_is_told_to_who_sends_something_else() -> None:
    told = why_refused("zendesk", BODY, {}, secret=SECRET, at=NOW)
    assert told == (
        "Expected x-zendesk-webhook-signature: HMAC-SHA256 over x-zendesk-webhook-signature-timestamp + body."
    )


def test_the_window_is_what_the_vendors_name() -> None:
    assert timedelta(minutes=5) == REPLAY_WINDOW
