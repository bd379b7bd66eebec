"""Mail that somebody passed on and changed: proven by whose seal it bears (RFC 8617), if the operator has listed them,
and only so. The seals are made by dkimpy."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import dkim
import pytest

from inbound.resolver import Resolver
from inbound.trust.front import Front, read_networks
from inbound.trust.judging import judge_sender
from inbound.trust.seals import check_seals, seals
from reviews.mail import read_mail
from reviews.model import Envelope
from reviews.trust import Trust
from tests.post_office import SELECTOR, key_record, private_key, resolver, signed, written

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
PLAIN = written(sender="Ada <ada@customer.example>", to="care@acme.example", subject="Re: VPN", text="It still drops.")
FOUND = "dkim=pass header.d=customer.example; dmarc=pass header.from=customer.example"
LIST = "list.example"


class Results:
    """What dkimpy's sealer asks of the library `authres`: the findings in one field, each with its method."""

    def __init__(self, server: str, results: list["Result"]) -> None:
        self.authserv_id, self.results = server, results

    @classmethod
    def parse(cls, field: str) -> "Results":
        server, *results = field.partition(":")[2].split(";")
        return cls(server.strip(), [Result(one.strip()) for one in results])


class Result(str):
    @property
    def method(self) -> str:
        return self.partition("=")[0]

    @property
    def result(self) -> str:
        return self.partition("=")[2].split()[0]


dkim.authres = SimpleNamespace(AuthenticationResultsHeader=Results, core=SimpleNamespace(SyntaxError=SyntaxError))


def with_policy(name: str, kind: str) -> tuple[bytes, ...]:
    """Every domain's keys, and customer.example asks that mail without proof be refused."""
    if (name, kind) == ("_dmarc.customer.example", "TXT"):
        return (b"v=DMARC1; p=reject",)
    return resolver(name, kind)


def passed_on(raw: bytes, domain: str = LIST, *, found: str = FOUND, footer: bool = True, **options: Any) -> bytes:
    """The mail as a mailing list passes it on: what it found, a footer that breaks the sender's signature, its seal."""
    changed = raw.rstrip(b"\r\n") + b"\r\n-- \r\nThe list.\r\n" if footer else raw
    told = f"Authentication-Results: mx.{domain}; {found}\r\n".encode() + changed
    key, server = private_key(domain), f"mx.{domain}".encode()
    fields = dkim.arc_sign(told, SELECTOR.encode(), domain.encode(), key, server, **options)
    return b"".join(fields) + told


def verdict(raw: bytes, *sealers: str, dns: Resolver = with_policy) -> tuple[Trust, str]:
    envelope = Envelope(NOON, "203.0.113.9", "mx.list.example", "bounce@list.example", ("x",), True)
    front = Front("", read_networks(""), frozenset(sealers))
    found = judge_sender(raw, read_mail(raw), dns, envelope=envelope, front=front)
    return found.trust, found.reason


SIGNED = signed(PLAIN, "customer.example")
SEALED, SEALED_BY_EVIL = passed_on(SIGNED), passed_on(SIGNED, "evil.example")
FAILED = "dkim=fail header.d=customer.example"
BESIDE = f"Authentication-Results: mx.list.example; {FOUND}\r\n".encode()


def test_a_mail_that_a_listed_forwarder_changed_is_its_senders() -> None:
    forwarded = passed_on(SIGNED)
    assert verdict(forwarded)[0] is Trust.FORGED  # its own signature no longer holds
    assert verdict(forwarded, LIST) == (Trust.VERIFIED, "passed on by list.example, which had found it proven")


@pytest.mark.parametrize(
    ("title", "raw", "sealers"),
    [
        ("not by a seal nobody listed", passed_on(SIGNED), ("other.example",)),
        ("not without a seal", SIGNED.replace(b"drops", b"works"), (LIST,)),
        ("not what the sealer found wanting", passed_on(SIGNED, found=FAILED), (LIST,)),
        ("not another domain's", passed_on(SIGNED, found="dkim=pass header.d=evil.example"), (LIST,)),
        ("not once its words were changed", passed_on(SIGNED).replace(b"still drops", b"works now!!"), (LIST,)),
        ("not under another sender", passed_on(SIGNED).replace(b"ada@customer", b"eve@customer"), (LIST,)),
        ("not with a second subject", b"Subject: Pay me\r\n" + passed_on(SIGNED), (LIST,)),
        ("not with findings changed", passed_on(SIGNED, found=FAILED).replace(b"dkim=fail", b"dkim=pass"), (LIST,)),
        ("not by findings beside the seal", BESIDE + passed_on(SIGNED, found="dkim=none"), (LIST,)),
        ("not what somebody unlisted passed on after", passed_on(SEALED, "evil.example", found="arc=pass"), (LIST,)),
        ("not the word of the one before", passed_on(SEALED_BY_EVIL, LIST, found="arc=pass"), (LIST,)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_nothing_else_is(title: str, raw: bytes, sealers: tuple[str, ...]) -> None:
    assert verdict(raw, *sealers)[0] is not Trust.VERIFIED, title


def test_a_chain_of_listed_forwarders_is_believed_to_its_beginning() -> None:
    twice = passed_on(passed_on(SIGNED), "group.example", found="arc=pass")
    assert verdict(twice, LIST, "group.example") == (
        Trust.VERIFIED,
        "passed on by group.example, which had found it proven",
    )
    assert [one.domain for one in seals(twice)] == [LIST, "group.example"]


def test_a_seal_that_leaves_the_sender_open_says_nothing_of_them() -> None:
    loose = passed_on(SIGNED, include_headers=[b"subject", b"to", b"from", b"date"])
    assert verdict(loose, LIST)[0] is Trust.VERIFIED
    keys = {f"{SELECTOR}._domainkey.{LIST}": key_record(LIST)}
    assert check_seals(loose, keys)
    assert check_seals(b"From: eve@evil.example\r\n" + loose, keys) == ()


def test_keys_of_seals_are_looked_up_only_of_chains_that_end_with_a_listed_one() -> None:
    asked: list[str] = []

    def noting(name: str, kind: str) -> tuple[bytes, ...]:
        asked.append(name)
        return with_policy(name, kind)

    forwarded = passed_on(PLAIN)
    verdict(forwarded, dns=noting)
    assert not any(LIST in name and "_domainkey" in name for name in asked)
    verdict(forwarded, LIST, dns=noting)
    assert f"{SELECTOR}._domainkey.{LIST}" in asked


@pytest.mark.parametrize(
    "head",
    [
        b"ARC-Seal: i=1; d=list.example; s=test; cv=none; b=x\r\n",
        b"".join(b"ARC-Seal: i=%d; d=list.example; s=test; cv=none; a=rsa-sha256; b=x\r\n" % n for n in range(1, 200)),
        b"ARC-Seal: i=" + b"9" * 5_000 + b"; d=list.example; s=test\r\n",
        b"ARC-Seal: i=\xff; d=\xff; s=test\r\nARC-Message-Signature: i=1\r\nARC-Authentication-Results: i=1\r\n",
        b"ARC-Seal: i=1; i=2\r\nARC-Message-Signature: i=1;;;;\r\n"
        + b"ARC-Authentication-Results: i=1;"
        + b";" * 9_000
        + b"\r\n",
    ],
)
def test_nonsense_is_no_chain(head: bytes) -> None:
    keys = {f"{SELECTOR}._domainkey.{LIST}": key_record(LIST)}
    assert check_seals(head + PLAIN, keys) == ()
    assert verdict(head + PLAIN, LIST)[0] is not Trust.VERIFIED
