"""Which of a customer's words may everybody read, and under which name? Those they were asked about and said yes to, as
long as they have not taken it back; under their first name, their initials or none, as they chose."""

from dataclasses import dataclass
from datetime import datetime

from reviews.consents import words_asked_for
from reviews.deeds import Consented
from reviews.handling import GRANTED, consent
from reviews.log import Log
from reviews.model import FIRST_NAME, INITIALS
from reviews.redacted import Ours, without_ours

INITIALS_MAX = 3


@dataclass(frozen=True, slots=True)
class Testimonial:
    """Words that may be shown, the name under them ("" for none), the language they may be in ("" where that is not
    known), and when the customer said yes."""

    words: str
    name: str
    language: str
    at: datetime


def may_be_shown(log: Log, ours: Ours) -> Testimonial | None:
    """What of a review may be shown to everybody; None for nothing."""
    words = words_asked_for(log)
    if consent(log) != GRANTED or not words.strip():
        return None
    language = next(iter(log.review.languages), "")
    return Testimonial(without_ours(words, ours), shown_name(log), language, log.of(Consented)[-1].at)


def shown_name(log: Log) -> str:
    """The name under which the customer lets their words be shown; their first name as long as they chose nothing."""
    chosen, contact = log.of(Consented), log.review.contact
    shown_as = chosen[-1].shown_as if chosen else FIRST_NAME
    if shown_as == INITIALS:
        return " ".join(f"{word[0].upper()}." for word in contact.name.split()[:INITIALS_MAX])
    return contact.first_name if shown_as == FIRST_NAME else ""
