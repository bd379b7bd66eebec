"""What is proven of the sender of this mail? In three steps: ask the DNS, hold the signatures against it, conclude.

The step in the middle needs no network and may be slow, so that whoever reads hostile mail can do it apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from inbound.resolver import LookupLater, Resolver, text_record
from inbound.trust.domains import aligned
from inbound.trust.front import Finding, Front, findings
from inbound.trust.machines import check_machine
from inbound.trust.policies import Policy, read_policy
from inbound.trust.signatures import Holds, Signature, check_signatures, from_fields, key_names
from reviews.addresses import domain_of, parse_address
from reviews.mail import Mail
from reviews.model import Envelope
from reviews.trust import Proofs, SenderVerdict, Trust, weigh

SEEN_BYTES_MAX = 16_384
"""Of the records that are kept with a mail: five keys of 4,096 bits take 4 kB."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a mail says of its sender, and where that can be looked up: all that is read of its bytes."""

    domain: str
    senders: int
    keys: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    """Those that a mail server in front may have written."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the DNS said. `seen` are the text records by name, to be kept: keys change, and a proof must last."""

    policy: Policy = field(default_factory=Policy)
    keys: Mapping[str, bytes] = field(default_factory=dict)
    seen: Mapping[str, str] = field(default_factory=dict)
    unanswered: str = ""


def claimed(raw: bytes, mail: Mail) -> Claimed:
    """What this mail says of its sender."""
    traces = tuple(header for header in mail.headers if header[0].lower() in ("received", "authentication-results"))
    return Claimed(_as_published(domain_of(mail.sender.address)), from_fields(raw), key_names(raw), traces)


def ask(sender: Claimed, resolver: Resolver) -> Asked:
    """What has to be known before the signatures are checked. Blocks on the DNS: call it in a thread."""
    keys: dict[str, bytes] = {}
    policy, unanswered = Policy(), ""
    for name in dict.fromkeys(filter(None, sender.keys)):
        try:
            key = text_record(resolver, name)
        except LookupLater:
            unanswered = name
            continue
        if key is not None:
            keys[name] = key
    try:
        policy = read_policy(sender.domain, resolver) if sender.domain else policy
    except LookupLater:
        unanswered = unanswered or f"_dmarc.{sender.domain}"
    return Asked(policy, keys, _kept(keys), unanswered)


def conclude(
    sender: Claimed,
    asked: Asked,
    signatures: Sequence[Signature],
    *,
    envelope: Envelope | None,
    resolver: Resolver,
    front: Front,
) -> SenderVerdict:
    """The verdict. Without an envelope, and for mail that our own server passes on, the calling machine says nothing:
    then nothing is called forged either. Blocks on the DNS: call it in a thread."""
    behind = envelope is not None and front.stands_at(envelope.peer)
    found = findings(sender.headers, front.authserv_id) if behind and front.authserv_id else ()
    holding = [one.domain for one in signatures if one.holds is Holds.YES] + _passed(found, "dkim")
    broken = [one.domain for one in signatures if one.holds is Holds.NO]
    policy, unanswered = asked.policy, asked.unanswered
    signed_by = _speaks_for(sender.domain, holding, strict=policy.strict_signatures)
    machines = _passed(found, "spf")
    if envelope is not None and not behind and not signed_by:
        try:
            machines = [check_machine(envelope, resolver).domain]
        except LookupLater as error:
            unanswered = unanswered or str(error)
    judged = envelope is not None and (not behind or bool(found))
    vouched = any(domain == sender.domain for domain in _passed(found, "dmarc"))
    return weigh(
        Proofs(
            domain=sender.domain,
            senders=sender.senders,
            signed_by=signed_by,
            sent_by=_speaks_for(sender.domain, machines, strict=policy.strict_machines),
            vouched_by=front.authserv_id if vouched else "",
            broken_by=_speaks_for(sender.domain, broken, strict=False),
            signed_by_other=next(iter(holding), ""),
            enforced=policy.enforced if judged else "",
            unanswered=unanswered,
        )
    )


def judge_sender(
    raw: bytes, mail: Mail, resolver: Resolver | None, *, envelope: Envelope | None = None, front: Front | None = None
) -> SenderVerdict:
    """All three steps at once, for mail of one's own choice. Blocks on the DNS: call it in a thread."""
    if resolver is None:
        return SenderVerdict(Trust.UNCHECKED, "no resolver was given")
    sender = claimed(raw, mail)
    asked = ask(sender, resolver)
    signatures = check_signatures(raw, asked.keys)
    return conclude(sender, asked, signatures, envelope=envelope, resolver=resolver, front=front or Front())


def _as_published(domain: str) -> str:
    """The domain as it stands in the DNS: letters beyond ASCII have a form of their own there (RFC 8616)."""
    if domain.isascii():
        return domain
    known = parse_address(f"x@{domain}")
    return domain_of(known.address) if known else ""


def _passed(found: Iterable[Finding], method: str) -> list[str]:
    return [one.domain for one in found if one.method == method and one.result == "pass" and one.domain]


def _speaks_for(domain: str, others: Iterable[str], *, strict: bool) -> str:
    """The first of these domains that is aligned with the one in From, or ''."""
    return next((other for other in others if aligned(domain, other, strict=strict)), "")


def _kept(keys: Mapping[str, bytes]) -> dict[str, str]:
    kept: dict[str, str] = {}
    left = SEEN_BYTES_MAX
    for name, key in keys.items():
        left -= len(name) + len(key)
        if left >= 0:
            kept[name] = key.decode("ascii", "replace")
    return kept
