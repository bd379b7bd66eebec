"""When do the regular mails to staff go out, to whom, and about which days? As a brand's file says, by a line of cron
on a zone's clock. A mail tells of the days of UTC, as the figures count them, from one time to the next: so each has a
span by which it is known, and whatever a clock does, nobody gets the same span twice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from cronsim import CronSim, CronSimError

from reviews.hours import zone_of
from reviews.model import DeliveryKind, Person
from reviews.roles import Role, Staff

LATE_MAX = timedelta(days=3)
"""After an outage: what is older is no news, and the next mail is near."""
CRON_FIELDS, CRON_CHARS_MAX = 5, 100
USUAL_CRON = {
    DeliveryKind.AGENTS: "0 8 * * mon",
    DeliveryKind.LEADS: "0 8 * * mon",
    DeliveryKind.SMILES: "0 9 1 * *",
    DeliveryKind.MEETING: "0 8 * * mon",
}
"""When a mail is looked at of which no file says when it goes out."""
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Days of UTC, from `since` to before `until`."""

    since: date
    until: date

    @property
    def before(self) -> "Span":
        """As many days that went before."""
        return Span(self.since - (self.until - self.since), self.since)

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.since, time(), UTC)

    @property
    def ends(self) -> datetime:
        return datetime.combine(self.until, time(), UTC)

    def holds(self, at: datetime) -> bool:
        """Whether an instant is in it."""
        return self.begins <= at < self.ends


@dataclass(frozen=True, slots=True)
class Regular:
    """One regular mail of a brand: its kind, when it goes out, and about whom; to its usual readers and to these."""

    kind: DeliveryKind
    cron: str
    timezone: str
    team: str = ""
    """Of this team alone; '' for all of the brand."""
    to: tuple[str, ...] = ()
    language: str = ""
    """Of its words; '' for the brand's."""


@dataclass(frozen=True, slots=True)
class About:
    """What one mail is about: the occasion of its delivery, so that it is listed once."""

    brand: str
    span: Span
    team: str = ""

    def __str__(self) -> str:
        return f"{self.brand} {self.span.since} {self.span.until} {self.team}"

    @classmethod
    def read(cls, occasion: str) -> "About":
        """The other way round; ValueError for what is none."""
        brand, since, until, team = occasion.split(" ", 3)
        return cls(brand, Span(date.fromisoformat(since), date.fromisoformat(until)), team)


def is_cron(text: str) -> bool:
    """Whether this is a line of cron with five fields whose time ever comes."""
    if len(text) > CRON_CHARS_MAX or len(text.split()) != CRON_FIELDS:
        return False
    try:
        return next(CronSim(text, datetime(2026, 1, 1)), None) is not None  # noqa: DTZ001 - any day will do
    except CronSimError:
        return False


def next_time(regular: Regular, now: datetime) -> datetime:
    """When it goes out next."""
    return next(CronSim(regular.cron, _local(regular, now))).astimezone(UTC)


def last_times(regular: Regular, now: datetime) -> tuple[datetime, datetime]:
    """The last time up to `now` at which it was to go out, and the one before that."""
    local = _local(regular, now).replace(second=0, microsecond=0)
    times = CronSim(regular.cron, local + MINUTE, reverse=True)
    return next(times).astimezone(UTC), next(times).astimezone(UTC)


def last_span(regular: Regular, now: datetime) -> Span:
    """The days that its last mail tells of: all of them are over."""
    last, before = last_times(regular, now)
    return Span(before.date(), last.date())


def due_span(regular: Regular, now: datetime) -> Span | None:
    """The days that a mail is due about; None where its time is long over, or it comes more than once in a day."""
    last, before = last_times(regular, now)
    return Span(before.date(), last.date()) if now - last <= LATE_MAX and before.date() < last.date() else None


def readers(regular: Regular, brand: str, everybody: Iterable[Staff]) -> tuple[Person, ...]:
    """To whom it goes: each agent, of the team if it has one; or who leads there, else who leads at all, else who
    administers; and whom the file names. Nobody who does not want it, or whose mail comes back."""
    known = {one.email.lower(): one for one in everybody if one.confirmed and one.sees_brand(brand)}
    chosen = _usual(regular, tuple(known.values()))
    people = {one.email.lower(): one for one in chosen if one.wants(regular.kind) and not one.bounced}
    named = {address: known.get(address) for address in regular.to}
    told = {email: Person(email, one.name, language=regular.language) for email, one in people.items()}
    for address, one in named.items():
        if one is None or (one.wants(regular.kind) and not one.bounced):
            told.setdefault(address, Person(address, one.name if one else "", language=regular.language))
    return tuple(told.values())


def _usual(regular: Regular, known: tuple[Staff, ...]) -> tuple[Staff, ...]:
    if regular.kind is DeliveryKind.AGENTS:
        return tuple(one for one in known if not regular.team or one.team == regular.team)
    leads = tuple(one for one in known if one.role == Role.LEAD)
    own = tuple(one for one in leads if regular.team and one.team == regular.team)
    return own or leads or tuple(one for one in known if one.role == Role.ADMIN)


def _local(regular: Regular, now: datetime) -> datetime:
    return now.astimezone(zone_of(regular.timezone) or UTC)
