"""What does a customer want of us beside an answer? That their ticket be opened again; that their words be shown, or
not. Each returns facts to record, inside a store transaction, and may run twice."""

from datetime import datetime

from reviews.consents import read_consent
from reviews.deeds import Consented, NotFixed, OutcomeWished
from reviews.facts import Fact, Message
from reviews.handling import GRANTED, WITHDRAWN, consent
from reviews.holds import Reopened
from reviews.log import Log
from reviews.model import FIRST_NAME, By

Facts = tuple[Fact, ...]

NOT_FIXED = "it is not fixed yet"
WORDS_CHARS_MAX = 5_000
CHOICES_MAX = 50
"""Of one customer about their consent: who goes to and fro so often is a program."""


def not_fixed(log: Log, *, action: str, by: By, who: str, at: datetime, words: str = "") -> Facts:
    """It is not fixed yet, says the customer by a chip or staff by a command: the helpdesk is to open the ticket again,
    and nobody is asked about this closing any more. Said twice before the next closing, it is said once."""
    if log.of(NotFixed):
        return ()
    told = NotFixed(action, log.review.id, at, by, who, words.strip()[:WORDS_CHARS_MAX])
    return (told, Reopened(log.review.id, at, NOT_FIXED))


def consented(
    log: Log, *, at: datetime, withdrawn: bool = False, by_mail: bool = False, shown_as: str = FIRST_NAME
) -> Facts:
    """The customer chose; what holds already is not recorded again, nor what nobody asked."""
    holds, wanted, chosen = consent(log), WITHDRAWN if withdrawn else GRANTED, log.of(Consented)
    same = holds == wanted and (withdrawn or by_mail or chosen[-1].shown_as == shown_as)
    if same or not holds or len(chosen) >= CHOICES_MAX:
        return ()
    return (Consented(log.review.id, at, len(chosen), withdrawn, by_mail, shown_as),)


def outcome_wished(log: Log, *, at: datetime) -> Facts:
    """The customer wants to hear what came of it; said twice, it is said once."""
    return () if log.of(OutcomeWished) else (OutcomeWished(log.review.id, at),)


def consented_by_mail(log: Log, message: Message, *, surely: bool) -> Facts:
    """What a reply says to the question, if it is one word and nothing else: a yes of whom that is surely, a no of
    anybody's who has their address."""
    said = read_consent(log, message.text)
    if said is None or (said and not surely):
        return ()
    return consented(log, at=message.at, withdrawn=not said, by_mail=True)
