"""How is a customer asked whether their words may be shown to others?"""

from reviews.facts import Comment, Message
from reviews.links import Links
from reviews.log import Log
from reviews.model import By
from reviews.speakers import from_another
from templates.contexts import Consent


def consent_mail(log: Log, *, links: Links, trial: bool) -> Consent:
    """The mail that asks; LookupError where there are no words."""
    words = own_words(log)
    if not words:
        raise LookupError("the customer wrote nothing")
    return Consent(
        contact_name=log.review.contact.first_name,
        words=words,
        consent_url=links.consent(log.review.id),
        trial_for=log.review.contact.email if trial else "",
    )


def own_words(log: Log) -> str:
    """The customer's own words: the last they left on the page, else the last they mailed; '' for none."""
    mailed = [message for message in log.of(Message) if message.by is By.CUSTOMER and message.text]
    own = [message.text for message in mailed if not from_another(log, message.by, message.sender)]
    return next((comment.words for comment in reversed(log.of(Comment)) if comment.words), own[-1] if own else "")
