"""What each mail needs to know: one frozen record per kind, checked by its type, told by whoever composes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class FaceLink:
    """The link behind one face of the brand; `value` as in `templates.faces.VALUES`, `mail_url` a `mailto:` that gives
    the same answer by mail, or ""."""

    value: str
    url: str
    mail_url: str = ""


@dataclass(frozen=True)
class ThreadEntry:
    """One message of a thread: `by` is "customer", "staff" or "note"; `at_text` as `templates.dates.said` writes it,
    `doubt` what to know of its sender, or ""."""

    by: str
    name: str
    at_text: str
    text: str
    attachments: tuple[str, ...] = ()
    doubt: str = ""


@dataclass(frozen=True)
class MailContext:
    """What every kind has in common: its name, and the names its templates may use."""

    kind: ClassVar[str]

    def names(self) -> dict[str, object]:
        """The values by the names the templates use."""
        return dict(vars(self))


@dataclass(frozen=True)
class Invitation(MailContext):
    """To the customer: how did we do? One link per face of the brand, in the brand's order.

    `agent_name` "" when it is not to be said, `agent_photo` "" when it is not to be shown;
    `decoy_urls` (maybe none) never appear in the text part;
    `trial_for` is the customer's address when the mail goes to somebody else to try things out.
    """

    kind: ClassVar[str] = "invitation"
    contact_name: str
    agent_name: str
    ticket: str
    subject: str
    faces: tuple[FaceLink, ...]
    view_url: str
    unsubscribe_url: str
    decoy_urls: tuple[str, ...] = ()
    trial_for: str = ""
    agent_photo: str = ""

    def names(self) -> dict[str, object]:
        """The values, and `face_urls`: the links by the value of their face; `face_mails`: those by mail, or none."""
        mails = {link.value: link.mail_url for link in self.faces if link.mail_url}
        return {**vars(self), "face_urls": {link.value: link.url for link in self.faces}, "face_mails": mails}


@dataclass(frozen=True)
class Reminder(Invitation):
    """To the customer: the question once more."""

    kind: ClassVar[str] = "reminder"


@dataclass(frozen=True)
class Thanks(MailContext):
    """To the customer: your answer has reached us. `face` is the value that counts, `comment` may be ""."""

    kind: ClassVar[str] = "thanks"
    contact_name: str
    ticket: str
    subject: str
    face: str
    comment: str
    unsubscribe_url: str
    trial_for: str = ""


@dataclass(frozen=True)
class Confirmation(MailContext):
    """To the customer: what you wished is done. `promise` is a sentence that says what."""

    kind: ClassVar[str] = "confirmation"
    contact_name: str
    promise: str
    ticket: str
    subject: str
    unsubscribe_url: str
    trial_for: str = ""


@dataclass(frozen=True)
class Answer(MailContext):
    """To the customer: what staff answered.

    `staff_name` a first name or "", `quoted` the customer's last words or "", `trial_for` as in `Invitation`.
    """

    kind: ClassVar[str] = "answer"
    contact_name: str
    staff_name: str
    text: str
    ticket: str
    subject: str
    quoted: str = ""
    trial_for: str = ""


@dataclass(frozen=True)
class Notice(MailContext):
    """To staff: something happened. `happened` is a sentence without full stop ("Ada rated her ticket: Not good").

    `face` is the rating's value or None, `provisional` whether it may still change by itself, `thread` oldest first;
    `company`, `comment`, `about` (what the rating was about) and `notices_url` (where they choose when they are mailed)
    may be "".
    """

    kind: ClassVar[str] = "notice"
    staff_name: str
    contact_name: str
    contact_email: str
    company: str
    ticket: str
    subject: str
    happened: str
    face: str | None
    comment: str
    record_url: str
    thread: tuple[ThreadEntry, ...] = ()
    provisional: bool = False
    about: str = ""
    notices_url: str = ""


@dataclass(frozen=True)
class Held(MailContext):
    """To staff: your answer was not sent on. `reason` is a sentence without full stop, `text` the words held."""

    kind: ClassVar[str] = "held"
    staff_name: str
    ticket: str
    subject: str
    reason: str
    record_url: str
    text: str


@dataclass(frozen=True)
class Told(MailContext):
    """To staff: what became of the mail you wrote. `what` is "help" (nothing was sent; `reason` a phrase or ""),
    "crossed" (`name` answered, too), "closed" (by `name`, on `day`) or "erased"; `text` the words or ""."""

    kind: ClassVar[str] = "told"
    staff_name: str
    ticket: str
    subject: str
    what: str
    record_url: str
    reason: str = ""
    name: str = ""
    day: str = ""
    text: str = ""


@dataclass(frozen=True)
class Overdue(MailContext):
    """To staff: a customer waits for longer than was promised; `escalated` when the lead is told, `owner_name` whose it
    is, `text` the customer's last words or ""."""

    kind: ClassVar[str] = "overdue"
    staff_name: str
    contact_name: str
    ticket: str
    subject: str
    since_text: str
    due_text: str
    owner_name: str
    record_url: str
    escalated: bool = False
    text: str = ""


@dataclass(frozen=True)
class Consent(MailContext):
    """To the customer: may we publish what you wrote? `words` are theirs; `trial_for` as in `Invitation`."""

    kind: ClassVar[str] = "consent"
    contact_name: str
    words: str
    consent_url: str
    trial_for: str = ""


@dataclass(frozen=True)
class SignIn(MailContext):
    """To staff: the link that signs them in, good for `minutes`."""

    kind: ClassVar[str] = "sign_in"
    staff_name: str
    url: str
    minutes: int


@dataclass(frozen=True)
class Waiting:
    """One who said something, and maybe waits for an answer: who, when, about what, in which words ("" for none), and
    where; `face` the value of their rating, or ""."""

    name: str
    at_text: str
    subject: str
    text: str
    url: str
    face: str = ""


@dataclass(frozen=True)
class Digest(MailContext):
    """To staff: what customers said in a while, newest first. `period` in words; `counts` by the values of the brand's
    faces; `asked` None where that is not told."""

    kind: ClassVar[str] = "digest"
    staff_name: str
    period: str
    asked: int | None
    answered: int
    counts: Mapping[str, int]
    waiting: tuple[Waiting, ...]
    reviews_url: str
    said: tuple[Waiting, ...] = ()


@dataclass(frozen=True)
class RoundTrip(MailContext):
    """To staff: please answer, so that it is known whether your answers can be relied on."""

    kind: ClassVar[str] = "round_trip"
    staff_name: str


@dataclass(frozen=True)
class Forwarded(MailContext):
    """To the operator: a mail came for postmaster or abuse. `text` are its words, `files` the names of what hung on
    it; any may be "" or empty."""

    kind: ClassVar[str] = "forwarded"
    sender: str
    subject: str
    text: str
    files: tuple[str, ...] = ()
