"""A member of staff wrote: what of it goes to the customer, what stays in the house, and what is done by it?

Called inside a store transaction, as the functions of `flow.py` are. Only who is surely one of us may answer or
command; where anything in a mail was not understood, nothing of it is done and nothing is sent.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from reviews import refused, storms
from reviews.addresses import same
from reviews.commands import HELP, Commanded, read_commands
from reviews.events import Incoming
from reviews.facts import Delivery, Fact, Message
from reviews.flow import answer_to, message_of, thread_full
from reviews.forgotten import NOWHERE
from reviews.handling import closed, owner
from reviews.log import Log
from reviews.model import By, DeliveryKind, Person, fact_id
from reviews.ordered import Order, ordered
from reviews.roles import Right, Staff, may
from reviews.trust import OTHER_ADDRESS, why_held

Facts = tuple[Fact, ...]

AT_ONCE = timedelta(minutes=1)
"""Two answers within this crossed: neither of their writers had seen the other's."""
HELPED, CROSSED, CLOSED, ERASED = "help", "crossed", "closed", "erased"
"""What a member of staff is told about their own mail: the head of the occasion, before the message's id."""
NOT_DONE = "not done: "
"""Before what was wrong with a command, in the mark of a note."""
ADDED_BY_PROGRAMS = ("image/", "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7")
"""Types of what a mail program adds by itself, a signature's logo among it: no file that somebody attached."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a mail to a seat: the person it is, and what the house knows of them."""

    person: Person
    member: Staff | None
    sender: str
    verdict: str

    @property
    def doubt(self) -> str:
        """Why this is not surely theirs, or ''."""
        return why_held(self.verdict) if same(self.sender, self.person.email) else OTHER_ADDRESS


def staff_answered(log: Log, *, mail: Incoming, seat: Person, at: datetime) -> Facts:
    """A member of staff answered a notice. What is theirs and understood is done and goes on to the customer; the rest
    is held and its owner told once."""
    if thread_full(log):
        return ()
    said, author = read_commands(mail.text), _author(log, mail, seat)
    told = replace(mail, text=said.words)
    if log.find(Message, message_of(log, told, By.STAFF).id):
        return ()  # it was decided when it came first: a second look may find its sender's proof gone, or found
    if log.review.contact.email.endswith(f"@{NOWHERE}"):
        return _after_erasing(log, told, author, at=at)
    if doubt := author.doubt or _may_not(log, author):
        return _held(log, told, author, doubt, at=at)
    return _surely(log, told, said, author, at=at)


def _surely(log: Log, mail: Incoming, said: Commanded, author: Author, *, at: datetime) -> Facts:
    """What a mail means that is surely theirs."""
    stays = said.note or (bool(said.commands) and not said.words.strip())
    if HELP in {command.name for command in said.commands}:
        return _helped(log, mail, author, "", said, at=at)
    done = _done(log, mail, said, author, at=at)
    if isinstance(done, str):
        return _helped(log, mail, author, done, said, at=at)
    if stays:
        return (_noted(log, mail, said), *done)
    if why := _not_to_send(mail) or storms.too_many_answers(log, at=at):
        return _held(log, mail, author, why, at=at)
    message = message_of(log, mail, By.STAFF)
    return (message, answer_to(log, message.id, at), *_told_beside(log, message, author, at=at), *done)


def _author(log: Log, mail: Incoming, seat: Person) -> Author:
    """Who wrote it: whose seat it is, or a colleague who answers what they were sent a copy of."""
    colleague = None if same(mail.sender, seat.email) else log.desk.member(mail.sender)
    if colleague and _tends(log, colleague):
        return Author(colleague.person, colleague, mail.sender, mail.verdict)
    return Author(seat, log.desk.member(seat.email), mail.sender, mail.verdict)


def _may_not(log: Log, author: Author) -> str:
    """Why somebody who is surely one of us may not answer this. An agent whom only the helpdesk knows may, unless the
    brand says where its own have their addresses."""
    if author.member is None:
        domains = log.desk.answering.domains
        return refused.MAY_NOT if domains and author.person.email.rpartition("@")[2].lower() not in domains else ""
    return "" if author.member.confirmed and _tends(log, author.member) else refused.MAY_NOT


def _tends(log: Log, member: Staff) -> bool:
    """Whether they may look after this review; whoever was told of it may, whichever team it is with."""
    mine = owner(log)
    told = any(same(delivery.recipient.email, member.email) for delivery in log.of(Delivery))
    return may(member, Right.TEND, log.review, owner=member.email if told else mine.email if mine else "")


def _done(log: Log, mail: Incoming, said: Commanded, author: Author, *, at: datetime) -> Facts | str:
    """What all commands of a mail mean together; a phrase where one of them cannot be done."""
    message = message_of(log, mail, By.STAFF).id
    answers = bool(said.words.strip()) and not said.note
    facts: Facts = ()
    for number, command in enumerate(said.commands):
        if not command.known:
            return refused.NO_COMMAND.format(command=command.name)
        action = fact_id("command", message, str(number))
        given = Order(command, author.person, author.member, action, at, answers)
        done = ordered(log.plus(*facts), given)
        if isinstance(done, str):
            return done
        facts += done
    return facts


def _noted(log: Log, mail: Incoming, said: Commanded) -> Message:
    """What stays in the house: a note, or what was commanded where there are no other words."""
    words = said.words.strip() or "\n".join(map(str, said.commands))
    return message_of(log, replace(mail, text=words), By.NOTE)


def _helped(log: Log, mail: Incoming, author: Author, wrong: str, said: Commanded, *, at: datetime) -> Facts:
    """Nothing was done: they are told what is understood. What they wrote waits in the record."""
    if not said.words.strip() or said.note:
        message = _noted(log, mail, said)
        if wrong:
            message = replace(message, mark="; ".join(filter(None, (message.mark, f"{NOT_DONE}{wrong}"))))
    else:
        message = message_of(log, mail, By.STAFF, held=wrong or refused.HELP_ASKED)
    return (message, _telling(log, HELPED, message, author, at=at))


def _held(log: Log, mail: Incoming, author: Author, why: str, *, at: datetime) -> Facts:
    """It waits in the record for a person, and its owner is told, once a day."""
    message = message_of(log, mail, By.STAFF, held=why)
    if storms.told_lately(log, author.person, at=at):
        return (message,)
    return (message, Delivery(log.review.id, at, DeliveryKind.HELD, message.id, author.person, at))


def _after_erasing(log: Log, mail: Incoming, author: Author, *, at: datetime) -> Facts:
    """The customer was forgotten: nothing is sent, nothing of it is kept but that it came."""
    blank = replace(mail, text="", trimmed="", subject="", attachments=(), copied=())
    message = message_of(log, blank, By.STAFF, held=refused.GONE)
    return (message, _telling(log, ERASED, message, author, at=at))


def _told_beside(log: Log, message: Message, author: Author, *, at: datetime) -> Iterable[Delivery]:
    """What the writer of an answer should know that was sent: somebody else just answered, or it was closed before."""
    if crossing(log, message):
        yield _telling(log, CROSSED, message, author, at=at)
    elif closed(log):
        yield _telling(log, CLOSED, message, author, at=at)


def crossing(log: Log, message: Message) -> Message | None:
    """Another's answer that was sent within a minute before this one."""
    sent = (other for other in log.of(Message) if other.by is By.STAFF and not other.held and other.id != message.id)
    near = [one for one in sent if abs(message.at - one.at) < AT_ONCE and not same(one.sender, message.sender)]
    return near[-1] if near else None


def _telling(log: Log, what: str, message: Message, author: Author, *, at: datetime) -> Delivery:
    return Delivery(log.review.id, at, DeliveryKind.TOLD, f"{what}:{message.id}", author.person, at)


def _not_to_send(mail: Incoming) -> str:
    """Why these words cannot go to the customer by themselves, or ''."""
    if not mail.text.strip():
        return refused.NO_WORDS
    files = [file.name or file.type for file in mail.attachments if not file.type.startswith(ADDED_BY_PROGRAMS)]
    return refused.FILES.format(files=", ".join(files[:3])) if files else ""
