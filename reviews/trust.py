"""How far is the sender of a mail trusted, and what follows from it? Decided from what was proven, never from a name.

What domains publish about their mail is for the doors to look up; here it is weighed (RFC 7489 section 4.3: a mail is
its domain's own when an aligned signature holds, or an aligned envelope came from a machine of that domain).
"""

from dataclasses import dataclass
from enum import StrEnum


class Trust(StrEnum):
    """The verdict on a sender."""

    VERIFIED = "verified"
    UNSIGNED = "unsigned"
    """Nothing proves the sender, and nothing speaks against them: much honest mail is like this."""
    BROKEN = "broken"
    """A signature of the sender's own domain does not hold: the mail was changed on the way, or never was theirs."""
    FORGED = "forged"
    """The sender's domain asks that mail without proof be refused, and this has none; or it names two senders."""
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class Proofs:
    """What was found out about the domain in a mail's From. Domains, '' where there is none."""

    domain: str
    """Of the one address in From; '' where it names none."""
    senders: int = 1
    """How many From fields there are (RFC 5322 section 3.6 allows one)."""
    signed_by: str = ""
    """An aligned domain whose signature holds."""
    sent_by: str = ""
    """An aligned domain that the calling machine may send for."""
    vouched_by: str = ""
    """The mail server in front of us that found the whole policy kept (RFC 8601 section 2.7.4), by its name."""
    passed_on_by: str = ""
    """A forwarder that is believed, and had found the mail to be its sender's before it changed it (RFC 8617)."""
    broken_by: str = ""
    """An aligned domain whose signature does not hold."""
    signed_by_other: str = ""
    """A domain that is not aligned, and whose signature holds."""
    enforced: str = ""
    """What the domain asks to be done with mail that is not its own: `reject`, `quarantine`, or ''."""
    unanswered: str = ""
    """What the DNS did not tell, or ''."""


@dataclass(frozen=True, slots=True)
class SenderVerdict:
    """How far a sender is trusted, and why: a phrase to stand behind a colon."""

    trust: Trust
    reason: str
    unanswered: str = ""
    """What the DNS did not tell, where that could change the verdict."""

    @property
    def proven(self) -> bool:
        return self.trust is Trust.VERIFIED


def weigh(proofs: Proofs) -> SenderVerdict:
    """The verdict. One proof is enough: plain forwarding breaks SPF and keeps signatures, some mail has only SPF."""
    if proofs.senders > 1:
        return SenderVerdict(Trust.FORGED, "it names more than one sender")
    if not proofs.domain:
        return SenderVerdict(Trust.UNSIGNED, "it does not name a sender")
    if proofs.signed_by:
        return SenderVerdict(Trust.VERIFIED, f"signed by {proofs.signed_by}")
    if proofs.sent_by:
        return SenderVerdict(Trust.VERIFIED, f"sent by a machine of {proofs.sent_by}")
    if proofs.vouched_by:
        return SenderVerdict(Trust.VERIFIED, f"{proofs.vouched_by} vouches for it")
    if proofs.passed_on_by:
        return SenderVerdict(Trust.VERIFIED, f"passed on by {proofs.passed_on_by}, which had found it proven")
    return _unproven(proofs)


def _unproven(proofs: Proofs) -> SenderVerdict:
    if proofs.unanswered:  # what cannot be asked is no proof of anything, forgery included
        words = f"the DNS gave no answer for {proofs.unanswered}"
        return SenderVerdict(Trust.UNSIGNED, words, proofs.unanswered)
    if proofs.enforced:
        words = f"{proofs.domain} proves all of its mail and asks to {proofs.enforced} what has no proof, like this"
        return SenderVerdict(Trust.FORGED, words)
    if proofs.broken_by:
        return SenderVerdict(Trust.BROKEN, f"the signature of {proofs.broken_by} does not hold")
    if proofs.signed_by_other:
        other = proofs.signed_by_other
        return SenderVerdict(Trust.UNSIGNED, f"it is signed by {other}, which is not {proofs.domain}")
    return SenderVerdict(Trust.UNSIGNED, f"nothing proves that {proofs.domain} sent it")


QUARANTINE_DAYS = 30
"""So long a mail that found no record waits for a person."""
OTHER_ADDRESS = "it came from another address than the notice went to"
NOT_PROVEN = "nothing proves that it came from the address it names"
WHY_HELD: dict[str, str] = {
    Trust.BROKEN: "its signature does not hold, so it may have been changed on the way",
    Trust.FORGED: "the domain it names says that it is forged",
}
"""Why a staff answer without proof is not sent on, where it is not for the plain lack of proof."""


def why_held(verdict: str) -> str:
    """Why a staff answer with that verdict is not sent on to the customer, '' when it may be."""
    return "" if verdict == Trust.VERIFIED else WHY_HELD.get(verdict, NOT_PROVEN)


def shut_out(verdict: str) -> bool:
    """Whether a customer's mail with that verdict waits for a person instead of joining its thread."""
    return verdict == Trust.FORGED
