"""Which recipients are ours? Signed addresses and the few plain ones that must be answered; all else is refused."""

from dataclasses import dataclass

from inbound.smtp.refusals import NOT_OURS, Refusal
from reviews.addresses import normal
from reviews.tokens import Keys

ALWAYS = ("postmaster", "abuse")
"""RFC 5321 section 4.5.1 and RFC 2142: somebody reads them at every domain that takes mail."""


@dataclass(frozen=True, slots=True)
class Recipients:
    """The addresses of this installation. `plain` are its From addresses: some programs answer them beside Reply-To."""

    keys: Keys
    reply_domain: str
    plain: frozenset[str]

    async def refusal(self, address: str) -> Refusal | None:
        """None for an address that is ours."""
        local_part, _, domain = normal(address).rpartition("@")
        if not domain and local_part == ALWAYS[0]:  # `RCPT TO:<Postmaster>` needs no domain
            return None
        if self.keys.read_address(address, self.reply_domain) or normal(address) in self.plain:
            return None
        return None if domain == self.reply_domain and local_part in ALWAYS else NOT_OURS
