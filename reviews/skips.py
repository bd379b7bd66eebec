"""Is this a ticket that nobody is asked about, and why? The brand's own rules, before any rest or wish."""

from collections.abc import Collection

from reviews.addresses import domain_of, folded
from reviews.events import ClosedTicket
from reviews.manners import Manners, Skip
from reviews.model import raw_id


def skipped(ticket: ClosedTicket, *, manners: Manners, staff: Collection[str]) -> str:
    """Why nobody is asked about this ticket, or ''. `staff` are the addresses of one's own people."""
    skip = manners.skip
    if skip.automatic and ticket.automatic:
        return "no person closed it"
    if skip.staff and folded(ticket.contact.email) in _own(ticket, staff):
        return "the customer is one of the staff"
    return _named(ticket, skip)


def sampled_out(review: str, *, manners: Manners) -> str:
    """Why the review with this id is not among those that are asked about, or ''. The id is a hash of the closing, so
    the same closing is always in or always out."""
    chosen = int.from_bytes(raw_id(review)) % manners.one_in == 0
    return "" if chosen else f"one in {manners.one_in} is asked about, and it is not the one"


def in_trouble(tags: Collection[str], *, manners: Manners) -> bool:
    """Whether the helpdesk's tags say that the ticket went wrong."""
    return any(tag.casefold() in manners.trouble_tags for tag in tags)


def _own(ticket: ClosedTicket, staff: Collection[str]) -> set[str]:
    agent = (ticket.agent.email,) if ticket.agent else ()
    return {folded(address) for address in (*staff, *agent)}


def _named(ticket: ClosedTicket, skip: Skip) -> str:
    agent, domain = ticket.agent.email if ticket.agent else "", domain_of(ticket.contact.email)
    tag = next((tag for tag in ticket.tags if tag.casefold() in skip.tags), "")
    named = (
        (bool(tag), f"tickets tagged {tag} are not asked about"),
        (ticket.source.casefold() in skip.sources, f"tickets from {ticket.source} are not asked about"),
        (agent.casefold() in skip.agents, f"tickets of {agent} are not asked about"),
        (ticket.contact.company.casefold() in skip.companies, f"customers of {ticket.contact.company} are not asked"),
        (domain in skip.domains, f"addresses at {domain} are not asked"),
    )
    return next((reason for found, reason in named if found), "")
