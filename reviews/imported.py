"""How is a rating of before taken over? A line of another system's export becomes a review that is over and says so.

What is not known is not made up: nobody can tell whether the question went out, so it counts as one in the helpdesk's
own mail does, apart from those asked; the rating is soft, its one reason that it was imported; nothing is sent, nobody
is told, nothing is owed. The same line is the same review, so a second run adds nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from reviews.addresses import parse_address
from reviews.deeds import FollowUpClosed, FollowUpOutcome, Read
from reviews.facts import Comment, Fact, RatingSealed, Review
from reviews.hours import zone_of
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


UNRATED = frozenset({"", "-", "n/a", "none", "offered", "unoffered", "no rating", "not rated"})
"""What stands where nobody rated: such a line is passed over, and counted."""


class WrongLineError(ValueError):
    """A line, or the head of the file, that cannot be taken over; its words say why."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a kind of export is read, as a preset or a mapping file says it: each column by the names it may have, which
    answer a rating stands for, what stands where nobody rated, how dates are written beside ISO 8601 (as strptime has
    it), and in which zone."""

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ratings: Mapping[str, str] = field(default_factory=dict)
    unrated: frozenset[str] = UNRATED
    dates: tuple[str, ...] = ()
    timezone: str = "UTC"
    by_hand: frozenset[str] = frozenset()
    """Which columns were named for this very file, or are all that makes a preset right: these have to be there."""

    def changed(self, columns: Mapping[str, str], ratings: Mapping[str, str]) -> "Plan":
        """The same with what was said by hand, which comes before what a preset knows."""
        named = {what: (name,) for what, name in columns.items()}
        columns_, ratings_ = {**self.columns, **named}, {**self.ratings, **ratings}
        return replace(self, columns=columns_, ratings=ratings_, by_hand=self.by_hand | named.keys())


@dataclass(frozen=True, slots=True)
class Reading:
    """Which column of a file holds what, and which answer a rating stands for."""

    columns: Mapping[str, str]
    ratings: Mapping[str, str]
    scale: str
    """Of all lines alike: five faces where a mapping names one of the outer two."""
    unrated: frozenset[str] = UNRATED
    dates: tuple[str, ...] = ()
    timezone: str = "UTC"


def mapped(head: Sequence[str], plan: Plan) -> Reading:
    """How to read a file with such a head: by what the plan says, else by the names that are known. WrongLineError
    where a column that is needed, or that was named, is not there, or a rating stands for no answer."""
    there = {_plain(name): name for name in head}
    found = {what: there[name] for what, names in COLUMNS.items() for name in reversed(names) if name in there}
    for what, names in plan.columns.items():
        known = [there[_plain(name)] for name in names if _plain(name) in there]
        if what not in COLUMNS or (not known and what in plan.by_hand):
            raise WrongLineError(f"there is no column {names[0]!r} for {what!r}; columns are {', '.join(head)}")
        found |= {what: known[0]} if known else {}
    if lacking := [what for what in NEEDED if what not in found]:
        raise WrongLineError(f"no column is known for {', '.join(lacking)}; columns are {', '.join(head)}")
    if wrong := [answer for answer in plan.ratings.values() if answer not in SCALES["faces5"]]:
        raise WrongLineError(f"{wrong[0]!r} is no answer; there are {', '.join(SCALES['faces5'])}")
    known_words = {word: answer for answer, words in RATINGS.items() for word in words}
    said = {word.casefold(): answer for word, answer in plan.ratings.items()}
    scale = "faces3" if set(said.values()) <= set(SCALES["faces3"]) else "faces5"
    unrated = frozenset(word.casefold() for word in plan.unrated) - said.keys()
    return Reading(found, known_words | said, scale, unrated, plan.dates, plan.timezone)


def _plain(name: str) -> str:
    """A column's name without regard to case, blanks and underscores."""
    return " ".join(name.replace("_", " ").replace(".", " ").casefold().split())


def taken_over(
    line: Mapping[str, str | None], how: Reading, *, brand: str, source: str, at: datetime
) -> tuple[Fact, ...]:
    """What a line means, recorded at `at`: the review, its rating, its comment; nothing for a line that nobody rated.
    WrongLineError says what is wrong."""
    cell = {what: (line.get(name) or "").strip()[:CELL_CHARS_MAX] for what, name in how.columns.items()}
    if cell["rating"].casefold() in how.unrated:
        return ()
    rated_at, answer = _instant(cell["rated_at"], how), how.ratings.get(cell["rating"].casefold())
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


def _instant(text: str, how: Reading) -> datetime:
    """A moment as ISO 8601 has it, else as the plan says; WrongLineError for neither."""
    found = _iso(text) or next((at for form in how.dates if (at := _by_form(text, form))), None)
    if found is None:
        forms = "".join(f" or {form}" for form in how.dates)
        raise WrongLineError(f"{text!r} is no date as 2026-11-21 or 2026-11-21T10:00:00Z{forms}")
    zone = zone_of(how.timezone) or UTC
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.replace(" UTC", "+00:00"))
    except ValueError:
        return None


def _by_form(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 - the zone is the plan's
    except ValueError:
        return None
