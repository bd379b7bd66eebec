"""What `afterword doctor` finds out: DNS records by a table, a relay by SMTP, what waits by counts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from inbound.smtp.door import Door
from inbound.smtp.server import serve
from mailer.checkup import (
    Checked,
    State,
    check_engine,
    check_health,
    check_key,
    check_relay,
    check_round_trips,
    check_server,
    no_key,
)
from mailer.domain.certificate import check_certificate
from mailer.domain.checks import check_dns
from mailer.domain.key import PublicKey, new_ed25519_key, public_part
from mailer.domain.lookup import NoAnswer
from mailer.domain.records import Key, Sending, records
from store import Staff
from store.health import Health
from store.round_trips import RoundTrip
from store.routes import Down

SENDING = Sending(
    reply_domain="reply.acme.example",
    sender="support@acme.example",
    base_url="https://feedback.acme.example",
    relay_host="mail.provider.example",
    keys=(Key("afterword", "acme.example", PublicKey("rsa", "MIIB" * 98)),),
)
PUBLIC = SENDING.keys[0].public.text
DKIM = "afterword._domainkey.acme.example"
Zone = dict[tuple[str, str], tuple[str, ...]]
WHOLE: Zone = {
    ("reply.acme.example", "MX"): ("feedback.acme.example",),
    ("reply.acme.example", "TXT"): ("some-site-verification=1", "v=spf1 a:mail.provider.example ~all"),
    (DKIM, "TXT"): (f"v=DKIM1; k=rsa; p={PUBLIC}",),
    ("_dmarc.acme.example", "TXT"): ("v=DMARC1; p=none",),
}
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
QUIET = Health(reviews=1, waiting=2, overdue=0, oldest_due_at=None, arrivals={}, paused=(), heads=1)


def found(zone: Zone, sending: Sending = SENDING) -> dict[str, Checked]:
    """The findings over a DNS that holds just this."""
    findings = check_dns(sending, lambda name, type: zone.get((name, type), ()))
    return {finding.topic: finding for finding in findings}


def test_a_whole_zone_is_fine() -> None:
    assert {topic: finding.state for topic, finding in found(WHOLE).items()} == dict.fromkeys(
        ("MX", "SPF", "DKIM", "DMARC", "Reverse DNS"), State.FINE
    )


@pytest.mark.parametrize(
    ("name", "type", "topic", "state"),
    [
        ("reply.acme.example", "MX", "MX", State.BROKEN),
        ("reply.acme.example", "TXT", "SPF", State.LOOK),
        (DKIM, "TXT", "DKIM", State.BROKEN),
        ("_dmarc.acme.example", "TXT", "DMARC", State.LOOK),
    ],
)
def test_a_record_that_is_missing_is_told_with_the_line_to_set(name: str, type: str, topic: str, state: State) -> None:
    finding = found({place: texts for place, texts in WHOLE.items() if place != (name, type)})[topic]
    assert finding.state is state
    assert finding.advice.startswith(f"Set this record: {name}. {type} ")


@pytest.mark.parametrize(
    ("place", "texts", "topic", "state"),
    [
        (("reply.acme.example", "TXT"), ("v=spf1 -all", "v=spf1 mx ~all"), "SPF", State.BROKEN),
        (("reply.acme.example", "TXT"), ("v=spf10 -all",), "SPF", State.LOOK),
        ((DKIM, "TXT"), ("v=DKIM1; p=",), "DKIM", State.BROKEN),
        ((DKIM, "TXT"), ("v=DKIM1; p=SOMEBODYELSES",), "DKIM", State.BROKEN),
        ((DKIM, "TXT"), (f"p={PUBLIC[:64]} {PUBLIC[64:]}",), "DKIM", State.FINE),
        (("_dmarc.acme.example", "TXT"), ("v=DMARC2",), "DMARC", State.LOOK),
    ],
)
def test_a_record_is_read_and_not_just_seen(
    place: tuple[str, str], texts: tuple[str, ...], topic: str, state: State
) -> None:
    assert found(WHOLE | {place: texts})[topic].state is state


def test_a_policy_of_the_domain_above_holds() -> None:
    below = Sending("reply.acme.example", "support@it.acme.example", SENDING.base_url, SENDING.relay_host)
    assert found(WHOLE, below)["DMARC"].state is State.FINE


def test_without_a_key_nobody_asks_for_its_record() -> None:
    assert "DKIM" not in found({}, Sending("reply.acme.example", "a@acme.example", SENDING.base_url, "localhost"))


def test_a_dns_that_does_not_answer_proves_nothing() -> None:
    def silent(name: str, type: str) -> tuple[str, ...]:
        raise NoAnswer(f"the DNS did not answer about {name}")

    local = replace(SENDING, relay_host="localhost")
    assert {finding.state for finding in check_dns(local, silent)} == {State.LOOK}


def test_the_records_to_set_are_the_ones_that_are_asked_for() -> None:
    zone: Zone = {}
    for record in records(SENDING):
        zone[record.name, record.type] = (record.value,)
    assert {finding.state for finding in found(zone).values()} == {State.FINE}


def test_a_relay_on_this_machine_is_named_as_the_world_knows_it() -> None:
    local = Sending("reply.acme.example", "a@acme.example", SENDING.base_url, "localhost")
    assert "v=spf1 a:feedback.acme.example ~all" in [record.value for record in records(local)]


def test_a_long_text_is_written_as_strings_of_255_octets() -> None:
    line = next(record.zone_line() for record in records(SENDING) if record.name == DKIM)
    strings = line.partition(" TXT ")[2].strip('"').split('" "')
    assert [len(string) for string in strings] == [255, len(PUBLIC) + 18 - 255]


HOST = "feedback.acme.example"
BACK = "9.113.0.203.in-addr.arpa"


@pytest.mark.parametrize(
    ("zone", "state", "says"),
    [
        ({}, State.BROKEN, "has no address in the DNS"),
        ({(HOST, "A"): ("203.0.113.9",)}, State.LOOK, "203.0.113.9 has no name"),
        (
            {(HOST, "A"): ("203.0.113.9",), (BACK, "PTR"): ("pool-9.provider.example",)},
            State.LOOK,
            "the name pool-9.provider.example, which leads elsewhere",
        ),
        ({(HOST, "A"): ("203.0.113.9",), (BACK, "PTR"): (HOST,)}, State.FINE, "lead to each other"),
        (
            {
                (HOST, "AAAA"): ("2001:db8::9",),
                ("9" + ".0" * 23 + ".8.b.d.0.1.0.0.2.ip6.arpa", "PTR"): (HOST,),
            },
            State.FINE,
            "lead to each other",
        ),
    ],
)
def test_a_machine_that_sends_by_itself_needs_a_name_that_leads_back(zone: Zone, state: State, says: str) -> None:
    finding = found(WHOLE | zone, replace(SENDING, relay_host="127.0.0.1"))["Reverse DNS"]
    assert finding.state is state
    assert says in finding.words
    assert bool(finding.advice) is (state is not State.FINE)


def test_every_domain_a_brand_sends_from_is_looked_at() -> None:
    sending = replace(SENDING, others=("shop.example", "it.acme.example"))
    found = check_dns(sending, lambda name, type: WHOLE.get((name, type), ()))
    told = [(one.state, one.advice) for one in found if one.topic in ("DKIM", "DMARC")]
    assert [state for state, _ in told] == [
        State.FINE,
        State.FINE,
        State.LOOK,
        State.LOOK,
        State.FINE,
        State.FINE,
    ], "acme.example's key and policy hold for it.acme.example, not for shop.example"
    assert told[2][1] == "Make keys for it: `afterword dkim new shop.example`."
    assert told[3][1].startswith("Set this record: _dmarc.shop.example. TXT")


def test_a_certificate_is_read_and_not_just_seen(tmp_path: Path) -> None:
    files = {
        "good": certificate(tmp_path / "good", "mx.acme.example", days=60),
        "wild": certificate(tmp_path / "wild", "*.acme.example", days=60),
        "soon": certificate(tmp_path / "soon", "mx.acme.example", days=5),
        "over": certificate(tmp_path / "over", "mx.acme.example", days=-5),
        "other": certificate(tmp_path / "other", "www.acme.example", days=60),
    }
    (tmp_path / "none").write_text("no certificate")
    hosts = ("mx.acme.example",)
    states = {name: check_certificate(file, hosts=hosts, now=NOW).state for name, file in files.items()}
    assert states == {
        "good": State.FINE,
        "wild": State.FINE,
        "soon": State.LOOK,
        "over": State.BROKEN,
        "other": State.LOOK,
    }
    assert check_certificate(tmp_path / "none", hosts=hosts, now=NOW).state is State.BROKEN
    assert check_certificate(tmp_path / "missing", hosts=hosts, now=NOW).state is State.BROKEN
    assert check_certificate(None, hosts=hosts, now=NOW).state is State.LOOK


def certificate(file: Path, name: str, *, days: int) -> Path:
    """A certificate for a name that ends in so many days."""
    key, itself = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    made = (
        x509.CertificateBuilder()
        .subject_name(itself)
        .issuer_name(itself)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=30))
        .not_valid_after(NOW + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return file


async def test_a_relay_that_answers_is_fine() -> None:
    async def nobody(*_: object) -> None:
        raise AssertionError("no mail is sent")

    door = Door(accept=nobody, recipient=nobody, clock=lambda: NOW)
    server = await serve(door, "127.0.0.1", 0, hostname="relay.example")
    try:
        finding = await check_relay(f"smtp://127.0.0.1:{server.port}", hostname="reply.acme.example")
        assert finding == Checked(State.FINE, "SMTP relay", f"127.0.0.1:{server.port} answers")
        unsafe = await check_relay(f"smtp://127.0.0.1:{server.port}?starttls=require", hostname="reply.acme.example")
        assert unsafe.state is State.BROKEN
        stranger = await check_relay(f"smtp://user:secret@127.0.0.1:{server.port}", hostname="reply.acme.example")
        assert stranger.state is State.BROKEN
        assert "secret" not in stranger.words + stranger.advice
    finally:
        await server.close()


@pytest.mark.parametrize("url", ["smtp://127.0.0.1:1", "smtp://", "smtp://127.0.0.1:25?starttls=maybe"])
async def test_a_relay_that_cannot_be_used_is_broken(url: str) -> None:
    assert (await check_relay(url, hostname="reply.acme.example")).state is State.BROKEN


def test_a_second_key_has_a_record_of_its_own() -> None:
    both = replace(
        SENDING, keys=(*SENDING.keys, Key("afterword-ed25519", "acme.example", public_part(new_ed25519_key())))
    )
    values = {record.name: record.value for record in records(both) if "_domainkey" in record.name}
    name = "afterword-ed25519._domainkey.acme.example"
    assert values[name].startswith("v=DKIM1; k=ed25519; p=")
    assert len(values[name].partition("p=")[2]) == 44, "the base64 of 32 bytes"
    zone: Zone = {**WHOLE, (name, "TXT"): (values[name],)}
    states = [
        finding.state
        for finding in check_dns(both, lambda of, type: zone.get((of, type), ()))
        if finding.topic == "DKIM"
    ]
    assert states == [State.FINE, State.FINE]
    as_rsa: Zone = {**zone, (name, "TXT"): (values[name].replace("k=ed25519", "k=rsa"),)}
    (_, wrong) = [one for one in check_dns(both, lambda of, type: as_rsa.get((of, type), ())) if one.topic == "DKIM"]
    assert (wrong.state, name in wrong.advice) == (State.BROKEN, True)


@pytest.mark.parametrize(("pem", "state"), [("", State.BROKEN), ("x", State.BROKEN), (new_ed25519_key(), State.FINE)])
def test_a_key_that_cannot_sign_is_worse_than_none(pem: str, state: State) -> None:
    assert check_key(pem, domain="a.example").state is state
    assert no_key("a.example").state is State.LOOK


@pytest.mark.parametrize(
    ("affected", "allowed", "state"),
    [(False, False, State.FINE), (True, False, State.BROKEN), (True, True, State.LOOK), (False, True, State.FINE)],
)
def test_an_engine_that_loses_writes_is_broken_unless_somebody_allowed_it(
    affected: bool, allowed: bool, state: State
) -> None:
    assert check_engine("SQLite 3.40.1", affected, allowed=allowed).state is state


SAM = Staff("sam@acme.example", "Sam", "agent", "")
ASKED = RoundTrip(SAM.email, NOW - timedelta(hours=3))


@pytest.mark.parametrize(
    ("staff", "trips", "says"),
    [
        ([SAM], [], ["look Answers of sam@acme.example: never tested"]),
        ([SAM], [ASKED], ["look Answers of sam@acme.example: a test went there 3 hours ago, and no answer came"]),
        (
            [SAM],
            [replace(ASKED, answered_at=NOW, verdict="verified", why="signed by acme.example")],
            ["ok Answers of sam@acme.example: known for theirs: signed by acme.example"],
        ),
        (
            [],
            [replace(ASKED, answered_at=NOW, verdict="unsigned", why="nothing proves it")],
            ["look Answers of sam@acme.example: will be held, as nothing proves them theirs: nothing proves it"],
        ),
        ([], [], []),
    ],
)
def test_whether_the_answers_of_staff_can_be_relied_on(
    staff: list[Staff], trips: list[RoundTrip], says: list[str]
) -> None:
    findings = check_round_trips(staff, trips, now=NOW)
    assert [f"{finding.state} {finding.topic}: {finding.words}" for finding in findings] == says


@pytest.mark.parametrize(
    ("health", "says"),
    [
        (QUIET, "ok Outbox: 2 mails for later, none overdue"),
        (Health(1, 3, 1, NOW - timedelta(minutes=1), {}, (), 1), "ok Outbox: 1 mail of 3 due, the oldest for 1 minute"),
        (Health(1, 3, 2, NOW - timedelta(hours=3), {}, (), 1), "look Outbox: 2 mails of 3 due, the oldest for 3 hours"),
        (Health(1, 0, 0, None, {"pending": 4}, (), 1), "ok Mail that came in: 4 mails still to be read"),
        (Health(1, 0, 0, None, {"unreadable": 1}, (), 1), "look Mail that came in: 1 mail that could not be read"),
        (Health(1, 0, 0, None, {}, (), 0), "look Staff: nobody hears of an answer to a ticket that names no agent"),
        (
            Health(1, 0, 0, None, {}, (), 1, (Down("eu", NOW, NOW + timedelta(minutes=5), 9, "535 no"),)),
            f"look Route: the mailer cannot use the route eu since {NOW:%Y-%m-%d %H:%M}: 535 no",
        ),
        (Health(1, 0, 0, None, {}, ("acme",), 1), "look Brand: acme is paused: its invitations wait"),
    ],
)
def test_what_waits_is_told_and_what_waits_too_long_is_pointed_at(health: Health, says: str) -> None:
    told = [
        f"{finding.state} {finding.topic}: {finding.words}" for finding in check_health(health, now=NOW, operator="")
    ]
    assert says in told


@pytest.mark.parametrize(
    ("engine", "states"),
    [
        ("PostgreSQL 17.2 (Debian 17.2-1)", [State.FINE]),
        ("PostgreSQL 18beta1", [State.FINE]),
        ("PostgreSQL 13.9", [State.BROKEN]),
        ("PostgreSQL of tomorrow", [State.BROKEN]),
        ("SQLite 3.53.0", []),
    ],
)
def test_the_version_of_a_server_is_told_and_an_old_one_is_refused(engine: str, states: list[State]) -> None:
    found = list(check_server(engine))
    assert [one.state for one in found] == states
    assert all(engine in one.words for one in found)
