"""How is a rating of before taken over? A line of another system's export becomes a review that is over and says so.

What is not known is not made up: nobody can tell whether the question went out, so it counts as one in the helpdesk's
own mail does, apart from those asked; the rating is soft, its one reason that it was imported; nothing is sent, nobody
is told, nothing is owed. The same line is the same review, so a second run adds nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from reviews.addresses import parse_address
from reviews.deeds import FollowUpClosed, FollowUpOutcome, Read
from reviews.facts import Comment, Fact, RatingSealed, Review
from reviews.model import EMBEDDED, IMPORTED, SCALES, Grade, Person, Status, fact_id, slots_of
from reviews.timeline import Step

COLUMNS: dict[str, tuple[str, ...]] = {
    "ticket": ("ticket", "ticket id", "ticket number", "ticket nr", "ticketid", "ticket #", "external id", "case"),
    "rated_at": (
        "rated at",
        "rated on",
        "date",
        "created",
        "created at",
        "survey date",
        "rating date",
        "updated at",
        "time",
    ),
    "rating": ("rating", "score", "satisfaction score", "satisfaction", "satisfaction rating", "answer", "response"),
    "contact": ("contact email", "customer email", "requester email", "email", "contact", "customer", "requester"),
    "name": ("contact name", "customer name", "requester name", "requester", "name"),
    "company": ("company", "company name", "organization", "organisation", "client", "account"),
    "agent": ("agent email", "assignee email", "technician email", "agent", "assignee", "technician", "team member"),
    "team": ("team", "group", "board", "department"),
    "comment": ("comment", "comments", "satisfaction comment", "feedback", "customer comment"),
    "subject": ("subject", "ticket subject", "ticket summary", "summary", "title"),
}
"""What a column means, by what exports call it; a mapping file says it for any other."""
NEEDED = ("ticket", "rated_at", "rating", "contact")
RATINGS: dict[str, tuple[str, ...]] = {
    "happy": ("happy", "positive", "good", "great", "1", "+1", "satisfied", "yes", "smile"),
    "neutral": ("neutral", "ok", "okay", "0", "so-so"),
    "unhappy": ("unhappy", "negative", "bad", "not good", "-1", "dissatisfied", "no", "poor"),
}
CELL_CHARS_MAX = 10_000


class WrongLineError(ValueError):
    """A line, or the head of the file, that cannot be taken over; its words say why."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Which column holds what, and which answer a rating stands for."""

    columns: Mapping[str, str]
    ratings: Mapping[str, str]
    scale: str
    """Of all lines alike: five faces where a mapping names one of the outer two."""


def mapped(head: Sequence[str], columns: Mapping[str, str], ratings: Mapping[str, str]) -> Reading:
    """How to read a file with such a head: by what was said, else by the names that are known. WrongLineError where a
    column that is needed, or that was named, is not there, or a rating stands for no answer."""
    there = {" ".join(name.replace("_", " ").casefold().split()): name for name in head}
    found = {what: there[name] for what, names in COLUMNS.items() for name in reversed(names) if name in there}
    for what, name in columns.items():
        if what not in COLUMNS or name not in head:
            raise WrongLineError(f"there is no column {name!r} for {what!r}; columns are {', '.join(head)}")
        found[what] = name
    if lacking := [what for what in NEEDED if what not in found]:
        raise WrongLineError(f"no column is known for {', '.join(lacking)}; columns are {', '.join(head)}")
    known = {word: answer for answer, words in RATINGS.items() for word in words}
    if wrong := [answer for answer in ratings.values() if answer not in SCALES["faces5"]]:
        raise WrongLineError(f"{wrong[0]!r} is no answer; there are {', '.join(SCALES['faces5'])}")
    scale = "faces3" if set(ratings.values()) <= set(SCALES["faces3"]) else "faces5"
    return Reading(found, known | {word.casefold(): answer for word, answer in ratings.items()}, scale)


def taken_over(
    line: Mapping[str, str | None], how: Reading, *, brand: str, source: str, at: datetime
) -> tuple[Fact, ...]:
    """What a line means, recorded at `at`: the review, its rating, its comment. WrongLineError says what is wrong."""
    cell = {what: (line.get(name) or "").strip()[:CELL_CHARS_MAX] for what, name in how.columns.items()}
    rated_at, answer = _instant(cell["rated_at"]), how.ratings.get(cell["rating"].casefold())
    contact, agent = parse_address(cell["contact"]), parse_address(cell.get("agent", ""))
    if not cell["ticket"]:
        raise WrongLineError("it names no ticket")
    if contact is None:
        raise WrongLineError(f"{cell['contact']!r} is no mail address")
    if answer is None:
        raise WrongLineError(f"the rating {cell['rating']!r} is not known; a mapping can name it")
    if rated_at > at:
        raise WrongLineError(f"{cell['rated_at']} lies ahead")
    review = Review(
        brand=brand, source=f"{IMPORTED}{source}", ticket=cell["ticket"], closing=rated_at.isoformat(),
        closed_at=rated_at, at=rated_at, subject=cell.get("subject", ""),
        contact=Person(contact.address, cell.get("name", ""), cell.get("company", "")),
        agent=Person(agent.address) if agent else None, team=cell.get("team", ""), tags=(), ask=EMBEDDED, asks_at=None,
        not_asked=IMPORTED.rstrip(":"), slots=slots_of(how.scale), scale=how.scale,
    )  # fmt: skip
    return (review, *_facts(review, answer, cell.get("comment", ""), at))


def _facts(review: Review, answer: str, comment: str, at: datetime) -> list[Fact]:
    said = review.at
    step = Step(said, answer, Status.CONFIRMED, Grade.SOFT, (IMPORTED.rstrip(":"),))
    facts: list[Fact] = [RatingSealed(review.id, said, (step,))]
    if comment:
        facts.append(Comment(review.id, fact_id("imported", review.id), said, comment))
    id = fact_id("taken over", review.id)
    end = FollowUpClosed(id, review.id, said, "", FollowUpOutcome.NO_ANSWER, "imported")
    return [*facts, end, Read(fact_id("read", id), review.id, said, "")]


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text.replace(" UTC", "+00:00"))
    except ValueError:
        raise WrongLineError(f"{text!r} is no date as 2026-11-21 or 2026-11-21T10:00:00Z") from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
