"""Does a reply say yes or no to the question whether a customer's words may be shown? One word, and no other question
of ours in between; what says more is a message for a person."""

import re

from reviews.deeds import ConsentAsked
from reviews.facts import Comment, Delivery, Message, Settled
from reviews.handling import GRANTED, consent
from reviews.log import Log
from reviews.model import TO_CUSTOMER, By, DeliveryKind, Outcome
from reviews.speakers import from_another

WORDS_CHARS_MAX = 60
YES = frozenset({"yes", "ja", "oui", "si", "sí", "نعم"})
NO = frozenset({"no", "nein", "non", "nee", "لا"})
TAKEN_BACK = frozenset(
    {
        "do not publish",
        "please do not publish",
        "nicht veröffentlichen",
        "ne pas publier",
        "no publicar",
        "no publiquen",
    }
    | {"niet publiceren", "لا تنشر", "لا تنشروا"}
)
"""Obeyed at any time; in the language of each translation."""
_NO_LETTER = re.compile(r"[^\w\s]+")


def read_consent(log: Log, words: str) -> bool | None:
    """True for yes, False for no or for a yes taken back, None for anything else."""
    state = consent(log)
    if not state or len(words) > WORDS_CHARS_MAX:
        return None
    said = " ".join(_NO_LETTER.sub("", words.casefold()).split())
    if said in TAKEN_BACK:
        return False
    if not _asked_last(log) or said not in YES | NO:
        return None
    return said in YES if state != GRANTED or said in NO else None


def words_asked_for(log: Log) -> str:
    """The words about which the customer was asked: the last they had left on the page by then, else the last they had
    mailed. What they write later nobody asked about. Before anybody asks, those of now; '' for none."""
    asked = next((place for place, fact in enumerate(log.facts) if isinstance(fact, ConsentAsked)), len(log.facts))
    before = log.facts[:asked]
    mailed = [fact for fact in before if isinstance(fact, Message) and fact.by is By.CUSTOMER and fact.text]
    own = [message.text for message in mailed if not from_another(log, message.by, message.sender)]
    written = [fact.words for fact in before if isinstance(fact, Comment) and fact.words]
    return written[-1] if written else own[-1] if own else ""


def _asked_last(log: Log) -> bool:
    """Whether the question is the last mail of ours that the customer got, and they have not written since."""
    sent = [done for done in log.of(Settled) if done.outcome is Outcome.SENT and done.purpose in TO_CUSTOMER]
    if not sent or sent[-1].purpose is not DeliveryKind.CONSENT:
        return False
    asked = next((mail for mail in log.of(Delivery) if mail.id == sent[-1].delivery), None)
    return asked is not None and not any(message.at > sent[-1].at for message in log.of(Message)[:-1])
