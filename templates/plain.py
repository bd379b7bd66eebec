"""What is said in one breath? The pages that say one thing, and the words for what became of a mail."""

from typing import NamedTuple


class Saying(NamedTuple):
    """A title and a sentence or two under it."""

    title: str
    words: str


CLOSED = Saying(
    "This question is closed",
    "Too much time has gone by. You can still answer the mail: a person reads it.",
)
FOREIGN = Saying("That came from another site", "Please open the link in the mail and answer there.")
NOTHING_HERE = Saying(
    "There is nothing here",
    "The address is wrong or was cut short. Please open the link in the mail again.",
)
OPEN_TOO_LONG = Saying(
    "This page was open for too long",
    "Please open the face in the mail once more. If you wrote something, go back and copy it first.",
)
OUR_FAULT = Saying("That went wrong", "It is our fault and has been noted. Please try again later.")
OTHER_BROWSER = Saying(
    "Please open it where you asked for it",
    "A sign-in link works in the browser that it was asked for in. Copy it there, or ask for a new one from this one",
)
RELOAD = Saying("One moment, please", "Please reload this page in a moment. Then your answer can be recorded.")
SIGN_IN_OVER = Saying(
    "This link is used up",
    "A sign-in link works once, and only for a short time. Please ask for a new one.",
)
TOO_LONG = Saying("That is too long", "Please go back, shorten it, and send it once more.")
UNREADABLE = Saying("That could not be read", "Please open the link in the mail and try once more.")
WAIT = Saying("One moment, please", "We could not take this now. Please try again in a few seconds.")

USE_THE_MAIL = "Please use the faces in the mail."
IN_A_BROWSER = "Please open this link in your browser."

_BY_STATUS = {
    404: NOTHING_HERE,
    405: NOTHING_HERE,
    410: CLOSED,
    413: TOO_LONG,
    500: OUR_FAULT,
    503: WAIT,
}


def usual(status: int) -> Saying:
    """What a person is told of an answer with that HTTP status."""
    return _BY_STATUS.get(status, UNREADABLE)


def at_most(characters: int) -> Saying:
    """Words that are longer than can be taken."""
    return Saying(TOO_LONG.title, f"At most {characters:,} characters, please. Go back, shorten it, and send it again.")


KINDS = {
    "invitation": "Question",
    "reminder": "Reminder",
    "confirmation": "Word that a wish is obeyed",
    "notice": "Notice",
    "answer": "Answer",
    "held": "Notice of an answer not sent",
    "sign_in": "Sign-in link",
}
"""What a mail is called, by its kind."""
STATES = {
    "due": "waiting",
    "claimed": "on its way",
    "sent": "sent",
    "deferred": "will be tried again",
    "refused": "refused",
    "dropped": "not sent",
    "bounced": "came back",
}
"""What became of a mail, by its state in the outbox."""


def not_asked(reason: str) -> str:
    """Why a customer is not asked."""
    return f"The customer is not asked: {reason}."


def suppressed(reason: str) -> str:
    """Why a customer's address is not mailed."""
    return not_asked(REASONS.get(reason, reason))


REASONS = {
    "unsubscribed": "they asked not to be asked again",
    "bounced": "their address does not take mail",
    "complained": "they reported a question as spam",
    "by staff": "somebody of the staff said so",
    "less often": "they asked for fewer questions",
    "only when it went wrong": "they want to be asked only when it went wrong",
}
"""Why somebody is not asked."""
PROMISES = {
    "stop": "You will not be asked about closed tickets any more.",
    "less": "You will not be asked about closed tickets for 90 days.",
    "trouble": "From now on you will be asked only about tickets that went wrong.",
    "not this": "You will not be asked about this ticket.",
    "back": "You may be asked about closed tickets again.",
}
"""What a customer's wish brings them."""
REASON_MISSING = Saying("Why?", "Please go back and say why: it stays in the record.")
PAUSED = "Questions of this brand are paused."


def size(size_bytes: int) -> str:
    """How large a file is."""
    if size_bytes < 1_000:
        return f"{size_bytes} bytes"
    kilobytes = size_bytes / 1_000
    return f"{kilobytes:.0f} KB" if kilobytes < 1_000 else f"{kilobytes / 1_000:.1f} MB"
