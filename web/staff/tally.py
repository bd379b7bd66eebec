"""Who had how many smiles, month by month? For who wants to thank by it: with its interval, and no table of winners."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from reviews.counting import AGENT
from reviews.onlookers import sees_figures
from reviews.roles import Staff
from reviews.scoring import RANK_MIN, Score
from store import scored
from store.counted import Asked
from store.dashboards import ALL
from templates import figures as words
from web.door import Door
from web.staff.figures import brands_of
from web.staff.record_view import Shown
from web.staff.sheets import Row, many, share_cells

MONTHS = 3
TALLY_COLUMNS = ("month", "agent", "scale", "smiles", "happy", "from", "to", "answers", "enough to compare")


@dataclass(frozen=True, slots=True)
class Smiles:
    """The answers of one agent in one month."""

    month: str
    agent: str
    score: Score

    @property
    def row(self) -> Row:
        ranked = "yes" if self.score.ranked else "no"
        return (
            self.month,
            self.agent,
            self.score.scale,
            many(self.score.happy.part),
            *share_cells(self.score.happy),
            ranked,
        )

    @property
    def shown(self) -> Shown:
        few = "" if self.score.ranked else f"fewer than {RANK_MIN} answers: says little of anybody"
        smiles = f"{self.score.happy.part:g}"
        return {
            "month": self.month,
            "agent": self.agent,
            "smiles": smiles,
            "share": words.told(self.score.happy),
            "few": few,
        }


async def tallied(door: Door, staff: Staff) -> list[Smiles]:
    """Of whose figures they may see, in the order of the names, never of the scores: the latest month first."""
    found: list[Smiles] = []
    for brand in brands_of(staff, door):
        rules = [door.brands[brand].answering.figures]
        name = None if sees_figures(staff, AGENT, None, rules) else staff.email.lower()
        if sees_figures(staff, AGENT, name, rules):
            for since, until in _months(door.clock().date()):
                asked = Asked(AGENT, since, until, span_days=ALL, name=name, brand=brand)
                told = (await door.store.read(partial(scored.scored, asked=asked, now=door.clock()))).scored
                found += [Smiles(f"{since:%Y-%m}", one.name, one.figures.adjusted) for one in told]
    return sorted((one for one in found if one.score.n), key=lambda one: one.agent)


def _months(today: date) -> list[tuple[date, date]]:
    """The first days of this month and the ones before, each with that of the next."""
    months, until = [], (today.replace(day=1) + timedelta(days=31)).replace(day=1)
    for _ in range(MONTHS):
        since = (until - timedelta(days=1)).replace(day=1)
        months.append((since, until))
        until = since
    return months
