"""Which recipients are ours? Signed addresses and the few plain ones that must be answered; all else is refused."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from inbound.smtp.refusals import NOT_OURS, Refusal
from reviews.addresses import normal
from reviews.tokens import Keys, SignedAddress

ALWAYS = ("postmaster", "abuse")
"""RFC 5321 section 4.5.1 and RFC 2142: somebody reads them at every domain that takes mail."""

Standing = Callable[[SignedAddress], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Recipients:
    """The addresses of this installation. `plain` are its From addresses: some programs answer them beside Reply-To.

    `standing` says whether what an address was given for is still kept; without it all are taken. `turn_to` is the
    address that somebody reads in its place.
    """

    keys: Keys
    reply_domain: str
    plain: frozenset[str]
    standing: Standing | None = None
    turn_to: str = ""

    async def refusal(self, address: str) -> Refusal | None:
        """None for an address that is ours and leads somewhere."""
        signed = self.keys.read_address(address, self.reply_domain)
        if signed:
            return None if self.standing is None or await self.standing(signed) else _expired(self.turn_to)
        if always(address, self.reply_domain) or normal(address) in self.plain:
            return None
        return NOT_OURS


def always(address: str, reply_domain: str) -> bool:
    """Whether it is one of those that every domain has; `RCPT TO:<Postmaster>` needs no domain."""
    local_part, at, domain = normal(address).partition("@")
    return local_part in ALWAYS and domain == reply_domain if at else local_part == ALWAYS[0]


def _expired(turn_to: str) -> Refusal:
    """RFC 3463 section 3.3: the mailbox is disabled. Whoever wrote is a person we once asked, and reads this."""
    words = "This conversation is over and its records are erased, so the mail would reach nobody"
    return Refusal(550, "5.2.1", f"{words}. Please write to {turn_to} instead" if turn_to else words)
