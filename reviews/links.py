"""Which links and addresses lead to one review?"""

from dataclasses import dataclass

from reviews.facts import Review
from reviews.model import ANSWERS, DECOY, SCALES, USUAL_SCALE
from reviews.redacted import Ours
from reviews.tokens import (
    BOUNCE,
    CONSENT,
    COPY,
    MERGE,
    RATE,
    RECORD,
    REPLY,
    SIGN_IN,
    STAFF,
    UNSUBSCRIBE,
    VIEW,
    VOTE,
    Keys,
)


@dataclass(frozen=True, slots=True)
class Links:
    """Where this installation is reached: its web address and its reply domain."""

    keys: Keys
    base_url: str
    reply_domain: str
    hidden: bool = True
    """Whether mails carry links that only machines open."""

    @property
    def ours(self) -> Ours:
        """By which our own links and addresses are known in others' words."""
        return Ours.at(self.base_url, self.reply_domain)

    def rate(self, review: Review) -> dict[str, str]:
        """The link of each answer, by its value."""
        return {review.slots[slot]: self._rating(review, slot) for slot in self._slots(review, *ANSWERS)}

    def decoys(self, review: Review) -> tuple[str, ...]:
        """Links of the same shape that stand for no answer; none where mails carry none."""
        return () if not self.hidden else tuple(self._rating(review, slot) for slot in self._slots(review, DECOY))

    def view(self, review: str) -> str:
        """The mail as a page."""
        return f"{self.base_url}/v/{self.keys.link(VIEW, review)}"

    def unsubscribe(self, review: str) -> str:
        """No more mails of this brand to this contact."""
        return f"{self.base_url}/u/{self.keys.link(UNSUBSCRIBE, review)}"

    def consent(self, review: str) -> str:
        """Whether their words may be published."""
        return f"{self.base_url}/f/{self.keys.link(CONSENT, review)}"

    def record(self, review: str, seat: str) -> str:
        """The record, for one member of staff."""
        return f"{self.base_url}/s/{self.keys.link(RECORD, review, seat)}"

    def choices(self, review: str, seat: str) -> str:
        """Where one member of staff chooses when they are mailed, straight from a notice."""
        return f"{self.record(review, seat)}/notices"

    @property
    def reviews(self) -> str:
        """The list of reviews, for who is signed in."""
        return f"{self.base_url}/reviews"

    @property
    def notices(self) -> str:
        """Where somebody of the staff chooses what they are mailed, once they are signed in."""
        return f"{self.base_url}/notices"

    def sign_in(self, id: str) -> str:
        """The page that signs a member of staff in."""
        return f"{self.base_url}/in/{self.keys.link(SIGN_IN, id)}"

    def customer_address(self, review: str) -> str:
        """Where the customer's answers come."""
        return self._address(REPLY, review)

    def staff_address(self, seat: str) -> str:
        """Where the answers of one member of staff come."""
        return self._address(STAFF, seat)

    def vote_addresses(self, review: str, scale: str = USUAL_SCALE) -> dict[str, str]:
        """Where a mail gives an answer, by its value."""
        domain, answers = self.reply_domain, SCALES[scale]
        return {answer: f"{self.keys.local_part(VOTE, review, answer=answer)}@{domain}" for answer in answers}

    def bounce_address(self, delivery: str) -> str:
        """The envelope sender of one delivery (VERP): bounces and automatic answers come here."""
        return self._address(BOUNCE, delivery)

    def merge_patterns(self, source: str, mode: str, scale: str, *, place: str) -> dict[str, str]:
        """Patterns for a helpdesk's own mail, by answer; `place` is its placeholder for a ticket's number."""
        token = self.keys.link(MERGE, source, mode)
        return {answer: f"{self.base_url}/m/{token}/{answer}?ticket={place}" for answer in SCALES[scale]}

    def copy_address(self, id: str) -> str:
        """Where a source's copies of closing mails come (`copies.address_id`)."""
        return self._address(COPY, id)

    def _slots(self, review: Review, *meanings: str) -> list[int]:
        return [slot for slot, meaning in enumerate(review.slots) if meaning in meanings]

    def _rating(self, review: Review, slot: int) -> str:
        return f"{self.base_url}/r/{self.keys.link(RATE, review.id, slot)}"

    def _address(self, prefix: str, id: str) -> str:
        return f"{self.keys.local_part(prefix, id)}@{self.reply_domain}"
