"""Who is there to look after a brand's reviews, and how does the brand answer?"""

from dataclasses import dataclass
from datetime import datetime

from reviews.answering import USUAL_ANSWERING, Answering
from reviews.model import Person
from reviews.roles import Role, Staff


@dataclass(frozen=True, slots=True)
class Desk:
    """The staff that sees a brand, those included whom no lead has confirmed yet, and the brand's way to answer."""

    staff: tuple[Staff, ...] = ()
    answering: Answering = USUAL_ANSWERING

    def member(self, email: str) -> Staff | None:
        """The member of staff with that address, or None."""
        address = email.lower()
        return next((one for one in self.staff if one.email == address), None)

    def leads(self, team: str) -> tuple[Person, ...]:
        """Who leads a team: its leads, else those of the brand, else the admins."""
        leads = [one for one in self.staff if one.confirmed and one.role == Role.LEAD]
        admins = [one for one in self.staff if one.confirmed and one.role == Role.ADMIN]
        return tuple(one.person for one in [one for one in leads if one.team == team] or leads or admins)

    def named(self, name: str) -> tuple[Staff, ...]:
        """Whoever may be meant by a word in a command: an address, the part before its @, a first name or a name."""
        wanted = name.strip().strip("@").casefold()
        exact = tuple(one for one in self.staff if wanted in (one.email, one.email.partition("@")[0]))
        return exact or tuple(
            one
            for one in self.staff
            if wanted and wanted in (one.name.casefold(), one.name.casefold().partition(" ")[0])
        )

    def why_unreachable(self, email: str, now: datetime) -> str:
        """Why a mail to this person would not be read soon, or ''."""
        known = self.member(email)
        if known is None:
            domains = self.answering.domains
            return "not of our domains" if domains and email.rpartition("@")[2].lower() not in domains else ""
        if not known.confirmed:
            return "no lead has confirmed them yet"
        if known.bounced:
            return "mail to them comes back"
        if known.away_until and now < known.away_until:
            return f"away until {known.away_until:%Y-%m-%d}"
        return ""
