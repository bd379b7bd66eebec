"""What is said in one breath? The pages that say one thing, and the words for what became of a mail."""

from typing import NamedTuple

from reviews.admission import Turned
from reviews.attachments import Danger
from reviews.model import Cause, DeliveryKind
from reviews.roles import Choice
from reviews.trust import Trust


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
PROVIDER_AWAY = Saying(
    "Signing in does not work right now",
    "The page that knows your account cannot be reached. Please try again in a minute.",
)
PROVIDER_REFUSES = Saying(
    "You were not signed in",
    "The page that knows your account did not vouch for you. Please go back to the sign-in and try once more.",
)
RATED_ELSEWHERE = Saying(
    "This was answered already",
    "The answer came from another device. Please change it there, or write to us.",
)
OWN_WORK = Saying(
    "Somebody else decides here",
    "It is your own work that was rated. Ask somebody else to look at it: a note in the record says what you know.",
)
REASON_MISSING = Saying("Please give a reason", "It stays in the record why this was done. Go back and write one.")
RELOAD = Saying("One moment, please", "Please reload this page in a moment. Then your answer can be recorded.")
SIGN_IN_OVER = Saying(
    "This link is used up",
    "A sign-in link works once, and only for a short time. Please ask for a new one.",
)
SINGLE_OVER = Saying(
    "Please begin once more",
    "This way in was begun in another browser, or too long ago. Open the sign-in page and press the button again.",
)
TOO_LONG = Saying("That is too long", "Please go back, shorten it, and send it once more.")
TOO_OFTEN = Saying("One moment, please", "Too many have signed in from here within a minute. Please wait a little.")
UNREADABLE = Saying("That could not be read", "Please open the link in the mail and try once more.")
WAIT = Saying("One moment, please", "We could not take this now. Please try again in a few seconds.")

USE_THE_MAIL = "Please use the faces in the mail."
_NOT_IN = "You are not let in"
TURNED = {
    Turned.NO_ADDRESS: Saying(_NOT_IN, "Your account has no mail address that we can read."),
    Turned.UNVERIFIED: Saying(_NOT_IN, "Your account's mail address was never confirmed. Who runs the accounts can."),
    Turned.FOREIGN: Saying(_NOT_IN, "Your mail address is in none of the domains of this house."),
    Turned.NO_GROUP: Saying(_NOT_IN, "You are in none of the groups that may. Whoever runs the accounts can add you."),
    Turned.UNKNOWN: Saying(_NOT_IN, "Nobody has added you to the staff yet. Please ask your lead or an admin."),
    Turned.UNCONFIRMED: Saying(_NOT_IN, "No lead has confirmed that you are one of us yet. Please ask yours."),
    Turned.LEFT: Saying(_NOT_IN, "You were taken out of the staff. An admin can add you again."),
    Turned.AGAIN: Saying("Please begin once more", "This way in was used already. Open the sign-in page again."),
}
"""Why somebody whom a provider vouches for is not let in all the same."""

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
    "thanks": "Thanks",
    "confirmation": "Word that a wish is obeyed",
    "notice": "Notice",
    "answer": "Answer",
    "held": "Notice of an answer not sent",
    "told": "Word on a mail of staff's",
    "overdue": "Word that a customer waits",
    "consent": "Question for consent",
    "sign_in": "Sign-in link",
    "round_trip": "Test of an address",
    "digest": "Daily mail",
    "agents": "An agent's week",
    "leads": "A lead's week",
    "smiles": "Smiles",
    "meeting": "Reviews for a meeting",
    "came_of": "Word on what came of it",
}
"""What a mail is called, by its kind."""
CAUSES = {
    Cause.PERSON: "the person",
    Cause.FIX: "the solution",
    Cause.WAIT: "the wait",
    Cause.PRODUCT: "the product",
    Cause.POLICY: "the rules",
}
"""What a rating was about, in words."""
CHOICES = {
    Choice.AT_ONCE: ("At once", "Each time something is said that concerns you."),
    Choice.DAILY: ("Once a day", "One mail with all of it."),
    Choice.OFF: ("Not at all", "It stands in the inbox, and you look there."),
}
"""When staff are mailed, as they choose it."""
REGULAR = {
    DeliveryKind.AGENTS: (
        "Your week",
        "What customers said to you, who waits for you, and your numbers.",
    ),
    DeliveryKind.LEADS: (
        "What needs you",
        "To leads: who waits, what changed, what could be made of it.",
    ),
    DeliveryKind.SMILES: ("Smiles", "Kind words of customers, once a month, ready to be passed on."),
    DeliveryKind.MEETING: ("Reviews to talk about", "To leads: up to five reviews for a meeting, with questions."),
}
"""The regular mails, as each person chooses among them."""
FACES = {
    "very_happy": "very happy",
    "happy": "happy",
    "neutral": "neutral",
    "unhappy": "unhappy",
    "very_unhappy": "very unhappy",
}
"""What an answer is called among staff, whatever face a brand gives it."""
DONE = {
    "read": ("Marked as read: {}.", "unread"),
    "unread": ("Marked as unread: {}.", "read"),
    "nothing": ("Nothing to answer: {}.", "something"),
    "something": ("Waiting for an answer again: {}.", "nothing"),
    "mine": ("With you now: {}.", "back"),
    "back": ("Given back: {}.", "mine"),
    "tag": ("Tagged: {}.", "untag"),
    "untag": ("Tag taken off: {}.", "tag"),
}
"""What was done to several reviews at once, and what undoes it."""
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
_SENDERS: dict[str, str] = {
    Trust.VERIFIED: "sender verified",
    Trust.UNSIGNED: "sender not verified",
    Trust.BROKEN: "sender not verified: changed on the way, or not theirs",
    Trust.FORGED: "forged: not from the sender it names",
    Trust.UNCHECKED: "sender not checked",
}
"""How far a sender is trusted, by the verdict on them."""
NOT_VERIFIED = "sender not verified"


def sender(verdict: str, proof: str) -> str:
    """How far the sender of a mail is trusted, and why."""
    words = _SENDERS.get(verdict, NOT_VERIFIED)
    return f"{words} ({proof})" if proof else words


def doubt(verdict: str) -> str:
    """What somebody who reads a mail's words must know of its sender, '' when it is proven."""
    return "" if verdict == Trust.VERIFIED else _SENDERS.get(verdict, NOT_VERIFIED)


NOBODY = "(nobody)"
NO_SUCH_RECORD = "There is no record and no ticket of that name, or the mail no longer waits."


def waiting(mails: int) -> str:
    """How many mails wait for a person, '' for none."""
    if not mails:
        return ""
    return "1 mail waits without a record" if mails == 1 else f"{mails} mails wait without a record"


def unread(webhooks: int) -> str:
    """How many webhooks of helpdesks could not be read, '' for none."""
    if not webhooks:
        return ""
    return "1 webhook could not be read" if webhooks == 1 else f"{webhooks} webhooks could not be read"


UNNAMED = "(a file without a name)"
DANGERS: dict[str, str] = {
    Danger.PROGRAM: "a program: do not open it unless you asked for it",
    Danger.MACROS: "may hold macros: open it only where they are switched off",
    Danger.PAGE: "a web page: what it shows may not be what it seems",
    Danger.DRAWING: "a drawing that can hold a program",
    Danger.ARCHIVE: "packed: nobody has looked inside",
    Danger.INFECTED: "a virus was found in it: it is given to nobody",
    Danger.UNSCANNED: "not looked at for viruses: the scanner did not answer",
}
"""Why a file is not to be opened lightly."""

TO_STAFF = (*map(doubt, Trust), *DANGERS.values(), UNNAMED)
"""What stands in mails to staff, beside their templates."""

PAUSED = "Questions of this brand are paused."


def size(size_bytes: int) -> str:
    """How large a file is."""
    if size_bytes < 1_000:
        return f"{size_bytes} bytes"
    kilobytes = size_bytes / 1_000
    return f"{kilobytes:.0f} KB" if kilobytes < 1_000 else f"{kilobytes / 1_000:.1f} MB"


def writing(names: list[str]) -> str:
    """Who writes an answer at this moment, '' for nobody."""
    if not names:
        return ""
    return f"{', '.join(names)} {'is' if len(names) == 1 else 'are'} writing an answer."
