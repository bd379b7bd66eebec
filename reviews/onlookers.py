"""Whose figures may somebody see? One's own and one's team's; a lead all of their brands; of single agents what the
brand says (`Figures`), since in many houses nobody may be measured without a say."""

from collections.abc import Iterable, Mapping

from reviews.answering import Answering, Figures
from reviews.counting import AGENT, TEAM
from reviews.roles import Right, Role, Staff, may

HEADS = (Role.LEAD, Role.ADMIN)


def sees_figures(staff: Staff, facet: str, name: str | None, rules: Iterable[Figures]) -> bool:
    """Whether they may see those of one name, or with None of every name side by side. `rules` are those of the brands
    that are counted together: the strictest holds."""
    if not may(staff, Right.READ):
        return False
    own = staff.role == Role.AGENT
    if facet == AGENT:
        rule = strictest(rules)
        if name is not None and name.lower() == staff.email.lower():
            return rule is not Figures.OFF
        return rule is Figures.LEADS and staff.role in HEADS
    return not own or (facet == TEAM and bool(staff.team) and name == staff.team)


def names_agent(staff: Staff, agent: str, rule: Figures) -> bool:
    """Whether they are told whose kind words are in a list of them: who counts the names has figures of single agents.
    Where leads see those everybody may know whom customers thank; else each knows their own, and with `off` nobody."""
    return rule is Figures.LEADS or (rule is Figures.OWN and agent.lower() == staff.email.lower())


def strictest(rules: Iterable[Figures]) -> Figures:
    """Of what several brands say about agents' figures."""
    order = (Figures.OFF, Figures.OWN, Figures.LEADS)
    return min(rules, key=order.index, default=Figures.LEADS)


def shows_agents(rules: Iterable[Figures]) -> bool:
    """Whether who is nobody of the staff, as a program or a command, is told the figures of single agents: only where
    every brand that is counted shows them to leads."""
    return strictest(rules) is Figures.LEADS


def without_agents(answering: Mapping[str, Answering]) -> frozenset[str]:
    """The brands in whose exports no agent is named: from a list of ratings by name anybody has the figures."""
    return frozenset(brand for brand, rules in answering.items() if not shows_agents([rules.figures]))
