"""The story in order: each function is named for something that happened, takes what is known and returns the facts to
record. They are called inside a store transaction and may run twice; recording a fact twice is recording it once."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from reviews import storms
from reviews.agents import AGENT, contradiction
from reviews.answering import Credit
from reviews.clicks import decide
from reviews.clicks.vouching import waits
from reviews.crediting import credited
from reviews.doorstep import Doorstep, doorstep
from reviews.events import ClosedTicket, Incoming, Press
from reviews.facts import (
    Arrived,
    AutoReply,
    Bounce,
    Comment,
    Delivery,
    Fact,
    Hit,
    Message,
    Review,
    Settled,
    Signal,
    SnippetGiven,
    StaffAction,
    Vouched,
)
from reviews.followups import passed_on_at
from reviews.holds import REOPENED, Reopened
from reviews.log import Log
from reviews.mailed import vote_by_mail
from reviews.manners import Manners
from reviews.model import (
    BOUNCED,
    SEND,
    TO_CUSTOMER,
    TO_STAFF,
    By,
    Cause,
    DeliveryKind,
    Person,
    fact_id,
    scale_of,
    seat_of,
)
from reviews.notices import notices
from reviews.rules import Rules
from reviews.schedule import USUAL, asking_about
from reviews.speakers import from_another
from reviews.subscriptions import complained, suppression, wished
from reviews.thanking import thanks
from reviews.trust import why_held
from reviews.visits import AGENT_LENGTH_MAX, Visit, machine_reason
from reviews.voting import vote_of, votes_on
from reviews.wanted import consented_by_mail, not_fixed, outcome_wished

Facts = tuple[Fact, ...]
Rule = Callable[[Log], Iterable[Fact]]

COMMENT_LENGTH_MAX = 5_000
COMMENTS_MAX = 50
MESSAGES_MAX = 500
"""Messages kept in one thread: who holds a reply address could otherwise make every event of its review dear."""


def ticket_closed(
    ticket: ClosedTicket,
    *,
    at: datetime,
    slots: tuple[str, ...],
    rules: Rules,
    watchers: tuple[Person, ...] = (),
    manners: Manners = USUAL,
    staff: Collection[str] = (),
    credit: Credit = Credit.SOLVER,
    domains: frozenset[str] = frozenset(),
) -> Facts:
    """A helpdesk closed a ticket: the review, whose credit it is, and the invitation unless there is a reason not to
    ask. `staff` are the addresses of one's own people, `domains` theirs."""
    review = Review(
        brand=ticket.brand,
        source=ticket.source,
        ticket=ticket.ticket,
        closing=ticket.closing,
        closed_at=ticket.closed_at,
        at=at,
        subject=ticket.subject,
        contact=ticket.contact,
        agent=ticket.agent,
        team=ticket.team,
        tags=ticket.tags,
        ask=ticket.ask,
        asks_at=None,
        not_asked="",
        slots=slots,
        watchers=watchers,
        scale=scale_of(slots),
        language=ticket.language,
        thanks=manners.thanks,
    )
    when = asking_about(ticket, review.id, at=at, rules=rules, manners=manners, staff=staff)
    review = replace(review, asks_at=when.at, not_asked=when.reason)
    closed: Facts = (review, *credited(review, ticket, rule=credit, at=at, domains=domains))
    if when.at is None:
        return closed
    return (*closed, Delivery(review.id, at, DeliveryKind.INVITATION, "closing", ticket.contact, when.at))


def ticket_reopened(log: Log, *, at: datetime, told_at: datetime, why: str = REOPENED) -> Facts:
    """A helpdesk opened a ticket again, or merged it, at `at`: nobody is asked about the closings before."""
    return (Reopened(log.review.id, told_at, why),) if log.review.closed_at <= at and not log.of(Reopened) else ()


def snippet_given(log: Log, *, wording: str, at: datetime) -> Facts:
    """A helpdesk took the faces for its own mail; the first time is kept."""
    return () if log.of(SnippetGiven) else (SnippetGiven(log.review.id, at, wording),)


def link_opened(
    seen: Log | Doorstep, *, hit: str, link: str, visit: Visit, at: datetime, rules: Rules
) -> tuple[Hit, ...]:
    """Somebody or something requested a rating link. It never rates; it is kept, with why it may be no person."""
    door = seen if isinstance(seen, Doorstep) else doorstep(seen)
    machine = machine_reason(visit, door, link=link, at=at, rules=rules)
    if (not machine) in door.crowded:
        return ()
    opened = Hit(
        id=hit,
        review=door.review,
        at=at,
        link=link,
        client=visit.client,
        agent=visit.headers.get(AGENT, "")[:AGENT_LENGTH_MAX],
        machine=machine,
        page=not machine,
        before=visit.before,
        prefix=visit.network.prefix,
        network=visit.network.kind,
        owner=visit.network.owner,
        odd=contradiction(visit.headers),
    )
    return (opened,)


def page_arrived(log: Log, *, hit: str, at: datetime) -> Facts:
    """The page's script reported in."""
    return (Arrived(log.review.id, hit, at),) if votes_on(log, hit) else ()


def page_touched(log: Log, *, hit: str, event: str, at: datetime, rules: Rules) -> Facts:
    """A trusted touch, wheel, scroll or key: the page's vote is a person's."""
    if not votes_on(log, hit):
        return ()
    return _with_notices(log, (Signal(log.review.id, hit, at, event),), at=at, rules=rules)


def voted(log: Log, *, press: Press, at: datetime, rules: Rules) -> Facts:
    """The page cast a vote, by its script or by a press."""
    vote = vote_of(log, press, at, rules)
    return _with_notices(log, (vote,), at=at, rules=rules) if vote else ()


def commented(
    log: Log,
    *,
    press: Press,
    words: str,
    at: datetime,
    rules: Rules,
    causes: tuple[Cause, ...] = (),
    unfixed: bool = False,
    hear: bool = False,
) -> Facts:
    """The customer wrote on the page, or tapped what it was about, or that it is not fixed: as good as a press. Or that
    they want to hear what came of it."""
    said = bool(words.strip() or causes or unfixed)
    if not (said or hear) or not votes_on(log, press.hit) or len(log.of(Comment)) >= COMMENTS_MAX:
        return ()
    facts: list[Fact] = [*(outcome_wished(log, at=at) if hear else ())]
    facts += [Comment(log.review.id, press.hit, at, words.strip() and words, tuple(causes))] if said else []
    if unfixed:
        facts += not_fixed(log, action=fact_id("not_fixed", press.hit), by=By.CUSTOMER, who="", at=at, words=words)
    vote = vote_of(log, press, at, rules) if press.answer else None
    return _with_notices(log, (*facts, vote) if vote else tuple(facts), at=at, rules=rules)


def replied(log: Log, *, mail: Incoming, at: datetime, rules: Rules) -> Facts:
    """The customer's side wrote a mail: it joins the thread, and staff hear of it."""
    if thread_full(log):
        return ()
    message = message_of(log, mail, By.CUSTOMER)
    vote = vote_by_mail(log, mail, message, at=at, rules=rules)
    facts = _with_notices(log, (message, vote) if vote else (message,), at=at, rules=rules)
    surely = not why_held(mail.verdict) and not from_another(log, By.CUSTOMER, mail.sender)
    return (*facts, *wished(log, message, at=at), *consented_by_mail(log.plus(message), message, surely=surely))


def held_answer_sent(log: Log, *, message: str, action: str, who: str, at: datetime) -> Facts:
    """A member of staff looked at a held answer on the record page and sent it."""
    held = log.find(Message, message)
    if held is None or not held.held or held.by is not By.STAFF:
        return ()
    if any(done.about == message and done.action == SEND for done in log.of(StaffAction)):
        return ()
    return (StaffAction(action, log.review.id, at, who, SEND, message), answer_to(log, message, at))


def machine_answered(
    log: Log,
    *,
    mail: str,
    subject: str,
    reason: str,
    at: datetime,
    away_until: date | None = None,
    complaint: bool = False,
) -> Facts:
    """A machine answered one of our mails: an out-of-office, a ticket system. Kept; nobody is told. After a
    `complaint`, as their provider sends one for who reported it as spam, the customer is not asked again."""
    told = complained(log, at=at) if complaint else ()
    if storms.machines_full(log):
        return told
    # The day they named may be their last away or the first back: the one after it is surely right.
    back_at = datetime.combine(away_until + timedelta(days=1), time(), UTC) if away_until else None
    return (AutoReply(log.review.id, at, mail, subject, reason, back_at), *told)


def bounced(log: Log, *, bounce: Bounce, at: datetime) -> Facts:
    """One of our mails came back. An address that is gone for good is not mailed again."""
    delivery = log.find(Delivery, bounce.delivery)
    to_customer = delivery is not None and delivery.recipient.email == log.review.contact.email
    if bounce.permanent and to_customer and BOUNCED not in log.standing:
        return (bounce, suppression(log, BOUNCED, at=at))
    return () if storms.machines_full(log) else (bounce,)


def attempt_ended(log: Log, *, settled: Settled, then: Delivery | None = None) -> Facts:
    """A delivery was tried; `then` is the mail that follows it. An address that does not exist is not mailed again."""
    if settled.gone and settled.purpose in TO_CUSTOMER and BOUNCED not in log.standing:
        return (settled, suppression(log, BOUNCED, at=settled.at))
    return (settled, then) if then else (settled,)


def thread_full(log: Log) -> bool:
    """Whether the thread takes no more mails."""
    return len(log.of(Message)) >= MESSAGES_MAX


def sent_on(log: Log, message: Message) -> bool:
    """Whether a staff message was passed to the customer."""
    return passed_on_at(log, message) is not None


def helpdesk_answered(log: Log, *, known: bool, at: datetime, rules: Rules, why: str = "") -> Facts:
    """The helpdesk said whether there is a ticket that only a link had named; its first word holds."""
    if not waits(log):
        return ()
    return _with_notices(log, (Vouched(log.review.id, at, known, why),), at=at, rules=rules)


def _with_notices(log: Log, facts: Facts, *, at: datetime, rules: Rules) -> Facts:
    """The facts, and the notices and thanks that the log with them calls for."""
    after = log.plus(*facts)
    timeline = decide(after, rules)
    return (*facts, *notices(after, timeline, at=at), *thanks(after, timeline, at=at))


def message_of(log: Log, mail: Incoming, by: By, *, held: str = "") -> Message:
    """A mail as it stands in the thread; `held` is why it does not go on to the customer."""
    return Message(
        review=log.review.id,
        at=mail.at,
        by=by,
        sender=mail.sender,
        sender_name=mail.sender_name,
        verdict=mail.verdict,
        message_id=mail.message_id,
        body_sha256=mail.body_sha256,
        mail=mail.mail,
        subject=mail.subject,
        text=mail.text,
        trimmed=mail.trimmed,
        attachments=mail.attachments,
        held=held,
        mark="; ".join(filter(None, (mail.mark, _another_mark(log, mail, by), _same_id_mark(log, mail)))),
        proof=mail.proof,
        copied=mail.copied,
    )


def _another_mark(log: Log, mail: Incoming, by: By) -> str:
    asked = log.review.contact.email
    return f"it came from {mail.sender}, not from {asked}" if from_another(log, by, mail.sender) else ""


def _same_id_mark(log: Log, mail: Incoming) -> str:
    twins = (m for m in log.of(Message) if mail.message_id and m.message_id == mail.message_id)
    return "another mail carries the same Message-ID" if any(m.body_sha256 != mail.body_sha256 for m in twins) else ""


def answer_to(log: Log, message: str, at: datetime) -> Delivery:
    """The mail that takes a message of staff's to the customer."""
    return Delivery(log.review.id, at, DeliveryKind.ANSWER, message, log.review.contact, at)


def seat_person(log: Log, seat: str) -> Person | None:
    """The member of staff behind a seat id at this review, or None."""
    recipients = (d.recipient for d in log.of(Delivery) if d.purpose in TO_STAFF)
    return next((person for person in recipients if seat_of(log.review.id, person.email) == seat), None)
