"""Small builders that tests share: people, a closed ticket, its review, a log that grows, times. No pretence."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from reviews import flow, staff_answers
from reviews.deeds import (
    Assigned,
    CameOf,
    CauseSet,
    ConsentAsked,
    Consented,
    CreditMoved,
    ExclusionAsked,
    ExclusionDecided,
    ExclusionWithdrawn,
    FollowUpClosed,
    FollowUpOpened,
    FollowUpOutcome,
    KudosMarked,
    Linked,
    NotFixed,
    NothingToAnswer,
    OutcomeWished,
    Read,
    Share,
    Snoozed,
    Tagged,
)
from reviews.events import ClosedTicket, Incoming, Press
from reviews.facts import (
    Arrived,
    AutoReply,
    Bounce,
    ClientSuspected,
    Comment,
    Delivered,
    Delivery,
    Fact,
    FilesScanned,
    Hit,
    Message,
    RatingSealed,
    Review,
    Settled,
    Signal,
    SnippetGiven,
    StaffAction,
    Vote,
    Vouched,
)
from reviews.holds import Declined, Reopened, Suppression
from reviews.log import Log
from reviews.model import UNSUBSCRIBED, Attachment, By, DeliveryKind, Evidence, Mode, Outcome, Person, Status, fact_id
from reviews.networks import Network
from reviews.rules import Rules
from reviews.sending import Brakes, Drop, Due, Wait, attempted, still_due
from reviews.timeline import Step
from reviews.visits import Visit

RULES = Rules()
START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
"""When the invitation of a told story is handed over; its ticket was closed an hour before."""
CLOSED_AT = START - RULES.delay
ADA = Person("ada@customer.example", "Ada Lovelace", "Customer Ltd", "en")
SAM = Person("sam@acme.example", "Sam Reed")
LEA = Person("lea@acme.example", "Lea Moss")
SLOTS = ("decoy", "happy", "neutral", "unhappy", "decoy")
NOTICE, ANSWER, HELD = DeliveryKind.NOTICE, DeliveryKind.ANSWER, DeliveryKind.HELD
SECRETS = ("the newest key, long enough to be a secret", "the older key, still good for what it signed")


def later(seconds: float = 0, **more: float) -> datetime:
    """So long after the invitation was handed over."""
    return START + timedelta(seconds=seconds, **more)


def closed_ticket(**changes: Any) -> ClosedTicket:
    """A ticket that a helpdesk closed."""
    ticket = ClosedTicket("acme", "zammad", "48213", "closed-1", CLOSED_AT, "VPN drops every hour", ADA, SAM, "Network")
    return replace(ticket, **changes)


def closing(*, at: datetime = CLOSED_AT, rules: Rules = RULES, **changes: Any) -> flow.Facts:
    """What that closing means: the review, and the invitation if there is one."""
    watchers = changes.pop("watchers", ())
    return flow.ticket_closed(closed_ticket(**changes), at=at, slots=SLOTS, rules=rules, watchers=watchers)


def begun(facts: Iterable[Fact]) -> Log:
    """The log that begins with such facts."""
    review, *rest = facts
    assert isinstance(review, Review)
    return Log(review, tuple(rest))


def closed_log(**changes: Any) -> Log:
    """The log of a ticket just closed."""
    return begun(closing(**changes))


def asked_log(**changes: Any) -> Log:
    """The log of a ticket whose invitation went out at START."""
    log = closed_log(**changes)
    return log.plus(sent(the_delivery(log), at=START))


def the_delivery(log: Log, purpose: DeliveryKind = DeliveryKind.INVITATION) -> Delivery:
    """The latest delivery of that purpose."""
    return [delivery for delivery in log.of(Delivery) if delivery.purpose is purpose][-1]


def sent(delivery: Delivery, *, at: datetime, outcome: Outcome = Outcome.SENT, attempt: int = 1, seen: int = 0) -> Fact:
    """That delivery was tried, its words put together from the log's first `seen` facts."""
    return attempted(delivery, outcome=outcome, attempt=attempt, composed_at=at, at=at, seen=seen)


def visit(
    client: str = "client 1", *, method: str = "GET", network: str = "", before: str = "", **headers: str
) -> Visit:
    """A request of a browser; `sec_purpose` stands for the header Sec-Purpose, `network` is a kind of network."""
    told = {"user_agent": "Mozilla/5.0 Firefox/145.0"} | headers
    named = {name.replace("_", "-"): value for name, value in told.items()}
    return Visit(method, client, named, before=before, network=Network("192.0.2.0/24", network, "somebody"))


def opened(
    log: Log,
    page: str,
    *,
    at: datetime,
    client: str = "client 1",
    link: str = "happy",
    rules: Rules = RULES,
    **seen: str,
) -> Log:
    """A page was opened by that client; `seen` as for `visit`."""
    visited = visit(client, **seen)
    return log.plus(*flow.link_opened(log, hit=page, link=link, visit=visited, at=at, rules=rules))


def voted(log: Log, page: str, answer: str, mode: Mode, *, at: datetime, **press: Any) -> Log:
    """A vote was cast on an opened page. A button counts as pressed by a finger unless `trusted` says otherwise."""
    trusted = press.pop("trusted", mode is Mode.BUTTON)
    return log.plus(*flow.voted(log, press=Press(page, answer, mode, trusted, **press), at=at, rules=RULES))


def rated_log(answer: str = "unhappy", *, at: datetime | None = None) -> Log:
    """A customer opened the page an hour after the mail and pressed an answer: it counts at once."""
    moment = at or later(hours=1)
    return voted(opened(asked_log(), "page 1", at=moment), "page 1", answer, Mode.BUTTON, at=moment)


def mail(words: str = "Still drops, I am afraid.", **changes: Any) -> Incoming:
    """A mail that inbound has read."""
    raw = fact_id("mail", words)
    incoming = Incoming(
        later(hours=2), ADA.email, ADA.name, "verified", "reply-1@customer.example", raw, raw, "Re: VPN", words, ""
    )
    return replace(incoming, **changes)


def staff_mail(words: str = "I have replaced the router.", **changes: Any) -> Incoming:
    """Sam's answer to a notice."""
    sender: dict[str, Any] = {"sender": SAM.email, "sender_name": SAM.name, "message_id": "answer-1@acme.example"}
    return mail(words, **(sender | {"at": later(hours=3)} | changes))


def replied(log: Log, **changes: object) -> Log:
    """The customer wrote."""
    incoming = mail(**changes)  # type: ignore[arg-type]  # the fields of Incoming
    return log.plus(*flow.replied(log, mail=incoming, at=incoming.at, rules=RULES))


def answered(log: Log, **changes: object) -> Log:
    """Sam wrote back."""
    incoming = staff_mail(**changes)  # type: ignore[arg-type]  # the fields of Incoming
    return log.plus(*staff_answers.staff_answered(log, mail=incoming, seat=SAM, at=incoming.at))


def mailed(log: Log, purpose: DeliveryKind) -> list[Delivery]:
    """The deliveries of that purpose, oldest first."""
    return [delivery for delivery in log.of(Delivery) if delivery.purpose is purpose]


def settled(log: Log, delivery: Delivery, *, at: datetime, outcome: Outcome = Outcome.SENT) -> Log:
    """That delivery was composed from the log as it is."""
    fact = attempted(delivery, outcome=outcome, attempt=1, composed_at=at, at=at, seen=len(log.facts))
    return log.plus(fact)


def due(log: Log, delivery: Delivery, *, now: datetime, **brakes: object) -> Due | Wait | Drop:
    """What becomes of a claimed delivery."""
    return still_due(delivery, log, now=now, rules=RULES, brakes=Brakes(**brakes))  # type: ignore[arg-type]


def bounce_of(log: Log, *, permanent: bool = True, purpose: DeliveryKind = DeliveryKind.INVITATION) -> Bounce:
    """A delivery of this log came back."""
    delivery = the_delivery(log, purpose).id
    return Bounce(log.review.id, later(60), delivery, "raw", permanent, "5.1.1", "no such user")


def deeds_of_each(review: str, words: str, *, ticket: str) -> tuple[Fact, ...]:
    """One of each thing that staff may do about a review, and the customer's consent."""
    told: dict[str, Any] = {"review": review, "at": later(hours=9), "who": SAM.email}

    def id(name: str) -> str:
        return f"{name} {ticket}"

    asked = id("exclusion")
    return (
        Read(id("read"), **told),
        Assigned(id("assigned"), **told, owner=LEA),
        Tagged(id("tagged"), **told, tag="vpn"),
        CauseSet(id("cause"), **told, causes=("product",), reason=words),
        Snoozed(id("snoozed"), **told, until=later(days=3)),
        NothingToAnswer(id("nothing"), **told),
        FollowUpOpened(id("opened"), **told, reason=words),
        FollowUpClosed(id("closed"), **told, outcome=FollowUpOutcome.PUT_RIGHT, words=words),
        ExclusionAsked(asked, **told, reason=words),
        ExclusionDecided(id("decided"), **told, about=asked, granted=True, reason=words),
        ExclusionWithdrawn(id("withdrawn"), **told, about=asked, reason=words),
        CreditMoved(id("credit"), **told, shares=(Share(100, team="Network"),), reason=words),
        KudosMarked(id("kudos"), **told),
        ConsentAsked(id("consent"), **told),
        Consented(review, later(hours=9), 0),
        OutcomeWished(review, later(hours=9)),
        Linked(id("linked"), **told, url="https://tracker.acme.example/7", title=words),
        CameOf(id("came"), **told, about=id("linked"), words=words),
        NotFixed(id("not fixed"), **told, by=By.STAFF, words=words),
    )


def one_of_each(words: str = "words", *, ticket: str = "48213") -> tuple[Fact, ...]:
    """A fact of every type, all of one review, with `words` wherever somebody's text can stand."""
    at = later(microseconds=123_457)
    somebody = Person("Ada@Customer.example", words, words, "de")
    first = closed_ticket(ticket=ticket, subject=words, contact=somebody, tags=(words, "vpn"), team=words)
    review, invitation = flow.ticket_closed(first, at=at, slots=SLOTS, rules=RULES, watchers=(SAM, LEA))
    assert isinstance(review, Review)
    assert isinstance(invitation, Delivery)
    files = (Attachment(words, "image/png", 1_234, "f" * 64),)
    thread = ("<id@x>", "body", "raw", words, words, words, files)
    return (
        review,
        invitation,
        Hit(f"hit {ticket}", review.id, at, "happy", "client", words, "", page=True),
        Arrived(review.id, f"hit {ticket}", at),
        Signal(review.id, f"hit {ticket}", at, "pointerdown"),
        Vote(review.id, f"hit {ticket}", at, "happy", Mode.AUTO, 0, Evidence.SOFT),
        ClientSuspected(review.id, at, "client", at, later(60), "bad_token"),
        Delivered(review.id, at, invitation.id),
        RatingSealed(review.id, at, (Step(at, None, Status.NONE, None),)),
        SnippetGiven(review.id, at, "How did we do? Great, Okay, Not good"),
        Vouched(review.id, at, known=False, why="there is no such ticket"),
        Comment(review.id, f"hit {ticket}", at, words),
        Message(review.id, at, By.CUSTOMER, "ada@customer.example", words, "verified", *thread, mark=words),
        FilesScanned(review.id, at, "raw", ("f" * 64,)),
        AutoReply(review.id, at, f"raw {ticket}", words, words),
        Bounce(review.id, at, invitation.id, f"raw {ticket}", permanent=True, status="5.1.1", reason=words),
        Settled(review.id, at, invitation.id, DeliveryKind.INVITATION, Outcome.DEFERRED, 1, at, 2, words),
        StaffAction(f"form {ticket}", review.id, at, SAM.email, "send", "message", words),
        *deeds_of_each(review.id, words, ticket=ticket),
        Reopened(review.id, at),
        Declined(review.id, at, 0),
        Suppression("acme", "ada@customer.example", UNSUBSCRIBED, f"{review.id}:0", at),
    )
