"""Whose score does a closed ticket count for? By the rule of its brand; a person may move it later."""

from dataclasses import replace
from datetime import datetime

from reviews.addresses import domain_of
from reviews.answering import Credit
from reviews.deeds import WHOLE, CreditMoved, Share
from reviews.events import ClosedTicket
from reviews.facts import Review
from reviews.model import Person, fact_id

REASONS = {
    Credit.SOLVER: "to who solved it",
    Credit.ASSIGNEE: "to whom it was assigned at closing",
    Credit.SHARED: "in equal shares to all who worked on it",
    Credit.TEAM: "to the team",
}


def credited(
    review: Review, ticket: ClosedTicket, *, rule: Credit, at: datetime, domains: frozenset[str] = frozenset()
) -> tuple[CreditMoved, ...]:
    """The credit that the rule gives, as a fact with its reason; nothing where that is what counts without one.
    `domains` are the staff's own, none for any."""
    ticket = _without_strangers(ticket, domains)
    shares = shares_of(ticket, rule)
    if not shares or (rule is Credit.SOLVER and _to_agent(shares, ticket)):
        return ()
    return (CreditMoved(fact_id("credit", review.id), review.id, at, "", shares, REASONS[rule]),)


def shares_of(ticket: ClosedTicket, rule: Credit) -> tuple[Share, ...]:
    """Who has which part of it by that rule: in a ticket that names no team, or nobody else, whom it names."""
    if rule is Credit.TEAM and ticket.team:
        return (Share(WHOLE, team=ticket.team),)
    if rule is Credit.SHARED:
        return equal_shares([person.email for person in (ticket.agent, ticket.solver, *ticket.helpers) if person])
    first, second = (ticket.agent, ticket.solver) if rule is Credit.ASSIGNEE else (ticket.solver, ticket.agent)
    return equal_shares([person.email for person in (first or second,) if person])


def _without_strangers(ticket: ClosedTicket, domains: frozenset[str]) -> ClosedTicket:
    """The ticket without a solver or helper who is none of the staff: customers may close a ticket themselves, and a
    helpdesk tells of them as of anybody."""

    def ours(person: Person) -> bool:
        customer = person.email.lower() == ticket.contact.email.lower()
        return not customer and (not domains or domain_of(person.email).lower() in domains)

    solver = ticket.solver if ticket.solver and ours(ticket.solver) else None
    return replace(ticket, solver=solver, helpers=tuple(helper for helper in ticket.helpers if ours(helper)))


def equal_shares(agents: list[str]) -> tuple[Share, ...]:
    """The whole in equal parts, each agent once; what cannot be parted goes to the first."""
    named = list(dict.fromkeys(email.lower() for email in agents))
    each, rest = divmod(WHOLE, len(named)) if named else (0, 0)
    return tuple(Share(each + (number < rest), agent=email) for number, email in enumerate(named))


def _to_agent(shares: tuple[Share, ...], ticket: ClosedTicket) -> bool:
    return ticket.agent is not None and shares == equal_shares([ticket.agent.email])
