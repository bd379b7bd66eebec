"""What is different behind a mail server of one's own? LMTP (RFC 2033): it keeps the queue, so every recipient is
answered for."""

from collections.abc import Mapping

from inbound.smtp.dialogue import COMMANDS, Command, Dialogue
from inbound.smtp.refusals import Refusal


class Delivery(Dialogue):
    """The same dialogue with LMTP's greeting and answers. A mail is kept for all of its recipients or for none, so each
    hears the same."""

    protocol = "LMTP"

    @property
    def commands(self) -> Mapping[str, Command]:
        """LHLO instead of HELO and EHLO (RFC 2033 section 4.1)."""
        return OF_LMTP

    async def taken(self, reply: str | Refusal, recipients: int) -> str | Refusal:
        """One reply for each recipient that was taken, in their order (RFC 2033 section 4.2)."""
        for _ in range(recipients - 1):
            await self.say(str(reply))
        return reply


OF_LMTP: dict[str, Command] = {verb: does for verb, does in COMMANDS.items() if verb not in ("HELO", "EHLO")} | {
    "LHLO": Dialogue.ehlo
}
