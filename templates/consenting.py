"""How is a customer asked whether their words may be shown to others?"""

from reviews.consents import words_asked_for
from reviews.links import Links
from reviews.log import Log
from templates.contexts import Consent


def consent_mail(log: Log, *, links: Links, trial: bool) -> Consent:
    """The mail that asks; LookupError where there are no words."""
    words = words_asked_for(log)
    if not words:
        raise LookupError("the customer wrote nothing")
    return Consent(
        contact_name=log.review.contact.first_name,
        words=words,
        consent_url=links.consent(log.review.id),
        trial_for=log.review.contact.email if trial else "",
    )
