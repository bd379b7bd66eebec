"""How far a sender is trusted: what is proven, what is asked for, what a server in front found; no real DNS."""

import base64
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import dkim
import pytest
from nacl.signing import SigningKey

from inbound.resolver import LookupLater, RealDns, Resolver, records_of
from inbound.trust.domains import aligned, organisation
from inbound.trust.front import Front, findings, read_networks
from inbound.trust.judging import ask, claimed, judge_sender
from inbound.trust.machines import check_machine
from inbound.trust.policies import Policy, read_policy
from inbound.trust.signatures import SIGNATURES_MAX, Holds, check_signatures, from_fields, key_names
from reviews.mail import read_mail
from reviews.model import Envelope
from reviews.trust import Proofs, SenderVerdict, Trust, shut_out, weigh, why_held
from tests.post_office import SELECTOR, key_record, signed, written

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
ADA = "ada@customer.example"
HOST, ELSEWHERE = "192.0.2.25", "198.51.100.7"
FRONT = Front("mx.acme.example", read_networks("10.0.0.0/8, 2001:db8::/64"))
PLAIN = written(sender=f"Ada <{ADA}>", to="r@reply.acme.example", subject="Re: x", text="It still drops.")


def envelope(peer: str = ELSEWHERE, mail_from: str = ADA, helo: str = "mx.customer.example") -> Envelope:
    return Envelope(AT, peer, helo, mail_from, ("r@reply.acme.example",), True)


def dns(policy: str = "", spf: str = "", **more: tuple[bytes, ...]) -> Resolver:
    """A DNS with the keys of three domains, and what customer.example publishes."""
    known: dict[tuple[str, str], tuple[bytes, ...]] = {
        (f"{SELECTOR}._domainkey.{domain}", "TXT"): (key_record(domain),)
        for domain in ("customer.example", "mail.customer.example", "evil.example")
    }
    if policy:
        known["_dmarc.customer.example", "TXT"] = (policy.encode(),)
    if spf:
        known["customer.example", "TXT"] = (b"unrelated", spf.encode())
    known |= {(name.replace("_", "."), "A"): found for name, found in more.items()}
    return records_of(known)


REJECT, QUARANTINE, NONE = "v=DMARC1; p=reject", "v=DMARC1; p=quarantine", "v=DMARC1; p=none"
STRICT = "v=DMARC1; p=reject; adkim=s"
ONLY_HOST = f"v=spf1 ip4:{HOST} -all"
SIGNED = signed(PLAIN, "customer.example")
ALTERED = signed(PLAIN, "customer.example").replace(b"drops", b"works")


@pytest.mark.parametrize(
    ("title", "raw", "from_host", "publishes", "verdict"),
    [
        ("signed by its own domain", signed(PLAIN, "customer.example"), False, {}, "verified"),
        ("signed by a part of it", signed(PLAIN, "mail.customer.example"), False, {}, "verified"),
        ("signed, with a policy", signed(PLAIN, "customer.example"), False, {"policy": REJECT}, "verified"),
        ("signed and forwarded: SPF fails", signed(PLAIN, "customer.example"), False, {"spf": ONLY_HOST}, "verified"),
        ("from its own machine", PLAIN, True, {"spf": ONLY_HOST}, "verified"),
        ("from its own machine, with a policy", PLAIN, True, {"spf": ONLY_HOST, "policy": REJECT}, "verified"),
        ("altered, from its own machine", ALTERED, True, {"spf": ONLY_HOST}, "verified"),
        ("plain", PLAIN, False, {}, "unsigned"),
        ("forwarded, with SPF alone", PLAIN, False, {"spf": ONLY_HOST}, "unsigned"),
        ("forwarded, and nothing asked for", PLAIN, False, {"spf": ONLY_HOST, "policy": NONE}, "unsigned"),
        ("signed by somebody else", signed(PLAIN, "evil.example"), False, {}, "unsigned"),
        ("altered", ALTERED, False, {}, "broken"),
        ("altered, and nothing asked for", ALTERED, False, {"policy": NONE}, "broken"),
        ("altered, where all must be proven", ALTERED, False, {"policy": REJECT}, "forged"),
        ("no proof where all must be proven", PLAIN, False, {"policy": REJECT}, "forged"),
        ("the same, softer", PLAIN, False, {"policy": QUARANTINE, "spf": ONLY_HOST}, "forged"),
        ("signed by a stranger", signed(PLAIN, "evil.example"), False, {"policy": REJECT}, "forged"),
        ("only being tried out", PLAIN, False, {"policy": "v=DMARC1; p=reject; t=y"}, "unsigned"),
        ("for none of a hundred", PLAIN, False, {"policy": "v=DMARC1; p=reject; pct=0"}, "unsigned"),
        ("a record nobody can read", PLAIN, False, {"policy": "v=DMARC1; nonsense"}, "unsigned"),
        (
            "strict about names",
            signed(PLAIN, "mail.customer.example"),
            False,
            {"policy": STRICT},
            "forged",
        ),
        ("two senders", b"From: eve@evil.example\r\n" + signed(PLAIN, "customer.example"), False, {}, "forged"),
        ("no sender", PLAIN.replace(b"From:", b"X-From:"), False, {}, "unsigned"),
    ],
)
def test_the_verdict_on_a_sender(
    title: str, raw: bytes, from_host: bool, publishes: dict[str, Any], verdict: str
) -> None:
    peer = HOST if from_host else ELSEWHERE
    found = judge_sender(raw, read_mail(raw), dns(**publishes), envelope=envelope(peer))
    assert found.trust == verdict, (title, found.reason)
    assert found.reason


def test_a_domain_beyond_ascii_is_looked_up_as_it_is_published() -> None:
    raw = PLAIN.replace(b"customer.example", "bücher.example".encode())
    signed_raw = signed(raw, "xn--bcher-kva.example")
    known = records_of({("test._domainkey.xn--bcher-kva.example", "TXT"): (key_record("xn--bcher-kva.example"),)})
    assert judge_sender(signed_raw, read_mail(signed_raw), known).reason == "signed by xn--bcher-kva.example"


def test_where_the_calling_machine_is_not_known_nothing_is_called_forged() -> None:
    assert judge_sender(PLAIN, read_mail(PLAIN), dns(REJECT)).trust is Trust.UNSIGNED
    assert judge_sender(PLAIN, read_mail(PLAIN), dns(REJECT), envelope=envelope("10.0.0.9"), front=FRONT).trust == (
        Trust.UNSIGNED
    )


def test_a_mail_without_a_resolver_is_not_checked() -> None:
    assert judge_sender(PLAIN, read_mail(PLAIN), None) == SenderVerdict(Trust.UNCHECKED, "no resolver was given")


@pytest.mark.parametrize(
    ("proofs", "reason"),
    [
        (Proofs("a.example", signed_by="a.example"), "signed by a.example"),
        (Proofs("a.example", sent_by="a.example"), "sent by a machine of a.example"),
        (Proofs("a.example", vouched_by="mx.b.example"), "mx.b.example vouches for it"),
        (Proofs("a.example", broken_by="a.example"), "the signature of a.example does not hold"),
        (Proofs("a.example", signed_by_other="c.example"), "it is signed by c.example, which is not a.example"),
        (Proofs("a.example"), "nothing proves that a.example sent it"),
        (Proofs(""), "it does not name a sender"),
        (Proofs("a.example", senders=2, signed_by="a.example"), "it names more than one sender"),
        (
            Proofs("a.example", enforced="reject", broken_by="a.example"),
            "a.example proves all of its mail and asks to reject what has no proof, like this",
        ),
        (Proofs("a.example", enforced="reject", unanswered="x"), "the DNS gave no answer for x"),
    ],
)
def test_every_verdict_has_its_reason(proofs: Proofs, reason: str) -> None:
    assert weigh(proofs).reason == reason


def test_only_forged_mail_of_customers_waits_and_only_proven_mail_of_staff_goes_on() -> None:
    assert [trust for trust in Trust if shut_out(trust)] == [Trust.FORGED]
    assert [trust for trust in Trust if not why_held(trust)] == [Trust.VERIFIED]
    assert why_held("unverified"), "what older messages say is no proof either"


# signatures


@pytest.mark.parametrize(
    ("title", "raw", "holds"),
    [
        ("whole", signed(PLAIN, "customer.example"), Holds.YES),
        ("relaxed", signed(PLAIN, "customer.example", canonicalize=(b"relaxed", b"relaxed")), Holds.YES),
        ("only part of the body", signed(PLAIN, "customer.example", length=True), Holds.UNKNOWN),
        ("by SHA-1", signed(PLAIN, "customer.example", signature_algorithm=b"rsa-sha1"), Holds.UNKNOWN),
        ("another body", ALTERED, Holds.NO),
        ("another subject", signed(PLAIN, "customer.example").replace(b"Re: x", b"Re: y"), Holds.NO),
        ("a key nobody has", signed(PLAIN, "unknown.example"), Holds.NO),
        ("of the future", signed(PLAIN, "customer.example").replace(b" t=", b" t=9"), Holds.UNKNOWN),
        ("blank lines before it", b"\r\n\r\n" + signed(PLAIN, "customer.example"), Holds.YES),
        ("a second subject on top", b"Subject: Pay here\r\n" + signed(PLAIN, "customer.example"), Holds.UNKNOWN),
        ("a second type on top", b"Content-Type: text/html\r\n" + signed(PLAIN, "customer.example"), Holds.UNKNOWN),
        ("a second answer-to on top", b"Reply-To: eve@evil.example\r\n" * 2 + SIGNED, Holds.UNKNOWN),
        ("a second thing nobody reads on top", b"X-Passed: 1\r\n" * 2 + SIGNED, Holds.YES),
        ("its subject left out", signed(PLAIN, "customer.example", include_headers=[b"from"]), Holds.UNKNOWN),
        ("a signature of 50 kB", SIGNED.replace(b"; h=", b"; z=" + b" " * 50_000 + b"; h="), Holds.UNKNOWN),
        ("headers of a megabyte", signed(b"X: a\r\n" * 170_000 + PLAIN, "customer.example"), Holds.UNKNOWN),
        ("run out", signed(PLAIN, "customer.example").replace(b"; h=", b"; x=1; h="), Holds.UNKNOWN),
    ],
)
def test_what_a_signature_proves(title: str, raw: bytes, holds: Holds) -> None:
    sender = claimed(raw, read_mail(raw))
    [found] = check_signatures(raw, ask(sender, dns()).keys)
    assert found.holds is holds, title


@pytest.mark.parametrize(
    ("flags", "holds"),
    [
        (b"t=s", Holds.YES),
        (b"h=sha1:sha256", Holds.YES),
        (b"h=sha1", Holds.UNKNOWN),
        (b"s=tlsrpt", Holds.UNKNOWN),
        (b"s=email", Holds.YES),
    ],
)
def test_a_key_is_good_for_what_it_says(flags: bytes, holds: Holds) -> None:
    [name] = key_names(SIGNED)
    [found] = check_signatures(
        SIGNED, {name: flags + b"; " + key_record("customer.example").removeprefix(b"v=DKIM1; ")}
    )
    assert found.holds is holds


def test_a_key_for_a_domain_itself_is_not_good_for_a_part_of_it() -> None:
    raw = signed(PLAIN, "customer.example", identity=b"@mail.customer.example")
    record = key_record("customer.example")
    for flags, holds in ((b"", Holds.YES), (b"; t=y:s", Holds.UNKNOWN)):
        [found] = check_signatures(raw, {key_names(raw)[0]: record + flags})
        assert found.holds is holds


@pytest.mark.parametrize("blanks", [b" " * 2_000_000 + b"x", b"\t \t" * 700_000, b" \r\n" * 300_000 + b"x"], ids=len)
def test_a_body_of_blanks_is_held_against_its_signature_in_no_time(blanks: bytes) -> None:
    raw = signed(PLAIN + b"a  b\t \tc  \r\n", "customer.example", canonicalize=(b"relaxed", b"relaxed"))
    begun = time.thread_time()
    [whole] = check_signatures(raw, {f"{SELECTOR}._domainkey.customer.example": key_record("customer.example")})
    [longer] = check_signatures(raw + blanks, {whole.key: key_record("customer.example")})
    assert (whole.holds, longer.holds) == (Holds.YES, Holds.NO)
    assert time.thread_time() - begun < 5, "a verifier that looks at every run from each of its blanks takes minutes"


LARGE_BYTES = 2_000_000


@pytest.mark.parametrize("form", [b"simple", b"relaxed"])
def test_the_body_of_a_large_mail_is_hashed_once_for_all_of_its_signatures(form: bytes) -> None:
    raw = PLAIN + b"It still\tdrops  every hour \r\n" * (LARGE_BYTES // 30)
    for _ in range(SIGNATURES_MAX):
        raw = signed(raw, "customer.example", canonicalize=(b"relaxed", form))
    begun = time.thread_time()
    found = check_signatures(raw, {f"{SELECTOR}._domainkey.customer.example": key_record("customer.example")})
    assert [one.holds for one in found] == [Holds.YES] * SIGNATURES_MAX
    assert time.thread_time() - begun < 2, "hashed for each of them, 25 MB take half a minute"


def test_an_ed25519_signature_is_a_proof() -> None:
    key = SigningKey.generate()
    private, public = (base64.b64encode(bytes(half)) for half in (key, key.verify_key))
    by = (PLAIN, b"ed", b"customer.example", private)
    raw = bytes(dkim.sign(*by, signature_algorithm=b"ed25519-sha256")) + PLAIN
    known = records_of({("ed._domainkey.customer.example", "TXT"): (b"v=DKIM1; k=ed25519; p=" + public,)})
    assert judge_sender(raw, read_mail(raw), known).trust is Trust.VERIFIED
    altered = raw.replace(b"drops", b"works")
    assert judge_sender(altered, read_mail(altered), known).trust is Trust.BROKEN


def test_a_signature_that_does_not_cover_the_sender_proves_nothing() -> None:
    bare = PLAIN.replace(b"From: Ada <ada@customer.example>\r\n", b"")
    raw = signed(b"From: x@customer.example\r\n" + bare, "customer.example").replace(b"h=from :", b"h=to :")
    verified = {one.holds for one in check_signatures(raw, ask(claimed(raw, read_mail(raw)), dns()).keys)}
    assert Holds.YES not in verified


def test_the_keys_as_seen_are_kept_with_their_names() -> None:
    raw = signed(PLAIN, "customer.example")
    assert ask(claimed(raw, read_mail(raw)), dns()).seen == {
        "test._domainkey.customer.example": key_record("customer.example").decode()
    }


@pytest.mark.parametrize(
    ("head", "names"),
    [
        (b"DKIM-Signature: v=1; s=sel; d=A.Example", ("sel._domainkey.a.example",)),
        (b"dkim-signature : v=1;\r\n\ts=se\r\n l;\r\n d=a.example", ("sel._domainkey.a.example",)),
        (b"DKIM-Signature: v=1; d=a.example", ("",)),
        (b"DKIM-Signature: s=\xff; d=a.example", ("",)),
        (b"DKIM-Signature: s=x; d=" + b"a" * 300, ("",)),
        (b"DKIM-Signature: s=x; d=a\r\n" * 9 + b"Subject: x", ("x._domainkey.a",) * SIGNATURES_MAX),
        (b"Subject: DKIM-Signature: s=x; d=a.example", ()),
    ],
)
def test_where_keys_are_looked_for(head: bytes, names: tuple[str, ...]) -> None:
    assert key_names(head + b"\r\n\r\nDKIM-Signature: s=body; d=body.example\r\n") == names


@pytest.mark.parametrize(
    ("head", "number"),
    [
        (b"From: a@b.example\r\n", 1),
        (b"from : a@b.example\r\nFROM:\r\n c@d.example\r\n", 2),
        (b"\r\nFrom: a@b.example\r\nFrom: c@d.example\r\n", 2),
        (b"X-From: a\r\nSubject: x\r\n From: folded\r\n", 0),
    ],
)
def test_how_many_senders_a_mail_names(head: bytes, number: int) -> None:
    assert from_fields(head + b"\r\nFrom: body\r\n") == number


# machines, policies, domains


@pytest.mark.parametrize(
    ("spf", "peer", "mail_from", "domain"),
    [
        (ONLY_HOST, HOST, ADA, "customer.example"),
        (ONLY_HOST, "::ffff:192.0.2.25", ADA, "customer.example"),
        (ONLY_HOST, ELSEWHERE, ADA, ""),
        ("v=spf1 a:mx.customer.example -all", HOST, ADA, "customer.example"),
        ("v=spf1 include:nowhere.example -all", HOST, ADA, ""),
        (f"v=spf1 ip4:{HOST} ip4:broken/99 -all", HOST, ADA, ""),
        ("v=spf1 exists:%{i}.%{h}.customer.example ?all", HOST, ADA, ""),
        ("v=spf1 +all", "2001:db8::1", ADA, "customer.example"),
        ("v=spf1 redirect=customer.example", HOST, ADA, ""),
        ("", HOST, ADA, ""),
        (ONLY_HOST, HOST, "somebody", ""),
        (ONLY_HOST, "no address", ADA, ""),
    ],
)
def test_which_domain_vouches_for_the_machine(spf: str, peer: str, mail_from: str, domain: str) -> None:
    known = dns(spf=spf, mx_customer_example=(HOST.encode(),))
    assert check_machine(envelope(peer, mail_from), known).domain == domain


@pytest.mark.parametrize(
    "spf",
    ["v=spf1 a:" + "%{s9r-.+}" * 7_000 + ".x.example", "v=spf1 exists:" + "%{" * 20_000, "v=spf1 " + "ip4:1 " * 9_000],
)
def test_a_record_that_was_made_to_be_slow_is_not_evaluated(spf: str) -> None:
    begun = time.thread_time()
    assert check_machine(envelope(HOST, "a" * 60 + "@customer.example"), dns(spf=spf)).domain == ""
    assert time.thread_time() - begun < 2


def test_the_null_sender_is_vouched_for_by_the_name_in_helo() -> None:
    known = records_of(
        {("mx.customer.example", "TXT"): (b"v=spf1 a -all",), ("mx.customer.example", "A"): (b"192.0.2.25",)}
    )
    assert check_machine(envelope(HOST, ""), known).domain == "mx.customer.example"
    assert check_machine(envelope(ELSEWHERE, ""), known).domain == ""


@pytest.mark.parametrize(
    ("at", "record", "domain", "policy"),
    [
        ("a.example", "v=DMARC1; p=reject; adkim=s; aspf=s", "a.example", Policy("reject", True, True)),
        ("a.example", "v=DMARC1; p=reject", "mail.a.example", Policy("reject")),
        ("a.example", "v=DMARC1; p=reject; sp=none", "mail.a.example", Policy()),
        ("a.example", "v=DMARC1; p=none; sp=quarantine", "mail.a.example", Policy("quarantine")),
        ("a.example", "v=DMARC1; p=none; sp=quarantine", "a.example", Policy()),
        ("mail.a.example", "v=DMARC1; p=quarantine; pct=20", "mail.a.example", Policy("quarantine")),
        ("a.example", "v=DMARC1; p=none; np=reject", "nowhere.a.example", Policy("reject")),
        ("a.example", "v=DMARC1; p=none; np=reject", "there.a.example", Policy()),
        ("a.example", "v=DMARC1; p=reject; NP = None ;", "nowhere.a.example", Policy()),
        ("a.example", "v=DMARC1; p=none; np=reject", "a.example", Policy()),
        ("a.example", "v=spf1 -all", "a.example", Policy()),
        ("other.example", "v=DMARC1; p=reject", "a.example", Policy()),
    ],
)
def test_what_a_domain_asks_for(at: str, record: str, domain: str, policy: Policy) -> None:
    known = {(f"_dmarc.{at}", "TXT"): (b"else", record.encode()), ("there.a.example", "MX"): (b"10 mx.a.example",)}
    assert read_policy(domain, records_of(known)) == policy


def test_two_policies_are_none() -> None:
    known = records_of({("_dmarc.a.example", "TXT"): (b"v=DMARC1; p=reject", b"v=DMARC1; p=none")})
    assert read_policy("a.example", known) == Policy()


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("mail.acme.example", "acme.example"),
        ("a.b.co.uk", "b.co.uk"),
        ("Acme.Example.", "acme.example"),
        ("co.uk", "co.uk"),
    ],
)
def test_the_organisational_domain_follows_the_public_suffix_list(domain: str, expected: str) -> None:
    assert organisation(domain) == expected


@pytest.mark.parametrize(
    ("one", "other", "strict", "expected"),
    [
        ("acme.example", "mail.acme.example", False, True),
        ("acme.example", "mail.acme.example", True, False),
        ("a.co.uk", "b.co.uk", False, False),
        ("a.co.uk", "co.uk", False, False),
        ("ada.github.io", "eve.github.io", False, False),
        ("acme.example", "", False, False),
    ],
)
def test_which_domains_speak_for_one_another(one: str, other: str, strict: bool, expected: bool) -> None:
    assert aligned(one, other, strict=strict) is expected
    assert aligned(other, one, strict=strict) is expected


# a mail server in front

BY_FRONT = b"Authentication-Results: mx.acme.example; dkim=pass header.d=customer.example\r\n"


@pytest.mark.parametrize(
    ("title", "head", "peer", "front", "verdict"),
    [
        ("its finding counts", BY_FRONT, "10.0.0.9", FRONT, Trust.VERIFIED),
        ("not from elsewhere", BY_FRONT, ELSEWHERE, FRONT, Trust.UNSIGNED),
        ("not unless it is named", BY_FRONT, "10.0.0.9", Front("", FRONT.networks), Trust.UNSIGNED),
        ("not another's", BY_FRONT.replace(b"mx.acme", b"mx.evil"), "10.0.0.9", FRONT, Trust.UNSIGNED),
        ("not what came with it", b"Received: x\r\nReceived: y\r\n" + BY_FRONT, "10.0.0.9", FRONT, Trust.UNSIGNED),
        ("under its own trace", b"Received: x\r\n" + BY_FRONT, "10.0.0.9", FRONT, Trust.VERIFIED),
        (
            "of another domain",
            BY_FRONT.replace(b"customer.example", b"evil.example"),
            "10.0.0.9",
            FRONT,
            Trust.UNSIGNED,
        ),
        (
            "by SPF",
            BY_FRONT.replace(b"dkim=pass header.d", b"spf=pass smtp.mailfrom"),
            "10.0.0.9",
            FRONT,
            Trust.VERIFIED,
        ),
        (
            "by DMARC",
            BY_FRONT.replace(b"dkim=pass header.d", b"dmarc=pass header.from"),
            "10.0.0.9",
            FRONT,
            Trust.VERIFIED,
        ),
        ("a failure", BY_FRONT.replace(b"dkim=pass", b"dkim=fail"), "10.0.0.9", FRONT, Trust.UNSIGNED),
    ],
)
def test_what_a_server_in_front_found(title: str, head: bytes, peer: str, front: Front, verdict: Trust) -> None:
    raw = head + PLAIN
    assert judge_sender(raw, read_mail(raw), dns(), envelope=envelope(peer), front=front).trust is verdict, title


def test_a_mail_that_the_server_in_front_could_not_prove_is_forged_where_all_must_be_proven() -> None:
    raw = BY_FRONT.replace(b"dkim=pass", b"dkim=none") + PLAIN
    assert (
        judge_sender(raw, read_mail(raw), dns(REJECT), envelope=envelope("10.0.0.9"), front=FRONT).trust is Trust.FORGED
    )


@pytest.mark.parametrize(
    ("value", "domains"),
    [
        (
            "mx.a.example 1; spf=pass smtp.mailfrom=ada@b.example; dkim=pass header.i=@b.example",
            ["b.example", "b.example"],
        ),
        ('MX.A.Example; (a ; comment (in another)) dkim=pass (2048) reason="x" header.d=b.example', ["b.example"]),
        ('mx.a.example; spf=pass smtp.mailfrom="x; dkim=pass header.d=b.example; y"@evil.example', ["evil.example"]),
        (
            'mx.a.example; spf=fail reason="\\"; dkim=pass header.d=b.example; \\"" smtp.mailfrom=c.example',
            ["c.example"],
        ),
        ("mx.a.example; spf=fail (\\) ; dkim=pass header.d=b.example; \\() smtp.mailfrom=c.example", ["c.example"]),
        ("mx.a.example; dkim=pass header.d=c.example header.d=b.example", ["c.example"]),
        ("mx.a.example; none", []),
        ("mx.a.example.evil.example; dkim=pass header.d=b.example", []),
        ("(mx.a.example;) evil.example; dkim=pass header.d=b.example", []),
        ("mx.a.example; dkim=", []),
        ("mx.a.example; " + "dkim=pass header.d=b.example;" * 200, ["b.example"] * 50),
        ("(" * 50_000, []),
        ("", []),
    ],
)
def test_findings_are_read_from_the_named_server_alone(value: str, domains: list[str]) -> None:
    found = findings([("Authentication-Results", value)], "mx.a.example")
    assert [one.domain for one in found] == domains


@pytest.mark.parametrize(
    ("peer", "stands"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("2001:db8::5", True),
        ("11.0.0.1", False),
        ("", False),
        ("x", False),
    ],
)
def test_which_callers_are_servers_of_ours(peer: str, stands: bool) -> None:
    assert FRONT.stands_at(peer) is stands


# the DNS


class NameServer:
    """A DNS server on this machine: answers TXT questions for names it knows, is silent for others, and counts."""

    def __init__(self, known: dict[str, bytes], silent: bool = False) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.known, self.silent, self.asked = known, silent, 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                question, caller = self.socket.recvfrom(4096)
            except OSError:
                return
            self.asked += 1
            if not self.silent:
                self.socket.sendto(self._answer(question), caller)

    def _answer(self, question: bytes) -> bytes:
        end = question.index(b"\x00", 12) + 5
        labels, at = [], 12
        while question[at]:
            labels.append(question[at + 1 : at + 1 + question[at]].decode())
            at += question[at] + 1
        text = self.known.get(".".join(labels).lower())
        head = question[:2] + struct.pack(">HHHHH", 0x8180 if text else 0x8183, 1, 1 if text else 0, 0, 0)
        if not text:
            return head + question[12:end]
        half = len(text) // 2
        data = b"".join(bytes((len(part),)) + part for part in (text[:half], text[half:]))
        return head + question[12:end] + b"\xc0\x0c" + struct.pack(">HHIH", 16, 1, 60, len(data)) + data


@pytest.fixture
def name_server() -> Iterator[NameServer]:
    server = NameServer({"a.example": b"v=spf1 in two strings"})
    yield server
    server.socket.close()


def test_the_dns_is_asked_once_and_its_strings_are_joined(name_server: NameServer) -> None:
    resolve = RealDns(("127.0.0.1",), port=name_server.port)
    for _ in range(3):
        assert resolve("A.example", "TXT") == (b"v=spf1 in two strings",)
    assert name_server.asked == 1
    assert resolve("nothing.example", "TXT") == ()


def test_a_silent_dns_leaves_the_question_open_and_is_not_asked_at_once_again(name_server: NameServer) -> None:
    name_server.silent = True
    resolve = RealDns(("127.0.0.1",), port=name_server.port, seconds=0.3)
    with pytest.raises(LookupLater):
        resolve("a.example", "TXT")
    asked = name_server.asked
    for _ in range(5):
        with pytest.raises(LookupLater):
            resolve("a.example", "TXT")
    assert name_server.asked == asked > 0


@pytest.mark.parametrize("name", ["", "a..example", "x" * 64 + ".example", "a." * 200 + "example", "\udc80.example"])
def test_a_name_that_is_none_has_no_records_or_stays_open(name_server: NameServer, name: str) -> None:
    with suppress(LookupLater):
        assert RealDns(("127.0.0.1",), port=name_server.port, seconds=0.3)(name, "TXT") == ()
