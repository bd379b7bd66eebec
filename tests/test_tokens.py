"""Signed addresses and links: what we signed is read back, whatever mail servers do to it; nothing else is."""

import base64
import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews import tokens
from reviews.model import base32, raw_id, text_id
from reviews.tokens import LINKS, PREFIXES, VOTE, Keys, Nonce, SignedAddress, read_nonce, write_nonce
from tests.guessing import right_guesses
from tests.story import SECRETS, START, later

DOMAIN = "reply.acme.example"
NEWEST, OLDER = SECRETS
KEYS = Keys(SECRETS)
ID = text_id(bytes(range(16)))
LOCAL = KEYS.local_part("r", ID)
TTL, SKEW = timedelta(minutes=30), timedelta(minutes=5)
ids = st.binary(min_size=16, max_size=16).map(text_id)


# addresses


@pytest.mark.parametrize("prefix", PREFIXES)
@given(id=ids)
def test_an_address_is_read_back_and_fits_into_64_characters(prefix: str, id: str) -> None:
    answer = "neutral" if prefix == VOTE else ""
    local = KEYS.local_part(prefix, id, answer=answer)
    assert len(local) == 55 <= 64
    assert set(local) <= set("abcdefghijklmnopqrstuvwxyz234567+")
    assert KEYS.read_local_part(local) == SignedAddress(prefix, id, answer)


def test_none_of_many_guesses_is_right() -> None:
    assert right_guesses(7, 5_000) == []


def test_an_address_that_went_out_stays_valid() -> None:
    """Mails are answered years later: whoever changes how addresses are made must keep reading these."""
    assert LOCAL == "r+gaaaqeayeaudaocajbifqydiob5nntuqzwkv4jj7gkhmbc262jf5a"


def changed(local: str, at: int, to: str) -> str:
    return local[:at] + to + local[at + 1 :]


MAC_AT = 3 + 30  # a character whose bits are the signature's alone
OTHER = "a" if LOCAL[MAC_AT] != "a" else "b"
READ = [
    LOCAL,
    LOCAL.upper(),
    LOCAL.title(),
    LOCAL.replace("+", "-"),
    LOCAL.replace("+", "."),
    LOCAL.replace("+", "-").upper(),
]
NOT_READ = {
    "nothing": "",
    "the prefix alone": "r",
    "no token": "r+",
    "cut": LOCAL[:-1],
    "cut to half": LOCAL[:28],
    "longer": LOCAL + "a",
    "another signature": changed(LOCAL, MAC_AT, OTHER),
    "another id": changed(LOCAL, 4, "a" if LOCAL[4] != "a" else "b"),
    "another prefix": changed(LOCAL, 0, "s"),
    "an unknown prefix": changed(LOCAL, 0, "x"),
    "another separator": LOCAL.replace("+", "="),
    "no separator": "r" + LOCAL[2:] + "a",
    "without its g": changed(LOCAL, 2, "a"),
    "not base32": changed(LOCAL, 20, "1"),
    "not ASCII": changed(LOCAL, 20, "é"),
    "half a character": changed(LOCAL, 20, "\ud83d"),
    "spaces": " " + LOCAL[1:],
    "padding": LOCAL[:-1] + "=",
    "an older scheme's": "r+" + base64.b32encode(bytes(32)).decode().rstrip("=").lower(),
    "signed by a stranger": Keys(["a stranger's key, which is long enough too"]).local_part("r", ID),
}


@pytest.mark.parametrize("local", READ)
def test_what_mail_servers_do_to_an_address_is_read(local: str) -> None:
    assert KEYS.read_local_part(local) == SignedAddress("r", ID)


@pytest.mark.parametrize("local", NOT_READ.values(), ids=NOT_READ)
def test_what_we_did_not_sign_grants_nothing(local: str) -> None:
    assert KEYS.read_local_part(local) is None


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        (f"{LOCAL}@{DOMAIN}", True),
        (f"{LOCAL}@REPLY.acme.EXAMPLE", True),
        (f"{LOCAL}@{DOMAIN}.", True),
        (f"{LOCAL}@acme.example", False),
        (f"{LOCAL}@evil-{DOMAIN}", False),
        (f"{LOCAL}@{DOMAIN}.evil.example", False),
        (f"{LOCAL}@evil.example@{DOMAIN}", False),
        (f"@{DOMAIN}", False),
        (LOCAL, False),
        ("", False),
    ],
)
def test_an_address_is_ours_at_our_own_domain_alone(address: str, ours: bool) -> None:
    assert KEYS.read_address(address, DOMAIN) == (SignedAddress("r", ID) if ours else None)


def test_a_thousand_guesses_open_nothing() -> None:
    chance = random.Random(7)
    alphabet = "abcdefghijklmnopqrstuvwxyz234567"
    guesses = ["r+g" + "".join(chance.choices(alphabet, k=52)) for _ in range(500)]
    guesses += [LOCAL[:29] + "".join(chance.choices(alphabet, k=26)) for _ in range(500)]  # the right id, a guessed MAC
    assert [guess for guess in guesses if KEYS.read_local_part(guess)] == []


@settings(max_examples=200)
@given(st.text(max_size=70))
def test_reading_an_address_never_raises(local: str) -> None:
    assert KEYS.read_local_part(local) is None
    assert KEYS.read_local_part(f"r+g{local}") is None


# several keys


def test_the_newest_key_signs_and_every_key_verifies() -> None:
    newest, older, both, turned = Keys([NEWEST]), Keys([OLDER]), Keys([NEWEST, OLDER]), Keys([OLDER, NEWEST])
    for one in (newest, older, both, turned):
        assert both.read_local_part(one.local_part("r", ID)) == SignedAddress("r", ID)
        assert both.read_link("rate", one.link("rate", ID, 3)) == [ID, 3]
    assert both.local_part("r", ID) == newest.local_part("r", ID) != older.local_part("r", ID)
    assert both.link("rate", ID) == newest.link("rate", ID) != older.link("rate", ID)
    assert older.read_link("rate", both.link("rate", ID)) is None
    assert older.read_local_part(both.local_part("r", ID)) is None


@pytest.mark.parametrize("secrets", [[], [""], ["too short"], [NEWEST, "short"], ["x" * 31]])
def test_a_key_that_is_no_secret_is_refused_without_being_told(secrets: list[str]) -> None:
    with pytest.raises(ValueError, match="at least 32 characters") as refused:
        Keys(secrets)
    assert "short" not in str(refused.value)


# links


@pytest.mark.parametrize("purpose", LINKS)
def test_a_link_opens_what_it_was_signed_for_and_nothing_else(purpose: str) -> None:
    token = KEYS.link(purpose, ID, 4)
    assert KEYS.read_link(purpose, token) == [ID, 4]
    assert [other for other in LINKS if other != purpose and KEYS.read_link(other, token) is not None] == []


def test_an_address_is_no_link_and_a_link_no_address() -> None:
    assert KEYS.read_link("rate", LOCAL) is None
    assert KEYS.read_local_part(f"r+g{KEYS.link('rate', ID)}"[:55]) is None


def test_a_link_with_something_at_its_end_reads_the_same_or_not_at_all() -> None:
    """itsdangerous takes padding that nobody needs: state hangs on the payload, never on the token's string."""
    token = KEYS.link("rate", ID, 1)
    assert KEYS.read_link("rate", token + "=") == [ID, 1]
    for end in ("'", "%27", " ", "\n", "/", ".", "x", token[-1]):
        assert KEYS.read_link("rate", token + end) in (None, [ID, 1])


@pytest.mark.parametrize(
    "token",
    ["", ".", "..", "=", "a.b", KEYS.link("rate", ID)[1:], KEYS.link("rate", ID)[:-3], "é.é", "\ud83d.x", "\x00"],
)
def test_a_damaged_link_opens_nothing(token: str) -> None:
    assert KEYS.read_link("rate", token) is None


@settings(max_examples=200)
@given(st.text(st.characters(), max_size=60))
def test_reading_a_link_never_raises(token: str) -> None:
    assert KEYS.read_link("rate", token) is None
    assert KEYS.read_link("rate", KEYS.link("rate", ID) + token) in (None, [ID])


def test_a_link_longer_than_any_of_ours_is_not_even_read() -> None:
    token = KEYS.link("rate", random.Random(7).randbytes(tokens.LINK_LENGTH_MAX).hex())
    assert len(token) > tokens.LINK_LENGTH_MAX
    assert KEYS.read_link("rate", token) is None


# nonces


@pytest.mark.parametrize(
    ("seconds", "valid"),
    [(0, True), (1799, True), (1800, True), (1801, False), (-299, True), (-300, True), (-301, False), (86_400, False)],
)
def test_a_page_may_vote_for_its_time_and_a_clock_ahead_is_forgiven(seconds: int, valid: bool) -> None:
    nonce = Nonce("hit", ID, START)
    read = read_nonce(KEYS, write_nonce(KEYS, nonce), at=later(seconds), ttl=TTL, skew=SKEW)
    assert read == (nonce if valid else None)


@pytest.mark.parametrize(
    "text", ["", "made up", KEYS.link("rate", "hit", ID, START.isoformat()), KEYS.link("nonce", "hit", ID), "x" * 600]
)
def test_a_nonce_we_did_not_give_is_none(text: str) -> None:
    assert read_nonce(KEYS, text, at=START, ttl=TTL, skew=SKEW) is None


# clients


def test_a_client_is_known_for_a_week_and_then_forgotten() -> None:
    def key(*, network: str = "192.0.2.0/24", agent: str = "Firefox", days: int = 0) -> str:
        return KEYS.client_key(network, agent, at=later(days=days))

    assert key() == key(days=1), "Saturday and Sunday are of one week"
    assert key() != key(days=2), "Monday is of the next"
    assert len({key(), key(network="198.51.100.0/24"), key(agent="Safari"), key(agent="half \ud83d")}) == 4


# ids


@pytest.mark.parametrize(
    "text", ["", ID[:-2], ID + "aaaaaa", "a", "1" * 26, "8" * 26, "é" * 26, ID[:-1] + "_", f" {ID[1:]}", f"+{ID[1:]}"]
)
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"26 characters of base32|invalid literal"):
        raw_id(text)


@given(st.binary(min_size=1, max_size=64))
def test_base32_is_the_standard_librarys(raw: bytes) -> None:
    theirs = base64.b32encode(raw).decode().rstrip("=").lower()
    assert base32(raw) in (theirs, f"{theirs}a"), "an even number of characters"


@given(st.binary(min_size=16, max_size=16))
def test_an_id_is_its_sixteen_bytes(raw: bytes) -> None:
    assert raw_id(text_id(raw)) == raw
    assert len(text_id(raw)) == 26
