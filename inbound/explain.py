"""What would inbound make of this mail? `afterword explain FILE.eml` prints it as JSON."""

from collections.abc import Sequence

from inbound.resolver import Resolver
from inbound.trust.judging import judge_sender
from reviews.attachments import examined
from reviews.bounces import read_bounce
from reviews.classify import Kind, classify
from reviews.mail import Mail, read_mail
from reviews.model import Envelope
from reviews.reading import Reply, read_reply
from reviews.stated import stated
from reviews.tokens import Keys

Explained = dict[str, object]


def explain(
    raw: bytes,
    *,
    original: str = "",
    keys: Sequence[str] = (),
    resolver: Resolver | None = None,
    envelope: Envelope | None = None,
) -> Explained:
    """The kind of a mail and why, the words written and the rest, the review its addresses name, and the sender.

    `original` is the text of ours that it answers; without `keys` (secret keys, newest first) `review` is null; without
    a resolver the sender is `unchecked`, and without the envelope it came in nothing is called forged for its domain's
    sake. `rating` is the answer that its first line states, or null.
    """
    mail = read_mail(raw)
    reply = read_reply(mail, original=original)
    kind, reason = _kind(mail, reply, mail_from=envelope.mail_from if envelope else None)
    sender = judge_sender(raw, mail, resolver, envelope=envelope)
    return {
        "kind": str(kind),
        "reason": reason,
        "reply": reply.said,
        "trimmed": reply.trimmed,
        "rating": stated(reply.said),
        "review": _review(mail, Keys(keys)) if keys else None,
        "sender": {"address": mail.sender.address, "verdict": str(sender.trust), "reason": sender.reason},
        "segments": [{"kind": str(s.kind), "rule": s.rule, "text": s.text} for s in reply.segments],
        "attachments": [
            {"name": a.name, "type": a.type, "size_bytes": a.size_bytes, "sha256": a.sha256, "danger": a.danger or None}
            for a in map(examined, mail.attachments)
        ],
        "warnings": [*mail.problems, *filter(None, [reply.doubt])],
    }


def _kind(mail: Mail, reply: Reply, *, mail_from: str | None) -> tuple[Kind, str]:
    """The kind and why; of a bounce also what it says, and of a person's mail whether he wrote anything at all."""
    verdict = classify(mail, mail_from=mail_from)
    if verdict.kind is Kind.BOUNCE:
        return Kind.BOUNCE, f"{verdict.reason}; {read_bounce(mail).words}"
    if verdict.kind is Kind.HUMAN and not reply.said.strip() and not mail.attachments:
        return Kind.EMPTY, "it holds nothing but our own words"
    return verdict.kind, verdict.reason


def _review(mail: Mail, keys: Keys) -> dict[str, str] | None:
    """What the first signed address among the recipients stands for."""
    local_parts = (address.address.rpartition("@")[0] for address in (*mail.to, *mail.cc))
    found = next((signed for signed in map(keys.read_local_part, local_parts) if signed), None)
    return {"prefix": found.prefix, "id": found.id} if found else None
