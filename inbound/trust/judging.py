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
from inbound.trust.seals import Seal, Sealed, check_seals, seals, vouching
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
    seals: tuple[Seal, ...] = ()
    """The chain of who passed it on and sealed it."""


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
    return Claimed(_as_published(domain_of(mail.sender.address)), from_fields(raw), key_names(raw), traces, seals(raw))


def ask(sender: Claimed, resolver: Resolver, sealers: frozenset[str] = frozenset()) -> Asked:
    """What has to be known before the signatures are checked, and the seals of a chain that one of `sealers` ends.
    Blocks on the DNS: call it in a thread."""
    keys: dict[str, bytes] = {}
    policy, unanswered = Policy(), ""
    sealing = sender.seals if sender.seals and sender.seals[-1].domain in sealers else ()
    for name in dict.fromkeys(filter(None, (*sender.keys, *(key for seal in sealing for key in seal.keys)))):
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
    sealed: Sequence[Sealed] = (),
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
            passed_on_by=_passed_on_by(sender.domain, sealed, policy, front.sealers),
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
    front, sender = front or Front(), claimed(raw, mail)
    asked = ask(sender, resolver, front.sealers)
    signatures, sealed = check_signatures(raw, asked.keys), check_seals(raw, asked.keys)
    return conclude(sender, asked, signatures, envelope=envelope, resolver=resolver, front=front, sealed=sealed)


def _passed_on_by(domain: str, sealed: Sequence[Sealed], policy: Policy, sealers: frozenset[str]) -> str:
    """The last who passed it on, where one of those that are believed had found it to be of its domain."""
    believed = vouching(sealed, sealers)
    for one in believed:
        whole = domain in _passed(one.found, "dmarc")
        signed = _speaks_for(domain, _passed(one.found, "dkim"), strict=policy.strict_signatures)
        if whole or signed or _speaks_for(domain, _passed(one.found, "spf"), strict=policy.strict_machines):
            return believed[0].domain
    return ""


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
